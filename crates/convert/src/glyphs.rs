//! Collects the characters of a PDF page with their places; making lines of
//! them is `layout`'s job.

use std::collections::HashMap;

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::hayro_syntax::object::dict::keys::ACTUAL_TEXT;
use hayro::hayro_interpret::hayro_syntax::object::{self, Dict};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro::kurbo::{Affine, BezPath, Point, Vec2};
use unicode_normalization::UnicodeNormalization;

use crate::pdfstring::text_string;
use crate::sfnt;

/// Most characters of a page; what comes after is not in the text layer.
const MAX_GLYPHS: usize = 300_000;
/// Points that no glyph of a page is away from its corner.
const FAR: f64 = 1e6;
/// Longest replacement text of one span that is heeded.
const MAX_ACTUAL_TEXT: usize = 10_000;
/// Fonts whose characters are kept.
const MAX_FONTS: usize = 64;
/// Stands for a glyph that cannot be read, in a span that says what it means.
const UNREAD: &str = "\u{fffd}";

/// One character (or ligature) and where it stands, in points from the top
/// left of the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    /// What it reads as; a single space for a space.
    pub(crate) text: String,
    /// Where it begins on the baseline.
    pub(crate) origin: Point,
    /// From its beginning to its end along the line.
    pub(crate) advance: Vec2,
    /// Height of the font's em, in points.
    pub(crate) size: f64,
    /// Set top to bottom.
    pub(crate) vertical: bool,
}

/// The characters of a file's fonts, read from the fonts themselves: kept from
/// page to page, for a font may have tens of thousands.
#[derive(Default)]
pub(crate) struct FontCharacters(HashMap<u128, HashMap<u32, char>>);

impl FontCharacters {
    fn of(&mut self, glyph: &Glyph<'_>) -> Option<char> {
        let Glyph::Outline(glyph) = glyph else {
            return None;
        };
        let font = glyph.font_data()?;
        if self.0.len() >= MAX_FONTS && !self.0.contains_key(&font.cache_key) {
            self.0.clear();
        }
        let characters = self
            .0
            .entry(font.cache_key)
            .or_insert_with(|| sfnt::characters((*font.data).as_ref()));
        characters.get(&glyph.glyph_id().to_u32()).copied()
    }
}

/// A drawing device that keeps text and drops everything else.
pub(crate) struct Collector<'f> {
    marks: Vec<Mark>,
    /// Glyphs whose character the file does not tell.
    unreadable: usize,
    seen: HashMap<(u64, i64, i64), Point>,
    /// Spans of marked content that are open.
    depth: usize,
    /// The one among them that says what it reads as, with its depth.
    span: Option<(usize, Span)>,
    fonts: &'f mut FontCharacters,
}

/// Marked content with a replacement text (`ActualText`).
struct Span {
    text: String,
    /// Where its marks begin.
    start: usize,
    unreadable_before: usize,
}

impl<'f> Collector<'f> {
    pub(crate) fn new(fonts: &'f mut FontCharacters) -> Self {
        Self {
            marks: Vec::new(),
            unreadable: 0,
            seen: HashMap::new(),
            depth: 0,
            span: None,
            fonts,
        }
    }

    /// The characters of the page, and how many glyphs cannot be read.
    pub(crate) fn finish(mut self) -> (Vec<Mark>, usize) {
        // A page may end before its spans do.
        if let Some((_, span)) = self.span.take() {
            self.replace(span);
        }
        (self.marks, self.unreadable)
    }

