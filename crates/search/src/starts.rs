//! Beginnings: what may have been typed so far of a title.
//!
//! From each word of a title on, the index has terms for its first characters
//! (`文化厅`), first letters in pinyin (`wenhuat`) and first initials (`wht`);
//! those of the title's own beginning apart from the others. Only some lengths
//! are kept ([`Lengths`]), each a range of the dictionary of its own: what was
//! typed stands at the head of the terms of the next longer length, and these
//! are neighbours. Whoever types more than is kept has the title and asks
//! [`title_begins`].

use std::collections::{BTreeSet, HashSet};

use wenyuan_text::{Sound, fold_compact_text, is_han, sounds, units};

/// Words of a title that it can be entered by.
const MOST_STARTS: usize = 16;

/// The lengths in which beginnings are kept. What is shorter as a whole is kept
/// among the next longer.
struct Lengths {
    /// Of Chinese with whatever stands between, in characters.
    characters: &'static [usize],
    /// Of letters.
    letters: &'static [usize],
    /// Of initials, which are looked up like letters: the first of those.
    initials: &'static [usize],
}

/// Of the title's own beginning.
const FIRST: Lengths = Lengths {
    characters: &[2, 4, 8],
    letters: &[2, 4, 7, 11, 16, 24],
    initials: &[2, 4, 7],
};

/// Of the words inside.
const INNER: Lengths = Lengths {
    characters: &[2, 4],
    letters: &[2, 4, 7, 11],
    initials: &[2, 4],
};

/// The longest beginning that is kept, in characters.
const LONGEST: usize = 24;

impl Lengths {
    fn of(first: bool) -> &'static Lengths {
        if first { &FIRST } else { &INNER }
    }
}

/// Stands before the terms of one length.
fn mark(length: usize, first: bool) -> char {
    let length = u8::try_from(length).unwrap_or(0);
    char::from(if first { length } else { length | 0x40 })
}

/// Gives the terms of a folded title.
pub(crate) fn terms(folded: &str) -> BTreeSet<String> {
    let sounds = sounds(folded);
    let mut terms = BTreeSet::new();
    add(&mut terms, &sounds, true);
    let inner = sounds.iter().enumerate().skip(1);
    for (at, _) in inner
        .filter(|(_, sound)| sound.starts_word)
        .take(MOST_STARTS)
    {
        add(&mut terms, &sounds[at..], false);
    }
    terms
}

fn add(terms: &mut BTreeSet<String>, sounds: &[Sound<'_>], first: bool) {
    let mut put = |whole: &str, lengths: &[usize]| {
        for &length in lengths {
            let rest = whole.char_indices().nth(length).map(|(at, _)| at);
            let kept = &whole[..rest.unwrap_or(whole.len())];
            terms.insert(format!("{}{kept}", mark(length, first)));
            if rest.is_none() {
                break;
            }
        }
    };
    let lengths = Lengths::of(first);
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

    /// What the terms begin with by which `key` is looked up, at the title's
    /// beginning or at a word inside, and whether that is all of it.
    ///
    /// It is looked up in the next longer length. What is longer than all is
    /// looked up by its beginning.
    pub(crate) fn term(key: &str, first: bool) -> (String, bool) {
        let lengths = Lengths::of(first);
        let kept = if key.chars().any(is_han) {
            lengths.characters
        } else {
            lengths.letters
        };
        let typed = key.chars().count();
        let longer = kept.iter().copied().find(|kept| *kept >= typed);
        let length = longer.or_else(|| kept.last().copied()).unwrap_or(typed);
        let kept = key.chars().take(length);
        let term = [mark(length, first)].into_iter().chain(kept).collect();
        (term, typed <= length)
    }

    /// What the terms begin with that have more characters than `characters`,
    /// shortest first, and how many characters of the rest the shorter had.
    pub(crate) fn longer(characters: &str, first: bool) -> impl Iterator<Item = (String, usize)> {
        let typed = characters.chars().count();
        let kept = Lengths::of(first).characters.iter();
        let mut before = 0;
        kept.filter(move |kept| **kept > typed).map(move |&length| {
            let term = format!("{}{characters}", mark(length, first));
            (term, std::mem::replace(&mut before, length - typed))
        })
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
        let is_there = |key: &str, first| {
            let (term, _) = Typed::term(key, first);
            terms.iter().any(|known| known.starts_with(&term))
        };
        for key in [
            "全",
            "全省",
            "全省文",
            "q",
            "quan",
            "quans",
            "quansheng",
            "qs",
            "qsw",
        ] {
            assert!(is_there(key, true) && !is_there(key, false), "{key}");
        }
        for key in [
            "文",
            "文化",
            "文化厅",
            "w",
            "wen",
            "wenhua",
            "wh",
            "wht",
            "whtg",
            "gongzuo",
            "总结",
            "zongjie",
            "zj",
            "zongj",
        ] {
            assert!(is_there(key, false) && !is_there(key, true), "{key}");
        }
        assert!(!is_there("化", false) && !is_there("结", false) && !is_there("whg", false));
        assert!(terms.len() < 60, "{}", terms.len());
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
    fn a_beginning_is_looked_up_by_a_length_that_is_kept() {
        let long = "zhonghuarenmingongheguowenhua";
        let (term, all) = Typed::term(long, true);
        assert_eq!((&term[1..], all), (&long[..24], false));
        let (term, all) = Typed::term("文化厅学习实践", false);
        assert_eq!((&term[1..], all), ("文化厅学", false));
        let (term, all) = Typed::term("wenhuatin", false);
        assert_eq!((term.as_str(), all), ("Kwenhuatin", true));
        let mixed = |typed| Typed::new(typed).and_then(|typed| typed.mixed);
        assert_eq!(mixed("文hua"), Some(3));
        assert_eq!(mixed("wenhua"), None);
        assert_eq!(mixed("文化"), None);
        assert_eq!(mixed("2023nian"), None);
    }
}
