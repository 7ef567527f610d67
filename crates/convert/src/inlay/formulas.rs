//! Word's formulas (`m:oMath`) to pictures in their line. The engine takes
//! them out of their paragraphs, drops those in tables, and gives up a file
//! whose formula holds a character that means something to it.

use std::collections::HashMap;
use std::ops::Range;

use quick_xml::events::BytesStart;

use super::Setter;
use super::drawing::Placed;
use super::raster::{Job, Raster};
use crate::formula::element::Element;
use crate::formula::linear::linear;
use crate::formula::{Node, omml};
use crate::pdf::guarded;
use crate::refusal::Refusal;
use crate::rename::attribute;
use crate::xml::{self, Edit, Piece};

/// Of the type's size, this much of a formula may hang below its line: lines
/// do not make room for more.
const MOST_BELOW: f32 = 0.6;

/// Room above and below a formula in a line, and in a line of its own, in ems.
const ROOM: f32 = 0.1;
const DISPLAY_ROOM: f32 = 0.3;

/// Sizes of type by paragraph style, in points.
pub(super) struct Sizes {
    by_style: HashMap<String, f32>,
    usual: f32,
}

impl Sizes {
    pub(super) fn read(setter: &mut Setter<'_, '_>) -> Result<Self, Refusal> {
        let mut sizes = Self {
            by_style: HashMap::new(),
            usual: 10.0,
        };
        let xml = setter.part("word/styles.xml")?.unwrap_or_default();
        let mut style: Option<(String, bool)> = None;
        let mut by_default = None;
        xml::walk(&xml, |piece, _| {
            let (Piece::Start(start) | Piece::Empty(start)) = piece else {
                return;
            };
            match start.local_name().as_ref() {
                b"style" => {
                    let is_default = attribute(&start, b"default").as_deref() == Some("1")
                        && attribute(&start, b"type").as_deref() == Some("paragraph");
                    style = attribute(&start, b"styleId").map(|id| (id, is_default));
                }
                b"sz" => {
                    let Some(size) = half_points(&start) else {
                        return;
                    };
                    match &style {
                        Some((id, is_default)) => {
                            if *is_default {
                                by_default = Some(size);
                            }
                            sizes.by_style.insert(id.clone(), size);
                        }
                        None => sizes.usual = size,
                    }
                }
                _ => {}
            }
        });
        if let Some(size) = by_default {
            sizes.usual = size;
        }
        Ok(sizes)
    }
}

fn half_points(start: &BytesStart<'_>) -> Option<f32> {
    let value: f32 = attribute(start, b"val")?.parse().ok()?;
    (2.0..=400.0).contains(&value).then_some(value / 2.0)
}

/// The formulas of a part.
#[derive(Default)]
pub(super) struct Found {
    /// Those that cannot be drawn, as their words.
    pub(super) changes: Vec<Edit>,
    pub(super) jobs: Vec<Job>,
    pub(super) places: Vec<Place>,
    /// Those that cannot be read.
    pub(super) lost: usize,
}

/// Where a formula stands.
pub(super) struct Place {
    range: Range<usize>,
    size: f32,
    is_display: bool,
    /// Read as a line of text.
    line: String,
    /// What the paragraph needs to be centred.
    centre: Option<Edit>,
}

impl Place {
    /// The formula as its words alone.
    pub(super) fn words(self) -> Edit {
        let run = run_of(&self.line);
        (self.range, run)
    }

    pub(super) fn changes(self, relation: &str, drawn: &Raster) -> Vec<Edit> {
        let below = if self.is_display {
            0.0
        } else {
            drawn.below_pt.min(self.size * MOST_BELOW)
        };
        let placed = Placed {
            relation,
            width: drawn.width_pt,
            height: drawn.height_pt,
            below,
        };
        // The words of the formula for the text layer, under its picture: of
        // no size to speak of and no colour.
        let words = format!(
            r#"<w:r><w:rPr><w:color w:val="FFFFFF"/><w:sz w:val="1"/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>"#,
            quick_xml::escape::escape(&self.line)
        );
        let mut changes = vec![(self.range, format!("{words}<w:r>{}</w:r>", placed.xml()))];
        changes.extend(self.centre);
        changes
    }
}

/// Text as it is, in the paragraph's type.
fn run_of(text: &str) -> String {
    format!(
        r#"<w:r><w:t xml:space="preserve">{}</w:t></w:r>"#,
        quick_xml::escape::escape(text)
    )
}

