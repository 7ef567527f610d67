//! A document alone: what is examined, and its text in the form that the
//! rules read.

use super::content::little_content;
use super::finding::{Evidence, Finding, Kind};
use super::personal::personal_data;
use super::title::title_mismatch;
use super::years::redated;
use crate::fold::fold_each;
use crate::script::{Compactor, is_han};

/// How much of a text is examined, in characters; what follows is not read.
/// A book of a thousand pages has half as many.
pub const MAX_EXAMINED_CHARS: usize = 2_000_000;

/// A page of a document to be examined.
#[derive(Clone, Copy, Debug)]
pub struct SubjectPage<'a> {
    /// Its text.
    pub text: &'a str,
    /// A name of its image, equal for equal images; nothing when unknown.
    pub picture: Option<&'a str>,
}

/// A document to be examined.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its title, as its owner gave it.
    pub title: &'a str,
    /// The name of the uploaded file.
    pub file_name: &'a str,
    /// All of its pages.
    pub pages: &'a [SubjectPage<'a>],
}

/// Finds what can be said of a document without any other: re-dated, title and
/// content disagree, little content, personal data; gravest first.
///
/// Places in the evidence count characters of the pages joined by `\n`. Time
/// and memory are linear in the text, of which [`MAX_EXAMINED_CHARS`] are read.
pub fn examine(subject: &Subject) -> Vec<Finding> {
    let text = Compact::of_pages(subject.pages);
    let mut found = Vec::new();
    found.extend(redated(subject, &text));
    found.extend(title_mismatch(subject, &text));
    found.extend(little_content(subject, &text));
    found.extend(personal_data(&text));
    found
}

/// Makes a finding of one document's text.
pub(super) fn finding(kind: Kind, rule: &str, coverage: f64, evidence: Evidence) -> Finding {
    Finding {
        kind,
        rule: rule.to_owned(),
        coverage: coverage.clamp(0.0, 1.0),
        other_coverage: 0.0,
        swaps: Vec::new(),
        swap_count: 0,
        replaced: 0,
        evidence,
    }
}

/// A text as the rules read it: folded (NFKC, simplified, lower case), without
/// line breaks and padding beside Chinese, each character with its place.
#[derive(Debug, Default)]
pub(super) struct Compact {
    /// The characters.
    pub(super) chars: Vec<char>,
    /// For each, the place of its source: characters from the beginning.
    pub(super) at: Vec<u32>,
}

impl Compact {
    /// Reads one text.
    pub(super) fn of(text: &str) -> Self {
        Self::of_texts([text].into_iter())
    }

    fn of_pages(pages: &[SubjectPage]) -> Self {
        Self::of_texts(pages.iter().map(|page| page.text))
    }

    fn of_texts<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut compact = Self::default();
        let mut compactor = Compactor::new();
        let mut base = 0;
        for text in texts {
            if base >= MAX_EXAMINED_CHARS {
                break;
            }
            let text = first_chars(text, MAX_EXAMINED_CHARS - base);
            let (mut bytes, mut chars) = (0, base);
            fold_each(text, |c, source| {
                chars += text[bytes..source.start].chars().count();
                bytes = source.start;
                let at = u32::try_from(chars).unwrap_or(u32::MAX);
                compactor.push(c, at, |c, at| compact.push(c, at));
            });
            base = chars + text[bytes..].chars().count();
            let at = u32::try_from(base).unwrap_or(u32::MAX);
            compactor.push('\n', at, |c, at| compact.push(c, at));
            base += 1;
        }
        compact
    }

    fn push(&mut self, c: char, at: u32) {
        self.chars.push(c);
        self.at.push(at);
    }

    /// The characters from `start` to `end`, as a string; less at the end.
    pub(super) fn slice(&self, start: usize, end: usize) -> String {
        let end = end.min(self.chars.len());
        self.chars[start.min(end)..end].iter().collect()
    }

    /// Whether `words` stand at `start`.
    pub(super) fn is_at(&self, start: usize, words: &str) -> bool {
        let mut at = start;
        words.chars().all(|c| {
            at += 1;
            self.chars.get(at - 1) == Some(&c)
        })
    }

    /// How many Chinese characters it has.
    pub(super) fn han(&self) -> usize {
        self.chars.iter().filter(|&&c| is_han(c)).count()
    }
}

/// The first `count` characters of a text.
pub(super) fn first_chars(text: &str, count: usize) -> &str {
    match text.char_indices().nth(count) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_keep_their_place_over_pages() {
        let page = |text| SubjectPage {
            text,
            picture: None,
        };
        let pages = [page(" 鄉鎮\n文"), page("化站 ２０"), page("x")];
        let compact = Compact::of_pages(&pages);
        let joined: Vec<char> = " 鄉鎮\n文\n化站 ２０\nx".chars().collect();
        assert_eq!(compact.slice(0, 99), "乡镇文化站20 x");
        let sources: String = compact.at.iter().map(|&at| joined[at as usize]).collect();
        assert_eq!(sources, "鄉鎮文化站２０\nx");
        assert!(compact.is_at(2, "文化") && !compact.is_at(9, "x y"));
    }

    #[test]
    fn no_more_is_read_than_the_bound() {
        let text = "国".repeat(MAX_EXAMINED_CHARS + 10);
        assert_eq!(Compact::of(&text).chars.len(), MAX_EXAMINED_CHARS);
    }
}
