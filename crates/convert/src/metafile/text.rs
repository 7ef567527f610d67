//! Text of metafiles: its fonts, its encodings, and where its characters stand.

use std::fmt::Write;

use encoding_rs::Encoding;

use super::dc::State;
use super::svg::{Svg, hex, number};
use super::{Point, symbol};
use crate::fontmap::class_of;
use crate::page::is_cjk;

/// A logical font.
#[derive(Clone, Debug)]
pub(super) struct Font {
    pub(super) name: String,
    /// Negative: of the em; positive: of the cell.
    pub(super) height: f64,
    /// Tenths of a degree, anticlockwise.
    pub(super) escapement: f64,
    pub(super) is_bold: bool,
    pub(super) is_italic: bool,
    pub(super) is_underlined: bool,
    pub(super) is_struck: bool,
    pub(super) charset: u8,
}

impl Default for Font {
    fn default() -> Self {
        Self {
            name: "Arial".to_owned(),
            height: -12.0,
            escapement: 0.0,
            is_bold: false,
            is_italic: false,
            is_underlined: false,
            is_struck: false,
            charset: 0,
        }
    }
}

/// Text to draw.
pub(super) struct Words {
    /// Each character, and where the one after it begins when the file tells.
    pub(super) characters: Vec<(char, Option<f64>)>,
    pub(super) at: Point,
}

impl Font {
    /// Ascent and height of the cell, in ems.
    fn cell(&self) -> (f64, f64) {
        let name = self.name.to_ascii_lowercase();
        if class_of(&self.name).is_some() {
            (0.859, 1.0)
        } else if name.contains("symbol") || name.contains("mt extra") {
            (1.005, 1.225)
        } else if ["arial", "helvetica", "tahoma", "segoe", "sans"]
            .iter()
            .any(|sans| name.contains(sans))
        {
            (0.905, 1.117)
        } else if name.contains("calibri") {
            (0.952, 1.221)
        } else {
            (0.891, 1.107)
        }
    }

    /// The families to look for, the first that there is.
    fn families(&self) -> String {
        let name = self.name.trim().trim_start_matches('@');
        let lower = name.to_ascii_lowercase();
        let chinese = class_of(name).map(crate::fontmap::Class::family);
        let is_sans = [
            "arial",
            "helvetica",
            "calibri",
            "tahoma",
            "verdana",
            "segoe",
            "sans",
            "system",
        ]
        .iter()
        .any(|sans| lower.contains(sans));
        let latin = if symbol::is_symbols(name) {
            "Liberation Serif"
        } else if lower.contains("calibri") {
            "Carlito"
        } else if lower.contains("cambria") {
            "Caladea"
        } else if lower.contains("courier") || lower.contains("mono") || lower.contains("consolas")
        {
            "Liberation Mono"
        } else if is_sans {
            "Liberation Sans"
        } else {
            "Liberation Serif"
        };
        let chinese = chinese.unwrap_or(if is_sans {
            crate::fonts::HEI
        } else {
            crate::fonts::SONG
        });
        // Quotes could end the attribute.
        let asked: String = name
            .chars()
            .filter(|c| !"'\"<>&,;".contains(*c) && !c.is_control())
            .take(60)
            .collect();
        let first = if symbol::is_symbols(name) || asked.is_empty() {
            String::new()
        } else {
            format!("'{asked}', ")
        };
        format!("{first}'{latin}', '{chinese}', 'New Computer Modern Math', 'DejaVu Sans Mono'")
    }
}

/// Reads bytes in a font's encoding; a character may take two.
pub(super) fn decode(bytes: &[u8], font: &Font) -> Vec<(char, usize)> {
    if font.charset == 2 || symbol::is_symbols(&font.name) {
        let table = if symbol::is_symbols(&font.name) {
            font.name.as_str()
        } else {
            "Symbol"
        };
        return bytes
            .iter()
            .map(|byte| (symbol::unicode(table, *byte).unwrap_or(' '), 1))
            .collect();
    }
    let encoding: &'static Encoding = match font.charset {
        128 => encoding_rs::SHIFT_JIS,
        129 => encoding_rs::EUC_KR,
        134 => encoding_rs::GBK,
        136 => encoding_rs::BIG5,
        161 => encoding_rs::WINDOWS_1253,
        162 => encoding_rs::WINDOWS_1254,
        177 => encoding_rs::WINDOWS_1255,
        178 => encoding_rs::WINDOWS_1256,
        186 => encoding_rs::WINDOWS_1257,
        204 => encoding_rs::WINDOWS_1251,
        222 => encoding_rs::WINDOWS_874,
        238 => encoding_rs::WINDOWS_1250,
        // A Chinese face with the default charset was written in Chinese.
        _ if class_of(&font.name).is_some() => encoding_rs::GBK,
        _ => encoding_rs::WINDOWS_1252,
    };
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let takes_two =
            matches!(font.charset, 128 | 129 | 134 | 136) || encoding == encoding_rs::GBK;
        let is_double = takes_two && bytes[at] >= 0x81;
        let length = if is_double && at + 1 < bytes.len() {
            2
        } else {
            1
        };
        let (text, _) = encoding.decode_without_bom_handling(&bytes[at..at + length]);
        if let Some(character) = text.chars().next() {
            out.push((character, length));
        }
        at += length;
    }
    out
}

