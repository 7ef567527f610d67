//! The operator's own words (用户词典) and synonyms (同义词): read from text,
//! used by the whole process.
//!
//! Nothing here reads a file: whoever does hands in the text, again when it
//! has changed. What is wrong in it is told line by line; the rest is used.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use crate::fold::fold_compact_text;
use crate::script::is_unspaced;

/// Words of a dictionary that are used.
const MOST_WORDS: usize = 200_000;
const MOST_CHARACTERS: usize = 32;
/// Highest frequency; beyond it jieba would cut nothing else any more.
const MOST_FREQUENT: usize = 10_000_000;
/// Lines of a synonym list that are used, and words of one line.
const MOST_GROUPS: usize = 20_000;
const MOST_IN_GROUP: usize = 16;

/// How much a synonym counts beside the word that was typed.
const SYNONYM_WEIGHT: f32 = 0.5;

/// A line that is not used, or not wholly, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub number: usize,
    /// What is wrong with it, in English.
    pub problem: &'static str,
}

/// Words that text is to be cut into, beside those of jieba's dictionary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// Folded words with their frequency, if given.
    pub(crate) words: Vec<(String, Option<usize>)>,
}

impl Dictionary {
    /// Reads one word a line, as jieba's user dictionaries have it: the word,
    /// then maybe its frequency in a corpus of 60 million words, then maybe a
    /// part of speech, which is not used. `#` begins a comment.
    pub fn parse(text: &str) -> (Self, Vec<BadLine>) {
        let mut words: Vec<(String, Option<usize>)> = Vec::new();
        let mut bad = Vec::new();
        for (number, line) in lines(text) {
            let mut complain = |problem| bad.push(BadLine { number, problem });
            let mut parts = line.split_whitespace();
            let word = fold_compact_text(parts.next().unwrap_or_default());
            if word.is_empty() || !word.chars().all(is_unspaced) {
                complain("a word must consist of Chinese characters only");
                continue;
            }
            if !(2..=MOST_CHARACTERS).contains(&word.chars().count()) {
                complain("a word must have 2 to 32 characters");
                continue;
            }
            let frequency = match parts.next() {
                None => None,
                Some(given) => match given.parse() {
                    Ok(frequency) if (1..=MOST_FREQUENT).contains(&frequency) => Some(frequency),
                    Ok(_) => {
                        complain("a frequency must lie between 1 and 10000000");
                        continue;
                    }
                    // `词 n`: a part of speech without a frequency.
                    Err(_)
                        if given.len() <= 3 && given.bytes().all(|b| b.is_ascii_alphabetic()) =>
                    {
                        None
                    }
                    Err(_) => {
                        complain("what follows the word must be its frequency");
                        continue;
                    }
                },
            };
            if words.len() >= MOST_WORDS {
                complain("the dictionary is full; this word and all behind it are not used");
                break;
            }
            words.push((word, frequency));
        }
        words.sort();
        words.dedup_by(|a, b| a.0 == b.0);
        (Self { words }, bad)
    }

    /// How many words it has.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Names what it holds; empty when it holds nothing. Text that was cut
    /// under another name has to be cut again.
    pub fn fingerprint(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        // FNV-1a: the same on every machine and in every version.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for (word, frequency) in &self.words {
            for byte in format!("{word} {frequency:?}\n").bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        format!("{hash:016x}")
    }
}

/// Words that stand for one another in a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synonyms {
    by_word: HashMap<String, Vec<String>>,
}

