//! Putting a document into one's collections, from its page.

use super::fault;
use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::collection::{self, Place, Wish};
use wenyuan_domain::document::{self, Document};
use wenyuan_domain::id::CollectionId;
use wenyuan_domain::{DbError, DocumentId, UserId};

/// One's collections beside a document, ready for `collection/places.html`:
/// on its page, and as a page of its own.
pub(crate) struct Places {
    /// What the form is posted to.
    pub(crate) action: String,
    /// One's collections, last changed first.
    pub(crate) list: Vec<Place>,
    /// What stands in the field for a new one.
    pub(crate) new_title: String,
}

impl Places {
    /// Reads them for the page of a document; none for strangers.
    pub(crate) async fn of(
        site: &Site,
        reader: &Reader,
        document: &Document,
    ) -> Result<Option<Self>, DbError> {
        match reader.viewer.id() {
            Some(user) => Self::load(site, user, document).await.map(Some),
            None => Ok(None),
        }
    }

    async fn load(site: &Site, user: UserId, document: &Document) -> Result<Self, DbError> {
        Ok(Self {
            action: url::document_action(document.id, "collections"),
            list: collection::places(&site.db, user, document).await?,
            new_title: String::new(),
        })
    }

    /// Returns how many hold the document.
    pub(crate) fn holding(&self) -> usize {
        self.list.iter().filter(|place| place.holds).count()
    }
}

#[derive(Template)]
#[template(path = "collection/place.html")]
struct PlacePage {
    t: Locale,
    layout: Layout,
    csrf: String,
    title: String,
    back: String,
    places: Places,
    wrong: Option<String>,
}

async fn find(site: &Site, member: &Member, id: DocumentId) -> Result<Document, WebError> {
    document::find(&site.db, member.reader.viewer, id)
        .await?
        .ok_or(WebError::NotFound)
}

fn page(member: &Member, document: &Document, places: Places, wrong: Option<String>) -> PlacePage {
    PlacePage {
        t: member.reader.t,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        title: document.title.clone(),
        back: url::document(document.id),
        places,
        wrong,
    }
}

/// Shows the form as a page of its own.
pub(crate) async fn show_places(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
) -> Result<Response, WebError> {
    let document = find(&site, &member, id).await?;
    let places = Places::load(&site, member.user.id, &document).await?;
    render::page(&page(&member, &document, places, None))
}

/// Puts a document into the chosen collections and takes it out of the others
/// that were shown.
pub(crate) async fn place_document(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let document = find(&site, &member, id).await?;
    let mut wish = Wish::default();
    for (name, value) in fields {
        match name.as_str() {
            "shown" => wish.shown.extend(value.parse::<CollectionId>()),
            "in" => wish.chosen.extend(value.parse::<CollectionId>()),
            "new" => wish.new_title = value,
            _ => {}
        }
    }
    match collection::place(&site.db, member.user.id, &document, &wish).await {
        Ok(()) => Ok(redirect::see_other(&url::document(id))),
        Err(error) => {
            let wrong = fault(error, &member.reader.t)?;
            let mut places = Places::load(&site, member.user.id, &document).await?;
            for place in &mut places.list {
                if wish.shown.contains(&place.id) {
                    place.holds = wish.chosen.contains(&place.id);
                }
            }
            places.new_title = wish.new_title;
            render::unprocessable(&page(&member, &document, places, Some(wrong)))
        }
    }
}
