//! Pictures of an OFD file: looked at before they are decoded.

use std::io::Cursor;

use krilla::image::Image;

use crate::limits::Limits;

/// Opens a picture; what is wrong with it is an English sentence.
pub(super) fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Image, String> {
    let reader = || {
        image::ImageReader::new(Cursor::new(bytes.as_slice()))
            .with_guessed_format()
            .map_err(|error| error.to_string())
    };
    let format = reader()?
        .format()
        .ok_or("a picture of the file is of a kind that is not drawn")?;
    let mut header = reader()?;
    header.no_limits();
    let (width, height) = header
        .into_dimensions()
        .map_err(|_| "a picture of the file cannot be decoded")?;
    if u64::from(width) * u64::from(height) > limits.page_pixels {
        return Err(format!(
            "a picture of {width} × {height} pixels is left out"
        ));
    }
    let opened = match format {
        image::ImageFormat::Jpeg => Image::from_jpeg(bytes.into(), true),
        image::ImageFormat::Png => Image::from_png(bytes.into(), true),
        image::ImageFormat::Gif => Image::from_gif(bytes.into(), true),
        image::ImageFormat::WebP => Image::from_webp(bytes.into(), true),
        _ => {
            let mut decoding = reader()?;
            decoding.no_limits();
            decoding
                .decode()
                .map(|picture| Image::from_rgba8(picture.into_rgba8().into_raw(), width, height))
                .map_err(|error| error.to_string())
        }
    };
    opened.map_err(|_| "a picture of the file cannot be decoded".to_owned())
}
