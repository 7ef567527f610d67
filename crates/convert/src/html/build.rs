//! Builds blocks from the elements of a page as they open and close.
//!
//! Containers (lists, cells, quotes) are frames on a stack, no deeper than
//! [`MAX_DEPTH`]; inline styles are counted and put around each run of text, so
//! that it does not matter how they nest, or what blocks they cross.

use scraper::node::Element;

use super::grid::{RawCell, place};
use super::look::{Styles, UNSET, breaks_page, is_block, look};
use super::parts::{is_blank, push_aligned, stray_items, styled};
use crate::page::is_cjk;
use crate::tree::{Block, Definition, Inline, Item, MAX_DEPTH, code_line};

/// What a frame becomes.
enum Kind {
    Root,
    Paragraph,
    Heading(u8),
    Quote,
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    Item,
    Code(String),
    Table {
        rows: Vec<Vec<RawCell>>,
        caption: Option<Block>,
    },
    Cell {
        columns: usize,
        rows: usize,
        is_head: bool,
    },
    Caption,
    Definitions(Vec<Definition>),
    Term,
    Meaning,
}

struct Frame {
    /// The element it ends with, by its depth; the root has none.
    id: Option<usize>,
    kind: Kind,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
}

/// An open ruby: where its base begins among the frame's inlines, and its
/// reading while that is read.
struct Ruby {
    base: usize,
    reading: Option<String>,
}

