//! PNG, JPEG and WebP: one image, one page.

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat};

use super::book::{Book, Coded};
use super::place::place;
use super::{on_white, open, undecodable};
use crate::detect::{Format, find};
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::report::{Warning, WarningKind};
use crate::set::Set;

/// Bytes of the head where an animation says that it is one.
const HEAD_BYTES: usize = 64 << 10;

pub(super) fn to_pdf(bytes: &[u8], format: Format, limits: &Limits) -> Result<Set, Refusal> {
    let kind = match format {
        Format::Png => ImageFormat::Png,
        Format::Jpeg => ImageFormat::Jpeg,
        _ => ImageFormat::WebP,
    };
    let mut decoder = open(bytes, kind, limits)?;
    let stored = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(undecodable)?;

    let mut warnings = Vec::new();
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let moves = match format {
        Format::Png => find(head, b"acTL").is_some(),
        Format::Webp => find(head, b"ANIM").is_some(),
        _ => false,
    };
    if moves {
        warnings.push(Warning::new(
            WarningKind::Animation,
            "the image moves; its first picture is shown",
        ));
    }
    let dpi = match format {
        Format::Png => png_dpi(head),
        Format::Jpeg => jpeg_dpi(bytes),
        _ => None,
    };
    let place = place(stored, dpi, orientation);
    let coded = match jpeg_as_it_is(bytes, format) {
        Some((how, data)) => Coded::new(stored, how, data),
        None => {
            let lossy = format == Format::Jpeg
                || format == Format::Webp && find(head, b"VP8 ").is_some() && !moves;
            Coded::pixels(&on_white(image), lossy)?
        }
    };
    let mut book = Book::new();
    book.page(&place, &[(coded, place.matrix(0.0, 1.0))]);
    Ok(Set {
        pdf: book.finish(),
        warnings,
        ..Set::default()
    })
}

/// A JPEG in grey or YCbCr or RGB, without what says where and with what it was
/// taken; `None` for one in four colours, which PDF readers take differently.
fn jpeg_as_it_is(bytes: &[u8], format: Format) -> Option<(&'static str, Vec<u8>)> {
    if format != Format::Jpeg {
        return None;
    }
    let mut out = vec![0xff, 0xd8];
    let mut how = None;
    for (marker, segment, rest) in segments(bytes) {
        match marker {
            // Baseline, extended and progressive, by the number of channels.
            0xc0..=0xc2 => {
                how = match (segment.get(4)?, segment.get(9)?) {
                    (8, 1) => Some("/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode"),
                    (8, 3) => Some("/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"),
                    _ => return None,
                }
            }
            0xda => {
                out.extend_from_slice(rest);
                return Some((how?, out));
            }
            // Applications' own, but for how the colours are coded; comments.
            0xe1..=0xed | 0xef | 0xfe => continue,
            _ => {}
        }
        out.extend_from_slice(&[0xff, marker]);
        out.extend_from_slice(segment);
    }
    None
}

/// The segments of a JPEG up to its pixels: marker, its length with what
/// follows, and all from the marker on.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8], &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        // Any number of fill bytes may stand before a marker.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let rest = bytes.get(at..)?;
        let &[0xff, marker, high, low, ..] = rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let segment = rest.get(2..2 + length)?;
        at += 2 + length.max(2);
        Some((marker, segment, rest))
    })
}

/// Pixels an inch from JFIF, else from Exif.
fn jpeg_dpi(bytes: &[u8]) -> Option<(f64, f64)> {
    let mut from_exif = None;
    for (marker, segment, _) in segments(bytes) {
        match marker {
            0xe0 if segment.get(2..7) == Some(b"JFIF\0") => {
                let &[unit, x1, x2, y1, y2] = segment.get(9..14)? else {
                    return None;
                };
                let pair = (
                    f64::from(u16::from_be_bytes([x1, x2])),
                    f64::from(u16::from_be_bytes([y1, y2])),
                );
                match unit {
                    1 => return Some(pair),
                    2 => return Some((pair.0 * 2.54, pair.1 * 2.54)),
                    _ => {}
                }
            }
            0xe1 if segment.get(2..8) == Some(b"Exif\0\0") => {
                from_exif = from_exif.or_else(|| exif_dpi(segment.get(8..)?));
            }
            0xda => break,
            _ => {}
        }
    }
    from_exif
}

/// Exif is a TIFF without an image: its resolution stands in the first directory.
fn exif_dpi(exif: &[u8]) -> Option<(f64, f64)> {
    let little = match exif.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let number = |at: usize, length: usize| -> Option<u32> {
        let bytes = exif.get(at..at.checked_add(length)?)?;
        let fold = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        Some(if little {
            bytes.iter().rev().fold(0, fold)
        } else {
            bytes.iter().fold(0, fold)
        })
    };
    let directory = number(4, 4)? as usize;
    let (mut x, mut y, mut unit) = (None, None, 2);
    for index in 0..number(directory, 2)? as usize {
        let entry = directory.checked_add(2 + index * 12)?;
        let rational = || -> Option<f64> {
            let at = number(entry + 8, 4)? as usize;
            Some(f64::from(number(at, 4)?) / f64::from(number(at.checked_add(4)?, 4)?))
        };
        match number(entry, 2)? {
            0x11a => x = rational(),
            0x11b => y = rational(),
            0x128 => unit = number(entry + 8, 2)?,
            _ => {}
        }
    }
    let scale = match unit {
        2 => 1.0,
        3 => 2.54,
        _ => return None,
    };
    Some((x? * scale, y? * scale))
}

/// Pixels an inch from the chunk `pHYs`, which counts them by the metre.
fn png_dpi(head: &[u8]) -> Option<(f64, f64)> {
    let at = find(head, b"pHYs")?;
    let &[x1, x2, x3, x4, y1, y2, y3, y4, 1] = head.get(at + 4..at + 13)? else {
        return None;
    };
    let metre = |bytes| f64::from(u32::from_be_bytes(bytes)) * 0.0254;
    Some((metre([x1, x2, x3, x4]), metre([y1, y2, y3, y4])))
}
