//! Cutting folded text into words (jieba).
//!
//! Words are made of one or more units (`units.rs`) and share their numbering,
//! so that the index can hold both side by side.

use std::ops::Range;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use jieba_rs::Jieba;

use crate::dictionary::Dictionary;
use crate::fold::fold;
use crate::units::{MAX_WORD_BYTES, Unit, Units, capped, units};

/// A word of a folded text, as the index takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The word itself.
    pub text: &'a str,
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset behind its last character.
    pub end: usize,
    /// Position of the [`Unit`] that it begins with.
    pub position: usize,
}

/// Longest run of Chinese handed to jieba at once; bounds its working memory.
const MAX_RUN_BYTES: usize = 12_000;

/// The word cutter. Cheap to clone: all share one dictionary, which is large.
#[derive(Clone)]
pub struct Segmenter {
    loaded: Arc<Loaded>,
}

struct Loaded {
    jieba: Jieba,
    /// Of the operator's words in it.
    fingerprint: String,
}

static CURRENT: LazyLock<RwLock<Segmenter>> =
    LazyLock::new(|| RwLock::new(Segmenter::load(&Dictionary::default())));

/// Makes the process cut by these words too, from now on. Loads a dictionary
/// (0.1 s, and 33 MB more until the last text is cut by the old one), unless
/// nothing has changed.
pub fn use_dictionary(dictionary: &Dictionary) {
    if dictionary_fingerprint() != dictionary.fingerprint() {
        let loaded = Segmenter::load(dictionary);
        *CURRENT.write().unwrap_or_else(PoisonError::into_inner) = loaded;
    }
}

/// Names the operator's words by which the process cuts, as
/// [`Dictionary::fingerprint`] does.
pub fn dictionary_fingerprint() -> String {
    // Nobody has set any before the first is loaded.
    Segmenter::shared().loaded.fingerprint.clone()
}

/// Dictionary words that [`fold`] spells differently: 乾 is 干 in every other
/// word. Without them 乾隆 would be cut into two characters.
const RESPELLED: [&str; 8] = [
    "乾隆",
    "乾坤",
    "乾陵",
    "乾县",
    "乾嘉",
    "乾元",
    "乾清宫",
    "康乾盛世",
];

impl Segmenter {
    /// The process's instance, loaded on first use (about 0.1 s).
    pub fn shared() -> Segmenter {
        CURRENT
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn load(dictionary: &Dictionary) -> Self {
        let mut jieba = Jieba::new();
        for word in RESPELLED {
            let frequency = jieba.suggest_freq(word);
            jieba.add_word(&fold(word), Some(frequency), None);
        }
        for (word, frequency) in &dictionary.words {
            let frequency = frequency.unwrap_or_else(|| jieba.suggest_freq(word));
            jieba.add_word(word, Some(frequency), None);
        }
        let fingerprint = dictionary.fingerprint();
        Self {
            loaded: Arc::new(Loaded { jieba, fingerprint }),
        }
    }

    /// Cuts `text` into words, each once, in order, unknown names guessed;
    /// punctuation and space are left out. For tags and statistics.
    pub fn words<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.loaded
            .jieba
            .cut(text, true)
            .into_iter()
            .map(|token| token.word)
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .collect()
    }

    /// Cuts a folded text into the words it should be found by: every word,
    /// and the shorter dictionary words inside a long one (中华人民共和国
    /// gives also 中华, 人民, 共和国); letters and digits as whole compounds
    /// (`gb/t` is two, `t9704` and `5.12` are one each) and in parts.
    ///
    /// Unknown names are not guessed: a guess depends on the words around it,
    /// and the same name must be cut the same way in document and query.
    pub fn search_tokens<'a>(&self, folded: &'a str) -> Tokens<'a> {
        Tokens::new(self, folded, Depth::All)
    }

    /// Cuts a folded text like [`Segmenter::search_tokens`] but into words that
    /// do not overlap: the longest only, compounds whole. For queries.
    pub fn query_tokens<'a>(&self, folded: &'a str) -> Tokens<'a> {
        Tokens::new(self, folded, Depth::Longest)
    }

    /// Whether the dictionary has a folded word. It may still be cut in two where
    /// its parts are more likely.
    pub fn knows(&self, word: &str) -> bool {
        self.loaded.jieba.has_word(word)
    }

    /// Whether the dictionary has a folded word as the name of a person, place
    /// or body.
    pub(crate) fn is_name(&self, word: &str) -> bool {
        let tags = self.loaded.jieba.tag(word, false);
        matches!(&tags[..], [tag] if matches!(tag.tag.get(..2), Some("nr" | "ns" | "nt")))
    }

    /// How often the dictionary's corpus of 60 million words has `word`; at
    /// least 1.
    pub(crate) fn frequency(&self, word: &str) -> usize {
        let jieba = &self.loaded.jieba;
        if jieba.has_word(word) {
            jieba.suggest_freq(word)
        } else {
            1
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    All,
    Longest,
}

/// Iterator of [`Segmenter::search_tokens`] and [`Segmenter::query_tokens`].
pub struct Tokens<'a> {
    segmenter: Segmenter,
    text: &'a str,
    depth: Depth,
    units: std::iter::Peekable<Units<'a>>,
    /// Tokens of the run at hand, last first.
    ready: Vec<Token<'a>>,
}

