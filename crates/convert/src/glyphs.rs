//! Collects the characters of a PDF page with their places; making lines of
//! them is `layout`'s job.

use std::collections::HashMap;

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro::kurbo::{Affine, BezPath, Point, Vec2};
use unicode_normalization::UnicodeNormalization;

/// Most characters of a page; what comes after is not in the text layer.
const MAX_GLYPHS: usize = 300_000;
/// Points that no glyph of a page is away from its corner.
const FAR: f64 = 1e6;

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

/// A drawing device that keeps text and drops everything else.
#[derive(Default)]
pub(crate) struct Collector {
    pub(crate) marks: Vec<Mark>,
    /// Glyphs whose character the file does not tell.
    pub(crate) unreadable: usize,
    seen: HashMap<(u64, i64, i64), Point>,
}

impl Collector {
    fn collect(&mut self, run: &GlyphRun<'_, '_>, transform: Affine) {
        let vertical = run.writing_mode() == WritingMode::Vertical;
        for glyph in run.glyphs() {
            if self.marks.len() >= MAX_GLYPHS {
                return;
            }
            let placed = transform * glyph.transform();
            let width = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(type3) => type3.advance_width(),
            };
            let Some(text) = glyph.as_unicode().map(readable) else {
                self.unreadable += 1;
                continue;
            };
            if text.is_empty() {
                continue;
            }
            let [a, b, c, d, _, _] = placed.as_coeffs();
            let size = (c.hypot(d)) * 1000.0;
            let origin = placed * Point::ZERO;
            let width = match width {
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

impl<'a> Device<'a> for Collector {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.collect(run, props.transform);
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
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
            '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fffd}' | '\u{2060}' => {}
            '\u{fb00}'..='\u{fb4f}' | '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' => {
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
