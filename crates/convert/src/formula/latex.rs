//! LaTeX to the tree of formulas, by `pulldown-latex`'s events.

use pulldown_latex::event::{
    ArrayColumn, Content, DelimiterSize, DelimiterType, EnvironmentFlow, Event, Font, Grouping,
    Line, ScriptPosition, ScriptType, StateChange, Style, Visual,
};
use pulldown_latex::{Parser, Storage};

use crate::page::is_cjk;

use super::leaves::{case, column, ems, font_name, push, relation, text_node};
use super::source::{self, BOXED, PHANTOM, STARRED};
use super::{At, MAX_DEPTH, MAX_NODES, Node, depth};

/// Deepest nesting of events: braces alone make no level of the tree.
const READING_DEPTH: usize = 3 * MAX_DEPTH;

/// A formula read.
#[derive(Debug, PartialEq)]
pub(crate) struct Formula {
    pub(crate) node: Node,
    /// What `\tag` puts at the end of the line.
    pub(crate) tag: Option<String>,
}

/// Reads a formula; `None` when it cannot be drawn as it is meant.
pub(crate) fn parse(source: &str) -> Option<Formula> {
    let prepared = source::prepare(source)?;
    let node = read(&prepared.source).or_else(|| {
        // Lines without an environment around them.
        let is_lines = prepared.source.contains("\\");
        let lines = format!("\\begin{{aligned}}{}\\end{{aligned}}", prepared.source);
        is_lines.then(|| read(&lines)).flatten()
    })?;
    Some(Formula {
        node,
        tag: prepared.tag,
    })
}

pub(super) fn read(source: &str) -> Option<Node> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(source, &storage) {
        events.push(event.ok()?);
        if events.len() > MAX_NODES {
            return None;
        }
    }
    let mut reader = Reader {
        events,
        at: 0,
        font: None,
        in_fences: 0,
        is_starred: false,
    };
    let node = reader.sequence(0)?;
    (reader.at == reader.events.len() && depth(&node) <= MAX_DEPTH && !node.is_empty())
        .then_some(node)
}

struct Reader<'s> {
    events: Vec<Event<'s>>,
    at: usize,
    font: Option<Font>,
    /// `\left … \right` around.
    in_fences: usize,
    /// The last operator's scripts are limits, by its star.
    is_starred: bool,
}

