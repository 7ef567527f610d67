//! Characters with places to lines of words in reading order.
//!
//! Text of one direction is laid into a frame where `u` runs along the line
//! and `v` from line to line, so that horizontal, turned and vertical text are
//! one problem. In the frame, characters gather into rows by their baselines;
//! columns are taken apart where a gutter splits rows full of text, so that a
//! table stays row by row; gaps become spaces by script.

use hayro::kurbo::Vec2;

use crate::glyphs::Mark;
use crate::page::{Line, PageText, Word, is_cjk};

/// Rows on each side that make a gutter a gutter.
const COLUMN_ROWS: usize = 5;
/// Deepest nesting of columns in columns.
const COLUMN_DEPTH: u32 = 3;

/// Directions told apart on one page.
const MAX_DIRECTIONS: usize = 64;

/// A character in the frame.
#[derive(Clone, Debug)]
struct Cell {
    text: String,
    u0: f64,
    u1: f64,
    v: f64,
    size: f64,
    /// On the page: left, top, right, bottom.
    rect: [f64; 4],
    space_before: bool,
}

impl Cell {
    fn first(&self) -> char {
        self.text.chars().next().unwrap_or(' ')
    }

    fn last(&self) -> char {
        self.text.chars().next_back().unwrap_or(' ')
    }
}

/// Characters on one baseline, by `u`.
#[derive(Clone, Debug, Default)]
struct Row {
    cells: Vec<Cell>,
}

impl Row {
    fn u0(&self) -> f64 {
        self.cells.first().map_or(0.0, |cell| cell.u0)
    }

    fn u1(&self) -> f64 {
        self.cells
            .iter()
            .map(|cell| cell.u1)
            .fold(f64::NEG_INFINITY, f64::max)
    }

    fn v(&self) -> f64 {
        self.cells.first().map_or(0.0, |cell| cell.v)
    }

    fn size(&self) -> f64 {
        self.cells.iter().map(|cell| cell.size).fold(0.0, f64::max)
    }
}

/// Makes the text layer of one page.
pub(crate) fn page_text(number: u32, width: f32, height: f32, marks: &[Mark]) -> PageText {
    let mut lines = Vec::new();
    for group in by_direction(marks, f64::from(width), f64::from(height)) {
        let rows = into_rows(group);
        emit_region(rows, COLUMN_DEPTH, &mut lines);
    }
    PageText {
        number,
        width,
        height,
        lines,
        recognised: false,
    }
}

/// Splits by direction, the most frequent first, and moves into the frame.
fn by_direction(marks: &[Mark], width: f64, height: f64) -> Vec<Vec<Cell>> {
    let mut groups: Vec<(i32, Vec<Cell>)> = Vec::new();
    let mut space_pending = false;
    for mark in marks {
        if mark.text == " " {
            space_pending = true;
            continue;
        }
        let middle = mark.origin + mark.advance * 0.5;
        let outside = middle.x < -1.0 || middle.y < -1.0;
        if outside || middle.x > width + 1.0 || middle.y > height + 1.0 {
            continue;
        }
        let degrees = mark.advance.atan2().to_degrees();
        // Two degrees of skew from a scanner are no direction of their own.
        let nearest = (degrees / 90.0).round() * 90.0;
        let snapped = if (degrees - nearest).abs() < 2.5 {
            nearest
        } else {
            degrees.round()
        };
        let turned = if mark.vertical {
            snapped + 90.0
        } else {
            snapped
        };
        let key = (turned as i32).rem_euclid(360) + if mark.vertical { 1000 } else { 0 };
        let cell = frame_cell(mark, turned, std::mem::take(&mut space_pending));
        let known = groups.iter().position(|(other, _)| *other == key);
        match known {
            Some(index) => groups[index].1.push(cell),
            // A page of letters thrown at all angles keeps its text, not its
            // order.
            None if groups.len() >= MAX_DIRECTIONS => {
                if let Some((_, cells)) = groups.last_mut() {
                    cells.push(cell);
                }
            }
            None => groups.push((key, vec![cell])),
        }
    }
    groups.sort_by_key(|(_, cells)| std::cmp::Reverse(cells.len()));
    groups.into_iter().map(|(_, cells)| cells).collect()
}

