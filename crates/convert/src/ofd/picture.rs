//! Pictures of an OFD file: looked at before they are decoded.

use image::{DynamicImage, ImageDecoder, ImageFormat};
use krilla::image::Image;

use crate::images;
use crate::limits::Limits;

/// Opens a picture; what is wrong with it is an English sentence.
///
/// The writer decodes most kinds at the end and refuses the whole document for
/// one that is broken, so that they are decoded once before.
pub(super) fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Image, String> {
    let format = image::guess_format(&bytes)
        .map_err(|_| "a picture of the file is of a kind that is not drawn")?;
    let decoder = images::open(&bytes, format, limits)
        .map_err(|refusal| format!("a picture is left out: {}", refusal.detail))?;
    let (width, height) = decoder.dimensions();
    let broken = "a picture of the file cannot be decoded";
    let opened = if format == ImageFormat::Jpeg {
        // Goes into the PDF as it is.
        drop(decoder);
        Image::from_jpeg(bytes.into(), true)
    } else {
        let decoded = DynamicImage::from_decoder(decoder).map_err(|_| broken)?;
        match format {
            // Kept small until the writer decodes them again.
            ImageFormat::Png => Image::from_png(bytes.into(), true),
            ImageFormat::WebP => Image::from_webp(bytes.into(), true),
            _ => Ok(Image::from_rgba8(
                decoded.into_rgba8().into_raw(),
                width,
                height,
            )),
        }
    };
    opened.map_err(|_| broken.to_owned())
}
