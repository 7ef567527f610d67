//! Tables of TrueType and OpenType fonts, and the characters of an embedded one
//! by glyph: what a glyph reads as when the PDF does not say it.

use std::collections::{HashMap, HashSet};

/// Glyphs of a font are numbered in 16 bits.
type Characters = HashMap<u32, char>;

/// Codes that are read of a font, in all its tables together: two for each glyph
/// that a font can have. Tables lie about their length, and lie over each other.
const MAX_CODES: u32 = 0x2_0000;

/// Reads a font's `cmap` backwards. Where several characters share a glyph, the
/// first counts.
pub(crate) fn characters(font: &[u8]) -> Characters {
    let mut out = Characters::new();
    let Some(cmap) = table(font, b"cmap") else {
        return out;
    };
    let count = u16_at(cmap, 2).unwrap_or(0).min(64);
    let mut tables: Vec<(u8, usize)> = (0..usize::from(count))
        .filter_map(|index| {
            let record = 4 + index * 8;
            let platform = (u16_at(cmap, record)?, u16_at(cmap, record + 2)?);
            let rank = match platform {
                (3, 10) | (0, 4..=6) => 0,
                (3, 1) | (0, _) => 1,
                // Symbols and the Macintosh's letters: only ASCII is certain.
                (3, 0) | (1, 0) => 2,
                _ => return None,
            };
            Some((rank, u32_at(cmap, record + 4)? as usize))
        })
        .collect();
    tables.sort_unstable();
    let mut read = HashSet::new();
    let mut left = MAX_CODES;
    for (rank, offset) in tables {
        let Some(table) = cmap.get(offset..).filter(|_| read.insert(offset)) else {
            continue;
        };
        let mut add = |code: u32, glyph: u32| {
            left = left.checked_sub(1)?;
            let code = match code {
                _ if rank < 2 => code,
                // Symbols stand in a private row, at the place of a letter.
                0xf020..=0xf07e => code - 0xf000,
                0x20..=0x7e => code,
                _ => return Some(()),
            };
            if glyph != 0
                && let Some(character) = char::from_u32(code)
            {
                out.entry(glyph).or_insert(character);
            }
            Some(())
        };
        // A broken table gives what could be read of it.
        let _ = each_pair(table, &mut add);
    }
    out
}

/// Where the directory's record of a table stands.
pub(crate) fn record(font: &[u8], tag: &[u8; 4]) -> Option<usize> {
    (0..usize::from(u16_at(font, 4)?))
        .map(|index| 12 + index * 16)
        .find(|at| font.get(*at..*at + 4) == Some(tag))
}

/// Offset and length of a table, as the directory tells them.
pub(crate) fn place(font: &[u8], tag: &[u8; 4]) -> Option<(usize, usize)> {
    let at = record(font, tag)?;
    Some((
        u32_at(font, at + 8)? as usize,
        u32_at(font, at + 12)? as usize,
    ))
}

/// The bytes of a font's table, as far as they are there.
fn table<'f>(font: &'f [u8], tag: &[u8; 4]) -> Option<&'f [u8]> {
    let (offset, length) = place(font, tag)?;
    let rest = font.get(offset..)?;
    Some(&rest[..length.min(rest.len())])
}

/// Calls for each code and its glyph, until it is told to stop; formats 0, 4, 6
/// and 12.
fn each_pair(table: &[u8], add: &mut impl FnMut(u32, u32) -> Option<()>) -> Option<()> {
    match u16_at(table, 0)? {
        0 => {
            for (code, glyph) in table.get(6..262)?.iter().enumerate() {
                add(code as u32, u32::from(*glyph))?;
            }
        }
        4 => {
            let segments = usize::from(u16_at(table, 6)? / 2);
            for segment in 0..segments {
                segment_of_4(table, segments, segment, add)?;
            }
        }
        6 => {
            let first = u32::from(u16_at(table, 6)?);
            for index in 0..usize::from(u16_at(table, 8)?) {
                add(
                    first + index as u32,
                    u32::from(u16_at(table, 10 + index * 2)?),
                )?;
            }
        }
        12 => {
            for group in 0..u32_at(table, 12)?.min(0x1_0000) as usize {
                let at = 16 + group * 12;
                let (start, end) = (u32_at(table, at)?, u32_at(table, at + 4)?);
                let glyph = u32_at(table, at + 8)?;
                for index in 0..=end.checked_sub(start)? {
                    add(start.saturating_add(index), glyph.saturating_add(index))?;
                }
            }
        }
        _ => {}
    }
    Some(())
}

