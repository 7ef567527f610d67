//! Device-independent bitmaps in metafiles, as PNG in data URIs.

use std::io::Cursor;

use image::{ImageFormat, RgbaImage};

use super::Record;

/// How the pixels come to the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Copy,
    /// White leaves what is there.
    And,
    /// Black leaves what is there.
    Or,
    /// The bitmap's own alpha.
    Alpha,
}

impl Mode {
    /// Of a ternary raster operation that takes a source; `None` for those that
    /// draw nothing of it.
    pub(super) fn of(operation: u32) -> Option<Self> {
        Some(match operation {
            0x00cc_0020 => Self::Copy,
            0x0088_00c6 => Self::And,
            0x00ee_0086 | 0x0066_0046 => Self::Or,
            0x00aa_0029 => return None,
            _ => Self::Copy,
        })
    }
}

/// A part of a bitmap to be drawn: left, top, width, height from its top.
pub(super) type Part = [f64; 4];

/// Decodes a bitmap (header, colours, then pixels in `pixels` or right behind)
/// to a data URI; takes its pixels off `left`.
pub(super) fn data_uri(
    header: &[u8],
    pixels: Option<&[u8]>,
    part: Option<Part>,
    mode: Mode,
    left: &mut u64,
) -> Option<String> {
    let info = Info::read(header)?;
    let pixels = match pixels {
        Some(pixels) => pixels,
        None => header.get(info.behind..)?,
    };
    // Compressed pictures stand as they are.
    match info.compression {
        4 | 5 => {
            let size = image::ImageReader::new(Cursor::new(pixels))
                .with_guessed_format()
                .ok()?
                .into_dimensions()
                .ok()?;
            *left = left.checked_sub(u64::from(size.0) * u64::from(size.1))?;
            let kind = if info.compression == 4 {
                "image/jpeg"
            } else {
                "image/png"
            };
            return Some(uri(kind, pixels));
        }
        _ => {}
    }
    let count = u64::from(info.width).checked_mul(u64::from(info.height))?;
    *left = left.checked_sub(count)?;
    let mut image = info.decode(pixels, mode)?;
    if let Some([x, y, width, height]) = part {
        let whole = (f64::from(info.width), f64::from(info.height));
        if width.abs() >= 1.0 && height.abs() >= 1.0 && (width.abs(), height.abs()) != whole {
            let x = x.max(0.0) as u32;
            let y = y.max(0.0) as u32;
            let width = (width.abs() as u32).min(info.width.saturating_sub(x));
            let height = (height.abs() as u32).min(info.height.saturating_sub(y));
            if width > 0 && height > 0 {
                image = image::imageops::crop_imm(&image, x, y, width, height).to_image();
            }
        }
        if width < 0.0 {
            image::imageops::flip_horizontal_in_place(&mut image);
        }
        if height < 0.0 {
            image::imageops::flip_vertical_in_place(&mut image);
        }
    }
    let mut png = Cursor::new(Vec::new());
    image.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(uri("image/png", png.get_ref()))
}

struct Info {
    width: u32,
    height: u32,
    is_top_down: bool,
    bits: u32,
    compression: u32,
    colors: Vec<[u8; 3]>,
    masks: [u32; 3],
    /// Where pixels stand when they follow.
    behind: usize,
}

