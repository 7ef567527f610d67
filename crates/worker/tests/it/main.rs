//! The walls around hostile files, each met by a child that runs against it.
//!
//! [`planted`] is the hostile child: this same program, which raises the walls
//! as the product does and then misbehaves.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod converter;
mod parent;
mod planted;
mod programs;
