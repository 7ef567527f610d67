//! Texts, tables, trees (Markdown, HTML, EPUB), formulas and pictures to PDF
//! through Typst, with templates of our own.
//!
//! The upload reaches Typst as data: a JSON file that the template reads, never
//! as markup. The world the templates run in has no files but these, no
//! network and no clock.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::Serialize;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontVariant};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;

use crate::detect::Format;
use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};
use crate::report::{Warning, WarningKind};
use crate::set::Set;
use crate::tree::{self, Block, columns_of};
use crate::{delimited, encoding, fonts, markdown};

const TEXT_TEMPLATE: &str = include_str!("templates/text.typ");
const TREE_TEMPLATE: &str = concat!(
    include_str!("templates/formula.typ"),
    include_str!("templates/tree.typ")
);

const PICTURE_TEMPLATE: &str = concat!(
    include_str!("templates/formula.typ"),
    include_str!("templates/picture.typ")
);
const BINDING_TEMPLATE: &str = include_str!("templates/binding.typ");
const SHEET_TEMPLATE: &str = include_str!("templates/sheet.typ");

/// Half-width columns of a line of the text template: A4 less margins, 12 pt.
const LINE_COLUMNS: usize = 76;
/// Lines of a page of the text template, at most.
const PAGE_LINES: usize = 42;
/// Pages of a table that are set at once.
const PART_PAGES: usize = 300;
/// Size of a PDF whose layout is not kept.
const LARGE_PDF_BYTES: usize = 1 << 20;
/// Compilations a cached layout outlives.
const CACHE_AGE: usize = 4;

/// The fonts and templates, kept between conversions.
pub(crate) struct Typesetter {
    library: LazyHash<Library>,
    fonts: FontStore,
    machine: Vec<String>,
}

impl Typesetter {
    /// Finds the fonts: bundled, Typst's own, then the machine's.
    pub(crate) fn new(extra: &[PathBuf]) -> Self {
        let mut store = FontStore::new();
        for (_, bytes) in fonts::bundled() {
            for font in Font::iter(Bytes::new(*bytes)) {
                let info = font.info().clone();
                store.push((font, info));
            }
        }
        store.extend(typst_kit::fonts::embedded());
        let mut machine = Vec::new();
        let found = extra
            .iter()
            .flat_map(|directory| typst_kit::fonts::scan(directory))
            .chain(typst_kit::fonts::system());
        for (path, info) in found {
            machine.push(info.family.clone());
            store.push((path, info));
        }
        Self {
            library: LazyHash::new(Library::default()),
            fonts: store,
            machine,
        }
    }

    /// Families of the machine, without the bundled ones.
    pub(crate) fn machine_families(&self) -> Vec<String> {
        self.machine.clone()
    }

    /// Sets a text file as pages.
    pub(crate) fn set(
        &self,
        bytes: &[u8],
        format: Format,
        limits: &Limits,
    ) -> Result<Set, Refusal> {
        let text = encoding::decode(bytes)
            .ok_or_else(|| Refusal::new(RefusalKind::Damaged, "the text cannot be decoded"))?;
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if matches!(format, Format::Csv | Format::Tsv)
            && let Some(records) = delimited::read(&text, format == Format::Tsv, limits)?
        {
            let mut measure = delimited::Measure::new(self.face("wenyuan hei"));
            let sheet = delimited::lay_out(&records, &mut measure, limits)?;
            drop(records);
            let warnings = sheet.is_cut.then(|| {
                Warning::new(
                    WarningKind::Other,
                    "a cell of the table is too long and not shown to its end",
                )
            });
            return Ok(Set {
                pdf: self.set_sheet(sheet, PART_PAGES)?,
                warnings: warnings.into_iter().collect(),
                ..Set::default()
            });
        }
        check_length(&text, limits)?;
        if format == Format::Markdown {
            let parsed = markdown::parse(&text);
            let pdf = self.set_tree("a4", &parsed.document, Vec::new())?;
            return Ok(Set {
                pdf,
                warnings: parsed.warnings,
                title: parsed.title,
                ..Set::default()
            });
        }
        let pages: Vec<Vec<String>> = text
            .trim_end()
            .split('\u{c}')
            .map(|page| page.lines().map(expand_tabs).collect())
            .collect();
        Ok(Set {
            pdf: self.compile(TEXT_TEMPLATE, &pages)?,
            ..Set::default()
        })
    }

