//! An Office package before its engine: checked part by part (`guard`,
//! `structure`, `svg`), its font names rewritten (`rename`), what the engine
//! draws otherwise mended (`mend`), looked through for what the page images will
//! not show (`survey`), and pictures set into it (`inlay`). For LibreOffice it is
//! checked alone ([`look_through`]).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::detect::Format;
use crate::engine_fonts;
use crate::fontmap::FontMap;
use crate::guard::{self, Archive, Budget};
use crate::limits::Limits;
use crate::mend::{Mends, Stated};
use crate::refusal::{Refusal, RefusalKind};
use crate::rename::{Edits, ThemeFonts, Uses};
use crate::report::{FontUse, Warning};
use crate::structure::Structure;
use crate::survey::Survey;
use crate::svg::{self, Fault};

/// A package ready for the engine.
pub(crate) struct Package<'b> {
    /// The upload itself when nothing had to be rewritten.
    pub(crate) bytes: Cow<'b, [u8]>,
    pub(crate) fonts: BTreeSet<FontUse>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) title: Option<String>,
    /// Whether slides build up or move.
    pub(crate) is_animated: bool,
    /// Whether there is Korean in it.
    pub(crate) is_korean: bool,
}

/// The parts of a package as they will be: those that changed by their index,
/// those that are new by their name.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) changed: HashMap<usize, Vec<u8>>,
    pub(crate) added: Vec<(String, Vec<u8>)>,
    /// The names of those that hold formulas, objects or pictures of old.
    pub(crate) with_objects: HashSet<String>,
}

/// Sets pictures into a package; gives what it could not draw.
pub(crate) type Inlay<'f, 'b> =
    dyn Fn(&mut Archive<'b>, &mut Parts) -> Result<Vec<Warning>, Refusal> + 'f;

/// Checks and rewrites a package. `inlay` sets pictures for what the engine
/// passes over; it needs the typesetter, which the fuzz targets are without.
pub(crate) fn prepare<'b>(
    bytes: &'b [u8],
    format: Format,
    limits: &Limits,
    map: &FontMap,
    inlay: &Inlay<'_, 'b>,
) -> Result<Package<'b>, Refusal> {
    let mut archive = guard::open(bytes, limits)?;
    let mut budget = Budget::new(limits, bytes.len());
    let mut early = read_early(&mut budget, &mut archive, format, limits)?;
    let stated = |name| match archive.index_for_name(name).map(|index| early.get(&index)) {
        Some(Some(Opened::Xml(content, _))) => content.as_slice(),
        _ => &[],
    };
    let theme = ThemeFonts::read(stated(SETTINGS), stated(THEME), limits)?;
    let mends = match format {
        Format::Docx => Mends::read(
            &Stated {
                styles: stated(STYLES),
                settings: stated(SETTINGS),
                document: stated(DOCUMENT),
            },
            &theme,
            limits,
        )?,
        _ => Mends::default(),
    };
    let walker = Walker {
        format,
        limits,
        map,
        theme: &theme,
    };
    let mut survey = Survey::default();
    let mut uses = Uses::default();
    let mut changed: HashMap<usize, Vec<u8>> = HashMap::new();
    let mut title = None;
    let mut is_korean = false;
    for index in 0..archive.len() {
        let name = entry_name(&archive, index);
        survey.see_part(&name);
        let opened = match early.remove(&index) {
            Some(opened) => opened,
            None => open_part(&mut budget, &mut archive, index, &name, limits)?,
        };
        let (content, mut is_changed) = match opened {
            Opened::Xml(content, is_changed) => (content, is_changed),
            Opened::Other(unpacked) => {
                changed.extend(unpacked.map(|content| (index, content)));
                continue;
            }
        };
        let edits = walker.walk(&content, &name, &mut survey, uses.of_part(&name))?;
        is_korean |= is_xml(&name) && engine_fonts::is_korean_part(&name, &content);
        if name == "docProps/core.xml" {
            title = read_title(&content);
        }
        if svg::is_svg(&content)
            && let Some(fault) = svg::fault(&content, limits)
        {
            survey.leave_out(fault);
            changed.insert(index, svg::EMPTY.to_vec());
            continue;
        }
        let content = match edits.apply() {
            Some(edited) => {
                is_changed = true;
                edited
            }
            None => content,
        };
        let content = match mends.apply(&name, &content, &theme) {
            Some(mended) => {
                is_changed = true;
                mended
            }
            None => content,
        };
        if is_changed {
            changed.insert(index, content);
        }
    }
    let mut parts = Parts {
        changed,
        added: Vec::new(),
        with_objects: std::mem::take(&mut survey.with_objects),
    };
    let is_animated = survey.is_animated;
    let mut warnings = survey.warnings();
    warnings.extend(inlay(&mut archive, &mut parts)?);
    let bytes = if parts.changed.is_empty() && parts.added.is_empty() {
        Cow::Borrowed(bytes)
    } else {
        Cow::Owned(rewrite(&mut archive, &parts)?)
    };
    Ok(Package {
        is_animated,
        is_korean,
        bytes,
        fonts: uses.likely(),
        warnings,
        title,
    })
}

