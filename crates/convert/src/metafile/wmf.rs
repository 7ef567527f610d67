//! Plays WMF, the metafile of 16 bits.

use std::collections::BTreeSet;

use super::dc::{Dc, Mapping, Object, Pen};
use super::dib::{self, Mode};
use super::shapes::{self, Arc};
use super::svg::{Paint, Path, Svg};
use super::text::{self, Font, Words};
use super::{Bounds, Picture, Point, Record};

const PLACEABLE: u32 = 0x9ac6_cdd7;
/// Most objects at a time; a file says how many it will have.
const MAX_OBJECTS: usize = 4_096;

/// The header before the header.
struct Placeable {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    per_inch: f64,
}

pub(super) fn play(bytes: &[u8], bounds: Bounds, pixels: &mut u64) -> Result<Picture, String> {
    let (placeable, start) = placeable(bytes);
    let body = bytes.get(start + 18..).ok_or("it ends in its header")?;
    let window = first_window(body, bounds);
    // The frame: the window's size, else the placeable's.
    let frame = match (&window, &placeable) {
        (Some((_, extent)), _) => Some((extent.0.abs(), extent.1.abs())),
        (None, Some(placeable)) => Some((placeable.width, placeable.height)),
        (None, None) => None,
    };
    let mut player = Player {
        dc: Dc::new(frame.map_or(Mapping::Text, |(width, height)| {
            Mapping::Frame(width, height)
        })),
        svg: Svg::new(bounds),
        objects: Objects::default(),
        pixels,
    };
    match (&window, &placeable) {
        (Some((origin, extent)), _) => {
            player.dc.now.window_origin = *origin;
            player.dc.now.window_extent = *extent;
        }
        (None, Some(placeable)) => {
            player.dc.now.window_origin = (placeable.left, placeable.top);
            player.dc.now.window_extent = (placeable.width, placeable.height);
        }
        (None, None) => {}
    }
    for (kind, record) in records(body, bounds) {
        // A record cut short or of another make loses itself, not the picture.
        let _ = player.record(kind, record);
        if player.svg.is_full {
            break;
        }
    }
    let view = match frame {
        Some((width, height)) => [0.0, 0.0, width, height],
        None => {
            let [left, top, right, bottom] =
                player.svg.reach().ok_or("nothing in it can be drawn")?;
            [left, top, right - left, bottom - top]
        }
    };
    let size = placeable.map(|placeable| {
        let inch = placeable.per_inch / 72.0;
        (placeable.width / inch, placeable.height / inch)
    });
    player.svg.finish(view, size)
}

fn placeable(bytes: &[u8]) -> (Option<Placeable>, usize) {
    let record = Record(bytes);
    if record.u32(0) != Some(PLACEABLE) {
        return (None, 0);
    }
    let read = || {
        let (left, top) = (record.short(6)?, record.short(8)?);
        let (right, bottom) = (record.short(10)?, record.short(12)?);
        let per_inch = f64::from(record.u16(14)?);
        let (width, height) = ((right - left).abs(), (bottom - top).abs());
        (width > 0.0 && height > 0.0 && per_inch > 0.0).then_some(Placeable {
            left: left.min(right),
            top: top.min(bottom),
            width,
            height,
            per_inch,
        })
    };
    (read(), 22)
}

/// The records in a body: what they are and what they say.
fn records(body: &[u8], bounds: Bounds) -> impl Iterator<Item = (u16, Record<'_>)> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let record = Record(body);
        let size = (record.u32(at)? as usize).checked_mul(2)?;
        let kind = record.u16(at + 4)?;
        if size < 6 || kind == 0 {
            return None;
        }
        let end = at.checked_add(size)?.min(body.len());
        let content = body.get(at + 6..end)?;
        at = end;
        Some((kind, Record(content)))
    })
    .take(bounds.records)
}

/// The window that is set when drawing begins.
fn first_window(body: &[u8], bounds: Bounds) -> Option<(Point, Point)> {
    let (mut origin, mut extent) = ((0.0, 0.0), None);
    for (kind, record) in records(body, bounds) {
        match kind {
            0x020b => origin = (record.short(2)?, record.short(0)?),
            0x020c => {
                let sides = (record.short(2)?, record.short(0)?);
                if sides.0 != 0.0 && sides.1 != 0.0 {
                    extent = Some(sides);
                }
            }
            _ if draws(kind) && extent.is_some() => break,
            _ => {}
        }
    }
    Some((origin, extent?))
}