impl<'s> Reader<'s> {
    fn next(&mut self) -> Option<Event<'s>> {
        let event = self.events.get(self.at).cloned();
        self.at += 1;
        event
    }

    /// Nodes up to the end of their group, which is not taken, or to an
    /// alignment or a line's end.
    fn sequence(&mut self, depth: usize) -> Option<Node> {
        let mut c = Vec::new();
        loop {
            match self.events.get(self.at) {
                None | Some(Event::End | Event::EnvironmentFlow(_)) => break,
                Some(Event::StateChange(StateChange::Style(style))) => {
                    let s = match style {
                        Style::Display => "display",
                        Style::Text => "inline",
                        Style::Script => "script",
                        Style::ScriptScript => "sscript",
                    };
                    self.at += 1;
                    // The rest of the group is in this style.
                    let rest = self.sequence(depth + 1)?;
                    c.push(Node::Style {
                        s,
                        c: Box::new(rest),
                    });
                    break;
                }
                Some(Event::StateChange(StateChange::Font(font))) => {
                    self.font = *font;
                    self.at += 1;
                }
                // Colours are left out.
                Some(Event::StateChange(StateChange::Color(_))) => self.at += 1,
                Some(_) => {
                    let node = self.element(depth)?;
                    push(&mut c, node);
                }
            }
        }
        Some(Node::row(c))
    }

    fn element(&mut self, depth: usize) -> Option<Node> {
        if depth > READING_DEPTH {
            return None;
        }
        Some(match self.next()? {
            Event::Content(content) => self.leaf(content),
            Event::Begin(group) => {
                let font = self.font;
                let node = self.group(group, depth + 1);
                self.font = font;
                node?
            }
            Event::Visual(visual) => self.visual(visual, depth + 1)?,
            Event::Script { ty, position } => self.script(ty, position, depth + 1)?,
            Event::Space { width, .. } => Node::space(width.map_or(0.0, ems)),
            Event::StateChange(StateChange::Font(font)) => {
                self.font = font;
                self.element(depth + 1)?
            }
            Event::StateChange(_) => self.element(depth + 1)?,
            Event::End | Event::EnvironmentFlow(_) => return None,
        })
    }

    fn visual(&mut self, visual: Visual, depth: usize) -> Option<Node> {
        Some(match visual {
            Visual::SquareRoot => Node::Root {
                c: Box::new(self.element(depth)?),
                i: None,
            },
            Visual::Root => {
                let c = Box::new(self.element(depth)?);
                let i = Some(Box::new(self.element(depth)?));
                Node::Root { c, i }
            }
            Visual::Fraction(line) => Node::Frac {
                n: Box::new(self.element(depth)?),
                d: Box::new(self.element(depth)?),
                line: line.is_none_or(|line| line.value > 0.0),
            },
            Visual::Negation => self.element(depth)?.negate(),
        })
    }

    fn script(&mut self, ty: ScriptType, position: ScriptPosition, depth: usize) -> Option<Node> {
        self.is_starred = false;
        let base = self.element(depth)?;
        let at = match position {
            ScriptPosition::Right => At::Right,
            ScriptPosition::AboveBelow => At::Limits,
            ScriptPosition::Movable => At::Movable,
        };
        let at = if self.is_starred { At::Movable } else { at };
        // `\hat`, `\overbrace` and their like are written as scripts.
        if at == At::Limits
            && ty != ScriptType::SubSuperscript
            && let Some(Event::Content(Content::Ordinary { content, .. })) =
                self.events.get(self.at)
            && let Some(node) = match *content {
                BOXED => Some(Node::Boxed {
                    c: Box::new(base.clone()),
                }),
                PHANTOM => Some(Node::Phantom {
                    c: Box::new(base.clone()),
                }),
                mark => Node::over_under(base.clone(), mark, ty == ScriptType::Superscript),
            }
        {
            self.at += 1;
            return Some(node);
        }
        let (bottom, top) = match ty {
            ScriptType::Subscript => (Some(self.element(depth)?), None),
            ScriptType::Superscript => (None, Some(self.element(depth)?)),
            ScriptType::SubSuperscript => {
                let bottom = self.element(depth)?;
                (Some(bottom), Some(self.element(depth)?))
            }
        };
        // A note at a brace is the brace's own.
        if at == At::Limits
            && let Node::Span { c, k, note: None } = base
        {
            return Some(match (k.starts_with("under"), bottom, top) {
                (true, Some(note), None) | (false, None, Some(note)) => Node::Span {
                    c,
                    k,
                    note: Some(Box::new(note)),
                },
                (_, bottom, top) => Node::attach(Node::Span { c, k, note: None }, bottom, top, at),
            });
        }
        Some(Node::attach(base, bottom, top, at))
    }

    fn leaf(&mut self, content: Content<'_>) -> Node {
        let node = match content {
            Content::Text(text) => text_node(text),
            Content::Number(number) => Node::text(number),
            Content::Function(name) => {
                let bare = name.strip_prefix(STARRED);
                self.is_starred = bare.is_some();
                let letters = bare.unwrap_or(name).replace(r"\,", " ");
                Node::Op { s: letters }
            }
            Content::Ordinary { content, .. } if is_cjk(content) => Node::text(content),
            Content::Ordinary { content, .. } => Node::sym(content),
            Content::LargeOp { content, .. } => Node::Sym {
                s: content.to_string(),
                k: Some("large"),
            },
            Content::BinaryOp { content, .. } => Node::sym(content),
            Content::Relation { content, .. } => {
                let mut buffer = [0; 8];
                let text = std::str::from_utf8(content.encode_utf8_to_buf(&mut buffer));
                relation(text.unwrap_or_default())
            }
            Content::Delimiter {
                content,
                size: Some(DelimiterSize::Big),
                ty: DelimiterType::Fence,
            } if self.in_fences > 0 => Node::Mid { s: content },
            Content::Delimiter {
                content,
                size: Some(size),
                ..
            } => Node::Big {
                s: content,
                em: match size {
                    DelimiterSize::Big => 1.2,
                    DelimiterSize::BIG => 1.8,
                    DelimiterSize::Bigg => 2.4,
                    DelimiterSize::BIGG => 3.0,
                },
            },
            Content::Delimiter {
                content,
                size: None,
                ty,
            } => Node::Sym {
                s: content.to_string(),
                k: match ty {
                    DelimiterType::Open => Some("opening"),
                    DelimiterType::Close => Some("closing"),
                    DelimiterType::Fence => None,
                },
            },
            Content::Punctuation(content) => Node::sym(content),
        };
        match self.font {
            Some(font) if !matches!(node, Node::Op { .. }) => Node::font(font_name(font), node),
            _ => node,
        }
    }

    fn group(&mut self, group: Grouping, depth: usize) -> Option<Node> {
        let node = match group {
            Grouping::Normal => self.sequence(depth)?,
            Grouping::LeftRight(l, r) => {
                self.in_fences += 1;
                let c = self.sequence(depth);
                self.in_fences -= 1;
                Node::Lr {
                    l,
                    r,
                    c: Box::new(c?),
                }
            }
            Grouping::Matrix { alignment } => {
                self.font = None;
                let table = self.table(depth)?;
                table.into_matrix(vec![column(alignment)], Vec::new(), false)
            }
            Grouping::SubArray { alignment } => {
                self.font = None;
                let table = self.table(depth)?;
                table.into_matrix(vec![column(alignment)], Vec::new(), true)
            }
            Grouping::Array(columns) => {
                self.font = None;
                let mut align = Vec::new();
                let mut vlines = Vec::new();
                for part in &columns {
                    match part {
                        ArrayColumn::Column(alignment) => align.push(column(*alignment)),
                        ArrayColumn::Separator(Line::Solid | Line::Dashed) => {
                            vlines.push(align.len());
                        }
                    }
                }
                let table = self.table(depth)?;
                table.into_matrix(align, vlines, false)
            }
            Grouping::Cases { left } => {
                self.font = None;
                let rows = self.table(depth)?.rows;
                Node::Cases {
                    rows: rows.into_iter().map(case).collect(),
                    reverse: !left,
                }
            }
            Grouping::Equation { .. } | Grouping::Gather { .. } | Grouping::Gathered => {
                self.lines(depth, "center")?
            }
            Grouping::Multline => self.lines(depth, "center")?,
            Grouping::Align { .. }
            | Grouping::Aligned
            | Grouping::Alignat { .. }
            | Grouping::Alignedat { .. }
            | Grouping::Split => self.lines(depth, "right")?,
        };
        matches!(self.next(), Some(Event::End)).then_some(node)
    }

    fn lines(&mut self, depth: usize, align: &'static str) -> Option<Node> {
        self.font = None;
        let rows = self.table(depth)?.rows;
        let rows = rows
            .into_iter()
            .map(|cells| {
                let mut c = Vec::new();
                for (index, cell) in cells.into_iter().enumerate() {
                    if index > 0 {
                        c.push(Node::Amp);
                    }
                    // Pairs of columns stand apart.
                    if index > 0 && index % 2 == 0 {
                        c.push(Node::space(2.0));
                    }
                    match cell {
                        Node::Row { c: inner } => c.extend(inner),
                        other => c.push(other),
                    }
                }
                Node::row(c)
            })
            .collect();
        Some(Node::Lines { rows, align })
    }

    /// Rows of cells up to the end of the environment, which is not taken.
    fn table(&mut self, depth: usize) -> Option<Table> {
        let mut table = Table {
            rows: vec![Vec::new()],
            hlines: Vec::new(),
        };
        loop {
            let cell = self.sequence(depth)?;
            table.rows.last_mut()?.push(cell);
            match self.events.get(self.at) {
                Some(Event::EnvironmentFlow(EnvironmentFlow::Alignment)) => {}
                Some(Event::EnvironmentFlow(EnvironmentFlow::NewLine {
                    horizontal_lines, ..
                })) => {
                    if !horizontal_lines.is_empty() {
                        table.hlines.push(table.rows.len());
                    }
                    table.rows.push(Vec::new());
                }
                Some(Event::EnvironmentFlow(EnvironmentFlow::StartLines { .. })) => {
                    table.hlines.push(0);
                    table.rows.last_mut()?.clear();
                }
                _ => break,
            }
            self.font = None;
            self.at += 1;
        }
        // A line's end before the environment's end makes no row.
        if table.rows.len() > 1
            && let Some([only]) = table.rows.last().map(Vec::as_slice)
            && only.is_empty()
        {
            table.rows.pop();
        }
        Some(table)
    }
}

