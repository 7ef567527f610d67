//! Two texts side by side: rows, and the words that were swapped.

use super::align::{Mark, Part, Relation, Row, rows};
use super::text::Text;
use std::collections::HashMap;
use std::ops::Range;
use wenyuan_text::authenticity::{Knowledge, compare};

/// The most characters of each text that are laid out: some 500 pages.
pub(crate) const MOST_CHARS: usize = 300_000;
/// Swapped words that are listed; the others are counted.
const MOST_SWAPS: usize = 60;

/// Two texts side by side.
#[derive(Debug)]
pub(crate) struct Sheet {
    here: Text,
    there: Text,
    rows: Vec<Row>,
    /// Rows in which anything differs, by their places.
    differing: Vec<usize>,
    /// The pairs of swapped words.
    pairs: Vec<Pair>,
    /// Swapped words listed by pairs, most frequent first.
    pub(crate) swaps: Vec<SwapRow>,
    /// Different pairs in all, and swapped words in all.
    pub(crate) pair_count: usize,
    pub(crate) swap_count: usize,
    /// Shares of what each side shows that stands in the other too.
    pub(crate) coverage: f64,
    pub(crate) other_coverage: f64,
    /// Whether there was more text than is laid out.
    pub(crate) is_cut: bool,
}

/// A word and the one in its place.
#[derive(Debug)]
struct Pair {
    here: String,
    there: String,
}

/// A pair of swapped words, how often, and the first row in which it is found.
#[derive(Debug)]
pub(crate) struct SwapRow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) count: usize,
    pub(crate) row: usize,
}

/// A row as the template shows it; numbers count from 1.
#[derive(Debug)]
pub(crate) struct RowView {
    pub(crate) number: usize,
    pub(crate) kind: &'static str,
    pub(crate) differs: bool,
    /// The page on which each side begins; 0 where it is that of the row before.
    pub(crate) page: u32,
    pub(crate) other_page: u32,
    pub(crate) here: Vec<PartView>,
    pub(crate) there: Vec<PartView>,
    /// The next row in which anything differs.
    pub(crate) next: Option<usize>,
}

/// A run of text.
#[derive(Debug)]
pub(crate) struct PartView {
    pub(crate) text: String,
    /// `same`, `swap` or `other`.
    pub(crate) mark: &'static str,
    /// The word that stands in its place on the other side.
    pub(crate) twin: String,
}

impl Sheet {
    /// Lays out two texts, given by their pages. Blocks for as long as it takes
    /// to compare them.
    pub(super) fn lay_out(here: &[(u32, String)], there: &[(u32, String)]) -> Self {
        let (here_text, there_text) = (Text::new(here, MOST_CHARS), Text::new(there, MOST_CHARS));
        let (mine, other) = (here_text.joined(), there_text.joined());
        let comparison = compare(&mine, &other, Knowledge::builtin());
        let mut sheet = Self {
            rows: Vec::new(),
            differing: Vec::new(),
            pairs: Vec::new(),
            swaps: Vec::new(),
            pair_count: 0,
            swap_count: 0,
            coverage: comparison.coverage,
            other_coverage: comparison.other_coverage,
            is_cut: here_text.len() >= MOST_CHARS || there_text.len() >= MOST_CHARS,
            here: here_text,
            there: there_text,
        };
        for span in &comparison.spans {
            for edit in span.edits.iter().filter(|edit| edit.is_swap) {
                let mine = edit.start as usize..edit.end as usize;
                let other = edit.other_start as usize..edit.other_end as usize;
                sheet.pairs.push(Pair {
                    here: sheet.here.slice(&mine),
                    there: sheet.there.slice(&other),
                });
            }
        }
        if !comparison.spans.is_empty() {
            sheet.rows = rows(&sheet.here, &sheet.there, &comparison.spans);
        }
        let differing = sheet.rows.iter().enumerate();
        sheet.differing = differing
            .filter(|(_, row)| row.differs())
            .map(|(at, _)| at)
            .collect();
        sheet.count_swaps();
        sheet
    }

