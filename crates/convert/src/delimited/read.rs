//! Text to records: finds the delimiter, and tells a table from other text.

use csv::{ReaderBuilder, StringRecord};

use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};

/// Characters that separate fields, the likelier first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Records looked at to find the delimiter.
const SAMPLE_RECORDS: usize = 200;
/// Cells of a page, at most: what the narrowest columns and lowest rows allow.
const PAGE_CELLS: u64 = 2_000;
/// A quoted field of several lines that is longer than this began with a stray
/// quotation mark.
const STRAY_QUOTE_BYTES: usize = 20_000;

/// The records of a table, none without a field.
pub(super) type Records = Vec<StringRecord>;

/// Reads a table; `None` when the text has no fields to part.
pub(crate) fn read(
    text: &str,
    prefers_tab: bool,
    limits: &Limits,
) -> Result<Option<Records>, Refusal> {
    let (text, declared) = without_declaration(text);
    let found = match declared {
        Some(delimiter) => Some((delimiter, true)),
        // A stray quotation mark at the head hides the fields behind it.
        None => [true, false]
            .into_iter()
            .find_map(|quoting| Some((sniff(text, prefers_tab, quoting)?, quoting))),
    };
    let Some((delimiter, quoting)) = found else {
        return Ok(None);
    };
    let mut records = records(text, delimiter, quoting, limits)?;
    let is_stray = |record: &StringRecord| {
        record
            .iter()
            .any(|field| field.len() > STRAY_QUOTE_BYTES && field.contains('\n'))
    };
    if records.iter().any(is_stray) {
        records = self::records(text, delimiter, false, limits)?;
    }
    Ok(Some(records))
}

/// The first line may say `sep=;`, as Excel writes it.
fn without_declaration(text: &str) -> (&str, Option<u8>) {
    let Some(rest) = text.strip_prefix("sep=") else {
        return (text, None);
    };
    let (line, body) = rest.split_once('\n').unwrap_or((rest, ""));
    match line.trim_end_matches('\r').as_bytes() {
        [delimiter] => (body, Some(*delimiter)),
        _ => (text, None),
    }
}

/// The delimiter that parts most records into the same number of fields.
fn sniff(text: &str, prefers_tab: bool, quoting: bool) -> Option<u8> {
    let mut best: Option<(u8, usize)> = None;
    let first = if prefers_tab { b'\t' } else { b',' };
    let others = DELIMITERS.into_iter().filter(|other| *other != first);
    for delimiter in std::iter::once(first).chain(others) {
        let mut reader = builder(delimiter, quoting).from_reader(text.as_bytes());
        let counts: Vec<usize> = reader
            .records()
            .take(SAMPLE_RECORDS)
            .filter_map(|record| Some(record.ok()?.len()))
            .collect();
        let agree = |count: usize| counts.iter().filter(|other| **other == count).count();
        let most = counts
            .iter()
            .filter(|count| **count > 1)
            .map(|count| agree(*count))
            .max();
        // A comma in every other line of a text is no table.
        if let Some(most) = most
            && most * 2 >= counts.len()
            && best.is_none_or(|(_, other)| most * 10 > other * 12)
        {
            best = Some((delimiter, most));
        }
    }
    best.map(|(delimiter, _)| delimiter)
}

fn builder(delimiter: u8, quoting: bool) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder
        .delimiter(delimiter)
        .quoting(quoting)
        .flexible(true)
        .has_headers(false);
    builder
}

fn records(text: &str, delimiter: u8, quoting: bool, limits: &Limits) -> Result<Records, Refusal> {
    let most = u64::from(limits.pages).saturating_mul(PAGE_CELLS);
    let mut cells = 0_u64;
    let mut records = Vec::new();
    for record in builder(delimiter, quoting)
        .from_reader(text.as_bytes())
        .into_records()
    {
        let record = record.map_err(|error| {
            Refusal::new(
                RefusalKind::Damaged,
                format!("the table cannot be read: {error}"),
            )
        })?;
        cells += record.len() as u64;
        if cells > most {
            return Err(Refusal::new(
                RefusalKind::TooManyPages,
                format!(
                    "more than {most} cells do not fit on {} pages",
                    limits.pages
                ),
            ));
        }
        records.push(record);
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::limits::Limits;

    fn fields(text: &str) -> Option<Vec<Vec<String>>> {
        let records = read(text, false, &Limits::default()).unwrap()?;
        let fields = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        Some(records.iter().map(fields).collect())
    }

    #[test]
    fn delimiters_are_told_apart() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = format!("名称{delimiter}数量\n甲{delimiter}1\n乙{delimiter}2\n");
            assert_eq!(fields(&text).unwrap()[2], ["乙", "2"], "{delimiter:?}");
        }
        // German numbers have commas inside.
        assert_eq!(
            fields("a;b\n1,5;2,5\n3,5;4,5\n").unwrap()[1],
            ["1,5", "2,5"]
        );
        assert_eq!(fields("sep=|\na,b|c\n").unwrap()[0], ["a,b", "c"]);
    }

    #[test]
    fn quoted_fields_hold_lines_and_quotes() {
        let read = fields("a,b\n\"一\n二\",\"说\"\"好\"\"\"\n").unwrap();
        assert_eq!(read[1], ["一\n二", "说\"好\""]);
    }

    #[test]
    fn a_stray_quote_does_not_swallow_the_table() {
        let text = format!("a,b\n\"stray,1\n{}", "甲,1\n".repeat(40_000));
        assert_eq!(fields(&text).unwrap().len(), 40_002);
    }

    #[test]
    fn prose_is_no_table() {
        assert_eq!(
            fields("One line.\nAnother one, with a comma.\nA third.\n"),
            None
        );
        assert_eq!(fields("甲\n乙\n丙\n"), None);
    }
}
