//! Where the words of a query stand in a text.
//!
//! Matching is done on folded text and led back to the original, so that a
//! hit is marked whatever its script, width, case or line breaks. Pure: the
//! caller decides which text may be looked at.

use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use wenyuan_text::{
    Folded, Segmenter, fold_compact, fold_compact_text, is_stop_word, is_unspaced, stem_english,
};

use crate::Query;
use crate::dates::dates;
use crate::query::{MAX_QUERY_CHARS, Place, Term};

/// Byte ranges of `text` in which `needle` stands as it is, inside words too.
/// In order, not overlapping. For find-in-document. Only the first 256
/// characters of `needle` are used.
pub fn find_text(needle: &str, text: &str) -> Vec<Range<usize>> {
    let needle: String = needle.chars().take(MAX_QUERY_CHARS).collect();
    let needle = fold_compact_text(&needle);
    if needle.is_empty() {
        return Vec::new();
    }
    let folded = fold_compact(text);
    let found = folded
        .text
        .match_indices(&needle)
        .map(|(at, hit)| folded.source_range(at..at + hit.len()));
    merged(found)
}

/// Byte ranges of `text` in which words or phrases of `query` stand; excluded
/// ones are not marked. In order, not overlapping. For marking hits on a page
/// or in a title.
pub fn mark_hits(query: &Query, text: &str) -> Vec<Range<usize>> {
    let folded = fold_compact(text);
    source_ranges(&query.marker.find(&folded.text), &folded)
}

/// Leads matches in the folded text back to byte ranges of the original.
pub(crate) fn source_ranges(found: &[Found], folded: &Folded) -> Vec<Range<usize>> {
    merged(found.iter().map(|f| folded.source_range(f.range.clone())))
}

/// Joins ranges that touch or overlap: one original character (㈠) can be part
/// of two matches, and neighbouring words read better as one mark.
fn merged(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in ranges.filter(|range| !range.is_empty()) {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// A match in a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Bytes of the folded text.
    pub(crate) range: Range<usize>,
    /// Index into [`Marker::needles`].
    pub(crate) needle: usize,
}

/// Something to look for.
#[derive(Debug, Clone)]
pub(crate) struct Needle {
    text: String,
    /// Which of the wanted terms it belongs to.
    pub(crate) term: usize,
    /// Whether it is that term as typed, not one word of it.
    pub(crate) whole: bool,
    /// Whether it may be the beginning of a longer word.
    open: bool,
}

/// Finds all words and phrases of a query in one pass over a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marker {
    automaton: Option<Arc<AhoCorasick>>,
    needles: Arc<Vec<Needle>>,
}

impl Marker {
    pub(crate) fn new<'a>(wanted: impl Iterator<Item = &'a Term>) -> Self {
        let wanted = wanted.filter(|term| matches!(term.place, Place::Anywhere | Place::Title));
        let mut needles: Vec<Needle> = Vec::new();
        for (number, term) in wanted.enumerate() {
            let mut add = |text: &str, whole: bool| {
                for text in needle_texts(text) {
                    if needles.iter().all(|n| n.text != text) {
                        needles.push(Needle {
                            text,
                            term: number,
                            whole,
                            open: term.open && whole,
                        });
                    }
                }
            };
            add(&term.text, true);
            for date in dates(&term.text) {
                date.spellings().iter().for_each(|text| add(text, false));
            }
            if !term.phrase {
                let words = words_of(&term.text);
                words.iter().for_each(|word| add(word, false));
                for word in words.iter().chain([&term.text]) {
                    let others = wenyuan_text::expand(word);
                    others.iter().for_each(|(other, _)| add(other, false));
                }
            }
        }
        if needles.is_empty() {
            return Self::default();
        }
        // It can only fail for gigabytes of needles; then nothing is marked.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(needles.iter().map(|n| &n.text))
            .ok()
            .map(Arc::new);
        Self {
            automaton,
            needles: Arc::new(needles),
        }
    }

    pub(crate) fn needles(&self) -> &[Needle] {
        &self.needles
    }

    /// Finds what stands in a folded, compacted text; in order, not
    /// overlapping, the longest first.
    pub(crate) fn find(&self, folded: &str) -> Vec<Found> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        automaton
            .find_iter(folded)
            .filter_map(|hit| {
                let needle = hit.pattern().as_usize();
                let open = self.needles.get(needle).is_some_and(|needle| needle.open);
                let range = to_word_ends(folded, hit.range(), open)?;
                Some(Found { range, needle })
            })
            .collect()
    }
}