impl<'a> Tokens<'a> {
    fn new(segmenter: &Segmenter, text: &'a str, depth: Depth) -> Self {
        Self {
            segmenter: segmenter.clone(),
            text,
            depth,
            units: units(text).peekable(),
            ready: Vec::new(),
        }
    }

    /// Takes the units that follow `first` without a break of script.
    fn run(&mut self, first: Unit<'a>) -> Run {
        let mut run = Run {
            bytes: first.start..first.end,
            units: 1,
        };
        while let Some(next) = self.units.peek() {
            let between = &self.text[run.bytes.end..next.start];
            let joined = if first.unspaced {
                between.is_empty() && run.bytes.len() < MAX_RUN_BYTES
            } else {
                between.is_empty() || matches!(between, "." | "-" | "_")
            };
            if !joined || next.unspaced != first.unspaced {
                break;
            }
            run.bytes.end = next.end;
            run.units += 1;
            self.units.next();
        }
        run
    }

    fn cut_unspaced(&mut self, run: Run, position: usize) {
        let text = &self.text[run.bytes.clone()];
        let words = match self.depth {
            Depth::All => self.segmenter.loaded.jieba.cut_for_search(text, false),
            Depth::Longest => self.segmenter.loaded.jieba.cut(text, false),
        };
        self.ready.extend(words.into_iter().rev().map(|word| Token {
            text: word.word,
            start: run.bytes.start + word.byte_start,
            end: run.bytes.start + word.byte_end,
            position: position + word.start,
        }));
    }

    fn cut_compound(&mut self, run: Run, position: usize) {
        let whole = &self.text[run.bytes.clone()];
        let keep_whole = run.units == 1 || whole.len() <= MAX_WORD_BYTES;
        if run.units > 1 && (self.depth == Depth::All || !keep_whole) {
            let parts: Vec<Unit<'a>> = units(whole).collect();
            self.ready.extend(parts.into_iter().rev().map(|part| Token {
                text: part.text,
                start: run.bytes.start + part.start,
                end: run.bytes.start + part.end,
                position: position + part.position,
            }));
        }
        if keep_whole {
            self.ready.push(Token {
                text: capped(whole),
                start: run.bytes.start,
                end: run.bytes.end,
                position,
            });
        }
    }
}

/// Units that stand together.
struct Run {
    bytes: Range<usize>,
    units: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(token) = self.ready.pop() {
            return Some(token);
        }
        let first = self.units.next()?;
        let run = self.run(first);
        if first.unspaced {
            self.cut_unspaced(run, first.position);
        } else {
            self.cut_compound(run, first.position);
        }
        self.ready.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> Vec<&str> {
        Segmenter::shared()
            .search_tokens(text)
            .map(|t| t.text)
            .collect()
    }

    #[test]
    fn long_words_are_found_by_the_short_ones_in_them() {
        let tokens = search("学习实践科学发展观");
        for word in ["学习", "实践", "科学", "发展", "发展观"] {
            assert!(tokens.contains(&word), "{word} in {tokens:?}");
        }
        let tokens = search("中华人民共和国");
        assert!(tokens.contains(&"中华人民共和国") && tokens.contains(&"人民"));
        assert_eq!(search("清干隆年间")[1], "干隆", "folded 乾隆 stays a word");
    }

    #[test]
    fn words_of_the_operator_are_kept_whole() {
        let cut = |segmenter: &Segmenter| -> Vec<String> {
            let tokens = segmenter.query_tokens("使用智慧文旅云平台");
            tokens.map(|token| token.text.to_owned()).collect()
        };
        let (dictionary, bad) = Dictionary::parse("智慧文旅云\n");
        assert!(bad.is_empty());
        assert!(!cut(&Segmenter::load(&Dictionary::default())).contains(&"智慧文旅云".to_owned()));
        assert!(cut(&Segmenter::load(&dictionary)).contains(&"智慧文旅云".to_owned()));
    }

    #[test]
    fn letters_and_digits_come_whole_and_in_parts() {
        assert_eq!(
            search("gb/t9704-2012"),
            ["gb", "t9704-2012", "t", "9704", "2012"]
        );
        assert_eq!(search("汶川5.12地震"), ["汶川", "5.12", "5", "12", "地震"]);
        let whole: Vec<&str> = Segmenter::shared()
            .query_tokens("t9704文化站")
            .map(|t| t.text)
            .collect();
        assert_eq!(whole, ["t9704", "文化站"]);
    }

    #[test]
    fn tokens_and_units_number_alike() {
        let text = "国发〔2023〕5号，关于乡镇文化站gb/t9704的通知。english words";
        let positions: Vec<(usize, usize)> = units(text).map(|u| (u.start, u.position)).collect();
        for token in Segmenter::shared().search_tokens(text) {
            assert_eq!(&text[token.start..token.end], token.text);
            let at = positions.iter().find(|(start, _)| *start == token.start);
            assert_eq!(at.map(|p| p.1), Some(token.position), "{token:?}");
        }
    }

    #[test]
    fn overlong_words_are_cut_and_junk_survives() {
        let junk = "a".repeat(10_000) + &"国".repeat(50_000) + "\u{0}\u{FFFD}🙂";
        assert!(search(&junk).iter().all(|t| t.len() <= MAX_WORD_BYTES));
    }
}
