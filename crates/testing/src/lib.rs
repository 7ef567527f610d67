//! Real things to test with: databases, stores, the running program, a browser.
//!
//! `./test` starts PostgreSQL, the object store and chromedriver and names
//! them in the environment; where a variable is missing (a plain `cargo
//! test`), the tests that need it say so and are skipped.

mod browser;
mod client;
mod db;
mod server;
mod store;
mod wire;

pub use browser::{Browser, Element, Window};
pub use client::{Answer, Client, Sent};
pub use db::{TestDb, databases};
pub use server::Server;
pub use store::{TestStore, stores};
pub use wire::Cable;

use std::path::PathBuf;

/// Returns the folder with the shared test material, if it stands beside this
/// clone; says so when it does not.
pub fn shared() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let found = path.is_dir().then(|| path.canonicalize().ok()).flatten();
    if found.is_none() {
        say("skipped: no ../shared beside this clone");
    }
    found
}

/// Returns an environment variable that `./test` sets, or says what is skipped.
pub fn provided(variable: &str, what: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "how ./test tells the tests of its servers"
    )]
    let value = std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty());
    if value.is_none() {
        say(&format!(
            "skipped: {what} ({variable} is not set; ./test sets it)"
        ));
    }
    value
}

/// Writes a line that the test runner shows.
#[expect(clippy::print_stderr, reason = "the test runner captures and shows it")]
pub fn say(line: &str) {
    eprintln!("{line}");
}

/// Returns a short random name.
pub(crate) fn random_name() -> String {
    let mut bytes = [0; 6];
    // Without randomness two tests would share a database and fail loudly.
    let _ = getrandom::fill(&mut bytes);
    hex::encode(bytes)
}
