//! The authenticity check (原创检测): of a document before it is published, and
//! of any text.
//!
//! [`check_text`] is the whole comparison of one text with the library.
//! [`job`] does that for documents, and acts upon it by the operator's
//! [`crate::Policy`]. [`upkeep`] keeps the index of signatures in shape.

mod compare;
mod decide;
mod file;
pub(crate) mod job;
mod knowledge;
mod prepared;
#[cfg(test)]
mod tests;
pub(crate) mod upkeep;

pub use compare::check_text;
pub(crate) use file::{first_of_file, same_file};
pub use upkeep::sign_anew;
