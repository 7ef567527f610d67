//! English plurals.

use std::borrow::Cow;

/// Takes the plural ending off a lower-case English word.
///
/// Harman's S-stemmer (D. Harman, "How effective is suffixing?", JASIS 42(1),
/// 1991): three rules, only the first that fits is used. Stronger stemmers
/// merge words that readers keep apart. Words of three letters or fewer, and
/// words with anything but a–z in them, are left alone.
pub fn stem_english(word: &str) -> Cow<'_, str> {
    if word.len() <= 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    let ends = |suffixes: &[&str]| suffixes.iter().any(|s| word.ends_with(s));
    if word.ends_with("ies") && !ends(&["eies", "aies"]) {
        return Cow::Owned(format!("{}y", &word[..word.len() - 3]));
    }
    if word.ends_with("es") && !ends(&["aes", "ees", "oes"]) {
        return Cow::Borrowed(&word[..word.len() - 1]);
    }
    if word.ends_with('s') && !ends(&["us", "ss"]) {
        return Cow::Borrowed(&word[..word.len() - 1]);
    }
    Cow::Borrowed(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_plurals_off() {
        for (word, stem) in [
            ("documents", "document"),
            ("libraries", "library"),
            ("pages", "page"),
            ("corpus", "corpus"),
            ("class", "class"),
            ("bus", "bus"),
            ("t9704s", "t9704s"),
            ("文化站s", "文化站s"),
        ] {
            assert_eq!(stem_english(word), stem, "{word}");
        }
    }
}
