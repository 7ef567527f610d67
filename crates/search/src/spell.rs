//! Did you mean (您是不是要找): another query, when one finds little.
//!
//! A piece of the query is replaced by a word that the library has: one that
//! sounds alike (文化听 → 文化厅), looks alike (未来 → 末来), is what the
//! letters spell (`wenhuating`), or is what fingers meant (`libary`). What is
//! offered has been searched for and finds more.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tantivy::{Searcher, Term};
use wenyuan_text::{Segmenter, fold, is_han, is_pinyin, look_alikes, pinyin_keys, sound_alikes};

use crate::distance::distance;
use crate::lexicon::Lexicon;
use crate::schema::Fields;
use crate::{Filters, Index, Query, SearchError, Sort};

/// A query with fewer hits is looked at.
const FEW: usize = 3;
/// Queries that are searched for before the best is offered.
const TRIED: usize = 6;
/// Queries offered.
const MOST_OFFERED: usize = 2;
/// Longer queries are pasted, not typed.
const MOST_CHARACTERS: usize = 48;
/// Longest word replaced as a whole.
const LONGEST_WORD: usize = 6;
/// Characters tried in the place of one, of those that sound alike.
const SOUNDS_TRIED: usize = 40;
/// Characters in whose place others are tried.
const MOST_SUSPECTS: usize = 6;

/// Libraries up to this size have their words read again at once when they
/// change; larger ones in the background.
const SMALL: usize = 2_000;
/// How old the words become, and which part of the time reading may take.
const FRESH: Duration = Duration::from_secs(60);
const PART_OF_TIME: u32 = 50;

/// Another query that finds more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The whole query, to be searched for as it is.
    pub query: String,
    /// How many documents it finds.
    pub total: usize,
}

/// Finds what was meant. Cheap to clone; keeps the words of the library in
/// memory, some 20 MB for the largest.
#[derive(Clone)]
pub struct Speller {
    index: Index,
    words: Arc<RwLock<Option<Words>>>,
    is_reading: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Words {
    lexicon: Arc<Lexicon>,
    generation: u64,
    made: Instant,
    took: Duration,
}

/// One piece of the query and what may stand in its place.
struct Candidate {
    /// Bytes of the query.
    place: Range<usize>,
    word: String,
    /// Likeness times frequency; compare within one query.
    weight: f32,
}

impl Speller {
    /// Makes one for an index. Reads nothing yet.
    pub fn new(index: Index) -> Self {
        Self {
            index,
            words: Arc::default(),
            is_reading: Arc::default(),
        }
    }

    /// Reads the words of the library, so that the first query need not wait.
    pub fn warm(&self) {
        self.words();
    }

    /// Gives other queries in place of `input`, which found `had` documents (0
    /// when it had to be relaxed), the best first; mostly none. They are
    /// counted under `filters`.
    pub fn correct(
        &self,
        input: &str,
        filters: &Filters,
        had: usize,
    ) -> Result<Vec<Correction>, SearchError> {
        if input.chars().nth(MOST_CHARACTERS).is_some() {
            return Ok(Vec::new());
        }
        let pieces = pieces(input);
        // Letters may have been meant as such, or as pinyin, whatever they find.
        let spells = |piece: &Range<usize>| is_pinyin(&fold(&input[piece.clone()]));
        let searcher = self.index.searcher();
        let mut doubtful = false;
        for piece in &pieces {
            doubtful |= self.is_doubtful(&searcher, &input[piece.clone()])?;
        }
        // 文化听: documents that have its parts somewhere are none that have it.
        let had = if doubtful { 0 } else { had };
        if had >= FEW && !pieces.iter().any(spells) {
            return Ok(Vec::new());
        }
        let Some(lexicon) = self.words() else {
            return Ok(Vec::new());
        };
        let mut candidates = Vec::new();
        for piece in pieces {
            let text = &input[piece.clone()];
            if text.chars().next().is_some_and(is_han) {
                if had < FEW {
                    chinese(&mut candidates, &lexicon, &piece, text);
                    self.by_pairs(&mut candidates, &searcher, &piece, text)?;
                }
            } else {
                latin(&mut candidates, &lexicon, &piece, &fold(text), had < FEW);
            }
        }
        self.best(input, filters, had, candidates)
    }

