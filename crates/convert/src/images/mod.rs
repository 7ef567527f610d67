//! Images to PDF: a page each, as large as they say they are.
//!
//! Pixels are counted from the header before any are decoded. A JPEG goes into
//! the PDF as it is, without its metadata (a photograph's place is nobody's
//! business); fax scans as they are coded; the rest decoded, on white, eight
//! bits a channel.

mod book;
mod fax;
mod place;
mod samples;
mod scan;
mod single;

use std::io::Cursor;
use std::time::Instant;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use crate::detect::Format;
use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};
use crate::set::Set;

/// Makes a PDF of an image file.
pub(crate) fn to_pdf(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
    deadline: Instant,
) -> Result<Set, Refusal> {
    match format {
        Format::Tiff => scan::to_pdf(bytes, limits, deadline),
        _ => single::to_pdf(bytes, format, limits),
    }
}

/// Opens a picture by its header; its pixels are allowed, but not yet decoded.
///
/// # Errors
/// `damaged`, `too_many_pixels`.
pub(crate) fn open<'b>(
    bytes: &'b [u8],
    format: ImageFormat,
    limits: &Limits,
) -> Result<impl ImageDecoder + use<'b>, Refusal> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    // The limit is ours: the pixels, from the header.
    reader.no_limits();
    let decoder = reader.into_decoder().map_err(undecodable)?;
    let (width, height) = decoder.dimensions();
    check_pixels(width, height, limits)?;
    Ok(decoder)
}

fn undecodable(error: image::ImageError) -> Refusal {
    Refusal::new(
        RefusalKind::Damaged,
        format!("the image cannot be decoded: {error}"),
    )
}

/// Refuses a picture with more pixels than allowed.
pub(crate) fn check_pixels(width: u32, height: u32, limits: &Limits) -> Result<(), Refusal> {
    if width == 0 || height == 0 {
        return Err(Refusal::new(
            RefusalKind::Damaged,
            "the image says it has no pixels",
        ));
    }
    if u64::from(width) * u64::from(height) > limits.page_pixels {
        return Err(Refusal::new(
            RefusalKind::TooManyPixels,
            format!(
                "an image of {width} × {height} pixels; {} pixels are allowed",
                limits.page_pixels
            ),
        ));
    }
    Ok(())
}

/// Sets an image on white, in eight bits a channel, grey where it has no colour.
pub(crate) fn on_white(image: DynamicImage) -> DynamicImage {
    let blend = |channel: u8, alpha: u8| {
        let (channel, alpha) = (u32::from(channel), u32::from(alpha));
        ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let has_color = image.color().has_color();
    if !image.color().has_alpha() {
        return if has_color {
            DynamicImage::ImageRgb8(image.into_rgb8())
        } else {
            DynamicImage::ImageLuma8(image.into_luma8())
        };
    }
    let (width, height) = (image.width(), image.height());
    if has_color {
        let pixels = image.into_rgba8();
        let raw: Vec<u8> = pixels
            .pixels()
            .flat_map(|pixel| {
                let [r, g, b, a] = pixel.0;
                [blend(r, a), blend(g, a), blend(b, a)]
            })
            .collect();
        image::RgbImage::from_raw(width, height, raw)
            .map(DynamicImage::ImageRgb8)
            .unwrap_or_default()
    } else {
        let pixels = image.into_luma_alpha8();
        let raw: Vec<u8> = pixels
            .pixels()
            .map(|pixel| blend(pixel.0[0], pixel.0[1]))
            .collect();
        image::GrayImage::from_raw(width, height, raw)
            .map(DynamicImage::ImageLuma8)
            .unwrap_or_default()
    }
}
