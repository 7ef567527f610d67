//! Which word stands in which word's place: the words of a stretch that
//! differs, paired.

use std::ops::Range;

use super::edit::Stretch;
use super::knowledge::Knowledge;
use super::reading::Reading;
use super::table::Table;
use crate::segment::Segmenter;

/// A stretch of more words on a side is rewritten, not swapped.
const MAX_WORDS: usize = 24;
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

/// Pairs the words of a stretch.
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
