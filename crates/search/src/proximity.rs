//! The second look at the best hits: do the words stand together?
//!
//! The index knows in which block of 256 characters a word stands, and which
//! pairs of characters a text has. For the best few hundred hits the score is
//! multiplied by
//!
//! ```text
//! 1 + 0.25 × (words in the best two neighbouring blocks − 1) / (words − 1)
//!   + 0.15 × joints in the text + 0.30 × joints in the title
//! ```
//!
//! where a *joint* is the pair of characters at which two words of one term
//! meet (乡镇文化站 is 乡镇 and 文化站, and 镇文 is its joint): a share of all
//! joints of the query. So 乡镇文化站 as it was typed stands before a text that
//! has its two words pages apart.
//!
//! A quoted phrase was looked up by all its pairs, which a long text may have
//! in different places. A hit in which the words of the phrase never come
//! together is none, and is taken out.

use std::collections::BTreeMap;
use std::ops::Range;

use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, SegmentReader, Term as IndexTerm};
use wenyuan_text::{Segmenter, is_stop_word, stem_english, units};

use crate::analysis::BLOCK;
use crate::best::Ranked;
use crate::query::{Atom, Place};
use crate::schema::Fields;
use crate::words::strict_words;
use crate::{Query, SearchError};

/// Hits that get a second look.
pub(crate) const LOOKED_AT: usize = 200;

const CLOSE: f32 = 0.25;
const JOINED: f32 = 0.15;
const JOINED_IN_TITLE: f32 = 0.30;
/// Words and joints that are looked at.
const MOST_WORDS: usize = 12;

/// What a query asks of the second look.
pub(crate) struct Proximity {
    words: Vec<String>,
    joints: Vec<String>,
    phrases: Vec<Phrase>,
}

/// A quoted phrase that must hold.
struct Phrase {
    words: Vec<String>,
    /// Neighbouring blocks it may lie in.
    blocks: u32,
}

/// What one document has of it.
#[derive(Debug, Clone, Default)]
struct Seen {
    /// For each word the blocks it stands in, ascending.
    blocks: Vec<Vec<u32>>,
    joints: usize,
    joints_in_title: usize,
}

impl Proximity {
    /// What to look for; `None` when one look is enough.
    pub(crate) fn of(query: &Query) -> Option<Self> {
        let mut words: Vec<String> = Vec::new();
        let mut joints: Vec<String> = Vec::new();
        for term in query.wanted().filter(|term| term.place == Place::Anywhere) {
            words.extend(strict_words(term));
            joints.extend(joints_of(&term.text));
        }
        let phrases: Vec<Phrase> = query
            .required()
            .filter_map(|clause| match clause.atoms.as_slice() {
                [Atom::Text(term)] if term.phrase && term.place == Place::Anywhere => {
                    let words = inner_words(&term.text);
                    let blocks = u32::try_from(units(&term.text).count() / BLOCK).unwrap_or(0) + 2;
                    (words.len() > 1).then_some(Phrase { words, blocks })
                }
                _ => None,
            })
            .collect();
        words.sort_unstable();
        words.dedup();
        words.truncate(MOST_WORDS);
        joints.sort_unstable();
        joints.dedup();
        joints.truncate(MOST_WORDS);
        (words.len() > 1).then_some(Self {
            words,
            joints,
            phrases,
        })
    }

    /// Scores the hits again and takes out those that are none; best first.
    pub(crate) fn look(
        &self,
        searcher: &Searcher,
        fields: &Fields,
        hits: &mut Vec<Ranked>,
    ) -> Result<(), SearchError> {
        hits.sort_unstable_by_key(|hit| (hit.segment, hit.doc));
        let mut kept = Vec::with_capacity(hits.len());
        for group in hits.chunk_by(|a, b| a.segment == b.segment) {
            let Some(first) = group.first() else { continue };
            let segment = searcher.segment_reader(first.segment);
            let seen = self.see(segment, fields, group)?;
            for (hit, seen) in group.iter().zip(seen) {
                if !self
                    .phrases
                    .iter()
                    .all(|phrase| self.may_stand(phrase, &seen))
                {
                    continue;
                }
                let mut hit = *hit;
                let score = hit.key.score() * self.factor(&seen);
                hit.key.rank = u64::from(score.to_bits());
                kept.push(hit);
            }
        }
        kept.sort_unstable_by(|a, b| b.cmp(a));
        *hits = kept;
        Ok(())
    }

    /// Looks the words and joints up for hits of one segment, in order.
    fn see(
        &self,
        segment: &SegmentReader,
        fields: &Fields,
        hits: &[Ranked],
    ) -> Result<Vec<Seen>, SearchError> {
        let mut seen = vec![Seen::default(); hits.len()];
        for word in &self.words {
            let mut found: Vec<Vec<u32>> = vec![Vec::new(); hits.len()];
            each_with(
                segment,
                fields.words,
                word,
                IndexRecordOption::WithFreqsAndPositions,
                hits,
                |at, postings| {
                    if let Some(blocks) = found.get_mut(at) {
                        postings.positions(blocks);
                        blocks.dedup();
                    }
                },
            )?;
            for (seen, blocks) in seen.iter_mut().zip(found) {
                seen.blocks.push(blocks);
            }
        }
        for joint in &self.joints {
            let basic = IndexRecordOption::Basic;
            let mut has = vec![false; hits.len()];
            for field in [fields.body_grams, fields.words] {
                each_with(segment, field, joint, basic, hits, |at, _| has[at] = true)?;
            }
            for (seen, has) in seen.iter_mut().zip(has) {
                seen.joints += usize::from(has);
            }
            each_with(segment, fields.title_grams, joint, basic, hits, |at, _| {
                seen[at].joints_in_title += 1;
            })?;
        }
        Ok(seen)
    }

