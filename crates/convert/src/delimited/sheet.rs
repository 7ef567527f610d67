//! Where each line of a table stands on which page.
//!
//! All lines of all cells are one pitch apart, so that a column of a page is
//! one run of lines. Columns are as wide as their widest cell where that fits
//! on a page upright or lying; else the widest are narrowed and their cells
//! wrapped; and what does not fit even so stands on pages beside one another,
//! the first column on each.

use serde::Serialize;

use super::measure::Measure;
use super::read::Records;
use super::wrap::wrap;
use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};

/// Size of the type, in points.
const SIZE: f32 = 9.0;
/// From line to line, in points.
const PITCH: f32 = 15.0;
/// A4 upright, in points.
const PAPER: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 42.0;
/// Space at each side of a cell's text, and what is kept for rounding.
const INSET: f32 = 5.0;
const SLACK: f32 = 1.0;
/// Narrowest and widest column, text alone.
const NARROWEST: f32 = 16.0;
const WIDEST: f32 = 420.0;
/// A column may be narrowed to this before the paper is turned, or before
/// columns go to other pages.
const NARROWED_UPRIGHT: f32 = 150.0;
const NARROWED: f32 = 90.0;
/// Room that a column gets beyond its text where there is some.
const EASE: f32 = 40.0;
/// The first column stands on every page when it is no wider than this.
const KEY: f32 = 130.0;
/// Lines of a cell, at most: the rest is cut, and said in the report.
const MAX_CELL_LINES: usize = 2_000;
/// Lines of a cell of the heading, which pages repeat: cut likewise.
const MAX_HEAD_LINES: usize = 6;

/// A table laid out.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Sheet {
    width: f32,
    height: f32,
    margin: f32,
    size: f32,
    pitch: f32,
    pages: Vec<Page>,
    /// Whether a cell is not shown to its end.
    #[serde(skip)]
    pub(crate) is_cut: bool,
}

impl Sheet {
    /// Width and height of its pages, in points.
    pub(crate) fn paper(&self) -> (f32, f32) {
        (self.width, self.height)
    }

    pub(crate) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Takes it apart into sheets of so many pages.
    pub(crate) fn parts(self, pages: usize) -> impl Iterator<Item = Self> {
        let mut rest = self.pages.into_iter();
        std::iter::from_fn(move || {
            let pages: Vec<Page> = rest.by_ref().take(pages.max(1)).collect();
            (!pages.is_empty()).then_some(Self { pages, ..self })
        })
    }
}

