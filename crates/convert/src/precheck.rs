//! Checks a file before LibreOffice sees it: the same limits as for the native
//! engines, passwords (LibreOffice would only say that it cannot load the
//! file), and what will not be on the pages.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use crate::detect::{Format, find};
use crate::engine::Drawn;
use crate::guard::{self, Archive, Budget};
use crate::limits::Limits;
use crate::ole::Ole;
use crate::package::{self, Opened};
use crate::refusal::{Refusal, RefusalKind};
use crate::rename::attribute;
use crate::report::{Warning, WarningKind};

const MACROS: &str = "macros are not run";
const ELSEWHERE: &str = "something that is stored elsewhere is not fetched";

/// Checks a file that LibreOffice is to draw.
pub(crate) fn check(bytes: &[u8], format: Format, limits: &Limits) -> Result<Drawn, Refusal> {
    let (title, warnings) = match format {
        Format::Docx | Format::Xlsx | Format::Pptx => package::look_through(bytes, format, limits)?,
        Format::Odt | Format::Ods | Format::Odp => open_document(bytes, limits)?,
        Format::Doc | Format::Xls | Format::Ppt => (None, compound(bytes)?),
        _ => (None, rich_text(bytes)),
    };
    Ok(Drawn {
        format,
        title,
        warnings,
    })
}

fn encrypted() -> Refusal {
    Refusal::new(
        RefusalKind::Encrypted,
        "the document is protected by a password",
    )
}

fn open_document(bytes: &[u8], limits: &Limits) -> Result<(Option<String>, Vec<Warning>), Refusal> {
    let mut archive = guard::open(bytes, limits)?;
    let mut budget = Budget::new(limits, bytes.len());
    let mut title = None;
    let mut seen = Seen::default();
    for index in 0..archive.len() {
        let name = package::entry_name(&archive, index);
        seen.macros |= name.starts_with("Basic/") || name.starts_with("Scripts/");
        // Since ODF 1.4 the whole package may stand in another, encrypted.
        if name == "encrypted-package" {
            return Err(encrypted());
        }
        if !package::is_xml(&name) && !name.ends_with(".rdf") {
            let opened = package::open_part(&mut budget, &mut archive, index, &name, limits)?;
            if let Opened::Xml(content, _) = opened {
                guard::walk_xml(&content, limits, |_| {})?;
                package::refuse_drawing(&content, limits)?;
            }
            continue;
        }
        let content = read_xml(&mut budget, &mut archive, index, &name)?;
        guard::walk_xml(&content, limits, |start| seen.see(&name, start))?;
        package::refuse_drawing(&content, limits)?;
        if name == "meta.xml" {
            title = package::read_title(&content);
        }
    }
    if seen.encrypted {
        return Err(encrypted());
    }
    Ok((title, seen.warnings()))
}

/// Reads a part. LibreOffice itself writes the external DOCTYPE of its Basic
/// libraries, which declares nothing; it is taken off before the walk, and any
/// other remains to be refused.
fn read_xml(
    budget: &mut Budget,
    archive: &mut Archive<'_>,
    index: usize,
    name: &str,
) -> Result<Vec<u8>, Refusal> {
    let (content, _) = guard::to_utf8(budget.read(archive, index)?);
    if !name.starts_with("Basic/") && !name.starts_with("Dialogs/") {
        return Ok(content);
    }
    let Some(start) = find(&content, b"<!DOCTYPE ") else {
        return Ok(content);
    };
    let declaration = &content[start..];
    let own = declaration
        .iter()
        .position(|byte| matches!(byte, b'>' | b'['))
        .filter(|end| declaration[*end] == b'>')
        .filter(|end| find(&declaration[..*end], b"\"-//OpenOffice.org//DTD ").is_some());
    Ok(match own {
        Some(end) => [&content[..start], &declaration[end + 1..]].concat(),
        None => content,
    })
}

/// What stands in an OpenDocument package and will not be on the pages.
#[derive(Default)]
struct Seen {
    encrypted: bool,
    macros: bool,
    elsewhere: bool,
}

