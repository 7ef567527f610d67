//! Suggestions while somebody types: titles from the index, and names (tags,
//! authors, queries) from lists that the caller hands in.

use tantivy::collector::TopDocs;
use tantivy::query::Query as EngineQuery;
use tantivy::{Order, Searcher};
use wenyuan_text::{fold_compact_text, pinyin_keys, sounds};

use crate::grams::looked_up;
use crate::letters::begins;
use crate::plan::{all_of, any_of, gram_query, term_query};
use crate::schema::{Fields, ID, VIEWS};
use crate::starts::{Typed, continues};
use crate::{Index, MAX_LIMIT, SearchError};

/// Terms of the index looked at for letters behind characters (`文h`), and how
/// many of them are taken.
const MOST_TERMS_READ: usize = 20_000;
const MOST_TERMS_TAKEN: usize = 64;

impl Index {
    /// Ids of documents whose title begins with what was typed, then of those
    /// where a word inside does; each most read first. Pinyin and initials
    /// count as typing the characters.
    ///
    /// A long input is looked up by its beginning, so ask for more than are
    /// shown and keep those of which [`crate::title_begins`] holds. At most
    /// [`MAX_LIMIT`]; one character or letter finds titles only by their own
    /// beginning, as long as there are enough of them.
    pub fn suggest_titles(&self, typed: &str, limit: usize) -> Result<Vec<i64>, SearchError> {
        let limit = limit.min(MAX_LIMIT);
        let Some(asked) = Typed::new(typed).filter(|_| limit > 0) else {
            return Ok(Vec::new());
        };
        let searcher = self.searcher();
        let fields = Fields::of(searcher.schema())?;
        let suggester = Suggester {
            searcher: &searcher,
            fields: &fields,
        };
        let mut ids: Vec<i64> = Vec::new();
        for first in [true, false] {
            let query = suggester.beginning(typed, &asked, first)?;
            let collector =
                TopDocs::with_limit(limit).order_by_fast_field::<i64>(VIEWS, Order::Desc);
            for (_, address) in searcher.search(&query, &collector)? {
                let segment = searcher.segment_reader(address.segment_ord);
                let id = segment.fast_fields().i64(ID)?.first(address.doc_id);
                ids.extend(id.filter(|id| !ids.contains(id)));
            }
            if ids.len() >= limit {
                break;
            }
        }
        ids.truncate(limit);
        Ok(ids)
    }
}

/// What titles are looked up in.
struct Suggester<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
}

impl Suggester<'_> {
    fn beginning(
        &self,
        typed: &str,
        asked: &Typed,
        first: bool,
    ) -> Result<Box<dyn EngineQuery>, SearchError> {
        let Some(han) = asked.mixed else {
            return Ok(self.typed(typed, &asked.key, first));
        };
        let (characters, letters) = asked.key.split_at(han);
        let terms = self.mixed_terms(characters, letters, first)?;
        if !terms.is_empty() {
            let by_term = |term| term_query(self.fields.title_starts, term);
            return Ok(any_of(terms.iter().map(|term| by_term(term)).collect()));
        }
        let in_letters = wenyuan_text::in_letters(&asked.key);
        Ok(all_of(vec![
            self.typed(characters, characters, first),
            begins(self.fields.title_starts, &in_letters, first),
        ]))
    }

    /// Titles that begin with characters, or with letters, or have them at a
    /// word inside.
    fn typed(&self, typed: &str, key: &str, first: bool) -> Box<dyn EngineQuery> {
        let fields = self.fields;
        let mut all = vec![begins(fields.title_starts, key, first)];
        let (_, whole) = Typed::term(key, first);
        if !whole && !key.is_ascii() {
            // Characters beyond the term are looked up as a piece of the title.
            let pieces = looked_up(&fold_compact_text(typed)).into_iter();
            all.extend(pieces.map(|gram| gram_query(fields.title_grams, &gram)));
        }
        all_of(all)
    }

    /// Terms of characters that begin with `characters` and go on as `letters`
    /// are read; the shortest that use the letters up.
    fn mixed_terms(
        &self,
        characters: &str,
        letters: &str,
        first: bool,
    ) -> Result<Vec<String>, SearchError> {
        let mut found = Vec::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.title_starts)?;
            for (start, shorter) in Typed::longer(characters, first) {
                let mut terms = inverted.terms().range().ge(&start).into_stream()?;
                let mut read = 0;
                while read < MOST_TERMS_READ && found.len() < MOST_TERMS_TAKEN && terms.advance() {
                    read += 1;
                    let Some(rest) = terms.key().strip_prefix(start.as_bytes()) else {
                        break;
                    };
                    let Ok(rest) = std::str::from_utf8(rest) else {
                        continue;
                    };
                    let known = rest
                        .char_indices()
                        .nth(shorter)
                        .map_or("", |(at, _)| &rest[..at]);
                    let used_up_before = shorter > 0 && continues(letters, &sounds(known));
                    if !used_up_before && continues(letters, &sounds(rest)) {
                        let term = format!("{start}{rest}");
                        if !found.contains(&term) {
                            found.push(term);
                        }
                    }
                }
            }
        }
        Ok(found)
    }
}

