//! Folding: the one spelling under which texts are indexed, searched, compared.
//!
//! Traditional characters become simplified ones **one character at a time**
//! (OpenCC's first choice for the character alone), not by OpenCC's phrases.
//! With phrases 乾 folds to 干 alone but stays in 乾隆, so a piece of a title
//! would fold otherwise than it does inside the title and not be found. The
//! map is drawn from OpenCC once; after that a character costs one array look-up
//! where a call of OpenCC allocates and walks a trie.

use std::ops::Range;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::script::{Compactor, is_invisible};

/// Folds width, script and case: NFKC, traditional → simplified, lower case.
///
/// Invisible characters (zero-width, soft hyphen, variation selectors,
/// controls) are dropped. A character's fold depends on nothing but itself and
/// the combining marks after it, so the fold of a piece is a piece of the fold.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_each(text, |c, _| out.push(c));
    out
}

/// Folds like [`fold`] and remembers where each folded character came from.
pub fn fold_with_map(text: &str) -> Folded {
    let mut folded = Folded::with_capacity(text);
    fold_each(text, |c, source| folded.push(c, source));
    folded
}

/// Folds like [`fold_with_map`] and takes out the whitespace beside characters
/// of unspaced scripts (there it only wraps lines or pads); any other run of
/// whitespace becomes one space, and none stays at the ends.
pub fn fold_compact(text: &str) -> Folded {
    let mut folded = Folded::with_capacity(text);
    let mut compactor = Compactor::new();
    fold_each(text, |c, source| {
        compactor.push(c, source, |c, source| folded.push(c, source));
    });
    folded
}

/// [`fold_compact`] without the way back, for texts too long to carry it.
pub fn fold_compact_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut compactor = Compactor::new();
    fold_each(text, |c, source| {
        compactor.push(c, source, |c, _| out.push(c));
    });
    out
}

/// A folded text with the way back to its source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    spans: Vec<Span>,
}

/// Where one folded character stands and what it was made from (byte offsets).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    at: u32,
    start: u32,
    end: u32,
}

impl Folded {
    fn with_capacity(source: &str) -> Self {
        Self {
            text: String::with_capacity(source.len()),
            spans: Vec::with_capacity(source.len() / 2),
        }
    }

    fn push(&mut self, c: char, source: Range<usize>) {
        // Texts of 4 GiB do not come this far; a saturated offset would only
        // misplace a mark.
        let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.spans.push(Span {
            at: offset(self.text.len()),
            start: offset(source.start),
            end: offset(source.end),
        });
        self.text.push(c);
    }

    /// Gives the byte range of the source that the byte range `folded` of
    /// [`Folded::text`] was made from. An empty or outlying range gives an
    /// empty one; the answer always lies on character boundaries.
    pub fn source_range(&self, folded: Range<usize>) -> Range<usize> {
        let first = self
            .spans
            .partition_point(|s| (s.at as usize) < folded.start);
        let behind = self.spans.partition_point(|s| (s.at as usize) < folded.end);
        if first >= behind {
            return 0..0;
        }
        self.spans[first].start as usize..self.spans[behind - 1].end as usize
    }
}

/// Hands every folded character to `emit` with the bytes it came from.
pub(crate) fn fold_each(text: &str, mut emit: impl FnMut(char, Range<usize>)) {
    let simplified = &*SIMPLIFIED;
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let mut end = start + first.len_utf8();
        let joined = chars.peek().is_some_and(|&(_, c)| extends(c));
        if !joined {
            if first.is_ascii() {
                if !is_invisible(first) {
                    emit(first.to_ascii_lowercase(), start..end);
                }
                continue;
            }
            if is_plain_han(first) {
                emit(simplified.of(first), start..end);
                continue;
            }
        }
        while let Some(&(at, c)) = chars.peek() {
            if !extends(c) {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        let visible = text[start..end].chars().filter(|c| !is_invisible(*c));
        for c in visible.nfkc() {
            for c in simplified.of(c).to_lowercase() {
                emit(c, start..end);
            }
        }
    }
}

/// Whether `c` is to be folded together with the character before it: because
/// normalisation may merge them, or because it shows nothing and may stand
/// between two that merge.
fn extends(c: char) -> bool {
    if is_plain_han(c) {
        return false;
    }
    is_invisible(c)
        || c >= '\u{300}'
            && (is_combining_mark(c)
                // Hangul vowels and finals and half-width voice marks are no
                // marks, yet they compose.
                || matches!(c, '\u{1160}'..='\u{11FF}' | '\u{314F}'..='\u{3163}'
                    | '\u{D7B0}'..='\u{D7FF}' | '\u{FF9E}' | '\u{FF9F}' | '\u{FFC2}'..='\u{FFDC}'))
}

/// Whether `c` is an ideograph that normalisation leaves alone.
fn is_plain_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{20000}'..='\u{2F7FF}' | '\u{30000}'..='\u{323AF}')
}

