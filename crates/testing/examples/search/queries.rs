//! What is asked, made from the same sentences with another seed.

use crate::dice::Dice;
use crate::library::Source;
use wenyuan_text::{Segmenter, fold, is_stop_word};

/// A query in every engine's terms.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// Words that must all be there; one piece of text for a phrase or prefix.
    pub(crate) words: Vec<String>,
    /// What kind it is.
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    One,
    Two,
    Three,
    /// Six to ten characters as they stand.
    Phrase,
    /// The beginning of a word of three characters or more, one short.
    Prefix,
    /// Two words, with the counts by format, category and year.
    Faceted,
}

impl Kind {
    pub(crate) const ALL: [Kind; 6] = [
        Kind::One,
        Kind::Two,
        Kind::Three,
        Kind::Phrase,
        Kind::Prefix,
        Kind::Faceted,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::One => "one word",
            Kind::Two => "two words",
            Kind::Three => "three words",
            Kind::Phrase => "phrase",
            Kind::Prefix => "prefix",
            Kind::Faceted => "two words, facets",
        }
    }
}

/// Queries of each kind.
pub(crate) fn queries(source: &Source, kind: Kind, count: usize) -> Vec<Ask> {
    let seed = 1_000 + Kind::ALL.iter().position(|k| *k == kind).unwrap_or(0) as u64;
    let mut dice = Dice(seed);
    let mut asked = Vec::with_capacity(count);
    while asked.len() < count {
        let sentence = fold(source.sentence(&mut dice));
        if let Some(words) = words(&sentence, kind, &mut dice) {
            asked.push(Ask { words, kind });
        }
    }
    asked
}

/// Words of one sentence, so that some document has them together.
fn words(sentence: &str, kind: Kind, dice: &mut Dice) -> Option<Vec<String>> {
    let wanted = match kind {
        Kind::One => 1,
        Kind::Two | Kind::Faceted => 2,
        Kind::Three => 3,
        Kind::Phrase => return phrase(sentence, dice).map(|phrase| vec![phrase]),
        Kind::Prefix => {
            let long: Vec<Vec<char>> = telling_words(sentence)
                .into_iter()
                .map(|word| word.chars().collect())
                .filter(|word: &Vec<char>| word.len() > 2)
                .collect();
            let word = (!long.is_empty()).then(|| dice.pick(&long))?;
            return Some(vec![word[..word.len() - 1].iter().collect()]);
        }
    };
    let mut left = telling_words(sentence);
    left.dedup();
    if left.len() < wanted {
        return None;
    }
    let mut words = Vec::with_capacity(wanted);
    for _ in 0..wanted {
        let at = usize::try_from(dice.below(left.len() as u64)).ok()?;
        words.push(left.swap_remove(at).to_owned());
    }
    Some(words)
}

fn telling_words(sentence: &str) -> Vec<&str> {
    Segmenter::shared()
        .query_tokens(sentence)
        .map(|token| token.text)
        .filter(|word| {
            word.chars().nth(1).is_some()
                && word.chars().all(|c| !c.is_ascii())
                && !is_stop_word(word)
        })
        .collect()
}

fn phrase(sentence: &str, dice: &mut Dice) -> Option<String> {
    let length = usize::try_from(6 + dice.below(5)).ok()?;
    let runs: Vec<Vec<char>> = sentence
        .split(|c: char| !('\u{4E00}'..='\u{9FFF}').contains(&c))
        .map(|run| run.chars().collect())
        .filter(|run: &Vec<char>| run.len() >= length)
        .collect();
    let run = (!runs.is_empty()).then(|| dice.pick(&runs))?;
    let start = usize::try_from(dice.below((run.len() - length + 1) as u64)).ok()?;
    Some(run[start..start + length].iter().collect())
}