    /// Sets pictures and formulas as the pages of a PDF, each in its own size.
    pub(crate) fn pictures(&self, jobs: &impl Serialize) -> Result<Vec<u8>, Refusal> {
        self.compile(PICTURE_TEMPLATE, jobs)
    }

    /// Sets a table a few hundred pages at a time, and binds them: laid out at
    /// once, a hundred thousand rows would take gigabytes.
    fn set_sheet(&self, sheet: delimited::Sheet, part_pages: usize) -> Result<Vec<u8>, Refusal> {
        let (width, height) = sheet.paper();
        let mut parts = Vec::new();
        let mut files = HashMap::new();
        for part in sheet.parts(part_pages) {
            let name = format!("part{}.pdf", parts.len());
            let pdf = self.compile(SHEET_TEMPLATE, &part)?;
            typst::comemo::evict(0);
            files.insert(file_id(&name)?, Bytes::new(pdf));
            parts.push((name, part.page_count()));
        }
        if parts.len() == 1 {
            let whole = files.into_values().next();
            return Ok(whole.map_or_else(Vec::new, |pdf| pdf.to_vec()));
        }
        let binding = Binding {
            width,
            height,
            parts,
        };
        self.compile_with(BINDING_TEMPLATE, &binding, files)
    }

    /// The upright face of a family, by its name in lower case.
    fn face(&self, family: &str) -> Option<Font> {
        let index = self.fonts.book().select(family, FontVariant::default())?;
        self.fonts.font(index)
    }

    /// Sets a tree with the pictures it names.
    pub(crate) fn set_tree(
        &self,
        paper: &'static str,
        blocks: &[Block],
        pictures: Vec<(String, Vec<u8>)>,
    ) -> Result<Vec<u8>, Refusal> {
        let mut files = HashMap::new();
        for (name, bytes) in pictures {
            files.insert(file_id(&name)?, Bytes::new(bytes));
        }
        self.compile_with(TREE_TEMPLATE, &Document { paper, blocks }, files)
    }

    fn compile(&self, template: &str, data: &impl Serialize) -> Result<Vec<u8>, Refusal> {
        self.compile_with(template, data, HashMap::new())
    }

    fn compile_with(
        &self,
        template: &str,
        data: &impl Serialize,
        mut files: HashMap<FileId, Bytes>,
    ) -> Result<Vec<u8>, Refusal> {
        let internal = |detail: String| Refusal::new(RefusalKind::Internal, detail);
        let json = serde_json::to_vec(data)
            .map_err(|error| internal(format!("the text cannot be handed over: {error}")))?;
        files.insert(file_id("data.json")?, Bytes::new(json));
        let world = TextWorld {
            setter: self,
            main: Source::new(file_id("main.typ")?, template.to_owned()),
            files,
        };
        let messages = |errors: &[typst::diag::SourceDiagnostic]| {
            let list: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            list.join("; ").chars().take(300).collect::<String>()
        };
        let compiled = typst::compile::<PagedDocument>(&world).output;
        let result = compiled
            .map_err(|errors| internal(format!("the text cannot be set: {}", messages(&errors))))
            .and_then(|document| {
                let options = typst_pdf::PdfOptions {
                    tagged: false,
                    ..typst_pdf::PdfOptions::default()
                };
                typst_pdf::pdf(&document, &options).map_err(|errors| {
                    internal(format!(
                        "the pages cannot be written: {}",
                        messages(&errors)
                    ))
                })
            });
        // What a large document left would be carried through the next ones.
        let is_large = result.as_ref().is_ok_and(|pdf| pdf.len() > LARGE_PDF_BYTES);
        typst::comemo::evict(if is_large { 0 } else { CACHE_AGE });
        result
    }
}

/// Refuses what would have too many pages before it is set, by counting the
/// lines it breaks into, and form feeds.
fn check_length(text: &str, limits: &Limits) -> Result<(), Refusal> {
    let lines = |page: &str| -> usize {
        page.lines()
            .map(|line| columns_of(line).div_ceil(LINE_COLUMNS).max(1))
            .sum()
    };
    let pages = text
        .trim_end()
        .split('\u{c}')
        .map(|page| (lines(page) / PAGE_LINES).max(1))
        .sum();
    tree::check_pages(pages, limits)
}

