//! A small tree of elements, in which the readers of MathML and of Office's
//! formulas look around; bounded in depth and size.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deepest nesting of elements read.
const MAX_ELEMENT_DEPTH: usize = 160;
/// Most elements and texts of a formula.
const MAX_ELEMENTS: usize = 20_000;

/// An element by its name without prefix.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) parts: Vec<Part>,
}

/// What stands in an element.
#[derive(Debug, PartialEq)]
pub(crate) enum Part {
    Element(Element),
    Text(String),
}

impl Element {
    /// The children that are elements.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Element> {
        self.parts.iter().filter_map(|part| match part {
            Part::Element(element) => Some(element),
            Part::Text(_) => None,
        })
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children().find(|child| child.name == name)
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The text in an element and those in it.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        self.push_text(&mut out);
        out
    }

    fn push_text(&self, out: &mut String) {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Element(element) => element.push_text(out),
            }
        }
    }

    /// Reads one element; `None` when it is broken, too deep or too large.
    pub(crate) fn from_xml(xml: &[u8]) -> Option<Element> {
        let mut reader = Reader::from_reader(xml);
        let mut open: Vec<Element> = Vec::new();
        let mut count = 0;
        loop {
            count += 1;
            if count > MAX_ELEMENTS || open.len() > MAX_ELEMENT_DEPTH {
                return None;
            }
            match reader.read_event().ok()? {
                Event::Start(start) => open.push(element(&start)),
                Event::Empty(start) => {
                    let element = element(&start);
                    match open.last_mut() {
                        Some(parent) => parent.parts.push(Part::Element(element)),
                        None => return Some(element),
                    }
                }
                Event::End(_) => {
                    let element = open.pop()?;
                    match open.last_mut() {
                        Some(parent) => parent.parts.push(Part::Element(element)),
                        None => return Some(element),
                    }
                }
                Event::Text(text) => {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    push(&mut open, text);
                }
                Event::CData(text) => {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    push(&mut open, text);
                }
                Event::GeneralRef(name) => {
                    let character = match name.resolve_char_ref() {
                        Ok(Some(character)) => Some(character),
                        _ => match &*name {
                            b"amp" => Some('&'),
                            b"lt" => Some('<'),
                            b"gt" => Some('>'),
                            b"quot" => Some('"'),
                            b"apos" => Some('\''),
                            _ => None,
                        },
                    };
                    push(&mut open, character?.to_string());
                }
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    /// Reads an element of an HTML tree.
    pub(crate) fn from_html(node: scraper::ElementRef<'_>) -> Option<Element> {
        let mut left = MAX_ELEMENTS;
        html(node, 0, &mut left)
    }
}

fn push(open: &mut [Element], text: String) {
    if let Some(parent) = open.last_mut() {
        match parent.parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(&text),
            _ => parent.parts.push(Part::Text(text)),
        }
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let local = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    Element {
        name: local(start.local_name().as_ref()),
        attributes: start
            .attributes()
            .with_checks(false)
            .flatten()
            .map(|attribute| {
                let value = String::from_utf8_lossy(&attribute.value);
                let value = quick_xml::escape::unescape(&value)
                    .map_or_else(|_| value.to_string(), std::borrow::Cow::into_owned);
                (local(attribute.key.local_name().as_ref()), value)
            })
            .collect(),
        parts: Vec::new(),
    }
}

fn html(node: scraper::ElementRef<'_>, depth: usize, left: &mut usize) -> Option<Element> {
    if depth > MAX_ELEMENT_DEPTH {
        return None;
    }
    let name = node.value().name();
    let mut element = Element {
        // Some write the prefix out.
        name: name.rsplit(':').next().unwrap_or(name).to_owned(),
        attributes: node
            .value()
            .attrs()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        parts: Vec::new(),
    };
    for child in node.children() {
        *left = left.checked_sub(1)?;
        match child.value() {
            scraper::Node::Text(text) => element.parts.push(Part::Text(text.to_string())),
            _ => {
                if let Some(child) = scraper::ElementRef::wrap(child) {
                    element
                        .parts
                        .push(Part::Element(html(child, depth + 1, left)?));
                }
            }
        }
    }
    Some(element)
}
