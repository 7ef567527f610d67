//! The cells of a table on their places: spans cut to what is there, columns in
//! which no cell begins left out.

use crate::tree::{Block, Cell, Table, columns_of, plain, share};

/// Columns a page has room for.
pub(super) const MAX_COLUMNS: usize = 40;
/// Columns that a cell may say it spans.
const MAX_SPAN: usize = 100;
/// Rows that are repeated on each page, and characters of them.
const MAX_HEAD: usize = 4;
const MAX_HEAD_CHARACTERS: usize = 600;

/// A cell as it stands in the page.
pub(super) struct RawCell {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) is_head: bool,
    pub(super) align: Option<&'static str>,
    pub(super) blocks: Vec<Block>,
}

/// Places rows of cells; gives them back where they are too many columns.
pub(super) fn place(rows: Vec<Vec<RawCell>>) -> Result<Table, Vec<Vec<RawCell>>> {
    let Some(starts) = starts(&rows) else {
        return Err(rows);
    };
    let mut used: Vec<usize> = starts.iter().flatten().map(|(start, _)| *start).collect();
    used.sort_unstable();
    used.dedup();
    if used.is_empty() || used.len() > MAX_COLUMNS {
        return Err(rows);
    }
    let rank = |column: usize| used.partition_point(|start| *start < column);
    let row_count = rows.len();
    let head = head_rows(&rows);
    let mut widest = vec![1; used.len()];
    let mut cells = Vec::new();
    for (y, (row, starts)) in rows.into_iter().zip(&starts).enumerate() {
        for (raw, (start, end)) in row.into_iter().zip(starts) {
            let x = rank(*start);
            let w = (rank(*end) - x).max(1);
            let last = if y < head { head } else { row_count };
            if w == 1 {
                widest[x] = widest[x].max(widest_of(&raw.blocks));
            }
            cells.push(Cell {
                x,
                y,
                w,
                h: raw.rows.clamp(1, last - y),
                align: raw
                    .align
                    .unwrap_or(if raw.is_head { "center" } else { "left" }),
                b: raw.is_head,
                c: raw.blocks,
            });
        }
    }
    Ok(Table {
        columns: widest.into_iter().map(share).collect(),
        head,
        cells,
    })
}

/// First column and the one behind the last of each cell; `None` past any
/// sensible number of columns.
fn starts(rows: &[Vec<RawCell>]) -> Option<Vec<Vec<(usize, usize)>>> {
    // The row up to which a column is taken by a cell from above.
    let mut taken: Vec<usize> = Vec::new();
    let mut all = Vec::with_capacity(rows.len());
    for (y, row) in rows.iter().enumerate() {
        let mut starts = Vec::with_capacity(row.len());
        let mut x = 0;
        for cell in row {
            while taken.get(x).is_some_and(|until| *until > y) {
                x += 1;
            }
            let wanted = cell.columns.clamp(1, MAX_SPAN);
            let mut end = x;
            while end < x + wanted && taken.get(end).is_none_or(|until| *until <= y) {
                end += 1;
            }
            if end > MAX_COLUMNS * MAX_SPAN {
                return None;
            }
            if taken.len() < end {
                taken.resize(end, 0);
            }
            let until = y.saturating_add(cell.rows.clamp(1, rows.len()));
            taken[x..end].fill(until);
            starts.push((x, end));
            x = end;
        }
        all.push(starts);
    }
    Some(all)
}

/// Rows at the top of heading cells alone, when they are few and not all.
fn head_rows(rows: &[Vec<RawCell>]) -> usize {
    let is_head = |row: &&Vec<RawCell>| !row.is_empty() && row.iter().all(|cell| cell.is_head);
    let head: Vec<&Vec<RawCell>> = rows.iter().take_while(is_head).collect();
    let characters: usize = head
        .iter()
        .flat_map(|row| row.iter())
        .map(|cell| text_of(&cell.blocks).chars().count())
        .sum();
    let fits = head.len() <= MAX_HEAD && head.len() < rows.len();
    if fits && characters <= MAX_HEAD_CHARACTERS {
        head.len()
    } else {
        0
    }
}

fn widest_of(blocks: &[Block]) -> usize {
    columns_of(&text_of(blocks))
}

/// The text of paragraphs; other blocks count as a wide cell.
fn text_of(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::P { c } | Block::Plain { c } | Block::H { c, .. } => out.push_str(&plain(c)),
            Block::Align { c, .. } => out.push_str(&text_of(c)),
            _ => out.push_str("                        "),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{RawCell, place};
    use crate::tree::Table;

    fn cell(columns: usize, rows: usize) -> RawCell {
        RawCell {
            columns,
            rows,
            is_head: false,
            align: None,
            blocks: Vec::new(),
        }
    }

    fn places(table: &Table) -> Vec<[usize; 4]> {
        let cells = table.cells.iter();
        cells.map(|cell| [cell.x, cell.y, cell.w, cell.h]).collect()
    }

    #[test]
    fn spans_are_placed_and_cut() {
        let rows = vec![
            vec![cell(1, 2), cell(2, 1)],
            vec![cell(1, 9), cell(1, 1)],
            vec![cell(100, 1)],
        ];
        let table = place(rows).unwrap_or_default();
        assert_eq!(
            places(&table),
            [
                [0, 0, 1, 2],
                [1, 0, 2, 1],
                [1, 1, 1, 2],
                [2, 1, 1, 1],
                [0, 2, 1, 1]
            ]
        );
        assert_eq!(table.columns.len(), 3);
    }

    #[test]
    fn columns_in_which_nothing_begins_are_left_out() {
        let table = place(vec![vec![cell(50, 1), cell(50, 1)], vec![cell(100, 1)]]);
        assert_eq!(
            places(&table.unwrap_or_default()),
            [[0, 0, 1, 1], [1, 0, 1, 1], [0, 1, 2, 1]]
        );
    }

    #[test]
    fn too_many_columns_are_given_back() {
        let row = |count: usize| (0..count).map(|_| cell(1, 1)).collect::<Vec<_>>();
        assert!(place(vec![row(41)]).is_err());
        assert!(place(vec![row(1_000_000)]).is_err());
        assert!(place(vec![row(40)]).is_ok());
    }
}
