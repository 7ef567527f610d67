//! Vertical borders of table rows, made whole in the engine's PDF.
//!
//! Word draws a cell's border along its whole height. The engine does not know
//! the height of a row that its content makes (its source calls the gap a known
//! limitation): it draws two pieces as long as one line, from the row's top and
//! from its bottom, so that in a row of three lines or more, and beside merged
//! cells, the border has a hole. Nothing in the file can prevent it, but the
//! two pieces stand one behind the other in the page's content: so the first is
//! drawn down to where the second ends.
//!
//! The changed contents are appended to the PDF as an update, which is what the
//! format has for this. `word_tables.docx` shows it.

use std::io::{Cursor, Write as _};
use std::ops::Range;

use hayro::hayro_interpret::hayro_syntax::object::ObjectIdentifier;
use hayro::hayro_syntax::Pdf;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::pdf_update::appended;

/// The widest border that Word has, in points.
const MAX_WIDTH_PT: f32 = 6.0;
/// Numbers are written with few digits.
const SAME_PT: f32 = 0.02;

/// The PDF with whole borders; as it was, when it has none to mend or is not
/// written as the engine writes.
pub(crate) fn mend(pdf: Vec<u8>) -> Vec<u8> {
    match changed_contents(&pdf) {
        Some(changed) if !changed.is_empty() => appended(&pdf, &changed).unwrap_or(pdf),
        _ => pdf,
    }
}

/// Page contents with what they become.
fn changed_contents(pdf: &[u8]) -> Option<Vec<(ObjectIdentifier, Vec<u8>)>> {
    let read = Pdf::new(pdf.to_vec()).ok()?;
    let mut changed = Vec::new();
    for page in read.pages().iter() {
        let Some(contents) = page.raw().get_ref("Contents") else {
            continue;
        };
        if let Some(content) = page.page_stream().and_then(join_bands) {
            changed.push((contents.into(), packed(&content)?));
        }
    }
    Some(changed)
}

/// A filled rectangle, drawn by itself.
struct Band {
    /// Everything that draws it.
    whole: Range<usize>,
    /// Its height, where it is written.
    heights: [Range<usize>; 2],
    x: f32,
    top: f32,
    width: f32,
    height: f32,
    /// Colour space and colour, as written.
    paint: Range<usize>,
}

/// Joins the two pieces of each border; `None` when there are none.
fn join_bands(content: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut copied = 0;
    let mut before: Option<Band> = None;
    let mut at = 0;
    while let Some(start) = find(content, b"q 1 0 0 -1 ", at) {
        let Some(band) = read_band(content, start) else {
            before = None;
            at = start + 2;
            continue;
        };
        at = band.whole.end;
        match before.take() {
            Some(first) if are_pieces(content, &first, &band) => {
                let height = first.top - band.top + band.height;
                // A row of one or two lines has no hole.
                if height > first.height + band.height + SAME_PT {
                    for place in &first.heights {
                        out.extend_from_slice(content.get(copied..place.start)?);
                        out.extend_from_slice(format!("{height:.3}").as_bytes());
                        copied = place.end;
                    }
                }
            }
            _ => before = Some(band),
        }
    }
    if copied == 0 {
        return None;
    }
    out.extend_from_slice(content.get(copied..)?);
    Some(out)
}

/// Whether two rectangles are the upper and the lower piece of one border.
fn are_pieces(content: &[u8], first: &Band, second: &Band) -> bool {
    let is_same = |a: f32, b: f32| (a - b).abs() < SAME_PT;
    first.whole.end == second.whole.start
        && is_same(first.x, second.x)
        && is_same(first.width, second.width)
        && is_same(first.height, second.height)
        && first.width < first.height
        && first.width <= MAX_WIDTH_PT
        && second.top <= first.top + SAME_PT
        && content[first.paint.clone()] == content[second.paint.clone()]
}

