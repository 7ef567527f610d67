//! Re-dated (改年份): title, file name, header or footer promise a year that
//! the text is older than.
//!
//! The text's own time is read from anchors: years, congresses of the party,
//! five-year plans, anniversaries, events. Who re-dates a document changes the
//! first of these and forgets the others.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::finding::{Anchor, Evidence, Finding, Kind};
use super::statute::is_reference;
use super::subject::{Compact, Subject, finding};

/// So many anchors, of so many kinds, must be earlier than what is promised,
/// by so many years (measured: `docs/authenticity.md`).
const MIN_ANCHORS: usize = 3;
const MIN_KINDS: usize = 2;
const MIN_YEARS: i32 = 4;
/// The title is repeated at the head of the text, with its year.
const HEAD: u32 = 200;
/// A date closes the text, and is changed with the title.
const TAIL: u32 = 60;
/// Anchors that a finding lists.
const LISTED: usize = 24;
/// Characters of a header or footer.
const MAX_LINE: usize = 60;

/// Year and words of datable events.
static EVENTS: LazyLock<(Option<AhoCorasick>, Vec<i32>)> = LazyLock::new(|| {
    let rows = include_str!("../../data/events.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(year, words)| Some((year.parse::<i32>().ok()?, words)));
    let (years, words): (Vec<i32>, Vec<&str>) = rows.unzip();
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .ok();
    (finder, years)
});

/// What began in which year, for its anniversaries.
const FOUNDED: &[(&str, i32)] = &[
    ("新中国成立", 1949),
    ("中华人民共和国成立", 1949),
    ("建国", 1949),
    ("国庆", 1949),
    ("建党", 1921),
    ("中国共产党成立", 1921),
    ("建军", 1927),
    ("改革开放", 1978),
    ("抗战胜利", 1945),
    ("抗日战争胜利", 1945),
    ("长征胜利", 1936),
    ("香港回归", 1997),
    ("澳门回归", 1999),
    ("辛亥革命", 1911),
    ("五四运动", 1919),
];

/// Finds whether the document says that it is later than its text is.
pub(super) fn redated(subject: &Subject, text: &Compact) -> Option<Finding> {
    let promised = promised(subject);
    let year = promised_year(&promised)?;
    let repeated: HashSet<String> = edge_lines(subject)
        .into_iter()
        .map(|(_, line)| line)
        .collect();
    let end = text.at.last().map_or(0, |last| last.saturating_sub(TAIL));
    let mut found = anchors(text);
    found.retain(|anchor| {
        anchor.source != "year"
            || anchor.year != year
            || !(anchor.at < HEAD || anchor.at >= end || stands_in(&repeated, text, anchor))
    });
    let kinds: HashSet<&str> = found.iter().map(|anchor| anchor.source.as_str()).collect();
    let latest = found.iter().map(|anchor| anchor.year).max()?;
    if found.len() < MIN_ANCHORS || kinds.len() < MIN_KINDS || latest > year - MIN_YEARS {
        return None;
    }
    let joined: Vec<&str> = subject.pages.iter().map(|page| page.text).collect();
    if is_reference(subject.title, &joined.join("\n")) {
        return None;
    }
    found.truncate(LISTED);
    let evidence = Evidence::Years { promised, found };
    Some(finding(Kind::Redated, "years.anchors", 1.0, evidence))
}

/// The year that is promised: the latest of what title, file name, header and
/// footer say, since whoever changes one forgets another; of the range that one
/// of them gives (1998—2023) the earliest.
fn promised_year(promised: &[Anchor]) -> Option<i32> {
    let mut earliest: HashMap<&str, i32> = HashMap::new();
    for anchor in promised {
        let year = earliest.entry(&anchor.source).or_insert(anchor.year);
        *year = anchor.year.min(*year);
    }
    earliest.into_values().max()
}

/// The years that title, file name, headers and footers give.
fn promised(subject: &Subject) -> Vec<Anchor> {
    let mut promised = Vec::new();
    let edges = edge_lines(subject);
    let texts = [("title", subject.title), ("file_name", subject.file_name)]
        .into_iter()
        .chain(edges.iter().map(|(source, line)| (*source, line.as_str())));
    for (source, text) in texts {
        for anchor in explicit(&Compact::of(text), true) {
            let anchor = Anchor {
                source: source.to_owned(),
                at: 0,
                ..anchor
            };
            if !promised.contains(&anchor) {
                promised.push(anchor);
            }
        }
    }
    promised
}

/// Lines that begin or end most of the pages.
fn edge_lines(subject: &Subject) -> Vec<(&'static str, String)> {
    let pages = subject.pages.len();
    if pages < 2 {
        return Vec::new();
    }
    let mut edges = Vec::new();
    for source in ["header", "footer"] {
        let line_of = |text: &str| -> Option<String> {
            let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let line = if source == "header" {
                lines.next()
            } else {
                lines.next_back()
            }?;
            (line.chars().count() <= MAX_LINE).then(|| line.to_owned())
        };
        let mut counts: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
        for page in subject.pages {
            if let Some(line) = line_of(page.text) {
                *counts.entry(line).or_default() += 1;
            }
        }
        let most = counts
            .into_iter()
            .max_by(|a, b| (a.1, &b.0).cmp(&(b.1, &a.0)));
        if let Some((line, count)) = most
            && count >= 2
            && count * 5 >= pages * 3
        {
            edges.push((source, line));
        }
    }
    edges
}

/// Whether an anchor stands in a line that most pages repeat.
fn stands_in(lines: &HashSet<String>, text: &Compact, anchor: &Anchor) -> bool {
    let place = text.at.partition_point(|at| *at < anchor.at);
    lines.iter().any(|line| {
        let line = Compact::of(line);
        let length = line.chars.len();
        let from = place.saturating_sub(length);
        (from..=place).any(|start| text.chars.get(start..start + length) == Some(&line.chars))
    })
}

/// Everything that dates a text, in its order.
fn anchors(text: &Compact) -> Vec<Anchor> {
    let mut found = explicit(text, false);
    found.extend(congresses(text));
    found.extend(anniversaries(text));
    found.extend(events(text));
    found.sort_by_key(|anchor| anchor.at);
    found
}

fn anchor(text: &Compact, start: usize, end: usize, year: i32, source: &str) -> Anchor {
    Anchor {
        year,
        source: source.to_owned(),
        text: text.slice(start, end),
        at: text.at.get(start).copied().unwrap_or(0),
    }
}

/// Years in figures: 2008年, 二〇〇八年, 2008-6-6. In a title (`is_bare`) 2008
/// alone is one too.
fn explicit(text: &Compact, is_bare: bool) -> Vec<Anchor> {
    let chars = &text.chars;
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..]
            .iter()
            .take_while(|c| digit(**c).is_some())
            .count();
        if run == 0 {
            at += 1;
            continue;
        }
        let end = at + run;
        let mut behind = end;
        if chars.get(behind) == Some(&' ') {
            behind += 1;
        }
        let next = chars.get(behind).copied();
        let is_date = chars[at].is_ascii_digit() && is_month(&chars[end..]);
        let is_part = at > 0 && matches!(chars[at - 1], '.' | '-' | '/' | ':');
        let is_word = at > 0 && chars[at - 1].is_ascii_alphabetic()
            || next.is_some_and(|c| c.is_ascii_alphabetic());
        let counts = (next == Some('年') && !(at > 0 && chars[at - 1] == '.'))
            || (is_date && !is_part)
            || (is_bare && !is_part && !is_word);
        if run == 4
            && counts
            && let Some(year) = year_of(&chars[at..end])
        {
            found.push(anchor(text, at, end, year, "year"));
        }
        at = end;
    }
    found
}

