//! TIFF: every directory a page, but previews and masks.
//!
//! A chain of directories that is broken or runs in a circle ends there, said
//! in the report. Fax pages (CCITT) go into the PDF as they are coded.

use std::borrow::Cow;
use std::io::Cursor;
use std::time::Instant;

use image::metadata::Orientation;
use tiff::TiffError;
use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, Limits as DecoderLimits};
use tiff::tags::Tag;

use super::book::{Band, Book, Coded};
use super::place::{Place, place};
use super::{check_pixels, fax, samples};
use crate::clock;
use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};
use crate::report::{Warning, WarningKind};
use crate::set::Set;

pub(super) type Tiff<'b> = Decoder<Cursor<&'b [u8]>>;

/// Bytes a pixel may take: four channels of sixteen bits.
const PIXEL_BYTES: u64 = 8;
const PALETTE: u16 = 3;
const JPEG: u16 = 7;
/// Bits of `NewSubfileType` of what is no page: a preview, a mask.
const NO_PAGE: u32 = 0b101;

/// A directory of the file.
struct Directory {
    at: u64,
    is_page: bool,
    is_palette: bool,
}

pub(super) fn to_pdf(bytes: &[u8], limits: &Limits, deadline: Instant) -> Result<Set, Refusal> {
    let mut warnings = Vec::new();
    let directories = list(bytes, limits, &mut warnings)?;
    let bytes = without_palettes(bytes, &directories);
    let mut tiff = open(&bytes, limits)?;
    let mut book = Book::new();
    let mut failed = 0;
    let mut failure = None;
    let pages = directories
        .iter()
        .filter(|directory| directory.is_page)
        .count();
    for (index, directory) in directories.iter().enumerate() {
        clock::check(deadline)?;
        let moved = if index == 0 {
            Ok(())
        } else {
            tiff.next_image().map_err(refusal)
        };
        if !directory.is_page {
            continue;
        }
        match moved.and_then(|()| page(&mut tiff, &bytes, directory.is_palette, limits)) {
            Ok((place, bands)) => book.page(&place, &bands),
            // Pixels past the limit cost the file; a page that cannot be read
            // costs that page, where there are others.
            Err(refusal) if pages == 1 || refusal.kind == RefusalKind::TooManyPixels => {
                return Err(refusal);
            }
            Err(refusal) => {
                let empty = place((595, 842), Some((72.0, 72.0)), Orientation::NoTransforms);
                book.page(&empty, &[]);
                warnings.push(Warning {
                    kind: WarningKind::Image,
                    detail: format!("a page cannot be read: {}", refusal.detail),
                    page: Some(book.page_count() as u32),
                });
                failed += 1;
                failure = Some(refusal);
            }
        }
    }
    match failure {
        Some(refusal) if failed >= pages => Err(refusal),
        _ if pages == 0 => Err(Refusal::new(
            RefusalKind::NoPages,
            "the image holds previews and masks alone",
        )),
        _ => Ok(Set {
            pdf: book.finish(),
            warnings,
            ..Set::default()
        }),
    }
}

fn open<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Tiff<'b>, Refusal> {
    let most =
        usize::try_from(limits.page_pixels.saturating_mul(PIXEL_BYTES)).unwrap_or(usize::MAX);
    let mut decoder_limits = DecoderLimits::default();
    decoder_limits.decoding_buffer_size = most;
    decoder_limits.intermediate_buffer_size = most;
    Ok(Decoder::new(Cursor::new(bytes))
        .map_err(refusal)?
        .with_limits(decoder_limits))
}

/// Follows the chain of directories, no further than the limit of pages.
fn list(
    bytes: &[u8],
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Directory>, Refusal> {
    let mut tiff = open(bytes, limits)?;
    let mut directories = Vec::new();
    loop {
        let subfile = tiff.find_tag_unsigned::<u32>(Tag::NewSubfileType);
        let photometric = tiff.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation);
        directories.push(Directory {
            at: tiff.ifd_pointer().map_or(0, |pointer| pointer.0),
            is_page: !matches!(subfile, Ok(Some(kind)) if kind & NO_PAGE != 0),
            is_palette: matches!(photometric, Ok(Some(PALETTE))),
        });
        if directories.len() > limits.pages as usize {
            return Err(Refusal::new(
                RefusalKind::TooManyPages,
                format!("more than {} pages are not allowed", limits.pages),
            ));
        }
        if !tiff.more_images() {
            return Ok(directories);
        }
        if let Err(error) = tiff.next_image()
            && !tiff.more_images()
        {
            warnings.push(Warning::new(
                WarningKind::Other,
                format!("the list of pages ends early: {error}"),
            ));
            return Ok(directories);
        }
    }
}