/// A paragraph that is open.
struct Paragraph {
    /// How deep it stands, and right behind its start tag.
    depth: usize,
    inside: usize,
    /// Right before the end tag of its properties, or their empty tag.
    properties: Option<Range<usize>>,
    justification: Option<Range<usize>>,
    size: Option<f32>,
    /// Whether one of its formulas said where its lines stand.
    is_placed: bool,
}

/// Looks through a story of a Word file; takes what it finds off `left`, past
/// which formulas are their words.
pub(super) fn find(xml: &[u8], sizes: &Sizes, left: &mut usize) -> Found {
    let mut found = Found::default();
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut depth = 0_usize;
    // The formula or group of formulas that is open.
    let mut open: Option<(usize, usize, bool)> = None;
    xml::walk(xml, |piece, place| match piece {
        Piece::Start(start) => {
            depth += 1;
            match start.local_name().as_ref() {
                b"p" if is_word(&start) => paragraphs.push(Paragraph {
                    depth,
                    inside: place.end,
                    properties: None,
                    justification: None,
                    size: None,
                    is_placed: false,
                }),
                b"oMathPara" if open.is_none() => open = Some((place.start, depth, true)),
                b"oMath" if open.is_none() => open = Some((place.start, depth, false)),
                _ => see(&start, place, depth, sizes, &mut paragraphs),
            }
        }
        Piece::Empty(start) => {
            if let Some(paragraph) = paragraphs.last_mut()
                && start.local_name().as_ref() == b"pPr"
                && depth == paragraph.depth
            {
                paragraph.properties = Some(place.clone());
            }
            see(&start, place, depth + 1, sizes, &mut paragraphs);
        }
        Piece::End(name) => {
            if let Some(paragraph) = paragraphs.last_mut() {
                if name == b"pPr" && depth == paragraph.depth + 1 {
                    paragraph.properties = Some(place.start..place.start);
                } else if depth == paragraph.depth {
                    paragraphs.pop();
                }
            }
            if let Some((start, at, is_group)) = open
                && at == depth
            {
                open = None;
                let formula = Formula {
                    range: start..place.end,
                    is_group,
                    is_drawn: *left > 0,
                };
                *left = left.saturating_sub(1);
                take(xml, formula, paragraphs.last_mut(), sizes, &mut found);
            }
            depth = depth.saturating_sub(1);
        }
        Piece::Text(_) => {}
    });
    found
}

fn is_word(start: &BytesStart<'_>) -> bool {
    matches!(start.name().as_ref(), b"w:p" | b"p")
}

fn see(
    start: &BytesStart<'_>,
    range: Range<usize>,
    depth: usize,
    sizes: &Sizes,
    paragraphs: &mut [Paragraph],
) {
    let Some(paragraph) = paragraphs.last_mut() else {
        return;
    };
    match start.local_name().as_ref() {
        b"sz" => paragraph.size = half_points(start).or(paragraph.size),
        b"pStyle" => {
            let size = attribute(start, b"val").and_then(|id| sizes.by_style.get(&id).copied());
            paragraph.size = paragraph.size.or(size);
        }
        // Its own, not that of a formula's group or of properties it had before.
        b"jc" if start.name().as_ref() == b"w:jc" && depth == paragraph.depth + 2 => {
            paragraph.justification = Some(range);
        }
        _ => {}
    }
}

/// A formula, or a group of them on lines of their own.
struct Formula {
    range: Range<usize>,
    is_group: bool,
    is_drawn: bool,
}