fn frame_cell(mark: &Mark, degrees: f64, space_before: bool) -> Cell {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let along = Vec2::new(cos, sin);
    let across = Vec2::new(-sin, cos);
    let first = mark.text.chars().next().unwrap_or(' ');
    let (ascent, descent) = if is_cjk(first) || mark.vertical {
        (0.86, 0.14)
    } else {
        (0.90, 0.21)
    };
    // The glyph's own box: baseline along its advance, upright across it.
    let unit = mark.advance / mark.advance.hypot().max(f64::EPSILON);
    let up = Vec2::new(unit.y, -unit.x) * mark.size;
    let corners = [
        mark.origin + up * ascent,
        mark.origin - up * descent,
        mark.origin + mark.advance + up * ascent,
        mark.origin + mark.advance - up * descent,
    ];
    let fold = |pick: fn(f64, f64) -> f64, x: bool| {
        corners
            .iter()
            .map(|corner| if x { corner.x } else { corner.y })
            .reduce(pick)
            .unwrap_or(0.0)
    };
    let rect = [
        fold(f64::min, true),
        fold(f64::min, false),
        fold(f64::max, true),
        fold(f64::max, false),
    ];
    let (u0, u1, v) = if mark.vertical {
        // Set down the column: the box's extent along the column.
        let tops = corners.map(|corner| corner.to_vec2().dot(along));
        let middle = (mark.origin + mark.advance * 0.5).to_vec2();
        (
            tops.iter().copied().fold(f64::INFINITY, f64::min),
            tops.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            middle.dot(across),
        )
    } else {
        let start = mark.origin.to_vec2();
        let end = (mark.origin + mark.advance).to_vec2();
        (start.dot(along), end.dot(along), start.dot(across))
    };
    Cell {
        text: mark.text.clone(),
        u0,
        u1,
        v,
        size: mark.size,
        rect,
        space_before,
    }
}

/// Gathers cells into rows: by baseline, and within a row by `u`.
fn into_rows(mut cells: Vec<Cell>) -> Vec<Row> {
    // A stable sort: what shares a baseline stays in drawing order until the
    // row itself is sorted.
    cells.sort_by(|a, b| a.v.total_cmp(&b.v));
    let mut rows: Vec<Row> = Vec::new();
    let mut base: Vec<(f64, f64)> = Vec::new();
    for cell in cells {
        // Sub- and superscripts sit within 0.4 em of a larger neighbour.
        let home = base
            .iter()
            .rposition(|(v, size)| (cell.v - v).abs() <= 0.30 * size.max(cell.size).min(size * 2.0))
            .filter(|index| base.len() - index <= 4);
        match home {
            Some(index) => {
                if cell.size > base[index].1 {
                    base[index] = (cell.v, cell.size);
                }
                rows[index].cells.push(cell);
            }
            None => {
                base.push((cell.v, cell.size));
                rows.push(Row { cells: vec![cell] });
            }
        }
    }
    for row in &mut rows {
        row.cells.sort_by(|a, b| a.u0.total_cmp(&b.u0));
    }
    rows
}

