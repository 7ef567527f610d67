//! What a reader typed, understood.
//!
//! Only the reading is here; what it matches is `plan.rs`, where it stands in
//! a text is `mark.rs`.

mod field;
mod scan;

use wenyuan_text::{fold_compact_text, units};

use field::Field;
pub(crate) use field::{Condition, Place};
use scan::{Scanner, Typed};

use crate::mark::Marker;

/// Characters of the input that are used.
pub(crate) const MAX_QUERY_CHARS: usize = 256;
/// Words, phrases and conditions that are used.
pub(crate) const MAX_TERMS: usize = 32;

/// A parsed query. Parsing never fails: whatever is not understood is taken
/// as words.
///
/// Understood are words, phrases in quotes (`"…"`, “…”, 「…」, 『…』, 《…》),
/// `-word` or `-"phrase"` to exclude, `OR` or `|` between alternatives,
/// `word*`, and the prefixes `title:`, `author:`, `tag:`, `format:`, `year:`,
/// `pages:`, `lang:` with their Chinese names. Commas separate like spaces. A
/// quote without its partner is ignored. Only the first 256 characters and 32
/// terms are used.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub(crate) clauses: Vec<Clause>,
    pub(crate) marker: Marker,
    input: Vec<char>,
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.clauses == other.clauses
    }
}

impl Eq for Query {}

/// What must hold, or must not: any of its atoms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clause {
    pub(crate) atoms: Vec<Atom>,
    /// Whether it must not hold; then it has one atom.
    pub(crate) exclude: bool,
    /// Characters of the input, from the first atom to the last.
    source: std::ops::Range<usize>,
}

/// The smallest thing that holds or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Atom {
    Text(Term),
    Condition(Condition),
}

/// One word or phrase of a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Term {
    /// Folded and compacted; has at least one unit.
    pub(crate) text: String,
    /// Whether it must stand exactly so.
    pub(crate) phrase: bool,
    /// Whether the word may go on (`文化*`).
    pub(crate) open: bool,
    pub(crate) place: Place,
}

/// A piece of a query as typed, and the query without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// As typed.
    pub typed: String,
    /// What is left of the query without it.
    pub rest: String,
    /// Whether it is more than words that are looked for: an exclusion, or
    /// something with a prefix.
    pub narrows: bool,
}

impl Query {
    /// Understands what a reader typed.
    pub fn parse(input: &str) -> Query {
        let input: Vec<char> = input
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(MAX_QUERY_CHARS)
            .collect();
        let mut clauses: Vec<Clause> = Vec::new();
        let mut scanner = Scanner {
            chars: &input,
            at: 0,
        };
        let mut room = MAX_TERMS;
        while room > 0
            && let Some(typed) = scanner.next_piece()
        {
            let Some(atom) = atom(&typed) else { continue };
            if let Some(last) = clauses.last_mut()
                && typed.or
                && !typed.exclude
                && !last.exclude
            {
                last.source.end = typed.source.end;
                if !last.atoms.contains(&atom) {
                    last.atoms.push(atom);
                    room -= 1;
                }
                continue;
            }
            let clause = Clause {
                atoms: vec![atom],
                exclude: typed.exclude,
                source: typed.source,
            };
            let known = |c: &Clause| c.atoms == clause.atoms && c.exclude == clause.exclude;
            if !clauses.iter().any(known) {
                clauses.push(clause);
                room -= 1;
            }
        }
        let marker = Marker::new(wanted(&clauses));
        Query {
            clauses,
            marker,
            input,
        }
    }

    /// Whether it asks for nothing; then every document matches.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Its pieces in the order typed; words joined by `OR` are one.
    pub fn parts(&self) -> Vec<Part> {
        let text = |chars: &[char]| chars.iter().collect::<String>();
        self.clauses
            .iter()
            .map(|clause| {
                let before = text(&self.input[..clause.source.start]);
                let behind = text(&self.input[clause.source.end..]);
                let plain =
                    |atom: &Atom| matches!(atom, Atom::Text(term) if term.place == Place::Anywhere);
                Part {
                    typed: text(&self.input[clause.source.clone()]),
                    rest: format!("{} {}", before.trim(), behind.trim())
                        .trim()
                        .to_owned(),
                    narrows: clause.exclude || !clause.atoms.iter().all(plain),
                }
            })
            .collect()
    }

    /// The words and phrases that are looked for.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = &Term> {
        wanted(&self.clauses)
    }

    /// The clauses that must hold.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(|clause| !clause.exclude)
    }
}

fn wanted(clauses: &[Clause]) -> impl Iterator<Item = &Term> {
    clauses
        .iter()
        .filter(|clause| !clause.exclude)
        .flat_map(|clause| &clause.atoms)
        .filter_map(|atom| match atom {
            Atom::Text(term) => Some(term),
            Atom::Condition(_) => None,
        })
}

