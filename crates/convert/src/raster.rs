//! A page's pixels to WebP: sizes, shrinking, and which coding suits the page.
//!
//! A page of text has few colours (`palette`) and is coded without loss by our
//! own coder (`vp8l`): smaller, and several times faster, than a lossy coding
//! that would put ringing around every stroke. A page of photographs is coded
//! with loss by libwebp.

use hayro::vello_cpu::Pixmap;
use webp::{Encoder, WebPConfig};

use crate::limits::Limits;
use crate::page::Raster;
use crate::palette::{self, Steps};
use crate::refusal::{Refusal, RefusalKind};
use crate::vp8l;

/// Width of the image for 2× screens, in pixels.
const WIDE: f32 = 1600.0;
/// Width of the cover, in pixels.
const COVER: u32 = 320;
/// WebP's own limit is 16,383 on a side.
const MAX_SIDE: f32 = 16_000.0;
/// A stamp-sized page is not blown up further than to 576 dpi.
const MAX_SCALE: f32 = 8.0;
/// Quality of the lossy coding.
const LOSSY_QUALITY: f32 = 80.0;

/// Opaque pixels, red in the lowest byte, rows from the top.
pub(crate) struct Canvas {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pixels: Vec<u32>,
}

/// Gives the pixel size of a page's wide image: both sides even, so that the
/// narrow image is exactly half.
pub(crate) fn wide_size(width_pt: f32, height_pt: f32, limits: &Limits) -> (u16, u16) {
    let side = |points: f32| points.max(1.0).min(f32::MAX.sqrt());
    let (width, height) = (side(width_pt), side(height_pt));
    let by_pixels = (limits.page_pixels as f32 / (width * height)).sqrt();
    let scale = (WIDE / width)
        .min(MAX_SCALE)
        .min(MAX_SIDE / width)
        .min(MAX_SIDE / height)
        .min(by_pixels);
    let even = |side: f32| ((side * scale / 2.0).round().clamp(1.0, MAX_SIDE / 2.0) as u16) * 2;
    (even(width), even(height))
}

impl Canvas {
    /// Takes over a drawn page into a buffer used before; the background is
    /// opaque, so premultiplied and plain pixels are the same.
    pub(crate) fn from_pixmap(pixmap: &Pixmap, mut buffer: Vec<u32>) -> Self {
        buffer.clear();
        buffer.extend(
            pixmap
                .data_as_u8_slice()
                .as_chunks::<4>()
                .0
                .iter()
                .map(|pixel| u32::from_le_bytes(*pixel)),
        );
        Self {
            width: u32::from(pixmap.width()),
            height: u32::from(pixmap.height()),
            pixels: buffer,
        }
    }

    /// Gives the buffer back, for the next page.
    pub(crate) fn into_buffer(self) -> Vec<u32> {
        self.pixels
    }

