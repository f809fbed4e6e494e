//! Where words begin and end in what is being edited. Anything but spaces and ASCII punctuation is part of a word, so that
//! in a URL each segment and each parameter is one.

use unicode_segmentation::UnicodeSegmentation;

/// The start of the word that ends at or before a byte.
pub(super) fn start_before(text: &str, at: usize) -> usize {
    let mut start = at;
    let mut inside = false;
    for (index, grapheme) in text.get(..at).unwrap_or_default().grapheme_indices(true).rev() {
        match (is_word(grapheme), inside) {
            (false, true) => break,
            (word, _) => inside = word,
        }
        start = index;
    }
    start
}

/// The end of the word that begins at or after a byte.
pub(super) fn end_after(text: &str, at: usize) -> usize {
    let mut end = at;
    let mut inside = false;
    for grapheme in text.get(at..).unwrap_or_default().graphemes(true) {
        match (is_word(grapheme), inside) {
            (false, true) => break,
            (word, _) => inside = word,
        }
        end += grapheme.len();
    }
    end
}

fn is_word(grapheme: &str) -> bool {
    grapheme.chars().next().is_some_and(|c| c == '_' || !(c.is_whitespace() || c.is_ascii_punctuation()))
}