impl Info {
    fn read(bytes: &[u8]) -> Option<Self> {
        let record = Record(bytes);
        let size = record.u32(0)? as usize;
        if size == 12 {
            let bits = u32::from(record.u16(10)?);
            let count = if bits <= 8 { 1_usize << bits } else { 0 };
            let colors = bytes
                .get(12..12 + count * 3)?
                .as_chunks::<3>()
                .0
                .iter()
                .map(|[b, g, r]| [*r, *g, *b])
                .collect();
            return Some(Self {
                width: u32::from(record.u16(4)?),
                height: u32::from(record.u16(6)?),
                is_top_down: false,
                bits,
                compression: 0,
                colors,
                masks: DEFAULT_16,
                behind: 12 + count * 3,
            });
        }
        if !(40..=256).contains(&size) {
            return None;
        }
        let height = record.u32(8)? as i32;
        let bits = u32::from(record.u16(14)?);
        let compression = record.u32(16)?;
        let used = record.u32(32)? as usize;
        let count = match (bits, used) {
            (1 | 4 | 8, 0) => 1_usize << bits,
            (1 | 4 | 8, used) => used.min(256),
            (_, used) => used.min(256),
        };
        let (masks, masks_size) = match (compression, bits) {
            (3, _) => (
                [record.u32(40)?, record.u32(44)?, record.u32(48)?],
                if size == 40 { 12 } else { 0 },
            ),
            (_, 16) => (DEFAULT_16, 0),
            _ => ([0x00ff_0000, 0xff00, 0xff], 0),
        };
        let table = size + masks_size;
        let colors = bytes
            .get(table..)
            .unwrap_or_default()
            .as_chunks::<4>()
            .0
            .iter()
            .take(if bits <= 8 { count } else { 0 })
            .map(|[b, g, r, _]| [*r, *g, *b])
            .collect();
        Some(Self {
            width: record.u32(4)?,
            height: height.unsigned_abs(),
            is_top_down: height < 0,
            bits,
            compression,
            colors,
            masks,
            behind: table + count * 4,
        })
    }

    fn decode(&self, pixels: &[u8], mode: Mode) -> Option<RgbaImage> {
        if self.width == 0 || self.height == 0 {
            return None;
        }
        let unpacked;
        let (bits, pixels) = match (self.compression, self.bits) {
            (1, 8) | (2, 4) => {
                unpacked = self.unpack(pixels)?;
                (8, unpacked.as_slice())
            }
            (0 | 3, bits) => (bits, pixels),
            _ => return None,
        };
        let stride = (u64::from(self.width) * u64::from(bits)).div_ceil(32) as usize * 4;
        // A file cut off in the last row still shows the others.
        if pixels.len() < stride * (self.height as usize).saturating_sub(1) / 2 {
            return None;
        }
        let mut image = RgbaImage::new(self.width, self.height);
        for (y, row) in image.rows_mut().enumerate() {
            let line = if self.is_top_down {
                y
            } else {
                self.height as usize - 1 - y
            };
            let Some(source) = pixels.get(line * stride..) else {
                continue;
            };
            for (x, pixel) in row.enumerate() {
                let Some(rgba) = self.color(source, x, bits) else {
                    continue;
                };
                pixel.0 = veil(rgba, mode);
            }
        }
        if mode == Mode::Alpha {
            // Colours came multiplied by their alpha.
            for pixel in image.pixels_mut() {
                let alpha = u32::from(pixel.0[3]);
                if alpha > 0 && alpha < 255 {
                    for part in &mut pixel.0[..3] {
                        *part = (u32::from(*part) * 255 / alpha).min(255) as u8;
                    }
                }
            }
        }
        Some(image)
    }

    fn color(&self, row: &[u8], x: usize, bits: u32) -> Option<[u8; 4]> {
        let listed = |index: usize| {
            let [r, g, b] = self.colors.get(index).copied().unwrap_or_default();
            Some([r, g, b, 255])
        };
        match bits {
            1 => listed(usize::from(row.get(x / 8)? >> (7 - x % 8) & 1)),
            4 => listed(usize::from(row.get(x / 2)? >> (4 * (1 - x % 2)) & 15)),
            8 => listed(usize::from(*row.get(x)?)),
            16 => {
                let value = u32::from(Record(row).u16(x * 2)?);
                Some(self.masked(value))
            }
            24 => match row.get(x * 3..x * 3 + 3)? {
                [b, g, r] => Some([*r, *g, *b, 255]),
                _ => None,
            },
            32 => {
                let value = Record(row).u32(x * 4)?;
                let [r, g, b, _] = self.masked(value);
                Some([r, g, b, (value >> 24) as u8])
            }
            _ => None,
        }
    }

    fn masked(&self, value: u32) -> [u8; 4] {
        let part = |mask: u32| {
            if mask == 0 {
                return 0;
            }
            let most = u64::from(mask >> mask.trailing_zeros());
            let part = u64::from((value & mask) >> mask.trailing_zeros());
            (part * 255 / most.max(1)) as u8
        };
        let [r, g, b] = self.masks;
        [part(r), part(g), part(b), 255]
    }

