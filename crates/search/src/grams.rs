//! Grams: the pieces by which any substring is found, and how a substring is
//! looked up by them.
//!
//! - *title grams*: every character, and every pair of neighbours.
//! - *body grams*: every pair of neighbouring units of which at least one is a
//!   character of an unspaced script, and Latin words and numbers alone.
//!
//! A piece of text is looked up by the fewest grams that cover it, each at its
//! offset; that is exact because the index has positions.

use wenyuan_text::{Unit, Units, units};

/// A term of a gram field and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gram<'a> {
    /// One piece, or two that are neighbours; the second may be empty.
    pub(crate) parts: [&'a str; 2],
    /// Position of the first.
    pub(crate) position: usize,
}

impl Gram<'_> {
    pub(crate) fn text(&self) -> String {
        self.parts.concat()
    }
}

/// A piece that grams are made of.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Piece<'a> {
    fn alone(self) -> Gram<'a> {
        Gram {
            parts: [self.text, ""],
            position: self.position,
        }
    }

    /// The pair with the piece behind it, if they are neighbours.
    fn with(self, next: Piece<'a>) -> Option<Gram<'a>> {
        (self.position + 1 == next.position).then_some(Gram {
            parts: [self.text, next.text],
            position: self.position,
        })
    }
}

/// The fewest title grams that cover a folded text.
pub(crate) fn title_gram_cover(folded: &str) -> Vec<Gram<'_>> {
    let letters: Vec<Piece<'_>> = Letters::new(folded).collect();
    cover(&letters, |left, right| left.with(right), |_| true)
}

/// The fewest body grams that cover a folded text. Chinese characters without
/// a neighbour cannot be looked up in the body and are passed over, so this
/// may be empty or find a little too much.
pub(crate) fn body_gram_cover(folded: &str) -> Vec<Gram<'_>> {
    let units: Vec<Unit<'_>> = units(folded).collect();
    cover(&units, pair_of, |unit| !unit.unspaced)
}

/// Covers the pieces with pairs as far as there are any, from left to right;
/// a last odd piece shares a pair with the one before it.
fn cover<'a, P: Copy + Into<Piece<'a>>>(
    pieces: &[P],
    pair: impl Fn(P, P) -> Option<Gram<'a>>,
    stands_alone: impl Fn(&P) -> bool,
) -> Vec<Gram<'a>> {
    let pair_at = |i: usize| pair(*pieces.get(i)?, *pieces.get(i + 1)?);
    let mut grams = Vec::new();
    let mut i = 0;
    while let Some(piece) = pieces.get(i) {
        if let Some(gram) = pair_at(i) {
            grams.push(gram);
            i += 2;
            continue;
        }
        if let Some(gram) = i.checked_sub(1).and_then(pair_at) {
            grams.push(gram);
        } else if stands_alone(piece) {
            grams.push((*piece).into().alone());
        }
        i += 1;
    }
    grams
}

impl<'a> From<Unit<'a>> for Piece<'a> {
    fn from(unit: Unit<'a>) -> Self {
        Self {
            text: unit.text,
            position: unit.position,
        }
    }
}

/// The pair of two neighbouring units, if the index has one for them.
fn pair_of<'a>(left: Unit<'a>, right: Unit<'a>) -> Option<Gram<'a>> {
    if !left.unspaced && !right.unspaced {
        return None;
    }
    Piece::from(left).with(right.into())
}

/// A folded title without punctuation and space: two titles with the same key
/// are the same to a reader.
pub(crate) fn title_key<'a>(folded: impl IntoIterator<Item = &'a str>) -> String {
    folded.into_iter().flat_map(units).map(|u| u.text).collect()
}

/// Characters of a title with positions; punctuation counts once a run,
/// whitespace not at all.
struct Letters<'a> {
    units: Units<'a>,
    /// What is left of the unit at hand.
    rest: &'a str,
    unit_position: Option<usize>,
    position: usize,
}

impl<'a> Letters<'a> {
    fn new(folded: &'a str) -> Self {
        Self {
            units: units(folded),
            rest: "",
            unit_position: None,
            position: 0,
        }
    }
}

impl<'a> Iterator for Letters<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            let unit = self.units.next()?;
            let parted = self
                .unit_position
                .is_some_and(|last| last + 1 < unit.position);
            self.position += usize::from(parted);
            self.unit_position = Some(unit.position);
            self.rest = unit.text;
        }
        let length = self.rest.chars().next().map_or(0, char::len_utf8);
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        let position = self.position;
        self.position += 1;
        Some(Piece { text, position })
    }
}

