//! Beginnings: what may have been typed so far of a title.
//!
//! From each word of a title on, the index has terms for its first characters
//! (`文化厅`), first letters in pinyin (`wenhuat`) and first initials (`wht`);
//! those of the title's own beginning once more behind a [`MARK`]. Lengths are
//! those of [`Lengths`], so a term is looked up by the longest one that is not
//! longer than what was typed; whoever looks up the rest has the title and asks
//! [`title_begins`].

use std::collections::{BTreeSet, HashSet};

use wenyuan_text::{Sound, fold_compact_text, is_han, sounds, units};

/// Stands before the terms of a title's own beginning. Nothing that is folded
/// has it.
pub(crate) const MARK: char = '\u{1}';

/// Words of a title that it can be entered by.
const MOST_STARTS: usize = 16;

/// The lengths in which beginnings are kept.
struct Lengths {
    /// Of Chinese with whatever stands between, in characters.
    characters: &'static [usize],
    /// Of letters.
    letters: &'static [usize],
    /// Of initials.
    initials: &'static [usize],
}

/// Of the title's own beginning.
const FIRST: Lengths = Lengths {
    characters: &[1, 2, 3, 4, 5, 6, 8, 10, 12, 16],
    letters: &[1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24],
    initials: &[2, 3, 4, 5, 6, 8],
};

/// Of the words inside.
const INNER: Lengths = Lengths {
    characters: &[1, 2, 3, 4],
    letters: &[1, 2, 3, 4, 5, 6, 7, 8, 10, 12],
    initials: &[2, 3, 4],
};

/// The longest beginning that is kept, in characters.
const LONGEST: usize = 24;

/// Gives the terms of a folded title.
pub(crate) fn terms(folded: &str) -> BTreeSet<String> {
    let sounds = sounds(folded);
    let mut terms = BTreeSet::new();
    add(&mut terms, &sounds, &FIRST, Some(MARK));
    let inner = sounds.iter().enumerate().skip(1);
    for (at, _) in inner
        .filter(|(_, sound)| sound.starts_word)
        .take(MOST_STARTS)
    {
        add(&mut terms, &sounds[at..], &INNER, None);
    }
    terms
}

fn add(terms: &mut BTreeSet<String>, sounds: &[Sound<'_>], lengths: &Lengths, mark: Option<char>) {
    let mut put = |whole: &str, lengths: &[usize]| {
        let ends: Vec<usize> = whole
            .char_indices()
            .map(|(at, _)| at)
            .skip(1)
            .chain([whole.len()])
            .collect();
        for length in lengths {
            let Some(&end) = ends.get(length - 1) else {
                break;
            };
            terms.insert(mark.into_iter().chain(whole[..end].chars()).collect());
        }
    };
    put(&run(sounds, |sound| sound.text), lengths.characters);
    put(&run(sounds, |sound| sound.full), lengths.letters);
    put(&run(sounds, Sound::initial), lengths.initials);
    // A polyphone that stands alone may be read the other way.
    if let Some(other) = sounds.first().and_then(|first| first.other) {
        let rest = run(&sounds[1..], |sound| sound.full);
        put(&format!("{other}{rest}"), lengths.letters);
    }
}

fn run<'a>(sounds: &[Sound<'a>], of: impl Fn(&Sound<'a>) -> &'a str) -> String {
    let mut out = String::new();
    for sound in sounds.iter().take(LONGEST) {
        out.push_str(of(sound));
    }
    out
}

/// What somebody typed, ready to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Typed {
    /// Folded, without punctuation and space.
    pub(crate) key: String,
    /// How many bytes of it are Chinese, when letters follow: `文hua`.
    pub(crate) mixed: Option<usize>,
}

/// Characters of what was typed that are looked at.
const MOST_TYPED: usize = 64;

impl Typed {
    /// Nothing when nothing in it can be looked up.
    pub(crate) fn new(input: &str) -> Option<Self> {
        let input: String = input.chars().take(MOST_TYPED).collect();
        let folded = fold_compact_text(&input);
        let key: String = units(&folded).map(|unit| unit.text).collect();
        if key.is_empty() {
            return None;
        }
        let letters = key.bytes().rev().take_while(u8::is_ascii_lowercase).count();
        let han = key.len() - letters;
        let mixed =
            (letters > 0 && key[..han].chars().next_back().is_some_and(is_han)).then_some(han);
        Some(Self { key, mixed })
    }

