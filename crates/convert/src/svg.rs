//! Looks at an SVG picture of an Office file before the engine does. `package`
//! puts an empty one in the place of one that the engine would stumble over, and
//! refuse the whole document for, or that would keep it busy for ever;
//! `precheck` refuses the file, for LibreOffice gets it as it is.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::html::data;
use crate::limits::Limits;
use crate::package;
use crate::rename::attribute;

/// Elements that a picture may have after its `use`s are followed; the engine
/// ends at a million, with an error.
const MAX_ELEMENTS: u64 = 200_000;
/// Octaves of noise; more add nothing that could be seen.
const MAX_OCTAVES: f64 = 16.0;
/// `use`s that show each other, one through the other.
const MAX_CHAIN: usize = 64;

/// A picture of nothing.
pub(crate) const EMPTY: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>";

/// Why a picture is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It shows a file or an address.
    External,
    /// It repeats itself, grows beyond measure, or holds what cannot be looked at.
    Endless,
    /// It is not well-formed.
    Broken,
}

/// Whether a part, XML by its content, is an SVG picture.
pub(crate) fn is_svg(xml: &[u8]) -> bool {
    let mut reader = Reader::from_reader(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                return start.local_name().as_ref() == b"svg";
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Finds what is wrong with a picture.
pub(crate) fn fault(xml: &[u8], limits: &Limits) -> Option<Fault> {
    let mut reader = Reader::from_reader(xml);
    let mut picture = Picture::new(limits);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                if let Some(fault) = picture.open(&start) {
                    return Some(fault);
                }
            }
            Ok(Event::Empty(start)) => {
                if let Some(fault) = picture.open(&start) {
                    return Some(fault);
                }
                picture.close();
            }
            Ok(Event::End(_)) => picture.close(),
            Ok(Event::Eof) if picture.open.len() == 1 => break,
            Ok(Event::Eof) | Err(_) => return Some(Fault::Broken),
            Ok(_) => {}
        }
    }
    picture.expanded().is_none().then_some(Fault::Endless)
}

/// An element with an id (the root without one), what it holds directly, and
/// what it refers to.
#[derive(Default)]
struct Group {
    elements: u64,
    refers_to: Vec<Reference>,
}

enum Reference {
    /// A group inside this one.
    Inner(usize),
    /// The group of that id, drawn once more.
    Use(String),
}

struct Picture<'l> {
    limits: &'l Limits,
    groups: Vec<Group>,
    by_id: HashMap<String, usize>,
    /// The group that each open element counts for; the first is no element.
    open: Vec<usize>,
}

impl<'l> Picture<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            groups: vec![Group::default()],
            by_id: HashMap::new(),
            open: vec![0],
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Option<Fault> {
        let mut here = self.open.last().copied().unwrap_or(0);
        if let Some(id) = attribute(start, b"id") {
            let inner = self.groups.len();
            self.groups.push(Group::default());
            self.groups[here].refers_to.push(Reference::Inner(inner));
            self.by_id.entry(id).or_insert(inner);
            here = inner;
        }
        self.open.push(here);
        self.groups[here].elements += 1;
        match start.local_name().as_ref() {
            name @ (b"image" | b"feImage" | b"use") => {
                return values(start, b"href")
                    .into_iter()
                    .find_map(|address| match address {
                        Some(address) => self.refer(here, name == b"use", address.trim()),
                        None => Some(Fault::Broken),
                    });
            }
            b"feTurbulence" => {
                let is_much = |octaves: Option<String>| {
                    octaves.is_none_or(|n| n.trim().parse::<f64>().is_ok_and(|n| n > MAX_OCTAVES))
                };
                if values(start, b"numOctaves").into_iter().any(is_much) {
                    return Some(Fault::Endless);
                }
            }
            _ => {}
        }
        None
    }

    /// Sees what an element shows: something of the picture, or a picture in it.
    fn refer(&mut self, here: usize, is_use: bool, address: &str) -> Option<Fault> {
        match address.strip_prefix('#') {
            _ if address.is_empty() => None,
            Some(id) if is_use => {
                let reference = Reference::Use(id.to_owned());
                self.groups[here].refers_to.push(reference);
                None
            }
            Some(_) => None,
            None if is_use || !is_data(address) => Some(Fault::External),
            // Any other kind may be a picture like this one.
            None if !is_of_pixels(address) => Some(Fault::Endless),
            None => match data::decode(address) {
                Some(content) => package::check_picture(&content, self.limits)
                    .is_err()
                    .then_some(Fault::Endless),
                None => Some(Fault::Broken),
            },
        }
    }

    fn close(&mut self) {
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    /// Elements after every `use` is followed; `None` for too many or a circle.
    fn expanded(&self) -> Option<u64> {
        let mut known: Vec<Option<Size>> = vec![None; self.groups.len()];
        let size = self.count(0, &mut known, &mut vec![false; self.groups.len()], 0);
        size.map(|size| size.elements)
    }

    fn count(
        &self,
        group: usize,
        known: &mut [Option<Size>],
        is_open: &mut [bool],
        chain: usize,
    ) -> Option<Size> {
        if let Some(size) = known[group] {
            return Some(size);
        }
        if is_open[group] || chain > MAX_CHAIN {
            return None;
        }
        is_open[group] = true;
        let mut size = Size {
            elements: self.groups[group].elements,
            chain: 0,
        };
        for reference in &self.groups[group].refers_to {
            let (other, link) = match reference {
                Reference::Inner(inner) => (Some(*inner), 0),
                Reference::Use(id) => (self.by_id.get(id).copied(), 1),
            };
            if let Some(other) = other {
                let other = self.count(other, known, is_open, chain + link)?;
                size.elements = size.elements.saturating_add(other.elements);
                size.chain = size.chain.max(other.chain + link);
            }
        }
        is_open[group] = false;
        known[group] = Some(size);
        (size.elements <= MAX_ELEMENTS && size.chain <= MAX_CHAIN).then_some(size)
    }
}

