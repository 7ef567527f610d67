//! Dates under one spelling: 二〇二三年四月二十四日, 2023年4月24日,
//! 2023-04-24, 2023/4/24 and 2023.4.24 are all `20230424`.
//!
//! The index has the numbers of a date beside its words: `20230424`, `202304`
//! and, for a year in Chinese figures, `2023`. In a query a date is looked up
//! by the most telling of these alone.

use std::ops::Range;

/// A date in a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Date {
    /// Bytes of the text.
    pub(crate) range: Range<usize>,
    year: u32,
    month: Option<u32>,
    day: Option<u32>,
    /// Written in Chinese figures: the year is no word by itself.
    chinese: bool,
}

impl Date {
    /// The number it is looked up by.
    pub(crate) fn key(&self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{:04}{month:02}{day:02}", self.year),
            (Some(month), None) => format!("{:04}{month:02}", self.year),
            (None, _) => format!("{:04}", self.year),
        }
    }

    /// The numbers it is found by besides its words.
    pub(crate) fn keys(&self) -> Vec<String> {
        if !self.chinese && self.month.is_none() {
            return Vec::new();
        }
        let mut keys = vec![self.key()];
        if self.day.is_some() {
            let month = Date {
                day: None,
                ..self.clone()
            };
            keys.push(month.key());
        }
        if self.chinese && self.month.is_some() {
            keys.push(format!("{:04}", self.year));
        }
        keys
    }

    /// The other ways to write it, for marking.
    pub(crate) fn spellings(&self) -> Vec<String> {
        let year = self.year;
        let chinese_year: String = format!("{year:04}")
            .bytes()
            .filter_map(|b| {
                ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九']
                    .get(usize::from(b - b'0'))
            })
            .collect();
        match (self.month, self.day) {
            (Some(month), Some(day)) => vec![
                format!("{year}年{month}月{day}日"),
                format!("{year}-{month:02}-{day:02}"),
                format!("{year}.{month}.{day}"),
                format!("{year}/{month}/{day}"),
                format!("{chinese_year}年{}月{}日", chinese(month), chinese(day)),
            ],
            (Some(month), None) => vec![
                format!("{year}年{month}月"),
                format!("{year}-{month:02}"),
                format!("{chinese_year}年{}月", chinese(month)),
            ],
            (None, _) => vec![format!("{year}年"), format!("{chinese_year}年")],
        }
    }
}

/// The dates of a folded text, in order.
pub(crate) fn dates(folded: &str) -> impl Iterator<Item = Date> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(found) = folded[at..].find(|c| year_figure(c).is_some()) {
            let start = at + found;
            let run = run_of(&folded[start..], |c| year_figure(c).is_some());
            at = start + run;
            if let Some(date) = date_at(folded, start, run) {
                at = date.range.end;
                return Some(date);
            }
        }
        None
    })
}

/// The date whose year is the `run` bytes from `start`.
fn date_at(folded: &str, start: usize, run: usize) -> Option<Date> {
    let figures = &folded[start..start + run];
    let chinese = figures.chars().all(|c| !c.is_ascii_digit());
    let arabic = figures.chars().all(|c| c.is_ascii_digit());
    if figures.chars().count() != 4 || !(chinese || arabic) {
        return None;
    }
    let year = figures
        .chars()
        .filter_map(year_figure)
        .fold(0, |year, figure| year * 10 + figure);
    if !(1000..=2999).contains(&year) {
        return None;
    }
    let mut date = Date {
        range: start..start + run,
        year,
        month: None,
        day: None,
        chinese,
    };
    let rest = &folded[date.range.end..];
    if let Some(rest) = rest.strip_prefix('年') {
        date.range.end += '年'.len_utf8();
        if let Some((month, length)) = named_number(rest, "月", 12) {
            date.month = Some(month);
            date.range.end += length;
            if let Some((day, length)) = named_number(&rest[length..], "日", 31)
                .or_else(|| named_number(&rest[length..], "号", 31))
            {
                date.day = Some(day);
                date.range.end += length;
            }
        }
        return Some(date);
    }
    if chinese {
        return None;
    }
    let sign = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (month, length) = plain_number(&rest[1..], 12)?;
    let behind = &rest[1 + length..];
    if let Some(last) = behind.strip_prefix(sign)
        && let Some((day, day_length)) = plain_number(last, 31)
    {
        date.month = Some(month);
        date.day = Some(day);
        date.range.end += 2 + length + day_length;
        return Some(date);
    }
    // 2023-04 is a month; 2023.4 and 2023-4 may be anything.
    let alone = !behind.starts_with(['-', '/', '.']);
    if sign == '-' && length == 2 && alone {
        date.month = Some(month);
        date.range.end += 1 + length;
        return Some(date);
    }
    None
}