/// The decoder refuses images with a palette: called grey, they give their
/// indices.
fn without_palettes<'b>(bytes: &'b [u8], directories: &[Directory]) -> Cow<'b, [u8]> {
    if !directories.iter().any(|directory| directory.is_palette) {
        return Cow::Borrowed(bytes);
    }
    let mut changed = bytes.to_vec();
    let little = bytes.starts_with(b"II");
    let is_big = bytes.get(2..4).is_some_and(|version| version.contains(&43));
    let (head, entry_size, value) = if is_big { (8, 20, 12) } else { (2, 12, 8) };
    let tag: u16 = Tag::PhotometricInterpretation.to_u16();
    let grey: u16 = 1;
    let (tag, grey) = if little {
        (tag.to_le_bytes(), grey.to_le_bytes())
    } else {
        (tag.to_be_bytes(), grey.to_be_bytes())
    };
    for directory in directories.iter().filter(|directory| directory.is_palette) {
        let start = usize::try_from(directory.at).unwrap_or(usize::MAX);
        let entries = changed
            .get_mut(start.saturating_add(head)..)
            .unwrap_or_default();
        // The tag is there: the decoder read it. Entries are sorted, and this
        // one stands among the first.
        let found = entries
            .chunks_exact_mut(entry_size)
            .take(64)
            .find(|entry| entry.starts_with(&tag));
        if let Some(entry) = found {
            entry[value..value + 2].copy_from_slice(&grey);
        }
    }
    Cow::Owned(changed)
}

fn page(
    tiff: &mut Tiff<'_>,
    bytes: &[u8],
    is_palette: bool,
    limits: &Limits,
) -> Result<(Place, Vec<Band>), Refusal> {
    let (width, height) = tiff.dimensions().map_err(refusal)?;
    check_pixels(width, height, limits)?;
    let orientation = short(tiff, Tag::Orientation)
        .and_then(|value| Orientation::from_exif(value.min(255) as u8))
        .unwrap_or(Orientation::NoTransforms);
    let place = place((width, height), dpi(tiff), orientation);
    if let Some(bands) = fax::bands(tiff, bytes, (width, height), &place)? {
        return Ok((place, bands));
    }
    let is_photograph = short(tiff, Tag::Compression) == Some(JPEG);
    let image = samples::read(tiff, is_palette)?;
    let coded = Coded::pixels(&image, is_photograph)?;
    Ok((place, vec![(coded, place.matrix(0.0, 1.0))]))
}

/// The value of a tag of one number; `None` when it is absent or broken.
pub(super) fn short(tiff: &mut Tiff<'_>, tag: Tag) -> Option<u16> {
    tiff.find_tag_unsigned(tag).ok().flatten()
}

fn dpi(tiff: &mut Tiff<'_>) -> Option<(f64, f64)> {
    let mut axis = |tag| match tiff.find_tag(tag) {
        Ok(Some(Value::Rational(number, of))) => Some(f64::from(number) / f64::from(of)),
        _ => None,
    };
    let (x, y) = (axis(Tag::XResolution)?, axis(Tag::YResolution)?);
    match short(tiff, Tag::ResolutionUnit).unwrap_or(2) {
        2 => Some((x, y)),
        3 => Some((x * 2.54, y * 2.54)),
        _ => None,
    }
}

pub(super) fn refusal(error: TiffError) -> Refusal {
    let kind = match error {
        TiffError::UnsupportedError(_) => RefusalKind::Unsupported,
        TiffError::LimitsExceeded => RefusalKind::TooManyPixels,
        _ => RefusalKind::Damaged,
    };
    Refusal::new(kind, format!("TIFF image: {error}"))
}
