//! What an Office part asks of its engine: counted while the part is walked,
//! where a few bytes ask for much (a cell at the far corner of a sheet, a style
//! based on a thousand others).
//!
//! What no application writes is refused; what applications do write, but an
//! engine takes too literally (a format for whole columns), is cut down to what
//! the sheet shows.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use crate::detect::Format;
use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};
use crate::rename::{Edits, attribute};

/// Rows and columns of Excel's largest sheet.
const SHEET: Cell = Cell {
    column: 16_384,
    row: 1_048_576,
};
/// A range of more cells is cut down to what the sheet uses.
const LARGE_RANGE: u64 = 100_000;
/// Cells that the conditional formats of a sheet may look at, counted again for
/// each rule.
const FORMATTED_CELLS: u64 = 100_000_000;
/// Merged ranges of a sheet: the engine compares each row with each of them.
const MERGES: u32 = 100_000;
/// Names that a workbook defines: the engine's time grows with their square.
const NAMES: u32 = 100_000;
/// Cells in one row of a table; Word and PowerPoint end at 63 and 75.
const ROW_CELLS: u32 = 1_000;
/// Columns or rows that one cell of a table may span.
const SPAN: u64 = 1_000;
/// Columns that text may be set in; Word's own limit.
const TEXT_COLUMNS: u64 = 45;
/// Tables within tables; the typesetter gives up at twelve.
const NESTED_TABLES: usize = 10;
/// Styles based on each other; the engine's time grows with the square.
const STYLE_CHAIN: u32 = 500;

/// A place in a sheet, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    column: u32,
    row: u32,
}

impl Cell {
    /// Reads `$AB$12`, `AB` (row 0) or `12` (column 0).
    fn parse(text: &str) -> Option<Self> {
        let mut cell = Self::default();
        for byte in text.bytes().filter(|byte| *byte != b'$') {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' if cell.row == 0 => {
                    let letter = u32::from(byte.to_ascii_uppercase() - b'A') + 1;
                    cell.column = cell.column.checked_mul(26)?.checked_add(letter)?;
                }
                b'0'..=b'9' => {
                    cell.row = cell
                        .row
                        .checked_mul(10)?
                        .checked_add(u32::from(byte - b'0'))?;
                }
                _ => return None,
            }
        }
        (cell != Self::default()).then_some(cell)
    }

    fn name(self) -> String {
        let mut letters = Vec::new();
        let mut rest = self.column;
        while rest > 0 {
            letters.push(b'A' + ((rest - 1) % 26) as u8);
            rest = (rest - 1) / 26;
        }
        letters.reverse();
        format!("{}{}", String::from_utf8_lossy(&letters), self.row)
    }

    fn within(self, other: Self) -> Self {
        Self {
            column: self.column.min(other.column),
            row: self.row.min(other.row),
        }
    }

    fn reach(&mut self, other: Self) {
        self.column = self.column.max(other.column);
        self.row = self.row.max(other.row);
    }
}

/// A rectangle of cells, both corners in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    from: Cell,
    to: Cell,
}

impl Range {
    /// Reads `A1`, `A1:C3`, `A:C` or `1:3`.
    fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        let (from, to) = (Cell::parse(from)?, Cell::parse(to)?);
        let or = |value: u32, otherwise: u32| if value == 0 { otherwise } else { value };
        Some(Self {
            from: Cell {
                column: or(from.column, 1),
                row: or(from.row, 1),
            },
            to: Cell {
                column: or(to.column, SHEET.column),
                row: or(to.row, SHEET.row),
            },
        })
    }

    fn cells(self) -> u64 {
        let side = |from: u32, to: u32| u64::from(to.saturating_sub(from)) + 1;
        side(self.from.column, self.to.column) * side(self.from.row, self.to.row)
    }

    /// The part that lies in the used cells; the first cell when none does.
    fn cut_to(self, used: Cell) -> Self {
        let mut to = self.to.within(used);
        to.reach(self.from);
        Self {
            from: self.from,
            to,
        }
    }

    fn name(self) -> String {
        format!("{}:{}", self.from.name(), self.to.name())
    }
}

