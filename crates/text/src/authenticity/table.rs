//! The pairing of two rows of words: global alignment by Needleman and Wunsch
//! (1970), where a word may also answer several.

use std::ops::Range;

use super::edit::Stretch;
use super::figure::{is_date, is_figure};
use super::knowledge::Knowledge;
use super::reading::Reading;
use super::words::{Change, Piece};
use crate::segment::Segmenter;

/// A word of more characters is a clause.
const MAX_WORD_CHARS: usize = 8;

/// Two rows of words that are to be paired.
pub(super) struct Table<'a> {
    pub(super) a: &'a Reading,
    pub(super) b: &'a Reading,
    pub(super) known: &'a Knowledge,
    pub(super) segmenter: Segmenter,
    pub(super) a_words: Vec<Range<u32>>,
    pub(super) b_words: Vec<Range<u32>>,
}

/// How many words a step takes on each side.
const STEPS: [(usize, usize); 7] = [(1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 0), (0, 1)];
/// The most characters of several words that answer one.
const MAX_PHRASE: usize = 6;

impl Table<'_> {
    /// Pairs the words as well as they can be, in order.
    pub(super) fn pieces(&self, whole: &Stretch) -> Vec<Piece> {
        let (rows, columns) = (self.a_words.len(), self.b_words.len());
        let width = columns + 1;
        let mut best: Vec<Option<(i32, usize)>> = vec![None; (rows + 1) * width];
        best[rows * width + columns] = Some((0, 0));
        for i in (0..=rows).rev() {
            for j in (0..=columns).rev() {
                for (step, (down, right)) in STEPS.into_iter().enumerate() {
                    if i + down > rows || j + right > columns {
                        continue;
                    }
                    let rest = best[(i + down) * width + j + right];
                    let (Some((rest, _)), Some(score)) = (rest, self.score(i, j, down, right))
                    else {
                        continue;
                    };
                    let cell = &mut best[i * width + j];
                    if cell.is_none_or(|(before, _)| rest + score > before) {
                        *cell = Some((rest + score, step));
                    }
                }
            }
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut i, mut j) = (0, 0);
        let mut behind = (whole.a.start, whole.b.start);
        while i < rows || j < columns {
            let Some((_, step)) = best[i * width + j] else {
                break;
            };
            let (down, right) = STEPS[step];
            (i, j) = (i + down, j + right);
            let ends = (
                i.checked_sub(1)
                    .map_or(whole.a.start, |at| self.a_words[at].end),
                j.checked_sub(1)
                    .map_or(whole.b.start, |at| self.b_words[at].end),
            );
            let stretch = Stretch {
                a: behind.0..ends.0,
                b: behind.1..ends.1,
            };
            behind = ends;
            let change = self.change(&stretch);
            match pieces.last_mut() {
                Some(last) if change == last.change && change == Change::Other => {
                    last.stretch.a.end = stretch.a.end;
                    last.stretch.b.end = stretch.b.end;
                }
                _ => pieces.push(Piece { stretch, change }),
            }
        }
        pieces
    }

    /// What a step is worth; nothing when it may not be taken.
    fn score(&self, i: usize, j: usize, down: usize, right: usize) -> Option<i32> {
        if down == 0 || right == 0 {
            return Some(-2);
        }
        let from = self.a_words[i].start..self.a_words[i + down - 1].end;
        let to = self.b_words[j].start..self.b_words[j + right - 1].end;
        let (from, to) = (self.a.slice(from), self.b.slice(to));
        if from == to {
            return Some(8);
        }
        let related = self.known.relates(to, from);
        let shares = from.iter().any(|c| to.contains(c));
        let same_length = from.len() == to.len();
        if down + right > 2 {
            // Several words for one: the cutter saw one there (发展观, 进展|观),
            // or the lexicon paraphrases (通过, 被|认可).
            let long = from.len().max(to.len()) > MAX_PHRASE;
            return match (related, shares, down + right) {
                (true, _, _) => Some(6),
                _ if long || from.len().abs_diff(to.len()) > 2 => None,
                (false, true, 3) => Some(4),
                (false, true, _) => Some(2),
                (false, false, 3) => Some(1),
                (false, false, _) => Some(-1),
            };
        }
        Some(match (related, shares, same_length) {
            (true, _, _) => 7,
            (false, true, true) => 5,
            (false, true, false) => 4,
            (false, false, true) => 2,
            (false, false, false) if from.len().abs_diff(to.len()) <= 1 => 0,
            (false, false, false) => -2,
        })
    }

    fn change(&self, stretch: &Stretch) -> Change {
        let to = self.a.slice(stretch.a.clone());
        let from = self.b.slice(stretch.b.clone());
        if from == to {
            Change::Same
        } else if from.is_empty() || to.is_empty() || from.len().abs_diff(to.len()) > 3 {
            Change::Other
        } else if is_date(from) && is_date(to) {
            Change::Redated
        } else if is_figure(from) || is_figure(to) {
            Change::Figure
        } else if from.len() > MAX_WORD_CHARS || to.len() > MAX_WORD_CHARS {
            // Words of letters are longer.
            let spelled = |word: &[char]| word.iter().all(|c| c.is_ascii_alphabetic());
            if spelled(from) && spelled(to) {
                Change::Swap
            } else {
                Change::Other
            }
        } else {
            Change::Swap
        }
    }

    /// Takes a pair apart where one side is two words and the other, one to the
    /// cutter, has words of the same lengths (广大群众 → 宽敞|民众).
    pub(super) fn halves(&self, piece: Piece) -> Vec<Piece> {
        let Stretch { a, b } = &piece.stretch;
        let length = a.end - a.start;
        if piece.change != Change::Swap || length != b.end - b.start {
            return vec![piece];
        }
        for at in 2..length.saturating_sub(1) {
            let (a_at, b_at) = (a.start + at, b.start + at);
            let whole_words = match (self.a.is_bound(a_at), self.b.is_bound(b_at)) {
                (true, false) => [self.b.text(b.start..b_at), self.b.text(b_at..b.end)],
                (false, true) => [self.a.text(a.start..a_at), self.a.text(a_at..a.end)],
                _ => continue,
            };
            if whole_words.iter().all(|word| self.segmenter.knows(word)) {
                let halves = [
                    Stretch {
                        a: a.start..a_at,
                        b: b.start..b_at,
                    },
                    Stretch {
                        a: a_at..a.end,
                        b: b_at..b.end,
                    },
                ];
                return halves
                    .map(|stretch| Piece {
                        change: self.change(&stretch),
                        stretch,
                    })
                    .into();
            }
        }
        vec![piece]
    }

    /// Whether both sides have something in common.
    pub(super) fn is_kin(&self, piece: &Piece) -> bool {
        let to = self.a.slice(piece.stretch.a.clone());
        let from = self.b.slice(piece.stretch.b.clone());
        piece.change == Change::Same
            || self.known.relates(from, to)
            || from.iter().any(|c| to.contains(c))
    }
}
