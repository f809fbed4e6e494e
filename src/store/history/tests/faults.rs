//! What goes wrong around the history: killed writers, damaged files, folders that cannot be written.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use super::*;

/// Names the folder to the writer that shall be killed.
const WRITE_TO: &str = "ANTIPHON_TEST_WRITE_TO";
const FIRST: &str = "ANTIPHON_TEST_FIRST";

/// Not a test by itself: the program that `a_killed_writer_loses_nothing_that_was_kept` kills.
#[test]
fn writer() {
    let (Ok(folder), Ok(first)) = (std::env::var(WRITE_TO), std::env::var(FIRST)) else { return };
    let history = open(Path::new(&folder));
    for number in first.parse::<u64>().unwrap().. {
        history.record(&exchange(number, memory("{\"a\":1}"), 7), None).unwrap();
        let mut out = std::io::stdout().lock();
        // The reader is gone: so is the test.
        if writeln!(out, "kept {number}").and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

#[test]
fn a_killed_writer_loses_nothing_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = Vec::new();
    for round in 0..4 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::history::tests::faults::writer", "--nocapture"])
            .env(WRITE_TO, folder.path())
            .env(FIRST, (round * 10_000).to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let numbers = lines.filter_map(|line| line.split_once("kept ")?.1.parse::<u64>().ok());
        let before = kept.len();
        for number in numbers {
            kept.push(number);
            if kept.len() == before + 25 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(kept.len() >= before + 25, "the writer ended by itself");
    }
    let history = open(folder.path());
    assert_eq!(history.set_aside, None);
    let check: String = history.lock().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    for number in kept {
        let id = exchange(number, memory(""), 0).id;
        assert_eq!(history.get(&id.0).unwrap().unwrap().payload().unwrap().content, memory("{\"a\":1}"));
    }
}

#[test]
fn programs_that_find_one_damaged_file_set_it_aside_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = Places::below(folder.path()).history();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "no database ".repeat(1000)).unwrap();
    std::fs::write(path.with_file_name("history.sqlite-wal"), "entries, perhaps").unwrap();
    std::thread::scope(|scope| {
        for number in 0..6 {
            let folder = folder.path();
            scope.spawn(move || open(folder).record(&exchange(number, memory("x"), 1), None).unwrap());
        }
    });
    assert_eq!(open(folder.path()).count().unwrap(), 6);
    let names = std::fs::read_dir(path.parent().unwrap()).unwrap();
    let mut aside: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".damaged-"))
        .collect();
    aside.sort();
    assert_eq!(aside.len(), 2, "{aside:?}");
    assert_eq!(aside[1], format!("{}-wal", aside[0]));
}

#[test]
fn an_entry_whose_body_is_gone_can_still_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let body = Bytes::from(vec![b'x'; 5 << 20]);
    let size = body.len() as u64;
    let kept = exchange(1, Content::Memory(body.clone()), size);
    history.record(&kept, None).unwrap();
    std::fs::remove_dir_all(Places::below(folder.path()).bodies()).unwrap();
    let back = history.get(&kept.id.0).unwrap().unwrap();
    assert_eq!(back.payload().unwrap().content, Content::Elsewhere);
    // The same body again brings it back for both.
    history.record(&exchange(2, Content::Memory(body), size), None).unwrap();
    let back = history.get(&kept.id.0).unwrap().unwrap();
    assert!(matches!(back.payload().unwrap().content, Content::File(_)));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data"), "a file in the folder's place").unwrap();
    let error = History::open(&Places::below(folder.path())).unwrap_err();
    assert!(matches!(error, HistoryError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("history.sqlite"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_an_error_and_no_panic() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = Places::below(folder.path()).data;
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o500)).unwrap();
    // Nothing is read-only to root.
    if std::fs::write(data.join("probe"), "").is_err() {
        let error = History::open(&Places::below(folder.path())).unwrap_err();
        assert!(matches!(error, HistoryError::Unreachable { .. }), "{error:?}");
    }
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_program_leaves_the_log_to_the_next_and_it_stays_short() {
    let folder = tempfile::tempdir().unwrap();
    let log = Places::below(folder.path()).history().with_extension("sqlite-wal");
    let lengths: Vec<u64> = (0..200)
        .map(|number| {
            // Each like a program of its own.
            open(folder.path()).record(&exchange(number, memory("{\"a\":1}"), 7), None).unwrap();
            std::fs::metadata(&log).map_or(0, |log| log.len())
        })
        .collect();
    let waited = lengths.iter().filter(|length| **length == 0).count();
    assert!((1..20).contains(&waited), "{lengths:?}");
    assert!(lengths.iter().all(|length| *length < LONG_LOG), "{lengths:?}");
    assert_eq!(open(folder.path()).count().unwrap(), 200);
}
