//! OFD (GB/T 33190-2016, 开放版式文档) to PDF.
//!
//! An OFD file is a ZIP container of XML: pages of text, paths and pictures at
//! fixed places, in millimetres from the top left. Each becomes a PDF page of
//! the same size through `krilla`. `container` opens parts, `resources` keeps
//! what pages share, `page` walks a page and its templates, `text`, `paint`
//! and `picture` draw; `seal` finds the picture of an electronic seal (电子印章).
//! Signatures are not verified, actions and attachments are not looked at.
//!
//! What is missing or damaged is left out; a limit that was passed refuses the
//! file, wherever it was met ([`Told::bear`]).

mod container;
mod geometry;
mod page;
mod paint;
mod picture;
mod resources;
mod seal;
mod text;

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use krilla::Document;
use krilla::geom::Transform;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use roxmltree::Node;

use crate::clock;
use crate::guard::Container;
use crate::limits::Limits;
use crate::package::clean_title;
use crate::refusal::{Refusal, RefusalKind};
use crate::report::{FontUse, Warning, WarningKind};
use crate::set::Set;

use geometry::Box;
use resources::Resources;

/// Points of a millimetre.
const POINTS: f32 = 72.0 / 25.4;
/// Shortest and longest side of a page, in millimetres.
const PAGE_SIDE: std::ops::RangeInclusive<f32> = 1.0..=5_000.0;
/// Objects of a document that are drawn, nested ones counted each time.
const MAX_OBJECTS: usize = 2_000_000;

/// What drawing shares: the budget and what is told at the end.
struct Told {
    objects_left: usize,
    deadline: Instant,
    /// The limit that was passed: drawing goes on to the end of the page, as a
    /// surface must be left in order, but draws nothing more.
    failure: Option<Refusal>,
    warnings: BTreeSet<(WarningKind, String)>,
    fonts: BTreeSet<FontUse>,
}

impl Told {
    fn warn(&mut self, kind: WarningKind, detail: impl Into<String>) {
        self.warnings.insert((kind, detail.into()));
    }

    /// Gives what was read; `None` when it is missing, damaged, or past a limit.
    fn bear<T>(&mut self, outcome: Result<T, Refusal>) -> Option<T> {
        container::unless_damaged(outcome).unwrap_or_else(|refusal| {
            self.failure.get_or_insert(refusal);
            None
        })
    }

    /// Counts objects; false when there were too many, or a limit was passed.
    fn spend(&mut self, objects: usize) -> bool {
        let in_time = clock::check(self.deadline);
        if self.bear(in_time).is_none() || self.failure.is_some() {
            return false;
        }
        let is_left = self.objects_left >= objects;
        self.objects_left = self.objects_left.saturating_sub(objects);
        if !is_left {
            self.warn(WarningKind::Other, "too many objects; the rest is left out");
        }
        is_left
    }

    /// Refuses the file when a limit was passed.
    fn check(&mut self) -> Result<(), Refusal> {
        clock::check(self.deadline)?;
        self.failure.take().map_or(Ok(()), Err)
    }
}

/// Draws the first document of an OFD file.
///
/// # Errors
/// `bomb`, `forbidden_xml`, `too_many_pages`, `timeout`; `damaged` without a
/// document root; `no_pages`.
pub(crate) fn to_pdf(bytes: &[u8], limits: &Limits, deadline: Instant) -> Result<Set, Refusal> {
    let mut told = Told {
        objects_left: MAX_OBJECTS,
        deadline,
        failure: None,
        warnings: BTreeSet::new(),
        fonts: BTreeSet::new(),
    };
    let mut container = Container::open(bytes, limits)?;
    let mut pdf = Document::new();
    let title = draw(&mut container, true, &mut told, &mut pdf)?;
    let finished = match pdf.finish() {
        Ok(finished) => finished,
        // A font of the file that passed the first look and is broken inside:
        // the bundled faces stand in for all of them.
        Err(krilla::error::KrillaError::Font(_, reason)) => {
            tracing::debug!(reason, "an embedded font cannot be written");
            told.warn(
                WarningKind::Font,
                "the fonts of the file are broken and drawn with similar ones",
            );
            told.objects_left = MAX_OBJECTS;
            let mut container = Container::open(bytes, limits)?;
            let mut pdf = Document::new();
            draw(&mut container, false, &mut told, &mut pdf)?;
            pdf.finish().map_err(|error| unwritable(&error))?
        }
        Err(error) => return Err(unwritable(&error)),
    };
    Ok(Set {
        pdf: finished,
        warnings: told
            .warnings
            .into_iter()
            .map(|(kind, detail)| Warning::new(kind, detail))
            .collect(),
        fonts: told.fonts,
        title,
    })
}

