//! Pictures that a document brings along, made ready for Typst: looked at
//! before they are decoded, decoded once to see that they can be, and made
//! smaller where all together would not fit into memory.

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageFormat};

use crate::images::{self, on_white};
use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};

/// Pixels of all pictures, up to which they are kept as they are.
const FULL_PIXELS: u64 = 100_000_000;
/// Pixels of all pictures at which no more are taken: Typst keeps them decoded.
const MAX_PIXELS: u64 = 250_000_000;
/// Pixels of a picture past `FULL_PIXELS`: a page at 150 dots an inch.
const SMALLER_PIXELS: u64 = 1_000_000;
/// Pictures of a document.
const MAX_PICTURES: usize = 5_000;
/// Points of a pixel where nothing else is said: 96 to the inch.
const PIXEL_POINTS: f32 = 0.75;

/// A picture ready to be set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    /// The name of its file in Typst's world.
    pub(crate) name: String,
    /// Natural size, in points.
    pub(crate) size: (f32, f32),
}

/// Why a picture is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotShown {
    /// No picture that is read here, or broken.
    Unreadable,
    /// Too many, or too many pixels in all.
    TooMany,
}

/// The pictures of one document.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pixels: u64,
    /// Whether some were made smaller.
    pub(crate) shrunk: bool,
    /// Whether one of them moves.
    pub(crate) moving: bool,
}

impl Pictures {
    /// Takes a picture in.
    ///
    /// # Errors
    /// `too_many_pixels` for a single picture past the limit.
    pub(crate) fn add(
        &mut self,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Result<Picture, NotShown>, Refusal> {
        let format = match image::guess_format(bytes) {
            Ok(
                format @ (ImageFormat::Png
                | ImageFormat::Jpeg
                | ImageFormat::Gif
                | ImageFormat::WebP),
            ) => format,
            _ => return Ok(Err(NotShown::Unreadable)),
        };
        let mut decoder = match images::open(bytes, format, limits) {
            Ok(decoder) => decoder,
            Err(refusal) if refusal.kind == RefusalKind::Damaged => {
                return Ok(Err(NotShown::Unreadable));
            }
            Err(refusal) => return Err(refusal),
        };
        let (width, height) = decoder.dimensions();
        let pixels = u64::from(width) * u64::from(height);
        let kept = if self.pixels + pixels > FULL_PIXELS {
            pixels.min(SMALLER_PIXELS)
        } else {
            pixels
        };
        if self.files.len() >= MAX_PICTURES || self.pixels + kept > MAX_PIXELS {
            return Ok(Err(NotShown::TooMany));
        }
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let Ok(mut image) = DynamicImage::from_decoder(decoder) else {
            return Ok(Err(NotShown::Unreadable));
        };
        image.apply_orientation(orientation);
        let (width, height) = image.dimensions();
        self.moving |= match format {
            ImageFormat::Png => holds(bytes, b"acTL"),
            ImageFormat::WebP => holds(bytes, b"ANIM"),
            ImageFormat::Gif => holds(bytes, b"NETSCAPE2.0"),
            _ => false,
        };
        let (ending, bytes) = if kept < pixels {
            self.shrunk = true;
            let share = (kept as f64 / pixels as f64).sqrt();
            match smaller(image, share) {
                Some(jpeg) => ("jpg", jpeg),
                None => return Ok(Err(NotShown::Unreadable)),
            }
        } else {
            let ending = match format {
                ImageFormat::Png => "png",
                ImageFormat::Jpeg => "jpg",
                ImageFormat::Gif => "gif",
                _ => "webp",
            };
            (ending, bytes.to_vec())
        };
        self.pixels += kept;
        let name = format!("p{}.{ending}", self.files.len());
        self.files.push((name.clone(), bytes));
        Ok(Ok(Picture {
            name,
            size: (width as f32 * PIXEL_POINTS, height as f32 * PIXEL_POINTS),
        }))
    }
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    crate::detect::find(&bytes[..bytes.len().min(64 << 10)], mark).is_some()
}

fn smaller(image: DynamicImage, share: f64) -> Option<Vec<u8>> {
    let side = |pixels: u32| ((f64::from(pixels) * share) as u32).max(1);
    let (width, height) = (side(image.width()), side(image.height()));
    let small = on_white(image.thumbnail_exact(width, height));
    let mut jpeg = Vec::new();
    small
        .write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 85))
        .ok()?;
    Some(jpeg)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat, RgbImage};

    use super::{NotShown, Pictures};
    use crate::limits::Limits;
    use crate::refusal::RefusalKind;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::from(RgbImage::new(width, height))
            .write_to(&mut out, ImageFormat::Png)
            .unwrap();
        out.into_inner()
    }

    #[test]
    fn pictures_are_looked_at_before_they_are_taken() {
        let mut pictures = Pictures::default();
        let limits = Limits {
            page_pixels: 10_000,
            ..Limits::default()
        };
        let picture = pictures.add(&png(100, 50), &limits).unwrap().unwrap();
        assert_eq!(
            (picture.name.as_str(), picture.size),
            ("p0.png", (75.0, 37.5))
        );
        let refusal = pictures.add(&png(200, 100), &limits).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::TooManyPixels);
        let whole = png(90, 90);
        for broken in [&b"no picture"[..], &whole[..60]] {
            let outcome = pictures.add(broken, &limits).unwrap();
            assert_eq!(outcome, Err(NotShown::Unreadable));
        }
        assert_eq!(pictures.files.len(), 1);
    }
}
