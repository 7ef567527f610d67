//! Electronic seals (电子印章): where they stand, and their picture.
//!
//! A signature names the page and place of its stamp; the picture is inside
//! the seal, a DER structure (GB/T 38540, GM/T 0031): a SEQUENCE of the kind of
//! picture (an IA5String: `png`, `ofd`, …) and its bytes (an OCTET STRING).
//! Only that is looked for; whether the signature holds is not checked here.

use std::rc::Rc;

use krilla::image::Image;

use super::container::{parse, resolve, unless_damaged, xml};
use super::geometry::Box;
use super::{Told, child, child_text, children, picture};
use crate::guard::Container;
use crate::refusal::Refusal;
use crate::report::WarningKind;

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
    pub(super) stamp: Stamp,
}

/// What a seal leaves on the page; shared by all its places.
#[derive(Clone)]
pub(super) enum Stamp {
    Image(Image),
    Ofd(Rc<Vec<u8>>),
}

/// The picture of a seal, as it was found.
enum Picture {
    Raster(Vec<u8>),
    Ofd(Vec<u8>),
}

/// Reads the seals that a list of signatures names; what is broken has none.
pub(super) fn read(
    container: &mut Container<'_>,
    list: &str,
    told: &mut Told,
) -> Result<Vec<Seal>, Refusal> {
    let mut seals = Vec::new();
    let Some(xml) = unless_damaged(xml(container, list))? else {
        return Ok(seals);
    };
    let Some(parsed) = unless_damaged(parse(&xml))? else {
        return Ok(seals);
    };
    let paths = children(parsed.root_element(), "Signature")
        .filter_map(|node| node.attribute("BaseLoc"))
        .map(|path| resolve(list, path))
        .take(MAX_SEALS);
    for path in paths {
        told.check()?;
        read_signature(container, &path, &mut seals, told)?;
        if seals.len() >= MAX_SEALS {
            break;
        }
    }
    Ok(seals)
}

fn read_signature(
    container: &mut Container<'_>,
    path: &str,
    seals: &mut Vec<Seal>,
    told: &mut Told,
) -> Result<(), Refusal> {
    let Some(xml) = unless_damaged(xml(container, path))? else {
        return Ok(());
    };
    let Some(parsed) = unless_damaged(parse(&xml))? else {
        return Ok(());
    };
    let root = parsed.root_element();
    let Some(info) = child(root, "SignedInfo") else {
        return Ok(());
    };
    let files = [
        child(info, "Seal").and_then(|seal| child_text(seal, "BaseLoc")),
        child_text(root, "SignedValue"),
    ];
    let mut found = None;
    for file in files.into_iter().flatten() {
        let der = unless_damaged(container.part(&resolve(path, file)))?.flatten();
        found = der.and_then(|der| find_picture(&der));
        if found.is_some() {
            break;
        }
    }
    let stamp = match found {
        Some(Picture::Ofd(bytes)) => Stamp::Ofd(Rc::new(bytes)),
        Some(Picture::Raster(bytes)) => match picture::open(bytes, container.limits()) {
            Ok(image) => Stamp::Image(image),
            Err(reason) => {
                told.warn(WarningKind::Image, reason);
                return Ok(());
            }
        },
        None => return Ok(()),
    };
    for annotation in children(info, "StampAnnot").take(MAX_SEALS) {
        let boundary = annotation.attribute("Boundary").and_then(Box::parse);
        if let (Some(page), Some(boundary)) = (annotation.attribute("PageRef"), boundary) {
            seals.push(Seal {
                page: page.to_owned(),
                boundary,
                stamp: stamp.clone(),
            });
        }
    }
    Ok(())
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
