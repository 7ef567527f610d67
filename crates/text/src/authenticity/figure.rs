//! Numbers, dates and numbered parts: words that change for other reasons than
//! others do.

use crate::script::is_han;

const NUMERALS: &str = "〇零一二三四五六七八九十百千万亿两";
/// What stands around numerals in a word.
const AROUND: &str = "第条款项章节编年月日号时分秒元个次届大点周";

/// Whether a word begins with a year or is a party congress.
pub(super) fn is_date(word: &[char]) -> bool {
    let year = |digits: &[char]| {
        matches!(digits, ['1', '9', ..] | ['2', '0', ..])
            && digits[2..].iter().all(char::is_ascii_digit)
    };
    match word {
        [digits @ .., '大'] => is_figure(digits),
        [a, b, c, d, rest @ ..] => {
            year(&[*a, *b, *c, *d]) && !rest.first().is_some_and(char::is_ascii_digit)
        }
        _ => false,
    }
}

/// Whether a word is a number, a date or a numbered part (第三条, 十七大).
pub(super) fn is_figure(word: &[char]) -> bool {
    word.iter().any(|c| c.is_numeric() && !is_han(*c))
        || word.iter().any(|c| NUMERALS.contains(*c))
            && word
                .iter()
                .all(|c| NUMERALS.contains(*c) || AROUND.contains(*c))
}

/// Whether all of a word are numerals of Chinese.
pub(super) fn is_numeral(word: &[char]) -> bool {
    !word.is_empty() && word.iter().all(|c| NUMERALS.contains(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(word: &str) -> Vec<char> {
        word.chars().collect()
    }

    #[test]
    fn figures_are_told_from_words_with_a_numeral() {
        for word in [
            "十七大",
            "三百元",
            "第二十一条",
            "5.12",
            "2008年",
            "二〇〇八年",
        ] {
            assert!(is_figure(&chars(word)), "{word}");
        }
        for word in ["一致", "万众", "年度", "大点", "统一", ""] {
            assert!(!is_figure(&chars(word)), "{word}");
        }
        assert!(is_numeral(&chars("十九")) && !is_numeral(&chars("十九大")));
    }

    #[test]
    fn years_and_congresses_date_a_text() {
        for word in ["2008", "2023年", "1998x", "十七大", "二十大"] {
            assert!(is_date(&chars(word)), "{word}");
        }
        for word in ["1208", "20081", "208", "第三条", "大"] {
            assert!(!is_date(&chars(word)), "{word}");
        }
    }
}