/// The counts of one part.
pub(crate) struct Structure<'l> {
    format: Format,
    limits: &'l Limits,
    refusal: Option<Refusal>,
    /// The cell that is being read, the last corner of any, of one with content.
    here: Cell,
    used: Cell,
    filled: Cell,
    /// Cells that the rules of the current conditional format look at.
    range_cells: u64,
    formatted_cells: u64,
    merges: u32,
    names: u32,
    slides: u32,
    /// Depths of the open tables; depth and cells of the open rows.
    tables: Vec<u32>,
    rows: Vec<(u32, u32)>,
    style: Option<String>,
    bases: HashMap<String, String>,
}

impl<'l> Structure<'l> {
    pub(crate) fn new(format: Format, limits: &'l Limits) -> Self {
        Self {
            format,
            limits,
            refusal: None,
            here: Cell::default(),
            used: Cell::default(),
            filled: Cell::default(),
            range_cells: 0,
            formatted_cells: 0,
            merges: 0,
            names: 0,
            slides: 0,
            tables: Vec::new(),
            rows: Vec::new(),
            style: None,
            bases: HashMap::new(),
        }
    }

    /// Counts an element that stands `depth` deep.
    pub(crate) fn see<'x>(&mut self, start: &BytesStart<'x>, depth: u32, edits: &mut Edits<'x>) {
        match self.format {
            Format::Xlsx => self.see_sheet(start, edits),
            Format::Docx => {
                self.see_table(start, depth, edits);
                self.see_style(start, edits);
            }
            _ => {
                self.see_table(start, depth, edits);
                if start.local_name().as_ref() == b"sldId" {
                    self.slides += 1;
                    if self.slides > self.limits.pages {
                        self.refuse(
                            RefusalKind::TooManyPages,
                            format!("more slides than the {} allowed pages", self.limits.pages),
                        );
                    }
                }
            }
        }
    }

    fn see_sheet<'x>(&mut self, start: &BytesStart<'x>, edits: &mut Edits<'x>) {
        match start.local_name().as_ref() {
            b"row" => {
                let given = attribute(start, b"r").and_then(|row| row.trim().parse().ok());
                self.here = Cell {
                    column: 0,
                    row: given.unwrap_or(self.here.row.saturating_add(1)),
                };
            }
            b"c" => {
                let next = Cell {
                    column: self.here.column.saturating_add(1),
                    row: self.here.row.max(1),
                };
                self.here = attribute(start, b"r")
                    .and_then(|name| Cell::parse(&name))
                    .unwrap_or(next);
                if self.here.within(SHEET) != self.here {
                    self.refuse(
                        RefusalKind::Damaged,
                        "a cell lies outside of what a sheet can be".to_owned(),
                    );
                }
                self.used.reach(self.here);
            }
            b"v" | b"f" | b"is" => self.fill(),
            b"mergeCell" => self.see_merge(start),
            b"col" => edits.cap(start, b"max", u64::from(SHEET.column)),
            b"conditionalFormatting" | b"dataValidation" => self.see_ranges(start, edits),
            b"cfRule" => {
                self.formatted_cells = self.formatted_cells.saturating_add(self.range_cells);
                if self.formatted_cells > FORMATTED_CELLS {
                    self.refuse(
                        RefusalKind::Bomb,
                        format!("conditional formats look at more than {FORMATTED_CELLS} cells"),
                    );
                }
            }
            b"definedName" => self.see_name(start, edits),
            _ => {}
        }
    }

    /// The current cell has content, so the sheet is drawn at least to there.
    fn fill(&mut self) {
        self.filled.reach(self.here);
        let cells = u64::from(self.filled.column) * u64::from(self.filled.row);
        if cells > self.limits.cells {
            self.refuse(
                RefusalKind::TooManyPages,
                format!(
                    "a sheet of {} rows and {} columns; {} cells are allowed",
                    self.filled.row, self.filled.column, self.limits.cells
                ),
            );
        }
    }

    fn see_merge(&mut self, start: &BytesStart<'_>) {
        self.merges += 1;
        if self.merges > MERGES {
            self.refuse(
                RefusalKind::Bomb,
                format!("a sheet with more than {MERGES} merged ranges"),
            );
        }
        let range = attribute(start, b"ref").and_then(|name| Range::parse(&name));
        if range.is_some_and(|range| range.cells() > self.limits.cells.max(LARGE_RANGE)) {
            self.refuse(
                RefusalKind::Bomb,
                format!("merged cells, more than {} into one", self.limits.cells),
            );
        }
    }

    /// Whole columns are formatted every day; the engine would go through every
    /// row of them that a sheet could have.
    fn see_ranges<'x>(&mut self, start: &BytesStart<'x>, edits: &mut Edits<'x>) {
        let Some(ranges) = attribute(start, b"sqref") else {
            return;
        };
        self.range_cells = 0;
        let mut is_cut = false;
        let mut kept = Vec::new();
        for name in ranges.split_ascii_whitespace() {
            let Some(mut range) = Range::parse(name) else {
                kept.push(name.to_owned());
                continue;
            };
            if range.cells() > LARGE_RANGE {
                range = range.cut_to(self.used);
                is_cut = true;
                kept.push(range.name());
            } else {
                kept.push(name.to_owned());
            }
            self.range_cells = self.range_cells.saturating_add(range.cells());
        }
        if is_cut {
            edits.set(start, b"sqref", kept.join(" "));
        }
    }

    fn see_name<'x>(&mut self, start: &BytesStart<'x>, edits: &mut Edits<'x>) {
        self.names += 1;
        if self.names > NAMES {
            self.refuse(
                RefusalKind::Bomb,
                format!("a workbook that defines more than {NAMES} names"),
            );
        }
        if attribute(start, b"name").as_deref() != Some("_xlnm.Print_Area") {
            return;
        }
        let area = edits.text_after(start);
        let is_large = area.split(',').any(|part| {
            let range = part.rsplit('!').next().and_then(Range::parse);
            // Columns without rows are printed as far as they are used.
            range.is_some_and(|range| {
                part.bytes().any(|byte| byte.is_ascii_digit())
                    && range.cells() > self.limits.cells.max(LARGE_RANGE)
            })
        });
        if is_large {
            // An area as large as this limits nothing; without it the engine
            // prints what is used.
            edits.set(start, b"name", "_xlnm.Print_Area_Everything".to_owned());
        }
    }

    fn see_table<'x>(&mut self, start: &BytesStart<'x>, depth: u32, edits: &mut Edits<'x>) {
        match start.local_name().as_ref() {
            b"tbl" => {
                self.tables.retain(|open| *open < depth);
                self.tables.push(depth);
                if self.tables.len() > NESTED_TABLES {
                    self.refuse(
                        RefusalKind::ForbiddenXml,
                        format!("tables nested deeper than {NESTED_TABLES}"),
                    );
                }
            }
            b"tr" => {
                self.rows.retain(|(open, _)| *open < depth);
                self.rows.push((depth, 0));
            }
            b"tc" => {
                self.rows.retain(|(open, _)| *open < depth);
                if let Some((_, cells)) = self.rows.last_mut() {
                    *cells += 1;
                    if *cells > ROW_CELLS {
                        self.refuse(
                            RefusalKind::Bomb,
                            format!("a table with more than {ROW_CELLS} cells in a row"),
                        );
                    }
                }
                edits.cap(start, b"gridSpan", SPAN);
                edits.cap(start, b"rowSpan", SPAN);
            }
            b"gridSpan" | b"gridBefore" | b"gridAfter" => edits.cap(start, b"val", SPAN),
            _ => {}
        }
    }

    fn see_style<'x>(&mut self, start: &BytesStart<'x>, edits: &mut Edits<'x>) {
        match start.local_name().as_ref() {
            b"cols" => edits.cap(start, b"num", TEXT_COLUMNS),
            b"style" => self.style = attribute(start, b"styleId"),
            b"basedOn" => {
                if let (Some(style), Some(base)) = (self.style.take(), attribute(start, b"val")) {
                    self.bases.insert(style, base);
                }
            }
            _ => {}
        }
    }

    fn refuse(&mut self, kind: RefusalKind, detail: String) {
        self.refusal
            .get_or_insert_with(|| Refusal::new(kind, detail));
    }

    /// The verdict over the part.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        if longest_chain(&self.bases) > STYLE_CHAIN {
            return Err(Refusal::new(
                RefusalKind::Bomb,
                format!("more than {STYLE_CHAIN} styles based on each other"),
            ));
        }
        self.refusal.map_or(Ok(()), Err)
    }
}