/// Reads `q 1 0 0 -1 X Y cm…scn 0 0 m W 0 l W H l 0 H l h f Q`.
fn read_band(content: &[u8], start: usize) -> Option<Band> {
    let mut words = Words { content, at: start };
    for expected in ["q", "1", "0", "0", "-1"] {
        words.expect(expected)?;
    }
    let (x, _) = words.number()?;
    let (top, _) = words.number()?;
    // The colour follows `cm` without a space, in the same line.
    let paint_start = words.at;
    let line = content
        .get(paint_start..)?
        .split(|byte| *byte == b'\n')
        .next()?;
    let paint_end = paint_start + find(line, b" scn ", 0)?;
    words.at = paint_end;
    for expected in ["scn", "0", "0", "m"] {
        words.expect(expected)?;
    }
    let (width, _) = words.number()?;
    for expected in ["0", "l"] {
        words.expect(expected)?;
    }
    words.number()?;
    let (height, first) = words.number()?;
    for expected in ["l", "0"] {
        words.expect(expected)?;
    }
    let (_, second) = words.number()?;
    for expected in ["l", "h", "f", "Q"] {
        words.expect(expected)?;
    }
    Some(Band {
        whole: start..words.next_start(),
        heights: [first, second],
        x,
        top,
        width,
        height,
        paint: paint_start..paint_end,
    })
}

/// Words of a content stream, between white space.
struct Words<'c> {
    content: &'c [u8],
    at: usize,
}

impl Words<'_> {
    fn next_start(&self) -> usize {
        let rest = self.content.get(self.at..).unwrap_or_default();
        let space = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        self.at + space.count()
    }

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.next_start();
        let rest = self.content.get(start..)?;
        let length = rest
            .iter()
            .take_while(|byte| !byte.is_ascii_whitespace())
            .count();
        self.at = start + length;
        (length > 0).then_some(start..self.at)
    }

    fn expect(&mut self, word: &str) -> Option<()> {
        let place = self.next()?;
        (&self.content[place] == word.as_bytes()).then_some(())
    }

    fn number(&mut self) -> Option<(f32, Range<usize>)> {
        let place = self.next()?;
        let text = std::str::from_utf8(&self.content[place.clone()]).ok()?;
        Some((text.parse().ok()?, place))
    }
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    crate::detect::find(bytes.get(from..)?, what).map(|at| from + at)
}

/// A stream object of packed content.
fn packed(content: &[u8]) -> Option<Vec<u8>> {
    let packed = zlib(content)?;
    let head = format!("<</Length {}/Filter/FlateDecode>>\nstream\n", packed.len());
    Some([head.as_bytes(), &packed, b"\nendstream"].concat())
}

/// Packs bytes as zlib does, with the packer that is here: a ZIP's.
fn zlib(bytes: &[u8]) -> Option<Vec<u8>> {
    use std::io::Read as _;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer.start_file("content", options).ok()?;
    writer.write_all(bytes).ok()?;
    let mut archive = ZipArchive::new(writer.finish().ok()?).ok()?;
    let mut out = vec![0x78, 0x9c];
    archive.by_index_raw(0).ok()?.read_to_end(&mut out).ok()?;
    out.extend_from_slice(&adler32(bytes).to_be_bytes());
    Some(out)
}

fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % MODULUS;
        (a, (b + a) % MODULUS)
    });
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::{adler32, join_bands};

    fn band(x: &str, y: &str, width: &str, height: &str) -> String {
        format!(
            "q 1 0 0 -1 {x} {y} cm/c0 cs 0 0 0 scn 0 0 m {width} 0 l {width} {height} l 0 {height} l\nh\nf\nQ\n"
        )
    }

    fn joined(content: &str) -> Option<String> {
        join_bands(content.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn the_pieces_of_a_border_meet() {
        let pieces = band("90", "769.9", "0.48", "16.1") + &band("90", "700", "0.48", "16.1");
        let other = band("190", "769.9", "150", "0.48") + "q 1 0 0 -1 90 7 cm BT ET\nQ\n";
        let whole = joined(&format!("{other}{pieces}{other}")).unwrap();
        let long = band("90", "769.9", "0.48", "86.000") + &band("90", "700", "0.48", "16.1");
        assert_eq!(whole, format!("{other}{long}{other}"));
    }

    #[test]
    fn what_is_no_pair_stays() {
        let first = band("90", "769.9", "0.48", "16.1");
        for second in [
            // The next border, another length, a row of one line, text between.
            band("190", "700", "0.48", "16.1"),
            band("90", "700", "0.48", "20"),
            band("90", "769.9", "0.48", "16.1"),
            format!("BT ET\n{}", band("90", "700", "0.48", "16.1")),
        ] {
            assert_eq!(joined(&format!("{first}{second}")), None, "{second}");
        }
        assert_eq!(joined("q 1 0 0 -1 90"), None);
    }

    #[test]
    fn the_checksum_is_that_of_zlib() {
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }
}
