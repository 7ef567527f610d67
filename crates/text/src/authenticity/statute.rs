//! Statutes, regulations and standards (法规、标准): texts that everybody may
//! reproduce.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::subject::Compact;
use super::years::numeral;

/// Titles, a line each.
const TITLES: &str = include_str!("../../data/statutes.txt");

static LISTED: LazyLock<HashSet<String>> = LazyLock::new(|| {
    TITLES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(bare_title)
        .collect()
});

/// What the title of a statute ends with.
const GENRES: &[&str] = &[
    "法",
    "条例",
    "规定",
    "办法",
    "细则",
    "规则",
    "决定",
    "解释",
    "规范",
    "决议",
    "意见",
    "安排",
    "批复",
    "修正案",
    "解答",
    "章程",
];
/// What it is called in its own first article.
const OWN_NAMES: &[&str] = &[
    "本法",
    "本条例",
    "本规定",
    "本办法",
    "本细则",
    "本规则",
    "本决定",
    "本解释",
    "本规范",
    "本实施办法",
    "本实施细则",
    "本安排",
    "本意见",
];
/// Who makes or applies it; a company's own rules name none of them often.
const AUTHORITIES: &[&str] = &[
    "人民政府",
    "国务院",
    "人民代表大会",
    "主管部门",
    "人民法院",
    "人民检察院",
    "中华人民共和国",
    "行政部门",
];
/// How much of a text is read: the form shows early and late.
const MAX_READ: usize = 200_000;

/// Whether a document is a statute, a regulation or a standard: by the shipped
/// list of titles together with the form, or by the form alone, then stricter.
///
/// A copy whose words were swapped has title and form too. So this may excuse
/// that a text stands elsewhere word for word, never that it was spun.
pub fn is_reference(title: &str, text: &str) -> bool {
    let text: String = text.chars().take(MAX_READ).collect();
    let articles = count_articles(&text);
    let compact = Compact::of(&text);
    let title = bare_title(title);
    if is_standard(&title, &text, &compact) {
        return true;
    }
    if LISTED.contains(&title) && (articles >= 3 || count_items(&text) >= 3) {
        return speaks_as_statute(&compact, 1);
    }
    articles >= 5
        && GENRES.iter().any(|genre| title.ends_with(genre))
        && compact.chars.len() / articles <= 800
        && names_itself(&compact)
        && speaks_as_statute(&compact, 3)
}

/// The title without what editions add: the state's name, marks, years in
/// brackets.
fn bare_title(title: &str) -> String {
    let folded = Compact::of(title);
    let mut bare = String::new();
    let mut depth = 0_u32;
    for &c in &folded.chars {
        match c {
            '(' | '〔' | '[' => depth += 1,
            ')' | '〕' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 && c.is_alphanumeric() => bare.push(c),
            _ => {}
        }
    }
    match bare.strip_prefix("中华人民共和国") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => bare,
    }
}

/// Counts lines that begin with 第一条, 第二条, … in this order, gaps allowed.
fn count_articles(text: &str) -> usize {
    let mut last = 0;
    let mut count = 0;
    for line in text.lines() {
        let Some(rest) = line.trim_start().strip_prefix('第') else {
            continue;
        };
        let Some((number, _)) = rest.split_once('条') else {
            continue;
        };
        if number.chars().count() > 8 {
            continue;
        }
        if let Some(number) = numeral(number.trim())
            && number > last
            && number <= last + 20
        {
            last = number;
            count += 1;
        }
    }
    count
}

/// Counts lines that begin with 一、二、… in this order.
fn count_items(text: &str) -> usize {
    let mut last = 0;
    for line in text.lines() {
        if let Some((number, _)) = line.trim_start().split_once('、')
            && number.chars().count() <= 4
            && numeral(number) == Some(last + 1)
        {
            last += 1;
        }
    }
    usize::try_from(last).unwrap_or(0)
}

/// Whether it says what it is by its own name, as a first article does.
fn names_itself(text: &Compact) -> bool {
    (0..text.chars.len().min(3_000))
        .any(|at| text.chars[at] == '本' && OWN_NAMES.iter().any(|name| text.is_at(at, name)))
}