    /// Searches for the most likely queries and keeps what finds more.
    fn best(
        &self,
        input: &str,
        filters: &Filters,
        had: usize,
        mut candidates: Vec<Candidate>,
    ) -> Result<Vec<Correction>, SearchError> {
        candidates.sort_by(|a, b| {
            b.weight
                .total_cmp(&a.weight)
                .then_with(|| a.word.cmp(&b.word))
        });
        let mut queries: Vec<(String, f32)> = Vec::new();
        // Two words may be wrong: the best of every piece together comes first.
        let together = best_of_each(&candidates);
        if together.len() > 1 {
            let weight = together.iter().map(|one| one.weight).sum();
            queries.push((replaced(input, &together), weight));
        }
        for candidate in &candidates {
            let query = replaced(input, &[candidate]);
            if queries.len() >= TRIED {
                break;
            }
            if !queries.iter().any(|(other, _)| *other == query) {
                queries.push((query, candidate.weight));
            }
        }
        let mut offered: Vec<(Correction, f32)> = Vec::new();
        for (query, weight) in queries {
            let total = self.count(&query, filters)?;
            if total > had {
                let weight = weight * logarithm(total);
                offered.push((Correction { query, total }, weight));
            }
        }
        offered.sort_by(|a, b| b.1.total_cmp(&a.1));
        offered.truncate(MOST_OFFERED);
        Ok(offered.into_iter().map(|(offer, _)| offer).collect())
    }

    /// How many documents have every word of a query.
    fn count(&self, query: &str, filters: &Filters) -> Result<usize, SearchError> {
        let query = Query::parse(query);
        let found = self.index.search(&query, filters, Sort::Newest, 0, 0)?;
        Ok(if found.relaxed { 0 } else { found.total })
    }

    /// One wrong character in what no dictionary has: a pair of neighbours
    /// that no document has, made one that some have.
    fn by_pairs(
        &self,
        candidates: &mut Vec<Candidate>,
        searcher: &Searcher,
        piece: &Range<usize>,
        text: &str,
    ) -> Result<(), SearchError> {
        let documents = |pair: &[char]| {
            let pair: String = pair.iter().collect();
            self.documents_of_pair(searcher, &pair)
        };
        let characters: Vec<char> = fold(text).chars().collect();
        let mut known = Vec::with_capacity(characters.len());
        for pair in characters.windows(2) {
            known.push(documents(pair)? > 0);
        }
        let is_suspect = |at: usize| {
            let around = at.saturating_sub(1)..(at + 1).min(known.len());
            !known[around].iter().all(|known| *known)
        };
        let suspects = (0..characters.len()).filter(|at| is_suspect(*at));
        for at in suspects.take(MOST_SUSPECTS) {
            let wrong = characters[at];
            let alike = look_alikes(wrong)
                .zip(std::iter::repeat(LOOKS_ALIKE))
                .chain(
                    sound_alikes(wrong)
                        .zip(std::iter::repeat(SOUNDS_ALIKE))
                        .take(SOUNDS_TRIED),
                );
            for (right, likeness) in alike {
                let mut changed = characters.clone();
                changed[at] = right;
                let from = at.saturating_sub(1);
                let to = (at + 2).min(changed.len());
                let mut fewest = u64::MAX;
                for pair in changed[from..to].windows(2) {
                    fewest = fewest.min(documents(pair)?);
                    if fewest == 0 {
                        break;
                    }
                }
                if fewest > 0 && fewest < u64::MAX {
                    let fewest = usize::try_from(fewest).unwrap_or(usize::MAX);
                    candidates.push(Candidate {
                        place: piece.clone(),
                        word: changed.into_iter().collect(),
                        weight: likeness * logarithm(fewest),
                    });
                }
            }
        }
        Ok(())
    }

    /// Whether a Chinese piece has a character that belongs to no word and next
    /// to it another, and no document has the two together.
    fn is_doubtful(&self, searcher: &Searcher, text: &str) -> Result<bool, SearchError> {
        let folded = fold(text);
        let mut before: Option<&str> = None;
        for token in Segmenter::shared().query_tokens(&folded) {
            let is_single = |word: &str| word.chars().nth(1).is_none();
            if let Some(left) = before.filter(|left| is_single(left) || is_single(token.text)) {
                let ends = left.chars().next_back().into_iter();
                let pair: String = ends.chain(token.text.chars().next()).collect();
                if pair.chars().all(is_han) && self.documents_of_pair(searcher, &pair)? == 0 {
                    return Ok(true);
                }
            }
            before = Some(token.text);
        }
        Ok(false)
    }

    /// How many documents have two neighbouring characters; more or less, for
    /// title and body count each.
    fn documents_of_pair(&self, searcher: &Searcher, pair: &str) -> Result<u64, SearchError> {
        let fields = Fields::of(searcher.schema())?;
        let mut documents = 0;
        for field in [fields.title_grams, fields.body_grams, fields.words] {
            documents += searcher.doc_freq(&Term::from_field_text(field, pair))?;
        }
        Ok(documents)
    }