    /// Run lengths to bytes of indices, rows as wide as four bytes divide.
    fn unpack(&self, packed: &[u8]) -> Option<Vec<u8>> {
        let stride = (self.width as usize).div_ceil(4) * 4;
        let mut out = vec![0_u8; stride.checked_mul(self.height as usize)?];
        let (mut x, mut y, mut at) = (0_usize, 0_usize, 0_usize);
        let is_four = self.bits == 4;
        let mut put = |x: usize, y: usize, index: u8| {
            if x < stride
                && let Some(slot) = out.get_mut(y * stride + x)
            {
                *slot = index;
            }
        };
        while let (Some(first), Some(second)) = (packed.get(at), packed.get(at + 1)) {
            at += 2;
            match (*first, *second) {
                (0, 0) => (x, y) = (0, y + 1),
                (0, 1) => break,
                (0, 2) => {
                    x += usize::from(*packed.get(at)?);
                    y += usize::from(*packed.get(at + 1)?);
                    at += 2;
                }
                (0, count) => {
                    let count = usize::from(count);
                    let bytes = if is_four { count.div_ceil(2) } else { count };
                    let literal = packed.get(at..at + bytes)?;
                    for index in 0..count {
                        let value = if is_four {
                            literal[index / 2] >> (4 * (1 - index % 2)) & 15
                        } else {
                            literal[index]
                        };
                        put(x, y, value);
                        x += 1;
                    }
                    at += bytes.div_ceil(2) * 2;
                }
                (count, value) => {
                    for index in 0..usize::from(count) {
                        let value = if is_four {
                            value >> (4 * (1 - index % 2)) & 15
                        } else {
                            value
                        };
                        put(x, y, value);
                        x += 1;
                    }
                }
            }
            if y > self.height as usize {
                break;
            }
        }
        Some(out)
    }
}

const DEFAULT_16: [u32; 3] = [0x7c00, 0x03e0, 0x001f];

fn veil([r, g, b, a]: [u8; 4], mode: Mode) -> [u8; 4] {
    match mode {
        Mode::Copy => [r, g, b, 255],
        Mode::Alpha => [r, g, b, a],
        Mode::And if r > 250 && g > 250 && b > 250 => [r, g, b, 0],
        Mode::Or if r < 5 && g < 5 && b < 5 => [r, g, b, 0],
        Mode::And | Mode::Or => [r, g, b, 255],
    }
}

fn uri(kind: &str, bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = format!("data:{kind};base64,");
    out.reserve(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for index in 0..4 {
            if index <= chunk.len() {
                out.push(char::from(
                    LETTERS[(word >> (18 - 6 * index) & 63) as usize],
                ));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Mode, data_uri, uri};

    #[test]
    fn bytes_are_coded_in_base64() {
        assert_eq!(uri("a/b", b"Man"), "data:a/b;base64,TWFu");
        assert_eq!(uri("a/b", b"Ma"), "data:a/b;base64,TWE=");
        assert_eq!(uri("a/b", b"M"), "data:a/b;base64,TQ==");
    }

    fn header(width: u32, height: u32, bits: u16) -> Vec<u8> {
        let mut bytes = vec![0_u8; 40];
        bytes[0] = 40;
        bytes[4..8].copy_from_slice(&width.to_le_bytes());
        bytes[8..12].copy_from_slice(&height.to_le_bytes());
        bytes[12] = 1;
        bytes[14..16].copy_from_slice(&bits.to_le_bytes());
        bytes
    }

    #[test]
    fn sizes_that_lie_are_refused() {
        let mut left = 1_000_000;
        for (width, height) in [
            (u32::MAX, u32::MAX),
            (100_000, 100_000),
            (0, 0),
            (2000, 400),
        ] {
            let bytes = header(width, height, 24);
            assert!(data_uri(&bytes, None, None, Mode::Copy, &mut left).is_none());
        }
        let mut bytes = header(2, 1, 24);
        bytes.extend([0, 0, 255, 255, 0, 0, 0, 0]);
        assert!(data_uri(&bytes, None, None, Mode::Copy, &mut left).is_some());
    }
}
