use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::apply;
use crate::detect::Format;
use crate::guard;
use crate::limits::Limits;
use crate::package::Parts;
use crate::refusal::{Refusal, RefusalKind};
use crate::typeset::Typesetter;

const FORMULA: &str = "<w:document><w:body><w:p><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p></w:body></w:document>";

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What a package becomes: the names of the new parts, and the changed ones.
fn applied(
    parts: &[(&str, &[u8])],
    format: Format,
    deadline: Instant,
) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let limits = Limits::default();
    let bytes = package(parts);
    let mut archive = guard::open(&bytes, &limits)?;
    let mut made = Parts::default();
    let typesetter = Typesetter::new(&[]);
    apply(
        &mut archive,
        &mut made,
        format,
        &typesetter,
        &limits,
        bytes.len(),
        deadline,
    )?;
    let added = made.added.into_iter().map(|(name, _)| name).collect();
    let changed = made
        .changed
        .into_values()
        .map(|content| String::from_utf8(content).unwrap());
    Ok((added, changed.collect()))
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(600)
}

/// Drawing went on past it, and only afterwards was it seen.
#[test]
fn the_deadline_ends_the_drawing_of_formulas() {
    let parts = [("word/document.xml", FORMULA.as_bytes())];
    let (added, _) = applied(&parts, Format::Docx, later()).unwrap();
    assert!(added.iter().any(|name| name.ends_with(".png")), "{added:?}");
    let past = Instant::now() - Duration::from_secs(1);
    let refusal = applied(&parts, Format::Docx, past).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Timeout);
}
