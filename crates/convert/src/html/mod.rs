//! HTML and XHTML to the tree of `tree`: what a page says, not what it does.
//!
//! Scripts, styles, forms' controls and embedded things are dropped, addresses
//! are not followed; pictures come from `data:` addresses or from whoever the
//! page came with. The parser's tree is walked without recursion, and what
//! comes out is flat where the page nests deeper than the tree may.

mod bounds;
mod build;
mod charset;
pub(crate) mod data;
mod grid;
mod look;
mod parts;

use std::collections::{BTreeSet, HashSet};

use scraper::node::Element;
use scraper::{ElementRef, Html, Node};

use self::build::Builder;
pub(crate) use self::charset::decode;
pub(crate) use self::data::unescaped;
use crate::formula;
use crate::limits::Limits;
use crate::package::clean_title;
use crate::pdf::guarded;
use crate::pictures::{NotShown, Pictures};
use crate::refusal::Refusal;
use crate::report::{Warning, WarningKind};
use crate::tree::{Block, Inline};

/// Elements of SVG that draw.
const DRAWN: [&str; 8] = [
    "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "use",
];
/// Pictures at least this wide, in points, stand in the middle by themselves.
const LARGE_PICTURE: f32 = 150.0;
/// Pictures no larger than this, in points, hold a place and show nothing.
const SPACER: f32 = 3.0;

/// What a page is read with.
pub(crate) struct Context<'c> {
    pub(crate) limits: &'c Limits,
    pub(crate) pictures: &'c mut Pictures,
    pub(crate) warned: &'c mut BTreeSet<(WarningKind, &'static str)>,
    /// Gives the picture an address means, when it came with the page.
    pub(crate) fetch: &'c mut Fetch<'c>,
}

type Fetch<'c> = dyn FnMut(&str, &mut Pictures) -> Result<Fetched, Refusal> + 'c;

/// What an address of a picture gives.
pub(crate) enum Fetched {
    /// Taken in already, or just now.
    Picture(crate::pictures::Picture),
    /// Here, but not shown.
    NotShown(NotShown),
    /// Elsewhere: not followed.
    Elsewhere,
    /// The document says it has it, and has not.
    Missing,
}

/// A page that was read.
pub(crate) struct Page {
    pub(crate) blocks: Vec<Block>,
    pub(crate) title: Option<String>,
}

/// The warnings that reading pages gave, with those of their pictures.
pub(crate) fn warnings(
    mut warned: BTreeSet<(WarningKind, &'static str)>,
    pictures: &Pictures,
) -> Vec<Warning> {
    if pictures.shrunk {
        warned.insert((
            WarningKind::Image,
            "pictures are shown at a lower resolution",
        ));
    }
    if pictures.moving {
        warned.insert((
            WarningKind::Animation,
            "pictures move; their first picture is shown",
        ));
    }
    warned
        .into_iter()
        .map(|(kind, detail)| Warning::new(kind, detail))
        .collect()
}

/// Reads a page; `is_xml` for XHTML, whose elements may end themselves.
pub(crate) fn read(text: &str, is_xml: bool, context: Context<'_>) -> Result<Page, Refusal> {
    bounds::check(text)?;
    let html = if is_xml {
        Html::parse_document(&bounds::without_self_closing(text))
    } else {
        Html::parse_document(text)
    };
    // Tables that hold tables only arrange a page.
    let is_table = |node: &Node| {
        node.as_element()
            .is_some_and(|element| element.name() == "table")
    };
    let tables = html.tree.nodes().filter(|node| is_table(node.value()));
    let layouts: HashSet<_> = tables
        .filter_map(|node| node.ancestors().find(|outer| is_table(outer.value())))
        .map(|outer| outer.id())
        .collect();
    let mut walk = Walk {
        builder: Builder::new(),
        context,
        title: None,
    };
    // Without recursion: nothing bounds the depth of a page.
    let mut node = html.tree.root();
    let mut depth = 0;
    'walk: loop {
        let mut is_open = true;
        match node.value() {
            Node::Text(text) => walk.builder.text(text),
            Node::Element(element) => {
                let whole = ElementRef::wrap(node);
                is_open = !walk.formula(whole, element) && !walk.drops(whole, element);
                if is_open {
                    walk.open(depth, element, layouts.contains(&node.id()))?;
                }
            }
            _ => {}
        }
        if is_open && let Some(child) = node.first_child() {
            node = child;
            depth += 1;
            continue;
        }
        loop {
            if is_open && let Node::Element(element) = node.value() {
                walk.builder.close(depth, element);
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else {
                break 'walk;
            };
            node = parent;
            depth -= 1;
            is_open = true;
        }
    }
    if walk.builder.too_wide {
        walk.warn(
            WarningKind::Other,
            "a table of very many columns is shown as text",
        );
    }
    let title = walk.title.as_deref().and_then(clean_title);
    Ok(Page {
        blocks: walk.builder.finish(),
        title,
    })
}

/// Whether a text is XHTML by its beginning.
pub(crate) fn is_xhtml(text: &str) -> bool {
    let start: String = text
        .trim_start_matches('\u{feff}')
        .chars()
        .take(500)
        .collect();
    start.trim_start().starts_with("<?xml")
        || start.contains("DTD XHTML")
        || start.contains("http://www.w3.org/1999/xhtml")
}

struct Walk<'c> {
    builder: Builder,
    context: Context<'c>,
    title: Option<String>,
}