/// Whether `-6`, `.06` or `/12` follows a year: a month, and no other number.
fn is_month(behind: &[char]) -> bool {
    let digits: String = behind
        .iter()
        .skip(1)
        .take_while(|c| c.is_ascii_digit())
        .take(3)
        .collect();
    matches!(behind.first(), Some('-' | '.' | '/'))
        && digits.len() <= 2
        && digits.parse().is_ok_and(|month| (1..=12).contains(&month))
}

fn year_of(digits: &[char]) -> Option<i32> {
    let year = digits
        .iter()
        .try_fold(0, |year, c| Some(year * 10 + digit(*c)?))?;
    (1949..=2099).contains(&year).then_some(year)
}

fn digit(c: char) -> Option<i32> {
    match c {
        '0'..='9' => i32::try_from(c.to_digit(10)?).ok(),
        '〇' | '零' | '○' => Some(0),
        '一' => Some(1),
        '二' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        _ => None,
    }
}

/// Reads a whole number in figures or in Chinese (`12`, `十二`, `一百零三`,
/// `二〇〇八`); nothing when other characters are in it, or beyond 9,999.
pub(super) fn numeral(words: &str) -> Option<u32> {
    if words.is_empty() || words.chars().count() > 8 {
        return None;
    }
    let (mut sum, mut last, mut is_positional) = (0_u32, 0_u32, true);
    let mut digits = 0_u32;
    for c in words.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1_000,
            _ => 0,
        };
        if unit > 0 {
            sum += last.max(u32::from(last == 0 && unit == 10)) * unit;
            last = 0;
            is_positional = false;
        } else {
            last = u32::try_from(digit(c)?).ok()?;
            digits = digits.checked_mul(10)?.checked_add(last)?;
        }
    }
    let value = if is_positional { digits } else { sum + last };
    (value <= 9_999).then_some(value)
}