fn draws(kind: u16) -> bool {
    matches!(
        kind,
        0x0213
            | 0x0325
            | 0x0324
            | 0x0538
            | 0x041b
            | 0x0418
            | 0x061c
            | 0x0817
            | 0x081a
            | 0x0830
            | 0x061d
            | 0x0521
            | 0x0a32
            | 0x0940
            | 0x0b41
            | 0x0f43
            | 0x0d33
    )
}

/// The objects by their numbers: a new one takes the lowest that is free.
#[derive(Default)]
struct Objects {
    all: Vec<Option<Object>>,
    /// The numbers below the length that are free.
    free: BTreeSet<usize>,
}

impl Objects {
    fn add(&mut self, object: Object) {
        if let Some(index) = self.free.pop_first() {
            self.all[index] = Some(object);
        } else if self.all.len() < MAX_OBJECTS {
            self.all.push(Some(object));
        }
    }

    fn get(&self, index: usize) -> Option<&Object> {
        self.all.get(index)?.as_ref()
    }

    fn remove(&mut self, index: usize) {
        if self.all.get_mut(index).and_then(Option::take).is_some() {
            self.free.insert(index);
        }
    }
}

struct Player<'p> {
    dc: Dc,
    svg: Svg,
    objects: Objects,
    /// What is left of the pixels.
    pixels: &'p mut u64,
}

