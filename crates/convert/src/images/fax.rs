//! Pages coded by CCITT (T.4 and T.6) as bands of a PDF page, a band for each
//! strip.

use tiff::tags::Tag;

use super::book::{Band, Coded};
use super::place::Place;
use super::scan::{Tiff, short};
use crate::refusal::{Refusal, RefusalKind};

/// The codes of TIFF's `Compression`.
const HUFFMAN: u16 = 2;
const GROUP_3: u16 = 3;
const GROUP_4: u16 = 4;
/// Strips of a page that are kept as bands.
const MAX_BANDS: usize = 2_000;

/// The bands of a page, or `None` when it is coded otherwise.
pub(super) fn bands(
    tiff: &mut Tiff<'_>,
    bytes: &[u8],
    (width, height): (u32, u32),
    place: &Place,
) -> Result<Option<Vec<Band>>, Refusal> {
    let number = |tiff: &mut Tiff<'_>, tag| tiff.find_tag_unsigned::<u32>(tag).ok().flatten();
    let how = match short(tiff, Tag::Compression) {
        Some(HUFFMAN) => "/K 0/EncodedByteAlign true",
        Some(GROUP_3) if number(tiff, Tag::Unknown(292)).unwrap_or(0) & 1 == 0 => "/K 0",
        Some(GROUP_3) => "/K 1",
        Some(GROUP_4) => "/K -1",
        _ => return Ok(None),
    };
    let damaged = |detail: &str| Refusal::new(RefusalKind::Damaged, detail);
    if short(tiff, Tag::BitsPerSample).unwrap_or(1) != 1
        || short(tiff, Tag::SamplesPerPixel).unwrap_or(1) != 1
    {
        return Err(damaged("a fax page has more than one bit a pixel"));
    }
    // Black runs are ones; whether a one is white is the image's to say.
    let inverted = short(tiff, Tag::PhotometricInterpretation) == Some(1);
    let is_reversed = short(tiff, Tag::FillOrder) == Some(2);
    let rows = number(tiff, Tag::RowsPerStrip)
        .unwrap_or(height)
        .clamp(1, height);
    let list = |tiff: &mut Tiff<'_>, tag| {
        tiff.find_tag_unsigned_vec::<u64>(tag)
            .ok()
            .flatten()
            .unwrap_or_default()
    };
    let offsets = list(tiff, Tag::StripOffsets);
    let counts = list(tiff, Tag::StripByteCounts);
    if offsets.is_empty() || offsets.len() != counts.len() {
        return Err(damaged("a fax page does not say where its strips are"));
    }
    if offsets.len() > MAX_BANDS {
        return Err(damaged("a fax page has more strips than can be meant"));
    }
    let mut bands = Vec::new();
    for (index, (offset, count)) in offsets.iter().zip(&counts).enumerate() {
        let top = u32::try_from(index)
            .unwrap_or(u32::MAX)
            .saturating_mul(rows);
        if top >= height {
            break;
        }
        let bottom = top.saturating_add(rows).min(height);
        let start = usize::try_from(*offset).unwrap_or(usize::MAX);
        let end = start.saturating_add(usize::try_from(*count).unwrap_or(usize::MAX));
        let mut data = bytes
            .get(start..end.min(bytes.len()))
            .filter(|data| !data.is_empty())
            .ok_or_else(|| damaged("a fax page's strips are not in the file"))?
            .to_vec();
        if is_reversed {
            for byte in &mut data {
                *byte = byte.reverse_bits();
            }
        }
        let band_rows = bottom - top;
        let how = format!(
            "/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<<{how}/Columns {width}/Rows {band_rows}/EndOfBlock false/BlackIs1 {inverted}>>"
        );
        let share = |row: u32| f64::from(row) / f64::from(height);
        bands.push((
            Coded::new((width, band_rows), &how, data),
            place.matrix(share(top), share(bottom)),
        ));
    }
    Ok(Some(bands))
}
