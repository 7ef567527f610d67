//! The full text of a document as HTML shows it: pages, paragraphs, and in
//! them the hits of the search that the reader came from.

use std::ops::Range;

/// The text of one page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TextPage {
    /// From 1.
    pub(super) number: u32,
    /// Its paragraphs, none of them empty.
    pub(super) paragraphs: Vec<Vec<Piece>>,
}

/// A run of text that is a hit or is not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The text, to be escaped.
    pub(super) text: String,
    /// Whether it is a hit.
    pub(super) hit: bool,
}

impl TextPage {
    /// Cuts the text of a page into paragraphs and these at `hits`, byte
    /// ranges in order and not overlapping.
    pub(super) fn new(number: u32, text: &str, hits: &[Range<usize>]) -> Self {
        let mut paragraphs = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let end = start + line.len();
            if !line.trim().is_empty() {
                paragraphs.push(cut(text, start..end, hits));
            }
            start = end + 1;
        }
        Self { number, paragraphs }
    }

    /// Takes the first paragraphs of the page, as far as they keep within
    /// `most` characters, but one at least; the page keeps the rest.
    pub(super) fn split_lead(&mut self, most: usize) -> Vec<Vec<Piece>> {
        let mut taken = 0;
        let mut chars = 0;
        for paragraph in &self.paragraphs {
            chars += paragraph
                .iter()
                .map(|piece| piece.text.chars().count())
                .sum::<usize>();
            if taken > 0 && chars > most {
                break;
            }
            taken += 1;
        }
        self.paragraphs.drain(..taken).collect()
    }
}

fn cut(text: &str, paragraph: Range<usize>, hits: &[Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut push = |range: Range<usize>, hit: bool| {
        if let Some(text) = text.get(range).filter(|text| !text.is_empty()) {
            pieces.push(Piece {
                text: text.to_owned(),
                hit,
            });
        }
    };
    let mut at = paragraph.start;
    // A hit may go on over the end of a paragraph: both have a part of it.
    let first = hits.partition_point(|hit| hit.end <= paragraph.start);
    for hit in hits.get(first..).unwrap_or_default() {
        if hit.start >= paragraph.end {
            break;
        }
        let from = hit.start.max(at);
        let to = hit.end.min(paragraph.end);
        // A hit that does not fit the text is not worth a piece of it.
        if text.get(from..to).is_none() {
            continue;
        }
        push(at..from, false);
        push(from..to, true);
        at = to;
    }
    push(at..paragraph.end, false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, hits: &[Range<usize>]) -> Vec<String> {
        let page = TextPage::new(1, text, hits);
        let paragraph = |pieces: &Vec<Piece>| {
            pieces
                .iter()
                .map(|piece| {
                    if piece.hit {
                        format!("[{}]", piece.text)
                    } else {
                        piece.text.clone()
                    }
                })
                .collect::<String>()
        };
        page.paragraphs.iter().map(paragraph).collect()
    }

    #[test]
    fn marks_hits_in_their_paragraphs() {
        let text = "全省乡镇\n\n文化站";
        assert_eq!(shown(text, &[]), ["全省乡镇", "文化站"]);
        assert_eq!(shown(text, &[6..12, 14..20]), ["全省[乡镇]", "[文化]站"]);
        assert_eq!(shown(text, &[0..3, 9..17]), ["[全]省乡[镇]", "[文]化站"]);
        assert_eq!(shown("", &[]), Vec::<String>::new());
    }

    #[test]
    fn hits_that_do_not_fit_the_text_lose_nothing_of_it() {
        for odd in [0..900, 1..5, 2..2] {
            let all: String = shown("全省<b>", &[odd]).concat();
            assert_eq!(
                all.replace(['[', ']'], "").chars().count(),
                "全省<b>".chars().count()
            );
        }
    }

    #[test]
    fn the_lead_has_whole_paragraphs() {
        let mut page = TextPage::new(1, "一二三\n四五六\n七八九", &[]);
        assert_eq!(page.split_lead(7).len(), 2);
        assert_eq!(page.split_lead(1).len(), 1);
        assert_eq!(page.split_lead(1).len(), 0);
    }
}
