//! A paragraph's tags in `word/document.xml`, and how to state a line height
//! among them.

use std::ops::Range;

use crate::xml;
use quick_xml::events::BytesStart;

/// Where the tags of a paragraph stand.
#[derive(Default)]
pub(super) struct Tags {
    opening: Range<usize>,
    is_empty_tag: bool,
    /// Right behind the opening tag of `w:pPr`, or the empty tag itself.
    properties: Option<Range<usize>>,
    /// The tag `w:spacing`.
    pub(super) spacing: Option<Range<usize>>,
    prefix: String,
}

impl Tags {
    pub(super) fn new(start: &BytesStart<'_>, opening: Range<usize>, is_empty_tag: bool) -> Self {
        Self {
            opening,
            is_empty_tag,
            prefix: xml::prefix_of(start),
            ..Self::default()
        }
    }

    pub(super) fn see_properties(&mut self, tag: Range<usize>, is_empty_tag: bool) {
        self.properties = Some(if is_empty_tag { tag } else { tag.end..tag.end });
    }

    /// The edit that states a line height.
    pub(super) fn with_line(&self, xml: &[u8], line: i32, rule: &str) -> (Range<usize>, String) {
        let text = |place: &Range<usize>| String::from_utf8_lossy(&xml[place.clone()]).into_owned();
        let prefix = &self.prefix;
        let line = format!("{prefix}line=\"{line}\" {prefix}lineRule=\"{rule}\"");
        if let Some(tag) = &self.spacing {
            return (tag.clone(), with_line(&text(tag), &line));
        }
        let spacing = format!("<{prefix}spacing {line}/>");
        let properties = format!("<{prefix}pPr>{spacing}</{prefix}pPr>");
        match &self.properties {
            Some(tag) if tag.is_empty() => (tag.clone(), spacing),
            Some(tag) => (tag.clone(), properties),
            None if self.is_empty_tag => {
                let tag = text(&self.opening);
                let open = tag.trim_end_matches("/>").trim_end();
                let whole = format!("{open}>{properties}</{prefix}p>");
                (self.opening.clone(), whole)
            }
            None => (self.opening.end..self.opening.end, properties),
        }
    }
}

/// A tag `w:spacing` with another line.
fn with_line(tag: &str, line: &str) -> String {
    let mut kept = String::new();
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    let inner = inner.trim_end_matches('/');
    let name = inner.split_whitespace().next().unwrap_or_default();
    let start = BytesStart::from_content(inner, name.len());
    for attribute in start.attributes().with_checks(false).flatten() {
        if !matches!(attribute.key.local_name().as_ref(), b"line" | b"lineRule") {
            let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
            let value = String::from_utf8_lossy(&attribute.value).into_owned();
            kept.push_str(&format!(" {key}=\"{value}\""));
        }
    }
    let end = if tag.ends_with("/>") { "/>" } else { ">" };
    format!("<{name}{kept} {line}{end}")
}

/// Paragraphs of drawings (`a:p`) are none of ours.
pub(super) fn is_word(start: &BytesStart<'_>) -> bool {
    start
        .name()
        .prefix()
        .is_none_or(|prefix| prefix.as_ref() != b"a")
}
