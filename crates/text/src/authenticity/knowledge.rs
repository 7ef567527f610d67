//! Which words may stand for one another: the shipped lexicon of synonyms and
//! pairs learnt from verified copies.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fold::fold;

/// Synsets of the Chinese Open Wordnet, a line each; its licence lies beside it.
const LEXICON: &str = include_str!("../../data/synonyms.txt");

static BUILTIN: LazyLock<Knowledge> = LazyLock::new(|| {
    let mut knowledge = Knowledge::default();
    for line in LEXICON.lines().filter(|line| !line.starts_with('#')) {
        knowledge.add(line.split(' '));
    }
    knowledge
});

/// What is known of words that stand for one another.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// By word (folded), the groups it belongs to, ascending.
    groups: HashMap<Box<[char]>, Vec<u32>>,
    next: u32,
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
    pub fn with<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        for (from, to) in pairs {
            self.add([from, to]);
        }
        self
    }

    fn add<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) {
        for word in words {
            let word: Box<[char]> = fold(word).chars().collect();
            self.groups.entry(word).or_default().push(self.next);
        }
        self.next += 1;
    }

    /// Whether two words (folded) share a group.
    pub(super) fn relates(&self, a: &[char], b: &[char]) -> bool {
        let (Some(a), Some(b)) = (self.groups.get(a), self.groups.get(b)) else {
            return false;
        };
        let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
        few.iter().any(|group| many.binary_search(group).is_ok())
    }
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
