//! Markdown to the tree of `tree`.
//!
//! Raw HTML is left out, pictures become their words in a frame (nothing is
//! fetched), a formula that cannot be read its source in type of code, and the
//! report says so.
//! Nesting past [`MAX_DEPTH`] is flattened, so that no input runs deep.

use std::collections::{BTreeSet, HashMap, VecDeque};

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::formula;
use crate::package::clean_title;
use crate::pdf::guarded;
use crate::report::{Warning, WarningKind};
use crate::tree::{
    Block, Cell, Definition, Inline, Item, MAX_DEPTH, Table, code_line, plain, share, width,
};

/// A parsed document.
pub(crate) struct Parsed {
    pub(crate) document: Vec<Block>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) title: Option<String>,
}

/// Parses a document.
pub(crate) fn parse(text: &str) -> Parsed {
    let mut notes = HashMap::new();
    if text.contains("[^") {
        let mut collecting = Builder::new(text, notes);
        collecting.collects_notes = true;
        collecting.blocks(0, false);
        notes = collecting.notes;
    }
    let mut builder = Builder::new(text, notes);
    let document = builder.blocks(0, false);
    Parsed {
        document,
        title: builder.title.as_deref().and_then(clean_title),
        warnings: builder
            .warned
            .into_iter()
            .map(|(kind, detail)| Warning::new(kind, detail))
            .collect(),
    }
}

