//! What only ours does while somebody types, over the same library: titles
//! suggested, and the query that was meant.

use crate::dice::Dice;
use crate::library::Source;
use crate::queries::{Ask, Kind};
use anyhow::Result;
use wenyuan_search::{Filters, Index, Query, Sort, Speller};
use wenyuan_text::{fold_compact_text, pinyin_keys, sound_alikes};

/// Documents whose titles are typed.
const TYPED: i64 = 1_000;
/// The most that is typed of one.
const MOST_TYPED: u64 = 12;
/// Characters that one is mistaken for: the commonest that sound alike.
const SOUNDS: usize = 4;
/// As many as the site asks for.
const SUGGESTED: usize = 32;

/// Beginnings of titles, or of what stands inside, in characters, pinyin or
/// initials.
pub(crate) fn beginnings(source: &Source, count: usize) -> Vec<Ask> {
    let titles: Vec<String> = source
        .documents(TYPED)
        .map(|document| fold_compact_text(&document.title))
        .collect();
    let mut dice = Dice(2_001);
    let mut beginning = || {
        let title: &String = dice.pick(&titles);
        // Behind the year, or from the beginning.
        let from = title.find('年').unwrap_or(0) + '年'.len_utf8();
        let piece = if dice.below(2) == 0 {
            &title[from..]
        } else {
            title
        };
        let key = pinyin_keys(piece).into_iter().next();
        let typed = match (dice.below(3), key) {
            (1, Some(key)) => key.full,
            (2, Some(key)) => key.initials,
            _ => piece.to_owned(),
        };
        let length = usize::try_from(1 + dice.below(MOST_TYPED)).unwrap_or(1);
        typed.chars().take(length).collect()
    };
    let asks = (0..count).map(|_| Ask {
        words: vec![beginning()],
        kind: Kind::One,
    });
    asks.collect()
}

/// Words with one character in the place of another that sounds alike.
pub(crate) fn misspelt(words: Vec<Ask>) -> Vec<Ask> {
    let mut dice = Dice(2_002);
    let mut misspell = |word: &str| {
        let mut characters: Vec<char> = word.chars().collect();
        let at = usize::try_from(dice.below(characters.len() as u64)).unwrap_or(0);
        let others: Vec<char> = sound_alikes(characters[at]).take(SOUNDS).collect();
        if !others.is_empty() {
            characters[at] = *dice.pick(&others);
        }
        characters.into_iter().collect()
    };
    words
        .into_iter()
        .map(|ask| Ask {
            words: ask.words.iter().map(|word| misspell(word)).collect(),
            ..ask
        })
        .collect()
}

/// Suggests titles; gives their number.
pub(crate) fn suggest(index: &Index, ask: &Ask) -> Result<u64> {
    let ids = index.suggest_titles(&ask.words.concat(), SUGGESTED)?;
    Ok(u64::try_from(ids.len())?)
}

/// Searches, and looks for what was meant as a page of hits does; gives the
/// number of documents that the best offer finds.
pub(crate) fn correct(index: &Index, speller: &Speller, ask: &Ask) -> Result<u64> {
    let (text, filters) = (ask.words.join(" "), Filters::default());
    let found = index.search(&Query::parse(&text), &filters, Sort::Relevance, 0, 20)?;
    let had = if found.relaxed { 0 } else { found.total };
    let meant = speller.correct(&text, &filters, had)?;
    Ok(u64::try_from(meant.first().map_or(0, |best| best.total))?)
}