fn unwritable(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(
        RefusalKind::Damaged,
        format!("the pages cannot be written: {error}"),
    )
}

/// A document of the container, before its pages.
struct Book {
    title: Option<String>,
    /// Ids and paths of the pages.
    pages: Vec<(String, String)>,
    default_box: Option<Box>,
    annotations: HashMap<String, String>,
    /// The part that lists its signatures.
    signatures: Option<String>,
}

fn read_book(container: &mut Container<'_>, resources: &mut Resources) -> Result<Book, Refusal> {
    let limits = container.limits();
    let root = container::xml(container, "OFD.xml")?;
    let root = container::parse(&root)?;
    let body = child(root.root_element(), "DocBody")
        .ok_or_else(|| damaged("OFD.xml names no document"))?;
    let path = child_text(body, "DocRoot")
        .map(|path| container::resolve("", path))
        .ok_or_else(|| damaged("OFD.xml names no document"))?;
    let title = child(body, "DocInfo")
        .and_then(|info| child_text(info, "Title"))
        .and_then(clean_title);
    let signatures = child_text(body, "Signatures").map(|path| container::resolve("", path));

    let document = container::xml(container, &path)?;
    let document = container::parse(&document)?;
    let document = document.root_element();
    let pages: Vec<(String, String)> = children(document, "Pages")
        .flat_map(|pages| children(pages, "Page"))
        .map(|page| {
            let attribute = |name| page.attribute(name).unwrap_or_default();
            let content = container::resolve(&path, attribute("BaseLoc"));
            (attribute("ID").to_owned(), content)
        })
        .collect();
    if pages.is_empty() {
        return Err(Refusal::new(
            RefusalKind::NoPages,
            "the document lists no pages",
        ));
    }
    if pages.len() > limits.pages as usize {
        return Err(Refusal::new(
            RefusalKind::TooManyPages,
            format!("{} pages; {} are allowed", pages.len(), limits.pages),
        ));
    }
    let mut default_box = None;
    if let Some(common) = child(document, "CommonData") {
        default_box = child(common, "PageArea")
            .and_then(|area| child_text(area, "PhysicalBox"))
            .and_then(Box::parse);
        for kind in ["PublicRes", "DocumentRes"] {
            for file in children(common, kind).filter_map(|node| node.text()) {
                resources.read(container, &container::resolve(&path, file))?;
            }
        }
        resources.templates(common, &path);
    }
    Ok(Book {
        title,
        annotations: page::annotations(container, document, &path)?,
        pages,
        default_box,
        signatures,
    })
}

fn draw(
    container: &mut Container<'_>,
    with_fonts: bool,
    told: &mut Told,
    pdf: &mut Document,
) -> Result<Option<String>, Refusal> {
    let mut resources = Resources::new(with_fonts);
    let book = read_book(container, &mut resources)?;
    let seals = match &book.signatures {
        Some(list) => seal::read(container, list, told)?,
        None => Vec::new(),
    };
    if let Some(title) = &book.title {
        pdf.set_metadata(Metadata::new().title(title.clone()));
    }
    for (id, path) in &book.pages {
        told.check()?;
        let drawing = page::Drawing {
            path,
            annotation: book.annotations.get(id).map(String::as_str),
            seals: seals.iter().filter(|seal| seal.page == *id).collect(),
        };
        // A page that is missing stays empty: the others keep their numbers.
        let content = container::xml(container, path);
        let parsed = match content
            .as_deref()
            .map_err(Clone::clone)
            .and_then(container::parse)
        {
            Ok(parsed) => Some(parsed),
            Err(refusal) if refusal.kind == RefusalKind::Damaged => {
                told.warn(
                    WarningKind::Other,
                    format!("a page cannot be read: {}", refusal.detail),
                );
                None
            }
            Err(refusal) => return Err(refusal),
        };
        let node = parsed.as_ref().map(roxmltree::Document::root_element);
        let physical = physical_box(node, book.default_box);
        let (width, height) = (clamp(physical.width), clamp(physical.height));
        let settings = PageSettings::from_wh(width * POINTS, height * POINTS)
            .ok_or_else(|| damaged("a page without a size"))?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        surface.push_transform(&Transform::from_scale(POINTS, POINTS));
        surface.push_transform(&Transform::from_translate(-physical.x, -physical.y));
        let mut painter = page::Painter {
            container,
            resources: &mut resources,
            told,
            surface: &mut surface,
        };
        painter.page(node, &drawing);
        surface.pop();
        surface.pop();
        surface.finish();
        page.finish();
    }
    told.check()?;
    Ok(book.title)
}