pub(super) struct Builder {
    frames: Vec<Frame>,
    /// Styles and alignment of the open elements that have some.
    looks: Vec<(usize, Styles)>,
    aligns: Vec<(usize, &'static str)>,
    /// Text of one style, not yet an inline.
    run: String,
    run_styles: Styles,
    /// White space that is due before the next character; whether it held a
    /// line end.
    space: Option<bool>,
    last: Option<char>,
    ruby: Option<Ruby>,
    /// A table had more columns than a page can hold.
    pub(super) too_wide: bool,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            frames: vec![frame(None, Kind::Root)],
            looks: Vec::new(),
            aligns: Vec::new(),
            run: String::new(),
            run_styles: Styles::default(),
            space: None,
            last: None,
            ruby: None,
            too_wide: false,
        }
    }

    pub(super) fn finish(mut self) -> Vec<Block> {
        while self.frames.len() > 1 {
            self.end_frame();
        }
        self.end_paragraph();
        self.frames
            .pop()
            .map_or_else(Vec::new, |frame| frame.blocks)
    }

    fn top(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(frame(None, Kind::Root));
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    pub(super) fn open(&mut self, id: usize, element: &Element, is_layout: bool) {
        let name = element.name();
        if is_block(name) {
            self.end_paragraph();
            if breaks_page(element).0 {
                self.break_page();
            }
        }
        let look = look(element);
        if look.styles != Styles::default() {
            self.looks.push((id, look.styles));
        }
        if let Some(align) = look.align {
            self.aligns.push((id, align));
        }
        match name {
            "br" => self.line_break(),
            "wbr" => {}
            "hr" => self.block(Block::Hr),
            "p" => self.frame(id, Kind::Paragraph),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.bytes().last().map_or(1, |digit| digit - b'0');
                self.frame(id, Kind::Heading(level));
            }
            "blockquote" => self.frame(id, Kind::Quote),
            "ul" | "ol" | "menu" | "dir" => {
                let start = (name == "ol").then(|| {
                    let start = element
                        .attr("start")
                        .and_then(|start| start.trim().parse().ok());
                    start.unwrap_or(1).min(1_000_000_000)
                });
                let items = Vec::new();
                self.frame(id, Kind::List { start, items });
            }
            "li" if matches!(self.top().kind, Kind::List { .. }) => {
                self.frame(id, Kind::Item);
            }
            "dl" => self.frame(id, Kind::Definitions(Vec::new())),
            "dt" if matches!(self.top().kind, Kind::Definitions(_)) => self.frame(id, Kind::Term),
            "dd" if matches!(self.top().kind, Kind::Definitions(_)) => {
                self.frame(id, Kind::Meaning);
            }
            "pre" | "listing" | "xmp" => self.frame(id, Kind::Code(String::new())),
            "table" if !is_layout => {
                let (rows, caption) = (Vec::new(), None);
                self.frame(id, Kind::Table { rows, caption });
            }
            "caption" if matches!(self.top().kind, Kind::Table { .. }) => {
                self.frame(id, Kind::Caption);
            }
            "tr" => {
                if let Kind::Table { rows, .. } = &mut self.top().kind {
                    rows.push(Vec::new());
                }
            }
            "td" | "th" if matches!(self.top().kind, Kind::Table { .. }) => {
                let span = |name| {
                    let span = element.attr(name).and_then(|span| span.trim().parse().ok());
                    span.unwrap_or(1_usize)
                };
                let is_head = name == "th";
                self.frame(
                    id,
                    Kind::Cell {
                        columns: span("colspan"),
                        // None means to the end of the group.
                        rows: match span("rowspan") {
                            0 => usize::MAX,
                            rows => rows,
                        },
                        is_head,
                    },
                );
            }
            "ruby" => {
                self.end_run();
                self.space_now();
                self.end_run();
                let base = self.top().inlines.len();
                self.ruby = Some(Ruby {
                    base,
                    reading: None,
                });
            }
            "rt" => {
                self.end_run();
                if let Some(ruby) = &mut self.ruby {
                    ruby.reading = Some(String::new());
                }
            }
            "q" => self.text("“"),
            _ => {}
        }
    }

    pub(super) fn close(&mut self, id: usize, element: &Element) {
        let name = element.name();
        match name {
            "rt" => self.end_reading(),
            "ruby" => {
                self.end_run();
                self.ruby = None;
            }
            "q" => self.text("”"),
            _ => {}
        }
        if is_block(name) {
            self.end_paragraph();
            // Frames within that did not close, which a sound tree has not.
            if let Some(at) = self.frames.iter().rposition(|frame| frame.id == Some(id)) {
                while self.frames.len() > at {
                    self.end_frame();
                }
            }
            if breaks_page(element).1 {
                self.break_page();
            }
        }
        self.looks.pop_if(|(other, _)| *other == id);
        self.aligns.pop_if(|(other, _)| *other == id);
    }

    /// Opens a frame, unless it would be too deep: then its content joins what
    /// is around it.
    fn frame(&mut self, id: usize, kind: Kind) {
        let holds_inlines = matches!(
            kind,
            Kind::Paragraph | Kind::Heading(_) | Kind::Code(_) | Kind::Term | Kind::Caption
        );
        // Blocks within a heading are parts of it.
        let in_heading = matches!(
            self.top().kind,
            Kind::Heading(_) | Kind::Term | Kind::Caption
        );
        if in_heading || self.frames.len() > MAX_DEPTH && !holds_inlines {
            return;
        }
        self.frames.push(frame(Some(id), kind));
    }

    fn align(&self) -> Option<&'static str> {
        let last = self.aligns.last().map(|(_, align)| *align);
        last.filter(|align| *align != UNSET)
    }

    fn styles(&self) -> Styles {
        let all = self.looks.iter().map(|(_, styles)| *styles);
        all.fold(Styles::default(), Styles::with)
    }

    /// Adds text, its white space as HTML has it.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(ruby) = &mut self.ruby
            && let Some(reading) = &mut ruby.reading
        {
            reading.extend(text.chars().filter(|c| !c.is_control()));
            return;
        }
        if let Kind::Code(code) = &mut self.top().kind {
            code.push_str(text);
            return;
        }
        let styles = self.styles();
        if styles != self.run_styles {
            self.end_run();
            self.run_styles = styles;
        }
        for character in text.chars() {
            match character {
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                    let is_line_end = matches!(character, '\n' | '\r');
                    self.space = Some(self.space.unwrap_or(false) | is_line_end);
                }
                _ if character.is_control() => {}
                _ => {
                    // A line end between Chinese characters is no space.
                    let joins = self.space == Some(true)
                        && is_cjk(character)
                        && self.last.is_some_and(is_cjk);
                    if joins {
                        self.space = None;
                    }
                    self.space_now();
                    self.run.push(character);
                    self.last = Some(character);
                }
            }
        }
    }

    /// Writes the space that is due, but not at the head of a line.
    fn space_now(&mut self) {
        if self.space.take().is_some() && self.last.is_some() {
            self.run.push(' ');
            self.last = Some(' ');
        }
    }

    fn end_run(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.run);
        let inline = styled(text, self.run_styles);
        self.top().inlines.push(inline);
    }

    fn end_reading(&mut self) {
        let Some(Ruby { base, reading }) = &mut self.ruby else {
            return;
        };
        let Some(reading) = reading.take() else {
            return;
        };
        let base = *base;
        let top = self.top();
        if base <= top.inlines.len() {
            let c = top.inlines.split_off(base);
            let r = reading.split_whitespace().collect::<Vec<_>>().join(" ");
            if r.is_empty() {
                top.inlines.extend(c);
            } else {
                top.inlines.push(Inline::Ruby { c, r });
            }
        }
        let base = self.top().inlines.len();
        if let Some(ruby) = &mut self.ruby {
            ruby.base = base;
        }
    }

    /// Adds an inline that is no text.
    pub(super) fn inline(&mut self, inline: Inline) {
        if matches!(self.top().kind, Kind::Code(_)) {
            return;
        }
        self.end_run();
        self.space_now();
        self.end_run();
        self.last = Some('x');
        self.top().inlines.push(inline);
    }

    /// Adds a picture that stands by itself, in the middle.
    pub(super) fn figure(&mut self, picture: Inline) {
        if !matches!(
            self.top().kind,
            Kind::Root
                | Kind::Paragraph
                | Kind::Quote
                | Kind::Item
                | Kind::Cell { .. }
                | Kind::Meaning
        ) {
            return self.inline(picture);
        }
        self.end_paragraph();
        let figure = Block::Align {
            to: "center",
            c: vec![Block::Plain { c: vec![picture] }],
        };
        self.top().blocks.push(figure);
    }

    fn line_break(&mut self) {
        if let Kind::Code(code) = &mut self.top().kind {
            code.push('\n');
            return;
        }
        self.end_run();
        self.space = None;
        self.last = None;
        self.top().inlines.push(Inline::Br);
    }

    fn break_page(&mut self) {
        if self.frames.len() == 1 && !self.top().blocks.is_empty() {
            self.top().blocks.push(Block::Break);
        }
    }

    /// Ends the run of inlines, if there is any: a paragraph, where the frame
    /// holds some.
    fn end_paragraph(&mut self) {
        self.end_run();
        self.space = None;
        self.last = None;
        let align = self.align();
        let top = self.top();
        match top.kind {
            Kind::Heading(_) | Kind::Term | Kind::Caption => {
                if top
                    .inlines
                    .last()
                    .is_some_and(|inline| *inline != Inline::Br)
                {
                    top.inlines.push(Inline::Br);
                }
                return;
            }
            Kind::Code(_) => return,
            _ => {}
        }
        let mut c = std::mem::take(&mut top.inlines);
        while c.last() == Some(&Inline::Br) {
            c.pop();
        }
        if is_blank(&c) {
            return;
        }
        let is_tight = matches!(
            top.kind,
            Kind::Item
                | Kind::Cell { .. }
                | Kind::Meaning
                | Kind::List { .. }
                | Kind::Definitions(_)
        );
        let block = if is_tight {
            Block::Plain { c }
        } else {
            Block::P { c }
        };
        // A cell is aligned as a whole, an item stays at its mark.
        push_aligned(&mut top.blocks, block, align.filter(|_| !is_tight));
    }

    fn block(&mut self, block: Block) {
        self.top().blocks.push(block);
    }

    fn end_frame(&mut self) {
        self.end_paragraph();
        let Some(mut ended) = self.frames.pop() else {
            return;
        };
        while ended.inlines.last() == Some(&Inline::Br) {
            ended.inlines.pop();
        }
        let align = self.align();
        let Frame {
            kind,
            blocks,
            inlines,
            ..
        } = ended;
        let parent = self.top();
        match kind {
            Kind::Root => parent.blocks.extend(blocks),
            // A paragraph's own inlines became blocks when it ended.
            Kind::Paragraph => parent.blocks.extend(blocks),
            Kind::Heading(n) => {
                if !is_blank(&inlines) {
                    push_aligned(&mut parent.blocks, Block::H { n, c: inlines }, align);
                }
            }
            Kind::Quote => {
                if !blocks.is_empty() {
                    parent.blocks.push(Block::Quote { c: blocks });
                }
            }
            Kind::List { start, mut items } => {
                stray_items(&mut items, blocks);
                if !items.is_empty() {
                    let tight = !items
                        .iter()
                        .flat_map(|item| &item.c)
                        .any(|block| matches!(block, Block::P { .. }));
                    parent.blocks.push(Block::List {
                        start,
                        tight,
                        items,
                    });
                }
            }
            Kind::Item => {
                let strays = std::mem::take(&mut parent.blocks);
                if let Kind::List { items, .. } = &mut parent.kind {
                    stray_items(items, strays);
                    items.push(Item {
                        task: None,
                        c: blocks,
                    });
                }
            }
            Kind::Code(code) => {
                let lines: Vec<String> = code.trim_end().lines().map(code_line).collect();
                if !lines.is_empty() {
                    parent.blocks.push(Block::Code { s: lines });
                }
            }
            Kind::Table { rows, caption } => {
                // What is not in a cell stands before the table.
                parent.blocks.extend(blocks);
                self.end_table(rows, caption);
            }
            Kind::Cell {
                columns,
                rows,
                is_head,
            } => {
                let cell = RawCell {
                    columns,
                    rows,
                    is_head,
                    align,
                    blocks,
                };
                if let Kind::Table { rows, .. } = &mut parent.kind {
                    if rows.is_empty() {
                        rows.push(Vec::new());
                    }
                    if let Some(row) = rows.last_mut() {
                        row.push(cell);
                    }
                }
            }
            Kind::Caption => {
                if let Kind::Table { caption, .. } = &mut parent.kind
                    && !is_blank(&inlines)
                {
                    *caption = Some(Block::Align {
                        to: "center",
                        c: vec![Block::P {
                            c: vec![Inline::B { c: inlines }],
                        }],
                    });
                }
            }
            Kind::Definitions(items) => {
                parent.blocks.extend(blocks);
                if !items.is_empty() {
                    parent.blocks.push(Block::Dl { items });
                }
            }
            Kind::Term => {
                if let Kind::Definitions(items) = &mut parent.kind {
                    items.push(Definition::Term {
                        term: true,
                        c: inlines,
                    });
                }
            }
            Kind::Meaning => {
                if let Kind::Definitions(items) = &mut parent.kind {
                    items.push(Definition::Meaning {
                        term: false,
                        c: blocks,
                    });
                }
            }
        }
    }

    fn end_table(&mut self, rows: Vec<Vec<RawCell>>, caption: Option<Block>) {
        let mut rows = rows;
        rows.retain(|row| !row.is_empty());
        let has_text = rows.iter().flatten().any(|cell| !cell.blocks.is_empty());
        let cells = rows.iter().map(Vec::len).sum::<usize>();
        let parent = self.top();
        parent.blocks.extend(caption);
        if !has_text {
            return;
        }
        // One cell is a frame around a page, not a table.
        let placed = if cells == 1 { Err(rows) } else { place(rows) };
        match placed {
            Ok(table) => parent.blocks.push(Block::Table(table)),
            Err(rows) => {
                let blocks = rows.into_iter().flatten().flat_map(|cell| cell.blocks);
                parent.blocks.extend(blocks);
                self.too_wide |= cells > 1;
            }
        }
    }
}

fn frame(id: Option<usize>, kind: Kind) -> Frame {
    Frame {
        id,
        kind,
        blocks: Vec::new(),
        inlines: Vec::new(),
    }
}
