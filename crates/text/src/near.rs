//! Characters that are taken for one another: those that look alike (形近字)
//! and those that sound alike (同音字).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::pinyin::readings;

/// Gives the simplified characters that look like `c`, nearest first; none
/// for what is not among the 6,763 of GB 2312.
pub fn look_alikes(c: char) -> impl Iterator<Item = char> {
    LOOKS.get(&c).copied().unwrap_or_default().chars()
}

/// Gives the simplified characters that are read like `c`, in one of its
/// readings, without itself, the common ones first.
pub fn sound_alikes(c: char) -> impl Iterator<Item = char> {
    readings(c)
        .into_iter()
        .flatten()
        .filter_map(|syllable| SOUNDS.get(syllable))
        .flatten()
        .copied()
        .filter(move |other| *other != c)
}

/// A character and those that look like it, a line.
const TABLE: &str = include_str!("../data/near-characters.txt");

static LOOKS: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    lines()
        .filter_map(|line| {
            let c = line.chars().next()?;
            Some((c, &line[c.len_utf8()..]))
        })
        .collect()
});

fn lines() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|line| !line.starts_with('#'))
}

/// The characters of GB 2312 by syllable. Its first level, the 3,755 that are
/// in daily use, stands before the second in the code.
static SOUNDS: LazyLock<HashMap<&'static str, Vec<char>>> = LazyLock::new(|| {
    let mut sounds: HashMap<&'static str, Vec<char>> = HashMap::new();
    for c in COMMON.chars().filter(|c| !c.is_whitespace()) {
        for syllable in readings(c).into_iter().flatten() {
            sounds.entry(syllable).or_default().push(c);
        }
    }
    sounds
});

/// The characters of GB 2312 in its order.
const COMMON: &str = include_str!("../data/common-characters.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_looks_and_sounds_alike() {
        let looks = |c| look_alikes(c).collect::<String>();
        assert!(looks('未').starts_with('末'));
        assert!(looks('己').contains('已') && looks('己').contains('巳'));
        assert!(looks('折').contains('拆'));
        assert_eq!(looks('x'), "");
        let sounds = |c| sound_alikes(c).collect::<String>();
        assert!(sounds('听').contains('厅') && !sounds('听').contains('听'));
        assert!(sounds('行').contains('航') && sounds('行').contains('星'));
        assert_eq!(sounds('x'), "");
    }

    #[test]
    fn the_tables_are_folded() {
        for text in lines().chain(COMMON.lines()) {
            assert_eq!(crate::fold(text), text);
        }
    }
}
