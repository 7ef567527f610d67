//! The words that the library has, in memory, for finding the one that was
//! meant: by text, by pinyin, by distance.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use tantivy::Searcher;
use tantivy::schema::Field;
use wenyuan_text::{is_han, pinyin_keys};

use crate::SearchError;
use crate::schema::Fields;

/// Words kept; the commonest stay. Some 70 bytes each.
const MOST_WORDS: usize = 300_000;
/// While reading, words met once are forgotten beyond this many.
const MOST_WHILE_READING: usize = 1_000_000;
const HAN_CHARACTERS: std::ops::RangeInclusive<usize> = 2..=8;
const LATIN_LETTERS: std::ops::RangeInclusive<usize> = 3..=24;

/// A word and the number of documents that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: Box<str>,
    pub(crate) documents: u32,
}

/// The words of one state of the index.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    /// Sorted by text.
    words: Vec<Word>,
    /// Hash of the pinyin, and the place in `words`; sorted.
    sounds: Vec<(u64, u32)>,
    /// Places of Latin words.
    latin: Vec<u32>,
}

impl Lexicon {
    /// Reads the dictionaries of the index. Deleted documents count until
    /// their segments are merged, so what is taken from here must be counted.
    pub(crate) fn read(searcher: &Searcher) -> Result<Self, SearchError> {
        let fields = Fields::of(searcher.schema())?;
        let mut counts: HashMap<String, u32> = HashMap::new();
        for segment in searcher.segment_readers() {
            for (field, wanted) in sources(&fields) {
                let inverted = segment.inverted_index(field)?;
                let mut terms = inverted.terms().stream()?;
                while let Some((term, info)) = terms.next() {
                    let Ok(term) = std::str::from_utf8(term) else {
                        continue;
                    };
                    if !wanted(term) {
                        continue;
                    }
                    match counts.get_mut(term) {
                        Some(count) => *count = count.saturating_add(info.doc_freq),
                        None => {
                            counts.insert(term.to_owned(), info.doc_freq);
                        }
                    }
                }
            }
            if counts.len() > MOST_WHILE_READING {
                counts.retain(|_, count| *count > 1);
            }
        }
        let mut words: Vec<Word> = counts
            .into_iter()
            .map(|(text, documents)| Word {
                text: text.into_boxed_str(),
                documents,
            })
            .collect();
        if words.len() > MOST_WORDS {
            words.sort_unstable_by(|a, b| b.documents.cmp(&a.documents).then(a.text.cmp(&b.text)));
            words.truncate(MOST_WORDS);
        }
        Ok(Self::new(words))
    }

    fn new(mut words: Vec<Word>) -> Self {
        words.sort_unstable_by(|a, b| a.text.cmp(&b.text));
        words.shrink_to_fit();
        let mut sounds = Vec::new();
        let mut latin = Vec::new();
        for (place, word) in (0_u32..).zip(&words) {
            if word.text.is_ascii() {
                latin.push(place);
            }
            for key in pinyin_keys(&word.text) {
                sounds.push((hash(&key.full), place));
            }
        }
        sounds.sort_unstable();
        sounds.dedup();
        Self {
            words,
            sounds,
            latin,
        }
    }

    /// In how many documents a folded word stands.
    pub(crate) fn documents(&self, word: &str) -> u32 {
        self.words
            .binary_search_by(|known| known.text.as_ref().cmp(word))
            .map_or(0, |place| self.words[place].documents)
    }

    /// The Chinese words that are typed as `pinyin`.
    pub(crate) fn sounding(&self, pinyin: &str) -> impl Iterator<Item = &Word> {
        let wanted = hash(pinyin);
        let from = self.sounds.partition_point(|(hash, _)| *hash < wanted);
        self.sounds[from..]
            .iter()
            .take_while(move |(hash, _)| *hash == wanted)
            .filter_map(|(_, place)| self.words.get(usize::try_from(*place).ok()?))
    }

    /// The Latin words.
    pub(crate) fn latin(&self) -> impl Iterator<Item = &Word> {
        self.latin
            .iter()
            .filter_map(|place| self.words.get(usize::try_from(*place).ok()?))
    }
}

type IsWord = fn(&str) -> bool;

/// The fields that words are read from, and which. Latin words come from the
/// grams of the body: those of the word fields are stems.
fn sources(fields: &Fields) -> [(Field, IsWord); 3] {
    [
        (fields.words, is_chinese_word),
        (fields.title_grams, is_latin_word),
        (fields.body_grams, is_latin_word),
    ]
}

fn is_chinese_word(term: &str) -> bool {
    term.chars().all(is_han) && HAN_CHARACTERS.contains(&term.chars().count())
}

fn is_latin_word(term: &str) -> bool {
    LATIN_LETTERS.contains(&term.len()) && term.bytes().all(|b| b.is_ascii_lowercase())
}

fn hash(pinyin: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    pinyin.hash(&mut hasher);
    hasher.finish()
}