/// Sets a tab as spaces up to the next multiple of four columns, and drops what
/// no font draws.
fn expand_tabs(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for character in line.chars() {
        match character {
            '\t' => {
                let spaces = 4 - column % 4;
                out.extend(std::iter::repeat_n('\u{a0}', spaces));
                column += spaces;
            }
            // A space at the line's head or after another would be swallowed.
            ' ' if out.is_empty() || out.ends_with(['\u{a0}', ' ']) => {
                out.push('\u{a0}');
                column += 1;
            }
            _ if character.is_control() => {}
            _ => {
                out.push(character);
                column += if character.is_ascii() { 1 } else { 2 };
            }
        }
    }
    out
}

fn file_id(name: &str) -> Result<FileId, Refusal> {
    let path = VirtualPath::new(name)
        .map_err(|_| Refusal::new(RefusalKind::Internal, "a template has no place"))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

/// Parts of a table, each a PDF of so many pages.
#[derive(Serialize)]
struct Binding {
    width: f32,
    height: f32,
    parts: Vec<(String, usize)>,
}

/// What the template of trees reads.
#[derive(Serialize)]
struct Document<'d> {
    paper: &'static str,
    blocks: &'d [Block],
}

/// One template, its data and pictures.
struct TextWorld<'s> {
    setter: &'s Typesetter,
    main: Source,
    files: HashMap<FileId, Bytes>,
}

impl World for TextWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.setter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.setter.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            Ok(self.main.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.setter.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use hayro::hayro_interpret::InterpreterSettings;

    use super::{Typesetter, check_length, expand_tabs};
    use crate::detect::Format;
    use crate::limits::Limits;
    use crate::refusal::RefusalKind;
    use crate::{delimited, pdf};

    #[test]
    fn tabs_and_leading_spaces_are_kept() {
        assert_eq!(expand_tabs("a\tb"), "a\u{a0}\u{a0}\u{a0}b");
        assert_eq!(expand_tabs("  a b"), "\u{a0}\u{a0}a b");
    }

    #[test]
    fn a_text_of_too_many_pages_is_refused_before_it_is_set() {
        let limits = Limits {
            pages: 10,
            ..Limits::default()
        };
        let text = "一行\n".repeat(1000);
        assert_eq!(
            check_length(&text, &limits).unwrap_err().kind,
            RefusalKind::TooManyPages
        );
        assert!(check_length("一行\n", &limits).is_ok());
        // A form feed begins a page.
        assert!(check_length(&"一行\u{c}".repeat(9), &limits).is_ok());
        assert_eq!(
            check_length(&"一行\u{c}".repeat(11), &limits)
                .unwrap_err()
                .kind,
            RefusalKind::TooManyPages
        );
    }

    #[test]
    fn parts_of_a_table_are_bound_with_their_text() {
        let setter = Typesetter::new(&[]);
        let mut text = "编号,名称\n".to_owned();
        text.extend((1..=120).map(|row| format!("{row},文化站{row}\n")));
        let limits = Limits::default();
        let records = delimited::read(&text, false, &limits).unwrap().unwrap();
        let mut measure = delimited::Measure::new(setter.face("wenyuan hei"));
        let sheet = delimited::lay_out(&records, &mut measure, &limits).unwrap();
        assert_eq!(sheet.page_count(), 3);
        let pdf = Arc::new(setter.set_sheet(sheet, 2).unwrap());
        let settings = InterpreterSettings::default();
        let job = pdf::Job {
            limits: &limits,
            deadline: Instant::now() + Duration::from_secs(60),
            threads: 1,
            settings: &settings,
            list_fonts: false,
            is_upload: false,
            images_only: false,
        };
        let mut pages = Vec::new();
        pdf::draw(&pdf, &job, &mut |page| {
            pages.push(page.text.plain());
            Ok(())
        })
        .unwrap();
        assert_eq!(pages.len(), 3);
        assert!(pages.iter().all(|page| page.starts_with("编号 名称")));
        assert!(pages[2].contains("文化站120"), "{}", pages[2]);
    }

    #[test]
    fn markup_in_a_text_stays_text() {
        let setter = Typesetter::new(&[]);
        let text = "#panic(\"ran\") $x$ *a* \\ #read(\"/etc/passwd\")\n";
        for format in [Format::Text, Format::Markdown] {
            let set = setter
                .set(text.as_bytes(), format, &Limits::default())
                .unwrap();
            assert!(set.pdf.starts_with(b"%PDF-"));
        }
    }
}
