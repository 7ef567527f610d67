//! Finds the handful of colours that a page of text, tables and drawings is
//! made of, or says that it is a photograph.
//!
//! Colours that lie in areas (paper, shading, ink) are kept exactly; the
//! blends at the edges of glyphs become the nearest of a few steps between
//! them. At 2× three steps are not told from sixteen; at 1× they are, so the
//! caller says how fine the steps shall be.

use std::collections::HashMap;

/// A tile, in pixels on a side, whose pixels mostly differ a little from their
/// left neighbour is a piece of photograph: text has areas and hard edges.
const TILE: usize = 32;
/// Share of a tile's pixels that make it one.
const SMOOTH_SHARE: f32 = 0.5;
/// Share of such tiles that makes the page a photograph.
const TILE_SHARE: f32 = 0.005;
/// The difference, in one channel, that counts as a slope.
const SLOPE: u8 = 24;
/// Share of pixels that a colour must cover in areas to be kept exactly.
const AREA_SHARE: f32 = 0.000_1;
/// Difference to the colour drawn, in one channel, that is seen.
const SEEN: u8 = 56;
/// Share of pixels that may differ so much.
const SEEN_SHARE: f32 = 0.004;

/// A page in few colours.
pub(crate) struct Indexed {
    pub(crate) palette: Vec<[u8; 3]>,
    pub(crate) indices: Vec<u8>,
}

/// How fine the steps at the edges of glyphs are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Steps {
    /// Four in all on a page of one ink, for images shown at 2×.
    Few,
    /// Sixteen, for images shown at 1×.
    Many,
}

/// Reduces opaque pixels (red in the lowest byte) to few colours; `None` for a
/// photograph.
pub(crate) fn index(pixels: &[u32], width: usize, steps: Steps) -> Option<Indexed> {
    let survey = Survey::of(pixels, width)?;
    let mut sizes = Vec::new();
    if survey.is_one_ink() {
        sizes.push(if steps == Steps::Few { 4 } else { 16 });
    }
    // Every area has its colour exactly: a gradient in a few steps is seen.
    sizes.extend(
        [16, 256]
            .into_iter()
            .filter(|size| survey.areas.len() <= area_places(*size)),
    );
    sizes
        .into_iter()
        .find_map(|size| map(&survey.runs, pixels.len(), survey.palette(size)))
}

/// Places of a palette for areas; the rest is for edges.
fn area_places(size: usize) -> usize {
    size * 3 / 4
}

/// What a page is made of.
struct Survey {
    /// The pixels, each with how often it follows itself: a fortieth of their
    /// number on a page of text.
    runs: Vec<(u32, u32)>,
    /// Colours of areas, the widest first.
    areas: Vec<[u8; 3]>,
    /// Colours of edges in 4 bits a channel, the most frequent first.
    edges: Vec<[u8; 3]>,
}

impl Survey {
    fn of(pixels: &[u32], width: usize) -> Option<Self> {
        let mut areas: HashMap<u32, u32> = HashMap::new();
        let mut edges = vec![0_u32; 4096];
        let columns = width.div_ceil(TILE);
        let mut smooth = vec![0_u32; columns * (pixels.len() / width).div_ceil(TILE)];
        let mut runs = Vec::with_capacity(pixels.len() / 16);
        // Paper, nearly always: counted beside the table.
        let paper = *pixels.first()?;
        let mut paper_area = 0_u32;
        let mut at = 0;
        let mut last = !paper;
        while let Some(pixel) = pixels.get(at) {
            let run = run_length(&pixels[at..], *pixel);
            runs.push((*pixel, run as u32));
            let (color, before) = (channels(*pixel), channels(last));
            if distance(color, before) <= SLOPE {
                smooth[at / width / TILE * columns + at % width / TILE] += 1;
            }
            if run > 1 && *pixel == paper {
                paper_area += run as u32;
            } else if run > 1 {
                *areas.entry(*pixel).or_default() += run as u32;
                // A page of noise has no areas; the table stays small.
                if areas.len() > 4096 {
                    return None;
                }
            }
            edges[edge_key(color)] += 1;
            last = *pixel;
            at += run;
        }
        if paper_area > 0 {
            areas.insert(paper, paper_area);
        }
        let least = ((TILE * TILE) as f32 * SMOOTH_SHARE) as u32;
        let pieces = smooth.iter().filter(|count| **count > least).count();
        if pieces as f32 > smooth.len() as f32 * TILE_SHARE {
            return None;
        }
        let least = (pixels.len() as f32 * AREA_SHARE) as u32;
        let mut areas: Vec<_> = areas
            .into_iter()
            .filter(|(_, count)| *count >= least)
            .map(|(pixel, count)| (channels(pixel), count))
            .collect();
        areas.sort_by_key(|(color, count)| (std::cmp::Reverse(*count), *color));
        let mut edges: Vec<_> = edges
            .into_iter()
            .enumerate()
            .filter(|(_, count)| *count > 0)
            .collect();
        edges.sort_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
        Some(Self {
            runs,
            areas: areas.into_iter().map(|(color, _)| color).collect(),
            edges: edges.into_iter().map(|(key, _)| edge_color(key)).collect(),
        })
    }