    /// Shrinks to half by averaging squares of four; a last odd row or column
    /// is dropped.
    pub(crate) fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let stride = self.width as usize;
        let mut pixels = vec![u32::MAX; width as usize * height as usize];
        if self.width > 1 && self.height > 1 {
            for (out, pair) in pixels
                .chunks_exact_mut(width as usize)
                .zip(self.pixels.chunks_exact(stride * 2))
            {
                let (upper, lower) = pair.split_at(stride);
                let squares = upper
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .zip(lower.as_chunks::<2>().0);
                for (mean, ([a, b], [c, d])) in out.iter_mut().zip(squares) {
                    *mean = mean_of_four(*a, *b, *c, *d);
                }
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Shrinks to the cover's width, averaging over areas.
    pub(crate) fn cover(&self) -> Self {
        let width = COVER.min(self.width);
        let height =
            (u64::from(self.height) * u64::from(width) / u64::from(self.width)).clamp(1, 4096);
        let height = height as u32;
        // Where the square of each new column or row begins; none is empty.
        let edges = |new: u32, old: u32| -> Vec<usize> {
            (0..=new)
                .map(|at| (u64::from(at) * u64::from(old) / u64::from(new)) as usize)
                .collect()
        };
        let (columns, rows) = (edges(width, self.width), edges(height, self.height));
        let mut pixels = Vec::with_capacity(width as usize * height as usize);
        let mut sums = vec![[0_u32; 3]; width as usize];
        for row in rows.windows(2) {
            let (top, bottom) = (row[0], row[1].max(row[0] + 1));
            sums.fill([0; 3]);
            let stride = self.width as usize;
            for line in self.pixels.chunks_exact(stride).take(bottom).skip(top) {
                for (sum, column) in sums.iter_mut().zip(columns.windows(2)) {
                    for pixel in &line[column[0]..column[1]] {
                        let [red, green, blue, _] = pixel.to_le_bytes();
                        for (sum, channel) in sum.iter_mut().zip([red, green, blue]) {
                            *sum += u32::from(channel);
                        }
                    }
                }
            }
            for (sum, column) in sums.iter().zip(columns.windows(2)) {
                let area = ((column[1] - column[0]) * (bottom - top)) as u32;
                let [red, green, blue] = sum.map(|sum| ((sum + area / 2) / area) as u8);
                pixels.push(u32::from_le_bytes([red, green, blue, 255]));
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Codes the pixels, choosing the coding by what the page is.
    pub(crate) fn encode(&self, steps: Steps) -> Result<Raster, Refusal> {
        let webp = match palette::index(&self.pixels, self.width as usize, steps) {
            Some(indexed) => {
                vp8l::encode(self.width, self.height, &indexed.palette, &indexed.indices)
            }
            None => self.encode_photograph()?,
        };
        Ok(Raster {
            width: self.width,
            height: self.height,
            webp,
        })
    }

    fn encode_photograph(&self) -> Result<Vec<u8>, Refusal> {
        let internal = |detail: String| Refusal::new(RefusalKind::Internal, detail);
        let mut config =
            WebPConfig::new().map_err(|()| internal("the WebP coder does not start".to_owned()))?;
        config.quality = LOSSY_QUALITY;
        // The slower methods take half as long again for a hundredth less.
        config.method = 0;
        let bytes: Vec<u8> = self
            .pixels
            .iter()
            .flat_map(|pixel| {
                let [red, green, blue, _] = pixel.to_le_bytes();
                [red, green, blue]
            })
            .collect();
        let webp = Encoder::from_rgb(&bytes, self.width, self.height)
            .encode_advanced(&config)
            .map_err(|error| internal(format!("the page image cannot be coded: {error:?}")))?;
        Ok(webp.to_vec())
    }
}

/// Averages each channel, two channels at a time in the halves of a word.
fn mean_of_four(a: u32, b: u32, c: u32, d: u32) -> u32 {
    const EVEN: u32 = 0x00ff_00ff;
    let even = (a & EVEN) + (b & EVEN) + (c & EVEN) + (d & EVEN) + 0x0002_0002;
    let odd =
        ((a >> 8) & EVEN) + ((b >> 8) & EVEN) + ((c >> 8) & EVEN) + ((d >> 8) & EVEN) + 0x0002_0002;
    ((even >> 2) & EVEN) | (((odd >> 2) & EVEN) << 8)
}

#[cfg(test)]
mod tests {
    use super::{Canvas, wide_size};
    use crate::limits::Limits;
    use crate::palette::Steps;

    #[test]
    fn sizes_stay_in_bounds() {
        let limits = Limits::default();
        assert_eq!(wide_size(595.28, 841.89, &limits), (1600, 2262));
        let (width, height) = wide_size(100.0, 100_000.0, &limits);
        assert!(u64::from(width) * u64::from(height) <= limits.page_pixels);
        assert!(height <= 16_000 && width >= 2);
        assert_eq!(wide_size(10.0, 10.0, &limits), (80, 80));
        for odd in [f32::INFINITY, f32::MAX, f32::NAN, -1.0] {
            let (width, height) = wide_size(odd, 100.0, &limits);
            assert!(width >= 2 && height >= 2, "{odd}");
        }
    }

    #[test]
    fn halving_averages() {
        let canvas = Canvas {
            width: 2,
            height: 2,
            pixels: vec![0xff00_0000, 0xffff_ffff, 0xff00_0000, 0xffff_ffff],
        };
        assert_eq!(canvas.halved().pixels, [0xff80_8080]);
    }

    #[test]
    fn covers_average_and_keep_their_shape() {
        let canvas = |width: u32, height: u32| Canvas {
            width,
            height,
            pixels: (0..width * height)
                .map(|at| if at % 2 == 0 { u32::MAX } else { 0xff00_0000 })
                .collect(),
        };
        let cover = canvas(800, 1131).cover();
        assert_eq!((cover.width, cover.height), (320, 452));
        assert_eq!(cover.pixels.len(), 320 * 452);
        let means = cover.pixels.iter().map(|pixel| pixel & 0xff);
        assert!(means.clone().min() >= Some(80) && means.max() <= Some(175));
        for (width, height) in [(1, 1), (5, 9000), (9000, 1), (321, 2)] {
            let cover = canvas(width, height).cover();
            assert_eq!(cover.pixels.len() as u32, cover.width * cover.height);
        }
    }

    #[test]
    fn coded_pages_decode_to_their_size() {
        let (width, height) = (64, 32);
        for noisy in [false, true] {
            let pixels = (0..width * height)
                .map(|i: u32| {
                    let level = if noisy { (i * 97 % 251) as u8 } else { 255 };
                    u32::from_le_bytes([level, level / 2, level, 255])
                })
                .collect();
            let canvas = Canvas {
                width,
                height,
                pixels,
            };
            let raster = canvas.encode(Steps::Few).unwrap();
            let decoded = webp::Decoder::new(&raster.webp).decode().unwrap();
            assert_eq!((decoded.width(), decoded.height()), (width, height));
        }
    }
}