    /// The term to look up, at the title's beginning or inside.
    pub(crate) fn term(key: &str, first: bool) -> String {
        let lengths = if first { &FIRST } else { &INNER };
        let kept = if key.chars().any(is_han) {
            lengths.characters
        } else {
            lengths.letters
        };
        let length = key.chars().count();
        let longest = kept.iter().rev().find(|kept| **kept <= length);
        first
            .then_some(MARK)
            .into_iter()
            .chain(key.chars().take(longest.copied().unwrap_or(1)))
            .collect()
    }
}

/// Whether a title, or a word inside it, begins with what was typed: in
/// characters of either script, in pinyin, by initials, or mixed.
pub fn title_begins(typed: &str, title: &str) -> bool {
    let Some(typed) = Typed::new(typed) else {
        return false;
    };
    let folded = fold_compact_text(title);
    let sounds = sounds(&folded);
    (0..sounds.len())
        .filter(|&at| at == 0 || sounds[at].starts_word)
        .any(|at| continues(&typed.key, &sounds[at..]))
}

/// Whether the pieces can be read so that they begin with `key`.
pub(crate) fn continues(key: &str, sounds: &[Sound<'_>]) -> bool {
    let mut reached = HashSet::from([0]);
    for sound in sounds {
        let mut next = HashSet::new();
        for at in reached {
            let rest = &key[at..];
            let ways = [Some(sound.text), Some(sound.full), sound.other];
            for way in ways.into_iter().flatten() {
                if way.starts_with(rest) {
                    return true;
                }
                if rest.starts_with(way) {
                    next.insert(at + way.len());
                }
            }
            if rest.starts_with(sound.initial()) {
                next.insert(at + sound.initial().len());
            }
        }
        if next.contains(&key.len()) {
            return true;
        }
        if next.is_empty() {
            return false;
        }
        reached = next;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_entered_by_its_words_in_every_spelling() {
        let terms = terms("全省文化厅工作总结");
        for term in [
            "\u{1}全",
            "\u{1}quansheng",
            "\u{1}qs",
            "文化",
            "wenhua",
            "wht",
            "w",
            "gongzuo",
            "总结",
        ] {
            let term: String = Typed::term(term.trim_start_matches(MARK), term.starts_with(MARK));
            assert!(terms.contains(&term), "{term:?} not in {terms:?}");
        }
        assert!(!terms.contains("化") && !terms.contains("全"));
        assert!(terms.len() < 100, "{}", terms.len());
    }

    #[test]
    fn what_was_typed_is_checked_to_its_end() {
        let title = "2023年文化廳學習實踐活動總結";
        for yes in [
            "2023",
            "2023年文",
            "2023nian",
            "文化厅",
            "文化廳學",
            "wenhuatingxue",
            "whtxx",
            "文hua",
            "文化t",
            "wen化",
            "wenht",
            "总结",
            "zj",
            "２０２３",
        ] {
            assert!(title_begins(yes, title), "{yes}");
        }
        for no in [
            "化厅",
            "文化馆",
            "wenhuag",
            "whg",
            "文hua馆",
            "",
            "，",
            "wenhuatingxuexx1",
        ] {
            assert!(!title_begins(no, title), "{no}");
        }
        assert!(!title_begins(&"wh".repeat(5_000), title));
    }

    #[test]
    fn a_long_beginning_is_looked_up_by_a_shorter_one() {
        assert_eq!(Typed::term("wenhuatingx", true), "\u{1}wenhuating");
        assert_eq!(Typed::term("文化厅学习实践", false), "文化厅学");
        let mixed = |typed| Typed::new(typed).and_then(|typed| typed.mixed);
        assert_eq!(mixed("文hua"), Some(3));
        assert_eq!(mixed("wenhua"), None);
        assert_eq!(mixed("文化"), None);
        assert_eq!(mixed("2023nian"), None);
    }
}
