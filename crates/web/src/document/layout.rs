//! The text layer's data: where each word of a page stands, and where in it
//! the hits of a search do.
//!
//! The layout was written by the converter; its text is put together here as
//! the converter does it (Chinese lines joined as they are, Latin ones with a
//! space, a hyphen at the line end undone), so that what is found in a page's
//! text can be pointed at in its layout.

use super::{open, seal};
use crate::error::WebError;
use crate::layout::Reader;
use crate::site::Site;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use wenyuan_domain::DocumentId;
use wenyuan_domain::document::{self, Page};

/// Returns the address of a page's layout.
pub(super) fn url(id: DocumentId, page: &Page) -> String {
    format!(
        "/d/{id}/layout/{}?v={}",
        page.number,
        seal::version(&page.layout)
    )
}

/// The query of a layout: the beginning of its hash.
#[derive(Deserialize)]
pub(crate) struct Version {
    #[serde(default)]
    v: String,
}

/// Hands out the words of a page with their boxes, as the converter wrote them.
pub(crate) async fn show_layout(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path((id, page)): Path<(String, String)>,
    Query(version): Query<Version>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let number = page.parse().map_err(|_| WebError::NotFound)?;
    let document = open(&site, reader.viewer, &id).await?;
    let page = document::page(&site.db, &document, number)
        .await?
        .ok_or(WebError::NotFound)?;
    let cache = seal::versioned(&document, number, &page.layout, &version.v);
    seal::blob(&site, &headers, &page.layout, "application/json", cache).await
}

#[derive(Deserialize)]
struct Layout {
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    words: Vec<Word>,
    #[serde(default)]
    starts_paragraph: bool,
}

#[derive(Deserialize)]
struct Word {
    text: String,
    #[serde(default)]
    space_after: bool,
}

/// The text of a page that remembers which word each piece is.
pub(super) struct PlainText {
    /// The text in reading order.
    pub(super) text: String,
    words: Vec<Placed>,
}

struct Placed {
    range: Range<usize>,
    line: usize,
    word: usize,
}

/// A part of a word: line, word in the line (both from 0), and the UTF-16
/// units of the word from and to.
pub(super) type Place = (usize, usize, usize, usize);

impl PlainText {
    /// Puts the text of a layout (JSON) together.
    ///
    /// # Errors
    /// When the JSON is not a layout.
    pub(super) fn read(json: &[u8]) -> Result<Self, serde_json::Error> {
        let layout: Layout = serde_json::from_slice(json)?;
        let mut plain = Self {
            text: String::new(),
            words: Vec::new(),
        };
        for (number, line) in layout.lines.iter().enumerate() {
            if !plain.text.is_empty() {
                if line.starts_paragraph {
                    plain.text.push('\n');
                } else {
                    plain.join(line);
                }
            }
            for (index, word) in line.words.iter().enumerate() {
                let start = plain.text.len();
                plain.text.push_str(&word.text);
                plain.words.push(Placed {
                    range: start..plain.text.len(),
                    line: number,
                    word: index,
                });
                if word.space_after && index + 1 < line.words.len() {
                    plain.text.push(' ');
                }
            }
        }
        Ok(plain)
    }

    fn join(&mut self, next: &Line) {
        let first = next.words.first().and_then(|word| word.text.chars().next());
        let (Some(last), Some(first)) = (self.text.chars().next_back(), first) else {
            return;
        };
        if is_cjk(last) || is_cjk(first) {
            return;
        }
        let hyphen = matches!(last, '-' | '\u{2010}' | '\u{ad}');
        let before = self.text.chars().rev().nth(1);
        if hyphen && first.is_lowercase() && before.is_some_and(char::is_alphabetic) {
            self.text.pop();
            if let Some(word) = self.words.last_mut() {
                word.range.end = self.text.len();
            }
        } else {
            self.text.push(' ');
        }
    }

    /// Returns the parts of words that a byte range of the text covers.
    pub(super) fn places(&self, hit: &Range<usize>) -> Vec<Place> {
        let first = self
            .words
            .partition_point(|word| word.range.end <= hit.start);
        let covered = self.words.get(first..).unwrap_or_default().iter();
        covered
            .take_while(|word| word.range.start < hit.end)
            .filter_map(|word| {
                let from = hit.start.max(word.range.start);
                let to = hit.end.min(word.range.end);
                let before = self.text.get(word.range.start..from)?;
                let inside = self.text.get(from..to)?;
                let start = units(before);
                Some((word.line, word.word, start, start + units(inside)))
            })
            .collect()
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Whether a character is written without spaces around it, as the converter
/// tells it.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{312f}' | '\u{3190}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{fe10}'..='\u{fe1f}' | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(json: &str) -> PlainText {
        PlainText::read(json.as_bytes()).unwrap()
    }

    fn places(plain: &PlainText, needle: &str) -> Vec<Place> {
        let at = plain.text.find(needle).unwrap();
        plain.places(&(at..at + needle.len()))
    }

    const CHINESE: &str = r#"{"number":1,"width":595.0,"height":842.0,"lines":[
        {"words":[{"text":"全省乡镇文","x0":72,"y0":72,"x1":152,"y1":88}],"starts_paragraph":true},
        {"words":[]},
        {"words":[{"text":"化站建设","x0":72,"y0":100,"x1":136,"y1":116},
                  {"text":"116","x0":140,"y0":100,"x1":160,"y1":116},
                  {"text":"个","x0":160,"y0":100,"x1":176,"y1":116}]},
        {"words":[{"text":"二、","x0":72,"y0":128,"x1":104,"y1":144}],"starts_paragraph":true}]}"#;

    #[test]
    fn a_hit_across_a_line_end_is_parts_of_two_words() {
        let plain = plain(CHINESE);
        assert_eq!(plain.text, "全省乡镇文化站建设116个\n二、");
        assert_eq!(places(&plain, "乡镇文化站"), [(0, 0, 2, 5), (2, 0, 0, 2)]);
        assert_eq!(
            places(&plain, "设116个"),
            [(2, 0, 3, 4), (2, 1, 0, 3), (2, 2, 0, 1)]
        );
        assert_eq!(places(&plain, "个\n二"), [(2, 2, 0, 1), (3, 0, 0, 1)]);
        assert_eq!(plain.places(&(0..0)), []);
        assert_eq!(plain.places(&(9_000..9_001)), []);
    }

    #[test]
    fn latin_lines_join_with_a_space_and_hyphens_are_undone() {
        let plain = plain(
            r#"{"lines":[{"words":[{"text":"a","space_after":true},{"text":"con-"}],"starts_paragraph":true},
            {"words":[{"text":"verter","space_after":true},{"text":"of","space_after":true}]},
            {"words":[{"text":"files"}]}]}"#,
        );
        assert_eq!(plain.text, "a converter of files");
        assert_eq!(places(&plain, "converter"), [(0, 1, 0, 3), (1, 0, 0, 6)]);
        assert_eq!(places(&plain, "of files"), [(1, 1, 0, 2), (2, 0, 0, 5)]);
    }

    #[test]
    fn places_count_as_scripts_count() {
        let plain = plain(r#"{"lines":[{"words":[{"text":"𠮷野家"}]}]}"#);
        assert_eq!(places(&plain, "野"), [(0, 0, 2, 3)]);
    }
}
