//! How wide a text is in the face of the tables.

use std::collections::HashMap;

use typst::layout::Abs;
use typst::text::{Font, FontInstance, FontVariant, FontVariations};

/// Width of a character that the face lacks, in ems: the stand-in's is unknown.
const STRANGE_EM: f32 = 1.0;

/// Measures text in one face; remembers what it has measured.
pub(crate) struct Measure {
    font: Option<FontInstance>,
    ascii: [f32; 128],
    others: HashMap<char, f32>,
}

impl Measure {
    /// Takes the face; without one, characters are as wide as in print of old.
    pub(crate) fn new(font: Option<Font>) -> Self {
        let mut measure = Self {
            font: font.map(|font| {
                font.instantiate(
                    FontVariant::default(),
                    Abs::pt(10.0),
                    &FontVariations::default(),
                )
            }),
            ascii: [0.0; 128],
            others: HashMap::new(),
        };
        for code in 0x20..0x7f_u8 {
            let character = char::from(code);
            measure.ascii[usize::from(code)] = measure.advance(character).unwrap_or(0.6);
        }
        measure
    }

    fn advance(&self, character: char) -> Option<f32> {
        let font = self.font.as_ref()?;
        let glyph = font.ttf().glyph_index(character)?;
        Some(font.x_advance(glyph.0)?.get() as f32)
    }

    /// Width of a character, in ems.
    pub(crate) fn character(&mut self, character: char) -> f32 {
        if let Some(width) = self.ascii.get(character as usize) {
            return *width;
        }
        if let Some(width) = self.others.get(&character) {
            return *width;
        }
        let width = self.advance(character).unwrap_or(STRANGE_EM);
        self.others.insert(character, width);
        width
    }

    /// Width of a text, in ems.
    pub(crate) fn text(&mut self, text: &str) -> f32 {
        text.chars()
            .map(|character| self.character(character))
            .sum()
    }
}
