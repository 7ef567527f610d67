//! Text objects: characters at given places, by code or by glyph.

use std::collections::HashMap;

use krilla::geom::{Point, Transform};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use roxmltree::Node;

use super::geometry::{self, number, numbers};
use super::{Told, child_text, children};
use crate::fontmap::{self, Class};
use crate::fonts;
use crate::report::FontUse;

/// Characters of one text code.
const MAX_CHARACTERS: usize = 100_000;
/// Largest type, in millimetres.
const MAX_SIZE: f32 = 5_000.0;

/// What a file says about a font.
#[derive(Clone, Debug, Default)]
pub(super) struct FontName {
    name: String,
    is_bold: bool,
    is_italic: bool,
}

impl FontName {
    pub(super) fn read(node: Node<'_, '_>) -> Self {
        let said = |name| node.attribute(name) == Some("true");
        let name = ["FontName", "FamilyName"]
            .into_iter()
            .filter_map(|name| node.attribute(name))
            .find(|name| !name.trim().is_empty())
            .unwrap_or_default();
        Self {
            name: name.trim().chars().take(100).collect(),
            is_bold: said("Bold"),
            is_italic: said("Italic"),
        }
    }
}

/// A face that glyphs are taken from.
struct Face {
    font: Font,
    bytes: FaceBytes,
}

enum FaceBytes {
    Own(std::sync::Arc<Vec<u8>>),
    Bundled(&'static [u8]),
}

impl Face {
    fn own(bytes: Vec<u8>) -> Option<Self> {
        let bytes = std::sync::Arc::new(bytes);
        ttf_parser::Face::parse(&bytes, 0).ok()?;
        Some(Self {
            font: Font::new(std::sync::Arc::clone(&bytes).into(), 0)?,
            bytes: FaceBytes::Own(bytes),
        })
    }

    fn bundled(bytes: &'static [u8]) -> Option<Self> {
        Some(Self {
            font: Font::new(bytes.into(), 0)?,
            bytes: FaceBytes::Bundled(bytes),
        })
    }

    fn parse(&self) -> Option<ttf_parser::Face<'_>> {
        let bytes = match &self.bytes {
            FaceBytes::Own(bytes) => bytes.as_slice(),
            FaceBytes::Bundled(bytes) => bytes,
        };
        ttf_parser::Face::parse(bytes, 0).ok()
    }
}

/// The faces that draw one font, in the order they are asked.
pub(super) struct Faces {
    faces: Vec<Face>,
    /// Whether the first face is the file's own, whose glyphs it numbers.
    has_own: bool,
    /// Whether the stand-in must be slanted.
    is_slanted: bool,
}

impl Faces {
    pub(super) fn new(
        name: &FontName,
        embedded: Option<Vec<u8>>,
        heavy: bool,
        told: &mut Told,
    ) -> Self {
        let own = embedded.and_then(Face::own);
        let has_own = own.is_some();
        let family = stand_in(&name.name);
        if !has_own {
            told.fonts.insert(FontUse {
                asked: name.name.clone(),
                used: family.to_owned(),
            });
        }
        let mut faces: Vec<Face> = own.into_iter().collect();
        for family in [family, fonts::SONG, fonts::HEI, fonts::KAI] {
            let bytes = fonts::face(family, name.is_bold || heavy);
            faces.extend(bytes.and_then(Face::bundled));
        }
        Self {
            faces,
            has_own,
            is_slanted: name.is_italic && !has_own,
        }
    }
}

/// The bundled family for a font name.
fn stand_in(name: &str) -> &'static str {
    if let Some(class) = fontmap::class_of(name) {
        return Class::family(class);
    }
    let lower = name.to_lowercase();
    let twins = [
        ("times", "Liberation Serif"),
        ("courier", "Liberation Mono"),
        ("arial", "Liberation Sans"),
        ("helvetica", "Liberation Sans"),
        ("calibri", "Carlito"),
        ("cambria", "Caladea"),
    ];
    twins
        .iter()
        .find(|(word, _)| lower.contains(word))
        .map_or(fonts::SONG, |(_, family)| family)
}