/// Draws the first page of an OFD that is the picture of a seal into a box.
/// Its own seals are not looked at, so that this goes no deeper.
fn draw_stamp(
    bytes: &[u8],
    limits: &Limits,
    place: Box,
    told: &mut Told,
    surface: &mut Surface<'_>,
) -> Result<(), Refusal> {
    let mut container = Container::open(bytes, limits)?;
    let mut resources = Resources::new(true);
    let book = read_book(&mut container, &mut resources)?;
    let Some((id, path)) = book.pages.first() else {
        return Ok(());
    };
    let content = container::xml(&mut container, path)?;
    let parsed = container::parse(&content)?;
    let node = Some(parsed.root_element());
    let physical = physical_box(node, book.default_box);
    let drawing = page::Drawing {
        path,
        annotation: book.annotations.get(id).map(String::as_str),
        seals: Vec::new(),
    };
    surface.push_transform(&Transform::from_scale(
        place.width / physical.width,
        place.height / physical.height,
    ));
    surface.push_transform(&Transform::from_translate(-physical.x, -physical.y));
    let mut painter = page::Painter {
        container: &mut container,
        resources: &mut resources,
        told,
        surface,
    };
    painter.page(node, &drawing);
    surface.pop();
    surface.pop();
    Ok(())
}

fn physical_box(page: Option<Node<'_, '_>>, default: Option<Box>) -> Box {
    page.and_then(|page| child(page, "Area"))
        .and_then(|area| child_text(area, "PhysicalBox"))
        .and_then(Box::parse)
        .or(default)
        .unwrap_or(Box::A4)
}

fn clamp(side: f32) -> f32 {
    side.clamp(*PAGE_SIDE.start(), *PAGE_SIDE.end())
}

fn damaged(detail: &str) -> Refusal {
    Refusal::new(RefusalKind::Damaged, detail)
}

/// Children with a local name; producers differ in prefixes.
fn children<'a, 'd: 'a>(
    node: Node<'a, 'd>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'd>> + 'a {
    node.children()
        .filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn child<'a, 'd>(node: Node<'a, 'd>, name: &'static str) -> Option<Node<'a, 'd>> {
    node.children()
        .find(|child| child.is_element() && child.tag_name().name() == name)
}

fn child_text<'a>(node: Node<'a, '_>, name: &'static str) -> Option<&'a str> {
    child(node, name)?.text().map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};
    use std::time::{Duration, Instant};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::to_pdf;
    use crate::limits::Limits;
    use crate::refusal::RefusalKind;

    #[test]
    fn drawing_ends_at_the_deadline() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, part) in [
            (
                "OFD.xml",
                "<OFD><DocBody><DocRoot>d.xml</DocRoot></DocBody></OFD>",
            ),
            (
                "d.xml",
                r#"<Document><Pages><Page ID="1" BaseLoc="p.xml"/></Pages></Document>"#,
            ),
            ("p.xml", "<Page/>"),
        ] {
            writer
                .start_file(name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(part.as_bytes()).unwrap();
        }
        let file = writer.finish().unwrap().into_inner();
        let limits = Limits::default();
        let start = Instant::now();
        assert!(to_pdf(&file, &limits, start + Duration::from_secs(60)).is_ok());
        let refusal = to_pdf(&file, &limits, start).map(|_| ()).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Timeout);
    }
}
