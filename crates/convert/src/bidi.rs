//! Text from right to left: from the order on the page to the order of reading.
//!
//! A page holds letters where they are seen. A row with Hebrew or Arabic is cut
//! into runs of one direction; what is between two letters of one direction is
//! of it, what is between two directions is of the row's.

use crate::rows::{Cell, Row};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Left,
    Right,
    Neutral,
}

/// Whether most letters run from right to left.
pub(crate) fn runs_right_to_left<'r>(rows: impl Iterator<Item = &'r Row>) -> bool {
    let (mut left, mut right) = (0_usize, 0_usize);
    for cell in rows.flat_map(|row| &row.cells) {
        match direction(cell.first()) {
            Direction::Left if !cell.first().is_numeric() => left += 1,
            Direction::Right => right += 1,
            _ => {}
        }
    }
    right > left
}

/// A cell in the order of reading.
pub(crate) struct Read {
    pub(crate) cell: usize,
    /// The cell on the left of the gap that separates this one from the one read
    /// before it.
    pub(crate) gap: usize,
}

/// The order in which the cells of a row, given as seen, are read; `None` when
/// that is the order on the page.
pub(crate) fn reading_order(cells: &[Cell], right_to_left: bool) -> Option<Vec<Read>> {
    let mut directions: Vec<Direction> = cells.iter().map(|cell| direction(cell.first())).collect();
    if !directions.contains(&Direction::Right) {
        return None;
    }
    let base = if right_to_left {
        Direction::Right
    } else {
        base_direction(cells)
    };
    resolve_neutrals(&mut directions, base);
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for (index, own) in directions.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| directions[*last] == *own) => {
                run.push(index);
            }
            _ => runs.push(vec![index]),
        }
    }
    if base == Direction::Right {
        runs.reverse();
    }
    let mut read: Vec<Read> = Vec::with_capacity(cells.len());
    for run in &mut runs {
        // On the page the run before lies beyond one of this run's ends.
        let gap = if base == Direction::Right {
            *run.last()?
        } else {
            run.first()?.saturating_sub(1)
        };
        if directions[run[0]] == Direction::Right {
            run.reverse();
            put_marks_behind(run, cells);
        }
        for (place, cell) in run.iter().enumerate() {
            let gap = match place.checked_sub(1) {
                None => gap,
                Some(place) => run[place].min(*cell),
            };
            read.push(Read { cell: *cell, gap });
        }
    }
    Some(read)
}

fn base_direction(cells: &[Cell]) -> Direction {
    let count = |wanted: Direction| {
        cells
            .iter()
            .map(Cell::first)
            .filter(|first| direction(*first) == wanted && !first.is_numeric())
            .count()
    };
    if count(Direction::Right) >= count(Direction::Left) {
        Direction::Right
    } else {
        Direction::Left
    }
}

fn resolve_neutrals(directions: &mut [Direction], base: Direction) {
    let mut from = 0;
    while from < directions.len() {
        if directions[from] != Direction::Neutral {
            from += 1;
            continue;
        }
        let to = directions[from..]
            .iter()
            .position(|direction| *direction != Direction::Neutral)
            .map_or(directions.len(), |length| from + length);
        let before = from.checked_sub(1).map_or(base, |index| directions[index]);
        let after = directions.get(to).copied().unwrap_or(base);
        let own = if before == after { before } else { base };
        directions[from..to].fill(own);
        from = to;
    }
}

/// Vowel signs are read after the letter they stand over, wherever their own
/// place begins.
fn put_marks_behind(run: &mut [usize], cells: &[Cell]) {
    let mut at = 0;
    while at < run.len() {
        let is_mark = |index: usize| is_mark(cells[index].first());
        let marks = run[at..]
            .iter()
            .take_while(|index| is_mark(**index))
            .count();
        let base = run.get(at + marks).copied();
        if marks > 0
            && let Some(base) = base
            && cells[run[at]].u1 > cells[base].u0
            && cells[run[at]].u0 < cells[base].u1
        {
            run[at..=at + marks].rotate_right(1);
        }
        at += marks + 1;
    }
}

fn is_mark(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

fn direction(character: char) -> Direction {
    match character {
        // Digits run from left to right among Arabic letters, too.
        '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => Direction::Left,
        '\u{590}'..='\u{8ff}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}' => Direction::Right,
        _ if character.is_alphanumeric() => Direction::Left,
        _ => Direction::Neutral,
    }
}
