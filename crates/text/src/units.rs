//! Cutting folded text into the smallest pieces that can be searched for.

use crate::script::is_unspaced;

/// The smallest searchable piece of a folded text: one character of an
/// unspaced script, or a run of letters, or a run of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit<'a> {
    /// The piece itself; runs are cut to [`MAX_WORD_BYTES`].
    pub text: &'a str,
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset behind its last character.
    pub end: usize,
    /// Counts up by one a unit, and by one more over punctuation. Whitespace
    /// does not count.
    pub position: usize,
    /// Whether it is a character of an unspaced script.
    pub unspaced: bool,
}

/// Longest word that is kept whole; what is longer is no word anybody types.
pub const MAX_WORD_BYTES: usize = 64;

/// Cuts a folded text into [`Unit`]s, lazily.
pub fn units(folded: &str) -> Units<'_> {
    Units {
        text: folded,
        at: 0,
        position: 0,
    }
}

/// Iterator of [`units`].
#[derive(Debug, Clone)]
pub struct Units<'a> {
    text: &'a str,
    at: usize,
    position: usize,
}

impl<'a> Iterator for Units<'a> {
    type Item = Unit<'a>;

    fn next(&mut self) -> Option<Unit<'a>> {
        let mut gap = false;
        loop {
            let start = self.at;
            let first = self.text[start..].chars().next()?;
            self.at += first.len_utf8();
            let class = class_of(first);
            match class {
                Class::Space => continue,
                Class::Other => {
                    // A run of punctuation counts as one step, and none at all
                    // at the beginning of the text.
                    gap = self.position > 0;
                    continue;
                }
                Class::Unspaced => {}
                Class::Letter | Class::Digit => {
                    let rest = &self.text[self.at..];
                    let run = rest
                        .find(|c| class_of(c) != class && !is_mark_inside(c))
                        .unwrap_or(rest.len());
                    self.at += run;
                }
            }
            let position = self.position + usize::from(gap);
            self.position = position + 1;
            return Some(Unit {
                text: capped(&self.text[start..self.at]),
                start,
                end: self.at,
                position,
                unspaced: class == Class::Unspaced,
            });
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Unspaced,
    Letter,
    Digit,
    Space,
    Other,
}

fn class_of(c: char) -> Class {
    if is_unspaced(c) {
        Class::Unspaced
    } else if c.is_alphabetic() {
        Class::Letter
    } else if c.is_numeric() {
        Class::Digit
    } else if c.is_whitespace() {
        Class::Space
    } else {
        Class::Other
    }
}

/// Combining marks that are no letters (Hebrew points, stray accents) do not
/// part a word.
fn is_mark_inside(c: char) -> bool {
    c >= '\u{300}' && unicode_normalization::char::is_combining_mark(c)
}

/// The beginning of `word` that is kept.
pub(crate) fn capped(word: &str) -> &str {
    let mut end = word.len().min(MAX_WORD_BYTES);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    &word[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_count_over_punctuation_but_not_over_space() {
        let found: Vec<(&str, usize)> = units("“文化”，站 2023年abc def！")
            .map(|u| (u.text, u.position))
            .collect();
        let expected = [
            ("文", 0),
            ("化", 1),
            ("站", 3),
            ("2023", 4),
            ("年", 5),
            ("abc", 6),
            ("def", 7),
        ];
        assert_eq!(found, expected);
    }
}