/// The words of a term that are worth marking alone: no stop words and no
/// single characters, unless there is nothing else.
pub(crate) fn words_of(term: &str) -> Vec<String> {
    let words = || Segmenter::shared().query_tokens(term).map(|t| t.text);
    let strong: Vec<String> = words()
        .filter(|w| w.chars().nth(1).is_some() && !is_stop_word(w))
        .map(str::to_owned)
        .collect();
    if strong.is_empty() {
        words().map(str::to_owned).collect()
    } else {
        strong
    }
}

/// What to look for: an English word by its stem, of which [`to_word_ends`]
/// takes the rest in, `library` also as `libraries` and `make` as `making`.
fn needle_texts(term: &str) -> Vec<String> {
    let (head, word) = term.split_at(last_word(term, term.len()));
    let stem = stem_english(word);
    let mut texts = vec![format!("{head}{stem}")];
    if let Some(stem) = stem.strip_suffix('y') {
        texts.extend(["ies", "ied"].map(|ending| format!("{head}{stem}{ending}")));
    } else if let Some(stem) = stem.strip_suffix('e') {
        texts.push(format!("{head}{stem}ing"));
    }
    texts
}

/// Where the run of a–z that ends at `end` begins.
fn last_word(text: &str, end: usize) -> usize {
    let before = text[..end].trim_end_matches(|c: char| c.is_ascii_lowercase());
    before.len()
}

/// Widens a match that ends in a letter to the end of an English plural, and
/// refuses one that begins or ends inside a longer word or number; an open one
/// goes to the end of the word.
fn to_word_ends(text: &str, range: Range<usize>, open: bool) -> Option<Range<usize>> {
    let hit = &text[range.clone()];
    let first = hit.chars().next()?;
    let before = text[..range.start].chars().next_back();
    if before.is_some_and(|c| same_run(c, first)) {
        return None;
    }
    let last = hit.chars().next_back()?;
    let rest = &text[range.end..];
    let tail = rest.find(|c| !same_run(last, c)).unwrap_or(rest.len());
    if tail == 0 {
        return Some(range);
    }
    if open {
        return Some(range.start..range.end + tail);
    }
    // Whether the longer word has the same stem.
    let word = last_word(text, range.end);
    let end = range.end + tail;
    let is_plural = stem_english(&text[word..end]) == stem_english(&text[word..range.end]);
    is_plural.then_some(range.start..end)
}

/// Whether two neighbouring characters belong to one word or one number.
fn same_run(a: char, b: char) -> bool {
    !is_unspaced(a)
        && !is_unspaced(b)
        && ((a.is_alphabetic() && b.is_alphabetic()) || (a.is_numeric() && b.is_numeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(query: &str, text: &'a str) -> Vec<&'a str> {
        mark_hits(&Query::parse(query), text)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn marks_the_original_text() {
        assert_eq!(
            found("乡镇文化站", "各鄉鎮文\n化站，鄉鎮與文化站"),
            ["鄉鎮文\n化站", "鄉鎮", "文化站"]
        );
        assert_eq!(
            found("2023 office", "２０２３年 Office，12023 offices"),
            ["２０２３", "Office", "offices"]
        );
        assert_eq!(
            found("\"文化站\" -建设", "文化站的建设，文化与站"),
            ["文化站"]
        );
        assert_eq!(found("", "文化"), Vec::<&str>::new());
    }

    #[test]
    fn words_end_where_they_end() {
        assert_eq!(found("art", "party art arts article"), ["art", "arts"]);
        assert_eq!(
            found("libraries", "A library, LIBRARIES"),
            ["library", "LIBRARIES"]
        );
        assert_eq!(found("make", "making, makes maker"), ["making", "makes"]);
        assert_eq!(found("running", "run, runs; runner"), ["run", "runs"]);
        assert_eq!(found("9704", "GB/T9704-2012 19704"), ["9704"]);
    }

    #[test]
    fn find_looks_inside_words_and_over_line_ends() {
        let text = "Party 文化\n站 ＡＲＴ";
        let hits: Vec<&str> = find_text("art", text)
            .into_iter()
            .map(|r| &text[r])
            .collect();
        assert_eq!(hits, ["art", "ＡＲＴ"]);
        let hits: Vec<&str> = find_text("化站", text)
            .into_iter()
            .map(|r| &text[r])
            .collect();
        assert_eq!(hits, ["化\n站"]);
        assert!(find_text("", text).is_empty() && find_text(" \n", text).is_empty());
        assert_eq!(find_text("\0", "a\0b"), Vec::<Range<usize>>::new());
        assert_eq!(
            find_text("aa", "aaaa").len(),
            1,
            "touching hits are one mark"
        );
    }
}
