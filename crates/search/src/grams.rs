//! Grams: the pieces by which any substring is found, and how a substring is
//! looked up by them.
//!
//! - *pairs*: every two neighbouring units (a Chinese character, a Latin word, a
//!   number). A pair of two Latin words or numbers is kept as a hash of 22
//!   bits: there are too many different ones for a dictionary.
//! - *head grams*, of titles, tags and authors: the pairs, and every unit alone.
//! - *body grams*: the pairs, but for those that stand as a word of two
//!   characters at their place: the index has them among the words. And Latin
//!   words as they are written, for `lexicon.rs`: the words are stems.
//!
//! A piece of text is looked up by all its pairs. There are no positions, they
//! would cost more than all the rest, so a long text that has them all in other
//! places is found too; `proximity.rs` weeds those out at the top.

use wenyuan_text::{Segmenter, Unit, Units, units};

/// A term of a gram field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gram<'a> {
    /// One unit, or two that are neighbours; the second may be empty.
    parts: [&'a str; 2],
    /// Byte of the text at which it begins.
    start: usize,
    hashed: bool,
}

impl Gram<'_> {
    /// The term of the index.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.write_to(&mut text);
        text
    }

    /// Appends the term of the index to `out`.
    pub(crate) fn write_to(&self, out: &mut String) {
        let [left, right] = self.parts;
        if !self.hashed {
            out.push_str(left);
            out.push_str(right);
            return;
        }
        let bytes = left.bytes().chain([0]).chain(right.bytes());
        let hash = fnv1a(bytes);
        // A control character: no text of ours has one.
        out.push('\u{1}');
        for shift in [0, 6, 12, 18] {
            let six = u8::try_from((hash >> shift) & 0x3F).unwrap_or(0);
            let kept = if shift == 18 { six & 0xF } else { six };
            out.push(char::from(b'0' + kept));
        }
    }
}

/// FNV-1a of 64 bits: small, and the same for ever, as what is written into
/// an index must be.
pub(crate) fn fnv1a(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

fn alone(unit: Unit<'_>) -> Gram<'_> {
    Gram {
        parts: [unit.text, ""],
        start: unit.start,
        hashed: false,
    }
}

/// The pair of two units, if they are neighbours.
fn pair<'a>(left: Unit<'a>, right: Unit<'a>) -> Option<Gram<'a>> {
    (left.position + 1 == right.position).then_some(Gram {
        parts: [left.text, right.text],
        start: left.start,
        hashed: !left.unspaced && !right.unspaced,
    })
}

/// What a piece of a text is looked up by: its pairs, each once; its one unit
/// when it has no more.
pub(crate) fn looked_up(folded: &str) -> Vec<String> {
    let mut grams: Vec<String> = Vec::new();
    for gram in Pairs::new(folded) {
        let text = gram.text();
        if !grams.contains(&text) {
            grams.push(text);
        }
    }
    if grams.is_empty() {
        grams.extend(units(folded).next().map(|unit| unit.text.to_owned()));
    }
    grams
}

/// Whether a gram may stand among the words instead of the body grams.
pub(crate) fn is_word(gram: &str) -> bool {
    gram.chars().count() == 2 && Segmenter::shared().knows(gram)
}

/// A hash of a folded title without punctuation and space: two titles with the
/// same key are the same to a reader. 32 bits: a stranger with the same key
/// gains nothing, for it lacks the words.
pub(crate) fn title_key<'a>(folded: impl IntoIterator<Item = &'a str>) -> u64 {
    let letters = folded
        .into_iter()
        .flat_map(units)
        .flat_map(|unit| unit.text.bytes());
    fnv1a(letters) & 0xFFFF_FFFF
}

/// Every pair of neighbouring units.
struct Pairs<'a> {
    units: Units<'a>,
    last: Option<Unit<'a>>,
}

impl<'a> Pairs<'a> {
    fn new(folded: &'a str) -> Self {
        Self {
            units: units(folded),
            last: None,
        }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Gram<'a>;

    fn next(&mut self) -> Option<Gram<'a>> {
        loop {
            let unit = self.units.next()?;
            let last = self.last.replace(unit);
            if let Some(pair) = last.and_then(|last| pair(last, unit)) {
                return Some(pair);
            }
        }
    }
}