    /// Light paper, dark ink, and nothing but greys between.
    fn is_one_ink(&self) -> bool {
        let is_grey =
            |color: &[u8; 3]| color[0].abs_diff(color[1]).max(color[1].abs_diff(color[2])) <= 17;
        let is_end = |color: &[u8; 3]| is_grey(color) && !(48..=250).contains(&color[0]);
        self.areas.iter().all(is_end) && self.edges.iter().all(is_grey)
    }

    fn palette(&self, size: usize) -> Vec<[u8; 3]> {
        let mut palette: Vec<[u8; 3]> = Vec::with_capacity(size);
        if self.is_one_ink() {
            let top = (size.min(16) - 1) as u32;
            palette.extend((0..=top).map(|step| [(step * 255 / top) as u8; 3]));
            return palette;
        }
        // White and black are always worth a place.
        palette.extend(self.areas.iter().take(area_places(size)));
        for end in [[255; 3], [0; 3]] {
            if palette.len() < size && !palette.contains(&end) {
                palette.push(end);
            }
        }
        let apart = if size <= 16 { 40 } else { 12 };
        for edge in &self.edges {
            if palette.len() == size {
                break;
            }
            if palette.iter().all(|other| distance(*other, *edge) > apart) {
                palette.push(*edge);
            }
        }
        palette
    }
}

fn channels(pixel: u32) -> [u8; 3] {
    let [red, green, blue, _] = pixel.to_le_bytes();
    [red, green, blue]
}

/// How many pixels from the first on are like it; whole blocks are compared at
/// once, because most of a page is paper.
fn run_length(pixels: &[u32], like: u32) -> usize {
    const BLOCK: usize = 32;
    // The edges of glyphs, where a block would be compared in vain.
    if pixels.get(1) != Some(&like) {
        return 1;
    }
    let mut run = 0;
    for block in pixels.as_chunks::<BLOCK>().0 {
        let differs = block.iter().fold(0, |all, pixel| all | (pixel ^ like));
        if differs != 0 {
            break;
        }
        run += BLOCK;
    }
    while pixels.get(run) == Some(&like) {
        run += 1;
    }
    run
}

fn edge_key(color: [u8; 3]) -> usize {
    let [red, green, blue] = color.map(|channel| usize::from(channel >> 4));
    red << 8 | green << 4 | blue
}

fn edge_color(key: usize) -> [u8; 3] {
    [key >> 8, key >> 4, key].map(|part| (part as u8 & 15) * 17)
}

fn distance(one: [u8; 3], other: [u8; 3]) -> u8 {
    one[0]
        .abs_diff(other[0])
        .max(one[1].abs_diff(other[1]))
        .max(one[2].abs_diff(other[2]))
}

