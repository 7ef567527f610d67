//! Which words may stand for one another: the shipped lexicon of synonyms and
//! pairs learnt from verified copies.

use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

use crate::fold::fold;

/// Synsets of the Chinese Open Wordnet, a line each; its licence lies beside it.
const LEXICON: &str = include_str!("../../data/synonyms.txt");

static BUILTIN: LazyLock<Knowledge> = LazyLock::new(|| {
    let lines = LEXICON.lines().filter(|line| !line.starts_with('#'));
    Knowledge::default().with_groups(lines.map(|line| line.split(' ')))
});

/// What is known of words that stand for one another.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// The hash of a word (folded) and a group that it belongs to; ascending.
    /// A megabyte for the lexicon, where the words themselves took six.
    members: Vec<(u64, u32)>,
}

impl Knowledge {
    /// The shipped lexicon: 19,000 groups of synonyms (Chinese Open Wordnet).
    /// Loaded on first use.
    pub fn builtin() -> &'static Knowledge {
        &BUILTIN
    }

    /// Knows these pairs and nothing else.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::default().with(pairs)
    }

    /// Knows these pairs besides, such as those learnt from verified copies.
    #[must_use]
    pub fn with<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.with_groups(pairs.into_iter().map(|(from, to)| [from, to]))
    }

    fn with_groups<'a, G>(mut self, groups: impl Iterator<Item = G>) -> Self
    where
        G: IntoIterator<Item = &'a str>,
    {
        let last = self.members.iter().map(|(_, group)| *group).max();
        for (words, group) in groups.zip(last.map_or(0, |last| last + 1)..) {
            let hashes = words.into_iter().map(|word| hash(fold(word).chars()));
            self.members.extend(hashes.map(|hash| (hash, group)));
        }
        self.members.sort_unstable();
        self
    }

    /// Whether two words (folded) share a group.
    pub(super) fn relates(&self, a: &[char], b: &[char]) -> bool {
        let (a, b) = (self.groups(a), self.groups(b));
        a.iter()
            .any(|(_, group)| b.binary_search_by_key(group, |(_, group)| *group).is_ok())
    }

    fn groups(&self, word: &[char]) -> &[(u64, u32)] {
        let hash = hash(word.iter().copied());
        let from = self.members.partition_point(|(member, _)| *member < hash);
        let behind = self.members[from..].partition_point(|(member, _)| *member == hash);
        &self.members[from..from + behind]
    }
}

/// Of the first 64 bytes of a word; nothing longer is one.
fn hash(word: impl Iterator<Item = char>) -> u64 {
    let mut bytes = [0; 64];
    let mut length = 0;
    for c in word.take(bytes.len() / 4) {
        length += c.encode_utf8(&mut bytes[length..]).len();
    }
    xxh3_64(&bytes[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relates(knowledge: &Knowledge, a: &str, b: &str) -> bool {
        let chars = |word: &str| word.chars().collect::<Vec<char>>();
        knowledge.relates(&chars(a), &chars(b))
    }

    #[test]
    fn synonyms_of_the_lexicon_are_known_both_ways() {
        let builtin = Knowledge::builtin();
        assert!(relates(builtin, "情况", "状况") && relates(builtin, "状况", "情况"));
        assert!(!relates(builtin, "发展", "服务"));
        assert!(!relates(builtin, "", ""));
    }

    #[test]
    fn learnt_pairs_are_known_besides() {
        let learnt = Knowledge::new([("發展", "进展")]);
        assert!(relates(&learnt, "发展", "进展"));
        assert!(!relates(&learnt, "情况", "状况"));
        let both = Knowledge::builtin().clone().with([("积极", "乐观")]);
        assert!(relates(&both, "积极", "乐观") && relates(&both, "情况", "状况"));
    }
}