const SETTINGS: &str = "word/settings.xml";
const THEME: &str = "word/theme/theme1.xml";
const STYLES: &str = "word/styles.xml";
const DOCUMENT: &str = "word/document.xml";

/// Reads the parts of a Word file that say how others are meant, by their
/// indices.
fn read_early(
    budget: &mut Budget,
    archive: &mut Archive<'_>,
    format: Format,
    limits: &Limits,
) -> Result<HashMap<usize, Opened>, Refusal> {
    let mut early = HashMap::new();
    if format == Format::Docx {
        for name in [SETTINGS, THEME, STYLES, DOCUMENT] {
            if let Some(index) = archive.index_for_name(name) {
                early.insert(index, open_part(budget, archive, index, name, limits)?);
            }
        }
    }
    Ok(early)
}

/// Checks a package for LibreOffice, which gets it as it is and finds stand-ins
/// for fonts by itself; gives its title and what will not be on the pages.
pub(crate) fn look_through(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
) -> Result<(Option<String>, Vec<Warning>), Refusal> {
    let mut archive = guard::open(bytes, limits)?;
    let walker = Walker {
        format,
        limits,
        map: &FontMap::default(),
        theme: &ThemeFonts::default(),
    };
    let mut budget = Budget::new(limits, bytes.len());
    let mut survey = Survey::default();
    let mut title = None;
    for index in 0..archive.len() {
        let name = entry_name(&archive, index);
        survey.see_part(&name);
        let opened = open_part(&mut budget, &mut archive, index, &name, limits)?;
        let Opened::Xml(content, _) = opened else {
            continue;
        };
        walker.walk(&content, &name, &mut survey, &mut BTreeSet::new())?;
        refuse_drawing(&content, limits)?;
        if name == "docProps/core.xml" {
            title = read_title(&content);
        }
    }
    Ok((title, survey.warnings()))
}

/// Refuses an SVG picture that would harm its reader; one that is merely broken
/// is for the reader to leave out.
pub(crate) fn refuse_drawing(content: &[u8], limits: &Limits) -> Result<(), Refusal> {
    if guard::is_gzip(content) {
        return Err(Refusal::new(
            RefusalKind::Bomb,
            "an XML part is packed once more",
        ));
    }
    if !svg::is_svg(content) {
        return Ok(());
    }
    match svg::fault(content, limits) {
        Some(Fault::External) => Err(Refusal::new(
            RefusalKind::ForbiddenXml,
            "an SVG picture shows files stored elsewhere",
        )),
        Some(Fault::Endless) => Err(Refusal::new(
            RefusalKind::Bomb,
            "an SVG picture repeats itself or holds another",
        )),
        Some(Fault::Broken) | None => Ok(()),
    }
}

/// A part, looked at.
pub(crate) enum Opened {
    /// XML in UTF-8, to be walked, and whether it was otherwise in the package.
    Xml(Vec<u8>, bool),
    /// Anything else, checked; its content when that was packed once more.
    Other(Option<Vec<u8>>),
}

/// Reads a part, takes off a packing of its own (SVGZ, WMZ, EMZ), and checks
/// what is no XML.
pub(crate) fn open_part(
    budget: &mut Budget,
    archive: &mut Archive<'_>,
    index: usize,
    name: &str,
    limits: &Limits,
) -> Result<Opened, Refusal> {
    let mut content = if is_xml(name) {
        budget.read(archive, index)?
    } else {
        budget.read_leniently(archive, index)?
    };
    let is_packed = guard::is_gzip(&content);
    if is_packed {
        content = budget.unpack(&content)?;
        if guard::is_gzip(&content) {
            content.clear();
        }
    }
    if is_xml(name) || guard::looks_like_xml(&content) {
        let (content, is_changed) = guard::to_utf8(content);
        if !is_html(name) || svg::is_svg(&content) {
            return Ok(Opened::Xml(content, is_changed || is_packed));
        }
        guard::check_html(&content)?;
        return Ok(Opened::Other(is_packed.then_some(content)));
    }
    check_picture(&content, limits)?;
    Ok(Opened::Other(is_packed.then_some(content)))
}

/// What the walk through each part needs to know.
struct Walker<'w> {
    format: Format,
    limits: &'w Limits,
    map: &'w FontMap,
    theme: &'w ThemeFonts,
}

