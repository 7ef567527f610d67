//! The small things of LaTeX to nodes: how they join a row, texts, lengths and
//! the names of fonts.

use pulldown_latex::event::{ColumnAlignment, Dimension, DimensionUnit, Font};

use super::{At, Node, latex};
use crate::page::is_cjk;

/// Puts a node into a row: primes go to what stands before them, Chinese
/// characters together.
pub(super) fn push(row: &mut Vec<Node>, node: Node) {
    let primes = |node: &Node| match node {
        Node::Sym { s, .. } if s == "′" => Some(1),
        _ => None,
    };
    match (row.last_mut(), node) {
        (Some(Node::Text { s: before }), Node::Text { s })
            if before.ends_with(is_cjk) && s.starts_with(is_cjk) =>
        {
            before.push_str(&s);
        }
        // `f'` and `f''`.
        (Some(last), node) if primes(&node).is_some() => {
            let base = std::mem::replace(last, Node::Amp);
            *last = match base {
                Node::Att {
                    c,
                    top,
                    bottom,
                    at: At::Right,
                } if top
                    .as_deref()
                    .is_none_or(|top| matches!(top, Node::Primes { .. })) =>
                {
                    let before = match top.as_deref() {
                        Some(Node::Primes { n }) => *n,
                        _ => 0,
                    };
                    Node::Att {
                        c,
                        top: Some(Box::new(Node::Primes { n: before + 1 })),
                        bottom,
                        at: At::Right,
                    }
                }
                base => Node::attach(base, None, Some(node), At::Right),
            };
        }
        // `f'_x`: the scripts are read as the prime's.
        (
            Some(last),
            Node::Att {
                c,
                top,
                bottom,
                at: At::Right,
            },
        ) if primes(&c).is_some() => {
            let base = std::mem::replace(last, Node::Amp);
            let (base, before) = match base {
                Node::Att {
                    c,
                    top: Some(primes),
                    bottom: None,
                    at: At::Right,
                } if matches!(*primes, Node::Primes { .. }) => (*c, vec![*primes]),
                base => (base, Vec::new()),
            };
            let mut tops = before;
            tops.push(*c);
            tops.extend(top.map(|top| *top));
            *last = Node::attach(
                base,
                bottom.map(|bottom| *bottom),
                Some(Node::row(tops)),
                At::Right,
            );
        }
        (_, node) => row.push(node),
    }
}

/// A text, in which formulas may stand again; its spaces are meant.
pub(super) fn text_node(text: &str) -> Node {
    let words = |text: &str| {
        let text = text.replace("&nbsp;", "\u{a0}");
        Node::text(text.replace([' ', '\n', '\r', '\t'], "\u{a0}"))
    };
    let parts: Vec<&str> = text.split('$').collect();
    if parts.len().is_multiple_of(2) || parts.len() > 21 {
        return words(text);
    }
    let nodes = parts.iter().enumerate().map(|(index, part)| {
        let formula = (index % 2 == 1).then(|| latex::read(part)).flatten();
        formula.unwrap_or_else(|| words(part))
    });
    Node::row(nodes.filter(|node| *node != Node::text("")).collect())
}

/// A line of cases: left-aligned columns.
pub(super) fn case(cells: Vec<Node>) -> Node {
    let mut c = Vec::new();
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            c.push(Node::space(1.0));
            c.push(Node::Amp);
        }
        c.push(Node::Amp);
        match cell {
            Node::Row { c: inner } => c.extend(inner),
            other => c.push(other),
        }
    }
    Node::row(c)
}

pub(super) fn relation(text: &str) -> Node {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), None) => Node::Sym {
            s: match Node::sym(first) {
                Node::Sym { s, .. } => s,
                _ => first.to_string(),
            },
            k: Some("relation"),
        },
        (Some(first), Some(second)) => Node::Row {
            c: [first, second].map(Node::sym).to_vec(),
        },
        _ => Node::empty(),
    }
}

pub(super) fn column(alignment: ColumnAlignment) -> &'static str {
    match alignment {
        ColumnAlignment::Left => "left",
        ColumnAlignment::Center => "center",
        ColumnAlignment::Right => "right",
    }
}

pub(super) fn ems(width: Dimension) -> f32 {
    // Ten points to the em.
    let per_em = match width.unit {
        DimensionUnit::Em => 1.0,
        DimensionUnit::Mu => 18.0,
        DimensionUnit::Ex => 2.3,
        DimensionUnit::Pt | DimensionUnit::Bp => 10.0,
        DimensionUnit::Pc | DimensionUnit::Cc => 0.83,
        DimensionUnit::In => 0.139,
        DimensionUnit::Cm => 0.353,
        DimensionUnit::Mm => 3.53,
        DimensionUnit::Dd => 9.35,
        DimensionUnit::Sp => 655_360.0,
    };
    width.value / per_em
}

pub(super) fn font_name(font: Font) -> &'static str {
    match font {
        Font::Bold => "bold",
        Font::BoldItalic => "bold-italic",
        Font::BoldSymbol => "bold-symbol",
        Font::BoldScript => "bold-cal",
        Font::BoldFraktur => "bold-frak",
        Font::BoldSansSerif => "bold-sans",
        Font::SansSerifBoldItalic => "bold-sans-italic",
        Font::Script => "cal",
        Font::Fraktur => "frak",
        Font::DoubleStruck | Font::DoubleStruckItalic => "bb",
        Font::Monospace => "mono",
        Font::SansSerif => "sans",
        Font::SansSerifItalic => "sans-italic",
        Font::Italic => "italic",
        Font::UpRight => "upright",
    }
}