struct Builder<'t> {
    events: Parser<'t>,
    /// Containers past the depth whose ends are still to come.
    flattened: usize,
    /// Whether this is the pass before, which only reads the notes: they stand
    /// behind what refers to them.
    collects_notes: bool,
    /// The notes that are not shown yet. Each is moved to its place, never
    /// copied: notes that refer to notes would double with every step.
    notes: HashMap<String, Vec<Inline>>,
    /// The numbers of the notes that are shown.
    numbers: HashMap<String, usize>,
    warned: BTreeSet<(WarningKind, &'static str)>,
    title: Option<String>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str, notes: HashMap<String, Vec<Inline>>) -> Self {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH
            | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
            | Options::ENABLE_DEFINITION_LIST;
        Self {
            events: Parser::new_ext(text, options),
            flattened: 0,
            collects_notes: false,
            notes,
            numbers: HashMap::new(),
            warned: BTreeSet::new(),
            title: None,
        }
    }

    /// Reads blocks up to the end of their container.
    fn blocks(&mut self, depth: usize, tight: bool) -> Vec<Block> {
        let mut out = Vec::new();
        let mut loose: Vec<Inline> = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(tag) => {
                    if is_inline(&tag) {
                        self.inline_tag(tag, 0, &mut loose);
                        continue;
                    }
                    flush(&mut loose, &mut out, tight);
                    if depth >= MAX_DEPTH && nests(&tag) {
                        self.flattened += 1;
                        continue;
                    }
                    self.block(tag, depth, &mut out);
                }
                Event::End(tag) => {
                    if self.flattened > 0 && ends_nesting(tag) {
                        self.flattened -= 1;
                        continue;
                    }
                    break;
                }
                Event::Rule => {
                    flush(&mut loose, &mut out, tight);
                    out.push(Block::Hr);
                }
                Event::TaskListMarker(done) => {
                    // Read by `item`; past the depth it is text.
                    loose.push(Inline::T {
                        s: if done { "☑ " } else { "☐ " }.to_owned(),
                    });
                }
                Event::Html(_) => self.warn_html(),
                other => self.inline_event(other, &mut loose),
            }
        }
        flush(&mut loose, &mut out, tight);
        out
    }

    fn block(&mut self, tag: Tag<'t>, depth: usize, out: &mut Vec<Block>) {
        match tag {
            Tag::Paragraph => {
                let c = self.inlines(0);
                if !c.is_empty() {
                    out.push(Block::P { c });
                }
            }
            Tag::Heading { level, .. } => {
                let c = self.inlines(0);
                let words = plain(&c);
                if self.title.is_none() && !words.trim().is_empty() {
                    self.title = Some(words);
                }
                out.push(Block::H { n: level as u8, c });
            }
            Tag::BlockQuote(_) => out.push(Block::Quote {
                c: self.blocks(depth + 1, false),
            }),
            Tag::CodeBlock(kind) => {
                let s = self.code();
                if matches!(kind, CodeBlockKind::Fenced(name) if name.as_ref() == "mermaid") {
                    self.warned
                        .insert((WarningKind::Chart, "a diagram is shown as its source"));
                }
                out.push(Block::Code { s });
            }
            Tag::List(start) => out.push(self.list(start, depth)),
            Tag::Table(align) => out.push(self.table(&align)),
            Tag::FootnoteDefinition(label) => {
                if self.collects_notes {
                    let blocks = self.blocks(depth + 1, false);
                    let mut c = Vec::new();
                    note_inlines(blocks, &mut c);
                    self.notes.insert(label.into_string(), c);
                } else {
                    // Gone through for what it warns of; shows no notes.
                    let notes = std::mem::take(&mut self.notes);
                    self.blocks(depth + 1, false);
                    self.notes = notes;
                }
            }
            Tag::DefinitionList => out.push(self.definitions(depth)),
            Tag::HtmlBlock => {
                self.warn_html();
                self.skip();
            }
            Tag::MetadataBlock(_) => self.skip(),
            // An item outside a list, a cell outside a table: not made by the
            // parser, and no reason to lose what is inside.
            _ => out.extend(self.blocks(depth + 1, false)),
        }
    }

    fn list(&mut self, start: Option<u64>, depth: usize) -> Block {
        let mut items = Vec::new();
        let mut tight = true;
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => {
                    let item = self.item(depth + 1);
                    tight &= !item.c.iter().any(|block| matches!(block, Block::P { .. }));
                    items.push(item);
                }
                Event::End(TagEnd::List(_)) => break,
                _ => {}
            }
        }
        // Numbers past a thousand million are a hostile joke.
        let start = start.map(|start| start.min(1_000_000_000));
        Block::List {
            start,
            tight,
            items,
        }
    }

    fn item(&mut self, depth: usize) -> Item {
        let mut c = self.blocks(depth, true);
        let mut task = None;
        let first = match c.first_mut() {
            Some(Block::Plain { c } | Block::P { c }) => Some(c),
            _ => None,
        };
        if let Some(inlines) = first
            && let Some(Inline::T { s }) = inlines.first()
            && (s == "☑ " || s == "☐ ")
        {
            task = Some(s == "☑ ");
            inlines.remove(0);
        }
        Item { task, c }
    }

    fn table(&mut self, align: &[Alignment]) -> Block {
        let mut cells: Vec<Cell> = Vec::new();
        let (mut x, mut y) = (0, 0);
        let mut is_head = false;
        let mut widest = vec![1; align.len()];
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead) => is_head = true,
                Event::End(TagEnd::TableHead) => is_head = false,
                Event::Start(Tag::TableRow) => {
                    x = 0;
                    y += 1;
                }
                Event::Start(Tag::TableCell) => {
                    let c = self.inlines(0);
                    if let Some(widest) = widest.get_mut(x) {
                        *widest = width(&c).max(*widest);
                    }
                    cells.push(Cell {
                        x,
                        y,
                        w: 1,
                        h: 1,
                        align: match align.get(x) {
                            Some(Alignment::Right) => "right",
                            Some(Alignment::Center) => "center",
                            _ => "left",
                        },
                        b: is_head,
                        c: vec![Block::Plain { c }],
                    });
                    x += 1;
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        Block::Table(Table {
            columns: widest.into_iter().map(share).collect(),
            head: 1,
            cells,
        })
    }

    fn definitions(&mut self, depth: usize) -> Block {
        let mut items = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::DefinitionListTitle) => items.push(Definition::Term {
                    term: true,
                    c: self.inlines(0),
                }),
                Event::Start(Tag::DefinitionListDefinition) => items.push(Definition::Meaning {
                    term: false,
                    c: self.blocks(depth + 1, true),
                }),
                Event::End(TagEnd::DefinitionList) => break,
                _ => {}
            }
        }
        Block::Dl { items }
    }

    fn code(&mut self) -> Vec<String> {
        let mut code = String::new();
        for event in self.events.by_ref() {
            match event {
                Event::Text(text) => code.push_str(&text),
                Event::End(_) => break,
                _ => {}
            }
        }
        let lines: Vec<String> = code.trim_end().lines().map(code_line).collect();
        if lines.is_empty() {
            vec![String::new()]
        } else {
            lines
        }
    }

    /// Drops everything up to the end of the open block, which holds no others.
    fn skip(&mut self) {
        for event in self.events.by_ref() {
            if matches!(event, Event::End(_)) {
                break;
            }
        }
    }

    /// Reads inlines up to the end of their container.
    fn inlines(&mut self, depth: usize) -> Vec<Inline> {
        let mut out = Vec::new();
        let mut flattened = 0_usize;
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(tag) => {
                    if depth >= MAX_DEPTH {
                        flattened += 1;
                    } else {
                        self.inline_tag(tag, depth, &mut out);
                    }
                }
                Event::End(_) if flattened > 0 => flattened -= 1,
                Event::End(_) => break,
                Event::TaskListMarker(done) => out.push(Inline::T {
                    s: if done { "☑ " } else { "☐ " }.to_owned(),
                }),
                other => self.inline_event(other, &mut out),
            }
        }
        out
    }

    fn inline_tag(&mut self, tag: Tag<'t>, depth: usize, out: &mut Vec<Inline>) {
        let c = self.inlines(depth + 1);
        out.push(match tag {
            Tag::Emphasis => Inline::Em { c },
            Tag::Strong => Inline::B { c },
            Tag::Strikethrough => Inline::S { c },
            Tag::Superscript => Inline::Sup { c },
            Tag::Subscript => Inline::Sub { c },
            Tag::Link { .. } => Inline::A { c },
            Tag::Image { .. } => {
                self.warned.insert((
                    WarningKind::Image,
                    "pictures of a Markdown file are shown as their description",
                ));
                let words = plain(&c);
                let words = words.trim();
                Inline::Img {
                    s: if words.is_empty() { "图 image" } else { words }.to_owned(),
                }
            }
            _ => {
                out.extend(c);
                return;
            }
        });
    }

    fn inline_event(&mut self, event: Event<'t>, out: &mut Vec<Inline>) {
        match event {
            Event::Text(text) => push_text(out, &text),
            Event::Code(code) => out.push(Inline::C {
                s: code.into_string(),
            }),
            Event::InlineMath(source) => self.formula(&source, false, out),
            Event::DisplayMath(source) => self.formula(&source, true, out),
            Event::SoftBreak => push_text(out, "\n"),
            Event::HardBreak => out.push(Inline::Br),
            Event::FootnoteReference(label) if self.collects_notes => out.push(mark(&label)),
            Event::FootnoteReference(label) => self.note(&label, out),
            Event::InlineHtml(html) => {
                if html.trim().to_ascii_lowercase().starts_with("<br") {
                    out.push(Inline::Br);
                } else {
                    self.warn_html();
                }
            }
            _ => {}
        }
    }

    /// Shows a note where it is first referred to, and behind it those that it
    /// refers to; its number where it is shown already.
    fn note(&mut self, label: &str, out: &mut Vec<Inline>) {
        if let Some(number) = self.numbers.get(label) {
            out.push(raised(*number));
            return;
        }
        let mut due = VecDeque::new();
        self.number(label, &mut due);
        while let Some(mut c) = due.pop_front() {
            self.fill_marks(&mut c, &mut due);
            if matches!(out.last(), Some(Inline::Fn { .. })) {
                push_text(out, " ");
            }
            out.push(Inline::Fn { c });
        }
    }

    /// The number of a note; one that is not shown becomes due.
    fn number(&mut self, label: &str, due: &mut VecDeque<Vec<Inline>>) -> Option<usize> {
        if let Some(c) = self.notes.remove(label) {
            due.push_back(c);
            self.numbers
                .insert(label.to_owned(), self.numbers.len() + 1);
        }
        self.numbers.get(label).copied()
    }

    /// Puts numbers where a note refers to notes.
    fn fill_marks(&mut self, inlines: &mut [Inline], due: &mut VecDeque<Vec<Inline>>) {
        for inline in inlines {
            match inline {
                Inline::Fn { c } => {
                    let number = self.number(&plain(c), due);
                    *inline = number.map_or(Inline::T { s: String::new() }, raised);
                }
                Inline::Em { c }
                | Inline::B { c }
                | Inline::S { c }
                | Inline::U { c }
                | Inline::Sup { c }
                | Inline::Sub { c }
                | Inline::A { c } => self.fill_marks(c, due),
                _ => {}
            }
        }
    }

    fn formula(&mut self, source: &str, is_display: bool, out: &mut Vec<Inline>) {
        let read = guarded("reading a formula", || formula::latex::parse(source));
        if let Ok(Some(formula)) = read {
            out.push(Inline::M {
                f: formula.node,
                d: is_display,
                tag: formula.tag,
                s: source.to_owned(),
            });
            return;
        }
        self.warned.insert((
            WarningKind::Formula,
            "a formula that cannot be read is shown as its source",
        ));
        let fence = if is_display { "$$" } else { "$" };
        out.push(Inline::C {
            s: format!("{fence}{}{fence}", source.trim()),
        });
    }

    fn warn_html(&mut self) {
        self.warned.insert((
            WarningKind::Other,
            "HTML inside a Markdown file is left out",
        ));
    }
}

