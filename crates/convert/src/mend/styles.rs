//! What `word/styles.xml` says about the looks of paragraphs and runs.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use super::look::Look;
use crate::rename::{ThemeFonts, attribute};
use crate::xml::{self, Piece};

/// Longest chain of `w:basedOn` that is followed.
const MAX_CHAIN: usize = 20;

#[derive(Default)]
struct Style {
    based_on: Option<String>,
    look: Look,
}

/// Every style's own look, and what stands below them all.
#[derive(Default)]
pub(super) struct Styles {
    defaults: Look,
    styles: HashMap<String, Style>,
    default_paragraph: Option<String>,
}

impl Styles {
    pub(super) fn read(xml: &[u8], theme: &ThemeFonts) -> Self {
        let mut styles = Self::default();
        let mut open: Vec<Vec<u8>> = Vec::new();
        let mut current: Option<(String, Style)> = None;
        xml::walk(xml, |piece, _| match piece {
            Piece::Start(start) => {
                styles.see(&start, &open, &mut current, theme);
                open.push(start.local_name().as_ref().to_vec());
            }
            Piece::Empty(start) => styles.see(&start, &open, &mut current, theme),
            Piece::End(name) => {
                open.pop();
                if name == b"style" {
                    styles.styles.extend(current.take());
                }
            }
            Piece::Text(_) => {}
        });
        styles
    }

    fn see(
        &mut self,
        start: &BytesStart<'_>,
        open: &[Vec<u8>],
        current: &mut Option<(String, Style)>,
        theme: &ThemeFonts,
    ) {
        let element = start.local_name();
        if element.as_ref() == b"style" {
            let id = attribute(start, b"styleId").unwrap_or_default();
            let is_default = attribute(start, b"default").is_some_and(|value| value != "0");
            if is_default && attribute(start, b"type").as_deref() == Some("paragraph") {
                self.default_paragraph = Some(id.clone());
            }
            *current = Some((id, Style::default()));
            return;
        }
        let is_in = |name: &[u8]| open.iter().any(|element| element == name);
        // The looks of parts of a table are not those of its style.
        if is_in(b"tblStylePr") {
            return;
        }
        let look = match current {
            Some((_, style)) => {
                if element.as_ref() == b"basedOn" {
                    style.based_on = attribute(start, b"val");
                }
                &mut style.look
            }
            None if is_in(b"docDefaults") => &mut self.defaults,
            None => return,
        };
        match open.last().map(Vec::as_slice) {
            Some(b"rPr") => look.see_run_property(start, theme),
            Some(b"pPr") => look.see_paragraph_property(start),
            _ => {}
        }
    }

    /// The look of a paragraph of this style; of the default one without.
    pub(super) fn of_paragraph(&self, id: Option<&str>) -> Look {
        self.of_style(id.or(self.default_paragraph.as_deref()))
            .over(&self.defaults)
    }

    /// Whether a paragraph's style, or the default one, states a line spacing.
    pub(super) fn states_line(&self, id: Option<&str>) -> bool {
        let style = self.of_style(id.or(self.default_paragraph.as_deref()));
        style.line.is_some()
    }

    /// What a style and those it is based on state, without the defaults.
    pub(super) fn of_style(&self, id: Option<&str>) -> Look {
        let mut look = Look::default();
        let mut next = id;
        for _ in 0..MAX_CHAIN {
            let Some(style) = next.and_then(|id| self.styles.get(id)) else {
                break;
            };
            look = look.over(&style.look);
            next = style.based_on.as_deref();
        }
        look
    }
}
