//! Windows metafiles (WMF, EMF) to SVG: the pictures of the equation editors,
//! of embedded objects, and drawings of old.
//!
//! A player of the records that such pictures are made of: lines, shapes,
//! paths, text and bitmaps. What it does not know it passes over and counts.
//! Every record lies inside the file and moves forward, so that playing ends;
//! records and output are bounded ([`Bounds`]), and pixels.

mod dc;
mod dib;
mod emf;
mod emf_read;
mod shapes;
mod svg;
pub(crate) mod symbol;
#[cfg(test)]
mod tests;
mod text;
mod wmf;

/// What a metafile may ask for.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) records: usize,
    pub(crate) svg_bytes: usize,
}

/// Most pixels of the bitmaps of one metafile.
pub(crate) const MAX_PIXELS: u64 = 16_000_000;

impl Default for Bounds {
    fn default() -> Self {
        Self {
            records: 300_000,
            svg_bytes: 16 << 20,
        }
    }
}

/// A metafile drawn.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) svg: String,
    /// Its own size in points, when it tells one.
    pub(crate) size_pt: Option<(f64, f64)>,
    /// Width and height in the SVG's own units.
    pub(crate) extent: (f64, f64),
}

/// Plays a metafile; else says why it cannot be drawn. Takes the pixels of its
/// bitmaps off `pixels`, drawn or not.
pub(crate) fn to_svg(bytes: &[u8], bounds: Bounds, pixels: &mut u64) -> Result<Picture, String> {
    if is_emf(bytes) {
        return emf::play(bytes, bounds, pixels);
    }
    if bytes.starts_with(&[0xd7, 0xcd, 0xc6, 0x9a])
        || matches!(bytes, [1 | 2, 0, 9, 0, _, 1 | 3, ..])
    {
        return wmf::play(bytes, bounds, pixels);
    }
    Err("it is no metafile".to_owned())
}

fn is_emf(bytes: &[u8]) -> bool {
    bytes.starts_with(&[1, 0, 0, 0]) && bytes.get(40..44) == Some(b" EMF")
}

/// Little-endian numbers of a record; `None` past its end.
#[derive(Clone, Copy)]
pub(super) struct Record<'b>(pub(super) &'b [u8]);

impl<'b> Record<'b> {
    pub(super) fn u16(self, at: usize) -> Option<u16> {
        let bytes = self.0.get(at..at.checked_add(2)?)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    }

    pub(super) fn u32(self, at: usize) -> Option<u32> {
        let bytes = self.0.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }

    pub(super) fn short(self, at: usize) -> Option<f64> {
        self.u16(at).map(|value| f64::from(value as i16))
    }

    pub(super) fn long(self, at: usize) -> Option<f64> {
        self.u32(at).map(|value| f64::from(value as i32))
    }

    pub(super) fn float(self, at: usize) -> Option<f64> {
        let value = f32::from_bits(self.u32(at)?);
        value.is_finite().then_some(f64::from(value))
    }

    pub(super) fn bytes(self, at: usize, length: usize) -> Option<&'b [u8]> {
        self.0.get(at..at.checked_add(length)?)
    }

    pub(super) fn from(self, at: usize) -> Option<&'b [u8]> {
        self.0.get(at..)
    }
}

/// A point in some space.
pub(super) type Point = (f64, f64);
