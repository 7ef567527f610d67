//! Looks at an SVG picture of an Office file before the engine does. One that
//! the engine would stumble over, and refuse the whole document for, or that
//! would keep it busy for ever, is replaced by an empty one.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::rename::attribute;

/// Elements that a picture may have after its `use`s are followed; the engine
/// ends at a million, with an error.
const MAX_ELEMENTS: u64 = 200_000;
/// Octaves of noise; more add nothing that could be seen.
const MAX_OCTAVES: u64 = 16;
/// Definitions that refer to each other, one through the other.
const MAX_CHAIN: usize = 64;

/// A picture of nothing.
pub(crate) const EMPTY: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>";

/// Why a picture is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It shows a file or an address.
    External,
    /// It is not well-formed, repeats itself, or grows beyond measure.
    Unsound,
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
pub(crate) fn fault(xml: &[u8]) -> Option<Fault> {
    let mut reader = Reader::from_reader(xml);
    let mut picture = Picture::default();
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
            Ok(Event::Eof) | Err(_) => return Some(Fault::Unsound),
            Ok(_) => {}
        }
    }
    picture.expanded().is_none().then_some(Fault::Unsound)
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

struct Picture {
    groups: Vec<Group>,
    by_id: HashMap<String, usize>,
    /// The group that each open element counts for; the first is no element.
    open: Vec<usize>,
}

impl Default for Picture {
    fn default() -> Self {
        Self {
            groups: vec![Group::default()],
            by_id: HashMap::new(),
            open: vec![0],
        }
    }
}

impl Picture {
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
        let href = attribute(start, b"href").unwrap_or_default();
        let href = href.trim();
        match start.local_name().as_ref() {
            b"image" | b"feImage" if !(href.is_empty() || is_inside(href)) => {
                return Some(Fault::External);
            }
            b"use" => match href.strip_prefix('#') {
                Some(id) => self.groups[here]
                    .refers_to
                    .push(Reference::Use(id.to_owned())),
                None if href.is_empty() => {}
                None => return Some(Fault::External),
            },
            b"feTurbulence" => {
                let octaves = attribute(start, b"numOctaves");
                if octaves.is_some_and(|n| n.trim().parse::<u64>().is_ok_and(|n| n > MAX_OCTAVES)) {
                    return Some(Fault::Unsound);
                }
            }
            _ => {}
        }
        None
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

fn is_inside(href: &str) -> bool {
    href.starts_with('#')
        || href
            .get(..5)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

#[cfg(test)]
mod tests {
    use super::{EMPTY, Fault, fault, is_svg};

    fn of(content: &str) -> Option<Fault> {
        let xml = format!("<svg xmlns:xlink=\"x\">{content}</svg>");
        assert!(is_svg(xml.as_bytes()));
        fault(xml.as_bytes())
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
        assert_eq!(tree(10, 20), Some(Fault::Unsound));
        assert_eq!(tree(1, 300), Some(Fault::Unsound));
        let circle = "<g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/></g>";
        assert_eq!(of(circle), Some(Fault::Unsound));
        assert_eq!(
            of("<g id=\"a\"><use href=\"#a\"/></g>"),
            Some(Fault::Unsound)
        );
    }

    #[test]
    fn noise_and_broken_pictures_are_found() {
        assert_eq!(
            of("<feTurbulence numOctaves=\"100000\"/>"),
            Some(Fault::Unsound)
        );
        assert_eq!(fault(b"<svg><g></svg>"), Some(Fault::Unsound));
        assert_eq!(fault(b"<svg><g>"), Some(Fault::Unsound));
        assert_eq!(fault(EMPTY), None);
    }
}
