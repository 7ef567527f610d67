//! What the Office engine draws otherwise than Word, mended in the file's XML
//! before the engine's parser sees it; and one thing in the PDF after it.
//!
//! One file is one mend: its header says what Word does, what the engine does
//! instead, and which file shows it. What cannot be mended here is listed in
//! `docs/fidelity.md`.

mod char_grid;
mod content_controls;
mod deleted_rows;
mod line_grid;
mod look;
mod loose_breaks;
mod notes;
mod paragraph;
mod styles;
pub(crate) mod table_bands;
mod table_spacing;

use crate::detect::find;
use crate::guard;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::rename::ThemeFonts;
use styles::Styles;

/// What the mends need to know of a package besides the part at hand.
#[derive(Default)]
pub(crate) struct Mends {
    styles: Option<Styles>,
    /// Whether lines in table cells stand on the grid too
    /// (`w:adjustLineHeightInTable`).
    grid_in_cells: bool,
    /// What characters are wider on the grid, in twips.
    widening: i32,
    has_notes: bool,
    /// The styles of the marks of notes.
    note_styles: Vec<String>,
}

/// The parts of a Word file that the mends of others ask; empty where it has
/// none.
pub(crate) struct Stated<'p> {
    pub(crate) styles: &'p [u8],
    pub(crate) settings: &'p [u8],
    pub(crate) document: &'p [u8],
}

impl Mends {
    /// Reads what the parts of a Word file state; other files have no mends.
    pub(crate) fn read(
        stated: &Stated<'_>,
        theme: &ThemeFonts,
        limits: &Limits,
    ) -> Result<Self, Refusal> {
        let mut grid_in_cells = false;
        guard::walk_xml(stated.settings, limits, |start| {
            if start.local_name().as_ref() == b"adjustLineHeightInTable" {
                grid_in_cells = look::is_on(start);
            }
        })?;
        Ok(Self {
            styles: Some(Styles::read(stated.styles, theme)),
            grid_in_cells,
            widening: char_grid::of_document(stated.document),
            has_notes: notes::are_in(stated.document),
            note_styles: notes::style_ids(stated.styles),
        })
    }

    /// The part, mended; `None` when there is nothing to mend. The part has
    /// been walked by `guard` before.
    pub(crate) fn apply(&self, name: &str, xml: &[u8], theme: &ThemeFonts) -> Option<Vec<u8>> {
        let styles = self.styles.as_ref()?;
        let mut mended: Option<Vec<u8>> = None;
        let mut then = |mend: &dyn Fn(&[u8]) -> Option<Vec<u8>>| {
            if let Some(next) = mend(mended.as_deref().unwrap_or(xml)) {
                mended = Some(next);
            }
        };
        match name {
            "word/document.xml" => {
                // A walk each: only through parts that have what it mends.
                let has = |word: &[u8]| find(xml, word).is_some();
                if has(b"sdtContent") {
                    then(&|xml| content_controls::mend(xml));
                }
                if has(b":br") || has(b"<br") {
                    then(&|xml| loose_breaks::mend(xml));
                }
                if has(b"trPr") {
                    then(&|xml| deleted_rows::mend(xml));
                }
                if self.has_notes {
                    then(&|xml| notes::mend(xml, &self.note_styles));
                }
                if has(b"tblStyle") {
                    then(&|xml| table_spacing::mend(xml, styles));
                }
                then(&|xml| line_grid::mend(xml, styles, theme, self.grid_in_cells));
            }
            "word/styles.xml" => {
                then(&|xml| char_grid::mend(xml, self.widening));
                if self.has_notes && self.note_styles.is_empty() {
                    then(&|xml| notes::add_style(xml));
                }
            }
            _ => {}
        }
        mended
    }
}