/// A page: columns of lines, and rules under these lines of it.
#[derive(Debug, PartialEq, Serialize)]
struct Page {
    width: f32,
    head: usize,
    columns: Vec<Column>,
    rules: Vec<usize>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Column {
    x: f32,
    w: f32,
    right: bool,
    head: String,
    s: String,
}

struct Measured {
    /// Width of the text.
    width: f32,
    is_number: bool,
}

/// Lays records out.
///
/// # Errors
/// `no_pages` when all fields are blank, `too_many_pages` before the pages are
/// made.
pub(crate) fn lay_out(
    records: &Records,
    measure: &mut Measure,
    limits: &Limits,
) -> Result<Sheet, Refusal> {
    let mut columns = measured(records, measure);
    if columns.is_empty() {
        return Err(Refusal::new(
            RefusalKind::NoPages,
            "the table has no content",
        ));
    }
    let (width, height) = fit(&mut columns);
    let groups = groups(&columns, width - 2.0 * MARGIN);
    let too_many = |pages: usize| {
        Refusal::new(
            RefusalKind::TooManyPages,
            format!("at least {pages} pages; {} are allowed", limits.pages),
        )
    };
    let most = limits.pages as usize;
    let per_page = ((height - 2.0 * MARGIN) / PITCH) as usize;
    // A row is at least a line.
    let least = records
        .len()
        .div_ceil(per_page)
        .saturating_mul(groups.len());
    if least > most {
        return Err(too_many(least));
    }

    let has_head = records.len() > 1;
    let mut is_cut = false;
    let mut cell = |row: usize, column: usize| -> Vec<String> {
        let text = records[row].get(column).unwrap_or_default().trim();
        let mut lines = wrap(text, columns[column].width / SIZE, measure);
        let most = if has_head && row == 0 {
            MAX_HEAD_LINES
        } else {
            MAX_CELL_LINES
        };
        is_cut |= lines.len() > most;
        lines.truncate(most);
        lines
    };
    let head: Vec<Vec<String>> = if has_head {
        (0..columns.len()).map(|column| cell(0, column)).collect()
    } else {
        Vec::new()
    };
    let head_lines = head.iter().map(Vec::len).max().unwrap_or(0);
    let body_lines = per_page - head_lines;

    let mut pages = Vec::new();
    let mut part = Part::new(columns.len());
    for row in usize::from(has_head)..records.len() {
        let cells: Vec<Vec<String>> = (0..columns.len()).map(|column| cell(row, column)).collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
        // A row that fits on a page is not cut.
        if part.lines > 0 && part.lines + lines > body_lines && lines <= body_lines {
            part.end(&mut pages, &groups, &columns, &head, head_lines);
        }
        for line in 0..lines {
            if part.lines == body_lines {
                part.end(&mut pages, &groups, &columns, &head, head_lines);
            }
            part.add(&cells, line);
        }
        part.rules.push(part.lines);
        if pages.len() > most {
            return Err(too_many(pages.len()));
        }
    }
    if part.lines > 0 {
        part.end(&mut pages, &groups, &columns, &head, head_lines);
    }
    if pages.len() > most {
        return Err(too_many(pages.len()));
    }
    Ok(Sheet {
        width,
        height,
        margin: MARGIN,
        size: SIZE,
        pitch: PITCH,
        pages,
        is_cut,
    })
}

/// Natural width and kind of each column, up to the last that has text.
fn measured(records: &Records, measure: &mut Measure) -> Vec<Measured> {
    let mut columns: Vec<(f32, usize, usize)> = Vec::new();
    for (row, record) in records.iter().enumerate() {
        for (column, field) in record.iter().enumerate() {
            let field = field.trim();
            if field.is_empty() {
                continue;
            }
            if columns.len() <= column {
                columns.resize(column + 1, (0.0, 0, 0));
            }
            let (width, filled, numbers) = &mut columns[column];
            for line in field.lines() {
                // What is wider than the widest need not be measured to its end.
                let start: String = line.chars().take(120).collect();
                *width = width.max(measure.text(&start) * SIZE);
            }
            if row > 0 {
                *filled += 1;
                *numbers += usize::from(is_number(field));
            }
        }
    }
    columns
        .into_iter()
        .map(|(width, filled, numbers)| Measured {
            width: (width + SLACK).clamp(NARROWEST, WIDEST),
            is_number: filled > 0 && numbers * 10 >= filled * 8,
        })
        .collect()
}

/// An amount, to be set flush right; not a number that names something.
fn is_number(field: &str) -> bool {
    let bare: String = field
        .trim_start_matches(['¥', '￥', '$', '€', '£'])
        .trim_end_matches(['%', '‰'])
        .chars()
        .filter(|character| !matches!(character, ',' | ' ' | '\u{a0}'))
        .collect();
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let names_something =
        digits == bare.len() && (digits > 10 || digits > 1 && bare.starts_with('0'));
    digits > 0 && !names_something && bare.parse::<f64>().is_ok()
}

/// Narrows columns until they fit on A4, upright if they can; gives the paper.
fn fit(columns: &mut [Measured]) -> (f32, f32) {
    let lying = (PAPER.1, PAPER.0);
    for (paper, least) in [(PAPER, NARROWED_UPRIGHT), (lying, NARROWED)] {
        let room = paper.0 - 2.0 * MARGIN;
        let used = |most: f32| -> f32 {
            columns
                .iter()
                .map(|column| column.width.min(most) + 2.0 * INSET)
                .sum()
        };
        if used(least) > room {
            continue;
        }
        // The widest that fits, by halving.
        let (mut low, mut high) = (least, WIDEST);
        for _ in 0..20 {
            let middle = (low + high) / 2.0;
            if used(middle) <= room {
                low = middle;
            } else {
                high = middle;
            }
        }
        let spare = (room - used(low)) / columns.len() as f32;
        for column in columns {
            column.width = column.width.min(low) + spare.clamp(0.0, EASE);
        }
        return paper;
    }
    for column in columns {
        column.width = column.width.min(NARROWED_UPRIGHT);
    }
    lying
}

/// The columns of each of the pages that lie beside one another.
fn groups(columns: &[Measured], room: f32) -> Vec<Vec<usize>> {
    let outer = |column: usize| columns[column].width + 2.0 * INSET;
    let mut groups: Vec<Vec<usize>> = vec![vec![0]];
    let mut used = outer(0);
    for column in 1..columns.len() {
        // Widths that fill the page may miss it by a rounding.
        if used + outer(column) > room + 0.1 {
            let key = (columns[0].width <= KEY).then_some(0);
            used = key.map_or(0.0, outer);
            groups.push(key.into_iter().collect());
        }
        used += outer(column);
        if let Some(group) = groups.last_mut() {
            group.push(column);
        }
    }
    groups
}

/// The lines of a page's height, all columns.
struct Part {
    lines: usize,
    text: Vec<Vec<String>>,
    rules: Vec<usize>,
}

impl Part {
    fn new(columns: usize) -> Self {
        Self {
            lines: 0,
            text: vec![Vec::new(); columns],
            rules: Vec::new(),
        }
    }

