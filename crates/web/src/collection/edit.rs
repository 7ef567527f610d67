//! Making a collection and editing what it says of itself.

use super::{editable, fault};
use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::collection;
use wenyuan_domain::id::CollectionId;

#[derive(Template)]
#[template(path = "collection/edit.html")]
struct EditPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    action: String,
    back: String,
    /// Absent for a collection that is still to be made.
    delete_url: Option<String>,
    fields: Fields,
    wrong: Option<String>,
}

/// What the form holds.
#[derive(Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    visibility: String,
}

impl Fields {
    fn parsed(&self) -> collection::Fields {
        collection::Fields {
            title: self.title.clone(),
            description: self.description.clone(),
            is_public: self.visibility == "public",
        }
    }
}

fn edit_page(
    member: &Member,
    id: Option<CollectionId>,
    fields: Fields,
    wrong: Option<String>,
) -> EditPage {
    EditPage {
        t: member.reader.t,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        action: id.map_or_else(
            || "/my/collections".to_owned(),
            |id| url::collection_action(id, "edit"),
        ),
        back: id.map_or_else(|| "/my/collections".to_owned(), url::collection),
        delete_url: id.map(|id| url::collection_action(id, "delete")),
        fields,
        wrong,
    }
}

/// Shows the form of a new collection.
pub(crate) async fn show_new(member: Member) -> Result<Response, WebError> {
    let fields = Fields {
        visibility: "public".to_owned(),
        ..Fields::default()
    };
    render::page(&edit_page(&member, None, fields, None))
}

/// Makes a collection.
pub(crate) async fn create_collection(
    State(site): State<Arc<Site>>,
    member: Member,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    match collection::create(&site.db, member.user.id, &fields.parsed()).await {
        Ok(id) => Ok(redirect::see_other(&url::collection(id))),
        Err(error) => {
            let wrong = fault(error, &member.reader.t)?;
            render::unprocessable(&edit_page(&member, None, fields, Some(wrong)))
        }
    }
}

/// Shows the form of a collection.
pub(crate) async fn show_edit(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<CollectionId>,
) -> Result<Response, WebError> {
    let collection = editable(&site, &member.reader, id).await?;
    let visibility = if collection.is_public {
        "public"
    } else {
        "private"
    };
    let fields = Fields {
        title: collection.title,
        description: collection.description,
        visibility: visibility.to_owned(),
    };
    render::page(&edit_page(&member, Some(id), fields, None))
}

/// Stores the edit.
pub(crate) async fn update_collection(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<CollectionId>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let viewer = member.reader.viewer;
    let collection = editable(&site, &member.reader, id).await?;
    match collection::update(&site.db, viewer, &collection, &fields.parsed()).await {
        // Staff who have made somebody's collection private no longer see it.
        Ok(()) if !fields.parsed().is_public && !collection.is_own(viewer) => {
            Ok(redirect::see_other(&url::author(&collection.owner_name)))
        }
        Ok(()) => Ok(redirect::see_other(&url::collection(id))),
        Err(error) => {
            let wrong = fault(error, &member.reader.t)?;
            render::unprocessable(&edit_page(&member, Some(id), fields, Some(wrong)))
        }
    }
}
