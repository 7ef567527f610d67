//! Plays EMF, the metafile of 32 bits.

use std::collections::BTreeMap;

use super::dc::{Dc, IDENTITY, Mapping, Object, Pen, State, then};
use super::dib::{self, Mode};
use super::emf_read::{brush, font, many, matrix, pen, points};
use super::shapes::{self, Arc};
use super::svg::{Paint, Path, Svg};
use super::text::{self, Font, Words};
use super::{Bounds, Picture, Point, Record};

/// Most objects at a time.
const MAX_OBJECTS: usize = 65_536;

pub(super) fn play(bytes: &[u8], bounds: Bounds, pixels: &mut u64) -> Result<Picture, String> {
    let header = Header::read(Record(bytes)).ok_or("its header is cut off")?;
    let mut player = Player {
        dc: Dc::new(Mapping::Text),
        svg: Svg::new(bounds),
        objects: BTreeMap::new(),
        pixels,
        path: None,
        per_mm: header.per_mm,
    };
    for (kind, record) in records(bytes, bounds) {
        // A record cut short or of another make loses itself, not the picture.
        let _ = player.record(kind, record);
        if player.svg.is_full {
            break;
        }
    }
    let reach = player.svg.reach();
    if reach.is_none() && has_plus(bytes) {
        return Err("it is drawn in records of GDI+ alone".to_owned());
    }
    let view = header.view(reach).ok_or("it has no size")?;
    player.svg.finish(view, header.size_pt())
}

/// Whether a file holds records of GDI+.
fn has_plus(bytes: &[u8]) -> bool {
    records(bytes, Bounds::default())
        .take(16)
        .any(|(kind, record)| kind == 70 && record.bytes(4, 4) == Some(b"EMF+"))
}

/// The records: what they are, and what they say behind their head.
fn records(bytes: &[u8], bounds: Bounds) -> impl Iterator<Item = (u32, Record<'_>)> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let record = Record(bytes);
        let kind = record.u32(at)?;
        let size = record.u32(at + 4)? as usize;
        if size < 8 || kind == 14 {
            return None;
        }
        let end = at.checked_add(size)?.min(bytes.len());
        let content = bytes.get(at + 8..end)?;
        at = end;
        Some((kind, Record(content)))
    })
    .take(bounds.records)
}

struct Header {
    /// Of what is drawn, in device units: left, top, right, bottom.
    bounds: [f64; 4],
    /// Of the picture, in hundredths of a millimetre.
    frame: [f64; 4],
    /// Device units a millimetre.
    per_mm: Point,
}

impl Header {
    fn read(record: Record<'_>) -> Option<Self> {
        let four = |at: usize| {
            Some([
                record.long(at)?,
                record.long(at + 4)?,
                record.long(at + 8)?,
                record.long(at + 12)?,
            ])
        };
        let (device, millimeters) = (
            (record.long(72)?, record.long(76)?),
            (record.long(80)?, record.long(84)?),
        );
        let ratio = |device: f64, millimeters: f64| {
            if device > 0.0 && millimeters > 0.0 {
                device / millimeters
            } else {
                96.0 / 25.4
            }
        };
        Some(Self {
            bounds: four(8)?,
            frame: four(24)?,
            per_mm: (
                ratio(device.0, millimeters.0),
                ratio(device.1, millimeters.1),
            ),
        })
    }

    /// Left, top, width and height of the picture in device units.
    fn view(&self, reach: Option<[f64; 4]>) -> Option<[f64; 4]> {
        let [left, top, right, bottom] = self.frame;
        let (x, y) = (self.per_mm.0 / 100.0, self.per_mm.1 / 100.0);
        let frame = [left * x, top * y, (right - left) * x, (bottom - top) * y];
        if frame[2] > 0.0 && frame[3] > 0.0 {
            return Some(frame);
        }
        let [left, top, right, bottom] = self.bounds;
        if right > left && bottom > top {
            return Some([left, top, right - left, bottom - top]);
        }
        let [left, top, right, bottom] = reach?;
        Some([left, top, right - left, bottom - top])
    }

    fn size_pt(&self) -> Option<(f64, f64)> {
        let [left, top, right, bottom] = self.frame;
        let points = 72.0 / 2540.0;
        (right > left && bottom > top).then_some(((right - left) * points, (bottom - top) * points))
    }
}