/// Where a note refers to another one, until that has its number.
fn mark(label: &str) -> Inline {
    Inline::Fn {
        c: vec![Inline::T {
            s: label.to_owned(),
        }],
    }
}

fn raised(number: usize) -> Inline {
    Inline::Sup {
        c: vec![Inline::T {
            s: number.to_string(),
        }],
    }
}

/// Adds text; a line end inside a paragraph is a space but between Chinese
/// characters, where it is nothing.
fn push_text(out: &mut Vec<Inline>, text: &str) {
    // The line end after a formula on a line of its own.
    if text == "\n" && matches!(out.last(), Some(Inline::M { d: true, .. })) {
        return;
    }
    let joined = match out.last_mut() {
        Some(Inline::T { s }) if s != "☑ " && s != "☐ " => s,
        _ => {
            out.push(Inline::T { s: String::new() });
            let Some(Inline::T { s }) = out.last_mut() else {
                return;
            };
            s
        }
    };
    let is_chinese = |character: Option<char>| character.is_some_and(crate::page::is_cjk);
    if let Some(before) = joined.strip_suffix('\n') {
        let joins = is_chinese(before.chars().next_back()) && is_chinese(text.chars().next());
        joined.pop();
        if !joins {
            joined.push(' ');
        }
    }
    joined.extend(text.chars().filter(|c| *c == '\n' || !c.is_control()));
}