    fn collect(&mut self, run: &GlyphRun<'_, '_>, transform: Affine) {
        let vertical = run.writing_mode() == WritingMode::Vertical;
        let scale = type3_scale(run);
        for glyph in run.glyphs() {
            if self.marks.len() >= MAX_GLYPHS {
                return;
            }
            let placed = transform * glyph.transform();
            // What the PDF does not tell, the font itself may.
            let by_font = || self.fonts.of(glyph).map(BfString::Char);
            let text = match glyph.as_unicode().or_else(by_font) {
                Some(text) => readable(text),
                None => {
                    self.unreadable += 1;
                    if self.span.is_none() {
                        continue;
                    }
                    UNREAD.to_owned()
                }
            };
            if text.is_empty() {
                continue;
            }
            let [a, b, c, d, _, _] = placed.as_coeffs();
            let size = (c.hypot(d)) * 1000.0 * scale;
            let origin = placed * Point::ZERO;
            let width = match advance_width(glyph) {
                Some(width) if width > 0.0 && !vertical => f64::from(width),
                _ => 1000.0,
            };
            let advance = Vec2::new(a, b) * width;
            // A page is never this large; what lies there cannot be counted on.
            let is_near = |vector: Vec2| vector.x.abs() < FAR && vector.y.abs() < FAR;
            if !(is_near(origin.to_vec2()) && is_near(advance) && size > 0.0 && size < FAR) {
                continue;
            }
            if !self.is_new(&text, origin, size) {
                continue;
            }
            self.marks.push(Mark {
                text,
                origin,
                advance,
                size,
                vertical,
            });
        }
    }

    /// Puts the replacement text of a span in the place of its glyphs.
    fn replace(&mut self, span: Span) {
        let mut glyphs = self.marks.split_off(span.start.min(self.marks.len()));
        let (Some(first), Some(last)) = (glyphs.first(), glyphs.last()) else {
            return;
        };
        let read: String = glyphs.iter().map(|mark| mark.text.as_str()).collect();
        let whole = last.origin + last.advance - first.origin;
        let along = first.advance / first.advance.hypot().max(f64::EPSILON);
        let is_one_line = first.vertical == last.vertical
            && whole.cross(along).abs() < first.size * 0.5
            && (whole.dot(along) > 0.0 || glyphs.len() == 1);
        if read == span.text || (!is_one_line && !read.contains(UNREAD)) || first.vertical {
            glyphs.retain(|mark| mark.text != UNREAD);
            self.marks.append(&mut glyphs);
            return;
        }
        self.unreadable = span.unreadable_before;
        let whole = if is_one_line { whole } else { first.advance };
        let count = span.text.chars().count().max(1) as f64;
        let step = along * (whole.dot(along) / count);
        for (index, character) in span.text.chars().enumerate() {
            self.marks.push(Mark {
                text: character.to_string(),
                origin: first.origin + step * index as f64,
                advance: step,
                ..first.clone()
            });
        }
    }

    /// Bold is often made by drawing twice, and stroked text comes twice: the
    /// second time does not count.
    fn is_new(&mut self, text: &str, origin: Point, size: f64) -> bool {
        // Narrower than the narrowest letter, wider than a shift for boldness.
        let near = (size * 0.1).max(0.02);
        let (x, y) = ((origin.x / near) as i64, (origin.y / near) as i64);
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in text.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        for near_x in x - 1..=x + 1 {
            for near_y in y - 1..=y + 1 {
                let other = self.seen.get(&(hash, near_x, near_y));
                if other.is_some_and(|other| other.distance(origin) < near) {
                    return false;
                }
            }
        }
        self.seen.insert((hash, x, y), origin);
        true
    }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.collect(run, props.transform);
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        self.depth += 1;
        if self.span.is_some() {
            return;
        }
        let text = properties
            .and_then(|properties| properties.get::<object::String<'_>>(ACTUAL_TEXT))
            .filter(|text| text.as_bytes().len() <= MAX_ACTUAL_TEXT)
            .map(|text| readable(BfString::String(text_string(text.as_bytes()))));
        self.span = text.map(|text| {
            let span = Span {
                text,
                start: self.marks.len(),
                unreadable_before: self.unreadable,
            };
            (self.depth, span)
        });
    }

