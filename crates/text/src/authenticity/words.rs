//! Which word stands in which word's place: the words of a stretch that
//! differs, paired.

use std::ops::Range;

use super::edit::Stretch;
use super::figure::{is_date, is_figure};
use super::knowledge::Knowledge;
use super::reading::Reading;
use crate::segment::Segmenter;

/// A stretch of more words on a side is rewritten, not swapped.
const MAX_WORDS: usize = 24;
/// A word of more characters is a clause.
const MAX_WORD_CHARS: usize = 8;

/// What happened to a piece of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Words of the same text, cut otherwise.
    Same,
    /// A word in another's place.
    Swap,
    /// A year or congress in another's place (2008 → 2023, 十七大 → 十九大).
    Redated,
    /// Another figure in a figure's place: a number or numbered part.
    Figure,
    /// Added, left out or rewritten.
    Other,
}

/// A piece of a stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) stretch: Stretch,
    pub(super) change: Change,
}

impl Piece {
    /// By how many characters the sides differ in length.
    fn skew(&self) -> u32 {
        let (a, b) = (&self.stretch.a, &self.stretch.b);
        (a.end - a.start).abs_diff(b.end - b.start)
    }
}

/// Pairs the words of a stretch (Needleman and Wunsch, over words; one word may
/// answer two of the same length, since the cutter depends on the context).
pub(super) fn pair(stretch: &Stretch, a: &Reading, b: &Reading, known: &Knowledge) -> Vec<Piece> {
    let (a_words, b_words) = (a.words(stretch.a.clone()), b.words(stretch.b.clone()));
    let (longer, shorter) = (
        a_words.len().max(b_words.len()),
        a_words.len().min(b_words.len()),
    );
    if shorter == 0 || longer > MAX_WORDS || longer > 2 * shorter + 3 {
        return vec![Piece {
            stretch: stretch.clone(),
            change: Change::Other,
        }];
    }
    let mut table = Table {
        a,
        b,
        known,
        segmenter: Segmenter::shared(),
        a_words,
        b_words,
    };
    let mut pieces = table.pieces(stretch);
    // The cutter joins 广大党员 where it stands alone, and 党员干部 in the next
    // text: cut finer, they may show what is common.
    if pieces.iter().any(|piece| piece.skew() > 1) {
        table.a_words = halved(&table.a_words, a, &table.segmenter);
        table.b_words = halved(&table.b_words, b, &table.segmenter);
        let finer = table.pieces(stretch);
        let same = |pieces: &[Piece]| pieces.iter().filter(|p| p.change == Change::Same).count();
        if same(&finer) > same(&pieces) {
            pieces = finer;
        }
    }
    let pieces: Vec<Piece> = pieces
        .into_iter()
        .flat_map(|piece| table.halves(piece))
        .collect();
    // What shares neither words nor meanings was rewritten, and that there is
    // a word for each word says nothing.
    let kin = pieces.iter().filter(|piece| table.is_kin(piece)).count();
    if pieces.len() > 5 && kin * 4 < pieces.len() {
        return vec![Piece {
            stretch: stretch.clone(),
            change: Change::Other,
        }];
    }
    pieces
}

/// Cuts long words into halves where both are words.
fn halved(words: &[Range<u32>], reading: &Reading, segmenter: &Segmenter) -> Vec<Range<u32>> {
    let mut halves = Vec::with_capacity(words.len());
    for word in words {
        let middle = word.start + (word.end - word.start) / 2;
        let parts = [word.start..middle, middle..word.end];
        let fits = word.end - word.start >= 4
            && parts
                .iter()
                .all(|part| segmenter.knows(&reading.text(part.clone())));
        if fits {
            halves.extend(parts);
        } else {
            halves.push(word.clone());
        }
    }
    halves
}

struct Table<'a> {
    a: &'a Reading,
    b: &'a Reading,
    known: &'a Knowledge,
    segmenter: Segmenter,
    a_words: Vec<Range<u32>>,
    b_words: Vec<Range<u32>>,
}

/// How many words a step takes on each side.
const STEPS: [(usize, usize); 7] = [(1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 0), (0, 1)];
/// The most characters of several words that answer one.
const MAX_PHRASE: usize = 6;

impl Table<'_> {
    fn pieces(&self, whole: &Stretch) -> Vec<Piece> {
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
    fn halves(&self, piece: Piece) -> Vec<Piece> {
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
    fn is_kin(&self, piece: &Piece) -> bool {
        let to = self.a.slice(piece.stretch.a.clone());
        let from = self.b.slice(piece.stretch.b.clone());
        piece.change == Change::Same
            || self.known.relates(from, to)
            || from.iter().any(|c| to.contains(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs original → copy, with the kind of each.
    fn of(copy: &str, original: &str) -> Vec<(String, String, Change)> {
        let (a, b) = (Reading::of(copy), Reading::of(original));
        let stretch = Stretch {
            a: 0..u32::try_from(a.len()).unwrap(),
            b: 0..u32::try_from(b.len()).unwrap(),
        };
        pair(&stretch, &a, &b, &Knowledge::new([("讨论", "争辩")]))
            .into_iter()
            .map(|piece| {
                let Stretch { a: to, b: from } = piece.stretch;
                (b.text(from), a.text(to), piece.change)
            })
            .collect()
    }

    fn swap(from: &str, to: &str) -> (String, String, Change) {
        (from.to_owned(), to.to_owned(), Change::Swap)
    }

    #[test]
    fn words_are_paired_in_order() {
        assert_eq!(
            of("宽敞民众", "广大群众"),
            [swap("广大", "宽敞"), swap("群众", "民众")]
        );
        assert_eq!(of("进展观", "发展观"), [swap("发展观", "进展观")]);
        assert_eq!(
            of("认真争辩", "讨论"),
            [
                (String::new(), "认真".to_owned(), Change::Other),
                swap("讨论", "争辩")
            ]
        );
    }

    #[test]
    fn figures_are_no_words() {
        assert_eq!(of("2023年", "2008年")[0].2, Change::Redated);
        assert_eq!(of("十九大", "十七大")[0].2, Change::Redated);
        assert_eq!(of("第四条", "第三条")[0].2, Change::Figure);
    }
}