/// What a piece means; nothing when it has neither letters nor digits.
fn atom(typed: &Typed) -> Option<Atom> {
    let term = |text: &str, place| {
        let mut text = fold_compact_text(text);
        // One character may fold to eighteen.
        if let Some((end, _)) = text.char_indices().nth(MAX_QUERY_CHARS) {
            text.truncate(end);
        }
        if typed.open {
            text.truncate(text.trim_end_matches('*').len());
        }
        units(&text).next()?;
        Some(Atom::Text(Term {
            text,
            phrase: typed.phrase && !typed.text.trim().is_empty(),
            open: typed.open,
            place,
        }))
    };
    let understood = match typed.field {
        None => None,
        Some(Field::Text(place)) => term(&typed.text, place),
        Some(field) => field.condition(&typed.text).map(Atom::Condition),
    };
    understood.or_else(|| {
        let whole = format!("{}{}", typed.prefix, typed.text);
        term(&whole, Place::Anywhere)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(atom: &Atom) -> String {
        match atom {
            Atom::Text(term) => {
                let plus = if term.phrase { "+" } else { "" };
                let star = if term.open { "…" } else { "" };
                let place = match term.place {
                    Place::Anywhere => "",
                    Place::Title => "title=",
                    Place::Author => "author=",
                    Place::Tag => "tag=",
                };
                format!("{place}{plus}{}{star}", term.text)
            }
            Atom::Condition(condition) => format!("{condition:?}"),
        }
    }

    /// `+` before phrases, `-` before what is excluded, `/` between
    /// alternatives.
    fn read(input: &str) -> Vec<String> {
        Query::parse(input)
            .clauses
            .iter()
            .map(|clause| {
                let minus = if clause.exclude { "-" } else { "" };
                let atoms: Vec<String> = clause.atoms.iter().map(show).collect();
                format!("{minus}{}", atoms.join("/"))
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
    fn understands_alternatives() {
        assert_eq!(read("图书馆 OR 博物馆 条例"), ["图书馆/博物馆", "条例"]);
        assert_eq!(read("甲|乙｜“丙 丁”"), ["甲/乙/+丙丁"]);
        assert_eq!(read("甲 or 乙"), ["甲", "or", "乙"], "only in capitals");
        assert_eq!(read("OR 甲 OR"), ["甲", "or"], "nothing to join");
        assert_eq!(read("甲 OR -乙 OR 丙"), ["甲", "-乙", "丙"]);
        assert_eq!(read("ORANGE FOR"), ["orange", "for"]);
        assert_eq!(
            read("format:docx OR format:pdf"),
            [r#"Format("docx")/Format("pdf")"#]
        );
    }

    #[test]
    fn understands_prefixes() {
        assert_eq!(
            read("title:文化 作者：张三 tag:“工作 总结” -标题:草案"),
            ["title=文化", "author=张三", "tag=+工作总结", "-title=草案"]
        );
        assert_eq!(
            read("filetype:PDF year:2020..2023 页数:<10 pages:>100 lang:en"),
            [
                r#"Format("pdf")"#,
                "Years(2020, 2023)",
                "Pages(0, 9)",
                "Pages(101, 4294967295)",
                r#"Language("en")"#
            ]
        );
        assert_eq!(read("libr* 文化*"), ["libr…", "文化…"]);
    }

    #[test]
    fn forgives_everything() {
        for nothing in [
            "",
            "  ",
            "- -",
            "\"\"",
            "《》",
            "“”-",
            "!!!",
            "\u{0}\u{7}",
            "|||",
            "* *",
        ] {
            assert!(Query::parse(nothing).is_empty(), "{nothing:?}");
        }
        assert_eq!(read("\"科学 发展"), ["科学", "发展"]);
        assert_eq!(read("科学》发展《"), ["科学", "发展"]);
        assert_eq!(read("文\u{0}化"), ["文", "化"]);
        assert_eq!(
            read("--文化 AND (厅) title:"),
            ["-文化", "and", "(厅)", "title:"]
        );
        assert_eq!(
            read("year:abc title: 文化 http://a.b pages:many 标题："),
            [
                "year:abc",
                "title:",
                "文化",
                "http://a.b",
                "pages:many",
                "标题:"
            ]
        );
        assert_eq!(read("title:\"\" title:!!"), ["title:", "title:!!"]);
    }

    #[test]
    fn each_part_can_be_taken_away() {
        let query = Query::parse("文化 OR 图书 year:2021 -“草 案” 条例");
        let parts = query.parts();
        let shown: Vec<(&str, &str, bool)> = parts
            .iter()
            .map(|p| (p.typed.as_str(), p.rest.as_str(), p.narrows))
            .collect();
        assert_eq!(
            shown,
            [
                ("文化 OR 图书", "year:2021 -“草 案” 条例", false),
                ("year:2021", "文化 OR 图书 -“草 案” 条例", true),
                ("-“草 案”", "文化 OR 图书 year:2021 条例", true),
                ("条例", "文化 OR 图书 year:2021 -“草 案”", false),
            ]
        );
    }

    #[test]
    fn is_bounded() {
        let long = "文化站 ".repeat(5_000);
        assert_eq!(Query::parse(&long).clauses.len(), 1);
        let many: String = (0..1_000).map(|i| format!("{i} ")).collect();
        assert!(Query::parse(&many).clauses.len() <= MAX_TERMS);
        let one = "国".repeat(10_000);
        assert_eq!(read(&one)[0].chars().count(), MAX_QUERY_CHARS);
        Query::parse(&"\"“「《".repeat(2_500));
        Query::parse(&"title:OR|".repeat(2_500));
    }
}
