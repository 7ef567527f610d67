//! A text made ready to be compared: its characters that count, where each
//! stands in the source, and where its words begin.

use std::ops::Range;

use super::figure::is_numeral;
use super::normal::counts;
use crate::fold::fold_each;
use crate::script::Compactor;
use crate::segment::Segmenter;

/// The most characters of a text that are compared; what follows is left out.
/// Some 4,000 pages.
pub const MAX_COMPARED_CHARS: usize = 2_000_000;

/// A text made ready to be compared. Reading costs more than comparing: read a
/// document once and compare it with all its candidates.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Folded characters that count.
    pub(super) chars: Vec<char>,
    /// Characters of the source that each was made from: the first, and the
    /// one behind the last.
    starts: Vec<u32>,
    ends: Vec<u32>,
    /// Whether a word begins at each character, and at the end of the text.
    bounds: Vec<bool>,
    /// Whether the source has more than that.
    pub(super) is_beginning: bool,
}

impl Reading {
    /// Reads a text (a document's pages joined by `\n`), [`MAX_COMPARED_CHARS`]
    /// of it at most.
    pub fn of(text: &str) -> Self {
        let mut reading = Self {
            chars: Vec::with_capacity(text.len() / 3),
            starts: Vec::new(),
            ends: Vec::new(),
            bounds: Vec::new(),
            is_beginning: false,
        };
        // Words are cut with the punctuation in place, and over line ends.
        let mut folded = String::with_capacity(text.len());
        let mut offsets: Vec<usize> = Vec::new();
        let mut places = Places::of(text);
        let mut compactor = Compactor::new();
        fold_each(text, |c, source| {
            if reading.chars.len() == MAX_COMPARED_CHARS {
                reading.is_beginning = true;
                return;
            }
            compactor.push(c, source, |c, source| {
                if counts(c) {
                    offsets.push(folded.len());
                    reading.chars.push(c);
                    reading.starts.push(places.at(source.start));
                    reading.ends.push(places.at(source.end));
                }
                folded.push(c);
            });
        });
        reading.bounds = vec![false; reading.chars.len() + 1];
        let mut at = 0;
        for token in Segmenter::shared().query_tokens(&folded) {
            for byte in [token.start, token.end] {
                while at < offsets.len() && offsets[at] < byte {
                    at += 1;
                }
                reading.bounds[at] = true;
            }
        }
        reading.bounds[0] = true;
        reading.bounds[offsets.len()] = true;
        reading.join_congresses();
        reading
    }

    /// Makes one word of a numeral and 大: the cutter knows some of the party's
    /// congresses (十七大) and not the next.
    fn join_congresses(&mut self) {
        for at in 1..self.chars.len() {
            if self.chars[at] == '大' && self.bounds[at] && self.bounds[at + 1] {
                let word = self.bounds[..at].iter().rposition(|bound| *bound);
                if is_numeral(&self.chars[word.unwrap_or(0)..at]) {
                    self.bounds[at] = false;
                }
            }
        }
    }

    /// How many characters count.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// Whether a word begins at the character `at`.
    pub(super) fn is_bound(&self, at: u32) -> bool {
        self.bounds[at as usize]
    }

    /// The words of a range that begins and ends between words.
    pub(super) fn words(&self, range: Range<u32>) -> Vec<Range<u32>> {
        let mut words = Vec::new();
        let mut start = range.start;
        for at in range.start + 1..=range.end {
            if at == range.end || self.is_bound(at) {
                words.push(start..at);
                start = at;
            }
        }
        words
    }

    /// How many words begin in a range.
    pub(super) fn count_words(&self, range: Range<u32>) -> u32 {
        let bounds = &self.bounds[range.start as usize..range.end as usize];
        bounds.iter().map(|bound| u32::from(*bound)).sum()
    }

    pub(super) fn slice(&self, range: Range<u32>) -> &[char] {
        &self.chars[range.start as usize..range.end as usize]
    }

    pub(super) fn text(&self, range: Range<u32>) -> String {
        self.slice(range).iter().collect()
    }

    /// The characters of the source behind a range; an empty one lies behind
    /// what precedes it.
    pub(super) fn source(&self, range: Range<u32>) -> Range<u32> {
        let (start, end) = (range.start as usize, range.end as usize);
        if start < end {
            self.starts[start]..self.ends[end - 1]
        } else {
            let at = start.checked_sub(1).map_or(0, |before| self.ends[before]);
            at..at
        }
    }

    /// Which characters fall in none of some ranges of the source.
    pub(super) fn outside(&self, excluded: &[Range<u32>]) -> Vec<bool> {
        let mut kept = vec![true; self.chars.len()];
        for range in excluded {
            let first = self.ends.partition_point(|end| *end <= range.start);
            let behind = self.starts.partition_point(|start| *start < range.end);
            if first < behind {
                kept[first..behind].fill(false);
            }
        }
        kept
    }
}

/// Turns ascending byte offsets into counts of characters.
struct Places<'a> {
    text: &'a str,
    byte: usize,
    char: u32,
}

impl<'a> Places<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            byte: 0,
            char: 0,
        }
    }

    fn at(&mut self, byte: usize) -> u32 {
        // Several folded characters of one source character ask for its start
        // again, after its end.
        if byte < self.byte {
            let back = self.text[byte..self.byte].chars().count();
            return self.char - u32::try_from(back).unwrap_or(self.char);
        }
        let step = self.text[self.byte..byte].chars().count();
        self.char = self
            .char
            .saturating_add(u32::try_from(step).unwrap_or(u32::MAX));
        self.byte = byte;
        self.char
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_over_line_ends_and_lead_back_to_their_place() {
        let text = "第一章 總則：\n学习实践科学发\n展观，㈠ Office５.12";
        let reading = Reading::of(text);
        let all = reading.words(0..u32::try_from(reading.len()).unwrap());
        let words: Vec<String> = all.iter().map(|word| reading.text(word.clone())).collect();
        assert!(words.contains(&"发展观".to_owned()), "{words:?}");
        assert!(words.contains(&"office512".to_owned()), "{words:?}");
        let source: Vec<char> = text.chars().collect();
        let back = |word: &str| -> String {
            let at = words.iter().position(|w| w == word).unwrap();
            let place = reading.source(all[at].clone());
            source[place.start as usize..place.end as usize]
                .iter()
                .collect()
        };
        assert_eq!(back("发展观"), "发\n展观");
        assert_eq!(back("总则"), "總則");
        assert_eq!(back("一"), "㈠");
        assert_eq!(reading.source(0..0), 0..0);
        assert_eq!(reading.source(3..3), 3..3);
        let kept = reading.outside(&[0..3, 900..910]);
        assert_eq!(kept.iter().filter(|kept| !**kept).count(), 3);
    }

    #[test]
    fn odd_texts_are_read() {
        assert!(Reading::of("").is_empty());
        assert!(Reading::of(" …\u{301}\u{200B}").is_empty());
        let marks = format!("a{}b", "\u{301}".repeat(50_000));
        assert_eq!(Reading::of(&marks).len(), 2);
        let long = "国".repeat(MAX_COMPARED_CHARS + 10);
        assert_eq!(Reading::of(&long).len(), MAX_COMPARED_CHARS);
    }
}
