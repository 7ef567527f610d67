//! A formula as one line of text, for the text layer: `(a + b)/2`, `x²`.

use super::Node;

/// Writes a formula as a line.
pub(crate) fn linear(node: &Node) -> String {
    let mut out = String::new();
    write(node, &mut out);
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ")
}

fn write(node: &Node, out: &mut String) {
    match node {
        Node::Row { c } => {
            for node in c {
                write(node, out);
            }
        }
        Node::Sym { s, k } => {
            let is_spaced = matches!(k, Some("relation"))
                || s.chars().next().is_some_and(|c| {
                    !c.is_alphanumeric() && !"()[]{}|‖!,.;:/′″‴∞∂∇…⋯°%&'∘∅∀∃ℏ∫∬∭∮∑∏⋃⋂".contains(c)
                });
            if is_spaced {
                out.push(' ');
            }
            out.push_str(s);
            if is_spaced {
                out.push(' ');
            }
        }
        Node::Text { s } => out.push_str(s),
        Node::Op { s } => {
            out.push(' ');
            out.push_str(s);
            out.push(' ');
        }
        Node::Frac { n, d, line } => {
            group(n, out);
            out.push_str(if *line { "/" } else { "; " });
            group(d, out);
        }
        Node::Root { c, i } => {
            match i.as_deref().map(linear).as_deref() {
                None => out.push('√'),
                Some("3") => out.push('∛'),
                Some("4") => out.push('∜'),
                Some(index) => {
                    out.push_str(index);
                    out.push('√');
                }
            }
            group(c, out);
        }
        Node::Att { c, top, bottom, .. } => {
            write(c, out);
            while out.ends_with(' ') {
                out.pop();
            }
            script(bottom.as_deref(), '_', &lowered, out);
            script(top.as_deref(), '^', &raised, out);
            if matches!(
                &**c,
                Node::Op { .. }
                    | Node::Sym {
                        k: Some("large"),
                        ..
                    }
            ) {
                out.push(' ');
            }
        }
        Node::Pre { c, top, bottom } => {
            script(bottom.as_deref(), '_', &lowered, out);
            script(top.as_deref(), '^', &raised, out);
            write(c, out);
        }
        Node::Primes { n } => out.extend(std::iter::repeat_n('′', (*n).min(9))),
        Node::Lr { l, r, c } => {
            out.extend(l);
            write(c, out);
            out.extend(r);
        }
        Node::Mid { s } | Node::Big { s, .. } => out.push(*s),
        Node::Acc { c, a } => {
            write(c, out);
            out.push(*a);
        }
        Node::Span { c, note, .. } => {
            write(c, out);
            if let Some(note) = note {
                out.push_str(" (");
                write(note, out);
                out.push_str(") ");
            }
        }
        Node::Mat { rows, .. } => {
            for (index, row) in rows.iter().enumerate() {
                if index > 0 {
                    out.push_str("; ");
                }
                for (index, cell) in row.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    write(cell, out);
                }
            }
        }
        Node::Lines { rows, .. } | Node::Cases { rows, .. } => {
            for (index, row) in rows.iter().enumerate() {
                if index > 0 {
                    out.push_str("; ");
                }
                write(row, out);
            }
        }
        Node::Amp | Node::Phantom { .. } => {}
        Node::Space { .. } => out.push(' '),
        Node::Font { c, .. } | Node::Style { c, .. } | Node::Cancel { c } | Node::Boxed { c } => {
            write(c, out)
        }
    }
}

/// What is more than one thing, in parentheses.
fn group(node: &Node, out: &mut String) {
    wrap(node, &linear(node), out);
}

/// A node, whose line is known, as [`group`] writes it: a line is made once, for
/// its cost grows with what it holds.
fn wrap(node: &Node, text: &str, out: &mut String) {
    let is_one = text.chars().count() <= 1
        || text.chars().all(char::is_alphanumeric)
        || matches!(node, Node::Lr { .. });
    if is_one {
        out.push_str(text);
    } else {
        out.push('(');
        out.push_str(text);
        out.push(')');
    }
}

fn script(node: Option<&Node>, mark: char, small: &dyn Fn(char) -> Option<char>, out: &mut String) {
    let Some(node) = node else { return };
    if let Node::Primes { .. } = node {
        return write(node, out);
    }
    let text = linear(node);
    let all: Option<String> = text.chars().map(small).collect();
    match all {
        Some(small) => out.push_str(&small),
        None => {
            out.push(mark);
            wrap(node, &text, out);
        }
    }
}

/// A superscript's own character.
pub(crate) fn raised(character: char) -> Option<char> {
    Some(match character {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32('⁴' as u32 + character as u32 - '4' as u32)?,
        '+' => '⁺',
        '−' | '-' => '⁻',
        '′' | '″' | '‴' => character,
        _ => return None,
    })
}

/// A subscript's own character.
pub(crate) fn lowered(character: char) -> Option<char> {
    Some(match character {
        '0'..='9' => char::from_u32('₀' as u32 + character as u32 - '0' as u32)?,
        '+' => '₊',
        '−' | '-' => '₋',
        'i' => 'ᵢ',
        'j' => 'ⱼ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::linear;
    use crate::formula::{At, MAX_DEPTH, Node};

    /// Each level was written twice, so that this took for ever.
    #[test]
    fn scripts_of_scripts_are_written_once() {
        let mut node = Node::sym('x');
        for _ in 1..MAX_DEPTH * 2 {
            node = Node::attach(Node::sym('a'), None, Some(node), At::Right);
        }
        let text = linear(&node);
        assert!(text.starts_with("a^(a^(a^("), "{text}");
        assert!(text.contains("(a^(a^x))"), "{text}");
    }
}
