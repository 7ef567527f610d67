//! Table rows that a revision deletes (修订): Word's final view is without them,
//! the engine leaves out their text and keeps the empty rows.

use crate::xml::{self, Piece};
use std::ops::Range;

/// Takes the deleted rows out of `word/document.xml`; a table keeps one.
pub(super) fn mend(xml: &[u8]) -> Option<Vec<u8>> {
    let mut tables: Vec<Table> = Vec::new();
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    xml::walk(xml, |piece, place| match piece {
        Piece::Start(start) => {
            let name = start.local_name().as_ref().to_vec();
            match name.as_slice() {
                b"tbl" => tables.push(Table::default()),
                b"tr" => {
                    if let Some(table) = tables.last_mut() {
                        table.row = Some((place.start, false));
                    }
                }
                b"del" => see_deletion(&open, &mut tables),
                _ => {}
            }
            open.push(name);
        }
        Piece::Empty(start) if start.local_name().as_ref() == b"del" => {
            see_deletion(&open, &mut tables);
        }
        Piece::End(name) => {
            open.pop();
            match name {
                b"tr" => {
                    if let Some(table) = tables.last_mut() {
                        table.end_row(place.end);
                    }
                }
                b"tbl" => {
                    if let Some(table) = tables.pop().filter(|table| table.kept > 0) {
                        let rows = table.deleted.into_iter();
                        edits.extend(rows.map(|row| (row, String::new())));
                    }
                }
                _ => {}
            }
        }
        Piece::Empty(_) | Piece::Text(_) => {}
    });
    xml::apply(xml, edits)
}

#[derive(Default)]
struct Table {
    /// Where the open row starts, and whether it is deleted.
    row: Option<(usize, bool)>,
    deleted: Vec<Range<usize>>,
    kept: usize,
}

impl Table {
    fn end_row(&mut self, end: usize) {
        match self.row.take() {
            Some((start, true)) => self.deleted.push(start..end),
            Some((_, false)) => self.kept += 1,
            None => {}
        }
    }
}

/// A deletion among the properties of a row is the row's.
fn see_deletion(open: &[Vec<u8>], tables: &mut [Table]) {
    let is_of_row = open.last().is_some_and(|parent| parent == b"trPr");
    if let Some((_, deleted)) = tables
        .last_mut()
        .filter(|_| is_of_row)
        .and_then(|table| table.row.as_mut())
    {
        *deleted = true;
    }
}

#[cfg(test)]
mod tests {
    use super::mend;

    const GONE: &str = "<w:tr><w:trPr><w:del w:id=\"1\"/></w:trPr><w:tc/></w:tr>";
    const KEPT: &str = "<w:tr><w:tc><w:p><w:del><w:r/></w:del></w:p></w:tc></w:tr>";

    #[test]
    fn deleted_rows_go_and_rows_with_deleted_text_stay() {
        let xml = format!("<w:tbl>{GONE}{KEPT}{GONE}</w:tbl>");
        let mended = mend(xml.as_bytes()).unwrap();
        assert_eq!(
            String::from_utf8(mended).unwrap(),
            format!("<w:tbl>{KEPT}</w:tbl>")
        );
        assert_eq!(mend(format!("<w:tbl>{KEPT}</w:tbl>").as_bytes()), None);
        // A table must have a row.
        assert_eq!(mend(format!("<w:tbl>{GONE}</w:tbl>").as_bytes()), None);
    }
}