    fn count_swaps(&mut self) {
        let mut counted: HashMap<(&str, &str), (usize, usize)> = HashMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            for part in &row.here {
                let Mark::Swap(number) = part.mark else {
                    continue;
                };
                if let Some(pair) = self.pairs.get(number) {
                    let words = (pair.there.trim(), pair.here.trim());
                    counted.entry(words).or_insert((0, at)).0 += 1;
                }
            }
        }
        self.pair_count = counted.len();
        self.swap_count = self.pairs.len();
        let mut swaps: Vec<_> = counted
            .into_iter()
            .map(|((from, to), (count, row))| SwapRow {
                from: from.to_owned(),
                to: to.to_owned(),
                count,
                row: row + 1,
            })
            .collect();
        swaps.sort_by(|a, b| (b.count, a.row, &a.to).cmp(&(a.count, b.row, &b.to)));
        swaps.truncate(MOST_SWAPS);
        self.swaps = swaps;
    }

    pub(crate) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The first row in which anything differs, from 1.
    pub(crate) fn first_difference(&self) -> Option<usize> {
        self.differing.first().map(|at| at + 1)
    }

    /// Returns the rows `range`, as far as there are.
    pub(crate) fn views(&self, range: Range<usize>) -> Vec<RowView> {
        let end = range.end.min(self.rows.len());
        let rows = self.rows.get(range.start..end).unwrap_or_default();
        let views = (range.start..).zip(rows);
        pages_once(views.map(|(at, row)| self.view(at, row)).collect())
    }

    /// Returns the first rows in which anything differs.
    pub(crate) fn differences(&self, most: usize) -> Vec<RowView> {
        let rows = self.differing.iter().take(most);
        let views = rows.filter_map(|at| Some(self.view(*at, self.rows.get(*at)?)));
        pages_once(views.collect())
    }

    fn view(&self, at: usize, row: &Row) -> RowView {
        let page = |text: &Text, parts: &[Part]| {
            parts
                .first()
                .map_or(0, |part| text.page_at(part.range.start))
        };
        let next = self.differing.partition_point(|differing| *differing <= at);
        RowView {
            number: at + 1,
            kind: match row.relation {
                Relation::Both => "both",
                Relation::OnlyHere => "only-here",
                Relation::OnlyThere => "only-there",
            },
            differs: row.differs(),
            page: page(&self.here, &row.here),
            other_page: page(&self.there, &row.there),
            here: self.parts(&self.here, &row.here, |pair| &pair.there),
            there: self.parts(&self.there, &row.there, |pair| &pair.here),
            next: self.differing.get(next).map(|at| at + 1),
        }
    }

    fn parts(&self, text: &Text, parts: &[Part], twin: fn(&Pair) -> &String) -> Vec<PartView> {
        let mut views: Vec<PartView> = parts
            .iter()
            .map(|part| PartView {
                text: text.slice(&part.range),
                mark: match part.mark {
                    Mark::Same => "same",
                    Mark::Swap(_) => "swap",
                    Mark::Other => "other",
                },
                twin: match part.mark {
                    Mark::Swap(number) => self.pairs.get(number).map(twin).cloned(),
                    _ => None,
                }
                .unwrap_or_default(),
            })
            .collect();
        if let Some(first) = views.first_mut() {
            first.text = first.text.trim_start().to_owned();
        }
        if let Some(last) = views.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        for view in &mut views {
            one_line_end(&mut view.text);
        }
        views
    }
}

/// Leaves one line end of several: rows have gaps of their own.
fn one_line_end(text: &mut String) {
    if text.contains('\n') {
        let lines: Vec<&str> = text.split('\n').collect();
        let last = lines.len() - 1;
        let kept = lines
            .iter()
            .enumerate()
            .filter(|(at, line)| *at == 0 || *at == last || !line.trim().is_empty());
        let kept: Vec<&str> = kept.map(|(_, line)| *line).collect();
        *text = kept.join("\n");
    }
}

/// Leaves a page's number only where it begins.
fn pages_once(mut views: Vec<RowView>) -> Vec<RowView> {
    let (mut here, mut there) = (0, 0);
    for view in &mut views {
        for (page, shown) in [
            (&mut view.page, &mut here),
            (&mut view.other_page, &mut there),
        ] {
            if *page == *shown {
                *page = 0;
            } else if *page > 0 {
                *shown = *page;
            }
        }
    }
    views
}