fn take(
    xml: &[u8],
    formula: Formula,
    paragraph: Option<&mut Paragraph>,
    sizes: &Sizes,
    found: &mut Found,
) {
    let Formula {
        range,
        is_group,
        is_drawn,
    } = formula;
    let Some(element) = Element::from_xml(&xml[range.clone()]) else {
        // Left to the engine it would come out of its line, or end the file.
        found.changes.push((range, String::new()));
        found.lost += 1;
        return;
    };
    let read = guarded("reading a formula", || {
        is_drawn.then(|| read(&element)).flatten()
    });
    let Ok(Some(node)) = read else {
        let text = element.text();
        found.changes.push((range, run_of(text.trim())));
        // An empty formula is a place for one, and nothing is lost.
        found.lost += usize::from(!text.trim().is_empty());
        return;
    };
    let size = size_in(&element)
        .or(paragraph.as_ref().and_then(|paragraph| paragraph.size))
        .unwrap_or(sizes.usual);
    let side = element
        .child("oMathParaPr")
        .and_then(|properties| properties.child("jc"))
        .and_then(|jc| jc.attribute("val"))
        .unwrap_or("centerGroup");
    let centre = paragraph
        .filter(|paragraph| is_group && !paragraph.is_placed)
        .map(|paragraph| {
            paragraph.is_placed = true;
            let side = match side {
                "left" | "right" => side,
                _ => "center",
            };
            let jc = format!("<w:jc w:val=\"{side}\"/>");
            match (&paragraph.justification, &paragraph.properties) {
                (Some(range), _) => (range.clone(), jc),
                // Before their end tag.
                (None, Some(range)) if range.is_empty() => (range.clone(), jc),
                (None, properties) => {
                    let inside = paragraph.inside..paragraph.inside;
                    let range = properties.clone().unwrap_or(inside);
                    (range, format!("<w:pPr>{jc}</w:pPr>"))
                }
            }
        });
    found.places.push(Place {
        range,
        size,
        is_display: is_group,
        line: linear(&node),
        centre,
    });
    found.jobs.push(Job::Formula {
        f: node,
        d: is_group,
        size,
        room: size * if is_group { DISPLAY_ROOM } else { ROOM },
    });
}

/// A formula, or the lines of a group of them.
fn read(element: &Element) -> Option<Node> {
    let lines: Vec<&Element> = element
        .children()
        .filter(|child| child.name == "oMath")
        .collect();
    if lines.len() < 2 {
        return omml::parse(element);
    }
    let rows = lines.into_iter().filter_map(omml::parse).collect();
    Some(Node::Lines {
        rows,
        align: "center",
    })
}

/// The size a formula's own runs say.
fn size_in(element: &Element) -> Option<f32> {
    for child in element.children() {
        if child.name == "sz" {
            let value: f32 = child.attribute("val")?.parse().ok()?;
            return (2.0..=400.0).contains(&value).then_some(value / 2.0);
        }
        if let Some(size) = size_in(child) {
            return Some(size);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Found, Sizes, find};
    use crate::xml::apply;

    fn found(xml: &str, left: &mut usize) -> Found {
        let sizes = Sizes {
            by_style: HashMap::new(),
            usual: 10.0,
        };
        find(xml.as_bytes(), &sizes, left)
    }

    /// The story with what the formulas' paragraphs need alone.
    fn centred(xml: &str) -> String {
        let places = found(xml, &mut 9).places;
        let changes = places.into_iter().filter_map(|place| place.centre);
        String::from_utf8(apply(xml.as_bytes(), changes.collect()).unwrap()).unwrap()
    }

    const GROUP: &str = "<m:oMathPara><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></m:oMathPara>";

    /// Two formulas in a paragraph, or properties in an empty tag, gave it
    /// properties twice, which no reader takes.
    #[test]
    fn a_paragraph_of_formulas_has_its_properties_once() {
        let jc = "<w:pPr><w:jc w:val=\"center\"/></w:pPr>";
        for given in ["", "<w:pPr/>", "<w:pPr></w:pPr>"] {
            let paragraph = format!("<w:p>{given}{GROUP}{GROUP}</w:p>");
            assert_eq!(
                centred(&paragraph),
                format!("<w:p>{jc}{GROUP}{GROUP}</w:p>"),
                "{given}"
            );
        }
        // What the properties were before is left as it was.
        let before = "<w:pPrChange><w:pPr><w:jc w:val=\"end\"/></w:pPr></w:pPrChange>";
        assert_eq!(
            centred(&format!("<w:p><w:pPr>{before}</w:pPr>{GROUP}</w:p>")),
            format!("<w:p><w:pPr>{before}<w:jc w:val=\"center\"/></w:pPr>{GROUP}</w:p>")
        );
    }

    /// Their number was counted anew in each header.
    #[test]
    fn formulas_past_the_most_of_all_stories_are_their_words() {
        let mut left = 3;
        let story = format!("<w:p>{GROUP}{GROUP}</w:p>");
        let first = found(&story, &mut left);
        assert_eq!((first.jobs.len(), first.changes.len()), (2, 0));
        let second = found(&story, &mut left);
        assert_eq!((second.jobs.len(), second.lost, left), (1, 1, 0));
        assert!(second.changes[0].1.contains(">x</w:t>"));
    }
}
