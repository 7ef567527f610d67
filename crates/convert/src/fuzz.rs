//! Doors for the fuzz targets in `fuzz/`: what parses an upload before, or
//! without, an engine. Not for the product.

use std::io::{Cursor, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hayro::hayro_interpret::InterpreterSettings;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::animation::Timing;
use crate::detect::{Format, detect};
use crate::fontmap::FontMap;
use crate::limits::Limits;
use crate::slide::Slide;
use crate::{animation, cmaps, encoding, guard, markdown, package, pdf, svg};

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
    let made;
    let bytes = if bytes.starts_with(b"PK") {
        bytes
    } else {
        // A packed part is hardly ever valid after a change, so parts also come
        // bare: a line `=== name`, then the part.
        made = stored(bytes).unwrap_or_default();
        &made
    };
    let map = FontMap::new(Vec::new(), true);
    let limits = limits();
    for format in [Format::Docx, Format::Xlsx, Format::Pptx] {
        let Ok(prepared) = package::prepare(bytes, format, &limits, &map, &|_, _| Ok(Vec::new()))
        else {
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

fn stored(bytes: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut is_open = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(b"=== ") {
            writer.start_file(String::from_utf8_lossy(name).trim(), options)?;
            is_open = true;
        } else if is_open {
            writer.write_all(line)?;
        }
    }
    Ok(writer.finish()?.into_inner())
}

/// One XML part, as the pre-check walks and edits it in each kind of package.
///
/// # Panics
/// When an edited part is refused where the part itself was not.
pub fn xml_part(bytes: &[u8]) {
    let map = FontMap::new(Vec::new(), true);
    let (part, _) = guard::to_utf8(bytes.to_vec());
    for format in [Format::Docx, Format::Xlsx, Format::Pptx] {
        if let Ok(Some(edited)) = package::check_part(&part, "word/a.xml", format, &limits(), &map)
        {
            let again = package::check_part(&edited, "word/a.xml", format, &limits(), &map);
            assert!(
                again.is_ok(),
                "an edited part is refused: {:?}",
                again.err()
            );
        }
    }
    if guard::looks_like_xml(&part) && svg::is_svg(&part) {
        let _ = svg::fault(&part, &limits());
    }
    let _ = guard::check_html(&part);
}

/// Text extraction of every page of a PDF, its fonts amended as an upload's.
pub fn pdf_text(bytes: &[u8]) {
    let limits = limits();
    let settings = InterpreterSettings {
        cmap_resolver: Arc::new(cmaps::resolve),
        ..InterpreterSettings::default()
    };
    let job = pdf::Job {
        limits: &limits,
        deadline: Instant::now() + Duration::from_secs(limits.seconds),
        threads: 1,
        settings: &settings,
        list_fonts: false,
        is_upload: true,
        images_only: false,
    };
    let _ = pdf::read_text(&Arc::new(bytes.to_vec()), &job);
}

/// A slide: the clicks of its timing, and a copy for each state.
///
/// # Panics
/// When a click changes nothing, or a copy of a slide is none.
pub fn slide(bytes: &[u8]) {
    let (part, _) = guard::to_utf8(bytes.to_vec());
    // What the pre-check refuses never comes this far.
    if guard::walk_xml(&part, &limits(), |_| {}).is_err() {
        return;
    }
    let Some(slide) = Slide::read(part) else {
        return;
    };
    let timing = animation::read(&slide.xml, &|id| slide.paragraphs_of(id));
    let Timing::Steps { states, .. } = timing else {
        return;
    };
    for (before, after) in states.iter().zip(states.iter().skip(1)) {
        assert_ne!(before, after, "a click that changes nothing");
    }
    for hidden in &states {
        let copy = slide.without(hidden, 7);
        assert!(
            Slide::read(copy).is_some(),
            "a copy of a slide is no slide: {hidden:?}"
        );
    }
}

/// A text file: its encoding, then Markdown.
pub fn text(bytes: &[u8]) {
    if let Some(text) = encoding::decode(bytes) {
        let _ = markdown::parse(&text);
    }
}