impl Walk<'_> {
    fn warn(&mut self, kind: WarningKind, detail: &'static str) {
        self.context.warned.insert((kind, detail));
    }

    /// Whether an element and all in it is left out; says what is worth saying.
    fn drops(&mut self, node: Option<ElementRef<'_>>, element: &Element) -> bool {
        const ELSEWHERE: &str = "what lies elsewhere is not fetched";
        let name = element.name();
        match name {
            // The head is gone through for its title and what it links to.
            "head" => return false,
            "title" => {
                let text = |title: ElementRef<'_>| -> String {
                    let texts = title.children().filter_map(|child| child.value().as_text());
                    texts.map(|text| &**text).collect()
                };
                self.title = self.title.take().or_else(|| node.map(text));
            }
            "iframe" | "frame" | "embed" | "object" | "audio" | "video" => {
                self.warn(WarningKind::External, ELSEWHERE);
            }
            "link"
                if element
                    .attr("rel")
                    .is_some_and(|rel| rel.to_ascii_lowercase().contains("stylesheet"))
                    && element.attr("href").is_some_and(is_address) =>
            {
                self.warn(WarningKind::External, ELSEWHERE);
            }
            "canvas" => self.warn(WarningKind::Image, "what scripts draw is left out"),
            _ => {}
        }
        look::is_dropped(name) || look::is_hidden(element)
    }

    fn open(&mut self, id: usize, element: &Element, is_layout: bool) -> Result<(), Refusal> {
        match element.name() {
            "img" | "image" => {
                let address = ["src", "href", "xlink:href", "data-src"]
                    .into_iter()
                    .filter_map(|name| element.attr(name))
                    .find(|address| !address.trim().is_empty());
                self.picture(element, address)
            }
            name => {
                // An SVG around one picture is how books make a page of it.
                if DRAWN.contains(&name) {
                    self.warn(
                        WarningKind::Image,
                        "drawings (SVG) are left out but for pictures and words in them",
                    );
                }
                self.builder.open(id, element, is_layout);
                Ok(())
            }
        }
    }

    fn picture(&mut self, element: &Element, address: Option<&str>) -> Result<(), Refusal> {
        let words = element.attr("alt").unwrap_or_default().trim().to_owned();
        let Some(address) = address else {
            return Ok(());
        };
        let fetched = match data::decode(address) {
            Some(bytes) => {
                let Context {
                    pictures, limits, ..
                } = &mut self.context;
                match pictures.add(&bytes, limits)? {
                    Ok(picture) => Fetched::Picture(picture),
                    Err(reason) => Fetched::NotShown(reason),
                }
            }
            None => (self.context.fetch)(address, self.context.pictures)?,
        };
        let picture = match fetched {
            Fetched::Picture(picture) => picture,
            Fetched::NotShown(reason) => {
                self.warn(
                    WarningKind::Image,
                    match reason {
                        NotShown::Unreadable => "a picture cannot be read",
                        NotShown::TooMany => "pictures past the limit are left out",
                    },
                );
                self.instead(words);
                return Ok(());
            }
            Fetched::Missing => {
                self.warn(WarningKind::Image, "a picture is missing");
                self.instead(words);
                return Ok(());
            }
            Fetched::Elsewhere => {
                self.warn(WarningKind::External, "what lies elsewhere is not fetched");
                self.instead(words);
                return Ok(());
            }
        };
        let (w, h) = size(element, picture.size);
        if w <= SPACER || h <= SPACER {
            return Ok(());
        }
        let inline = Inline::Pic {
            f: picture.name,
            w,
            h,
            s: words,
        };
        if w >= LARGE_PICTURE {
            self.builder.figure(inline);
        } else {
            self.builder.inline(inline);
        }
        Ok(())
    }

    /// Takes a whole formula (MathML); one that cannot be read is gone through
    /// for its characters.
    fn formula(&mut self, node: Option<ElementRef<'_>>, element: &Element) -> bool {
        let Some(math) = node.filter(|_| element.name() == "math") else {
            return false;
        };
        let read = guarded("reading a formula", || formula::mathml::from_html(math));
        let Ok(Some(formula)) = read else {
            self.warn(
                WarningKind::Formula,
                "a formula that cannot be read is shown as its characters",
            );
            return false;
        };
        self.builder.inline(Inline::M {
            f: formula,
            d: formula::mathml::is_display(math),
            tag: None,
            s: math.text().collect::<Vec<_>>().join(" "),
        });
        true
    }

    /// Shows the words for a picture, if there are any.
    fn instead(&mut self, words: String) {
        if !words.is_empty() {
            self.builder.inline(Inline::Img { s: words });
        }
    }
}

/// Whether an address leads to another machine.
fn is_address(address: &str) -> bool {
    address.contains("://") || address.starts_with("//")
}

/// The size an element gives its picture, in points; else its natural one.
fn size(element: &Element, natural: (f32, f32)) -> (f32, f32) {
    const POINTS: f32 = 0.75;
    let side = |name: &str| -> Option<f32> {
        let value = element.attr(name)?.trim();
        let value = value.strip_suffix("px").unwrap_or(value);
        let pixels: f32 = value.parse().ok()?;
        (0.5..4000.0).contains(&pixels).then_some(pixels * POINTS)
    };
    match (side("width"), side("height")) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, natural.1 * width / natural.0),
        (None, Some(height)) => (natural.0 * height / natural.1, height),
        (None, None) => natural,
    }
}
