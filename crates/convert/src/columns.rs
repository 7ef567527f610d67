//! Rows to lines in reading order: column by column where there are columns,
//! and where paragraphs begin.

use crate::bidi::runs_right_to_left;
use crate::page::{Line, is_cjk};
use crate::rows::{Cell, Row};
use crate::words::into_words;

/// Rows on each side that make a gutter a gutter.
const COLUMN_ROWS: usize = 5;

/// Gutters of a page; what comes after them is read row by row. A newspaper's
/// page has a dozen, and looking for each costs a look at every character.
const MAX_GUTTERS: u32 = 50;
/// Deepest nesting of columns in columns.
const MAX_DEPTH: u32 = 3;

/// Writes rows, column by column where there are columns.
pub(crate) fn emit(rows: Vec<Row>, lines: &mut Vec<Line>) {
    emit_region(rows, MAX_DEPTH, &mut { MAX_GUTTERS }, lines);
}

fn emit_region(mut rows: Vec<Row>, depth: u32, gutters: &mut u32, lines: &mut Vec<Line>) {
    while depth > 0
        && *gutters > 0
        && let Some((from, to, at)) = find_gutter(&rows)
    {
        *gutters -= 1;
        let below = rows.split_off(to);
        let inside = rows.split_off(from);
        emit_region(rows, depth - 1, gutters, lines);
        let (first, second) = split(inside, at);
        emit_region(first, depth - 1, gutters, lines);
        emit_region(second, depth - 1, gutters, lines);
        rows = below;
    }
    emit_rows(&rows, lines);
}

/// Takes two columns apart, the one that is read first in front.
fn split(rows: Vec<Row>, at: f64) -> (Vec<Row>, Vec<Row>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for row in rows {
        let (before, after): (Vec<Cell>, Vec<Cell>) =
            row.cells.into_iter().partition(|cell| cell.u1 <= at);
        left.extend((!before.is_empty()).then_some(Row {
            cells: before,
            v: row.v,
        }));
        right.extend((!after.is_empty()).then_some(Row {
            cells: after,
            v: row.v,
        }));
    }
    if runs_right_to_left(left.iter().chain(&right)) {
        (right, left)
    } else {
        (left, right)
    }
}

/// Finds the longest run of rows split by one empty strip with text, not table
/// cells, on both sides. Gives the rows and the middle of the strip.
fn find_gutter(rows: &[Row]) -> Option<(usize, usize, f64)> {
    if rows.len() < COLUMN_ROWS {
        return None;
    }
    let start = rows.iter().map(Row::u0).fold(f64::INFINITY, f64::min);
    let end = rows.iter().map(Row::u1).fold(f64::NEG_INFINITY, f64::max);
    let width = end - start;
    if width < 100.0 {
        return None;
    }
    let mut best: Option<(usize, usize, f64)> = None;
    let mut step = start + width * 0.25;
    while step < start + width * 0.75 {
        if let Some(run) = longest_run(rows, step)
            && best.is_none_or(|(from, to, _)| run.1 - run.0 > to - from)
        {
            best = Some((run.0, run.1, step));
        }
        // On a page of any sense 3 points; a glyph a mile wide is no reason to
        // look a million times.
        step += (width / 300.0).max(3.0);
    }
    best.filter(|(from, to, at)| has_columns(&rows[*from..*to], *at))
}

/// The longest run of rows without a character over `at` or close to it.
fn longest_run(rows: &[Row], at: f64) -> Option<(usize, usize)> {
    let mut best = None;
    let mut from = 0;
    let mut longest = COLUMN_ROWS - 1;
    for index in 0..=rows.len() {
        let crossed = rows.get(index).is_none_or(|row| {
            let margin = row.size() * 0.35;
            row.cells
                .iter()
                .any(|cell| cell.u0 < at + margin && cell.u1 > at - margin)
        });
        if crossed {
            if index - from > longest {
                longest = index - from;
                best = Some((from, index));
            }
            from = index + 1;
        }
    }
    best
}

/// Columns of text fill their width on most rows; cells of a table do not.
fn has_columns(rows: &[Row], at: f64) -> bool {
    let side = |left: bool| {
        let mut spans = Vec::new();
        for row in rows {
            let own = row.cells.iter().filter(|cell| (cell.u1 <= at) == left);
            let (mut u0, mut u1, mut inked) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
            for cell in own {
                u0 = u0.min(cell.u0);
                u1 = u1.max(cell.u1);
                inked += cell.u1 - cell.u0;
            }
            if u1 > u0 {
                spans.push((u0, u1, inked));
            }
        }
        let start = spans
            .iter()
            .map(|span| span.0)
            .fold(f64::INFINITY, f64::min);
        let end = spans
            .iter()
            .map(|span| span.1)
            .fold(f64::NEG_INFINITY, f64::max);
        let width = end - start;
        let full = spans
            .iter()
            .filter(|(u0, u1, inked)| u1 - u0 > width * 0.75 && *inked > (u1 - u0) * 0.7)
            .count();
        spans.len() >= COLUMN_ROWS && full * 2 >= spans.len()
    };
    side(true) && side(false)
}

fn emit_rows(rows: &[Row], lines: &mut Vec<Line>) {
    let right_edge = rows.iter().map(Row::u1).fold(f64::NEG_INFINITY, f64::max);
    let pitch = usual_pitch(rows);
    let right_to_left = runs_right_to_left(rows.iter());
    for (index, row) in rows.iter().enumerate() {
        let starts_paragraph = index == 0
            || rows
                .get(index - 1)
                .is_none_or(|previous| is_break(previous, row, right_edge, pitch));
        let words = into_words(&row.cells, right_to_left);
        if !words.is_empty() {
            lines.push(Line {
                words,
                starts_paragraph,
            });
        }
    }
}

/// The median distance of baselines.
fn usual_pitch(rows: &[Row]) -> f64 {
    let mut steps: Vec<f64> = rows.windows(2).map(|pair| pair[1].v - pair[0].v).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(0.0)
}

/// Whether a paragraph begins between two rows: a larger gap, another size,
/// room left at the end of the first, or an indent of the second.
fn is_break(previous: &Row, row: &Row, right_edge: f64, pitch: f64) -> bool {
    let size = row.size().min(previous.size());
    let step = row.v - previous.v;
    if (step > pitch * 1.4 && step > size * 1.6) || step > size * 4.0 {
        return true;
    }
    if (row.size() - previous.size()).abs() > size * 0.18 {
        return true;
    }
    let indent = row.u0() - previous.u0();
    let room = right_edge - previous.u1();
    let Some(first) = row.cells.first() else {
        return false;
    };
    if is_cjk(first.first()) {
        // Line breaking may carry two characters over; more room was left.
        return room > row.size() * 2.6 || (indent > row.size() * 1.2 && indent < row.size() * 4.5);
    }
    let word_end = row
        .cells
        .iter()
        .skip(1)
        .find(|cell| cell.space_before || is_cjk(cell.first()))
        .map_or(row.u1(), |cell| cell.u0);
    room > (word_end - row.u0()) + size * 0.6 || (indent > size * 0.9 && indent < size * 5.0)
}
