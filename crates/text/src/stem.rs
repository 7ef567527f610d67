//! English inflections.

use std::borrow::Cow;

/// Takes the endings of inflection off a lower-case English word: plurals,
/// -ed, -ing, and the mute e that comes and goes with them.
///
/// These are steps 1a, 1b and 5 of Snowball's English stemmer (M. Porter,
/// snowballstem.org/algorithms/english), with -ies and -ied made -y instead of
/// its step 1c. The steps between, which take off -ation, -ity, -al and the
/// like, are left out on purpose: they make university and universe, general
/// and generic the same, which readers keep apart. Words of three letters or
/// fewer, and words with anything but a–z in them, are left alone.
pub fn stem_english(word: &str) -> Cow<'_, str> {
    if word.len() <= 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) || UNCHANGED.contains(&word)
    {
        return Cow::Borrowed(word);
    }
    let singular = without_plural(word);
    let stem = match singular {
        Cow::Borrowed(singular) => without_participle(singular),
        Cow::Owned(singular) => Cow::Owned(without_participle(&singular).into_owned()),
    };
    match stem {
        Cow::Borrowed(stem) => Cow::Borrowed(without_mute_e(stem)),
        Cow::Owned(stem) => Cow::Owned(without_mute_e(&stem).to_owned()),
    }
}

/// Words that only look inflected.
const UNCHANGED: [&str; 15] = [
    "news", "atlas", "cosmos", "bias", "species", "series", "inning", "outing", "herring",
    "earring", "evening", "during", "proceed", "exceed", "succeed",
];

fn without_plural(word: &str) -> Cow<'_, str> {
    if let Some(stem) = word.strip_suffix("sses") {
        return Cow::Owned(format!("{stem}ss"));
    }
    if let Some(stem) = word
        .strip_suffix("ies")
        .or_else(|| word.strip_suffix("ied"))
    {
        let ending = if stem.len() > 1 { "y" } else { "ie" };
        return Cow::Owned(format!("{stem}{ending}"));
    }
    if word.ends_with("us") || word.ends_with("ss") {
        return Cow::Borrowed(word);
    }
    match word.strip_suffix('s') {
        // gas, this: a vowel only just before the s.
        Some(stem) if has_vowel(&stem[..stem.len() - 1]) => Cow::Borrowed(stem),
        _ => Cow::Borrowed(word),
    }
}

fn without_participle(word: &str) -> Cow<'_, str> {
    if let Some(stem) = word.strip_suffix("eed") {
        return match stem.len() >= first_region(word) {
            true => Cow::Owned(format!("{stem}ee")),
            false => Cow::Borrowed(word),
        };
    }
    let Some(stem) = word.strip_suffix("ed").or_else(|| word.strip_suffix("ing")) else {
        return Cow::Borrowed(word);
    };
    if !has_vowel(stem) {
        return Cow::Borrowed(word);
    }
    if ["at", "bl", "iz"].iter().any(|end| stem.ends_with(end)) || is_short_word(stem) {
        return Cow::Owned(format!("{stem}e"));
    }
    let doubled = ["bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"];
    let is_doubled = doubled.iter().any(|end| stem.ends_with(end));
    // controlled, but called.
    let is_long_ll = stem.ends_with("ll") && first_region(stem) < stem.len() - 2;
    if (is_doubled || is_long_ll) && stem.len() > 3 {
        return Cow::Borrowed(&stem[..stem.len() - 1]);
    }
    Cow::Borrowed(stem)
}

fn without_mute_e(word: &str) -> &str {
    let Some(stem) = word.strip_suffix('e') else {
        return word;
    };
    let first = first_region(word);
    let second = first + first_region(&word[first..]);
    let goes = stem.len() >= second || (stem.len() >= first && !ends_in_short_syllable(stem));
    if goes { stem } else { word }
}

/// Whether the letter at `at` is a vowel; y is one behind a consonant.
fn is_vowel(word: &str, at: usize) -> bool {
    match word.as_bytes().get(at) {
        Some(b'a' | b'e' | b'i' | b'o' | b'u') => true,
        Some(b'y') => at > 0 && !is_vowel(word, at - 1),
        _ => false,
    }
}

fn has_vowel(word: &str) -> bool {
    (0..word.len()).any(|at| is_vowel(word, at))
}

/// Where the region behind the first consonant that follows a vowel begins
/// (Snowball's R1); the end of the word when there is none.
fn first_region(word: &str) -> usize {
    (1..word.len())
        .find(|&at| !is_vowel(word, at) && is_vowel(word, at - 1))
        .map_or(word.len(), |at| at + 1)
}

/// Consonant, vowel, consonant other than w, x, y; or vowel and consonant at
/// the beginning.
fn ends_in_short_syllable(word: &str) -> bool {
    let last = word.len().wrapping_sub(1);
    match word.len() {
        0 | 1 => false,
        2 => is_vowel(word, 0) && !is_vowel(word, 1),
        _ => {
            !is_vowel(word, last - 2)
                && is_vowel(word, last - 1)
                && !is_vowel(word, last)
                && !word.ends_with(['w', 'x', 'y'])
        }
    }
}

fn is_short_word(word: &str) -> bool {
    first_region(word) == word.len() && ends_in_short_syllable(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_of_a_word_become_one() {
        for family in [
            "document documents documented documenting",
            "library libraries",
            "study studies studied studying",
            "university universities",
            "run runs running",
            "make makes making",
            "use uses used using",
            "provide provides provided providing",
            "control controls controlled controlling",
            "call calls called calling",
            "box boxes boxed",
            "class classes",
            "agree agrees agreed",
            "page pages paged paging",
            "create creates created creating",
            "die dies died",
        ] {
            let stems: Vec<_> = family.split(' ').map(stem_english).collect();
            assert!(stems.iter().all(|stem| *stem == stems[0]), "{stems:?}");
        }
    }

    #[test]
    fn what_readers_keep_apart_stays_apart() {
        for (one, other) in [
            ("university", "universe"),
            ("general", "generic"),
            ("policy", "police"),
            ("news", "new"),
            ("thing", "th"),
            ("bring", "br"),
            ("organization", "organ"),
            ("need", "nee"),
        ] {
            assert_ne!(stem_english(one), stem_english(other));
        }
        for word in [
            "corpus",
            "bus",
            "t9704s",
            "文化站s",
            "string",
            "king",
            "red",
            "gas",
            "this",
            "",
        ] {
            assert_eq!(stem_english(word), word);
        }
    }

    #[test]
    fn a_stem_stays_as_it_is() {
        for word in [
            "document", "run", "library", "box", "control", "provid", "call", "class",
        ] {
            assert_eq!(stem_english(word), word);
        }
    }
}
