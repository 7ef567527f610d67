//! Field prefixes: `title:…`, `year:2020..2023`, 页数:<10 and their kin.
//!
//! What follows the colon is understood or it is not; then prefix and value
//! are ordinary words.

/// Where a word or phrase has to stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Place {
    #[default]
    Anywhere,
    Title,
    Author,
    Tag,
}

/// What a prefix asks of a document besides its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    Format(String),
    Language(String),
    /// First and last year of publication, both included.
    Years(i32, i32),
    /// Least and most pages, both included.
    Pages(u32, u32),
}

/// A prefix that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Text(Place),
    Format,
    Language,
    Year,
    Pages,
}

/// Characters of the longest prefix.
pub(super) const LONGEST_NAME: usize = 8;

impl Field {
    /// Knows the English and the Chinese names, in either script and any case.
    pub(super) fn named(name: &str) -> Option<Field> {
        Some(match name.to_lowercase().as_str() {
            "title" | "intitle" | "标题" | "標題" => Field::Text(Place::Title),
            "author" | "作者" => Field::Text(Place::Author),
            "tag" | "标签" | "標籤" => Field::Text(Place::Tag),
            "format" | "filetype" | "type" | "格式" => Field::Format,
            "lang" | "language" | "语言" | "語言" => Field::Language,
            "year" | "年份" => Field::Year,
            "pages" | "页数" | "頁數" => Field::Pages,
            _ => return None,
        })
    }

    /// Understands the value of a prefix that is no text.
    pub(super) fn condition(self, value: &str) -> Option<Condition> {
        let value = value.trim().to_lowercase();
        match self {
            Field::Text(_) => None,
            Field::Format => {
                let format = value.trim_start_matches('.');
                let known = !format.is_empty()
                    && format.len() <= 8
                    && format.bytes().all(|b| b.is_ascii_alphanumeric());
                known.then(|| Condition::Format(format.to_owned()))
            }
            Field::Language => Some(Condition::Language(
                match value.as_str() {
                    "zh" | "cn" | "chinese" | "中文" | "汉语" | "漢語" => "zh",
                    "en" | "english" | "英文" | "英语" | "英語" => "en",
                    _ => return None,
                }
                .to_owned(),
            )),
            Field::Year => {
                let (least, most) = range(value.trim_end_matches('年'))?;
                let year = |n: u32| i32::try_from(n).ok().filter(|n| *n <= 9_999);
                Some(Condition::Years(year(least)?, year(most.min(9_999))?))
            }
            Field::Pages => {
                let (least, most) = range(value.trim_end_matches(['页', '頁']))?;
                Some(Condition::Pages(least, most))
            }
        }
    }
}

/// `5`, `5..20`, `5..`, `..20`, `<10`, `<=10`, `>100`, `>=100`, `5-20`; the
/// ends in either order.
fn range(value: &str) -> Option<(u32, u32)> {
    let number = |text: &str| text.trim().parse::<u32>().ok();
    for (sign, low) in [("<=", true), ("≤", true), (">=", false), ("≥", false)] {
        if let Some(rest) = value.strip_prefix(sign) {
            let n = number(rest)?;
            return Some(if low { (0, n) } else { (n, u32::MAX) });
        }
    }
    if let Some(rest) = value.strip_prefix(['<', '＜', '〈']) {
        return Some((0, number(rest)?.checked_sub(1)?));
    }
    if let Some(rest) = value.strip_prefix(['>', '＞', '〉']) {
        return Some((number(rest)?.checked_add(1)?, u32::MAX));
    }
    for sign in ["...", "..", "…", "-", "–", "~", "～", "至"] {
        if let Some((first, last)) = value.split_once(sign) {
            let end = |text: &str, open: u32| {
                let text = text.trim();
                if text.is_empty() {
                    Some(open)
                } else {
                    number(text)
                }
            };
            if first.trim().is_empty() && last.trim().is_empty() {
                return None;
            }
            let (first, last) = (end(first, 0)?, end(last, u32::MAX)?);
            return Some((first.min(last), first.max(last)));
        }
    }
    number(value).map(|n| (n, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_in_many_ways() {
        for (text, expected) in [
            ("2021", (2021, 2021)),
            ("2020..2023", (2020, 2023)),
            ("2023..2020", (2020, 2023)),
            ("2020-2023", (2020, 2023)),
            ("5..", (5, u32::MAX)),
            ("..5", (0, 5)),
            ("<10", (0, 9)),
            ("<=10", (0, 10)),
            (">100", (101, u32::MAX)),
            ("≥100", (100, u32::MAX)),
        ] {
            assert_eq!(range(text), Some(expected), "{text}");
        }
        for nonsense in [
            "",
            "..",
            "abc",
            "<",
            "<0",
            "1..b",
            "-",
            "99999999999",
            ">4294967295",
        ] {
            assert_eq!(range(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn values_that_mean_nothing_are_no_conditions() {
        assert_eq!(Field::Year.condition("abc"), None);
        assert_eq!(Field::Format.condition("文档"), None);
        assert_eq!(Field::Language.condition("klingon"), None);
        assert_eq!(
            Field::Year.condition("2021年"),
            Some(Condition::Years(2021, 2021))
        );
        assert_eq!(
            Field::Year.condition("2021.."),
            Some(Condition::Years(2021, 9_999))
        );
        assert_eq!(
            Field::Format.condition(".DOCX"),
            Some(Condition::Format("docx".to_owned()))
        );
    }
}