fn segment_of_4(
    table: &[u8],
    segments: usize,
    segment: usize,
    add: &mut impl FnMut(u32, u32) -> Option<()>,
) -> Option<()> {
    let at = |array: usize| 14 + array * segments * 2 + segment * 2;
    let end = u16_at(table, at(0))?;
    // Between the ends and the starts stands a word of padding.
    let start = u16_at(table, at(1) + 2)?;
    let delta = u16_at(table, at(2) + 2)?;
    let place = at(3) + 2;
    let range = usize::from(u16_at(table, place)?);
    for code in start..=end {
        if code == 0xffff {
            break;
        }
        let glyph = if range == 0 {
            code.wrapping_add(delta)
        } else {
            let entry = place + range + usize::from(code - start) * 2;
            match u16_at(table, entry) {
                None => return None,
                Some(0) => 0,
                Some(glyph) => glyph.wrapping_add(delta),
            }
        };
        add(u32::from(code), u32::from(glyph))?;
    }
    Some(())
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::characters;
    use crate::fonts;

    #[test]
    fn the_bundled_fonts_are_read_backwards() {
        for (name, bytes) in fonts::bundled() {
            let found = characters(bytes);
            assert!(found.values().any(|c| *c == 'A'), "{name}");
            let is_chinese = name.starts_with("Wenyuan") && !name.starts_with("WenyuanKGothic");
            assert_eq!(found.values().any(|c| *c == '渊'), is_chinese, "{name}");
        }
    }

    #[test]
    fn broken_fonts_are_read_as_far_as_they_go() {
        let (_, bytes) = fonts::bundled()[0];
        for end in (0..bytes.len().min(40_000)).step_by(97) {
            let _ = characters(&bytes[..end]);
        }
        // A table of 65,535 segments, all of them everything.
        let mut font = vec![0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        font.extend_from_slice(b"cmap\0\0\0\0\0\0\0\x1c\xff\xff\xff\xff");
        font.extend_from_slice(&[0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12]);
        font.extend_from_slice(&[0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
        font.extend(
            std::iter::repeat_n([0, 0, 0, 1, 0xff, 0xff, 0xff, 0, 0, 0, 0, 1], 9).flatten(),
        );
        assert!(characters(&font).len() <= 0x2_0000 + 9);
    }

    /// 64 tables of 32,767 segments, each of them everything, were read in full.
    #[test]
    fn codes_are_bounded_in_all_tables_together() {
        const SEGMENTS: u16 = 8_000;
        let mut cmap = vec![0, 0, 0, 64];
        let mut tables = Vec::new();
        for index in 0..64_u32 {
            // Each begins a step further, over the same bytes.
            cmap.extend([0, 3, 0, 1]);
            cmap.extend((4 + 64 * 8 + index * 14).to_be_bytes());
            tables.extend([4_u16, 0, 0, SEGMENTS * 2, 0, 0, 0]);
        }
        for array in [0xfffe_u16, 0, 0, 0, 0] {
            tables.extend(vec![array; usize::from(SEGMENTS)]);
        }
        cmap.extend(tables.iter().flat_map(|word| word.to_be_bytes()));
        let mut font = vec![0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        font.extend_from_slice(b"cmap\0\0\0\0\0\0\0\x1c");
        font.extend((cmap.len() as u32).to_be_bytes());
        font.extend(cmap);
        assert!(!characters(&font).is_empty());
    }
}