/// Whether it speaks of authorities, and commands (应当, not 应该).
fn speaks_as_statute(text: &Compact, authorities: usize) -> bool {
    let (mut named, mut shall, mut should) = (0, 0, 0);
    for at in 0..text.chars.len() {
        match text.chars[at] {
            '应' if text.is_at(at, "应当") => shall += 1,
            '应' if text.is_at(at, "应该") => should += 1,
            '人' | '国' | '主' | '中' | '行' => {
                named += usize::from(AUTHORITIES.iter().any(|name| text.is_at(at, name)));
            }
            _ => {}
        }
    }
    named >= authorities && shall >= should
}

/// Whether it is a standard: a number such as GB/T 9704 in the title or at the
/// beginning, and the headings that GB/T 1.1 asks for.
fn is_standard(title: &str, text: &str, compact: &Compact) -> bool {
    const HEADINGS: &[&str] = &["范围", "规范性引用文件", "术语和定义", "前言", "引言"];
    let head = compact.slice(0, 1_500);
    if !has_standard_number(title) && !has_standard_number(&head) {
        return false;
    }
    let mut seen = HashSet::new();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| line.chars().count() <= 16)
    {
        let heading: String = line
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_ascii_digit() && !matches!(c, '.' | '、'))
            .collect();
        if let Some(known) = HEADINGS.iter().find(|known| **known == heading) {
            seen.insert(*known);
        }
    }
    seen.contains("范围") && seen.len() >= 3
}

/// Whether a number of a standard stands in a folded text: letters of its
/// series, then at least three digits.
fn has_standard_number(text: &str) -> bool {
    const SERIES: &[&str] = &[
        "gb/t", "gb/z", "gbt", "gb", "jgj", "db", "iso", "iec", "wh/t", "jb/t", "hj",
    ];
    SERIES.iter().any(|series| {
        text.match_indices(series).any(|(at, _)| {
            let is_word = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            let number: Vec<char> = text[at + series.len()..]
                .chars()
                .filter(|c| !matches!(c, ' ' | '/' | 't'))
                .take(3)
                .collect();
            is_word && number.len() == 3 && number.iter().all(char::is_ascii_digit)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "第一章 总则\n第一条 为了规范全民阅读工作,根据有关法律、法规,结合本市实际,制定本条例。\n\
        第二条 市、县级人民政府应当加强领导。\n第三条 文化主管部门负责本条例的实施。\n\
        第四条 县级以上人民政府应当设立阅读设施。\n第五条 违反本条例规定的,由主管部门责令改正。\n\
        第六条 本条例自2020年1月1日起施行。";

    #[test]
    fn a_regulation_has_title_and_form() {
        assert!(is_reference("某某市全民阅读促进条例", RULES));
        assert!(is_reference(
            "中华人民共和国防震减灾法（2008年修订）",
            &RULES.chars().take(110).collect::<String>()
        ));
    }

    #[test]
    fn the_title_alone_is_not_enough() {
        let report = "今年以来,我们认真学习,扎实推进各项工作,取得了明显成效。".repeat(40);
        assert!(!is_reference("防震减灾法", &report));
        assert!(!is_reference(
            "上海市中华鲟保护管理条例",
            "第一条 应该这样。\n第二条 应该那样。\n第三条 完。"
        ));
    }

    #[test]
    fn contracts_and_company_rules_are_none() {
        let contract = RULES
            .replace("本条例", "本合同")
            .replace("人民政府", "甲方")
            .replace("主管部门", "乙方");
        assert!(!is_reference("图书采购合同", &contract));
        let company = RULES
            .replace("人民政府", "各部门")
            .replace("主管部门", "行政科");
        assert!(!is_reference("员工考勤管理条例", &company));
    }

    #[test]
    fn a_standard_has_number_and_headings() {
        let text = "ICS 01.140.20\nGB/T 9704—2012\n党政机关公文格式\n前  言\n本标准代替旧版。\n1 范围\n本标准规定了公文的格式。\n2 规范性引用文件\n下列文件必不可少。";
        assert!(is_reference("党政机关公文格式", text));
        assert!(!is_reference("公文格式", &text.replace("GB/T", "第")));
        assert!(!is_reference(
            "GB/T 9704 学习笔记",
            "我读了这个标准,记下几点体会。"
        ));
    }
}