    /// The words of the library, as new as can be had without waiting long.
    fn words(&self) -> Option<Arc<Lexicon>> {
        let searcher = self.index.searcher();
        let generation = searcher.generation().generation_id();
        let current = self
            .words
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let is_small = searcher.num_docs() <= SMALL as u64;
        let is_due = current.as_ref().is_none_or(|words| {
            words.generation != generation
                && (is_small || words.made.elapsed() > FRESH.max(words.took * PART_OF_TIME))
        });
        if is_due && is_small {
            self.read(&searcher);
            let words = self.words.read().unwrap_or_else(PoisonError::into_inner);
            return words.as_ref().map(|words| Arc::clone(&words.lexicon));
        }
        if is_due && !self.is_reading.swap(true, Ordering::AcqRel) {
            let speller = self.clone();
            std::thread::spawn(move || {
                speller.read(&searcher);
                speller.is_reading.store(false, Ordering::Release);
            });
        }
        current.map(|words| words.lexicon)
    }

    fn read(&self, searcher: &Searcher) {
        let started = Instant::now();
        match Lexicon::read(searcher) {
            Ok(lexicon) => {
                *self.words.write().unwrap_or_else(PoisonError::into_inner) = Some(Words {
                    lexicon: Arc::new(lexicon),
                    generation: searcher.generation().generation_id(),
                    made: Instant::now(),
                    took: started.elapsed(),
                });
            }
            Err(error) => tracing::warn!(%error, "the words of the index cannot be read"),
        }
    }
}

/// How alike the kinds of slips leave two words; times the part of the
/// characters that stay.
const SOUNDS_ALIKE: f32 = 1.0;
const LOOKS_ALIKE: f32 = 0.9;
const SPELLS: f32 = 1.0;

/// Words that sound or look like a part of a Chinese piece.
fn chinese(candidates: &mut Vec<Candidate>, lexicon: &Lexicon, piece: &Range<usize>, text: &str) {
    let starts: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    for from in 0..starts.len() {
        for to in (from + 2..starts.len()).take(LONGEST_WORD - 1) {
            let part = starts[from]..starts[to];
            let typed: Vec<char> = fold(&text[part.clone()]).chars().collect();
            let word: String = typed.iter().collect();
            if lexicon.documents(&word) > 0 {
                continue;
            }
            let place = piece.start + part.start..piece.start + part.end;
            let mut push = |word: String, documents: u32, kind: f32| {
                let likeness = kind * share_kept(&typed, &word);
                candidates.push(Candidate {
                    place: place.clone(),
                    word,
                    weight: likeness * frequency(documents),
                });
            };
            for key in pinyin_keys(&word) {
                for other in lexicon.sounding(&key.full) {
                    if other.text.chars().count() == typed.len() {
                        push(other.text.to_string(), other.documents, SOUNDS_ALIKE);
                    }
                }
            }
            for (at, &c) in typed.iter().enumerate() {
                for right in look_alikes(c) {
                    let mut changed = typed.clone();
                    changed[at] = right;
                    let changed: String = changed.into_iter().collect();
                    let documents = lexicon.documents(&changed);
                    if documents > 0 {
                        push(changed, documents, LOOKS_ALIKE);
                    }
                }
            }
        }
    }
}

/// What letters spell, and, when they find little, words that are near them.
fn latin(
    candidates: &mut Vec<Candidate>,
    lexicon: &Lexicon,
    piece: &Range<usize>,
    typed: &str,
    finds_little: bool,
) {
    let mut push = |word: String, weight: f32| {
        candidates.push(Candidate {
            place: piece.clone(),
            word,
            weight,
        });
    };
    if is_pinyin(typed) && lexicon.documents(typed) == 0 {
        for word in lexicon.sounding(typed) {
            push(word.text.to_string(), SPELLS * frequency(word.documents));
        }
        if let Some((words, documents)) = spelled_words(lexicon, typed) {
            push(words, SPELLS * frequency(documents));
        }
    }
    let most = match typed.len() {
        0..=3 => return,
        4..=7 => 1.0,
        _ => 2.0,
    };
    if !finds_little || lexicon.documents(typed) > 0 {
        return;
    }
    let letters = u8::try_from(typed.len()).map_or(f32::MAX, f32::from);
    for word in lexicon.latin() {
        if let Some(cost) = distance(typed, &word.text, most) {
            let likeness = 1.0 - cost / letters;
            push(word.text.to_string(), likeness * frequency(word.documents));
        }
    }
}

/// The fewest words of the library that a run of pinyin spells, one after the
/// other, with the documents of the rarest: `wenhuatingzongjie` → 文化厅总结.
fn spelled_words(lexicon: &Lexicon, typed: &str) -> Option<(String, u32)> {
    const MOST_LETTERS: usize = 40;
    const LONGEST: usize = 24;
    if typed.len() > MOST_LETTERS {
        return None;
    }
    // reached[i]: words up to letter i, how many, and the rarest's documents.
    let mut reached: Vec<Option<(usize, String, u32)>> = vec![None; typed.len() + 1];
    reached[0] = Some((0, String::new(), u32::MAX));
    for end in 1..=typed.len() {
        for start in end.saturating_sub(LONGEST)..end {
            let Some((count, text, rarest)) = reached[start].clone() else {
                continue;
            };
            let best = lexicon
                .sounding(&typed[start..end])
                .max_by_key(|word| word.documents);
            let Some(word) = best else { continue };
            let is_better = reached[end].as_ref().is_none_or(|(fewest, _, documents)| {
                (count + 1, u32::MAX - word.documents.min(rarest)) < (*fewest, u32::MAX - documents)
            });
            if is_better {
                let documents = word.documents.min(rarest);
                reached[end] = Some((count + 1, text + &word.text, documents));
            }
        }
    }
    reached
        .pop()
        .flatten()
        .filter(|(count, ..)| *count > 1)
        .map(|(_, text, documents)| (text, documents))
}

/// Runs of Chinese and runs of letters that are neither excluded nor the name
/// of a field.
fn pieces(input: &str) -> Vec<Range<usize>> {
    let kind = |c: char| {
        if is_han(c) {
            1
        } else if fold(c.encode_utf8(&mut [0; 4]))
            .bytes()
            .all(|b| b.is_ascii_lowercase())
        {
            2
        } else {
            0
        }
    };
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut last = 0;
    for (at, c) in input.char_indices() {
        let this = kind(c);
        match pieces.last_mut() {
            Some(piece) if this == last && this != 0 => piece.end = at + c.len_utf8(),
            _ if this != 0 => pieces.push(at..at + c.len_utf8()),
            _ => {}
        }
        last = this;
    }
    pieces.retain(|piece| {
        let before = input[..piece.start].chars().next_back();
        let after = input[piece.end..].chars().next();
        !before.is_some_and(|c| matches!(c, '-' | '－' | '−' | '–'))
            && !after.is_some_and(|c| matches!(c, ':' | '：'))
    });
    pieces
}

/// The best candidates whose places do not touch, in order.
fn best_of_each(sorted: &[Candidate]) -> Vec<&Candidate> {
    let mut best: Vec<&Candidate> = Vec::new();
    for candidate in sorted {
        let is_apart = best.iter().all(|other| {
            candidate.place.end <= other.place.start || other.place.end <= candidate.place.start
        });
        if is_apart {
            best.push(candidate);
        }
    }
    best.sort_by_key(|candidate| candidate.place.start);
    best
}

fn replaced(input: &str, candidates: &[&Candidate]) -> String {
    let mut out = String::with_capacity(input.len());
    let mut end = 0;
    for candidate in candidates {
        out.push_str(&input[end..candidate.place.start]);
        out.push_str(&candidate.word);
        end = candidate.place.end;
    }
    out.push_str(&input[end..]);
    out
}

/// Half for the kind of slip, half for the characters that stay.
fn share_kept(typed: &[char], word: &str) -> f32 {
    let same = typed.iter().zip(word.chars()).filter(|(a, b)| **a == *b);
    let (same, all) = (same.count(), typed.len().max(1));
    let part = |n: usize| u8::try_from(n).map_or(f32::from(u8::MAX), f32::from);
    0.5 + 0.5 * part(same) / part(all) + 0.1 * part(all)
}

fn frequency(documents: u32) -> f32 {
    logarithm(usize::try_from(documents).unwrap_or(usize::MAX))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a logarithm of counts far below 2^24 or rounded beyond it"
)]
fn logarithm(count: usize) -> f32 {
    (count as f32 + 1.0).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_may_be_wrong_are_looked_at() {
        let input = "title:文化听 -草案 \"Libary\" 2023 ａｂｃ";
        let found: Vec<&str> = pieces(input).into_iter().map(|p| &input[p]).collect();
        assert_eq!(found, ["文化听", "Libary", "ａｂｃ"]);
        assert!(pieces("").is_empty());
        assert_eq!(pieces(&"文".repeat(5_000)).len(), 1);
    }
}