/// The grams of a title, a tag or a name.
pub(crate) fn head_grams(folded: &str) -> impl Iterator<Item = Gram<'_>> {
    units(folded).map(alone).chain(Pairs::new(folded))
}

/// The grams of a body.
pub(crate) fn body_grams(folded: &str) -> impl Iterator<Item = Gram<'_>> {
    let mut words: Vec<usize> = Segmenter::shared()
        .search_tokens(folded)
        .filter(|word| word.text.chars().count() == 2)
        .map(|word| word.start)
        .collect();
    words.sort_unstable();
    let mut words = words.into_iter().peekable();
    let latin = units(folded)
        .filter(|unit| !unit.unspaced && unit.text.bytes().all(|b| b.is_ascii_lowercase()))
        .map(alone);
    let pairs = Pairs::new(folded).filter(move |gram| {
        while words.next_if(|word| *word < gram.start).is_some() {}
        let [left, right] = gram.parts;
        let two = |text: &str| text.chars().nth(1).is_none();
        !(two(left) && two(right) && words.peek() == Some(&gram.start))
    });
    pairs.chain(latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show<'a>(grams: impl Iterator<Item = Gram<'a>>) -> String {
        let shown: Vec<String> = grams.filter(|g| !g.hashed).map(|g| g.text()).collect();
        shown.join(" ")
    }

    #[test]
    fn titles_give_every_unit_and_pair() {
        assert_eq!(show(head_grams("文化站")), "文 化 站 文化 化站");
        assert_eq!(show(head_grams("a1《文》 化")), "a 1 文 化");
    }

    #[test]
    fn bodies_give_pairs_that_are_no_words() {
        assert_eq!(
            show(body_grams("2023年文化。站 open")),
            "2023年 年文 站open open"
        );
        assert_eq!(
            show(body_grams("发展中国家")),
            "展中",
            "中国 and 国家 are words in it"
        );
        assert_eq!(show(body_grams("站")), "");
    }

    #[test]
    fn pairs_of_latin_words_are_hashed() {
        let hashed = looked_up("open xml");
        assert!(
            matches!(hashed.as_slice(), [one] if one.starts_with('\u{1}') && one.len() == 5),
            "{hashed:?}"
        );
        assert_ne!(looked_up("xml open"), hashed, "the order counts");
        assert_eq!(looked_up("open"), ["open"]);
        assert_eq!(looked_up("站"), ["站"]);
        assert!(looked_up("。").is_empty());
    }

    #[test]
    fn pieces_use_only_grams_that_the_index_has() {
        let text = "国发〔2023〕5号：关于《乡镇文化站gb/t9704》的通知a，发展中国家";
        let in_head: Vec<String> = head_grams(text).map(|g| g.text()).collect();
        let mut in_body: Vec<String> = body_grams(text).map(|g| g.text()).collect();
        in_body.extend(
            Segmenter::shared()
                .search_tokens(text)
                .map(|t| t.text.to_owned())
                .filter(|word| is_word(word)),
        );
        let chars: Vec<char> = text.chars().collect();
        for from in 0..chars.len() {
            for to in from + 1..=chars.len() {
                let piece: String = chars[from..to].iter().collect();
                // A run of letters or digits must be whole.
                let cut = |at: usize| {
                    at > 0
                        && at < chars.len()
                        && chars[at - 1].is_ascii_alphanumeric()
                        && chars[at].is_ascii_alphanumeric()
                };
                if cut(from) || cut(to) {
                    continue;
                }
                let grams = looked_up(&piece);
                assert!(
                    grams.iter().all(|g| in_head.contains(g)),
                    "{piece} in the title"
                );
                if units(&piece).nth(1).is_some()
                    && !Pairs::new(&piece).collect::<Vec<_>>().is_empty()
                {
                    assert!(
                        grams.iter().all(|g| in_body.contains(g)),
                        "{piece} in the body"
                    );
                }
            }
        }
    }
}
