//! Writes a PDF of pages that each hold one image, a page at a time, so that
//! only one image is in memory uncoded.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder};

use super::place::Place;
use crate::refusal::{Refusal, RefusalKind};

/// Pixels of a colour image from which it is kept as JPEG: without loss, a
/// scanned book would be a PDF of gigabytes.
const LOSSY_PIXELS: u64 = 4_000_000;
const JPEG_QUALITY: u8 = 92;

/// An image as a PDF holds it: a dictionary without its length, and data.
pub(super) struct Coded {
    dictionary: String,
    data: Vec<u8>,
}

impl Coded {
    /// Takes data that is coded already.
    pub(super) fn new((width, height): (u32, u32), how: &str, data: Vec<u8>) -> Self {
        Self {
            dictionary: format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}{how}"),
            data,
        }
    }

    /// Codes pixels, grey or RGB, without loss, or as JPEG where `photograph`
    /// says so or they are many.
    pub(super) fn pixels(image: &DynamicImage, photograph: bool) -> Result<Self, Refusal> {
        let size = (image.width(), image.height());
        let (raw, colors, space, kind) = match image {
            DynamicImage::ImageLuma8(grey) => {
                (grey.as_raw(), 1, "DeviceGray", ExtendedColorType::L8)
            }
            DynamicImage::ImageRgb8(rgb) => (rgb.as_raw(), 3, "DeviceRGB", ExtendedColorType::Rgb8),
            _ => {
                return Err(Refusal::new(
                    RefusalKind::Internal,
                    "an image was not made grey or RGB",
                ));
            }
        };
        let failed = |error: image::ImageError| {
            Refusal::new(
                RefusalKind::Internal,
                format!("an image cannot be coded: {error}"),
            )
        };
        let many = u64::from(size.0) * u64::from(size.1) >= LOSSY_PIXELS && colors == 3;
        // JPEG knows no side longer than this.
        if (photograph || many) && size.0.max(size.1) < 65_500 {
            let mut data = Vec::new();
            JpegEncoder::new_with_quality(&mut data, JPEG_QUALITY)
                .write_image(raw, size.0, size.1, kind)
                .map_err(failed)?;
            let how = format!("/ColorSpace/{space}/BitsPerComponent 8/Filter/DCTDecode");
            return Ok(Self::new(size, &how, data));
        }
        let mut png = Cursor::new(Vec::new());
        PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Adaptive)
            .write_image(raw, size.0, size.1, kind)
            .map_err(failed)?;
        // What a PNG holds between its marks is what a PDF calls Flate with the
        // predictor 15.
        let how = format!(
            "/ColorSpace/{space}/BitsPerComponent 8/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors {colors}/BitsPerComponent 8/Columns {}>>",
            size.0
        );
        Ok(Self::new(size, &how, png_data(png.get_ref())))
    }
}

/// The contents of the IDAT chunks of a PNG made here.
fn png_data(png: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(png.len());
    let mut at = 8;
    while let Some(&[a, b, c, d, ref name @ ..]) = png.get(at..at + 8) {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if name == b"IDAT" {
            data.extend_from_slice(png.get(at + 8..at + 8 + length).unwrap_or_default());
        }
        at += length + 12;
    }
    data
}

/// An image and the matrix that brings it to its place.
pub(super) type Band = (Coded, [f64; 6]);

/// A PDF in the making.
pub(super) struct Book {
    out: Vec<u8>,
    /// Where each object begins, by its number less one.
    offsets: Vec<usize>,
    pages: Vec<usize>,
}

impl Book {
    pub(super) fn new() -> Self {
        Self {
            out: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(),
            // The catalogue and the list of pages are written last.
            offsets: vec![0, 0],
            pages: Vec::new(),
        }
    }

    /// Adds a page with images that lie one below the other.
    pub(super) fn page(&mut self, place: &Place, bands: &[Band]) {
        let mut content = String::new();
        let mut names = String::new();
        for (index, (coded, matrix)) in bands.iter().enumerate() {
            let object = self.stream(&coded.dictionary, &coded.data);
            let [a, b, c, d, e, f] = matrix.map(|number| format!("{number:.4}"));
            content.push_str(&format!("q {a} {b} {c} {d} {e} {f} cm /I{index} Do Q\n"));
            names.push_str(&format!("/I{index} {object} 0 R"));
        }
        let content = self.stream("", content.as_bytes());
        let (width, height) = place.page;
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.3} {height:.3}]/Contents {content} 0 R/Resources<</XObject<<{names}>>>>>>"
        );
        let page = self.object(page.as_bytes());
        self.pages.push(page);
    }

    pub(super) fn page_count(&self) -> usize {
        self.pages.len()
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let kids: Vec<String> = self
            .pages
            .iter()
            .map(|page| format!("{page} 0 R"))
            .collect();
        let catalog = "<</Type/Catalog/Pages 2 0 R>>".to_owned();
        let pages = format!(
            "<</Type/Pages/Count {}/Kids[{}]>>",
            kids.len(),
            kids.join(" ")
        );
        for (number, body) in [(1, catalog), (2, pages)] {
            self.offsets[number - 1] = self.out.len();
            self.out
                .extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
        }
        let start = self.out.len();
        let count = self.offsets.len() + 1;
        let mut tail = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            tail.push_str(&format!("{offset:010} 00000 n \n"));
        }
        tail.push_str(&format!(
            "trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
        ));
        self.out.extend_from_slice(tail.as_bytes());
        self.out
    }

    fn stream(&mut self, dictionary: &str, data: &[u8]) -> usize {
        let head = format!("<<{dictionary}/Length {}>>\nstream\n", data.len());
        self.object(&[head.as_bytes(), data, b"\nendstream"].concat())
    }

    fn object(&mut self, body: &[u8]) -> usize {
        self.offsets.push(self.out.len());
        let number = self.offsets.len();
        self.out
            .extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        self.out.extend_from_slice(body);
        self.out.extend_from_slice(b"\nendobj\n");
        number
    }
}