/// A number from 1 to `most` before `name`, and the bytes of both.
fn named_number(text: &str, name: &str, most: u32) -> Option<(u32, usize)> {
    let arabic = run_of(text, |c| c.is_ascii_digit());
    let (number, length) = if arabic > 0 {
        (text.get(..arabic.min(3))?.parse().ok()?, arabic)
    } else {
        let length = run_of(text, |c| {
            matches!(c, '十' | '廿' | '卅') || chinese_figure(c).is_some()
        });
        (from_chinese(&text[..length])?, length)
    };
    let fits = (1..=most).contains(&number) && text[length..].starts_with(name);
    fits.then_some((number, length + name.len()))
}

/// A number of one or two figures from 1 to `most`, and its bytes.
fn plain_number(text: &str, most: u32) -> Option<(u32, usize)> {
    let length = run_of(text, |c| c.is_ascii_digit());
    let number = text.get(..length.min(2))?.parse().ok()?;
    (length <= 2 && (1..=most).contains(&number)).then_some((number, length))
}

fn run_of(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// The value of a figure in a year; ○ and 〇 are both written for zero.
fn year_figure(c: char) -> Option<u32> {
    match c {
        '〇' | '零' | '○' => Some(0),
        _ => c.to_digit(10).or_else(|| chinese_figure(c)),
    }
}

fn chinese_figure(c: char) -> Option<u32> {
    let at = "一二三四五六七八九".chars().position(|known| known == c)?;
    u32::try_from(at + 1).ok()
}

/// Reads 一 to 三十一.
fn from_chinese(text: &str) -> Option<u32> {
    let chars: Vec<char> = text.chars().collect();
    match *chars.as_slice() {
        ['十'] => Some(10),
        ['廿'] => Some(20),
        ['卅'] => Some(30),
        [one] => chinese_figure(one),
        ['十', one] => Some(10 + chinese_figure(one)?),
        ['廿', one] => Some(20 + chinese_figure(one)?),
        ['卅', one] => Some(30 + chinese_figure(one)?),
        [tens, '十'] => Some(10 * chinese_figure(tens)?),
        [tens, '十', one] => Some(10 * chinese_figure(tens)? + chinese_figure(one)?),
        _ => None,
    }
}

/// Writes 1 to 31.
fn chinese(number: u32) -> String {
    let figure = |n: u32| "一二三四五六七八九".chars().nth(n as usize - 1);
    let mut out = String::new();
    if number >= 20 {
        out.extend(figure(number / 10));
    }
    if number >= 10 {
        out.push('十');
    }
    if !number.is_multiple_of(10) {
        out.extend(figure(number % 10));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        dates(text).map(|date| date.key()).collect()
    }

    #[test]
    fn every_spelling_has_one_key() {
        for text in [
            "二〇二三年四月二十四日",
            "二○二三年四月廿四日",
            "2023年4月24日",
            "2023年04月24号",
            "于2023-04-24发布",
            "2023/4/24",
            "2023.4.24。",
        ] {
            assert_eq!(keys(text), ["20230424"], "{text}");
        }
        assert_eq!(keys("二〇二三年四月，2023-04，2023年4月"), ["202304"; 3]);
        assert_eq!(keys("二〇二三年，2023年"), ["2023", "2023"]);
        let date = dates("二〇二三年十月三十一日").next();
        assert_eq!(
            date.map(|d| d.keys()).unwrap_or_default(),
            ["20231031", "202310", "2023"]
        );
    }

    #[test]
    fn what_is_no_date_is_left_alone() {
        for text in [
            "2023",
            "12023-04-24",
            "2023.4",
            "2023-13-01",
            "2023-04-240",
            "三四五六",
            "一二三",
            "年月日",
            "2023-",
            "10.1.2023.4",
            "二〇二三",
            "2023一2",
            "9999年1月",
        ] {
            assert_eq!(keys(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn spellings_are_read_back() {
        for text in [
            "2023年4月24日",
            "2020年12月31日",
            "2023年10月",
            "二〇二一年",
        ] {
            for date in dates(text) {
                for spelling in date.spellings() {
                    let again = dates(&spelling).next().map(|d| d.key());
                    let plain_year = date.month.is_none() && !spelling.starts_with('二');
                    assert!(plain_year || again == Some(date.key()), "{spelling}");
                }
            }
        }
    }
}
