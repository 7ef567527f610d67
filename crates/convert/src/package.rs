//! An Office package before its engine: checked part by part (`guard`), its
//! font names rewritten (`rename`), and looked through for what the page images
//! will not show (`survey`).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::detect::Format;
use crate::fontmap::FontMap;
use crate::guard::{self, Archive, Budget};
use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};
use crate::rename::{Edits, ThemeFonts, Uses};
use crate::report::{FontUse, Warning};
use crate::survey::Survey;

/// A package ready for the engine.
pub(crate) struct Package<'b> {
    /// The upload itself when nothing had to be rewritten.
    pub(crate) bytes: Cow<'b, [u8]>,
    pub(crate) fonts: BTreeSet<FontUse>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) title: Option<String>,
}

/// Checks and rewrites a package.
pub(crate) fn prepare<'b>(
    bytes: &'b [u8],
    format: Format,
    limits: &Limits,
    map: &FontMap,
) -> Result<Package<'b>, Refusal> {
    let mut archive = guard::open(bytes, limits)?;
    let theme = ThemeFonts::read(&mut archive, bytes.len(), limits)?;
    let mut budget = Budget::new(limits, bytes.len());
    let mut survey = Survey::default();
    let mut uses = Uses::default();
    let mut changed: HashMap<usize, Vec<u8>> = HashMap::new();
    let mut title = None;
    for index in 0..archive.len() {
        let name = entry_name(&archive, index);
        survey.see_part(&name);
        if !is_xml(&name) {
            budget.measure(&mut archive, index)?;
            if is_picture(&name) {
                check_picture(&mut archive, index, limits)?;
            }
            continue;
        }
        let (content, mut is_changed) = guard::to_utf8(budget.read(&mut archive, index)?);
        let mut edits = Edits::new(&content);
        let fonts = uses.of_part(&name);
        guard::walk_xml(&content, limits, |start| {
            survey.see_element(&name, start);
            edits.see(format, start, map, &theme, fonts);
        })?;
        if name == "docProps/core.xml" {
            title = read_title(&content);
        }
        let content = match edits.apply() {
            Some(edited) => {
                is_changed = true;
                edited
            }
            None => content,
        };
        if is_changed {
            changed.insert(index, content);
        }
    }
    let bytes = if changed.is_empty() {
        Cow::Borrowed(bytes)
    } else {
        Cow::Owned(rewrite(&mut archive, &changed)?)
    };
    Ok(Package {
        bytes,
        fonts: uses.likely(),
        warnings: survey.warnings(),
        title,
    })
}

pub(crate) fn entry_name(archive: &Archive<'_>, index: usize) -> String {
    archive
        .name_for_index(index)
        .and_then(Result::ok)
        .map_or_else(String::new, std::borrow::Cow::into_owned)
}

pub(crate) fn is_xml(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".xml", ".rels", ".vml"]
        .iter()
        .any(|ending| lower.ends_with(ending))
}

pub(crate) fn is_picture(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".png", ".jpg", ".jpeg", ".webp"]
        .iter()
        .any(|ending| lower.ends_with(ending))
}

/// Reads a picture's header alone; one that does not open is the engine's.
pub(crate) fn check_picture(
    archive: &mut Archive<'_>,
    index: usize,
    limits: &Limits,
) -> Result<(), Refusal> {
    use std::io::Read;
    const HEAD_BYTES: u64 = 256 << 10;
    let Ok(entry) = archive.by_index(index) else {
        return Ok(());
    };
    let mut head = Vec::new();
    let _ = entry.take(HEAD_BYTES).read_to_end(&mut head);
    let size = image::ImageReader::new(Cursor::new(head))
        .with_guessed_format()
        .ok()
        .and_then(|mut reader| {
            // The limits are ours, and only the header is read.
            reader.no_limits();
            reader.into_dimensions().ok()
        });
    match size {
        Some((width, height)) if u64::from(width) * u64::from(height) > limits.page_pixels => {
            Err(Refusal::new(
                RefusalKind::TooManyPixels,
                format!(
                    "a picture of {width} × {height} pixels; {} pixels are allowed",
                    limits.page_pixels
                ),
            ))
        }
        _ => Ok(()),
    }
}

fn rewrite(
    archive: &mut Archive<'_>,
    changed: &HashMap<usize, Vec<u8>>,
) -> Result<Vec<u8>, Refusal> {
    let failed = |error: &dyn std::fmt::Display| {
        Refusal::new(
            RefusalKind::Damaged,
            format!("the container cannot be rebuilt: {error}"),
        )
    };
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    // Stored: the engine unpacks it in the next instant.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for index in 0..archive.len() {
        match changed.get(&index) {
            Some(content) => {
                let name = entry_name(archive, index);
                writer
                    .start_file(name, options)
                    .map_err(|error| failed(&error))?;
                writer.write_all(content).map_err(|error| failed(&error))?;
            }
            None => {
                let entry = archive
                    .by_index_raw(index)
                    .map_err(|error| failed(&error))?;
                writer
                    .raw_copy_file(entry)
                    .map_err(|error| failed(&error))?;
            }
        }
    }
    let done = writer.finish().map_err(|error| failed(&error))?;
    Ok(done.into_inner())
}

pub(crate) fn read_title(core: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(core);
    let (_, rest) = text.split_once("<dc:title")?;
    let (_, rest) = rest.split_once('>')?;
    let (title, _) = rest.split_once("</dc:title>")?;
    let title = quick_xml::escape::unescape(title).ok()?;
    clean_title(&title)
}

/// Trims a title; none is left of white space, or of a placeholder.
pub(crate) fn clean_title(raw: &str) -> Option<String> {
    let title: String = raw
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|character| !character.is_control())
        .take(300)
        .collect();
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::{clean_title, read_title};

    #[test]
    fn titles_are_read_and_cleaned() {
        let core = "<cp:coreProperties><dc:title>甲 &amp; 乙\n</dc:title></cp:coreProperties>";
        assert_eq!(read_title(core.as_bytes()).unwrap(), "甲 & 乙");
        assert_eq!(clean_title(" \n "), None);
    }
}