/// The longest way from a style to one without a base; a circle counts as far
/// as it does not repeat.
fn longest_chain(bases: &HashMap<String, String>) -> u32 {
    let mut lengths: HashMap<&str, u32> = HashMap::new();
    for first in bases.keys() {
        let mut way = Vec::new();
        let mut style = first.as_str();
        while !lengths.contains_key(style) {
            // Also ends a circle: it is met again with length nought.
            lengths.insert(style, 0);
            way.push(style);
            match bases.get(style) {
                Some(base) => style = base,
                None => break,
            }
        }
        let mut length = lengths.get(style).copied().unwrap_or(0);
        for style in way.into_iter().rev() {
            length += 1;
            lengths.insert(style, length);
        }
    }
    lengths.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Cell, Range, SHEET, Structure, longest_chain};
    use crate::detect::Format;
    use crate::guard::walk_xml_deep;
    use crate::limits::Limits;
    use crate::refusal::RefusalKind;
    use crate::rename::Edits;

    /// What the pre-check makes of a part: the refusal, or the edited part.
    fn checked(format: Format, xml: &str) -> Result<String, RefusalKind> {
        let limits = Limits::default();
        let mut structure = Structure::new(format, &limits);
        let mut edits = Edits::new(xml.as_bytes());
        walk_xml_deep(xml.as_bytes(), &limits, |start, depth| {
            structure.see(start, depth, &mut edits);
        })
        .map_err(|refusal| refusal.kind)?;
        structure.check().map_err(|refusal| refusal.kind)?;
        let edited = edits.apply();
        Ok(edited.map_or(xml.to_owned(), |bytes| String::from_utf8(bytes).unwrap()))
    }

    #[test]
    fn references_are_read() {
        assert_eq!(Cell::parse("$XFD$1048576"), Some(SHEET));
        assert_eq!(SHEET.name(), "XFD1048576");
        assert_eq!(Cell::parse("A1B"), None);
        assert_eq!(Cell::parse("99999999999"), None);
        assert_eq!(Range::parse("$A:$B").unwrap().cells(), 2 * 1_048_576);
        assert_eq!(Range::parse("B2").unwrap().name(), "B2:B2");
    }

    #[test]
    fn a_cell_at_the_far_corner_is_refused_unless_it_is_empty() {
        let cell = |name: &str, content: &str| {
            checked(
                Format::Xlsx,
                &format!("<sheetData><row r=\"9\"><c r=\"{name}\">{content}</c></row></sheetData>"),
            )
        };
        assert_eq!(
            cell("XFD1048576", "<v>1</v>"),
            Err(RefusalKind::TooManyPages)
        );
        assert!(cell("XFD1048576", "").is_ok());
        assert!(cell("J9", "<v>1</v>").is_ok());
        assert_eq!(cell("XFE1", ""), Err(RefusalKind::Damaged));
        assert_eq!(cell("A4294967295", ""), Err(RefusalKind::Damaged));
    }

    #[test]
    fn whole_columns_are_cut_to_what_is_used() {
        let sheet = |ranges: &str| {
            checked(
                Format::Xlsx,
                &format!(
                    "<row><c r=\"C3\"/></row><conditionalFormatting sqref=\"{ranges}\"><cfRule/>"
                ),
            )
            .unwrap()
        };
        assert!(sheet("A1:XFD1048576 B2:B9").contains("sqref=\"A1:C3 B2:B9\""));
        assert!(sheet("B:B").contains("sqref=\"B1:B3\""));
        // Beyond what is used: somewhere, but not over everything.
        assert!(sheet("G7:XFD1048576").contains("sqref=\"G7:G7\""));
        assert!(sheet("A1:C99").contains("sqref=\"A1:C99\""));
    }

    #[test]
    fn a_print_area_of_everything_is_none() {
        let named = |area: &str| {
            let xml = format!("<definedName name=\"_xlnm.Print_Area\">{area}</definedName>");
            checked(Format::Xlsx, &xml).unwrap() == xml
        };
        assert!(!named("a!$A$1:$XFD$1048576"));
        assert!(named("a!$A$1:$F$40"));
        assert!(named("'a!b'!$A:$F"));
    }

    #[test]
    fn spans_are_cut_and_long_rows_refused() {
        let spanned = checked(
            Format::Pptx,
            "<a:tc gridSpan=\"4000000000\" rowSpan=\"2\"/>",
        );
        assert_eq!(spanned.unwrap(), "<a:tc gridSpan=\"1000\" rowSpan=\"2\"/>");
        let spanned = checked(Format::Docx, "<w:gridSpan w:val=\"4294967295\"/>");
        assert_eq!(spanned.unwrap(), "<w:gridSpan w:val=\"1000\"/>");
        let row = format!("<tbl><tr>{}</tr></tbl>", "<tc/>".repeat(1001));
        assert_eq!(checked(Format::Docx, &row), Err(RefusalKind::Bomb));
        // Cells of inner tables do not count as the outer row's.
        let inner = format!("<tc><tbl><tr>{}</tr></tbl></tc>", "<tc/>".repeat(400));
        let outer = format!("<tbl><tr>{}</tr></tbl>", inner.repeat(5));
        assert!(checked(Format::Docx, &outer).is_ok());
    }

    #[test]
    fn tables_nest_ten_deep() {
        let nested = |depth: usize| {
            let xml = format!(
                "{}{}",
                "<tbl><tr><tc>".repeat(depth),
                "</tc></tr></tbl>".repeat(depth)
            );
            checked(Format::Docx, &xml.repeat(3)).is_ok()
        };
        assert!(nested(10));
        assert!(!nested(11));
    }

    #[test]
    fn chains_of_styles_are_measured_and_circles_end() {
        let bases = |pairs: &[(&str, &str)]| -> HashMap<String, String> {
            let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
            pairs.iter().map(own).collect()
        };
        assert_eq!(longest_chain(&bases(&[])), 0);
        assert_eq!(longest_chain(&bases(&[("a", "b"), ("b", "c")])), 3);
        assert_eq!(longest_chain(&bases(&[("a", "a")])), 1);
        assert!(longest_chain(&bases(&[("a", "b"), ("b", "a"), ("c", "a")])) >= 2);
        let styles: String = (0..600)
            .map(|i| {
                format!(
                    "<w:style w:styleId=\"{i}\"><w:basedOn w:val=\"{}\"/>",
                    i + 1
                )
            })
            .collect();
        assert_eq!(
            checked(Format::Docx, &format!("<w:styles>{styles}")),
            Err(RefusalKind::ForbiddenXml)
        );
        let styles = styles.replace("/>", "/></w:style>");
        assert_eq!(
            checked(Format::Docx, &format!("<w:styles>{styles}")),
            Err(RefusalKind::Bomb)
        );
    }
}