impl Synonyms {
    /// Reads one group a line: `文化站, 文化中心` stand for each other,
    /// `省厅 => 文化厅` finds the right for the left but not the left for the
    /// right. `#` begins a comment.
    pub fn parse(text: &str) -> (Self, Vec<BadLine>) {
        let mut by_word: HashMap<String, Vec<String>> = HashMap::new();
        let mut bad = Vec::new();
        for (at, (number, line)) in lines(text).enumerate() {
            let mut complain = |problem| bad.push(BadLine { number, problem });
            if at >= MOST_GROUPS {
                complain("the list is full; this line and all behind it are not used");
                break;
            }
            let line = line.replace('⇒', "=>");
            let (from, to) = match line.split_once("=>") {
                Some((from, to)) => (words_of(from), words_of(to)),
                None => (words_of(&line), words_of(&line)),
            };
            if from.is_empty() || to.is_empty() || (from == to && from.len() < 2) {
                complain("a line must be `word, word` or `word => word`");
                continue;
            }
            if from.len().max(to.len()) > MOST_IN_GROUP {
                complain("a line must have at most 16 words on a side");
                continue;
            }
            for word in &from {
                let others = by_word.entry(word.clone()).or_default();
                for other in &to {
                    if other != word && !others.contains(other) && others.len() < MOST_IN_GROUP {
                        others.push(other.clone());
                    }
                }
            }
        }
        (Self { by_word }, bad)
    }

    /// How many words have synonyms.
    pub fn len(&self) -> usize {
        self.by_word.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.by_word.is_empty()
    }
}

/// Lines with something in them, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.trim_start_matches('\u{FEFF}');
    (1..)
        .zip(text.lines())
        .map(|(number, line)| (number, line.split('#').next().unwrap_or_default().trim()))
        .filter(|(_, line)| !line.is_empty())
}

fn words_of(side: &str) -> Vec<String> {
    side.split([',', '，', '、'])
        .map(fold_compact_text)
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect()
}

static SYNONYMS: LazyLock<RwLock<Arc<Synonyms>>> = LazyLock::new(RwLock::default);

/// Makes the process use these synonyms from now on.
pub fn use_synonyms(synonyms: Synonyms) {
    *SYNONYMS.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(synonyms);
}

/// Gives what else to look for beside a folded word, and how much that counts.
pub fn expand(word: &str) -> Vec<(String, f32)> {
    let synonyms = Arc::clone(&SYNONYMS.read().unwrap_or_else(PoisonError::into_inner));
    let others = synonyms.by_word.get(word).into_iter().flatten();
    others
        .map(|other| (other.clone(), SYNONYM_WEIGHT))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(bad: &[BadLine]) -> Vec<usize> {
        bad.iter().map(|line| line.number).collect()
    }

    #[test]
    fn a_dictionary_is_read_as_jieba_has_it_and_bad_lines_are_named() {
        let text = "\u{FEFF}# 本馆用词\n文渊平台 100\n發展觀 n\n智慧文旅\n\n5G基站 3\n站\n云图书馆 many\n云书房 0\n文渊平台 100 nz\n";
        let (dictionary, bad) = Dictionary::parse(text);
        assert_eq!(problems(&bad), [6, 7, 8, 9]);
        let words: Vec<&str> = dictionary.words.iter().map(|(w, _)| w.as_str()).collect();
        assert_eq!(words, ["发展观", "文渊平台", "智慧文旅"]);
        assert_eq!(dictionary.words[1].1, Some(100));
    }

    #[test]
    fn the_fingerprint_names_the_words_and_not_their_order() {
        let of = |text| Dictionary::parse(text).0.fingerprint();
        assert_eq!(of("甲乙\n丙丁"), of("# x\n丙丁\n甲乙\n甲乙"));
        assert_ne!(of("甲乙"), of("甲乙 5"));
        assert_eq!(of("# nothing"), "");
    }

    #[test]
    fn synonyms_go_both_ways_or_one_way() {
        let (synonyms, bad) =
            Synonyms::parse("文化站, 文化中心，綜合文化站\n省厅 => 文化厅\nalone\n=> x\na,a\n");
        assert_eq!(problems(&bad), [3, 4]);
        let of = |word: &str| synonyms.by_word.get(word).cloned().unwrap_or_default();
        assert_eq!(of("文化站"), ["文化中心", "综合文化站"]);
        assert_eq!(of("文化中心"), ["文化站", "综合文化站"]);
        assert_eq!(of("省厅"), ["文化厅"]);
        assert!(of("文化厅").is_empty() && of("a").is_empty());
    }
}
