//! A program that swaps words for synonyms, as the sellers of spun texts use.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use wenyuan_text::Segmenter;

use crate::random::Random;

/// Words and what may stand for each.
pub(crate) struct Table {
    substitutes: BTreeMap<String, Vec<String>>,
}

/// How a spinner chooses.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Manner {
    /// A word is always swapped, for always the same.
    Consistent,
    /// Each place by chance, for any of its synonyms.
    Random,
}

/// A spun text and what was done to it.
pub(crate) struct Spun {
    pub(crate) text: String,
    /// (from, to): how often.
    pub(crate) swaps: BTreeMap<(String, String), u32>,
    /// Of all words.
    pub(crate) rate: f64,
}

/// Two spinners from the halves of a lexicon (`offset<TAB>cmn:lemma<TAB>word`):
/// no pair of the second is one of the first.
pub(crate) fn tables(lexicon: &str) -> [Table; 2] {
    let mut halves: [BTreeMap<&str, BTreeSet<String>>; 2] = Default::default();
    for line in lexicon.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [synset, "cmn:lemma", word] = fields[..] else {
            continue;
        };
        // The offsets of neighbours in meaning are neighbours: mix them.
        let mixed = synset.bytes().fold(7_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        let word = word.replace('+', "");
        let word = word
            .strip_suffix('的')
            .filter(|w| w.len() >= 6)
            .unwrap_or(&word);
        let is_word =
            (2..=4).contains(&word.chars().count()) && word.chars().all(wenyuan_text::is_han);
        if is_word && wenyuan_text::fold(word) == word {
            let half = &mut halves[((mixed >> 20) & 1) as usize];
            half.entry(synset).or_default().insert(word.to_owned());
        }
    }
    let pairs = |half: &BTreeMap<&str, BTreeSet<String>>| -> BTreeSet<(String, String)> {
        half.values()
            .flat_map(|words| {
                words
                    .iter()
                    .flat_map(|from| words.iter().map(move |to| (from.clone(), to.clone())))
            })
            .filter(|(from, to)| from != to)
            .collect()
    };
    let [first, second] = halves.each_ref().map(pairs);
    let second = second.difference(&first).cloned().collect();
    [Table::of(first), Table::of(second)]
}

impl Table {
    fn of(pairs: BTreeSet<(String, String)>) -> Self {
        let mut substitutes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (from, to) in pairs {
            substitutes.entry(from).or_default().push(to);
        }
        Self { substitutes }
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.substitutes
            .iter()
            .flat_map(|(from, all)| all.iter().map(|to| (from.as_str(), to.as_str())))
    }

    /// Swaps a share of all words, as far as the table reaches.
    pub(crate) fn spin(&self, text: &str, rate: f64, manner: Manner, random: &mut Random) -> Spun {
        let segmenter = Segmenter::shared();
        let words = segmenter.words(text);
        let mut places: HashMap<&str, u32> = HashMap::new();
        for word in &words {
            if self.substitutes.contains_key(*word) {
                *places.entry(word).or_default() += 1;
            }
        }
        let wanted = rate * words.len() as f64;
        let reach: u32 = places.values().sum();
        let mut chosen: HashSet<&str> = HashSet::new();
        if manner == Manner::Consistent {
            let mut order: Vec<&str> = places.keys().copied().collect();
            order.sort_unstable();
            random.shuffle(&mut order);
            let mut done = 0.0;
            for word in order {
                // A frequent word that overshoots by far is left alone.
                let count = f64::from(places[word]);
                if done + count <= wanted * 1.1 {
                    chosen.insert(word);
                    done += count;
                }
            }
        }
        let share = wanted / f64::from(reach.max(1));
        let mut fixed: HashMap<&str, &str> = HashMap::new();
        let mut spun = Spun {
            text: String::with_capacity(text.len()),
            swaps: BTreeMap::new(),
            rate: 0.0,
        };
        let mut behind = text;
        for word in &words {
            let at = behind.find(word).unwrap_or(0);
            spun.text.push_str(&behind[..at]);
            behind = &behind[at + word.len()..];
            let swap = match manner {
                Manner::Consistent => chosen.contains(word),
                Manner::Random => places.contains_key(word) && random.chance(share),
            };
            if !swap {
                spun.text.push_str(word);
                continue;
            }
            let all = &self.substitutes[*word];
            let any = &all[random.below(all.len())];
            let to = match manner {
                Manner::Consistent => fixed.entry(word).or_insert(any),
                Manner::Random => any.as_str(),
            };
            spun.text.push_str(to);
            *spun
                .swaps
                .entry(((*word).to_owned(), to.to_owned()))
                .or_default() += 1;
        }
        spun.text.push_str(behind);
        let done: u32 = spun.swaps.values().sum();
        spun.rate = f64::from(done) / words.len().max(1) as f64;
        spun
    }
}
