//! Which language a text is mostly written in.

use crate::script::{is_han, is_kana};
use crate::stop::is_english_stop_word;

/// The languages the library tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// 中文, simplified or traditional.
    Chinese,
    /// English.
    English,
    /// Anything else, or too little text to say.
    Unknown,
}

impl Language {
    /// The BCP 47 tag: `zh`, `en` or `und`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
            Self::Unknown => "und",
        }
    }
}

/// How much of a text is looked at; its beginning is enough.
const CHARS_READ: usize = 50_000;
/// A Latin word counts as much as this many of its letters stand for one
/// Chinese character: scripts are compared by what they say, not by length.
const LETTERS_PER_HAN: usize = 4;

/// Guesses the language of `text` from the shares of its scripts, and English
/// from its function words. Needs two characters or one word of it at least.
pub fn language(text: &str) -> Language {
    let (mut han, mut kana, mut latin, mut other) = (0usize, 0usize, 0usize, 0usize);
    for c in text.chars().take(CHARS_READ).filter(|c| c.is_alphabetic()) {
        match c {
            c if is_han(c) => han += 1,
            c if is_kana(c) => kana += 1,
            // Latin, with its extensions and full-width forms.
            '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{FF21}'..='\u{FF5A}' => latin += 1,
            _ => other += 1,
        }
    }
    // Japanese writes half of its text in kana; a Chinese text quotes some.
    if kana * 10 > han + kana {
        other += han + kana;
        han = 0;
    }
    let latin_words = latin.div_ceil(LETTERS_PER_HAN);
    let other = other.div_ceil(2);
    if han >= 2 && han >= latin_words && han > other {
        return Language::Chinese;
    }
    if latin >= 2 && latin_words > other && reads_english(text) {
        return Language::English;
    }
    Language::Unknown
}

/// Whether the function words of the Latin part are English: one word in ten
/// at least (running English has four, French and German one in fifty), or the
/// text is too short to have any and has ASCII letters only.
fn reads_english(text: &str) -> bool {
    let beginning = text
        .char_indices()
        .nth(CHARS_READ)
        .map_or(text, |(at, _)| &text[..at]);
    let (mut words, mut function_words, mut ascii) = (0usize, 0usize, true);
    for word in beginning
        .split(|c: char| !c.is_alphabetic() || is_han(c))
        .filter(|word| !word.is_empty())
    {
        words += 1;
        ascii &= word.is_ascii();
        function_words += usize::from(is_english_stop_word(&word.to_ascii_lowercase()));
    }
    function_words * 10 >= words || (words < 20 && ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_from_script_and_function_words() {
        let english = "The library holds the documents that its readers want to find, and it \
                       shows them in the order in which they are most likely to be of use.";
        let french = "La bibliothèque conserve les documents que ses lecteurs souhaitent trouver, \
                      puis elle présente ceux qui leur seront probablement utiles aujourd'hui.";
        for (text, tag) in [
            ("2023年文化厅学习实践科学发展观活动总结", "zh"),
            ("鄉鎮文化站建設", "zh"),
            (
                "本系统使用 Microsoft Office Open XML 格式保存全部文档内容与样式信息",
                "zh",
            ),
            (english, "en"),
            ("Annual report", "en"),
            (french, "und"),
            ("図書館はすべての人のためにある", "und"),
            ("Отчёт о работе библиотеки", "und"),
            ("2023 12 31", "und"),
            ("", "und"),
        ] {
            assert_eq!(language(text).as_str(), tag, "{text}");
        }
    }
}