fn flush(loose: &mut Vec<Inline>, out: &mut Vec<Block>, tight: bool) {
    if loose.is_empty() {
        return;
    }
    let c = std::mem::take(loose);
    out.push(if tight {
        Block::Plain { c }
    } else {
        Block::P { c }
    });
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

fn nests(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::BlockQuote(_) | Tag::List(_) | Tag::Item)
}

fn ends_nesting(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item)
}

/// A note's blocks as one run: notes stand in a line at the foot of the page.
fn note_inlines(blocks: Vec<Block>, out: &mut Vec<Inline>) {
    for block in blocks {
        if !out.is_empty() {
            out.push(Inline::Br);
        }
        match block {
            Block::P { c } | Block::Plain { c } | Block::H { c, .. } => out.extend(c),
            Block::Code { s } => out.push(Inline::C { s: s.join(" ") }),
            Block::Quote { c } => note_inlines(c, out),
            Block::List { items, .. } => {
                for item in items {
                    note_inlines(item.c, out);
                }
            }
            Block::Align { c, .. } => note_inlines(c, out),
            Block::Table(_) | Block::Dl { .. } | Block::Hr | Block::Break => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::report::WarningKind;
    use crate::tree::{Block, Inline, MAX_DEPTH};

    #[test]
    fn tables_tasks_and_notes_are_read() {
        let parsed = parse(
            "# 标题\n\n| 年 | 数 |\n|---|--:|\n| 2023 | 5 |\n\n- [x] 完成\n- [ ] 未完\n\n见注[^a]。\n\n[^a]: 注文\n",
        );
        assert_eq!(parsed.title.as_deref(), Some("标题"));
        assert!(parsed.document.iter().any(|block| matches!(
            block,
            Block::Table(table) if table.columns.len() == 2 && table.cells.len() == 4
        )));
        let tasks = parsed.document.iter().find_map(|block| match block {
            Block::List { items, .. } => Some(items.iter().map(|item| item.task).collect()),
            _ => None,
        });
        assert_eq!(tasks, Some(vec![Some(true), Some(false)]));
        let json = serde_json::to_string(&parsed.document).unwrap_or_default();
        assert!(json.contains("注文"), "{json}");
    }

    #[test]
    fn notes_that_refer_to_notes_are_shown_once_each() {
        let mut text = "见[^n17]，再见[^n17]。\n\n[^n0]: 注文0。\n".to_owned();
        for note in 1..18 {
            let before = note - 1;
            text.push_str(&format!(
                "\n[^n{note}]: 注文{note}。[^n{before}][^n{before}]\n"
            ));
        }
        let json = serde_json::to_string(&parse(&text).document).unwrap();
        for note in 0..18 {
            assert_eq!(json.matches(&format!("注文{note}。")).count(), 1, "{note}");
        }
        assert!(json.len() < 10_000, "{}", json.len());
    }

    #[test]
    fn a_second_reference_repeats_the_number_of_its_note() {
        let text = "甲[^a]乙[^b]丙[^b]\n\n[^a]: 一[^c]\n[^b]: 二\n[^c]: 三[^a]\n";
        let parsed = parse(text);
        let [Block::P { c }] = parsed.document.as_slice() else {
            panic!("one paragraph");
        };
        let words = |s: &str| Inline::T { s: s.to_owned() };
        let number = |s: &str| Inline::Sup { c: vec![words(s)] };
        let note = |c| Inline::Fn { c };
        assert_eq!(
            *c,
            [
                words("甲"),
                note(vec![words("一"), number("2")]),
                words(" "),
                note(vec![words("三"), number("1")]),
                words("乙"),
                note(vec![words("二")]),
                words("丙"),
                number("3"),
            ]
        );
    }

    #[test]
    fn lines_of_a_chinese_paragraph_join_without_a_space() {
        let parsed = parse("乡镇文\n化站\nand more\n");
        let words = Inline::T {
            s: "乡镇文化站 and more".to_owned(),
        };
        assert_eq!(parsed.document, [Block::P { c: vec![words] }]);
    }

    #[test]
    fn what_is_not_drawn_is_said_once() {
        let parsed = parse("$x^2$ and $\\nonsense$ ![alt](http://x/y.png) <b>x</b>\n");
        let kinds: Vec<_> = parsed.warnings.iter().map(|warning| warning.kind).collect();
        assert_eq!(
            kinds,
            [WarningKind::Formula, WarningKind::Image, WarningKind::Other]
        );
    }

    #[test]
    fn deep_nesting_is_flattened_and_nothing_is_lost() {
        let quote = format!("{} 深处\n\n之后\n", ">".repeat(5000));
        let parsed = parse(&quote);
        let json = serde_json::to_string(&parsed.document).unwrap_or_default();
        assert!(json.contains("深处") && json.contains("之后"));
        assert!(json.matches("quote").count() <= MAX_DEPTH);
        let stars = format!("{}x{}\n", "*a **b ".repeat(2000), "** *".repeat(2000));
        assert!(!parse(&stars).document.is_empty());
    }
}
