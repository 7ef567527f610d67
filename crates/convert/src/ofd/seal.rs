//! Electronic seals (电子印章): where they stand, and their picture.
//!
//! A signature names the page and place of its stamp; the picture is inside
//! the seal, a DER structure (GB/T 38540, GM/T 0031): a SEQUENCE of the kind of
//! picture (an IA5String: `png`, `ofd`, …) and its bytes (an OCTET STRING).
//! Only that is looked for; whether the signature holds is not checked here.

use roxmltree::Node;

use super::container::{Container, parse, resolve};
use super::geometry::Box;
use super::{child, child_text, children};

/// Seals of one document.
const MAX_SEALS: usize = 500;
/// Deepest nesting of DER that is looked into.
const MAX_DEPTH: usize = 24;
/// DER values that are looked at.
const MAX_VALUES: usize = 20_000;

/// A seal on a page.
pub(super) struct Seal {
    pub(super) page: String,
    pub(super) boundary: Box,
    pub(super) picture: Picture,
}

/// The picture of a seal.
#[derive(Clone)]
pub(super) enum Picture {
    Raster(Vec<u8>),
    Ofd(Vec<u8>),
}

/// Reads the seals of a document; what is broken has none.
pub(super) fn read(container: &mut Container<'_>, body: Node<'_, '_>) -> Vec<Seal> {
    let mut seals = Vec::new();
    let Some(list) = child_text(body, "Signatures").map(|path| resolve("", path)) else {
        return seals;
    };
    let Ok(xml) = container.xml(&list) else {
        return seals;
    };
    let Ok(parsed) = parse(&xml) else {
        return seals;
    };
    let paths: Vec<String> = children(parsed.root_element(), "Signature")
        .filter_map(|node| node.attribute("BaseLoc"))
        .map(|path| resolve(&list, path))
        .take(MAX_SEALS)
        .collect();
    for path in paths {
        read_signature(container, &path, &mut seals);
        if seals.len() >= MAX_SEALS {
            break;
        }
    }
    seals
}

fn read_signature(container: &mut Container<'_>, path: &str, seals: &mut Vec<Seal>) {
    let Ok(xml) = container.xml(path) else { return };
    let Ok(parsed) = parse(&xml) else { return };
    let root = parsed.root_element();
    let Some(info) = child(root, "SignedInfo") else {
        return;
    };
    let files = [
        child(info, "Seal").and_then(|seal| child_text(seal, "BaseLoc")),
        child_text(root, "SignedValue"),
    ];
    let picture = files.into_iter().flatten().find_map(|file| {
        let der = container.part(&resolve(path, file)).ok().flatten()?;
        find_picture(&der)
    });
    let Some(picture) = picture else { return };
    for stamp in children(info, "StampAnnot").take(MAX_SEALS) {
        let boundary = stamp.attribute("Boundary").and_then(Box::parse);
        if let (Some(page), Some(boundary)) = (stamp.attribute("PageRef"), boundary) {
            seals.push(Seal {
                page: page.to_owned(),
                boundary,
                picture: picture.clone(),
            });
        }
    }
}

const SEQUENCE: u8 = 0x30;
const OCTET_STRING: u8 = 0x04;
const IA5_STRING: u8 = 0x16;
const UTF8_STRING: u8 = 0x0c;
/// The bit of a tag that says that values are inside.
const CONSTRUCTED: u8 = 0x20;

/// Finds the picture in a seal or a signature that holds one.
fn find_picture(der: &[u8]) -> Option<Picture> {
    let mut left = MAX_VALUES;
    search(der, 0, &mut left)
}

fn search(mut der: &[u8], depth: usize, left: &mut usize) -> Option<Picture> {
    if depth > MAX_DEPTH {
        return None;
    }
    while let Some((tag, content, rest)) = value(der) {
        *left = left.checked_sub(1)?;
        if tag == SEQUENCE
            && let Some(picture) = picture_of(content)
        {
            return Some(picture);
        }
        if tag & CONSTRUCTED != 0
            && let Some(picture) = search(content, depth + 1, left)
        {
            return Some(picture);
        }
        // A seal inside a signature may be wrapped once more.
        if tag == OCTET_STRING
            && content.first() == Some(&SEQUENCE)
            && let Some(picture) = search(content, depth + 1, left)
        {
            return Some(picture);
        }
        der = rest;
    }
    None
}

fn picture_of(sequence: &[u8]) -> Option<Picture> {
    let (IA5_STRING | UTF8_STRING, kind, rest) = value(sequence)? else {
        return None;
    };
    let (OCTET_STRING, bytes, _) = value(rest)? else {
        return None;
    };
    match kind.to_ascii_lowercase().as_slice() {
        b"ofd" => Some(Picture::Ofd(bytes.to_vec())),
        b"png" | b"jpg" | b"jpeg" | b"bmp" | b"gif" => Some(Picture::Raster(bytes.to_vec())),
        _ => None,
    }
}

/// Splits off one DER value: its tag, its content, and what follows.
fn value(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        let (digits, rest) = rest.split_at(count);
        let length = digits
            .iter()
            .fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
        (length, rest)
    };
    (rest.len() >= length).then(|| {
        let (content, rest) = rest.split_at(length);
        (tag, content, rest)
    })
}

#[cfg(test)]
mod tests {
    use super::{Picture, find_picture};

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![tag, 0x82];
        out.extend((content.len() as u16).to_be_bytes());
        out.extend(content);
        out
    }

    #[test]
    fn the_picture_of_a_seal_is_found_at_any_depth() {
        let picture = der(0x30, &[der(0x16, b"PNG"), der(0x04, b"bytes")].concat());
        let seal = der(0x30, &[der(0x02, &[1]), der(0xa0, &picture)].concat());
        let wrapped = der(0x30, &der(0x04, &seal));
        let Some(Picture::Raster(bytes)) = find_picture(&wrapped) else {
            panic!("no picture");
        };
        assert_eq!(bytes, b"bytes");
    }

    #[test]
    fn broken_der_has_no_picture() {
        for broken in [
            &b""[..],
            b"\x30",
            b"\x30\x84\xff\xff\xff\xff",
            b"\x30\x80\x00\x00",
            b"\x30\x05\x16\x7f",
        ] {
            assert!(find_picture(broken).is_none());
        }
        let mut deep = Vec::new();
        for _ in 0..2_000 {
            deep = der(0x30, &deep);
        }
        assert!(find_picture(&deep).is_none());
    }
}
