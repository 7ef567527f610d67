//! Parts of EMF records: points, matrices, and what can be selected.

use super::dc::{IDENTITY, Object, Pen};
use super::text::Font;
use super::{Point, Record};

pub(super) fn matrix(record: Record<'_>) -> Option<[f64; 6]> {
    let mut out = IDENTITY;
    for (index, part) in out.iter_mut().enumerate() {
        *part = record.float(index * 4)?;
    }
    Some(out)
}

/// The points behind a box and their number.
pub(super) fn points(record: Record<'_>, is_short: bool) -> Option<Vec<Point>> {
    let count = record.u32(16)? as usize;
    read_points(record, 20, count, is_short)
}

/// Several runs of points: their number, that of all, that of each, then all.
pub(super) fn many(record: Record<'_>, is_short: bool) -> Option<Vec<Vec<Point>>> {
    let count = record.u32(16)? as usize;
    record.bytes(24, count.checked_mul(4)?)?;
    let mut at = 24 + count * 4;
    let mut out = Vec::with_capacity(count);
    for index in 0..count {
        let length = record.u32(24 + index * 4)? as usize;
        out.push(read_points(record, at, length, is_short)?);
        at += length * if is_short { 4 } else { 8 };
    }
    Some(out)
}

fn read_points(record: Record<'_>, at: usize, count: usize, is_short: bool) -> Option<Vec<Point>> {
    let size = if is_short { 4 } else { 8 };
    let bytes = Record(record.bytes(at, count.checked_mul(size)?)?);
    (0..count)
        .map(|index| {
            let at = index * size;
            if is_short {
                Some((bytes.short(at)?, bytes.short(at + 2)?))
            } else {
                Some((bytes.long(at)?, bytes.long(at + 4)?))
            }
        })
        .collect()
}

pub(super) fn pen(record: Record<'_>, kind: u32) -> Option<Object> {
    let (style, width, color) = if kind == 38 {
        (record.u32(4)?, record.long(8)?, record.u32(16)?)
    } else {
        (record.u32(20)?, record.long(24)?, record.u32(32)?)
    };
    let dash = style & 15;
    Some(Object::Pen(Pen {
        color: (dash != 5).then_some(color & 0x00ff_ffff),
        // A cosmetic pen is one device unit wide, whatever the scale.
        width: if kind == 95 && style & 0x1_0000 == 0 {
            0.0
        } else {
            width.abs()
        },
        dash: if dash <= 4 { dash } else { 0 },
    }))
}

pub(super) fn brush(record: Record<'_>, kind: u32) -> Option<Object> {
    Some(Object::Brush(match (kind, record.u32(4)?) {
        (39, 1) => None,
        (39, _) => Some(record.u32(8)? & 0x00ff_ffff),
        // A pattern is shown as its mean.
        _ => Some(0x00c0_c0c0),
    }))
}

pub(super) fn font(record: Record<'_>) -> Option<Object> {
    let name: Vec<u16> = record
        .bytes(32, 64)?
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| u16::from_le_bytes(*unit))
        .take_while(|unit| *unit != 0)
        .collect();
    let flag = |at: usize| record.0.get(at).is_some_and(|byte| *byte != 0);
    Some(Object::Font(Font {
        name: String::from_utf16_lossy(&name),
        height: record.long(4)?,
        escapement: record.long(12)?,
        is_bold: record.long(20)? > 550.0,
        is_italic: flag(24),
        is_underlined: flag(25),
        is_struck: flag(26),
        charset: *record.0.get(27)?,
    }))
}
