//! The piece of text a hit is shown with.
//!
//! Pure: it sees the pages it is given and nothing else, so a snippet can
//! never show more than the visitor may read.

use std::ops::Range;

use serde::Serialize;
use wenyuan_text::{fold_compact, is_unspaced};

use crate::Query;
use crate::mark::{Found, Marker, source_ranges};

/// A window of one page's text with the hits marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The number of the page, as handed in.
    pub page: u32,
    /// The text in order, cut where marking begins or ends.
    pub fragments: Vec<Fragment>,
}

impl Snippet {
    /// The text without marks.
    pub fn text(&self) -> String {
        self.fragments.iter().map(|f| f.text.as_str()).collect()
    }
}

/// A run of text that is a hit or is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fragment {
    /// The text as it stands in the document, line breaks taken out.
    pub text: String,
    /// Whether it is a hit.
    pub hit: bool,
}

/// A term matched as typed weighs as much as this many of its words.
const WHOLE_WEIGHT: usize = 4;
/// Matches of a page that are weighed; a page of nothing but hits is the same
/// everywhere.
const MATCHES_WEIGHED: usize = 2_000;

/// Picks the window of at most `max_chars` characters that shows the query
/// best: most different terms, whole terms and phrases before single words,
/// earliest page and place among equals. `None` when no page has any of them.
///
/// `pages` is what the visitor may read: number and text. It begins at a
/// sentence where one is near; `…` marks where text was left out.
pub fn snippet(query: &Query, pages: &[(u32, &str)], max_chars: usize) -> Option<Snippet> {
    let marker = &query.marker;
    let goal = marker.needles().len() + WHOLE_WEIGHT * query.wanted().count();
    let mut best: Option<(usize, usize, Range<usize>)> = None;
    for (index, (_, text)) in pages.iter().enumerate() {
        let folded = fold_compact(text);
        let mut found = marker.find(&folded.text);
        found.truncate(MATCHES_WEIGHED);
        let Some((weight, window)) = best_window(marker, &found, &folded.text, max_chars) else {
            continue;
        };
        if best.as_ref().is_none_or(|(most, ..)| weight > *most) {
            best = Some((weight, index, folded.source_range(window)));
        }
        if weight >= goal {
            break;
        }
    }
    let (_, index, window) = best?;
    let (page, text) = *pages.get(index)?;
    let folded = fold_compact(text);
    let hits = source_ranges(&marker.find(&folded.text), &folded);
    let fragments = cut(text, &hits, &window, max_chars);
    Some(Snippet { page, fragments })
}

/// Finds the heaviest run of matches that fits into `max_chars`; gives its
/// weight and its bytes in the folded text.
fn best_window(
    marker: &Marker,
    found: &[Found],
    folded: &str,
    max_chars: usize,
) -> Option<(usize, Range<usize>)> {
    let starts = char_numbers(folded, found.iter().map(|f| f.range.start));
    let ends = char_numbers(folded, found.iter().map(|f| f.range.end));
    let mut best: Option<(usize, Range<usize>)> = None;
    let mut seen = vec![false; marker.needles().len()];
    for first in 0..found.len() {
        seen.fill(false);
        let mut weight = 0;
        let mut end = found[first].range.end;
        for next in first..found.len() {
            if next > first && ends[next] - starts[first] > max_chars {
                break;
            }
            weight += weigh(marker, found[next].needle, &mut seen);
            end = found[next].range.end;
        }
        if best.as_ref().is_none_or(|(most, _)| weight > *most) {
            best = Some((weight, found[first].range.start..end));
        }
    }
    best
}

/// What one more match adds to a window: each needle counts once, and a whole
/// term brings all its words with it.
fn weigh(marker: &Marker, hit: usize, seen: &mut [bool]) -> usize {
    let needles = marker.needles();
    let mut weight = 0;
    if needles[hit].whole && !seen[hit] {
        weight += WHOLE_WEIGHT;
    }
    for (number, needle) in needles.iter().enumerate() {
        let brought = number == hit || (needles[hit].whole && needle.term == needles[hit].term);
        if brought && !seen[number] {
            seen[number] = true;
            weight += 1;
        }
    }
    weight
}

/// Turns ascending byte offsets into character numbers in one pass.
fn char_numbers(text: &str, offsets: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut at, mut number) = (0, 0);
    offsets
        .map(|offset| {
            number += text[at..offset].chars().count();
            at = offset;
            number
        })
        .collect()
}

/// Cuts the piece around `window` (bytes of `text`) with its `hits` marked.
fn cut(
    text: &str,
    hits: &[Range<usize>],
    window: &Range<usize>,
    max_chars: usize,
) -> Vec<Fragment> {
    let clean = clean(text, hits);
    let first = clean.partition_point(|c| c.at < window.start);
    let behind = clean.partition_point(|c| c.at < window.end);
    // Both ellipses count, should they be needed.
    let room = max_chars.saturating_sub(2).max(1);
    let slack = room.saturating_sub(behind - first);
    let mut start = beginning(&clean, first, slack * 2 / 3);
    if clean.len() - start < room {
        start = clean.len().saturating_sub(room).min(start);
        start = beginning(&clean, start, 0).min(first);
    }
    let end = (start + room).min(clean.len());
    let mut out: Vec<Fragment> = Vec::new();
    if start > 0 {
        push(&mut out, '…', false);
    }
    for c in &clean[start..end] {
        push(&mut out, c.c, c.hit);
    }
    if end < clean.len() {
        push(&mut out, '…', false);
    }
    out
}

