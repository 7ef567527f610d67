//! What a page becomes: two images, a cover, its text; and who receives it.

use std::io;

use serde::{Deserialize, Serialize};

/// Receives the results of one conversion as they are ready.
///
/// `pdf` comes once, before the first page; pages come in order. An error ends
/// the conversion (the receiver is gone), reported as `internal`.
pub trait Sink {
    /// Takes the whole PDF: the upload itself when it was one.
    ///
    /// # Errors
    /// When the receiver cannot take it.
    fn pdf(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Takes one page, the moment it is drawn.
    ///
    /// # Errors
    /// When the receiver cannot take it.
    fn page(&mut self, page: PageOutput) -> io::Result<()>;

    /// Takes one image of a page that builds up, after all pages; those of one
    /// page in order and complete. A receiver that shows pages alone need not.
    ///
    /// # Errors
    /// When the receiver cannot take it.
    fn step(&mut self, step: StepOutput) -> io::Result<()> {
        let _ = step;
        Ok(())
    }
}

/// One drawn page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageOutput {
    /// Counted from 1.
    pub number: u32,
    /// Pages of the document.
    pub page_count: u32,
    /// Width of the page, in points.
    pub width_pt: f32,
    /// Height of the page, in points.
    pub height_pt: f32,
    /// The image for 1× screens, 800 px wide unless the limits say less.
    pub narrow: Raster,
    /// The image for 2× screens, 1,600 px wide unless the limits say less.
    pub wide: Raster,
    /// A thumbnail 320 px wide, of page 1 alone.
    pub cover: Option<Raster>,
    /// The text layer.
    pub text: PageText,
}

/// What a page looks like between two clicks of its build-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepOutput {
    /// The page, counted from 1.
    pub page: u32,
    /// Counted from 0, which is before the first click.
    pub index: u32,
    /// Images of this page; two at least.
    pub count: u32,
    /// As the page's own.
    pub narrow: Raster,
    /// As the page's own.
    pub wide: Raster,
}

/// An image in WebP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    /// Width, in pixels.
    pub width: u32,
    /// Height, in pixels.
    pub height: u32,
    /// The encoded image.
    pub webp: Vec<u8>,
}

/// The text of one page with the place of each word.
///
/// Boxes are in points, origin at the top left, as the page is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageText {
    /// Counted from 1.
    pub number: u32,
    /// Width of the page, in points.
    pub width: f32,
    /// Height of the page, in points.
    pub height: f32,
    /// Lines in reading order.
    pub lines: Vec<Line>,
    /// Whether the words were recognised in the page's image (OCR), because the
    /// file has none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recognised: bool,
}

/// One line of text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Words in reading order.
    pub words: Vec<Word>,
    /// Whether a paragraph begins here, told from gaps and indents.
    #[serde(default)]
    pub starts_paragraph: bool,
}

/// A run of text to be selected as one piece: a Latin word, or the Chinese
/// characters between two gaps or changes of script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The text, never empty, without white space.
    pub text: String,
    /// Left edge.
    pub x0: f32,
    /// Top edge.
    pub y0: f32,
    /// Right edge.
    pub x1: f32,
    /// Bottom edge.
    pub y1: f32,
    /// Whether a space stands between this word and the next of its line.
    #[serde(default)]
    pub space_after: bool,
}

impl PageText {
    /// Returns the text of the page in reading order, one paragraph a line.
    ///
    /// Lines of one paragraph are joined so that a phrase that crosses a line
    /// end is found: Chinese without a space, Latin with one, a hyphen at the
    /// line end undone.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            if !out.is_empty() {
                if line.starts_paragraph {
                    out.push('\n');
                } else {
                    join_lines(&mut out, line);
                }
            }
            for (index, word) in line.words.iter().enumerate() {
                out.push_str(&word.text);
                if word.space_after && index + 1 < line.words.len() {
                    out.push(' ');
                }
            }
        }
        out
    }
}

fn join_lines(out: &mut String, next: &Line) {
    let first = next.words.first().and_then(|word| word.text.chars().next());
    let (Some(last), Some(first)) = (out.chars().next_back(), first) else {
        return;
    };
    if is_cjk(last) || is_cjk(first) {
        return;
    }
    if matches!(last, '-' | '\u{2010}' | '\u{ad}') && first.is_lowercase() {
        let before = out.chars().rev().nth(1);
        if before.is_some_and(char::is_alphabetic) {
            out.pop();
            return;
        }
    }
    out.push(' ');
}

/// Whether a character is written without spaces around it: Han, kana,
/// bopomofo, and the punctuation and full-width forms set among them. Hangul is
/// not: Korean separates words by spaces.
pub(crate) fn is_cjk(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{312f}'
        | '\u{3190}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe10}'..='\u{fe1f}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ffef}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::{Line, PageText, Word};

    fn line(starts_paragraph: bool, words: &[(&str, bool)]) -> Line {
        Line {
            words: words
                .iter()
                .map(|(text, space_after)| Word {
                    text: (*text).to_owned(),
                    space_after: *space_after,
                    ..Word::default()
                })
                .collect(),
            starts_paragraph,
        }
    }

    fn plain(lines: Vec<Line>) -> String {
        PageText {
            lines,
            ..PageText::default()
        }
        .plain()
    }

    #[test]
    fn chinese_lines_join_without_a_space() {
        let text = plain(vec![
            line(true, &[("乡镇文", false)]),
            line(false, &[("化站", false)]),
            line(true, &[("二、", false)]),
        ]);
        assert_eq!(text, "乡镇文化站\n二、");
    }

    #[test]
    fn latin_lines_join_with_a_space_and_hyphens_are_undone() {
        let text = plain(vec![
            line(true, &[("a", true), ("con-", false)]),
            line(false, &[("verter", true), ("of", false)]),
            line(false, &[("files", false)]),
        ]);
        assert_eq!(text, "a converter of files");
    }
}
