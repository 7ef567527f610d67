//! Pinyin (拼音) of folded text: the Latin letters by which Chinese is typed.
//!
//! A character's reading is decided by the word that it stands in (银行 yin
//! hang), as far as the table of such words knows, and is the first reading of
//! the crate `pinyin` otherwise. A polyphone that jieba leaves alone has its
//! second common reading beside the first. Tones are left out and ü is `v`, as
//! input methods have it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use pinyin::ToPinyin;

use crate::segment::Segmenter;
use crate::units::{Unit, units};

/// The smallest piece of a text with what is typed for it: one Chinese
/// character with its syllable, or a run of letters or digits as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound<'a> {
    /// The piece itself.
    pub text: &'a str,
    /// Its syllable (`wen`); for anything but Chinese the piece itself.
    pub full: &'a str,
    /// Another syllable that is as good, for a polyphone standing alone.
    pub other: Option<&'a str>,
    /// Whether a word begins here.
    pub starts_word: bool,
}

impl<'a> Sound<'a> {
    /// The first letter of the syllable; letters and digits stay whole.
    pub fn initial(&self) -> &'a str {
        initial_of(self.text, self.full)
    }
}

fn initial_of<'a>(text: &str, syllable: &'a str) -> &'a str {
    if text == syllable {
        syllable
    } else {
        syllable.get(..1).unwrap_or(syllable)
    }
}

/// Longest word of the table of readings.
const LONGEST_PHRASE: usize = 4;

/// Gives the pieces of a folded text with their sounds, in order; punctuation
/// and space are left out.
pub fn sounds(folded: &str) -> Vec<Sound<'_>> {
    let mut pieces: Vec<Sound<'_>> = Vec::new();
    let mut starts: Vec<usize> = Vec::new();
    for Unit { text, start, .. } in units(folded) {
        starts.push(start);
        pieces.push(Sound {
            text,
            full: syllable(text).unwrap_or(text),
            other: None,
            starts_word: false,
        });
    }
    let at = |offset: usize| starts.partition_point(|&start| start < offset);
    let segmenter = Segmenter::shared();
    for token in segmenter.query_tokens(folded) {
        read_word(&mut pieces[at(token.start)..at(token.end)]);
    }
    for token in segmenter.search_tokens(folded) {
        if let Some(piece) = pieces.get_mut(at(token.start)) {
            piece.starts_word = true;
        }
    }
    pieces
}

/// Settles the readings inside one word of jieba's.
fn read_word(word: &mut [Sound<'_>]) {
    if let [alone] = word {
        alone.other = second_reading(alone.text);
        return;
    }
    let mut at = 0;
    while at < word.len() {
        let longest = LONGEST_PHRASE.min(word.len() - at);
        let found = (2..=longest).rev().find_map(|length| {
            let text: String = word[at..at + length].iter().map(|s| s.text).collect();
            PHRASES
                .get(text.as_str())
                .map(|syllables| (length, *syllables))
        });
        let Some((length, syllables)) = found else {
            at += 1;
            continue;
        };
        for (piece, syllable) in word[at..].iter_mut().zip(syllables.split(' ')) {
            piece.full = syllable;
        }
        at += length;
    }
}

/// What is typed for a whole word: its pinyin, and its initials.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PinyinKey {
    /// `wenhuating`.
    pub full: String,
    /// `wht`.
    pub initials: String,
}

/// Most keys of one text, whatever polyphones it has.
const MOST_KEYS: usize = 4;

/// Gives what may be typed for a folded text: several keys when it has
/// polyphones, at most four; none when nothing in it is Chinese.
pub fn pinyin_keys(folded: &str) -> Vec<PinyinKey> {
    let sounds = sounds(folded);
    if sounds.iter().all(|sound| sound.text == sound.full) {
        return Vec::new();
    }
    let mut keys = vec![PinyinKey::default()];
    for sound in &sounds {
        let doubled = match sound.other {
            Some(other) if keys.len() * 2 <= MOST_KEYS => {
                let mut branched = keys.clone();
                for key in &mut branched {
                    key.full.push_str(other);
                    key.initials.push_str(initial_of(sound.text, other));
                }
                branched
            }
            _ => Vec::new(),
        };
        for key in &mut keys {
            key.full.push_str(sound.full);
            key.initials.push_str(sound.initial());
        }
        keys.extend(doubled);
    }
    keys
}

/// Whether a lower-case word can be read as two or more syllables of pinyin
/// (`wenhuating`, but not `the`).
pub fn is_pinyin(word: &str) -> bool {
    const MOST_LETTERS: usize = 64;
    if word.len() > MOST_LETTERS || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return false;
    }
    // reached[i]: the fewest syllables, up to two, that end before letter i.
    let mut reached = vec![None; word.len() + 1];
    reached[0] = Some(0_u8);
    for end in 1..=word.len() {
        for start in end.saturating_sub(LONGEST_SYLLABLE)..end {
            if let Some(count) = reached[start]
                && SYLLABLES.contains(&word[start..end])
            {
                let next = (count + 1).min(2);
                reached[end] = reached[end].max(Some(next));
            }
        }
    }
    reached[word.len()] == Some(2)
}