/// A glyph on its way to the page.
struct Placed {
    face: usize,
    glyph: u32,
    text: String,
    x: f32,
    y: f32,
}

/// Draws the text codes of a text object with the fill and stroke that are set.
pub(super) fn draw(surface: &mut Surface<'_>, node: Node<'_, '_>, faces: &Faces) {
    let size = node
        .attribute("Size")
        .and_then(number)
        .unwrap_or(3.175)
        .clamp(0.01, MAX_SIZE);
    let stretch = node
        .attribute("HScale")
        .and_then(number)
        .filter(|scale| *scale > 0.01)
        .unwrap_or(1.0);
    let turn = node.attribute("CharDirection").and_then(number);
    let look = Look {
        size,
        stretch,
        turn: turn.unwrap_or_default(),
        is_slanted: faces.is_slanted,
    };
    let parsed: Vec<Option<ttf_parser::Face<'_>>> = faces.faces.iter().map(Face::parse).collect();
    let characters: usize = children(node, "TextCode")
        .filter_map(|code| code.text())
        .map(|text| text.chars().count())
        .sum();
    let glyphs_by_code = if faces.has_own {
        mapped_glyphs(node, characters)
    } else {
        HashMap::new()
    };
    let mut at = (0.0, 0.0);
    let mut code_index = 0;
    let mut placed: Vec<Placed> = Vec::new();
    for code in children(node, "TextCode") {
        let text = code.text().unwrap_or_default();
        let text = text.trim_matches(['\n', '\r', '\t']);
        let count = text.chars().count().min(MAX_CHARACTERS);
        let coordinate = |name| code.attribute(name).and_then(number);
        at = (
            coordinate("X").unwrap_or(at.0),
            coordinate("Y").unwrap_or(at.1),
        );
        let deltas = |name| {
            code.attribute(name)
                .map(|offsets| geometry::offsets(offsets, count))
                .unwrap_or_default()
        };
        let (dx, dy) = (deltas("DeltaX"), deltas("DeltaY"));
        let has_places = !dx.is_empty() || !dy.is_empty();
        for (index, character) in text.chars().take(count).enumerate() {
            let mapped = glyphs_by_code.get(&code_index);
            code_index += 1;
            let found = match mapped {
                Some(glyphs) => glyphs.first().map(|glyph| (0, *glyph)),
                None => find_glyph(&parsed, character),
            };
            if let Some((face, glyph)) = found {
                placed.push(Placed {
                    face,
                    glyph,
                    text: character.to_string(),
                    x: at.0,
                    y: at.1,
                });
            }
            let advance = || natural_advance(&parsed, found) * size * stretch;
            match (dx.get(index), has_places) {
                (Some(offset), _) => at.0 += offset,
                (None, false) => at.0 += advance(),
                (None, true) => {}
            }
            at.1 += dy.get(index).copied().unwrap_or_default();
            // More glyphs than codes: the rest follow at their own widths.
            for glyph in mapped.into_iter().flatten().skip(1) {
                placed.push(Placed {
                    face: 0,
                    glyph: *glyph,
                    text: String::new(),
                    x: at.0,
                    y: at.1,
                });
                at.0 += natural_advance(&parsed, Some((0, *glyph))) * size * stretch;
            }
        }
    }
    for run in placed.chunk_by(|a, b| {
        a.face == b.face && (a.y - b.y).abs() < 1e-4 && b.x >= a.x && look.turn == 0.0
    }) {
        draw_run(surface, run, faces, &look);
    }
}

struct Look {
    size: f32,
    stretch: f32,
    turn: f32,
    is_slanted: bool,
}

