//! The page that asks once more before something is deleted.

use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::render;
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "deletion.html")]
struct DeletionPage<'a> {
    t: Locale,
    layout: Layout,
    csrf: String,
    deletion: Deletion<'a>,
}

/// What is to be deleted, and what that means.
pub(crate) struct Deletion<'a> {
    /// The heading, in the reader's words.
    pub(crate) heading: String,
    /// What it is called.
    pub(crate) title: String,
    /// What is lost by it, in the reader's words.
    pub(crate) consequence: String,
    /// Where the form goes.
    pub(crate) action: String,
    /// Where to, when it was not meant.
    pub(crate) back: &'a str,
}

/// Asks whether it is meant.
pub(crate) fn ask(member: Member, deletion: Deletion<'_>) -> Result<Response, WebError> {
    render::page(&DeletionPage {
        t: member.reader.t,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        deletion,
    })
}
