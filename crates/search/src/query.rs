//! What a reader typed, understood.
//!
//! Only the reading is here; what it matches is `plan.rs`, where it stands in
//! a text is `mark.rs`.

use wenyuan_text::{fold_compact_text, units};

use crate::mark::Marker;

/// Characters of the input that are used.
pub(crate) const MAX_QUERY_CHARS: usize = 256;
/// Words and phrases that are used.
pub(crate) const MAX_TERMS: usize = 32;

/// A parsed query. Parsing never fails: whatever is not understood is taken
/// as words.
///
/// Understood are words, phrases in quotes (`"…"`, “…”, 「…」, 『…』, 《…》) and
/// `-word` or `-"phrase"` to exclude. Commas separate like spaces. A quote
/// without its partner is ignored. Only the first 256 characters and 32 terms
/// are used.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub(crate) terms: Vec<Term>,
    pub(crate) marker: Marker,
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.terms == other.terms
    }
}

impl Eq for Query {}

/// One word or phrase of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// Folded and compacted; has at least one unit.
    pub(crate) text: String,
    /// Whether it must stand exactly so.
    pub(crate) phrase: bool,
    /// Whether it must not stand there.
    pub(crate) exclude: bool,
}

impl Query {
    /// Understands what a reader typed.
    pub fn parse(input: &str) -> Query {
        let chars: Vec<char> = input
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(MAX_QUERY_CHARS)
            .collect();
        let mut terms: Vec<Term> = Vec::new();
        let mut scanner = Scanner { chars, at: 0 };
        while terms.len() < MAX_TERMS
            && let Some((text, phrase, exclude)) = scanner.next_term()
        {
            let term = Term {
                text: fold_compact_text(&text),
                phrase,
                exclude,
            };
            if units(&term.text).next().is_some() && !terms.contains(&term) {
                terms.push(term);
            }
        }
        let marker = Marker::new(&terms);
        Query { terms, marker }
    }

    /// Whether it asks for nothing; then every document matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The terms that must be there.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(|term| !term.exclude)
    }
}

struct Scanner {
    chars: Vec<char>,
    at: usize,
}

impl Scanner {
    /// Gives the next term as text, phrase, exclude.
    fn next_term(&mut self) -> Option<(String, bool, bool)> {
        let mut exclude = false;
        loop {
            let c = *self.chars.get(self.at)?;
            if let Some(closing) = closing_quotes(c) {
                let inside = self.at + 1;
                let length = self.chars[inside..]
                    .iter()
                    .position(|c| closing.contains(c));
                if let Some(length) = length {
                    self.at = inside + length + 1;
                    let text = self.chars[inside..inside + length].iter().collect();
                    return Some((text, true, exclude));
                }
            }
            if is_minus(c) {
                exclude = true;
            } else if is_separator(c) {
                exclude = false;
            } else if !is_quote(c) {
                break;
            }
            self.at += 1;
        }
        let rest = &self.chars[self.at..];
        let length = rest
            .iter()
            .position(|&c| is_separator(c) || is_quote(c))
            .unwrap_or(rest.len());
        self.at += length;
        Some((rest[..length].iter().collect(), false, exclude))
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
    c.is_whitespace() || matches!(c, ',' | ';' | '|' | '，' | '、' | '；' | '｜')
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '－' | '−' | '–')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `+` before phrases, `-` before what is excluded.
    fn read(input: &str) -> Vec<String> {
        Query::parse(input)
            .terms
            .into_iter()
            .map(|t| {
                let minus = if t.exclude { "-" } else { "" };
                let plus = if t.phrase { "+" } else { "" };
                format!("{minus}{plus}{}", t.text)
            })
            .collect()
    }

    #[test]
    fn understands_words_phrases_and_exclusions() {
        assert_eq!(read("鄉鎮文化站　２０２３"), ["乡镇文化站", "2023"]);
        assert_eq!(read("\"科学 发展观\" 总结"), ["+科学发展观", "总结"]);
        assert_eq!(
            read("“一a”「二b」《三c》『四d』"),
            ["+一a", "+二b", "+三c", "+四d"]
        );
        assert_eq!(
            read("条例 -草案 －“征求 意见”"),
            ["条例", "-草案", "-+征求意见"]
        );
        assert_eq!(read("T9704-2012，GB/T"), ["t9704-2012", "gb/t"]);
        assert_eq!(read("文化 文化"), ["文化"]);
    }

    #[test]
    fn forgives_everything() {
        for nothing in ["", "  ", "- -", "\"\"", "《》", "“”-", "!!!", "\u{0}\u{7}"] {
            assert!(Query::parse(nothing).is_empty(), "{nothing:?}");
        }
        assert_eq!(read("\"科学 发展"), ["科学", "发展"]);
        assert_eq!(read("科学》发展《"), ["科学", "发展"]);
        assert_eq!(read("文\u{0}化"), ["文", "化"]);
        assert_eq!(
            read("--文化 AND (厅) title:"),
            ["-文化", "and", "(厅)", "title:"]
        );
    }

    #[test]
    fn is_bounded() {
        let long = "文化站 ".repeat(5_000);
        assert_eq!(Query::parse(&long).terms.len(), 1);
        let many: String = (0..1_000).map(|i| format!("{i} ")).collect();
        assert!(Query::parse(&many).terms.len() <= MAX_TERMS);
        let one = "国".repeat(10_000);
        assert_eq!(read(&one)[0].chars().count(), MAX_QUERY_CHARS);
        Query::parse(&"\"“「《".repeat(2_500));
    }
}