fn draw_run(surface: &mut Surface<'_>, run: &[Placed], faces: &Faces, look: &Look) {
    let Some(first) = run.first() else { return };
    let Some(face) = faces.faces.get(first.face) else {
        return;
    };
    let mut text = String::new();
    let mut glyphs = Vec::with_capacity(run.len());
    for (index, placed) in run.iter().enumerate() {
        let start = text.len();
        text.push_str(&placed.text);
        let next = run.get(index + 1).map_or(placed.x, |next| next.x);
        glyphs.push(KrillaGlyph::new(
            GlyphId::new(placed.glyph),
            (next - placed.x) / look.size / look.stretch,
            0.0,
            0.0,
            0.0,
            start..text.len(),
            None,
        ));
    }
    let (sin, cos) = look.turn.to_radians().sin_cos();
    let mut steps = vec![Transform::from_row(cos, sin, -sin, cos, first.x, first.y)];
    if (look.stretch - 1.0).abs() > 1e-4 {
        steps.push(Transform::from_scale(look.stretch, 1.0));
    }
    if look.is_slanted {
        // Twelve degrees, as slanted faces are.
        steps.push(Transform::from_row(1.0, 0.0, -0.2126, 1.0, 0.0, 0.0));
    }
    for step in &steps {
        surface.push_transform(step);
    }
    surface.draw_glyphs(
        Point::from_xy(0.0, 0.0),
        &glyphs,
        face.font.clone(),
        &text,
        look.size,
        false,
    );
    for _ in &steps {
        surface.pop();
    }
}

/// The glyphs that `CGTransform` gives for codes, by the code's index: all
/// glyphs of a group at its first code, none at the others. They number the
/// glyphs of the file's own font, and mean nothing without it. Each of the
/// `characters` is mapped once; counts past them are a hostile joke.
fn mapped_glyphs(node: Node<'_, '_>, characters: usize) -> HashMap<usize, Vec<u32>> {
    let mut mapped = HashMap::new();
    let mut left = characters;
    for transform in children(node, "CGTransform") {
        let count_of = |name: &str| transform.attribute(name)?.trim().parse::<usize>().ok();
        let position = count_of("CodePosition").unwrap_or(0);
        let codes = count_of("CodeCount").unwrap_or(1);
        let glyphs: Vec<u32> = child_text(transform, "Glyphs")
            .map(numbers)
            .unwrap_or_default()
            .into_iter()
            .filter(|glyph| (0.0..=65_535.0).contains(glyph))
            .map(|glyph| glyph as u32)
            .collect();
        let is_one_to_one = glyphs.len() == codes;
        let bounded = codes.min(left);
        left -= bounded;
        for index in 0..bounded {
            let group = match (is_one_to_one, index) {
                (true, _) => glyphs.get(index).map(|glyph| vec![*glyph]),
                (false, 0) => Some(glyphs.clone()),
                (false, _) => Some(Vec::new()),
            };
            mapped.insert(position.saturating_add(index), group.unwrap_or_default());
        }
    }
    mapped
}

fn find_glyph(faces: &[Option<ttf_parser::Face<'_>>], character: char) -> Option<(usize, u32)> {
    if character.is_control() {
        return None;
    }
    faces.iter().enumerate().find_map(|(index, face)| {
        let glyph = face.as_ref()?.glyph_index(character)?;
        (glyph.0 != 0).then_some((index, u32::from(glyph.0)))
    })
}

/// The width of a glyph, in ems.
fn natural_advance(faces: &[Option<ttf_parser::Face<'_>>], found: Option<(usize, u32)>) -> f32 {
    let width = || {
        let (index, glyph) = found?;
        let face = faces.get(index)?.as_ref()?;
        let glyph = ttf_parser::GlyphId(u16::try_from(glyph).ok()?);
        let advance = face.glyph_hor_advance(glyph)?;
        Some(f32::from(advance) / f32::from(face.units_per_em().max(1)))
    };
    width().unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::mapped_glyphs;

    #[test]
    fn no_more_codes_are_mapped_than_there_are_characters() {
        let transforms: String = (0..1_000)
            .map(|at| {
                format!(
                    r#"<CGTransform CodePosition="{at}00000" CodeCount="100000"><Glyphs>5 6</Glyphs></CGTransform>"#
                )
            })
            .collect();
        let xml = format!("<TextObject>{transforms}<TextCode>甲乙</TextCode></TextObject>");
        let parsed = roxmltree::Document::parse(&xml).unwrap();
        let mapped = mapped_glyphs(parsed.root_element(), 2);
        assert_eq!(mapped.len(), 2);
        assert_eq!(mapped[&0], [5, 6]);
    }
}