/// Writes a region's rows, column by column where it has columns.
fn emit_region(rows: Vec<Row>, depth: u32, lines: &mut Vec<Line>) {
    let gutter = if depth > 0 { find_gutter(&rows) } else { None };
    let Some((from, to, at)) = gutter else {
        emit_rows(&rows, lines);
        return;
    };
    let mut rows = rows;
    let below = rows.split_off(to);
    let inside = rows.split_off(from);
    emit_region(rows, depth - 1, lines);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for row in inside {
        let (before, after): (Vec<Cell>, Vec<Cell>) =
            row.cells.into_iter().partition(|cell| cell.u1 <= at);
        left.extend((!before.is_empty()).then_some(Row { cells: before }));
        right.extend((!after.is_empty()).then_some(Row { cells: after }));
    }
    emit_region(left, depth - 1, lines);
    emit_region(right, depth - 1, lines);
    emit_region(below, depth, lines);
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
    for (index, row) in rows.iter().enumerate() {
        let starts_paragraph = index == 0
            || rows
                .get(index - 1)
                .is_none_or(|previous| is_break(previous, row, right_edge, pitch));
        let words = into_words(&row.cells);
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
    let mut steps: Vec<f64> = rows
        .windows(2)
        .map(|pair| pair[1].v() - pair[0].v())
        .collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(0.0)
}

/// Whether a paragraph begins between two rows: a larger gap, another size,
/// room left at the end of the first, or an indent of the second.
fn is_break(previous: &Row, row: &Row, right_edge: f64, pitch: f64) -> bool {
    let size = row.size().min(previous.size());
    let step = row.v() - previous.v();
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

/// Cuts a row into words and says where spaces stand.
fn into_words(cells: &[Cell]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut previous: Option<&Cell> = None;
    for cell in cells {
        let (cut, space) = match previous {
            Some(previous) => boundary(previous, cell),
            None => (true, false),
        };
        match words.last_mut() {
            Some(word) if !cut => {
                word.text.push_str(cell.text.trim());
                word.x0 = word.x0.min(cell.rect[0] as f32);
                word.y0 = word.y0.min(cell.rect[1] as f32);
                word.x1 = word.x1.max(cell.rect[2] as f32);
                word.y1 = word.y1.max(cell.rect[3] as f32);
            }
            last => {
                if let Some(word) = last {
                    word.space_after = space;
                }
                words.push(Word {
                    text: cell.text.trim().to_owned(),
                    x0: cell.rect[0] as f32,
                    y0: cell.rect[1] as f32,
                    x1: cell.rect[2] as f32,
                    y1: cell.rect[3] as f32,
                    space_after: false,
                });
            }
        }
        previous = Some(cell);
    }
    words.retain(|word| !word.text.is_empty());
    words
}

/// Whether a word ends between two cells, and whether a space stands there.
fn boundary(previous: &Cell, cell: &Cell) -> (bool, bool) {
    let size = previous.size.max(cell.size);
    let gap = cell.u0 - previous.u1;
    let (left, right) = (is_cjk(previous.last()), is_cjk(cell.first()));
    let space = match (left, right) {
        // Chinese set with even gaps has none; a gap of an em is a tab or a cell.
        (true, true) => (cell.space_before && gap > size * 0.2) || gap > size * 1.0,
        (true, false) | (false, true) => {
            (cell.space_before && gap > size * 0.1) || gap > size * 0.6
        }
        (false, false) => (cell.space_before && gap > size * 0.05) || gap > size * 0.18,
    };
    let apart = gap > size * 0.3 || gap < -size * 1.5;
    (space || left != right || (left && apart), space)
}

#[cfg(test)]
mod tests {
    use hayro::kurbo::{Point, Vec2};

    use super::page_text;
    use crate::glyphs::Mark;

    fn set(marks: &mut Vec<Mark>, text: &str, x: f64, y: f64, size: f64) {
        let mut x = x;
        for character in text.chars() {
            let width = if character.is_ascii() { 0.5 } else { 1.0 } * size;
            marks.push(Mark {
                text: character.to_string(),
                origin: Point::new(x, y),
                advance: Vec2::new(width, 0.0),
                size,
                vertical: false,
            });
            x += width;
        }
    }

    fn plain(marks: &[Mark]) -> String {
        page_text(1, 595.0, 842.0, marks).plain()
    }

    #[test]
    fn a_phrase_across_a_line_end_is_whole() {
        let mut marks = Vec::new();
        set(&mut marks, "　　加强乡镇文化站建设是", 90.0, 100.0, 16.0);
        marks.retain(|mark| mark.text != "　");
        set(&mut marks, "文化厅今年的一项重点工作", 90.0, 128.0, 16.0);
        set(&mut marks, "完成。", 90.0, 156.0, 16.0);
        assert_eq!(
            plain(&marks),
            "加强乡镇文化站建设是文化厅今年的一项重点工作完成。"
        );
    }

    #[test]
    fn spaces_stand_between_latin_words_only() {
        let mut marks = Vec::new();
        set(&mut marks, "on two lines", 50.0, 100.0, 12.0);
        set(&mut marks, "共5页", 50.0, 300.0, 12.0);
        let text = page_text(1, 595.0, 842.0, &marks);
        assert_eq!(text.plain(), "on two lines\n共5页");
        assert_eq!(text.lines[0].words.len(), 3);
        assert_eq!(text.lines[0].words[0].x0, 50.0);
        assert_eq!(text.lines[0].words[0].x1, 62.0);
    }

    #[test]
    fn columns_are_read_one_after_the_other_and_tables_by_row() {
        let mut marks = Vec::new();
        for line in 0..8 {
            let y = 100.0 + f64::from(line) * 20.0;
            set(&mut marks, "左栏的文字排满了一整行", 50.0, y, 12.0);
            set(&mut marks, "右栏的文字也排满一整行", 300.0, y, 12.0);
        }
        let text = plain(&marks);
        assert!(text.starts_with("左栏的文字排满了一整行左栏"), "{text}");
        let mut marks = Vec::new();
        for line in 0..8 {
            let y = 100.0 + f64::from(line) * 20.0;
            set(&mut marks, "姓名", 50.0, y, 12.0);
            set(
                &mut marks,
                if line == 0 {
                    "一个很长的表头单元格"
                } else {
                    "张三"
                },
                300.0,
                y,
                12.0,
            );
        }
        let text = plain(&marks);
        assert!(text.contains("姓名 张三"), "{text}");
    }

    #[test]
    fn vertical_columns_run_right_to_left() {
        let mut marks = Vec::new();
        for (column, text) in ["竖排文", "字两列"].iter().enumerate() {
            for (row, character) in text.chars().enumerate() {
                marks.push(Mark {
                    text: character.to_string(),
                    origin: Point::new(400.0 - column as f64 * 20.0, 100.0 + row as f64 * 12.0),
                    advance: Vec2::new(12.0, 0.0),
                    size: 12.0,
                    vertical: true,
                });
            }
        }
        let text = page_text(1, 595.0, 842.0, &marks);
        assert_eq!(text.lines.len(), 2);
        assert!(text.plain().starts_with("竖排文"));
    }
}