struct Player<'p> {
    dc: Dc,
    svg: Svg,
    objects: BTreeMap<usize, Object>,
    /// What is left of the pixels.
    pixels: &'p mut u64,
    /// Shapes gather here between its beginning and its end.
    path: Option<(Path, bool)>,
    per_mm: Point,
}

impl Player<'_> {
    fn record(&mut self, kind: u32, record: Record<'_>) -> Option<()> {
        let point = |at: usize| Some((record.long(at)?, record.long(at + 4)?));
        match kind {
            9 | 11 => {
                let extent = point(0)?;
                if extent.0 != 0.0 && extent.1 != 0.0 {
                    if kind == 9 {
                        self.dc.now.window_extent = extent;
                    } else {
                        self.dc.now.view_extent = extent;
                    }
                }
            }
            10 => self.dc.now.window_origin = point(0)?,
            12 => self.dc.now.view_origin = point(0)?,
            17 => self.dc.now.mapping = self.mapping(record.u32(0)?),
            18 => self.dc.now.is_opaque = record.u32(0)? == 2,
            19 => self.dc.now.even_odd = record.u32(0)? != 2,
            22 => self.dc.now.align = record.u32(0)?,
            24 => self.dc.now.text_color = record.u32(0)? & 0x00ff_ffff,
            25 => self.dc.now.back_color = record.u32(0)? & 0x00ff_ffff,
            27 => self.dc.now.at = point(0)?,
            30 => {
                let (a, b) = (self.dc.now.place(point(0)?), self.dc.now.place(point(8)?));
                self.dc.now.clip_to(a, b);
            }
            31 | 32 => {
                let by = (
                    record.long(0)? / record.long(4)?,
                    record.long(8)? / record.long(12)?,
                );
                let extent = if kind == 31 {
                    &mut self.dc.now.view_extent
                } else {
                    &mut self.dc.now.window_extent
                };
                if by.0.is_finite() && by.1.is_finite() && by.0 != 0.0 && by.1 != 0.0 {
                    *extent = (extent.0 * by.0, extent.1 * by.1);
                }
            }
            33 => self.dc.save(),
            34 => self.dc.restore(record.u32(0)? as i32),
            35 => self.dc.now.world = matrix(record)?,
            36 => {
                let by = matrix(record).unwrap_or(IDENTITY);
                self.dc.now.world = match record.u32(24)? {
                    1 => IDENTITY,
                    2 => then(by, self.dc.now.world),
                    3 => then(self.dc.now.world, by),
                    _ => by,
                };
            }
            37 => self.select(record.u32(0)?)?,
            38 | 95 => self.keep(record, pen(record, kind)),
            39 | 93 | 94 => self.keep(record, brush(record, kind)),
            40 => {
                self.objects.remove(&(record.u32(0)? as usize));
            }
            82 => self.keep(record, font(record)),
            57 => self.dc.now.arcs_clockwise = record.u32(0)? == 2,
            59 => self.path = Some((Path::default(), true)),
            60 => {
                if let Some((_, is_open)) = &mut self.path {
                    *is_open = false;
                }
            }
            61 => {
                if let Some((path, _)) = &mut self.path {
                    path.close();
                }
            }
            62..=64 => {
                let (path, _) = self.path.take()?;
                let paint = match kind {
                    62 => Paint::Fill,
                    63 => Paint::Both,
                    _ => Paint::Stroke,
                };
                self.svg.path(&self.dc.now, &path.d, paint);
            }
            // Clipping by a path is left out; it only hides.
            67 | 68 => self.path = None,
            75 => self.clip_region(record)?,
            76 | 77 | 78 | 80 | 81 | 114 | 116 => self.bitmap(kind, record)?,
            83 | 84 => self.text(kind, record)?,
            108 => self.small_text(record)?,
            _ => self.shape(kind, record)?,
        }
        Some(())
    }

    fn mapping(&self, mode: u32) -> Mapping {
        let unit = |mm: f64| Mapping::Fixed(self.per_mm.0 * mm, self.per_mm.1 * mm);
        match mode {
            2 => unit(0.1),
            3 => unit(0.01),
            4 => unit(0.254),
            5 => unit(0.0254),
            6 => unit(25.4 / 1440.0),
            7 => Mapping::Window { isotropic: true },
            8 => Mapping::Window { isotropic: false },
            _ => Mapping::Text,
        }
    }

    fn select(&mut self, handle: u32) -> Option<()> {
        let stock = |color: u32| Object::Brush(Some(color));
        let line = |color: Option<u32>| {
            Object::Pen(Pen {
                color,
                width: 0.0,
                dash: 0,
            })
        };
        let object = match handle {
            0x8000_0000 => stock(0x00ff_ffff),
            0x8000_0001 => stock(0x00c0_c0c0),
            0x8000_0002 => stock(0x0080_8080),
            0x8000_0003 => stock(0x0040_4040),
            0x8000_0004 => stock(0),
            0x8000_0005 => Object::Brush(None),
            0x8000_0006 => line(Some(0x00ff_ffff)),
            0x8000_0007 => line(Some(0)),
            0x8000_0008 => line(None),
            0x8000_000a..=0x8000_0011 => Object::Font(Font::default()),
            handle => self.objects.get(&(handle as usize))?.clone(),
        };
        self.dc.now.select(&object);
        Some(())
    }

    fn keep(&mut self, record: Record<'_>, object: Option<Object>) {
        if let Some(handle) = record.u32(0)
            && self.objects.len() < MAX_OBJECTS
        {
            self.objects
                .insert(handle as usize, object.unwrap_or(Object::Other));
        }
    }

    fn draw(&mut self, paint: Paint, shape: impl FnOnce(&mut Path, &mut Svg, &State)) {
        match &mut self.path {
            Some((path, true)) => shape(path, &mut self.svg, &self.dc.now),
            _ => {
                let mut path = Path::default();
                shape(&mut path, &mut self.svg, &self.dc.now);
                self.svg.path(&self.dc.now, &path.d, paint);
            }
        }
    }

    fn shape(&mut self, kind: u32, record: Record<'_>) -> Option<()> {
        let point = |at: usize| Some((record.long(at)?, record.long(at + 4)?));
        match kind {
            // Curves, polygons, lines; with 32 bits, then with 16.
            2 | 85 => {
                let points = points(record, kind > 80)?;
                let (first, rest) = points.split_first()?;
                self.draw(Paint::Stroke, |path, svg, state| {
                    shapes::polyline(path, svg, state, &[*first]);
                    shapes::curves(path, svg, state, rest);
                });
            }
            3 | 86 => {
                let points = points(record, kind > 80)?;
                self.draw(Paint::Both, |path, svg, state| {
                    shapes::polygon(path, svg, state, &points)
                });
            }
            4 | 87 => {
                let points = points(record, kind > 80)?;
                self.draw(Paint::Stroke, |path, svg, state| {
                    shapes::polyline(path, svg, state, &points)
                });
            }
            5 | 88 => {
                let points = points(record, kind > 80)?;
                let from = self.dc.now.at;
                let starts = self.starts(from);
                self.dc.now.at = *points.last()?;
                self.draw(Paint::Stroke, |path, svg, state| {
                    if starts {
                        shapes::polyline(path, svg, state, &[from]);
                    }
                    shapes::curves(path, svg, state, &points);
                });
            }
            6 | 89 => {
                let points = points(record, kind > 80)?;
                self.lines_to(&points)?;
            }
            54 => self.lines_to(&[point(0)?])?,
            7 | 90 | 8 | 91 => {
                let all = many(record, kind > 80)?;
                let is_closed = matches!(kind, 8 | 91);
                self.draw(
                    if is_closed {
                        Paint::Both
                    } else {
                        Paint::Stroke
                    },
                    |path, svg, state| {
                        for points in &all {
                            if is_closed {
                                shapes::polygon(path, svg, state, points);
                            } else {
                                shapes::polyline(path, svg, state, points);
                            }
                        }
                    },
                );
            }
            42 | 43 => {
                let (a, b) = (point(0)?, point(8)?);
                self.draw(Paint::Both, |path, svg, state| {
                    if kind == 42 {
                        shapes::ellipse(path, svg, state, a, b);
                    } else {
                        shapes::rectangle(path, svg, state, a, b);
                    }
                });
            }
            44 => {
                let (a, b, corner) = (point(0)?, point(8)?, point(16)?);
                self.draw(Paint::Both, |path, svg, state| {
                    shapes::rounded(path, svg, state, a, b, corner)
                });
            }
            45..=47 | 55 => {
                let (a, b, from, to) = (point(0)?, point(8)?, point(16)?, point(24)?);
                let (arc, paint) = match kind {
                    46 => (Arc::Chord, Paint::Both),
                    47 => (Arc::Pie, Paint::Both),
                    _ => (Arc::Open, Paint::Stroke),
                };
                self.draw(paint, |path, svg, state| {
                    shapes::arc(path, svg, state, [a, b], [from, to], arc)
                });
            }
            _ => {}
        }
        Some(())
    }

    /// Whether a figure must begin at the current point: it does not when the
    /// path came there.
    fn starts(&self, from: Point) -> bool {
        match &self.path {
            Some((path, true)) => {
                let (x, y) = self.dc.now.place(from);
                let end = format!("{} {}", super::svg::number(x), super::svg::number(y));
                !path.d.ends_with(&end)
            }
            _ => true,
        }
    }

    fn lines_to(&mut self, points: &[Point]) -> Option<()> {
        let from = self.dc.now.at;
        let starts = self.starts(from);
        self.dc.now.at = *points.last()?;
        self.draw(Paint::Stroke, |path, svg, state| {
            if starts {
                shapes::polyline(path, svg, state, &[from]);
            }
            let placed: Vec<Point> = points.iter().map(|point| state.place(*point)).collect();
            path.step(svg, 'L', &placed);
        });
        Some(())
    }

    /// A region's box stands for it; without a region, clipping ends.
    fn clip_region(&mut self, record: Record<'_>) -> Option<()> {
        let (size, mode) = (record.u32(0)?, record.u32(4)?);
        if size == 0 {
            self.dc.now.clip = None;
            return Some(());
        }
        // Header of the region: size, kind, count, bytes, then its box.
        let a = (record.long(24)?, record.long(28)?);
        let b = (record.long(32)?, record.long(36)?);
        match mode {
            1 => self.dc.now.clip_to(a, b),
            5 => {
                self.dc.now.clip = None;
                self.dc.now.clip_to(a, b);
            }
            _ => {}
        }
        Some(())
    }

    fn text(&mut self, kind: u32, record: Record<'_>) -> Option<()> {
        // Offsets count from the record's head, eight bytes before.
        let here = |offset: u32| (offset as usize).checked_sub(8);
        let at = (record.long(28)?, record.long(32)?);
        let count = record.u32(36)? as usize;
        let from = here(record.u32(40)?)?;
        let options = record.u32(44)?;
        let distances = record.u32(64)?;
        if options & 2 != 0 {
            let (a, b) = (
                (record.long(48)?, record.long(52)?),
                (record.long(56)?, record.long(60)?),
            );
            let old = self.dc.now.brush.replace(self.dc.now.back_color);
            self.draw(Paint::Fill, |path, svg, state| {
                shapes::rectangle(path, svg, state, a, b)
            });
            self.dc.now.brush = old;
        }
        // Glyphs instead of characters: no file tells which.
        if options & 0x10 != 0 {
            return None;
        }
        let step = if options & 0x2000 != 0 { 8 } else { 4 };
        let told = |index: usize| {
            let at = here(distances).filter(|_| distances != 0)?;
            record.long(at.checked_add(index.checked_mul(step)?)?)
        };
        let characters = if kind == 84 {
            let bytes = record.bytes(from, count.checked_mul(2)?)?;
            self.wide(bytes, told)
        } else {
            let bytes = record.bytes(from, count)?;
            let mut index = 0;
            text::decode(bytes, &self.dc.now.font)
                .into_iter()
                .map(|(character, length)| {
                    let distance = (index..index + length).map(told).sum::<Option<f64>>();
                    index += length;
                    (character, distance)
                })
                .collect()
        };
        let words = Words { characters, at };
        text::draw(&mut self.svg, &mut self.dc.now, &words);
        Some(())
    }

    /// Characters of 16 bits; those of a font of symbols by its table.
    fn wide(&self, bytes: &[u8], told: impl Fn(usize) -> Option<f64>) -> Vec<(char, Option<f64>)> {
        let units: Vec<u16> = bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|unit| u16::from_le_bytes(*unit))
            .collect();
        let font = &self.dc.now.font;
        let is_symbols = font.charset == 2 || super::symbol::is_symbols(&font.name);
        let mut index = 0;
        char::decode_utf16(units)
            .map(|unit| {
                let character = unit.unwrap_or('\u{fffd}');
                let from = index;
                index += character.len_utf16();
                let distance = (from..index).map(&told).sum::<Option<f64>>();
                let code = u32::from(character);
                let byte = match code {
                    0xf000..=0xf0ff => u8::try_from(code - 0xf000).ok(),
                    _ => u8::try_from(code).ok(),
                };
                let shown = byte
                    .filter(|_| is_symbols)
                    .and_then(|byte| super::symbol::unicode(&font.name, byte))
                    .unwrap_or(character);
                (shown, distance)
            })
            .collect()
    }

    fn small_text(&mut self, record: Record<'_>) -> Option<()> {
        let at = (record.long(0)?, record.long(4)?);
        let count = record.u32(8)? as usize;
        let options = record.u32(12)?;
        // A box stands before the text unless it is said not to.
        let from = if options & 0x100 != 0 { 28 } else { 44 };
        let characters = if options & 0x200 != 0 {
            let bytes = record.bytes(from, count)?;
            bytes.iter().map(|byte| (char::from(*byte), None)).collect()
        } else {
            self.wide(record.bytes(from, count.checked_mul(2)?)?, |_| None)
        };
        let words = Words { characters, at };
        text::draw(&mut self.svg, &mut self.dc.now, &words);
        Some(())
    }

    fn bitmap(&mut self, kind: u32, record: Record<'_>) -> Option<()> {
        let point = |at: usize| Some((record.long(at)?, record.long(at + 4)?));
        let here = |at: usize| {
            let offset = record.u32(at)? as usize;
            let size = record.u32(at + 4)? as usize;
            if size == 0 {
                None
            } else {
                record.bytes(offset.checked_sub(8)?, size)
            }
        };
        let a = point(16)?;
        // The size on the page, the part's corner and size, header, pixels.
        let (size, corner, part, header, pixels, operation) = match kind {
            81 => (
                point(64)?,
                point(24)?,
                point(32)?,
                here(40),
                here(48),
                record.u32(60)?,
            ),
            80 => {
                let part = point(32)?;
                (part, point(24)?, part, here(40), here(48), 0x00cc_0020)
            }
            76 => (
                point(24)?,
                point(36)?,
                point(24)?,
                here(76),
                here(84),
                record.u32(32)?,
            ),
            77 | 114 | 116 => (
                point(24)?,
                point(36)?,
                point(92)?,
                here(76),
                here(84),
                record.u32(32)?,
            ),
            _ => (
                point(24)?,
                point(36)?,
                point(24)?,
                here(76),
                here(84),
                0x00cc_0020,
            ),
        };
        let b = (a.0 + size.0, a.1 + size.1);
        let Some(header) = header else {
            let color = match operation {
                0x00f0_0021 => self.dc.now.brush,
                0x0000_0042 => Some(0),
                0x00ff_0062 => Some(0x00ff_ffff),
                _ => return None,
            };
            let old = std::mem::replace(&mut self.dc.now.brush, color);
            self.draw(Paint::Fill, |path, svg, state| {
                shapes::rectangle(path, svg, state, a, b)
            });
            self.dc.now.brush = old;
            return Some(());
        };
        let mode = match kind {
            // Its last byte tells whether the bitmap has an alpha of its own.
            114 if operation >> 24 & 1 != 0 => Mode::Alpha,
            114 | 116 => Mode::Copy,
            _ => Mode::of(operation)?,
        };
        let part = [corner.0, corner.1, part.0, part.1];
        let href = dib::data_uri(header, Some(pixels?), Some(part), mode, self.pixels)?;
        let (a, b) = (self.dc.now.place(a), self.dc.now.place(b));
        self.svg.image(&self.dc.now, a, b, &href);
        Some(())
    }
}