fn push(out: &mut Vec<Fragment>, c: char, hit: bool) {
    match out.last_mut() {
        Some(last) if last.hit == hit => last.text.push(c),
        _ => out.push(Fragment {
            text: c.to_string(),
            hit,
        }),
    }
}

/// A character of the text as it is shown.
struct Shown {
    c: char,
    at: usize,
    hit: bool,
}

/// The text as it is shown: line breaks inside Chinese gone, other whitespace
/// one space, controls gone.
fn clean(text: &str, hits: &[Range<usize>]) -> Vec<Shown> {
    let mut hits = hits.iter().peekable();
    let mut out: Vec<Shown> = Vec::with_capacity(text.len() / 2);
    let mut space = false;
    for (at, c) in text.char_indices() {
        while hits.peek().is_some_and(|hit| hit.end <= at) {
            hits.next();
        }
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if c.is_control() {
            continue;
        }
        let hit = hits.peek().is_some_and(|hit| hit.start <= at);
        if let Some(last) = out.last()
            && space
            && !is_unspaced(last.c)
            && !is_unspaced(c)
        {
            // A space inside a phrase is part of the hit.
            let hit = hit && last.hit && hits.peek().is_some_and(|hit| hit.start < at);
            out.push(Shown { c: ' ', at, hit });
        }
        space = false;
        out.push(Shown { c, at, hit });
    }
    out
}

/// Where to begin so that the hit at `first` has context: behind the end of a
/// sentence at most `reach` characters before it, else behind a clause, else
/// halfway.
fn beginning(clean: &[Shown], first: usize, reach: usize) -> usize {
    let least = first.saturating_sub(reach);
    if least == 0 {
        return 0;
    }
    let behind = |is_end: fn(char) -> bool| {
        (least..first)
            .find(|&i| is_end(clean[i - 1].c) && !is_end(clean[i].c))
            .map(|i| i + usize::from(clean[i].c == ' '))
    };
    behind(|c| matches!(c, '。' | '！' | '？' | '；' | '.' | '!' | '?'))
        .or_else(|| behind(|c| matches!(c, '，' | '、' | '：' | ',' | ':' | ';')))
        .or_else(|| behind(|c| c == ' '))
        .unwrap_or(first - reach / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(query: &str, pages: &[(u32, &str)], max: usize) -> Option<(u32, String)> {
        let snippet = snippet(&Query::parse(query), pages, max)?;
        assert!(snippet.text().chars().count() <= max, "{}", snippet.text());
        let marked = snippet
            .fragments
            .iter()
            .map(|f| {
                if f.hit {
                    format!("[{}]", f.text)
                } else {
                    f.text.clone()
                }
            })
            .collect();
        Some((snippet.page, marked))
    }

    #[test]
    fn shows_the_page_with_most_of_the_query() {
        let pages = [
            (1, "各市要重视文化工作。"),
            (2, "第二页。各鄉鎮文\n化站要開展活動。经费由财政安排。"),
            (3, "乡镇文化站"),
        ];
        let (page, text) = shown("乡镇文化站 经费", &pages, 60).unwrap_or_default();
        assert_eq!(page, 2);
        assert_eq!(text, "第二页。各[鄉鎮文化站]要開展活動。[经费]由财政安排。");
        assert_eq!(
            shown("文化站", &pages, 60).map(|s| s.0),
            Some(2),
            "earliest of equals"
        );
        assert_eq!(shown("图书馆", &pages, 60), None);
        assert_eq!(shown("", &pages, 60), None);
        assert_eq!(shown("文化", &[], 60), None);
    }

    #[test]
    fn cuts_a_window_at_a_sentence() {
        let text = "无关的句子在这里。".repeat(20)
            + "重要的是乡镇文化站。"
            + &"后面还有很多话。".repeat(20);
        let (_, text) = shown("乡镇文化站", &[(1, &text)], 40).unwrap_or_default();
        assert!(text.starts_with('…') && text.ends_with('…'), "{text}");
        assert!(text.contains("[乡镇文化站]"), "{text}");
        assert!(
            text[3..].starts_with("无关的句子") || text[3..].starts_with("重要的是"),
            "{text}"
        );
    }

    #[test]
    fn phrases_come_before_scattered_words() {
        let pages = [(1, "发展科学，科学与发展观"), (2, "落实科学发展观")];
        assert_eq!(
            shown("科学发展观", &pages, 40),
            Some((2, "落实[科学发展观]".to_owned()))
        );
        assert_eq!(shown("\"发展观念\"", &pages, 40), None);
    }

    #[test]
    fn a_hit_at_the_very_end_gets_the_text_before_it() {
        let text = "甲乙丙丁戊己庚辛壬癸".repeat(30) + "文化站";
        let (_, text) = shown("文化站", &[(9, &text)], 30).unwrap_or_default();
        assert!(
            text.ends_with("[文化站]") && text.chars().count() >= 25,
            "{text}"
        );
    }

    #[test]
    fn tiny_limits_and_long_matches_do_not_break() {
        let long = "文化站".repeat(500);
        for max in 0..6 {
            let made = snippet(&Query::parse(&"文化站".repeat(50)), &[(1, &long)], max);
            assert!(made.is_some_and(|s| !s.fragments.is_empty()));
        }
        let (_, text) =
            shown("open xml", &[(1, "Office\n Open \n XML files")], 40).unwrap_or_default();
        assert_eq!(text, "Office [Open] [XML] files");
        let (_, text) =
            shown("\"open xml\"", &[(1, "Office\n Open \n XML files")], 40).unwrap_or_default();
        assert_eq!(text, "Office [Open XML] files");
    }
}
