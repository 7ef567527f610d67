//! Formulas as one tree, whatever they were written in.
//!
//! [`latex`] reads the LaTeX of Markdown, [`mathml`] the MathML of HTML and
//! EPUB, [`omml`] the formulas of Office. `templates/formula.typ` makes Typst's
//! math elements of the tree. The tree holds characters and numbers only:
//! nothing of an upload is ever run as Typst code.

pub(crate) mod element;
pub(crate) mod latex;
mod leaves;
pub(crate) mod linear;
pub(crate) mod mathml;
pub(crate) mod omml;
mod runs;
mod source;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

/// Deepest nesting of a formula: the template calls itself once a level, and
/// Typst allows 80 calls, of which blocks of a document take up to 30.
pub(crate) const MAX_DEPTH: usize = 32;
/// Most nodes of a formula.
pub(crate) const MAX_NODES: usize = 5_000;

/// A part of a formula; the names are those the template knows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(crate) enum Node {
    Row {
        c: Vec<Node>,
    },
    /// One symbol: a character, perhaps struck through. `k` forces a class of
    /// spacing (`relation`, `binary`, `large`, …).
    Sym {
        s: String,
        k: Option<&'static str>,
    },
    /// Upright text or a number.
    Text {
        s: String,
    },
    /// A function's name.
    Op {
        s: String,
    },
    /// A fraction; without its line when not `line`.
    Frac {
        n: Box<Node>,
        d: Box<Node>,
        line: bool,
    },
    Root {
        c: Box<Node>,
        i: Option<Box<Node>>,
    },
    /// Scripts on a base: top, bottom, and those before it.
    Att {
        c: Box<Node>,
        top: Option<Box<Node>>,
        bottom: Option<Box<Node>>,
        at: At,
    },
    /// Scripts before a base.
    Pre {
        c: Box<Node>,
        top: Option<Box<Node>>,
        bottom: Option<Box<Node>>,
    },
    Primes {
        n: usize,
    },
    /// Delimiters as high as what they hold.
    Lr {
        l: Option<char>,
        r: Option<char>,
        c: Box<Node>,
    },
    /// A delimiter between, as high as those around it.
    Mid {
        s: char,
    },
    /// A delimiter of a fixed height in ems.
    Big {
        s: char,
        em: f32,
    },
    /// An accent above or below.
    Acc {
        c: Box<Node>,
        a: char,
    },
    /// A line, brace, bracket or parenthesis over or under.
    Span {
        c: Box<Node>,
        k: &'static str,
        note: Option<Box<Node>>,
    },
    Mat {
        rows: Vec<Vec<Node>>,
        /// Of all columns, or of each where they differ.
        align: Vec<&'static str>,
        vlines: Vec<usize>,
        hlines: Vec<usize>,
        tight: bool,
    },
    /// Lines of display style, each with alignment points.
    Lines {
        rows: Vec<Node>,
        align: &'static str,
    },
    Cases {
        rows: Vec<Node>,
        reverse: bool,
    },
    /// An alignment point.
    Amp,
    Space {
        em: f32,
    },
    Font {
        f: &'static str,
        c: Box<Node>,
    },
    Style {
        s: &'static str,
        c: Box<Node>,
    },
    Cancel {
        c: Box<Node>,
    },
    /// A frame around.
    Boxed {
        c: Box<Node>,
    },
    /// Kept free for what it holds, which is not drawn.
    Phantom {
        c: Box<Node>,
    },
}

/// Where scripts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum At {
    /// Beside the base.
    Right,
    /// Above and below it.
    Limits,
    /// Above and below in display style, beside in a line of text.
    Movable,
}

impl Node {
    /// Nodes in a row; one alone stands for itself.
    pub(crate) fn row(mut c: Vec<Node>) -> Node {
        if c.len() == 1 {
            c.remove(0)
        } else {
            Node::Row { c }
        }
    }

    pub(crate) fn empty() -> Node {
        Node::Row { c: Vec::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Node::Row { c } if c.is_empty())
    }

    /// A symbol as it is meant in formulas: a hyphen is a minus.
    pub(crate) fn sym(character: char) -> Node {
        let character = match character {
            '-' | '\u{2010}' | '\u{2011}' => '−',
            '*' => '∗',
            '\'' => '′',
            // The micro sign, where a Greek letter is meant.
            'µ' => 'μ',
            other => other,
        };
        Node::Sym {
            s: character.to_string(),
            k: None,
        }
    }

    pub(crate) fn text(s: impl Into<String>) -> Node {
        Node::Text { s: s.into() }
    }

    pub(crate) fn font(f: &'static str, c: Node) -> Node {
        Node::Font { f, c: Box::new(c) }
    }

    pub(crate) fn space(em: f32) -> Node {
        Node::Space {
            em: if em.is_finite() {
                em.clamp(-2.0, 10.0)
            } else {
                0.0
            },
        }
    }

    /// A base with scripts; primes alone become primes.
    pub(crate) fn attach(c: Node, bottom: Option<Node>, top: Option<Node>, at: At) -> Node {
        let boxed = |node: Option<Node>| node.filter(|node| !node.is_empty()).map(Box::new);
        let top = top.map(primes);
        Node::Att {
            c: Box::new(c),
            top: boxed(top),
            bottom: boxed(bottom),
            at,
        }
    }

