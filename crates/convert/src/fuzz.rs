//! Doors for the fuzz targets in `fuzz/`: what parses an upload before, or
//! without, an engine. Not for the product.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hayro::hayro_interpret::InterpreterSettings;

use crate::detect::{Format, detect};
use crate::fontmap::FontMap;
use crate::limits::Limits;
use crate::{encoding, guard, markdown, package, pdf};

/// Caps of a run: small, so that a case takes milliseconds.
fn limits() -> Limits {
    Limits {
        expanded_bytes: 16 << 20,
        pages: 64,
        page_pixels: 1 << 20,
        ..Limits::default()
    }
}

/// Tells the format, under a name of each kind of text.
pub fn detection(bytes: &[u8]) {
    for name in ["a.md", "a", "报告.csv", "x.html"] {
        let _ = detect(bytes, name);
    }
}

/// The pre-check of an Office package with its edits; an edited package must
/// pass the check again, with nothing left to edit.
///
/// # Panics
/// When it does not.
pub fn office_package(bytes: &[u8]) {
    let map = FontMap::new(Vec::new(), true);
    let limits = limits();
    for format in [Format::Docx, Format::Xlsx, Format::Pptx] {
        let Ok(prepared) = package::prepare(bytes, format, &limits, &map, &|_, _| Ok(Vec::new())) else {
            continue;
        };
        if let std::borrow::Cow::Owned(edited) = &prepared.bytes {
            // Edits lengthen names, so the same caps do not fit exactly.
            let wider = Limits {
                expanded_bytes: limits.expanded_bytes * 4,
                ratio: u64::MAX,
                ..limits.clone()
            };
            let again = package::prepare(edited, format, &wider, &map, &|_, _| Ok(Vec::new()));
            assert!(
                again.is_ok(),
                "an edited package is refused: {:?}",
                again.err()
            );
        }
    }
}

/// One XML part as the pre-check walks it.
pub fn xml_part(bytes: &[u8]) {
    let (part, _) = guard::to_utf8(bytes.to_vec());
    let _ = guard::walk_xml(&part, &limits(), |_| {});
}

/// Text extraction of every page of a PDF.
pub fn pdf_text(bytes: &[u8]) {
    let limits = limits();
    let job = pdf::Job {
        limits: &limits,
        deadline: Instant::now() + Duration::from_secs(limits.seconds),
        threads: 1,
        settings: &InterpreterSettings::default(),
        list_fonts: false,
    };
    let _ = pdf::read_text(&Arc::new(bytes.to_vec()), &job);
}

/// A text file: its encoding, then Markdown.
pub fn text(bytes: &[u8]) {
    if let Some(text) = encoding::decode(bytes) {
        let _ = markdown::parse(&text);
    }
}
