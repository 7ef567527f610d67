//! Two documents side by side.

use super::sheet::{MOST_CHARS, RowView, Sheet, SwapRow};
use super::words::{headline, percent};
use crate::document::open;
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{render, url};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::document::Document;
use wenyuan_domain::finding;

/// Rows on a page.
const PER_PAGE: usize = 60;

/// Which row the page shall hold.
#[derive(Deserialize)]
pub(crate) struct Position {
    row: Option<String>,
}

/// A side's document.
struct Side {
    title: String,
    url: String,
    author: String,
    date: String,
    machine_date: String,
    share: String,
    lang: &'static str,
    /// How much of it the reader is shown, if that is not all.
    limit: Option<String>,
}

impl Side {
    fn new(document: &Document, share: f64, t: &Locale) -> Self {
        let date = document.published_at.unwrap_or(document.created_at);
        let is_limited = document.access.pages < document.page_count;
        Self {
            title: document.title.clone(),
            url: url::document(document.id),
            author: document.owner_name.clone(),
            date: t.date(&date),
            machine_date: t.machine_date(&date),
            share: percent(share),
            lang: match document.language.as_str() {
                "zh" => "zh-CN",
                "en" => "en",
                _ => "",
            },
            limit: is_limited.then(|| {
                let readable = ("readable", document.access.pages);
                t.with2("document-preview", readable, ("count", document.page_count))
            }),
        }
    }
}

#[derive(Template)]
#[template(path = "authenticity/compare.html")]
struct ComparePage {
    t: Locale,
    layout: Layout,
    /// What was found, in one phrase; nothing for a pair that staff looks at.
    headline: String,
    here: Side,
    there: Side,
    sheet: Arc<Sheet>,
    rows: Vec<RowView>,
    address: String,
    first_difference: Option<String>,
    before: Option<String>,
    after: Option<String>,
    /// First and last row of the page.
    window: (usize, usize),
    cut: Option<String>,
}

impl ComparePage {
    /// Where a row is: on this page, or on the page that holds it.
    fn row_url(&self, row: &usize) -> String {
        row_url(&self.address, self.window, *row)
    }

    fn next_url(&self, row: &RowView) -> Option<String> {
        row.next.as_ref().map(|next| self.row_url(next))
    }

    fn swap_words(&self, swap: &SwapRow) -> String {
        self.t
            .with2("compare-swap", ("from", &swap.from), ("to", &swap.to))
    }

    fn twin_words(&self, twin: &str) -> String {
        self.t.with("compare-twin", "word", twin)
    }

    fn window_words(&self) -> String {
        let (first, last) = self.window;
        let last = format!("{last} / {}", self.sheet.row_count());
        self.t
            .with2("compare-window", ("first", first), ("last", last))
    }
}

fn row_url(address: &str, window: (usize, usize), row: usize) -> String {
    if (window.0..=window.1).contains(&row) {
        format!("#row-{row}")
    } else {
        format!("{address}?row={row}#row-{row}")
    }
}

/// Returns the places of the rows of the page that holds `row`.
fn window(row: usize, count: usize) -> std::ops::Range<usize> {
    let last = count.saturating_sub(1);
    let start = row.saturating_sub(1).min(last) / PER_PAGE * PER_PAGE;
    start..(start + PER_PAGE).min(count)
}

/// Shows a document and the one that it was found to be like.
pub(crate) async fn show_comparison(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path((id, other)): Path<(String, String)>,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    let t = reader.t;
    let document = open(&site, reader.viewer, &id).await?;
    let other = open(&site, reader.viewer, &other).await?;
    let found = finding::of(&site.db, reader.viewer, &document).await?;
    let found = found.iter().find(|found| {
        let named = found.other.as_ref();
        named.is_some_and(|named| named.id == other.id)
    });
    // Any pair would be work that anybody can ask for.
    let may_compare = found.is_some() || reader.viewer.is_staff();
    let have_pages = document.access.pages > 0 && other.access.pages > 0;
    if !may_compare || !have_pages || document.id == other.id {
        return Err(WebError::NotFound);
    }
    let sheet = site.sheets.of(&site, &document, &other).await?;
    let row = position.row.and_then(|row| row.parse().ok()).unwrap_or(1);
    let shown = window(row, sheet.row_count());
    let window = (shown.start + 1, shown.end);
    let address = url::comparison(document.id, other.id);
    let page_of = |row: usize| format!("{address}?row={row}#rows");
    render::page(&ComparePage {
        headline: found.map(|found| headline(found, &t)).unwrap_or_default(),
        here: Side::new(&document, sheet.coverage, &t),
        there: Side::new(&other, sheet.other_coverage, &t),
        first_difference: sheet
            .first_difference()
            .map(|row| row_url(&address, window, row)),
        before: (shown.start > 0).then(|| page_of(shown.start + 1 - PER_PAGE)),
        after: (shown.end < sheet.row_count()).then(|| page_of(shown.end + 1)),
        cut: sheet
            .is_cut
            .then(|| t.with("compare-cut", "count", MOST_CHARS)),
        rows: sheet.views(shown),
        sheet,
        window,
        address,
        layout: reader.layout().unlisted(),
        t,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_the_row_that_is_asked_for() {
        assert_eq!(window(1, 130), 0..60);
        assert_eq!(window(60, 130), 0..60);
        assert_eq!(window(61, 130), 60..120);
        assert_eq!(window(999, 130), 120..130);
        assert_eq!(window(0, 130), 0..60);
        assert_eq!(window(5, 0), 0..0);
        assert_eq!(row_url("/d/2/compare/1", (61, 120), 120), "#row-120");
        let elsewhere = row_url("/d/2/compare/1", (61, 120), 121);
        assert_eq!(elsewhere, "/d/2/compare/1?row=121#row-121");
    }
}