/// Every character of a title, and every pair of neighbours.
pub(crate) struct TitleGrams<'a> {
    letters: Letters<'a>,
    last: Option<Piece<'a>>,
    single: Option<Gram<'a>>,
}

impl<'a> TitleGrams<'a> {
    pub(crate) fn new(folded: &'a str) -> Self {
        Self {
            letters: Letters::new(folded),
            last: None,
            single: None,
        }
    }
}

impl<'a> Iterator for TitleGrams<'a> {
    type Item = Gram<'a>;

    fn next(&mut self) -> Option<Gram<'a>> {
        if let Some(single) = self.single.take() {
            return Some(single);
        }
        let letter = self.letters.next()?;
        let last = self.last.replace(letter);
        let pair = last.and_then(|last| last.with(letter));
        if pair.is_some() {
            self.single = Some(letter.alone());
        }
        pair.or_else(|| Some(letter.alone()))
    }
}

/// Every pair that [`pair_of`] makes, and every Latin word and number.
pub(crate) struct BodyGrams<'a> {
    units: Units<'a>,
    last: Option<Unit<'a>>,
    single: Option<Gram<'a>>,
}

impl<'a> BodyGrams<'a> {
    pub(crate) fn new(folded: &'a str) -> Self {
        Self {
            units: units(folded),
            last: None,
            single: None,
        }
    }
}

impl<'a> Iterator for BodyGrams<'a> {
    type Item = Gram<'a>;

    fn next(&mut self) -> Option<Gram<'a>> {
        if let Some(single) = self.single.take() {
            return Some(single);
        }
        loop {
            let unit = self.units.next()?;
            let last = self.last.replace(unit);
            let single = (!unit.unspaced).then(|| Piece::from(unit).alone());
            let pair = last.and_then(|last| pair_of(last, unit));
            if pair.is_some() {
                self.single = single;
                return pair;
            }
            if single.is_some() {
                return single;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show<'a>(grams: impl IntoIterator<Item = Gram<'a>>) -> String {
        let shown: Vec<String> = grams
            .into_iter()
            .map(|g| format!("{}{}", g.position, g.text()))
            .collect();
        shown.join(" ")
    }

    fn body(text: &str) -> Vec<Gram<'_>> {
        BodyGrams::new(text).collect()
    }

    fn title(text: &str) -> Vec<Gram<'_>> {
        TitleGrams::new(text).collect()
    }

    #[test]
    fn titles_give_every_character_and_pair() {
        assert_eq!(show(title("文化站")), "0文 0文化 1化 1化站 2站");
        assert_eq!(show(title("a1《文》 化")), "0a 0a1 11 3文 5化");
    }

    #[test]
    fn bodies_give_pairs_and_latin_words() {
        assert_eq!(
            show(body("2023年文化。站 open xml")),
            "02023 02023年 1年文 2文化 5站open 6open 7xml"
        );
    }

    #[test]
    fn covers_use_only_grams_that_the_index_has() {
        let text = "国发〔2023〕5号：关于《乡镇文化站gb/t9704》的通知a";
        let (in_body, in_title) = (body(text), title(text));
        let chars: Vec<char> = text.chars().collect();
        for from in 0..chars.len() {
            for to in from + 1..=chars.len() {
                let piece: String = chars[from..to].iter().collect();
                let cover = title_gram_cover(&piece);
                let fits = |offset: usize| {
                    cover.iter().all(|g| {
                        in_title
                            .iter()
                            .any(|i| i.text() == g.text() && i.position == g.position + offset)
                    })
                };
                assert!((0..80).any(fits), "{piece} in the title");
            }
        }
        for piece in [
            "乡镇文化站",
            "镇文化",
            "5号",
            "关于",
            "站gb",
            "gb/t9704",
            "的通知a",
            "2023〕5号",
        ] {
            let cover = body_gram_cover(piece);
            let fits = |offset: usize| {
                cover.iter().all(|g| {
                    in_body
                        .iter()
                        .any(|i| i.text() == g.text() && i.position == g.position + offset)
                })
            };
            assert!(
                !cover.is_empty() && (0..80).any(fits),
                "{piece} in the body"
            );
        }
        assert_eq!(show(body_gram_cover("乡镇文化站")), "0乡镇 2文化 3化站");
        assert!(body_gram_cover("站").is_empty());
    }
}