/// Draws text where the state's alignment puts it, and moves the point.
pub(super) fn draw(svg: &mut Svg, state: &mut State, words: &Words) {
    let font = state.font.clone();
    let (x_unit, y_unit) = state.lengths();
    let (ascent, cell) = font.cell();
    let em = if font.height > 0.0 {
        font.height / cell
    } else if font.height < 0.0 {
        -font.height
    } else {
        12.0
    };
    // Page units; a font wider than high by the mapping is set unstretched.
    let size = em * y_unit;
    if !(size.is_finite() && size > 0.0) || words.characters.is_empty() {
        return;
    }
    let advance = |(character, told): &(char, Option<f64>)| {
        told.unwrap_or_else(|| {
            let ems = if is_cjk(*character) { 1.0 } else { 0.5 };
            ems * em * y_unit / x_unit.max(1e-9) + state.char_extra
        })
    };
    let is_told = words.characters.iter().all(|(_, told)| told.is_some());
    let width: f64 = words.characters.iter().map(advance).sum();
    let start = if state.align & 1 != 0 {
        state.at
    } else {
        words.at
    };
    let (sin, cos) = (font.escapement / 10.0).to_radians().sin_cos();
    let (horizontal, vertical) = (state.align & 6, state.align & 24);
    // From the reference point to the baseline's beginning, before turning, in
    // page units.
    let dx = match horizontal {
        2 => -width * x_unit,
        6 => -width * x_unit / 2.0,
        _ => 0.0,
    };
    let dy = match vertical {
        24 => 0.0,
        8 => -(cell - ascent) * size,
        _ => ascent * size,
    };
    let anchor = if is_told {
        ""
    } else {
        match horizontal {
            2 => " text-anchor=\"end\"",
            6 => " text-anchor=\"middle\"",
            _ => "",
        }
    };
    let dx = if is_told { dx } else { 0.0 };
    let at = state.place(start);
    let turn = state.turn() - font.escapement / 10.0;
    // Each character at its own place, when the file tells it.
    let mut xs = String::new();
    let mut x = at.0 + dx;
    let mut text = String::new();
    for character in &words.characters {
        let shown = character.0;
        if !shown.is_control() && !('\u{e000}'..='\u{f8ff}').contains(&shown) {
            match shown {
                '&' => text.push_str("&amp;"),
                '<' => text.push_str("&lt;"),
                '>' => text.push_str("&gt;"),
                _ => text.push(shown),
            }
            if is_told || xs.is_empty() {
                let _ = write!(xs, "{} ", number(x));
            }
        }
        x += advance(character) * x_unit;
    }
    if state.align & 1 != 0 {
        let moved = match horizontal {
            6 => 0.0,
            2 => -width,
            _ => width,
        };
        state.at = (start.0 + moved * cos, start.1 - moved * sin);
    }
    if text.trim().is_empty() {
        return;
    }
    let end = width * x_unit;
    svg.see((at.0 + dx, at.1 + dy - ascent * size));
    svg.see((at.0 + dx + end, at.1 + dy + (cell - ascent) * size));
    // The faces of text have them too small.
    let is_operator = text
        .chars()
        .all(|c| matches!(c, '∑' | '∏' | '∫' | '∐' | ' '));
    let families = if is_operator {
        "'New Computer Modern Math'".to_owned()
    } else {
        font.families()
    };
    let mut element = format!(
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" font-family=\"{}\" fill=\"{}\" xml:space=\"preserve\"{anchor}",
        xs.trim_end(),
        number(at.1 + dy),
        number(size),
        families,
        hex(state.text_color)
    );
    if font.is_bold {
        element.push_str(" font-weight=\"bold\"");
    }
    if font.is_italic && !text.chars().any(is_cjk) {
        element.push_str(" font-style=\"italic\"");
    }
    if font.is_underlined || font.is_struck {
        let _ = write!(
            element,
            " text-decoration=\"{}\"",
            if font.is_underlined {
                "underline"
            } else {
                "line-through"
            }
        );
    }
    if turn.abs() > 0.05 {
        let _ = write!(
            element,
            " transform=\"rotate({} {} {})\"",
            number(turn),
            number(at.0),
            number(at.1)
        );
    }
    let _ = write!(element, ">{text}</text>");
    svg.push(state, &element);
}
