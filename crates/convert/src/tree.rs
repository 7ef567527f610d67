//! The tree of blocks and inlines that Markdown, HTML and EPUB become and that
//! the template `tree.typ` sets.
//!
//! The names of variants and fields are those the template knows. Whoever makes
//! a tree keeps blocks, and inlines in a block, within [`MAX_DEPTH`] or little
//! more: the template recurses with it. [`check_length`] refuses a tree that is
//! too long before it is set.

use serde::Serialize;

use crate::formula;
use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};

/// Deepest nesting of blocks, and of inlines in a block.
pub(crate) const MAX_DEPTH: usize = 12;

/// A block.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(crate) enum Block {
    P {
        c: Vec<Inline>,
    },
    /// Inlines without a paragraph around them: those of a tight list item or
    /// of a cell.
    Plain {
        c: Vec<Inline>,
    },
    H {
        n: u8,
        c: Vec<Inline>,
    },
    Code {
        s: Vec<String>,
    },
    Quote {
        c: Vec<Block>,
    },
    List {
        start: Option<u64>,
        tight: bool,
        items: Vec<Item>,
    },
    Table(Table),
    Dl {
        items: Vec<Definition>,
    },
    /// Blocks set `center` or `right`.
    Align {
        to: &'static str,
        c: Vec<Block>,
    },
    Hr,
    /// The end of a page.
    Break,
}

/// An item of a list; `task` tells a task done or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Item {
    pub(crate) task: Option<bool>,
    pub(crate) c: Vec<Block>,
}

/// A table whose cells know their place.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Table {
    /// Shares of the width.
    pub(crate) columns: Vec<usize>,
    /// Rows at the top that each page repeats.
    pub(crate) head: usize,
    /// By row, then column; none over another.
    pub(crate) cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Cell {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) w: usize,
    pub(crate) h: usize,
    /// `left`, `center` or `right`.
    pub(crate) align: &'static str,
    /// Set as a heading of its row or column.
    pub(crate) b: bool,
    pub(crate) c: Vec<Block>,
}

/// A term, or what it means.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Definition {
    Term { term: bool, c: Vec<Inline> },
    Meaning { term: bool, c: Vec<Block> },
}

/// A run of text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(crate) enum Inline {
    T {
        s: String,
    },
    Em {
        c: Vec<Inline>,
    },
    B {
        c: Vec<Inline>,
    },
    S {
        c: Vec<Inline>,
    },
    U {
        c: Vec<Inline>,
    },
    Sup {
        c: Vec<Inline>,
    },
    Sub {
        c: Vec<Inline>,
    },
    A {
        c: Vec<Inline>,
    },
    C {
        s: String,
    },
    /// The words for a picture that is not shown.
    Img {
        s: String,
    },
    /// A picture of the document by the name of its file, with its size in
    /// points and its words.
    Pic {
        f: String,
        w: f32,
        h: f32,
        s: String,
    },
    /// Text with its reading above it (旁注).
    Ruby {
        c: Vec<Inline>,
        r: String,
    },
    Fn {
        c: Vec<Inline>,
    },
    /// A formula; `d` when it has a line of its own, with what numbers it.
    M {
        f: formula::Node,
        d: bool,
        tag: Option<String>,
        /// Its source.
        #[serde(skip)]
        s: String,
    },
    Br,
}

/// The text of inlines.
pub(crate) fn plain(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::T { s } | Inline::C { s } | Inline::Img { s } | Inline::M { s, .. } => {
                out.push_str(s)
            }
            Inline::Em { c }
            | Inline::B { c }
            | Inline::S { c }
            | Inline::U { c }
            | Inline::Sup { c }
            | Inline::Sub { c }
            | Inline::A { c }
            | Inline::Ruby { c, .. } => out.push_str(&plain(c)),
            Inline::Br => out.push(' '),
            Inline::Fn { .. } | Inline::Pic { .. } => {}
        }
    }
    out
}

/// Half-width columns of inlines, the measure of a table's columns.
pub(crate) fn width(inlines: &[Inline]) -> usize {
    columns_of(&plain(inlines))
}

/// Half-width columns of a text.
pub(crate) fn columns_of(text: &str) -> usize {
    text.chars()
        .map(|character| if character.is_ascii() { 1 } else { 2 })
        .sum()
}

/// The share of a table's width that a column of so many half-width columns of
/// text gets.
pub(crate) fn share(widest: usize) -> usize {
    widest.clamp(6, 48)
}

/// Keeps every space of a line of code.
pub(crate) fn code_line(line: &str) -> String {
    line.replace('\t', "    ")
        .replace(' ', "\u{a0}")
        .chars()
        .filter(|character| !character.is_control())
        .collect()
}

/// Lines of a page and half-width columns of a line, at most.
const PAGE_LINES: usize = 60;
const LINE_COLUMNS: usize = 90;

/// Refuses what would have too many pages before it is set.
pub(crate) fn check_length(blocks: &[Block], limits: &Limits) -> Result<(), Refusal> {
    // Ends of pages stand at the root alone, and one after another is one.
    let parts = blocks.split(|block| *block == Block::Break);
    let pages = parts
        .filter(|part| !part.is_empty())
        .map(|part| (lines(part) / PAGE_LINES).max(1))
        .sum();
    check_pages(pages, limits)
}

/// Refuses a document of about so many pages when those are too many.
pub(crate) fn check_pages(pages: usize, limits: &Limits) -> Result<(), Refusal> {
    if pages > limits.pages as usize {
        return Err(Refusal::new(
            RefusalKind::TooManyPages,
            format!("about {pages} pages; {} are allowed", limits.pages),
        ));
    }
    Ok(())
}

/// Lines that blocks take, at least.
pub(crate) fn lines(blocks: &[Block]) -> usize {
    let of_text = |inlines: &[Inline]| width(inlines).div_ceil(LINE_COLUMNS).max(1);
    blocks
        .iter()
        .map(|block| match block {
            Block::P { c } | Block::Plain { c } | Block::H { c, .. } => of_text(c),
            Block::Code { s } => s.len(),
            Block::Quote { c } | Block::Align { c, .. } => lines(c),
            Block::List { items, .. } => items.iter().map(|item| lines(&item.c)).sum(),
            Block::Table(table) => {
                // Cells of a row stand beside one another.
                let columns = table.columns.len().max(1);
                let cells = table.cells.iter();
                cells.map(|cell| lines(&cell.c)).sum::<usize>() / columns
            }
            Block::Dl { items } => items
                .iter()
                .map(|item| match item {
                    Definition::Term { c, .. } => of_text(c),
                    Definition::Meaning { c, .. } => lines(c),
                })
                .sum(),
            Block::Hr | Block::Break => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::{Block, Inline, check_length};
    use crate::limits::Limits;
    use crate::refusal::RefusalKind;

    fn paragraph() -> Block {
        Block::P {
            c: vec![Inline::T {
                s: "甲".to_owned()
            }],
        }
    }

    #[test]
    fn the_ends_of_pages_are_counted_and_empty_ones_are_not() {
        let limits = Limits {
            pages: 3,
            ..Limits::default()
        };
        let broken = |pages: usize| vec![vec![paragraph(), Block::Break]; pages].concat();
        assert!(check_length(&broken(3), &limits).is_ok());
        let refusal = check_length(&broken(4), &limits).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::TooManyPages);
        assert!(check_length(&vec![Block::Break; 9], &limits).is_ok());
    }
}