    fn factor(&self, seen: &Seen) -> f32 {
        let all: Vec<&[u32]> = seen.blocks.iter().map(Vec::as_slice).collect();
        let together = together(&all, 2);
        let close = together.saturating_sub(1) as f32 / (self.words.len() - 1) as f32;
        let share = |n: usize| n as f32 / self.joints.len().max(1) as f32;
        1.0 + CLOSE * close
            + JOINED * share(seen.joints)
            + JOINED_IN_TITLE * share(seen.joints_in_title)
    }

    /// False only when the document has all words of the phrase and nowhere
    /// together. A word that it does not have was cut differently there.
    fn may_stand(&self, phrase: &Phrase, seen: &Seen) -> bool {
        let blocks: Vec<&[u32]> = self
            .words
            .iter()
            .zip(&seen.blocks)
            .filter(|(word, blocks)| phrase.words.contains(word) && !blocks.is_empty())
            .map(|(_, blocks)| blocks.as_slice())
            .collect();
        blocks.len() < phrase.words.len() || together(&blocks, phrase.blocks) == blocks.len()
    }
}

/// The most lists that have a number in one run of `width` numbers.
fn together(lists: &[&[u32]], width: u32) -> usize {
    let mut by_block: BTreeMap<u32, u32> = BTreeMap::new();
    for (number, blocks) in lists.iter().enumerate() {
        for block in *blocks {
            *by_block.entry(*block).or_default() |= 1 << number.min(31);
        }
    }
    by_block
        .keys()
        .map(|first| {
            let run: Range<u32> = *first..first.saturating_add(width);
            let words = by_block
                .range(run)
                .fold(0_u32, |all, (_, words)| all | words);
            words.count_ones() as usize
        })
        .max()
        .unwrap_or(0)
}

/// The words of a phrase that stand so in any text that has it: not the first
/// and the last, which may be parts of longer ones there, and no single
/// characters.
fn inner_words(folded: &str) -> Vec<String> {
    let words: Vec<&str> = Segmenter::shared()
        .query_tokens(folded)
        .map(|t| t.text)
        .collect();
    let inner = words
        .get(1..words.len().saturating_sub(1))
        .unwrap_or_default();
    inner
        .iter()
        .filter(|word| word.chars().nth(1).is_some() && !is_stop_word(word))
        .map(|word| stem_english(word).into_owned())
        .collect()
}

/// The pairs of characters at which neighbouring words of a text meet.
fn joints_of(folded: &str) -> Vec<String> {
    let mut last: Option<(usize, &str)> = None;
    let mut joints = Vec::new();
    for token in Segmenter::shared().query_tokens(folded) {
        if let Some((end, before)) = last
            && end == token.start
            && !is_stop_word(before)
            && !is_stop_word(token.text)
            && *stem_english(before) == *before
        {
            let left = before.chars().next_back();
            let right = token.text.chars().next();
            if let (Some(left), Some(right)) = (left, right)
                && wenyuan_text::is_unspaced(left)
                && wenyuan_text::is_unspaced(right)
            {
                joints.push([left, right].iter().collect());
            }
        }
        last = Some((token.end, token.text));
    }
    joints
}

/// Calls `see` for each of the hits (ascending, of one segment) that has the
/// term, with the hit's number.
fn each_with(
    segment: &SegmentReader,
    field: Field,
    text: &str,
    record: IndexRecordOption,
    hits: &[Ranked],
    mut see: impl FnMut(usize, &mut tantivy::postings::SegmentPostings),
) -> Result<(), SearchError> {
    let index = segment.inverted_index(field)?;
    let term = IndexTerm::from_field_text(field, text);
    let Some(mut postings) = index.read_postings(&term, record)? else {
        return Ok(());
    };
    for (at, hit) in hits.iter().enumerate() {
        if postings.doc() < hit.doc {
            postings.seek(hit.doc);
        }
        if postings.doc() == hit.doc {
            see(at, &mut postings);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_together_in_neighbouring_blocks() {
        assert_eq!(together(&[&[0, 9], &[8], &[3]], 2), 2);
        assert_eq!(together(&[&[0], &[1], &[2]], 2), 2);
        assert_eq!(together(&[&[0], &[1], &[2]], 3), 3);
        assert_eq!(together(&[&[5], &[], &[u32::MAX]], 2), 1);
        assert_eq!(together(&[], 2), 0);
    }

    #[test]
    fn joints_are_where_words_meet() {
        assert_eq!(joints_of("乡镇文化站"), ["镇文"]);
        assert!(joints_of("文化站").is_empty());
        assert!(joints_of("open xml").is_empty());
    }
}