/// 党的十七大 (2007), 十七届三中全会 (2008), 十一五 (to 2010).
fn congresses(text: &Compact) -> Vec<Anchor> {
    const ORDINALS: &[(&str, i32)] = &[
        ("十六", 16),
        ("十七", 17),
        ("十八", 18),
        ("十九", 19),
        ("二十", 20),
    ];
    const PLANS: &[(&str, i32)] = &[
        ("“十五”", 2005),
        ("十一五", 2010),
        ("十二五", 2015),
        ("十三五", 2020),
        ("十四五", 2025),
    ];
    /// Years after a congress in which its sessions met.
    const SESSIONS: &[(char, i32)] = &[
        ('一', 0),
        ('二', 1),
        ('三', 1),
        ('四', 2),
        ('五', 3),
        ('六', 4),
        ('七', 5),
    ];
    let mut found = Vec::new();
    for at in 0..text.chars.len() {
        if !matches!(text.chars[at], '十' | '二' | '“') {
            continue;
        }
        for (words, year) in PLANS {
            let end = at + words.chars().count();
            let next = text.chars.get(end);
            if text.is_at(at, words) && !next.is_some_and(|c| digit(*c).is_some() || *c == '年') {
                found.push(anchor(text, at, end, *year, "plan"));
            }
        }
        // 二十 is also the end of 第十二届, 五十二十.
        if at > 0 && digit(text.chars[at - 1]).is_some() {
            continue;
        }
        for (words, number) in ORDINALS {
            let end = at + words.chars().count();
            if !text.is_at(at, words) {
                continue;
            }
            let held = 2002 + (number - 16) * 5;
            let next = text.chars.get(end + 1);
            if text.chars.get(end) == Some(&'大')
                && next.is_none_or(|c| {
                    !matches!(c, '类' | '项' | '块' | '门' | '章' | '重' | '产' | '行')
                })
            {
                found.push(anchor(text, at, end + 1, held, "congress"));
            } else if text.chars.get(end) == Some(&'届')
                && text.is_at(end + 2, "中全会")
                && let Some((_, later)) = SESSIONS
                    .iter()
                    .find(|(session, _)| text.chars.get(end + 1) == Some(session))
            {
                found.push(anchor(text, at, end + 5, held + later, "congress"));
            }
        }
    }
    found
}

/// 改革开放30年, 新中国成立六十周年.
fn anniversaries(text: &Compact) -> Vec<Anchor> {
    let mut found = Vec::new();
    for at in 0..text.chars.len() {
        for (words, founded) in FOUNDED {
            if text.chars[at] != words.chars().next().unwrap_or_default() || !text.is_at(at, words)
            {
                continue;
            }
            let start = at + words.chars().count();
            let number: String = text.chars[start..]
                .iter()
                .take(6)
                .take_while(|c| digit(**c).is_some() || matches!(c, '十' | '百'))
                .collect();
            let end = start + number.chars().count();
            let Some(number) = numeral(&number).and_then(|n| i32::try_from(n).ok()) else {
                continue;
            };
            if (5..=150).contains(&number)
                && (text.is_at(end, "周年") || (*words == "改革开放" && text.is_at(end, "年")))
            {
                found.push(anchor(text, at, end + 1, founded + number, "anniversary"));
            }
        }
    }
    found
}