impl Seen {
    fn see(&mut self, part: &str, start: &BytesStart<'_>) {
        match start.local_name().as_ref() {
            b"encryption-data" if part == "META-INF/manifest.xml" => self.encrypted = true,
            // A hyperlink is text; whoever reads may follow it.
            b"a" => {}
            _ => {
                self.elsewhere |= attribute(start, b"href").is_some_and(|href| {
                    let (scheme, rest) = href.split_once(':').unwrap_or_default();
                    href.starts_with("../") || scheme.len() > 1 && !rest.is_empty()
                });
            }
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.macros {
            warnings.push(Warning::new(WarningKind::Macro, MACROS));
        }
        if self.elsewhere {
            warnings.push(Warning::new(WarningKind::External, ELSEWHERE));
        }
        warnings
    }
}

fn compound(bytes: &[u8]) -> Result<Vec<Warning>, Refusal> {
    let ole = Ole::read(bytes);
    if ole.is_encrypted() {
        return Err(encrypted());
    }
    let macros = ole
        .has_macros()
        .then(|| Warning::new(WarningKind::Macro, MACROS));
    Ok(macros.into_iter().collect())
}

/// Fields that bring in other files by name.
fn rich_text(bytes: &[u8]) -> Vec<Warning> {
    let text: Cow<'_, str> = String::from_utf8_lossy(bytes);
    let fetches = ["INCLUDEPICTURE", "INCLUDETEXT", "\\objlink", "\\objautlink"]
        .iter()
        .any(|field| text.contains(field));
    let warning = fetches.then(|| Warning::new(WarningKind::External, ELSEWHERE));
    warning.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::check;
    use crate::detect::Format;
    use crate::limits::Limits;
    use crate::refusal::{Refusal, RefusalKind};
    use crate::report::WarningKind;

    fn odt(parts: &[(&str, &str)]) -> Result<crate::engine::Drawn, Refusal> {
        check(&package(parts), Format::Odt, &Limits::default())
    }

    fn package(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn title_macros_and_links_of_an_open_document_are_told() {
        let drawn = odt(&[
            ("meta.xml", "<m><dc:title>甲</dc:title></m>"),
            (
                "content.xml",
                "<c><a xlink:href=\"http://a/\"/><image xlink:href=\"Pictures/1.png\"/></c>",
            ),
        ])
        .unwrap();
        assert_eq!(drawn.title.as_deref(), Some("甲"));
        assert_eq!(drawn.warnings, []);

        let basic = "<!DOCTYPE library:libraries PUBLIC \"-//OpenOffice.org//DTD OfficeDocument \
                     1.0//EN\" \"libraries.dtd\"><l/>";
        let drawn = odt(&[
            ("Basic/script-lc.xml", basic),
            ("content.xml", "<image xlink:href=\"http://a/1.png\"/>"),
        ])
        .unwrap();
        let kinds: Vec<_> = drawn.warnings.iter().map(|warning| warning.kind).collect();
        assert_eq!(kinds, [WarningKind::Macro, WarningKind::External]);
    }

    #[test]
    fn passwords_and_declarations_are_refused() {
        let manifest = "<f><e><manifest:encryption-data/></e></f>";
        let refusal = odt(&[("META-INF/manifest.xml", manifest)]).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Encrypted);
        let entity = "<!DOCTYPE l PUBLIC \"-//OpenOffice.org//DTD a//EN\" [<!ENTITY a \"b\">]><l/>";
        for part in ["content.xml", "Basic/script-lc.xml"] {
            let refusal = odt(&[(part, entity)]).unwrap_err();
            assert_eq!(refusal.kind, RefusalKind::ForbiddenXml, "{part}");
        }
    }

    /// They were taken out of a copy that nobody read.
    #[test]
    fn drawings_that_would_harm_libreoffice_are_refused() {
        let external = "<svg><image href=\"file:///etc/passwd\"/></svg>";
        let endless = "<svg><g id=\"a\"><use href=\"#a\"/></g></svg>";
        for name in ["Pictures/a.svg", "Pictures/a.xml", "Pictures/a.html"] {
            for (drawing, kind) in [
                (external, RefusalKind::ForbiddenXml),
                (endless, RefusalKind::Bomb),
            ] {
                assert_eq!(odt(&[(name, drawing)]).unwrap_err().kind, kind, "{name}");
                let bytes = package(&[(name, drawing)]);
                for format in [Format::Docx, Format::Xlsx, Format::Pptx] {
                    let refusal = check(&bytes, format, &Limits::default()).unwrap_err();
                    assert_eq!(refusal.kind, kind, "{name}");
                }
            }
            assert!(odt(&[(name, "<svg><g></svg>")]).is_ok());
        }
    }

    #[test]
    fn rich_text_that_fetches_is_told() {
        let rtf = |text: &[u8]| check(text, Format::Rtf, &Limits::default()).unwrap();
        assert_eq!(rtf(b"{\\rtf1 a}").warnings, []);
        let fetching = rtf(b"{\\rtf1{\\field{\\*\\fldinst INCLUDEPICTURE \"http://a\"}}}");
        assert_eq!(fetching.warnings[0].kind, WarningKind::External);
    }
}
