//! The few properties of paragraphs and runs that mends look at, and how one
//! set of them lies over another.

use quick_xml::events::BytesStart;

use crate::fontmap::{self, Class};
use crate::rename::{ThemeFonts, attribute};

/// Word gives a line of an East Asian face 130 % of the face's body.
const EAST_ASIAN_LINE: f32 = 1.3;

/// How `w:line` is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Auto,
    AtLeast,
    Exact,
}

/// Properties as one place of the file states them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Look {
    pub(super) size_pt: Option<f32>,
    latin: Option<String>,
    east_asian: Option<String>,
    /// Value and meaning of `w:line`, together.
    pub(super) line: Option<(f32, Rule)>,
    pub(super) snaps: Option<bool>,
}

impl Look {
    /// Takes what an element inside `w:rPr` states.
    pub(super) fn see_run_property(&mut self, start: &BytesStart<'_>, theme: &ThemeFonts) {
        match start.local_name().as_ref() {
            b"sz" => {
                let half_points: Option<f32> =
                    attribute(start, b"val").and_then(|value| value.parse().ok());
                self.size_pt = half_points.map(|value| value / 2.0).or(self.size_pt);
            }
            b"rFonts" => {
                // A theme's slot stands before a family that is named beside it.
                let themed = |key: &[u8]| theme.get(&attribute(start, key)?).map(str::to_owned);
                let latin = attribute(start, b"ascii");
                let east_asian = themed(b"eastAsiaTheme").or_else(|| attribute(start, b"eastAsia"));
                self.latin = latin.or(self.latin.take());
                self.east_asian = east_asian.or(self.east_asian.take());
            }
            _ => {}
        }
    }

    /// Takes what an element inside `w:pPr` states.
    pub(super) fn see_paragraph_property(&mut self, start: &BytesStart<'_>) {
        match start.local_name().as_ref() {
            b"spacing" => {
                let value: Option<f32> =
                    attribute(start, b"line").and_then(|value| value.parse().ok());
                let rule = match attribute(start, b"lineRule").as_deref() {
                    Some("exact") => Rule::Exact,
                    Some("atLeast") => Rule::AtLeast,
                    _ => Rule::Auto,
                };
                self.line = value.map(|value| (value, rule)).or(self.line);
            }
            b"snapToGrid" => self.snaps = Some(is_on(start)),
            _ => {}
        }
    }

    /// This look where it states something, `below` where it does not.
    pub(super) fn over(&self, below: &Self) -> Self {
        Self {
            size_pt: self.size_pt.or(below.size_pt),
            latin: self.latin.clone().or_else(|| below.latin.clone()),
            east_asian: self.east_asian.clone().or_else(|| below.east_asian.clone()),
            line: self.line.or(below.line),
            snaps: self.snaps.or(below.snaps),
        }
    }

    /// Height of a single-spaced line with `text`, off any grid; of an empty
    /// paragraph's, when there is none.
    pub(super) fn line_height_pt(&self, text: &str) -> f32 {
        // What Word takes when a file says nothing at all.
        const DEFAULT_SIZE_PT: f32 = 10.0;
        let is_east_asian = text.chars().any(is_east_asian);
        let family = if is_east_asian {
            self.east_asian.as_deref().unwrap_or("宋体")
        } else {
            self.latin.as_deref().unwrap_or("Times New Roman")
        };
        self.size_pt.unwrap_or(DEFAULT_SIZE_PT) * line_of(family, is_east_asian)
    }
}

/// Whether Word sets a character in the East Asian face of its run.
pub(super) fn is_east_asian(character: char) -> bool {
    matches!(u32::from(character), 0x1100..=0x11ff | 0x2e80..=0x9fff | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xff00..=0xffef | 0x2_0000..)
}

/// A single-spaced line of a family, in parts of the em.
fn line_of(family: &str, is_east_asian: bool) -> f32 {
    let body = match fontmap::class_of(family) {
        // `hhea` of msyh.ttc and malgun.ttf; the others stand on a full em.
        Some(Class::YaHei) => 1.32,
        Some(Class::Malgun) => 1.33,
        None | Some(Class::Aptos) if is_east_asian => 1.0,
        None | Some(Class::Aptos) => return latin_line_of(family),
        Some(_) => 1.0,
    };
    EAST_ASIAN_LINE * body
}

/// Ascent, descent and line gap that the faces state, together.
fn latin_line_of(family: &str) -> f32 {
    match family {
        "Times New Roman" | "Arial" | "Helvetica" => 1.15,
        "Calibri" | "Calibri Light" | "Aptos" | "Aptos Display" => 1.221,
        "Cambria" => 1.172,
        "Courier New" => 1.133,
        "Verdana" => 1.215,
        "Tahoma" => 1.207,
        "Georgia" => 1.136,
        "Segoe UI" => 1.33,
        "Consolas" => 1.171,
        _ => 1.17,
    }
}

/// Whether a switch such as `w:snapToGrid` is on: named and not denied.
pub(super) fn is_on(start: &BytesStart<'_>) -> bool {
    !matches!(
        attribute(start, b"val").as_deref(),
        Some("0" | "false" | "off")
    )
}
