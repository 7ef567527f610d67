//! Characters to rows: by baseline, with superscripts and subscripts in the row
//! they belong to.

use std::collections::BTreeMap;

/// A character in the frame.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) u0: f64,
    pub(crate) u1: f64,
    pub(crate) v: f64,
    pub(crate) size: f64,
    /// On the page: left, top, right, bottom.
    pub(crate) rect: [f64; 4],
    pub(crate) space_before: bool,
}

impl Cell {
    pub(crate) fn first(&self) -> char {
        self.text.chars().next().unwrap_or(' ')
    }

    pub(crate) fn last(&self) -> char {
        self.text.chars().next_back().unwrap_or(' ')
    }
}

/// Characters on one baseline, by `u`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    /// The baseline.
    pub(crate) v: f64,
}

impl Row {
    pub(crate) fn u0(&self) -> f64 {
        self.cells.first().map_or(0.0, |cell| cell.u0)
    }

    pub(crate) fn u1(&self) -> f64 {
        self.cells
            .iter()
            .map(|cell| cell.u1)
            .fold(f64::NEG_INFINITY, f64::max)
    }

    pub(crate) fn size(&self) -> f64 {
        self.cells.iter().map(|cell| cell.size).fold(0.0, f64::max)
    }
}

/// Gathers cells into rows: by baseline, and within a row by `u`.
pub(crate) fn into_rows(mut cells: Vec<Cell>) -> Vec<Row> {
    // A stable sort: what shares a baseline stays in drawing order until the
    // row itself is sorted.
    cells.sort_by(|a, b| a.v.total_cmp(&b.v));
    let mut rows: Vec<Row> = Vec::new();
    let mut sizes: Vec<f64> = Vec::new();
    for cell in cells {
        let home = (0..rows.len())
            .rev()
            .take(4)
            .find(|index| (cell.v - rows[*index].v).abs() <= 0.3 * sizes[*index].min(cell.size));
        match home {
            Some(index) => {
                if cell.size > sizes[index] {
                    rows[index].v = cell.v;
                    sizes[index] = cell.size;
                }
                rows[index].cells.push(cell);
            }
            None => {
                sizes.push(cell.size);
                rows.push(Row {
                    v: cell.v,
                    cells: vec![cell],
                });
            }
        }
    }
    for row in &mut rows {
        row.cells.sort_by(|a, b| a.u0.total_cmp(&b.u0));
    }
    attach_scripts(&mut rows);
    rows.sort_by(|a, b| a.v.total_cmp(&b.v));
    rows
}

/// Moves what is set smaller, higher or lower right beside larger letters into
/// their row: exponents, notes, indices.
fn attach_scripts(rows: &mut Vec<Row>) {
    for index in 0..rows.len() {
        let (from, to) = (index.saturating_sub(4), (index + 5).min(rows.len()));
        let largest = (from..to).fold(0.0, |size, other| rows[other].size().max(size));
        if rows[index]
            .cells
            .iter()
            .all(|cell| largest <= cell.size * 1.15)
        {
            continue;
        }
        let cells = std::mem::take(&mut rows[index].cells);
        let mut kept = Vec::new();
        // Joined and sorted once, however many pieces a row takes.
        let mut taken: BTreeMap<usize, Vec<Cell>> = BTreeMap::new();
        for piece in pieces(cells) {
            let home = (from..to)
                .filter(|other| *other != index)
                .find(|other| is_script_of(&piece, &rows[*other]));
            match home {
                Some(other) => taken.entry(other).or_default().extend(piece),
                None => kept.extend(piece),
            }
        }
        for (other, cells) in taken {
            rows[other].cells.extend(cells);
            rows[other].cells.sort_by(|a, b| a.u0.total_cmp(&b.u0));
        }
        rows[index].cells = kept;
    }
    rows.retain(|row| !row.cells.is_empty());
}

/// Cuts a row where a gap is wider than half an em, and where the size changes.
fn pieces(cells: Vec<Cell>) -> Vec<Vec<Cell>> {
    let mut pieces: Vec<Vec<Cell>> = Vec::new();
    for cell in cells {
        match pieces.last_mut() {
            Some(piece)
                if piece.last().is_some_and(|last| {
                    cell.u0 - last.u1 < cell.size * 0.5
                        && (cell.size / last.size).max(last.size / cell.size) < 1.15
                }) =>
            {
                piece.push(cell);
            }
            _ => pieces.push(vec![cell]),
        }
    }
    pieces
}

/// Whether a piece overlaps a row in height and touches larger letters of it.
fn is_script_of(piece: &[Cell], row: &Row) -> bool {
    let (Some(first), Some(last)) = (piece.first(), piece.last()) else {
        return false;
    };
    let size = piece.iter().map(|cell| cell.size).fold(0.0, f64::max);
    // Only neighbours by place are looked at; a row may be long.
    let after = row.cells.partition_point(|cell| cell.u0 < first.u0);
    let near = after.saturating_sub(2)..(after + 2).min(row.cells.len());
    row.cells[near].iter().any(|cell| {
        let (upper, lower) = (cell.v - cell.size * 0.8, cell.v + cell.size * 0.25);
        let (top, bottom) = (first.v - size * 0.7, first.v + size * 0.2);
        let shared = bottom.min(lower) - top.max(upper);
        let gap = (first.u0 - cell.u1).max(cell.u0 - last.u1);
        cell.size > size * 1.15
            && shared > (bottom - top) * 0.5
            && (-0.3..0.35).contains(&(gap / cell.size))
    })
}
