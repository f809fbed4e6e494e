use super::*;

fn lines(tail: &Tail) -> Vec<String> {
    let line = |index| match tail.line(index) {
        Some(Shown::Text(text)) => text,
        Some(Shown::Gap(bytes)) => format!("<{bytes}>"),
        None => unreachable!(),
    };
    (0..tail.len()).map(line).collect()
}

fn of_lines(count: u64) -> Tail {
    let mut tail = Tail::default();
    for number in 1..=count {
        tail.push(number * 10, format!("{number:09}\n").as_bytes());
    }
    tail
}

#[test]
fn lines_are_there_as_they_come() {
    let mut tail = Tail::default();
    assert_eq!(tail.line(0), None);
    tail.push(9, b"one\r\ntwo\n");
    tail.push(12, b"thr");
    assert_eq!(lines(&tail), ["one", "two", "thr"]);
    tail.push(15, b"ee\n");
    assert_eq!(lines(&tail), ["one", "two", "three"]);
    assert_eq!(tail.received(), 15);
}

#[test]
fn what_was_not_told_leaves_a_gap() {
    let mut tail = Tail::default();
    tail.push(5, b"one\nt");
    tail.push(1000, b"last\n");
    tail.push(1100, b"");
    tail.push(1200, b"");
    assert_eq!(lines(&tail), ["one", "t", "<990>", "last", "<200>"]);
}

#[test]
fn no_more_is_held_than_may_be() {
    let tail = of_lines(200_000);
    assert!(tail.held <= HELD);
    assert_eq!(tail.gone() + tail.len(), 200_000);
    assert_eq!(lines(&tail).last().map(String::as_str), Some("000200000"));
    let mut endless = Tail::default();
    for number in 1..=1000 {
        endless.push(number * 4096, &[b'a'; 4096]);
    }
    assert!(endless.held <= HELD && endless.len() > 1);
    assert!(lines(&endless).iter().all(|line| line.len() < LONGEST + 4096));
}

#[test]
fn a_reader_who_went_back_stays_there_until_the_end_is_asked_for() {
    let mut tail = of_lines(100);
    assert_eq!(tail.place().cursor(), 99);
    tail.read(|place| place.go(Step::To(40)));
    tail.push(1010, b"000000101\n");
    assert_eq!((tail.place().cursor(), tail.is_following()), (40, false));
    tail.read(|place| place.go(Step::Last));
    tail.push(1020, b"000000102\n");
    assert_eq!((tail.place().cursor(), tail.is_following()), (101, true));
}

#[test]
fn the_line_that_is_read_stays_in_sight_while_earlier_ones_go() {
    let mut tail = of_lines(HELD as u64 / 10);
    let at = tail.len() - 10;
    tail.read(|place| place.go(Step::To(at)));
    let read = tail.line(tail.place().cursor());
    let whole = tail.received();
    for number in 1..=500 {
        tail.push(whole + number * 10, b"123456789\n");
    }
    assert!(tail.gone() > 0);
    assert_eq!(tail.line(tail.place().cursor()), read);
}

#[test]
fn the_wheel_leaves_the_end_and_comes_back_to_it() {
    let mut tail = of_lines(100);
    tail.read(|place| place.scroll(-3));
    assert!(!tail.is_following());
    tail.read(|place| place.scroll(200));
    assert!(tail.is_following());
}
