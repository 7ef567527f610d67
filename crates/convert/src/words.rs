//! A row's characters to words, and where spaces stand between them.

use crate::bidi::reading_order;
use crate::page::{Word, is_cjk};
use crate::rows::Cell;

/// What stands before a cell in the row.
#[derive(Clone, Copy)]
struct Boundary {
    /// A word ends here.
    cut: bool,
    space: bool,
}

/// Cuts a row into words and says where spaces stand.
///
/// `right_to_left` says how the text around the row runs.
pub(crate) fn into_words(cells: &[Cell], right_to_left: bool) -> Vec<Word> {
    let spread = letter_spacing(cells);
    let boundaries: Vec<Boundary> = cells
        .windows(2)
        .map(|pair| boundary(&pair[0], &pair[1], spread))
        .collect();
    let mut words: Vec<Word> = Vec::new();
    let start = Boundary {
        cut: true,
        space: false,
    };
    match reading_order(cells, right_to_left) {
        None => {
            for (index, cell) in cells.iter().enumerate() {
                let before = index.checked_sub(1).and_then(|left| boundaries.get(left));
                add(&mut words, cell, before.copied().unwrap_or(start));
            }
        }
        Some(order) => {
            let mut previous: Option<usize> = None;
            for read in order {
                let before = match (previous, boundaries.get(read.gap)) {
                    (Some(previous), Some(before)) => Boundary {
                        // A word is of one direction, so that its box is whole.
                        cut: before.cut || previous.abs_diff(read.cell) > 2,
                        space: before.space,
                    },
                    _ => start,
                };
                add(&mut words, &cells[read.cell], before);
                previous = Some(read.cell);
            }
        }
    }
    words.retain(|word| !word.text.is_empty());
    words
}

fn add(words: &mut Vec<Word>, cell: &Cell, before: Boundary) {
    let text = cell.text.trim();
    match words.last_mut() {
        Some(word) if !before.cut => {
            word.text.push_str(text);
            word.x0 = word.x0.min(cell.rect[0] as f32);
            word.y0 = word.y0.min(cell.rect[1] as f32);
            word.x1 = word.x1.max(cell.rect[2] as f32);
            word.y1 = word.y1.max(cell.rect[3] as f32);
        }
        last => {
            if let Some(word) = last {
                word.space_after = before.space;
            }
            words.push(Word {
                text: text.to_owned(),
                x0: cell.rect[0] as f32,
                y0: cell.rect[1] as f32,
                x1: cell.rect[2] as f32,
                y1: cell.rect[3] as f32,
                space_after: false,
            });
        }
    }
}

/// The gap between letters of a row set with its letters apart, in em; 0 for
/// the usual.
fn letter_spacing(cells: &[Cell]) -> f64 {
    const ENOUGH: usize = 4;
    const WIDEST: f64 = 0.6;
    let mut gaps: Vec<f64> = cells
        .windows(2)
        .filter(|pair| pair[0].last().is_alphabetic() && pair[1].first().is_alphabetic())
        .filter(|pair| !is_cjk(pair[0].last()) && !is_cjk(pair[1].first()))
        .filter(|pair| !pair[1].space_before)
        .map(|pair| (pair[1].u0 - pair[0].u1) / pair[0].size.max(pair[1].size))
        .filter(|gap| *gap < WIDEST)
        .collect();
    if gaps.len() < ENOUGH {
        return 0.0;
    }
    gaps.sort_by(f64::total_cmp);
    gaps[gaps.len() / 2].max(0.0)
}

fn boundary(previous: &Cell, cell: &Cell, spread: f64) -> Boundary {
    let size = previous.size.max(cell.size);
    let gap = (cell.u0 - previous.u1) / size;
    let (left, right) = (is_cjk(previous.last()), is_cjk(cell.first()));
    let space = match (left, right) {
        // Chinese set with even gaps has none; a gap of an em is a tab or a cell.
        (true, true) => (cell.space_before && gap > 0.2) || gap > 1.0,
        (true, false) | (false, true) => (cell.space_before && gap > 0.1) || gap > 0.6,
        (false, false) => (cell.space_before && gap > 0.05) || gap > 0.095 + spread,
    };
    let apart = gap > 0.3 + spread || gap < -1.5;
    Boundary {
        cut: space || left != right || (left && apart),
        space,
    }
}
