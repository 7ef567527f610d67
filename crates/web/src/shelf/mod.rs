//! Staff arrange the shelves of the home page.

mod arrange;
mod form;
mod list;

use crate::error::WebError;
use crate::locale::Locale;
use wenyuan_domain::shelf::{self, ShelfError};

mod table {
    use super::{arrange, form, list};

    crate::routes::route_table! {
        get "/manage/shelves" => list::list_shelves;
        post "/manage/shelves" => form::create_shelf;
        get "/manage/shelves/new" => form::show_new;
        get "/manage/shelves/{id}" => form::show_edit;
        post "/manage/shelves/{id}" => form::update_shelf;
        post "/manage/shelves/{id}/move" => arrange::move_shelf;
        post "/manage/shelves/{id}/delete" => arrange::delete_shelf;
    }
}
pub(crate) use table::{ROUTES, routes};

/// What a kind of shelves is called in the reader's language.
fn kind_name(kind: &str, t: &Locale) -> String {
    match kind {
        "newest" => t.get("shelf-kind-newest"),
        "most_read" => t.get("shelf-kind-most-read"),
        "trending" => t.get("trending-title"),
        "followed" => t.get("shelf-kind-followed"),
        "categories" => t.get("shelf-kind-categories"),
        "category" => t.get("shelf-kind-category"),
        "tag" => t.get("shelf-kind-tag"),
        "collection" => t.get("shelf-kind-collection"),
        "picked" => t.get("shelf-kind-picked"),
        other => other.to_owned(),
    }
}

/// The message about a form at fault.
///
/// # Errors
/// [`WebError`] for what no form can mend.
fn fault(error: ShelfError, t: &Locale) -> Result<String, WebError> {
    match error {
        ShelfError::Forbidden => Err(WebError::Forbidden),
        ShelfError::NotFound => Err(WebError::NotFound),
        ShelfError::Db(error) => Err(error.into()),
        ShelfError::TooMany => Ok(t.with("shelf-too-many", "count", shelf::MOST)),
        ShelfError::BadSubject => Ok(t.get("shelf-bad-subject")),
    }
}

#[cfg(test)]
mod tests;
