//! The shelves in their order.

use super::kind_name;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::category::{self, Tree};
use wenyuan_domain::id::ShelfId;
use wenyuan_domain::shelf::{self, KINDS, Shelf, Source};

#[derive(Template)]
#[template(path = "shelf/list.html")]
struct ShelvesPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    rows: Vec<Row>,
    /// Stored name and name of each kind that can be added; none when there
    /// are as many shelves as there may be.
    kinds: Vec<(&'static str, String)>,
}

struct Row {
    id: ShelfId,
    kind: String,
    /// What of that kind: the category, the tag, how many documents.
    subject: String,
    /// The titles that it was given.
    titles: Vec<String>,
}

impl Row {
    fn new(shelf: &Shelf, tree: &Tree, t: &Locale) -> Self {
        let fields = &shelf.fields;
        let subject = match &fields.source {
            Source::Category(id) => tree
                .get(*id)
                .map(|category| category.name(t.lang.code()).to_owned())
                .unwrap_or_default(),
            Source::Tag(tag) => tag.clone(),
            Source::Collection(id) => id.to_string(),
            Source::Picked(ids) => t.with("documents", "count", ids.len()),
            _ => String::new(),
        };
        Self {
            id: shelf.id,
            kind: kind_name(fields.source.kind(), t),
            subject,
            titles: [&fields.title_zh, &fields.title_en]
                .into_iter()
                .filter(|title| !title.is_empty())
                .cloned()
                .collect(),
        }
    }

    /// What the buttons beside it speak of.
    fn name(&self) -> String {
        let name = self.titles.first().unwrap_or(&self.kind);
        format!("{name} {}", self.subject).trim().to_owned()
    }
}

/// Lists the shelves.
pub(crate) async fn list_shelves(
    State(site): State<Arc<Site>>,
    member: Member,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let t = member.reader.t;
    let (tree, shelves) = tokio::try_join!(category::tree(&site.db), shelf::arranged(&site.db))?;
    let has_room = shelves.len() < shelf::MOST as usize;
    let kinds = KINDS.into_iter().filter(|_| has_room);
    render::page(&ShelvesPage {
        t,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        rows: shelves
            .iter()
            .map(|shelf| Row::new(shelf, &tree, &t))
            .collect(),
        kinds: kinds.map(|kind| (kind, kind_name(kind, &t))).collect(),
    })
}
