//! What an element looks like: its tag and the few words of CSS that are read.

use scraper::node::Element;

/// Inline styles that are on, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Styles(u16);

impl Styles {
    pub(super) const BOLD: Self = Self(1);
    pub(super) const EMPHASIS: Self = Self(2);
    pub(super) const UNDERLINE: Self = Self(4);
    pub(super) const STRIKE: Self = Self(8);
    pub(super) const SUPER: Self = Self(16);
    pub(super) const SUB: Self = Self(32);
    pub(super) const LINK: Self = Self(64);
    pub(super) const CODE: Self = Self(128);

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// How an element's content is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) styles: Styles,
    /// `left`, `center` or `right` when it says so.
    pub(super) align: Option<&'static str>,
}

/// No alignment, instead of the one around.
pub(super) const UNSET: &str = "";

/// Elements that begin and end lines of their own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "xmp"
            | "option"
            | "optgroup"
    )
}

/// Elements whose content is no text of the page, or must not act.
pub(super) fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "applet"
            | "audio"
            | "base"
            | "button"
            | "canvas"
            | "datalist"
            | "embed"
            | "frame"
            | "frameset"
            | "head"
            | "iframe"
            | "input"
            | "link"
            | "map"
            | "meta"
            | "meter"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "param"
            | "progress"
            | "rp"
            | "script"
            | "select"
            | "source"
            | "style"
            | "template"
            | "textarea"
            | "title"
            | "track"
            | "video"
    )
}

/// Whether an element says that it is not shown.
pub(super) fn is_hidden(element: &Element) -> bool {
    element.attr("hidden").is_some()
        || element.attr("style").is_some_and(|style| {
            declarations(style).any(|(name, value)| {
                name == "display" && value == "none" || name == "visibility" && value == "hidden"
            })
        })
}

/// Reads an element's look.
pub(super) fn look(element: &Element) -> Look {
    let mut styles = match element.name() {
        "b" | "strong" => Styles::BOLD,
        "em" | "i" | "cite" | "dfn" | "var" => Styles::EMPHASIS,
        "u" | "ins" => Styles::UNDERLINE,
        "s" | "strike" | "del" => Styles::STRIKE,
        "sup" => Styles::SUPER,
        "sub" => Styles::SUB,
        "code" | "kbd" | "samp" | "tt" => Styles::CODE,
        "a" if element.attr("href").is_some() => Styles::LINK,
        _ => Styles::default(),
    };
    let mut align = match element.name() {
        "center" | "caption" => Some("center"),
        // Where a table stands is not how its text is set, and what is around
        // it does not reach inside.
        "table" => Some(UNSET),
        _ => element.attr("align").and_then(alignment),
    };
    if let Some(style) = element.attr("style") {
        for (name, value) in declarations(style) {
            match name.as_str() {
                "text-align" => align = alignment(&value).or(align),
                "font-weight"
                    if matches!(
                        value.as_str(),
                        "bold" | "bolder" | "600" | "700" | "800" | "900"
                    ) =>
                {
                    styles = styles.with(Styles::BOLD);
                }
                "font-style" if value == "italic" || value == "oblique" => {
                    styles = styles.with(Styles::EMPHASIS);
                }
                "text-decoration" | "text-decoration-line" => {
                    if value.contains("line-through") {
                        styles = styles.with(Styles::STRIKE);
                    }
                    if value.contains("underline") {
                        styles = styles.with(Styles::UNDERLINE);
                    }
                }
                "vertical-align" if value == "super" => styles = styles.with(Styles::SUPER),
                "vertical-align" if value == "sub" => styles = styles.with(Styles::SUB),
                _ => {}
            }
        }
    }
    Look { styles, align }
}

/// Whether an element says that a page ends before it, or after it.
pub(super) fn breaks_page(element: &Element) -> (bool, bool) {
    let (mut before, mut after) = (false, false);
    if let Some(style) = element.attr("style") {
        for (name, value) in declarations(style) {
            let breaks = matches!(value.as_str(), "always" | "page" | "left" | "right");
            match name.as_str() {
                "page-break-before" | "break-before" => before |= breaks,
                "page-break-after" | "break-after" => after |= breaks,
                _ => {}
            }
        }
    }
    (before, after)
}

fn alignment(value: &str) -> Option<&'static str> {
    match value.trim().to_ascii_lowercase().as_str() {
        "center" | "middle" | "-webkit-center" => Some("center"),
        "right" | "end" => Some("right"),
        "left" | "start" | "justify" => Some("left"),
        _ => None,
    }
}

/// The declarations of a `style` attribute, in lower case; the first few.
fn declarations(style: &str) -> impl Iterator<Item = (String, String)> {
    style.split(';').take(64).filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim_end().to_owned();
        Some((name.trim().to_ascii_lowercase(), value))
    })
}