    fn add(&mut self, cells: &[Vec<String>], line: usize) {
        for (text, cell) in self.text.iter_mut().zip(cells) {
            text.push(cell.get(line).cloned().unwrap_or_default());
        }
        self.lines += 1;
    }

    /// Makes pages of the lines, one for each group of columns.
    fn end(
        &mut self,
        pages: &mut Vec<Page>,
        groups: &[Vec<usize>],
        columns: &[Measured],
        head: &[Vec<String>],
        head_lines: usize,
    ) {
        for group in groups {
            let mut x = 0.0;
            let columns = group
                .iter()
                .map(|column| {
                    let measured = &columns[*column];
                    let made = Column {
                        x: x + INSET,
                        w: measured.width,
                        right: measured.is_number,
                        head: head
                            .get(*column)
                            .map_or_else(String::new, |lines| joined(lines)),
                        s: joined(&self.text[*column]),
                    };
                    x += measured.width + 2.0 * INSET;
                    made
                })
                .collect();
            pages.push(Page {
                width: x,
                head: head_lines,
                columns,
                rules: self.rules.clone(),
            });
        }
        *self = Self::new(self.text.len());
    }
}

/// Lines as one text; an empty line keeps its height by a space that stays.
fn joined(lines: &[String]) -> String {
    let filled = lines.iter().rposition(|line| !line.is_empty());
    let lines = &lines[..filled.map_or(0, |last| last + 1)];
    let kept: Vec<&str> = lines
        .iter()
        .map(|line| if line.is_empty() { "\u{a0}" } else { line })
        .collect();
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use csv::StringRecord;

    use super::super::measure::Measure;
    use super::{Sheet, is_number, lay_out};
    use crate::limits::Limits;
    use crate::refusal::{Refusal, RefusalKind};

    fn sheet(records: Vec<Vec<&str>>) -> Result<Sheet, Refusal> {
        let records = records.into_iter().map(StringRecord::from).collect();
        lay_out(&records, &mut Measure::new(None), &Limits::default())
    }

    #[test]
    fn amounts_are_told_from_numbers_that_name_something() {
        for amount in ["1", "-2.5", "1,234.00", "¥30", "12%", "1e5", "0", "0.5"] {
            assert!(is_number(amount), "{amount}");
        }
        for name in ["", "甲", "2024-01-01", "007", "13800138000", "-", "1/2"] {
            assert!(!is_number(name), "{name}");
        }
    }

    #[test]
    fn a_narrow_table_stands_upright_and_a_wide_one_lies() {
        let narrow = sheet(vec![vec!["a", "b"], vec!["1", "2"]]).unwrap();
        assert!(narrow.width < narrow.height);
        assert_eq!(narrow.pages.len(), 1);
        assert!(narrow.pages[0].columns[1].right);
        let wide = sheet(vec![vec!["一个比较长的标题"; 9]; 2]).unwrap();
        assert!(wide.width > wide.height);
        assert_eq!(wide.pages.len(), 1);
    }

    #[test]
    fn columns_that_just_fill_the_page_stay_on_it() {
        for count in 2..12 {
            let sheet = sheet(vec![vec!["六个汉字的列"; count]; 2]).unwrap();
            assert_eq!(sheet.pages.len(), 1, "{count}");
        }
    }

    #[test]
    fn columns_that_do_not_fit_stand_on_further_pages() {
        let sheet = sheet(vec![vec!["十个汉字宽的一列之一"; 30]; 3]).unwrap();
        assert!(sheet.pages.len() > 2);
        let columns: usize = sheet.pages.iter().map(|page| page.columns.len()).sum();
        // The first stands on each.
        assert_eq!(columns, 30 + sheet.pages.len() - 1);
        for page in &sheet.pages {
            assert!(page.width <= sheet.width - 2.0 * sheet.margin + 0.1);
        }
    }

    #[test]
    fn the_heading_is_on_every_page_and_no_row_is_lost() {
        let rows: Vec<String> = (0..100).map(|row| row.to_string()).collect();
        let mut records = vec![vec!["编号", "名"]];
        records.extend(rows.iter().map(|row| vec![row.as_str(), "甲"]));
        let sheet = sheet(records).unwrap();
        assert_eq!(sheet.pages.len(), 3);
        assert!(
            sheet
                .pages
                .iter()
                .all(|page| page.columns[0].head == "编号")
        );
        let lines: Vec<&str> = sheet
            .pages
            .iter()
            .flat_map(|page| page.columns[0].s.lines())
            .collect();
        assert_eq!(lines, rows);
    }

    #[test]
    fn a_million_cells_in_one_row_are_too_many_pages() {
        let refusal = sheet(vec![vec!["a", "b"], vec!["x"; 1_000_000]]).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::TooManyPages);
        let blank = sheet(vec![vec![" ", ""]]).unwrap_err();
        assert_eq!(blank.kind, RefusalKind::NoPages);
    }

    #[test]
    fn a_cell_longer_than_a_page_goes_on() {
        let long = "长".repeat(5000);
        let sheet = sheet(vec![vec!["a", "b"], vec!["1", &long], vec!["2", "x"]]).unwrap();
        assert!(sheet.pages.len() >= 2);
        let read: String = sheet
            .pages
            .iter()
            .map(|page| page.columns[1].s.as_str())
            .collect();
        assert_eq!(read.matches('长').count(), 5000);
        assert!(!sheet.is_cut);
    }

    #[test]
    fn cells_that_are_cut_are_told_of() {
        let endless = "长\n".repeat(2_001);
        let cut = sheet(vec![vec!["a", "b"], vec!["1", &endless]]).unwrap();
        assert!(cut.is_cut);
        let heading = "行\n".repeat(7);
        let cut = sheet(vec![vec!["a", &heading], vec!["1", "x"]]).unwrap();
        assert!(cut.is_cut);
    }
}