/// Letters of `zhuang`.
const LONGEST_SYLLABLE: usize = 6;

/// The first reading of a Chinese character.
fn syllable(piece: &str) -> Option<&'static str> {
    let mut chars = piece.chars();
    let c = chars.next()?;
    if chars.next().is_some() {
        return None;
    }
    Some(typed(c.to_pinyin()?.plain()))
}

/// The readings of a character: the first, and the second where it is common.
pub(crate) fn readings(c: char) -> [Option<&'static str>; 2] {
    let mut buffer = [0; 4];
    let piece = c.encode_utf8(&mut buffer);
    [syllable(piece), second_reading(piece)]
}

/// Spells ü as it is typed.
fn typed(syllable: &'static str) -> &'static str {
    match syllable {
        "lü" => "lv",
        "nü" => "nv",
        "lüe" => "lve",
        "nüe" => "nve",
        "ê" => "e",
        other => other,
    }
}

fn second_reading(piece: &str) -> Option<&'static str> {
    SECOND_READINGS.get(piece).copied()
}

/// `银行 yin hang`, one a line; `行 hang` are second readings.
const TABLE: &str = include_str!("../data/pinyin-phrases.txt");

fn table() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
}

static PHRASES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    table()
        .filter(|(word, _)| word.chars().count() > 1)
        .collect()
});

static SECOND_READINGS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    table()
        .filter(|(word, _)| word.chars().count() == 1)
        .collect()
});

/// Every syllable that a character of the basic block is read as.
static SYLLABLES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    ('\u{4E00}'..='\u{9FA5}')
        .filter_map(|c| c.to_pinyin())
        .map(|reading| typed(reading.plain()))
        // 嗯 and the like: n, m, ng, hm. Anything would be pinyin with them.
        .filter(|syllable| syllable.contains(['a', 'e', 'i', 'o', 'u', 'v']))
        .collect()
});

/// The text as it would be typed in Latin letters only: Chinese as pinyin, the
/// rest as it is. For what is typed half in characters (`文hua`).
pub fn in_letters(folded: &str) -> Cow<'_, str> {
    if folded.is_ascii() {
        return Cow::Borrowed(folded);
    }
    Cow::Owned(sounds(folded).iter().map(|sound| sound.full).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        pinyin_keys(text)
            .into_iter()
            .map(|key| format!("{} {}", key.full, key.initials))
            .collect()
    }

    #[test]
    fn words_are_spelled_in_full_and_by_initials() {
        assert_eq!(keys("文化厅"), ["wenhuating wht"]);
        assert_eq!(keys("绿色旅行"), ["lvselvxing lslx"]);
        assert_eq!(keys("2023年wps总结"), ["2023nianwpszongjie 2023nwpszj"]);
        assert!(keys("library 2023").is_empty());
    }

    #[test]
    fn the_word_decides_a_polyphone() {
        for (word, full) in [
            ("银行", "yinhang"),
            ("行政", "xingzheng"),
            ("重庆", "chongqing"),
            ("重要", "zhongyao"),
            ("会计", "kuaiji"),
            ("会议", "huiyi"),
            ("音乐", "yinyue"),
            ("长春", "changchun"),
            ("省长", "shengzhang"),
        ] {
            assert_eq!(pinyin_keys(word)[0].full, full, "{word}");
        }
    }

    #[test]
    fn a_polyphone_alone_has_several_keys_but_not_many() {
        assert_eq!(keys("行"), ["xing x", "hang h"]);
        assert_eq!(pinyin_keys("行，乐，长，重，调，都").len(), MOST_KEYS);
    }

    #[test]
    fn words_begin_where_jieba_says() {
        let begins: String = sounds("乡镇文化厅gb/t 9704")
            .iter()
            .filter(|sound| sound.starts_word)
            .map(|sound| sound.text.chars().next().unwrap())
            .collect();
        assert_eq!(begins, "乡文gt9");
    }

    #[test]
    fn tells_pinyin_from_other_words() {
        for yes in ["wenhua", "wenhuating", "xian", "lvse"] {
            assert!(is_pinyin(yes), "{yes}");
        }
        for no in ["wen", "wht", "the", "library", "hmm", "", "Wenhua"] {
            assert!(!is_pinyin(no), "{no}");
        }
        assert!(!is_pinyin(&"a".repeat(10_000)));
    }

    #[test]
    fn junk_survives() {
        let junk = "\u{0}🙂".to_owned() + &"龘".repeat(2_000);
        assert_eq!(sounds(&junk).len(), 2_000);
        assert_eq!(in_letters("文hua厅"), "wenhuating");
    }
}
