//! The benchmark of `docs/authenticity.md`; `bench/authenticity` runs it.
//!
//!     authenticity STATUTES LEXICON [--documents N] [--seed N] [--check]
//!
//! The product's knowledge is one half of the lexicon, and one of the two
//! spinners has the other half.

#![expect(clippy::print_stdout, reason = "a command")]

mod library;
mod negative;
mod random;
mod report;
mod spinner;
mod trial;
mod variant;

use std::process::ExitCode;

use trial::Trial;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<usize>().ok()
    };
    let files: Option<Vec<String>> = arguments
        .iter()
        .take(2)
        .map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let Some([statutes, lexicon]) = files.as_deref() else {
        println!("usage: authenticity STATUTES LEXICON [--documents N] [--seed N] [--check]");
        return ExitCode::from(2);
    };
    let Ok(laws) = library::Library::parse(statutes) else {
        println!("not a file of statutes: {}", arguments[0]);
        return ExitCode::FAILURE;
    };
    let trial = Trial::new(
        laws,
        spinner::tables(lexicon),
        value("--documents").unwrap_or(240),
        value("--seed").unwrap_or(1),
        arguments.iter().any(|argument| argument == "--detail"),
    );
    let missed = report::run(&trial);
    if arguments.iter().any(|argument| argument == "--check") && missed > 0 {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