/// What a group comes to.
#[derive(Clone, Copy)]
struct Size {
    elements: u64,
    /// `use`s one behind the other.
    chain: usize,
}

/// The values of all attributes of a name, whatever their prefix: readers take
/// the one they know. `None` for one that is broken.
fn values(start: &BytesStart<'_>, name: &[u8]) -> Vec<Option<String>> {
    let mut values = Vec::new();
    for attribute in start.attributes().with_checks(false).flatten() {
        if attribute.key.local_name().as_ref() == name {
            let value = String::from_utf8_lossy(&attribute.value);
            let value = quick_xml::escape::unescape(&value);
            values.push(value.ok().map(std::borrow::Cow::into_owned));
        }
    }
    values
}

fn is_data(address: &str) -> bool {
    address
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// Whether a `data:` address says that it is a picture made of pixels.
fn is_of_pixels(address: &str) -> bool {
    let kind = address[5..].split([';', ',']).next().unwrap_or_default();
    matches!(
        kind.trim().to_ascii_lowercase().as_str(),
        "image/png" | "image/jpeg" | "image/jpg" | "image/gif" | "image/webp"
    )
}

#[cfg(test)]
mod tests {
    use super::{EMPTY, Fault, fault, is_svg};
    use crate::limits::Limits;

    fn of(content: &str) -> Option<Fault> {
        let xml = format!("<svg xmlns:xlink=\"x\">{content}</svg>");
        assert!(is_svg(xml.as_bytes()));
        fault(xml.as_bytes(), &Limits::default())
    }

    #[test]
    fn pictures_from_elsewhere_are_found() {
        assert_eq!(of("<image href=\"data:image/png;base64,AA==\"/>"), None);
        assert_eq!(of("<image xlink:href=\"#a\"/><image/>"), None);
        for href in [
            "file:///etc/passwd",
            "http://a/b",
            "//a/b",
            "\\\\a\\b",
            "b.png",
        ] {
            let image = format!("<image xlink:href=\"{href}\"/>");
            assert_eq!(of(&image), Some(Fault::External), "{href}");
        }
        assert_eq!(of("<use href=\"a.svg#b\"/>"), Some(Fault::External));
    }

    #[test]
    fn uses_that_multiply_or_go_round_are_found() {
        let tree = |uses: usize, levels: usize| {
            let level = |i: usize| {
                let inner = format!("<use href=\"#g{}\"/>", i - 1).repeat(uses);
                format!("<g id=\"g{i}\">{inner}</g>")
            };
            let groups: String = (1..=levels).map(level).collect();
            of(&format!(
                "<g id=\"g0\"><path/></g><defs>{groups}</defs><use href=\"#g{levels}\"/>"
            ))
        };
        assert_eq!(tree(10, 3), None);
        assert_eq!(tree(10, 20), Some(Fault::Endless));
        assert_eq!(tree(1, 300), Some(Fault::Endless));
        let circle = "<g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/></g>";
        assert_eq!(of(circle), Some(Fault::Endless));
        assert_eq!(
            of("<g id=\"a\"><use href=\"#a\"/></g>"),
            Some(Fault::Endless)
        );
    }

    #[test]
    fn noise_and_broken_pictures_are_found() {
        assert_eq!(
            of("<feTurbulence numOctaves=\"100000\"/>"),
            Some(Fault::Endless)
        );
        let hidden = "<feTurbulence a:numOctaves=\"1\" numOctaves=\"1&#48;0000\"/>";
        assert_eq!(of(hidden), Some(Fault::Endless));
        let fault = |xml: &[u8]| fault(xml, &Limits::default());
        assert_eq!(fault(b"<svg><g></svg>"), Some(Fault::Broken));
        assert_eq!(fault(b"<svg><g>"), Some(Fault::Broken));
        assert_eq!(fault(EMPTY), None);
    }

    /// Everything in a `data:` address passed, also another SVG.
    #[test]
    fn pictures_inside_are_of_pixels_and_not_too_many() {
        let image = |address: &str| of(&format!("<image href=\"{address}\"/>"));
        for address in [
            "data:image/svg+xml,%3Csvg/%3E",
            "data:text/plain,a",
            "DATA:,a",
            "&#100;ata:,a",
        ] {
            assert_eq!(image(address), Some(Fault::Endless), "{address}");
        }
        // The head of a PNG of 100,000 × 100,000 pixels.
        let large = "iVBORw0KGgoAAAANSUhEUgABhqAAAYagCAIAAAAnMJyfAAAAAElEQVQ=";
        let large = format!("data:image/png;base64,{large}");
        assert_eq!(image(&large), Some(Fault::Endless));
        assert_eq!(image("data:image/png;base64,*"), Some(Fault::Broken));
        // Readers take the one they know.
        let two = "<image a:href=\"#a\" xlink:href=\"file:///a.png\"/>";
        assert_eq!(of(two), Some(Fault::External));
    }
}