    fn end_marked_content(&mut self) {
        if let Some((_, span)) = self.span.take_if(|(depth, _)| *depth == self.depth) {
            self.replace(span);
        }
        self.depth = self.depth.saturating_sub(1);
    }
}

fn advance_width(glyph: &Glyph<'_>) -> Option<f32> {
    match glyph {
        Glyph::Outline(outline) => outline.advance_width(),
        Glyph::Type3(type3) => type3.advance_width(),
    }
}

/// A drawn font's em is what its matrix makes of it, often a single pixel: told
/// from the width of its letters, half an em on average.
fn type3_scale(run: &GlyphRun<'_, '_>) -> f64 {
    let widths: Vec<f64> = run
        .glyphs()
        .iter()
        .filter_map(|glyph| match &**glyph {
            Glyph::Type3(type3) => type3.advance_width().map(f64::from),
            Glyph::Outline(_) => None,
        })
        .filter(|width| *width > 0.0)
        .collect();
    if widths.is_empty() {
        return 1.0;
    }
    let mean = widths.iter().sum::<f64>() / widths.len() as f64;
    if (150.0..=1000.0).contains(&mean) {
        return 1.0;
    }
    let has_letters = run.glyphs().iter().any(|glyph| {
        let text = glyph.as_unicode().map(readable);
        text.is_none_or(|text| text.chars().any(char::is_alphanumeric))
    });
    // A comma alone is half as wide as letters are.
    mean / if has_letters { 500.0 } else { 250.0 }
}

/// What a glyph reads as: ligatures, radicals and compatibility ideographs
/// undone, white space as one space, characters without meaning dropped.
fn readable(unicode: BfString) -> String {
    let raw = match unicode {
        BfString::Char(character) => character.to_string(),
        BfString::String(text) => text,
    };
    let mut out = String::with_capacity(raw.len());
    for character in raw.chars() {
        match character {
            // The private places of Word's Symbol and Wingdings bullets.
            '\u{f0b7}' | '\u{f06c}' | '\u{f09f}' | '\u{f0a7}' | '\u{f06e}' | '\u{f0d8}' => {
                out.push('•');
            }
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => {}
            // The letters of formulas, as one types them.
            '\u{1d400}'..='\u{1d7ff}'
            | '\u{210b}'..='\u{2113}'
            | '\u{211b}'..='\u{211d}'
            | '\u{2124}'
            | '\u{2128}'
            | '\u{212c}'..='\u{2134}'
            | '\u{2102}'
            | '\u{2115}'
            | '\u{2119}'..='\u{211a}' => out.extend(character.nfkc()),
            '\u{fe00}'..='\u{fe0f}' | '\u{2061}'..='\u{2064}' => {}
            '\u{ad}' => out.push('-'),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{feff}'
            | '\u{fffd}'
            | '\u{2060}' => {}
            // Also the letters of Arabic and Hebrew as they look inside a word.
            '\u{fb00}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{2e80}'..='\u{2fdf}'
            | '\u{f900}'..='\u{faff}' => {
                out.extend(character.nfkc());
            }
            _ if character.is_whitespace() => out.push(' '),
            _ if character.is_control() => {}
            _ => out.push(character),
        }
    }
    if out.len() > 1 && out.trim().is_empty() {
        out.truncate(1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{BfString, readable};

    #[test]
    fn ligatures_radicals_and_spaces_are_undone() {
        assert_eq!(readable(BfString::Char('ﬁ')), "fi");
        assert_eq!(readable(BfString::Char('⼈')), "人");
        assert_eq!(readable(BfString::Char('\u{3000}')), " ");
        assert_eq!(readable(BfString::Char('\u{f0b7}')), "•");
        assert_eq!(readable(BfString::Char('\u{e123}')), "");
        assert_eq!(readable(BfString::Char('Ａ')), "Ａ");
        assert_eq!(readable(BfString::Char('𝑎')), "a");
        assert_eq!(readable(BfString::String("ℒ\u{fe00}".to_owned())), "L");
    }
}
