//! Cutting what a reader typed into its pieces.

use super::field::{Field, LONGEST_NAME};
use std::ops::Range;

/// A piece as it was typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    /// Characters of the input it takes, with its signs and quotes.
    pub(super) source: Range<usize>,
    pub(super) text: String,
    pub(super) field: Option<Field>,
    /// The characters of prefix and colon, when there is a prefix.
    pub(super) prefix: String,
    /// In quotes.
    pub(super) phrase: bool,
    pub(super) exclude: bool,
    /// Ends in `*`.
    pub(super) open: bool,
    /// `OR` or `|` stands before it.
    pub(super) or: bool,
}

pub(super) struct Scanner<'a> {
    pub(super) chars: &'a [char],
    pub(super) at: usize,
}

impl Scanner<'_> {
    /// Gives the next piece.
    pub(super) fn next_piece(&mut self) -> Option<Typed> {
        let mut piece = Typed::default();
        let mut start = self.at;
        loop {
            let c = *self.chars.get(self.at)?;
            if let Some(text) = self.quoted() {
                piece.text = text;
                piece.phrase = true;
                piece.source = start..self.at;
                return Some(piece);
            }
            if is_minus(c) {
                if !piece.exclude {
                    start = self.at;
                }
                piece.exclude = true;
            } else if is_separator(c) {
                piece.exclude = false;
                piece.or |= is_bar(c);
                start = self.at + 1;
            } else if self.is_or() {
                piece.or = true;
                self.at += 1;
                start = self.at + 1;
            } else if is_quote(c) {
                start = self.at + 1;
            } else {
                break;
            }
            self.at += 1;
        }
        if !piece.exclude {
            start = self.at;
        }
        if let Some((field, length)) = self.field() {
            piece.field = Some(field);
            piece.prefix = self.chars[self.at..self.at + length].iter().collect();
            self.at += length;
            if let Some(text) = self.quoted() {
                piece.text = text;
                piece.phrase = true;
                piece.source = start..self.at;
                return Some(piece);
            }
        }
        let rest = &self.chars[self.at..];
        let is_end = |c: char| match piece.field {
            // `〈` may be meant as "less than".
            Some(Field::Pages | Field::Year) => is_separator(c) || matches!(c, '"' | '“' | '”'),
            _ => is_separator(c) || is_quote(c),
        };
        let length = rest.iter().position(|&c| is_end(c)).unwrap_or(rest.len());
        self.at += length;
        let word = &rest[..length];
        piece.open = matches!(word, [.., before, '*' | '＊'] if before.is_alphanumeric());
        piece.text = word.iter().collect();
        piece.source = start..self.at;
        Some(piece)
    }

    /// A phrase with both its quotes, if one begins here.
    fn quoted(&mut self) -> Option<String> {
        let closing = closing_quotes(*self.chars.get(self.at)?)?;
        let inside = self.at + 1;
        let length = self.chars[inside..]
            .iter()
            .position(|c| closing.contains(c))?;
        self.at = inside + length + 1;
        Some(self.chars[inside..inside + length].iter().collect())
    }

    /// A known prefix with something behind its colon, and its length.
    fn field(&self) -> Option<(Field, usize)> {
        let rest = &self.chars[self.at..];
        let colon = rest
            .iter()
            .take(LONGEST_NAME + 1)
            .position(|c| matches!(c, ':' | '：'))?;
        let behind = *rest.get(colon + 1)?;
        let name: String = rest[..colon].iter().collect();
        let field = Field::named(&name)?;
        (!is_separator(behind)).then_some((field, colon + 1))
    }

    /// Whether the word `OR`, in capitals, stands here alone.
    fn is_or(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.chars.get(at));
        before.is_none_or(|c| is_separator(*c))
            && matches!(&self.chars[self.at..], ['O', 'R', c, ..] if is_separator(*c))
    }
}

fn closing_quotes(opening: char) -> Option<&'static [char]> {
    Some(match opening {
        '"' | '＂' => &['"', '＂'],
        '“' | '”' | '„' => &['”', '“', '"'],
        '「' => &['」'],
        '『' => &['』'],
        '《' => &['》'],
        '〈' => &['〉'],
        _ => return None,
    })
}

fn is_quote(c: char) -> bool {
    closing_quotes(c).is_some() || matches!(c, '」' | '』' | '》' | '〉')
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_bar(c) || matches!(c, ',' | ';' | '，' | '、' | '；')
}

fn is_bar(c: char) -> bool {
    matches!(c, '|' | '｜')
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '－' | '−' | '–')
}
