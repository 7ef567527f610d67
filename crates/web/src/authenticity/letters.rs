//! Where a text is cut: at the ends of sentences, and behind the same letter as
//! another text that differs in punctuation.

use super::text::Text;
use std::ops::Range;

/// A row is closed at the end of a sentence from this length on.
pub(super) const SHORT: usize = 80;
/// And here in any case.
pub(super) const LONG: usize = 240;

/// Cuts text behind the ends of sentences into pieces of some [`SHORT`] to
/// [`LONG`] characters.
pub(super) fn pieces(text: &Text, range: Range<usize>) -> Vec<Range<usize>> {
    let (mut pieces, mut start) = (Vec::new(), range.start);
    for at in range.start..range.end {
        let length = at + 1 - start;
        let ends = length >= SHORT && text.chars(&(at..at + 1)).iter().any(|c| is_end(*c));
        if ends || length >= LONG {
            pieces.push(start..at + 1);
            start = at + 1;
        }
    }
    if text.has_words(&(start..range.end)) || pieces.is_empty() {
        pieces.push(start..range.end);
    } else if let Some(last) = pieces.last_mut() {
        last.end = range.end;
    }
    pieces
}

/// Returns whether a sentence or a line ends with it.
pub(super) fn is_end(c: char) -> bool {
    matches!(
        c,
        '。' | '！' | '？' | '；' | '…' | '.' | '!' | '?' | ';' | '\n'
    )
}

/// Walks through a text by its letters.
pub(super) struct Letters<'a> {
    text: &'a Text,
    at: usize,
    end: usize,
    count: usize,
}

impl<'a> Letters<'a> {
    pub(super) fn of(text: &'a Text, range: &Range<usize>) -> Self {
        Self {
            text,
            at: range.start,
            end: range.end,
            count: 0,
        }
    }

    /// Returns the place behind so many letters and the punctuation that
    /// follows, as far as the end of a sentence.
    pub(super) fn behind(&mut self, letters: usize) -> usize {
        while self.at < self.end {
            let Some(c) = self.text.chars(&(self.at..self.at + 1)).first().copied() else {
                break;
            };
            if c.is_alphanumeric() {
                if self.count == letters {
                    break;
                }
                self.count += 1;
            } else if self.count == letters && is_end(c) {
                self.at += 1;
                break;
            }
            self.at += 1;
        }
        self.at
    }
}
