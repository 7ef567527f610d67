//! What people see of the authenticity check: the honest line of a document
//! page, findings in plain language, two texts side by side, and what an
//! uploader and a librarian do about it.
//!
//! Who may learn of what is decided by `wenyuan_domain::finding`; here findings
//! become words. A word of a text is shown only within the preview budget of
//! the document in which it stands.

mod align;
mod compare;
mod evidence;
mod explain;
mod honest;
mod letters;
mod reference;
mod sheet;
mod sheets;
mod text;
mod words;

pub(crate) use honest::Honest;
pub(crate) use sheet::RowView;
pub(crate) use sheets::Sheets;
pub(crate) use words::{FindingView, headline, kind_name};

mod table {
    use super::{compare, explain, reference};

    crate::routes::route_table! {
        get "/d/{id}/compare/{other}" => compare::show_comparison;
        post "/d/{id}/explain" => explain::explain_upload;
        post "/d/{id}/reference" => reference::mark_reference;
    }
}
pub(crate) use table::{ROUTES, routes};

#[cfg(test)]
mod browser_tests;
#[cfg(test)]
mod tests;
