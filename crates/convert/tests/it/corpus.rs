//! Real files of others: each ends converted or refused, in time, and no panic
//! gets out. A sample, so that the test stays short; what is left out is said.

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use wenyuan_convert::{Limits, PageOutput, Refusal, Report, Sink};

use crate::support::{converter, shared};

/// Time of the whole test of one folder.
const FOLDER_SECONDS: u64 = 60;
/// Time of one file.
const FILE_SECONDS: u64 = 30;

struct Nowhere;

impl Sink for Nowhere {
    fn pdf(&mut self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }

    fn page(&mut self, page: PageOutput) -> std::io::Result<()> {
        assert!(!page.wide.webp.is_empty() && !page.narrow.webp.is_empty());
        Ok(())
    }
}

/// Converts in a thread of its own, and gives up on it after its time.
fn within_time(path: PathBuf) -> Option<Result<Report, Refusal>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let name = path.to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let outcome = converter().convert(&bytes, &name, &Limits::default(), &mut Nowhere);
        // The receiver is gone when the time is over.
        let _ = sender.send(outcome);
    });
    receiver
        .recv_timeout(Duration::from_secs(FILE_SECONDS))
        .ok()
}

/// Every `step`th file of a folder, as far as the time reaches.
fn try_folder(folder: &str, endings: &[&str], step: usize) {
    let Some(shared) = shared() else { return };
    let mut files: Vec<PathBuf> = std::fs::read_dir(shared.join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let ending = path.extension().unwrap_or_default().to_string_lossy();
            endings.contains(&ending.as_ref())
        })
        .collect();
    files.sort();
    let count = files.len();
    let start = Instant::now();
    let (mut converted, mut refused, mut tried) = (0, 0, 0);
    for path in files.into_iter().step_by(step) {
        if start.elapsed().as_secs() > FOLDER_SECONDS {
            break;
        }
        tried += 1;
        match within_time(path.clone()) {
            Some(Ok(_)) => converted += 1,
            Some(Err(refusal)) => {
                refused += 1;
                eprintln!("{}: {refusal}", path.display());
                assert!(!refusal.detail.contains("outside its guard"));
            }
            None => panic!("{} is not done in {FILE_SECONDS} s", path.display()),
        }
    }
    eprintln!(
        "{folder} {endings:?}: {tried} of {count} tried (every {step}th), {converted} converted, {refused} refused"
    );
    assert!(converted * 4 > tried * 3, "{converted} of {tried}");
}

#[test]
fn office_files_end_converted_or_refused() {
    try_folder("corpus/office", &["docx", "xlsx", "pptx"], 7);
}

#[test]
fn pdf_files_end_converted_or_refused() {
    try_folder("corpus/pdf", &["pdf"], 5);
}

#[test]
fn files_with_a_known_rendering_have_its_number_of_pages() {
    let Some(shared) = shared() else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(shared.join("truth")).unwrap() {
        let path = entry.unwrap().path();
        let expected = PathBuf::from(format!("{}.expected.pdf", path.display()));
        if !expected.is_file() {
            continue;
        }
        let pages = |path: &PathBuf| within_time(path.clone()).unwrap().unwrap().pages;
        assert_eq!(pages(&path), pages(&expected), "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 15, "{seen}");
}