    /// Something over or under a base: an accent, a brace, a line, or a note.
    pub(crate) fn over_under(c: Node, mark: char, is_over: bool) -> Option<Node> {
        let kind = match (mark, is_over) {
            ('‾' | '¯' | '\u{305}' | '_' | '―' | '─', true) => "overline",
            ('‾' | '¯' | '\u{332}' | '_' | '―' | '─', false) => "underline",
            ('⏞' | '︷', true) => "overbrace",
            ('⏟' | '︸', false) => "underbrace",
            ('⎴', true) => "overbracket",
            ('⎵', false) => "underbracket",
            ('⏜' | '︵', true) => "overparen",
            ('⏝' | '︶', false) => "underparen",
            ('⏠', true) => "overshell",
            ('⏡', false) => "undershell",
            _ => "",
        };
        let c = Box::new(c);
        if !kind.is_empty() {
            return Some(Node::Span {
                c,
                k: kind,
                note: None,
            });
        }
        let a = match (mark, is_over) {
            ('^' | 'ˆ' | '\u{302}', true) => '\u{302}',
            ('~' | '˜' | '∼' | '\u{303}', true) => '\u{303}',
            ('´' | '\u{301}', true) => '\u{301}',
            ('`' | '\u{300}', true) => '\u{300}',
            ('˘' | '\u{306}', true) => '\u{306}',
            ('ˇ' | '\u{30c}', true) => '\u{30c}',
            ('˙' | '.' | '\u{307}', true) => '\u{307}',
            ('¨' | '\u{308}', true) => '\u{308}',
            ('\u{20db}', true) => '\u{20db}',
            ('˚' | '\u{30a}', true) => '\u{30a}',
            ('→' | '⃗' | '⟶', true) => '\u{20d7}',
            ('←' | '\u{20d6}' | '⟵', true) => '\u{20d6}',
            ('↔' | '\u{20e1}' | '⟷', true) => '\u{20e1}',
            ('⇀' | '\u{20d1}', true) => '\u{20d1}',
            ('↼' | '\u{20d0}', true) => '\u{20d0}',
            _ => return None,
        };
        Some(Node::Acc { c, a })
    }

    /// A struck-out relation as its own character where there is one.
    pub(crate) fn negate(self) -> Node {
        match self {
            Node::Sym { s, k } if s.chars().count() == 1 && !s.contains(char::is_alphanumeric) => {
                Node::Sym {
                    s: format!("{s}\u{338}").nfc().collect(),
                    k: k.or(Some("relation")),
                }
            }
            other => Node::Cancel { c: Box::new(other) },
        }
    }
}

/// Prime characters alone in a superscript.
fn primes(top: Node) -> Node {
    let count = |node: &Node| match node {
        Node::Sym { s, .. } => match s.as_str() {
            "′" => Some(1),
            "″" => Some(2),
            "‴" => Some(3),
            "⁗" => Some(4),
            _ => None,
        },
        Node::Primes { n } => Some(*n),
        _ => None,
    };
    match &top {
        Node::Row { c } if !c.is_empty() => {
            let led: usize = c.iter().map_while(count).sum();
            let rest: Vec<Node> = c
                .iter()
                .skip_while(|node| count(node).is_some())
                .cloned()
                .collect();
            if led == 0 {
                return top;
            }
            let mut all = vec![Node::Primes { n: led }];
            all.extend(rest);
            Node::row(all)
        }
        other => count(other).map_or(top.clone(), |n| Node::Primes { n }),
    }
}

/// Whether a string is a number as formulas have them.
pub(crate) fn is_number(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.' || c == ',')
}

/// Names set upright, the way of TeX.
pub(crate) fn is_function(name: &str) -> bool {
    [
        "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "csch", "ctg",
        "deg", "det", "dim", "exp", "gcd", "hom", "inf", "ker", "lcm", "lg", "lim", "liminf",
        "limsup", "ln", "log", "max", "min", "mod", "Pr", "sec", "sech", "sin", "sinc", "sinh",
        "sup", "tan", "tanh", "tg", "tr",
    ]
    .contains(&name)
}

/// Those of them that take limits.
pub(crate) fn takes_limits(name: &str) -> bool {
    [
        "det", "gcd", "inf", "lim", "liminf", "limsup", "max", "min", "Pr", "sup",
    ]
    .contains(&name)
}

/// Whether a character is an operator whose limits stand above and below.
pub(crate) fn is_large(character: char) -> bool {
    matches!(character, '∏' | '∐' | '∑' | '⋀'..='⋃' | '⨀'..='⨆' | '⨉')
}

/// Whether a character is an integral.
pub(crate) fn is_integral(character: char) -> bool {
    matches!(character, '∫'..='∳' | '⨋'..='⨜')
}

/// Nesting of a tree, as the template meets it.
pub(crate) fn depth(node: &Node) -> usize {
    let of = |node: &Option<Box<Node>>| node.as_deref().map_or(0, depth);
    let of_all = |nodes: &[Node]| nodes.iter().map(depth).max().unwrap_or(0);
    1 + match node {
        Node::Row { c } => of_all(c),
        Node::Frac { n, d, .. } => depth(n).max(depth(d)),
        Node::Root { c, i } => depth(c).max(of(i)),
        Node::Att { c, top, bottom, .. } | Node::Pre { c, top, bottom } => {
            depth(c).max(of(top)).max(of(bottom))
        }
        Node::Span { c, note, .. } => depth(c).max(of(note)),
        Node::Lr { c, .. }
        | Node::Acc { c, .. }
        | Node::Font { c, .. }
        | Node::Style { c, .. }
        | Node::Cancel { c }
        | Node::Boxed { c }
        | Node::Phantom { c } => depth(c),
        Node::Mat { rows, .. } => rows.iter().map(|row| of_all(row)).max().unwrap_or(0),
        Node::Lines { rows, .. } | Node::Cases { rows, .. } => of_all(rows),
        Node::Sym { .. }
        | Node::Text { .. }
        | Node::Op { .. }
        | Node::Primes { .. }
        | Node::Mid { .. }
        | Node::Big { .. }
        | Node::Amp
        | Node::Space { .. } => 0,
    }
}
