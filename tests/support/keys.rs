//! Keys as a terminal sends them.

/// The bytes of a string of keys, as in `ctrl+j type:hello enter alt+1 f5 esc`: names separated by spaces;
/// `type:` sends the rest of its word as it is. A space is the key `space`.
pub fn bytes(keys: &str) -> Vec<u8> {
    keys.split_whitespace().flat_map(key).collect()
}

fn key(name: &str) -> Vec<u8> {
    if let Some(text) = name.strip_prefix("type:") {
        return text.as_bytes().to_vec();
    }
    let (mut control, mut alt, mut shift) = (false, false, false);
    let mut rest = name;
    while let Some((modifier, after)) = rest.split_once('+').filter(|(_, after)| !after.is_empty()) {
        match modifier {
            "ctrl" => control = true,
            "alt" => alt = true,
            "shift" => shift = true,
            _ => panic!("`{modifier}` is no modifier in `{name}`"),
        }
        rest = after;
    }
    // The parameter of xterm's and kitty's sequences.
    let modifiers = 1 + u8::from(shift) + 2 * u8::from(alt) + 4 * u8::from(control);
    let final_byte = |letter: char| match modifiers {
        1 => format!("\u{1b}[{letter}").into_bytes(),
        modifiers => format!("\u{1b}[1;{modifiers}{letter}").into_bytes(),
    };
    let tilde = |number: u8| match modifiers {
        1 => format!("\u{1b}[{number}~").into_bytes(),
        modifiers => format!("\u{1b}[{number};{modifiers}~").into_bytes(),
    };
    // kitty's form says exactly one key. In it even a lone escape cannot be read as the beginning of what follows.
    let unicode = |code: u32| match modifiers {
        1 => format!("\u{1b}[{code}u").into_bytes(),
        modifiers => format!("\u{1b}[{code};{modifiers}u").into_bytes(),
    };
    match rest {
        "esc" => unicode(27),
        "enter" if modifiers == 1 => b"\r".to_vec(),
        "enter" => unicode(13),
        "tab" if modifiers == 1 => b"\t".to_vec(),
        "tab" if shift => b"\x1b[Z".to_vec(),
        "backspace" if modifiers == 1 => vec![0x7f],
        "backspace" => unicode(127),
        "space" if control => vec![0],
        "space" => b" ".to_vec(),
        "up" => final_byte('A'),
        "down" => final_byte('B'),
        "right" => final_byte('C'),
        "left" => final_byte('D'),
        "home" => final_byte('H'),
        "end" => final_byte('F'),
        "insert" => tilde(2),
        "delete" => tilde(3),
        "pageup" => tilde(5),
        "pagedown" => tilde(6),
        _ => function_key(rest).map_or_else(|| letter(name, rest, control, alt), tilde),
    }
}

/// The number in a function key's sequence.
fn function_key(name: &str) -> Option<u8> {
    const NUMBERS: [u8; 12] = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24];
    let number: usize = name.strip_prefix('f').or(name.strip_prefix('F'))?.parse().ok()?;
    NUMBERS.get(number.checked_sub(1)?).copied()
}

fn letter(name: &str, rest: &str, control: bool, alt: bool) -> Vec<u8> {
    let mut letters = rest.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else { panic!("`{name}` is no key") };
    let mut bytes = if alt { vec![0x1b] } else { Vec::new() };
    if control {
        bytes.push(u8::try_from(letter.to_ascii_uppercase()).unwrap() & 0x1f);
    } else {
        bytes.extend(letter.to_string().as_bytes());
    }
    bytes
}