struct Table {
    rows: Vec<Vec<Node>>,
    hlines: Vec<usize>,
}

impl Table {
    fn into_matrix(self, align: Vec<&'static str>, vlines: Vec<usize>, tight: bool) -> Node {
        Node::Mat {
            rows: self.rows,
            align,
            vlines,
            hlines: self.hlines,
            tight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::formula::MAX_DEPTH;

    /// The tree in short: `(kind part …)`, symbols as they are.
    fn read(source: &str) -> String {
        let Some(formula) = parse(source) else {
            return "unread".to_owned();
        };
        let value = serde_json::to_value(&formula.node).unwrap_or_default();
        short(&value)
    }

    fn short(value: &serde_json::Value) -> String {
        use serde_json::Value;
        match value {
            Value::Object(map) => {
                let kind = map.get("t").and_then(Value::as_str).unwrap_or_default();
                let parts: Vec<String> = map
                    .iter()
                    .filter(|(key, value)| *key != "t" && *key != "k" && !value.is_null())
                    .map(|(key, value)| match (kind, key.as_str()) {
                        (_, "top") => format!("^{}", short(value)),
                        (_, "bottom") => format!("_{}", short(value)),
                        (_, "note") => format!("note {}", short(value)),
                        _ => short(value),
                    })
                    .collect();
                match kind {
                    "sym" | "text" => parts.concat(),
                    "row" => format!("[{}]", parts.join(" ")),
                    _ => {
                        let name = map.get("k").and_then(Value::as_str).unwrap_or(kind);
                        format!("({name} {})", parts.join(" "))
                    }
                }
            }
            Value::Array(all) => all.iter().map(short).collect::<Vec<_>>().join(" "),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    #[test]
    fn each_construct_has_its_node() {
        for (source, expected) in [
            (r"\frac{a}{b}", "(frac b true a)"),
            (r"\binom nk", "(lr (frac k false n) ( ))"),
            (r"\sqrt x", "(root x)"),
            (r"\sqrt[3]{x}", "(root x 3)"),
            (r"x_i^2", "(att right _i x ^2)"),
            (r"\sum_{i=1}^n i", "[(att movable _[i = 1] ∑ ^n) i]"),
            (r"\int_0^1", "(att right _0 ∫ ^1)"),
            (r"\lim_{x\to 0}", "(att movable _[x → 0] (op lim))"),
            (r"\operatorname*{argmax}_x", "(att movable _x (op argmax))"),
            (r"f''", "(att right f ^(primes 2))"),
            (r"f'_x", "(att right _x f ^(primes 1))"),
            (r"\hat x", "(acc \u{302} x)"),
            (r"\overline{AB}", "(overline [A B])"),
            (r"\overbrace{x}^{n}", "(overbrace x note n)"),
            (r"\underset{x}{\max}", "(att limits _x (op max))"),
            (r"\xrightarrow{f}", "(att limits → ^f)"),
            (
                r"\left(\frac a b\middle|c\right]",
                "(lr [(frac b true a) (mid |) c] ( ])",
            ),
            (r"\Bigg(", "(big 3.0 ()"),
            (
                r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
                "(lr (mat center  1 2 3 4 false ) ( ))",
            ),
            (
                r"\begin{array}{l|c}a&b\\\hline c&d\end{array}",
                "(mat left center 1 a b c d false 1)",
            ),
            (
                r"\begin{cases}x&y\\z&w\end{cases}",
                "(cases false [(amp ) x (space 1.0) (amp ) (amp ) y] [(amp ) z (space 1.0) (amp ) (amp ) w])",
            ),
            (
                r"\begin{aligned}a&=b\\c&=d\end{aligned}",
                "(lines right [a (amp ) = b] [c (amp ) = d])",
            ),
            (r"a\\b", "(lines right a b)"),
            (r"\begin{gather}a\end{gather}", "(lines center a)"),
            (r"\mathbb{R}", "(font R bb)"),
            (r"\mathbf{x}\bm y", "[(font x bold) (font y bold-symbol)]"),
            (r"\mathrm{d}x", "[(font d upright) x]"),
            (r"\mathfrak g\mathcal L", "[(font g frak) (font L cal)]"),
            (r"\text{当 $x$ 时}", "[当\u{a0} x \u{a0}时]"),
            (r"中文", "中文"),
            (r"\not\in", "∉"),
            (r"\cancel x", "(cancel x)"),
            (r"\boxed{x}", "(boxed x)"),
            (r"\phantom{x}y", "[(phantom x) y]"),
            (r"a\quad b", "[a (space 1.0) b]"),
            (r"\displaystyle x", "(style x display)"),
            (r"\color{red}x-1", "[x − 1]"),
            (r"\alpha\le\Omega", "[α ≤ Ω]"),
        ] {
            assert_eq!(read(source), expected, "{source}");
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_not_guessed() {
        for source in [
            r"\frac{a}",
            r"\left( x",
            r"\nonsense",
            "}",
            r"\begin{x}",
            "",
        ] {
            assert_eq!(read(source), "unread", "{source}");
        }
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = |n: usize| format!("{}x{}", "\\sqrt{".repeat(n), "}".repeat(n));
        assert_ne!(read(&deep(MAX_DEPTH - 8)), "unread");
        assert_eq!(read(&deep(MAX_DEPTH + 1)), "unread");
        assert_eq!(read(&"x^".repeat(9_000)), "unread");
        assert_eq!(read(&"x ".repeat(9_000)), "unread");
    }
}