impl Player<'_> {
    fn record(&mut self, kind: u16, record: Record<'_>) -> Option<()> {
        // Points are written y first where they stand alone.
        let point = |at: usize| Some((record.short(at + 2)?, record.short(at)?));
        match kind {
            0x001e => self.dc.save(),
            0x0127 => self.dc.restore(i32::from(record.u16(0)? as i16)),
            0x0102 => self.dc.now.is_opaque = record.u16(0)? == 2,
            0x0106 => self.dc.now.even_odd = record.u16(0)? != 2,
            0x012e => self.dc.now.align = u32::from(record.u16(0)?),
            0x0108 => self.dc.now.char_extra = record.short(0)?,
            0x0201 => self.dc.now.back_color = record.u32(0)?,
            0x0209 => self.dc.now.text_color = record.u32(0)?,
            0x020b => self.dc.now.window_origin = point(0)?,
            0x020c => {
                let extent = point(0)?;
                if extent.0 != 0.0 && extent.1 != 0.0 {
                    self.dc.now.window_extent = extent;
                }
            }
            0x020f => {
                let by = point(0)?;
                self.dc.now.window_origin.0 += by.0;
                self.dc.now.window_origin.1 += by.1;
            }
            0x0214 => self.dc.now.at = point(0)?,
            0x0416 => {
                let (a, b) = (self.dc.now.place(point(4)?), self.dc.now.place(point(0)?));
                self.dc.now.clip_to(a, b);
            }
            // A region: clipping ends when none is chosen.
            0x012c => self.dc.now.clip = None,
            0x02fa | 0x02fc | 0x02fb | 0x00f7 | 0x01f9 | 0x0142 | 0x06ff => {
                self.create(kind, record)
            }
            0x012d => {
                let object = self.objects.get(usize::from(record.u16(0)?))?;
                self.dc.now.select(object);
            }
            0x01f0 => {
                self.objects.remove(usize::from(record.u16(0)?));
            }
            0x0213 => {
                let (from, to) = (self.dc.now.at, point(0)?);
                self.dc.now.at = to;
                self.draw(Paint::Stroke, |path, svg, state| {
                    shapes::polyline(path, svg, state, &[from, to])
                });
            }
            0x0325 => {
                let points = points(record, 2, usize::from(record.u16(0)?))?;
                self.draw(Paint::Stroke, |path, svg, state| {
                    shapes::polyline(path, svg, state, &points)
                });
            }
            0x0324 => {
                let points = points(record, 2, usize::from(record.u16(0)?))?;
                self.draw(Paint::Both, |path, svg, state| {
                    shapes::polygon(path, svg, state, &points)
                });
            }
            0x0538 => {
                let count = usize::from(record.u16(0)?);
                let mut at = 2 + count * 2;
                let mut all = Vec::new();
                for index in 0..count {
                    let length = usize::from(record.u16(2 + index * 2)?);
                    all.push(points(record, at, length)?);
                    at += length * 4;
                }
                self.draw(Paint::Both, |path, svg, state| {
                    for points in &all {
                        shapes::polygon(path, svg, state, points);
                    }
                });
            }
            0x041b => {
                let (b, a) = (point(0)?, point(4)?);
                self.draw(Paint::Both, |path, svg, state| {
                    shapes::rectangle(path, svg, state, a, b)
                });
            }
            0x0418 => {
                let (b, a) = (point(0)?, point(4)?);
                self.draw(Paint::Both, |path, svg, state| {
                    shapes::ellipse(path, svg, state, a, b)
                });
            }
            0x061c => {
                let (corner, b, a) = (point(0)?, point(4)?, point(8)?);
                self.draw(Paint::Both, |path, svg, state| {
                    shapes::rounded(path, svg, state, a, b, corner)
                });
            }
            0x0817 | 0x081a | 0x0830 => {
                let (to, from, b, a) = (point(0)?, point(4)?, point(8)?, point(12)?);
                let (arc, paint) = match kind {
                    0x0817 => (Arc::Open, Paint::Stroke),
                    0x081a => (Arc::Pie, Paint::Both),
                    _ => (Arc::Chord, Paint::Both),
                };
                self.draw(paint, |path, svg, state| {
                    shapes::arc(path, svg, state, [a, b], [from, to], arc)
                });
            }
            0x061d => {
                let (size, a) = (point(4)?, point(8)?);
                self.fill(record.u32(0)?, a, size);
            }
            0x0521 => {
                let length = usize::from(record.u16(0)?);
                let bytes = record.bytes(2, length)?;
                let at = point(2 + length.div_ceil(2) * 2)?;
                self.text(bytes, at, None);
            }
            0x0a32 => self.ext_text(record)?,
            0x0940 | 0x0b41 | 0x0f43 | 0x0d33 => self.bitmap(kind, record)?,
            _ => {}
        }
        Some(())
    }

    fn draw(&mut self, paint: Paint, shape: impl FnOnce(&mut Path, &mut Svg, &super::dc::State)) {
        let mut path = Path::default();
        shape(&mut path, &mut self.svg, &self.dc.now);
        self.svg.path(&self.dc.now, &path.d, paint);
    }

    /// A rectangle of the brush, or of black or white.
    fn fill(&mut self, operation: u32, a: Point, size: Point) {
        let color = match operation {
            0x00f0_0021 => self.dc.now.brush,
            0x0000_0042 => Some(0),
            0x00ff_0062 => Some(0x00ff_ffff),
            _ => return,
        };
        let old = std::mem::replace(&mut self.dc.now.brush, color);
        let b = (a.0 + size.0, a.1 + size.1);
        self.draw(Paint::Fill, |path, svg, state| {
            shapes::rectangle(path, svg, state, a, b)
        });
        self.dc.now.brush = old;
    }

    fn create(&mut self, kind: u16, record: Record<'_>) {
        let object = match kind {
            0x02fa => pen(record),
            0x02fc => brush(record),
            0x02fb => font(record),
            _ => None,
        };
        self.objects.add(object.unwrap_or(Object::Other));
    }

    fn ext_text(&mut self, record: Record<'_>) -> Option<()> {
        let at = (record.short(2)?, record.short(0)?);
        let length = usize::from(record.u16(4)?);
        let options = record.u16(6)?;
        let mut from = 8;
        if options & 6 != 0 {
            if options & 2 != 0 {
                let a = (record.short(8)?, record.short(10)?);
                let b = (record.short(12)?, record.short(14)?);
                let old = self.dc.now.brush.replace(self.dc.now.back_color);
                self.draw(Paint::Fill, |path, svg, state| {
                    shapes::rectangle(path, svg, state, a, b)
                });
                self.dc.now.brush = old;
            }
            from = 16;
        }
        let bytes = record.bytes(from, length)?;
        let distances = from + length.div_ceil(2) * 2;
        let told: Option<Vec<f64>> = (0..length)
            .map(|index| record.short(distances + index * 2))
            .collect();
        self.text(bytes, at, told.as_deref());
        Some(())
    }

    fn text(&mut self, bytes: &[u8], at: Point, told: Option<&[f64]>) {
        let mut from = 0;
        let characters = text::decode(bytes, &self.dc.now.font)
            .into_iter()
            .map(|(character, length)| {
                let distance = told
                    .and_then(|told| told.get(from..from + length))
                    .map(|told| told.iter().sum());
                from += length;
                (character, distance)
            })
            .collect();
        let words = Words { characters, at };
        text::draw(&mut self.svg, &mut self.dc.now, &words);
    }

    fn bitmap(&mut self, kind: u16, record: Record<'_>) -> Option<()> {
        let operation = record.u32(0)?;
        let short = |at: usize| record.short(at);
        // Where the bitmap is, its part (from the top or the bottom), its place.
        let (dib, part, a, size) = match kind {
            0x0940 => {
                // Without a bitmap it is a fill, and one word longer.
                if record.0.len() < 24 {
                    let (height, width, y, x) = (short(10)?, short(12)?, short(14)?, short(16)?);
                    self.fill(operation, (x, y), (width, height));
                    return Some(());
                }
                let (sy, sx) = (short(4)?, short(6)?);
                let (height, width, y, x) = (short(8)?, short(10)?, short(12)?, short(14)?);
                (16, [sx, sy, width, height], (x, y), (width, height))
            }
            0x0b41 => (
                20,
                [short(10)?, short(8)?, short(6)?, short(4)?],
                (short(18)?, short(16)?),
                (short(14)?, short(12)?),
            ),
            0x0f43 => (
                22,
                [short(12)?, short(10)?, short(8)?, short(6)?],
                (short(20)?, short(18)?),
                (short(16)?, short(14)?),
            ),
            _ => {
                let (height, width, y, x) = (short(10)?, short(12)?, short(14)?, short(16)?);
                (18, [0.0, 0.0, width, height], (x, y), (width, height))
            }
        };
        let mode = if kind == 0x0d33 {
            Mode::Copy
        } else {
            Mode::of(operation)?
        };
        let header = record.from(dib)?;
        let href = dib::data_uri(header, None, Some(part), mode, self.pixels)?;
        let (a, b) = (a, (a.0 + size.0, a.1 + size.1));
        let (a, b) = (self.dc.now.place(a), self.dc.now.place(b));
        self.svg.image(&self.dc.now, a, b, &href);
        Some(())
    }
}