/// Something to offer, from a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The text, as shown.
    pub text: String,
    /// How many documents have it, or how often it was asked for.
    pub weight: u64,
}

/// A bounded list of names that can be entered by beginning, by a word inside,
/// in pinyin and by initials. Costs some 300 bytes a name.
#[derive(Debug, Clone, Default)]
pub struct Completions {
    names: Vec<Completion>,
    /// What may be typed, sorted, and the place in `names`.
    keys: Vec<(Box<str>, u32)>,
}

/// Names that one list keeps; the heaviest stay.
const MOST_NAMES: usize = 20_000;
/// Characters of a name that can be typed.
const MOST_CHARACTERS: usize = 40;

impl Completions {
    /// Makes the list. Names without a letter or character are left out.
    pub fn new(names: impl IntoIterator<Item = (String, u64)>) -> Self {
        let mut names: Vec<Completion> = names
            .into_iter()
            .map(|(text, weight)| Completion { text, weight })
            .collect();
        names.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.text.cmp(&b.text)));
        names.truncate(MOST_NAMES);
        let mut keys = Vec::new();
        for (at, name) in (0_u32..).zip(&names) {
            for key in keys_of(&name.text) {
                keys.push((key.into_boxed_str(), at));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Self { names, keys }
    }

    /// Gives the heaviest names that begin with what was typed.
    pub fn find(&self, typed: &str, limit: usize) -> Vec<&Completion> {
        let Some(typed) = Typed::new(typed) else {
            return Vec::new();
        };
        let looked_up = &typed.key[..typed.mixed.unwrap_or(typed.key.len())];
        let from = self
            .keys
            .partition_point(|(key, _)| key.as_ref() < looked_up);
        let mut places: Vec<u32> = self.keys[from..]
            .iter()
            .take_while(|(key, _)| key.starts_with(looked_up))
            .filter(|(key, _)| typed.mixed.is_none() || continues(&typed.key, &sounds(key)))
            .map(|(_, at)| *at)
            .collect();
        // The places are in the order of weight.
        places.sort_unstable();
        places.dedup();
        places
            .into_iter()
            .take(limit)
            .filter_map(|at| self.names.get(usize::try_from(at).ok()?))
            .collect()
    }
}

/// From each word on: the characters, the pinyin and the initials.
fn keys_of(name: &str) -> Vec<String> {
    let name: String = name.chars().take(MOST_CHARACTERS).collect();
    let folded = fold_compact_text(&name);
    let sounds = sounds(&folded);
    let mut keys = Vec::new();
    for (at, sound) in sounds.iter().enumerate() {
        if at == 0 || sound.starts_word {
            let key: String = sounds[at..].iter().map(|sound| sound.text).collect();
            for pinyin in pinyin_keys(&key) {
                keys.extend([pinyin.full, pinyin.initials]);
            }
            keys.push(key);
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(list: &Completions, typed: &str) -> Vec<String> {
        let found = list.find(typed, 3);
        found.iter().map(|name| name.text.clone()).collect()
    }

    #[test]
    fn names_are_found_in_every_spelling_heaviest_first() {
        let list = Completions::new([
            ("文化厅".to_owned(), 3),
            ("文化".to_owned(), 9),
            ("省文化廳辦公室".to_owned(), 5),
            ("Office".to_owned(), 1),
            ("。".to_owned(), 100),
        ]);
        for typed in ["文化", "wenhua", "wh", "文hua", "文h"] {
            assert_eq!(
                find(&list, typed),
                ["文化", "省文化廳辦公室", "文化厅"],
                "{typed}"
            );
        }
        assert_eq!(find(&list, "wht"), ["省文化廳辦公室", "文化厅"]);
        assert_eq!(find(&list, "off"), ["Office"]);
        assert!(find(&list, "").is_empty() && find(&list, "。").is_empty());
        assert!(find(&Completions::default(), "文").is_empty());
    }

    #[test]
    fn the_list_is_bounded() {
        let list = Completions::new((0..50_000).map(|n| (format!("name{n}"), n)));
        assert_eq!(list.names.len(), MOST_NAMES);
        assert_eq!(
            find(&list, "name4"),
            ["name49999", "name49998", "name49997"]
        );
    }
}