fn events(text: &Compact) -> Vec<Anchor> {
    let (Some(finder), years) = &*EVENTS else {
        return Vec::new();
    };
    let joined: String = text.chars.iter().collect();
    let (mut bytes, mut chars) = (0, 0);
    finder
        .find_iter(&joined)
        .filter_map(|hit| {
            chars += joined.get(bytes..hit.start())?.chars().count();
            bytes = hit.start();
            let end = chars + joined.get(hit.range())?.chars().count();
            let year = *years.get(hit.pattern().as_usize())?;
            Some(anchor(text, chars, end, year, "event"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticity::SubjectPage;

    fn found(title: &str, pages: &[&str]) -> Option<Finding> {
        let pages: Vec<SubjectPage> = pages
            .iter()
            .map(|text| SubjectPage {
                text,
                picture: None,
            })
            .collect();
        let subject = Subject {
            title,
            file_name: "a.docx",
            pages: &pages,
        };
        let texts: Vec<&str> = pages.iter().map(|page| page.text).collect();
        redated(&subject, &Compact::of(&texts.join("\n")))
    }

    fn years(text: &str) -> Vec<(i32, String)> {
        anchors(&Compact::of(text))
            .into_iter()
            .map(|anchor| (anchor.year, anchor.text))
            .collect()
    }

    const OLD: &str = "党的十七大报告发表以后,全厅认真学习。为支援汶川地震灾区,组织了捐赠。\
        结合纪念改革开放30年,开展了大讨论。";

    #[test]
    fn a_text_of_2008_under_a_title_of_2023_is_redated() {
        let finding = found("2023年学习总结", &[&format!("2023年学习总结\n{OLD}")]).unwrap();
        assert_eq!(finding.kind, Kind::Redated);
        let Evidence::Years { promised, found } = finding.evidence else {
            panic!("years");
        };
        assert_eq!(
            (promised[0].year, promised[0].source.as_str()),
            (2023, "title")
        );
        let years: Vec<i32> = found.iter().map(|anchor| anchor.year).collect();
        assert_eq!(years, [2007, 2008, 2008]);
    }

    #[test]
    fn its_own_year_or_a_later_one_in_the_text_clears_it() {
        assert_eq!(found("2008年学习总结", &[OLD]), None);
        assert_eq!(found("学习总结", &[OLD]), None);
        let later = format!("{OLD}{}到2021年底,任务全部完成。", "其余的话。".repeat(60));
        assert_eq!(found("2023年学习总结", &[&later]), None);
        // Two anchors are too few.
        assert_eq!(found("2023年学习总结", &["2008年汶川地震之后"]), None);
    }

    #[test]
    fn one_forgotten_name_clears_nothing_and_a_range_begins_early() {
        let pages = [SubjectPage {
            text: OLD,
            picture: None,
        }];
        let of = |title, file_name| {
            let subject = Subject {
                title,
                file_name,
                pages: &pages,
            };
            redated(&subject, &Compact::of(OLD)).is_some()
        };
        assert!(of("2023年学习总结", "2008年总结.docx"));
        assert!(of("学习总结", "2023年总结.docx"));
        assert!(!of("2008-2023年学习总结", "总结.docx"));
        assert!(!of("2008年学习总结", "2008年总结.docx"));
    }

    #[test]
    fn headers_promise_too_and_date_nothing() {
        let page = format!("栖云县2023年总结\n{}\n{OLD}", "没有年份的话。".repeat(40));
        let finding = found("学习总结", &[&page, &page, &page]).unwrap();
        let Evidence::Years { promised, .. } = finding.evidence else {
            panic!("years");
        };
        assert_eq!(
            (promised[0].year, promised[0].source.as_str()),
            (2023, "header")
        );
    }

    #[test]
    fn every_kind_of_anchor_is_read() {
        assert_eq!(
            years(
                "二〇〇八年十二月,2010-06-01,十八届三中全会,“十一五”期间,新中国成立六十周年,上海世博会"
            ),
            [
                (2008, "二〇〇八".to_owned()),
                (2010, "2010".to_owned()),
                (2013, "十八届三中全会".to_owned()),
                (2010, "十一五".to_owned()),
                (2009, "新中国成立六十周".to_owned()),
                (2010, "上海世博会".to_owned()),
            ]
        );
        assert_eq!(
            years("编号20081234,十七大类,电话2008-1234号,v2.2008年会"),
            []
        );
    }

    #[test]
    fn numerals_are_read_in_both_scripts() {
        for (words, value) in [
            ("12", 12),
            ("十二", 12),
            ("一百零三", 103),
            ("二〇〇八", 2008),
            ("二十", 20),
        ] {
            assert_eq!(numeral(words), Some(value), "{words}");
        }
        assert_eq!(numeral("第一"), None);
        assert_eq!(numeral(""), None);
        assert_eq!(numeral("99999999"), None);
    }
}