fn points(record: Record<'_>, at: usize, count: usize) -> Option<Vec<Point>> {
    let bytes = record.bytes(at, count.checked_mul(4)?)?;
    let record = Record(bytes);
    (0..count)
        .map(|index| Some((record.short(index * 4)?, record.short(index * 4 + 2)?)))
        .collect()
}

fn pen(record: Record<'_>) -> Option<Object> {
    let style = u32::from(record.u16(0)?) & 15;
    Some(Object::Pen(Pen {
        color: (style != 5).then_some(record.u32(6)? & 0x00ff_ffff),
        width: record.short(2)?.abs(),
        dash: if style <= 4 { style } else { 0 },
    }))
}

fn brush(record: Record<'_>) -> Option<Object> {
    let color = record.u32(2)? & 0x00ff_ffff;
    Some(Object::Brush(match record.u16(0)? {
        1 => None,
        _ => Some(color),
    }))
}

fn font(record: Record<'_>) -> Option<Object> {
    let name = record.from(18)?;
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    let charset = *record.0.get(13)?;
    let encoding = if charset == 136 {
        encoding_rs::BIG5
    } else {
        encoding_rs::GBK
    };
    let flag = |at: usize| record.0.get(at).is_some_and(|byte| *byte != 0);
    Some(Object::Font(Font {
        name: encoding.decode_without_bom_handling(name).0.into_owned(),
        height: record.short(0)?,
        escapement: record.short(4)?,
        is_bold: record.u16(8)? > 550,
        is_italic: flag(10),
        is_underlined: flag(11),
        is_struck: flag(12),
        charset,
    }))
}

#[cfg(test)]
mod tests {
    use super::{MAX_OBJECTS, Object, Objects};

    /// Every new object looked through all numbers for a free one.
    #[test]
    fn objects_take_the_lowest_number_that_is_free() {
        let mut objects = Objects::default();
        for _ in 0..MAX_OBJECTS + 10 {
            objects.add(Object::Brush(None));
        }
        assert_eq!(objects.all.len(), MAX_OBJECTS);
        for index in [7, 3, 3, 9_999] {
            objects.remove(index);
        }
        assert!(objects.get(3).is_none() && objects.get(9_999).is_none());
        objects.add(Object::Brush(Some(1)));
        assert!(matches!(objects.get(3), Some(Object::Brush(Some(1)))));
        assert!(objects.get(7).is_none());
        objects.add(Object::Other);
        assert!(objects.free.is_empty() && objects.get(7).is_some());
    }
}