/// Gives each pixel its nearest colour; `None` when too many are seen to differ.
fn map(runs: &[(u32, u32)], count: usize, palette: Vec<[u8; 3]>) -> Option<Indexed> {
    const UNKNOWN: u16 = u16::MAX;
    // The colours of areas are drawn exactly; those of edges by 6 bits a
    // channel, which is closer than their places in the palette are.
    let mut exact: Vec<([u8; 3], u8)> = (0_u8..=255)
        .zip(&palette)
        .map(|(index, color)| (*color, index))
        .collect();
    exact.sort_unstable();
    let find = |color: [u8; 3]| {
        let place = exact.binary_search_by_key(&color, |(color, _)| *color);
        place.ok().map(|place| exact[place].1)
    };
    let mut known = vec![UNKNOWN; 1 << 18];
    let mut indices = Vec::with_capacity(count);
    let mut seen = 0_usize;
    // Paper and ink take turns.
    let mut memo = [(0, None); 2];
    for (pixel, run) in runs {
        let (color, run) = (channels(*pixel), *run as usize);
        if run > 1 {
            if memo[0].0 != *pixel {
                memo.swap(0, 1);
            }
            if memo[0].0 != *pixel {
                memo[0] = (*pixel, find(color));
            }
            if let Some(index) = memo[0].1 {
                indices.resize(indices.len() + run, index);
                continue;
            }
        }
        let key = color.map(|channel| usize::from(channel >> 2));
        let key = key[0] << 12 | key[1] << 6 | key[2];
        if known[key] == UNKNOWN {
            let nearest = palette
                .iter()
                .enumerate()
                .min_by_key(|(_, other)| squared(color, **other))
                .map_or(0, |(index, _)| index);
            known[key] = nearest as u16;
        }
        let index = known[key] as u8;
        if distance(palette[usize::from(index)], color) > SEEN {
            seen += run;
        }
        if run == 1 {
            indices.push(index);
        } else {
            indices.resize(indices.len() + run, index);
        }
    }
    let allowed = indices.len() as f32 * SEEN_SHARE;
    (seen as f32 <= allowed).then_some(Indexed { palette, indices })
}

fn squared(one: [u8; 3], other: [u8; 3]) -> u32 {
    (0..3)
        .map(|i| u32::from(one[i].abs_diff(other[i])).pow(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::{Steps, index};

    fn page(color: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u32> {
        (0..100 * 100)
            .map(|at| {
                let [red, green, blue] = color(at % 100, at / 100);
                u32::from_le_bytes([red, green, blue, 255])
            })
            .collect()
    }

    #[test]
    fn a_page_of_one_ink_takes_four_colours() {
        let text = page(|x, y| {
            if x % 10 < 2 && y % 3 == 0 {
                [0; 3]
            } else {
                [255; 3]
            }
        });
        assert_eq!(index(&text, 100, Steps::Few).unwrap().palette.len(), 4);
        assert_eq!(index(&text, 100, Steps::Many).unwrap().palette.len(), 16);
    }

    #[test]
    fn light_shading_is_kept_exactly() {
        let table = page(|x, y| match (x, y) {
            (_, 0..30) => [242, 242, 242],
            (10..20, 50..60) => [192, 0, 0],
            _ => [255; 3],
        });
        let indexed = index(&table, 100, Steps::Few).unwrap();
        assert_eq!(indexed.palette[usize::from(indexed.indices[0])], [242; 3]);
        let red = indexed.indices[55 * 100 + 15];
        assert_eq!(indexed.palette[usize::from(red)], [192, 0, 0]);
    }

    #[test]
    fn a_gradient_keeps_every_step() {
        let slope = page(|_, y| [y as u8 + 50, 20, 30]);
        let indexed = index(&slope, 100, Steps::Few).unwrap();
        let drawn: Vec<u8> = (0..100)
            .map(|y| indexed.palette[usize::from(indexed.indices[y * 100])][0])
            .collect();
        assert_eq!(drawn, (50..150).collect::<Vec<u8>>());
    }

    #[test]
    fn a_photograph_is_left_to_the_other_coder() {
        let photo = page(|x, y| [(x * 2) as u8, (y * 2) as u8, ((x + y) % 256) as u8]);
        assert!(index(&photo, 100, Steps::Few).is_none());
    }
}
