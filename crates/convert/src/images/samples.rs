//! The samples of a TIFF image as grey or RGB of eight bits.

use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};
use tiff::ColorType;
use tiff::decoder::DecodingResult;
use tiff::tags::Tag;

use super::on_white;
use super::scan::{Tiff, refusal};
use crate::refusal::{Refusal, RefusalKind};

/// Decodes the current image; where it has a palette, its samples are indices.
pub(super) fn read(tiff: &mut Tiff<'_>, is_palette: bool) -> Result<DynamicImage, Refusal> {
    let size = tiff.dimensions().map_err(refusal)?;
    let color = tiff.colortype().map_err(refusal)?;
    let palette = if is_palette {
        tiff.find_tag_unsigned_vec::<u16>(Tag::ColorMap)
            .ok()
            .flatten()
            .ok_or_else(|| wrong("the palette is missing"))?
    } else {
        Vec::new()
    };
    let mut result = DecodingResult::U8(Vec::new());
    let layout = tiff.read_image_to_buffer(&mut result).map_err(refusal)?;
    let mut samples = eight_bits(result)?;
    let bits = color.bit_depth();
    let channels = usize::from(color.num_samples());
    if bits < 8 {
        samples = unpacked(&samples, size.0 as usize * channels, bits, is_palette);
    }
    if layout.planes > 1 {
        samples = interleaved(&samples, layout.planes);
    }
    let image = match color {
        ColorType::Gray(_) if is_palette => {
            colored(&samples, &palette).and_then(|raw| rgb(size, raw))
        }
        ColorType::Gray(_) => {
            GrayImage::from_raw(size.0, size.1, samples).map(DynamicImage::ImageLuma8)
        }
        ColorType::GrayA(_) | ColorType::Multiband { num_samples: 2, .. } => {
            GrayAlphaImage::from_raw(size.0, size.1, samples).map(DynamicImage::ImageLumaA8)
        }
        ColorType::RGB(_) => rgb(size, samples),
        ColorType::RGBA(_) => {
            RgbaImage::from_raw(size.0, size.1, samples).map(DynamicImage::ImageRgba8)
        }
        ColorType::CMYK(_) => rgb(size, from_cmyk(&samples, 4)),
        ColorType::CMYKA(_) => rgb(size, from_cmyk(&samples, 5)),
        ColorType::YCbCr(_) => rgb(size, from_ycbcr(&samples)),
        other => {
            return Err(Refusal::new(
                RefusalKind::Unsupported,
                format!("TIFF image with samples of the kind {other:?}"),
            ));
        }
    };
    image
        .map(on_white)
        .ok_or_else(|| wrong("the image has fewer samples than pixels"))
}

fn wrong(detail: &str) -> Refusal {
    Refusal::new(RefusalKind::Damaged, format!("TIFF image: {detail}"))
}

fn rgb(size: (u32, u32), raw: Vec<u8>) -> Option<DynamicImage> {
    RgbImage::from_raw(size.0, size.1, raw).map(DynamicImage::ImageRgb8)
}

fn eight_bits(result: DecodingResult) -> Result<Vec<u8>, Refusal> {
    let unit = |value: f64| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    Ok(match result {
        DecodingResult::U8(samples) => samples,
        DecodingResult::U16(samples) => samples.iter().map(|s| (s >> 8) as u8).collect(),
        DecodingResult::U32(samples) => samples.iter().map(|s| (s >> 24) as u8).collect(),
        DecodingResult::F32(samples) => samples.iter().map(|s| unit(f64::from(*s))).collect(),
        DecodingResult::F64(samples) => samples.iter().map(|s| unit(*s)).collect(),
        _ => {
            return Err(Refusal::new(
                RefusalKind::Unsupported,
                "TIFF image with samples of a rare number format",
            ));
        }
    })
}

/// Spreads samples of one, two or four bits, rows of which end at bytes, as
/// they are for indices and over the whole range for grey.
fn unpacked(packed: &[u8], row_samples: usize, bits: u8, is_index: bool) -> Vec<u8> {
    let bits = usize::from(bits.max(1));
    let top = (1_u16 << bits.min(8)) - 1;
    let row_bytes = (row_samples * bits).div_ceil(8).max(1);
    packed
        .chunks(row_bytes)
        .flat_map(|row| {
            (0..row_samples).map(move |index| {
                let bit = index * bits;
                // A sample of three or six bits may lie on two bytes.
                let two = u16::from(row.get(bit / 8).copied().unwrap_or(0)) << 8
                    | u16::from(row.get(bit / 8 + 1).copied().unwrap_or(0));
                let value = (two >> (16 - bits - bit % 8)) & top;
                if is_index {
                    value as u8
                } else {
                    (value * 255 / top) as u8
                }
            })
        })
        .collect()
}

fn interleaved(samples: &[u8], planes: usize) -> Vec<u8> {
    let plane = samples.len() / planes.max(1);
    (0..plane)
        .flat_map(|pixel| (0..planes).map(move |channel| samples[channel * plane + pixel]))
        .collect()
}

/// Looks indices up in the palette: all reds, then greens, then blues.
fn colored(indices: &[u8], palette: &[u16]) -> Option<Vec<u8>> {
    let colors = palette.len() / 3;
    if colors == 0 {
        return None;
    }
    Some(
        indices
            .iter()
            .flat_map(|index| {
                let index = usize::from(*index).min(colors - 1);
                [0, 1, 2].map(|channel| (palette[channel * colors + index] >> 8) as u8)
            })
            .collect(),
    )
}

fn from_cmyk(samples: &[u8], stride: usize) -> Vec<u8> {
    samples
        .chunks_exact(stride)
        .flat_map(|pixel| {
            let light = 255 - u32::from(pixel[3]);
            [0, 1, 2].map(|channel| ((255 - u32::from(pixel[channel])) * light / 255) as u8)
        })
        .collect()
}

/// The equations of JFIF (ITU-R BT.601, full range).
fn from_ycbcr(samples: &[u8]) -> Vec<u8> {
    samples
        .chunks_exact(3)
        .flat_map(|pixel| {
            let [y, cb, cr] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
            let (cb, cr) = (cb - 128.0, cr - 128.0);
            [
                y + 1.402 * cr,
                y - 0.344_136 * cb - 0.714_136 * cr,
                y + 1.772 * cb,
            ]
            .map(|channel| channel.round().clamp(0.0, 255.0) as u8)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{colored, interleaved, unpacked};

    #[test]
    fn packed_samples_are_spread() {
        assert_eq!(
            unpacked(&[0b1010_0000, 0xff], 3, 1, false),
            [255, 0, 255, 255, 255, 255]
        );
        assert_eq!(unpacked(&[0x1f], 2, 4, true), [1, 15]);
    }

    #[test]
    fn planes_and_palettes_become_pixels() {
        assert_eq!(interleaved(&[1, 2, 3, 4, 5, 6], 3), [1, 3, 5, 2, 4, 6]);
        let palette = [0, 0xff00, 0, 0x8000, 0, 0x1000];
        assert_eq!(
            colored(&[1, 9], &palette).unwrap(),
            [255, 128, 16, 255, 128, 16]
        );
    }
}
