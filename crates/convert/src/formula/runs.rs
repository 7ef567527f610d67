//! Runs of characters in MathML and Office's formulas to nodes, and fences to
//! delimiters that grow with what they hold.

use super::{At, Node, is_function, is_integral, is_large, takes_limits};
use crate::page::is_cjk;

/// A run as formulas have them: letters each by itself, numbers and the names
/// of functions whole.
pub(super) fn run(text: &str) -> Vec<Node> {
    let mut out = Vec::new();
    let characters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < characters.len() {
        let character = characters[at];
        let span = |belongs: &dyn Fn(char) -> bool| {
            characters[at..]
                .iter()
                .take_while(|character| belongs(**character))
                .count()
        };
        let taken = if character.is_ascii_digit() {
            let number = span(&|c| c.is_ascii_digit() || c == '.' || c == ',');
            let text: String = characters[at..at + number].iter().collect();
            // A stop after a number is the sentence's.
            let trimmed = text.trim_end_matches(['.', ',']);
            out.push(Node::text(trimmed));
            trimmed.len()
        } else if is_cjk(character) {
            let words = span(&is_cjk);
            out.push(Node::text(
                characters[at..at + words].iter().collect::<String>(),
            ));
            words
        } else if character.is_ascii_alphabetic() {
            let letters = span(&|c| c.is_ascii_alphabetic());
            let word: String = characters[at..at + letters].iter().collect();
            if is_function(&word) {
                out.push(Node::Op { s: word });
            } else {
                out.extend(word.chars().map(Node::sym));
            }
            letters
        } else {
            out.extend(one(character));
            1
        };
        at += taken.max(1);
    }
    out
}

/// One character that is no letter of a word.
fn one(character: char) -> Option<Node> {
    Some(match character {
        ' ' | '\u{a0}' | '\u{205f}' => Node::space(0.22),
        '\u{2003}' => Node::space(1.0),
        '\u{2002}' => Node::space(0.5),
        '\u{2004}' | '\u{2005}' => Node::space(0.28),
        '\u{2006}' | '\u{2009}' | '\u{200a}' => Node::space(0.17),
        // Marks that say how to read, not what to draw.
        '\u{2061}'..='\u{2064}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => return None,
        _ if character.is_control() => return None,
        _ if is_large(character) || is_integral(character) => Node::Sym {
            s: character.to_string(),
            k: Some("large"),
        },
        _ => Node::sym(character),
    })
}

/// A text as it is, upright, its spaces meant.
pub(super) fn words(text: &str) -> Node {
    let kept = text.chars().filter(|c| !c.is_control());
    Node::text(
        kept.map(|c| if c == ' ' { '\u{a0}' } else { c })
            .collect::<String>(),
    )
}

/// A name: a function's, or upright text.
pub(super) fn name(text: &str) -> Node {
    if is_function(text) {
        Node::Op { s: text.to_owned() }
    } else {
        words(text)
    }
}

/// Where the scripts of a base stand when they are written under and over it.
pub(super) fn limits_of(base: &Node) -> At {
    match base {
        Node::Sym { s, .. }
            if s.chars()
                .next()
                .is_some_and(|c| is_large(c) || is_integral(c)) =>
        {
            At::Movable
        }
        Node::Op { s } if takes_limits(s) => At::Movable,
        _ => At::Limits,
    }
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '⟨' => '⟩',
        '⌈' => '⌉',
        '⌊' => '⌋',
        '⟦' => '⟧',
        _ => return None,
    })
}

fn character(node: &Node) -> Option<char> {
    match node {
        Node::Sym { s, .. } => {
            let mut characters = s.chars();
            characters.next().filter(|_| characters.next().is_none())
        }
        _ => None,
    }
}

/// Makes pairs of fences in a row grow with what stands between them.
pub(super) fn fenced(row: Vec<Node>) -> Node {
    if row.len() > 2
        && let (Some(first), Some(last)) = (row.first(), row.last())
        && let (Some(l), Some(r)) = (character(first), character(last))
        && matches!((l, r), ('|', '|') | ('‖', '‖') | ('∥', '∥'))
        && !row[1..row.len() - 1]
            .iter()
            .any(|node| character(node) == Some(l))
    {
        let mut inner = row;
        inner.pop();
        inner.remove(0);
        return Node::Lr {
            l: Some(l),
            r: Some(r),
            c: Box::new(Node::row(inner)),
        };
    }
    // Open fences with what follows each.
    let mut open: Vec<(char, Vec<Node>)> = Vec::new();
    let mut out: Vec<Node> = Vec::new();
    for node in row {
        let mark = character(&node);
        if let Some(l) = mark
            && closing(l).is_some()
        {
            open.push((l, Vec::new()));
            continue;
        }
        let is_closing = mark.is_some_and(|mark| {
            open.last()
                .is_some_and(|(l, _)| closing(*l) == Some(mark) || is_half_open(*l, mark))
        });
        if is_closing && let Some((l, inner)) = open.pop() {
            let group = Node::Lr {
                l: Some(l),
                r: mark,
                c: Box::new(Node::row(inner)),
            };
            open.last_mut()
                .map_or(&mut out, |(_, inner)| inner)
                .push(group);
            continue;
        }
        open.last_mut()
            .map_or(&mut out, |(_, inner)| inner)
            .push(node);
    }
    // Fences without their other half stay as they are.
    for (l, inner) in open {
        out.push(Node::sym(l));
        out.extend(inner);
    }
    Node::row(out)
}

/// An interval such as `[0, 1)`.
fn is_half_open(l: char, r: char) -> bool {
    matches!((l, r), ('(', ']') | ('[', ')'))
}