const DENSE: Range<u32> = 0x3400..0xA000;

static SIMPLIFIED: LazyLock<Simplified> = LazyLock::new(Simplified::load);

/// Simplified form of every traditional character.
struct Simplified {
    /// By code point from U+3400 to U+9FFF.
    dense: Vec<char>,
    /// The few behind U+20000, sorted.
    sparse: Vec<(char, char)>,
}

impl Simplified {
    fn load() -> Self {
        let mut dense: Vec<char> = DENSE.map(|n| char::from_u32(n).unwrap_or('\0')).collect();
        let mut sparse = Vec::new();
        // The dictionary is compiled in. Should it ever fail to load, folding
        // goes on without it on both sides, index and query alike.
        if let Ok(opencc) = OpenCC::from_config(BuiltinConfig::T2s) {
            let all = DENSE.chain(0x20000..0x323B0).filter_map(char::from_u32);
            // One call for all: the line ends keep phrases from matching.
            let lines: String = all.clone().flat_map(|c| [c, '\n']).collect();
            let converted = opencc.convert(&lines);
            for (from, line) in all.zip(converted.split('\n')) {
                let mut to = line.chars();
                let (Some(to), None) = (to.next(), to.next()) else {
                    continue;
                };
                if to == from {
                    continue;
                }
                if DENSE.contains(&u32::from(from)) {
                    dense[(u32::from(from) - DENSE.start) as usize] = to;
                } else {
                    sparse.push((from, to));
                }
            }
        }
        Self { dense, sparse }
    }

    fn of(&self, c: char) -> char {
        let code = u32::from(c);
        if code < DENSE.start {
            c
        } else if code < DENSE.end {
            self.dense[(code - DENSE.start) as usize]
        } else {
            self.sparse
                .binary_search_by_key(&c, |&(from, _)| from)
                .map_or(c, |at| self.sparse[at].1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_width_script_and_case() {
        assert_eq!(fold("鄉鎮文化站"), "乡镇文化站");
        assert_eq!(fold("２０２３年ＡＢｃ"), "2023年abc");
        assert_eq!(fold("ｶﾞｲﾄﾞ"), "ガイド");
        assert_eq!(fold("Cafe\u{301}"), "café");
        assert_eq!(fold("\u{FEFF}文\u{200B}化\u{AD}厅\u{0}"), "文化厅");
        assert_eq!(
            fold("⽂化"),
            "文化",
            "a Kangxi radical, as PDF text layers have"
        );
        assert_eq!(fold("①㈠㎡"), "1(一)m2");
        assert_eq!(fold(""), "");
    }

    #[test]
    fn a_piece_folds_as_it_does_inside_the_whole() {
        let title = "清乾隆皇帝藉口鬧着著作權與麼後裡ＡＢ①";
        let whole = fold(title);
        let chars: Vec<char> = title.chars().collect();
        for from in 0..chars.len() {
            for to in from + 1..=chars.len() {
                let piece: String = chars[from..to].iter().collect();
                assert!(whole.contains(&fold(&piece)), "{piece}");
            }
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["臺灣鄉鎮ＷＰＳ Office", "İstanbul ﬁn", "㍿㋀", "한국어"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }

    #[test]
    fn the_map_leads_back_to_the_source() {
        let source = "甲①㈠鄉鎮Cafe\u{301} ２０";
        let folded = fold_with_map(source);
        assert_eq!(folded.text, "甲1(一)乡镇café 20");
        let back = |needle: &str| {
            let at = folded.text.find(needle).unwrap_or(usize::MAX);
            &source[folded.source_range(at..at + needle.len())]
        };
        assert_eq!(back("乡镇"), "鄉鎮");
        assert_eq!(back("一"), "㈠");
        assert_eq!(back("é"), "e\u{301}");
        assert_eq!(back("20"), "２０");
        assert_eq!(folded.source_range(0..0), 0..0);
        assert_eq!(folded.source_range(9_999..10_000), 0..0);
    }

    #[test]
    fn compacting_joins_wrapped_chinese_and_keeps_english_apart() {
        let source = "  乡镇文\n化 站\r\n\tOffice   Open\nXML 2023 年 ";
        let folded = fold_compact(source);
        assert_eq!(folded.text, "乡镇文化站office open xml 2023年");
        assert_eq!(fold_compact_text(source), folded.text);
        let at = folded.text.find("文化").unwrap_or(0);
        assert_eq!(&source[folded.source_range(at..at + 6)], "文\n化");
    }
}