impl Walker<'_> {
    fn walk<'x>(
        &self,
        content: &'x [u8],
        name: &str,
        survey: &mut Survey,
        fonts: &mut BTreeSet<FontUse>,
    ) -> Result<Edits<'x>, Refusal> {
        let mut edits = Edits::new(content);
        let mut structure = Structure::new(self.format, self.limits);
        guard::walk_xml_deep(content, self.limits, |start, depth| {
            survey.see_element(name, start);
            structure.see(start, depth, &mut edits);
            edits.see(self.format, start, self.map, self.theme, fonts);
        })?;
        structure.check()?;
        Ok(edits)
    }
}

/// Checks one part alone; gives it edited, when something had to be.
#[cfg(feature = "fuzz")]
pub(crate) fn check_part(
    content: &[u8],
    name: &str,
    format: Format,
    limits: &Limits,
    map: &FontMap,
) -> Result<Option<Vec<u8>>, Refusal> {
    let mut survey = Survey::default();
    let mut uses = Uses::default();
    let walker = Walker {
        format,
        limits,
        map,
        theme: &ThemeFonts::default(),
    };
    let edits = walker.walk(content, name, &mut survey, uses.of_part(name))?;
    Ok(edits.apply())
}

pub(crate) fn entry_name(archive: &Archive<'_>, index: usize) -> String {
    archive
        .name_for_index(index)
        .and_then(Result::ok)
        .map_or_else(String::new, std::borrow::Cow::into_owned)
}

/// The part that holds the relationships of a part.
pub(crate) fn relationships_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

pub(crate) fn is_xml(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".xml", ".rels", ".vml"]
        .iter()
        .any(|ending| lower.ends_with(ending))
}

/// Parts that Word may hold as text to import; what reads them knows HTML, not
/// XML, and their DOCTYPE is none of XML's.
fn is_html(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".htm", ".html", ".xhtml", ".mht", ".mhtml"]
        .iter()
        .any(|ending| lower.ends_with(ending))
}

/// Looks at a picture's header alone, whatever its name; one that does not open
/// is the engine's to report.
pub(crate) fn check_picture(content: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let size = image::ImageReader::new(Cursor::new(content))
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

fn rewrite(archive: &mut Archive<'_>, parts: &Parts) -> Result<Vec<u8>, Refusal> {
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
        match parts.changed.get(&index) {
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
    for (name, content) in &parts.added {
        writer
            .start_file(name.as_str(), options)
            .map_err(|error| failed(&error))?;
        writer.write_all(content).map_err(|error| failed(&error))?;
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
    use std::io::{Cursor, Read, Write};

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::write::SimpleFileOptions;
    use zip::{ZipArchive, ZipWriter};

    use super::{clean_title, prepare, read_title};
    use crate::detect::Format;
    use crate::fontmap::FontMap;
    use crate::limits::Limits;
    use crate::svg;

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    /// What a part of a package becomes.
    fn prepared(name: &str, content: &[u8]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let limits = Limits::default();
        let package = prepare(
            &bytes,
            Format::Docx,
            &limits,
            &FontMap::default(),
            &|_, _| Ok(Vec::new()),
        )
        .unwrap();
        let mut archive = ZipArchive::new(Cursor::new(&*package.bytes)).unwrap();
        let mut out = Vec::new();
        archive
            .by_name(name)
            .unwrap()
            .read_to_end(&mut out)
            .unwrap();
        out
    }

    /// Packed, or under another name, it came to the engine unseen.
    #[test]
    fn no_drawing_goes_by_unseen() {
        let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>".as_bytes();
        let endless = "<svg><g id=\"a\"><use href=\"#a\"/></g></svg>".as_bytes();
        for name in ["svg", "svgz", "html", "xml", "png", "emz"] {
            let name = format!("word/media/a.{name}");
            assert_eq!(prepared(&name, drawing), drawing, "{name}");
            assert_eq!(prepared(&name, endless), svg::EMPTY, "{name}");
            assert_eq!(prepared(&name, &packed(drawing)), drawing, "{name}");
            assert_eq!(prepared(&name, &packed(endless)), svg::EMPTY, "{name}");
            let twice = packed(&packed(endless));
            assert_eq!(prepared(&name, &twice), b"", "{name}");
        }
    }

    #[test]
    fn packed_metafiles_are_unpacked() {
        let emf = [b"\x01\0\0\0".as_slice(), &[0; 36], b" EMF"].concat();
        assert_eq!(prepared("word/media/a.emz", &packed(&emf)), emf);
        assert_eq!(prepared("word/media/a.emf", &emf), emf);
    }

    #[test]
    fn titles_are_read_and_cleaned() {
        let core = "<cp:coreProperties><dc:title>甲 &amp; 乙\n</dc:title></cp:coreProperties>";
        assert_eq!(read_title(core.as_bytes()).unwrap(), "甲 & 乙");
        assert_eq!(clean_title(" \n "), None);
    }
}
