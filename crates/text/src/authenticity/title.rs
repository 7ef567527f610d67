//! Title and content disagree (文不对题): the title promises what the text does
//! not have.

use std::collections::{HashMap, HashSet};

use super::finding::{Evidence, Finding, Kind, Swap};
use super::knowledge::Knowledge;
use super::subject::{Compact, Subject, finding};
use super::years::numeral;
use crate::script::is_han;
use crate::title::title_tags;

/// Shorter texts say nothing about their title: a form, a poem, a scan.
const MIN_TEXT: usize = 300;
/// How often a word must stand where the title's own is expected.
const MIN_INSTEAD: usize = 3;

/// Words that only draw clicks.
const LURES: &[&str] = &[
    "最新",
    "最全",
    "精品",
    "必看",
    "必备",
    "免费",
    "下载",
    "word版",
    "pdf版",
    "ppt版",
    "完整版",
    "可编辑",
    "可打印",
    "超全",
    "超详细",
    "推荐",
    "精选",
    "优秀范文",
    "范文大全",
    "史上",
    "绝密",
    "独家",
    "热门",
    "爆款",
    "值得收藏",
    "建议收藏",
    "强烈推荐",
    "转载",
    "原创",
];
const MIN_LURES: usize = 3;
/// So often the same word in a title is for the search engine.
const MIN_REPEATED: usize = 3;

const PROVINCES: &[&str] = &[
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
];
/// How often another region must be named, and which share of all regions
/// that are.
const MIN_OTHER: usize = 5;
const OTHER_SHARE: f64 = 0.8;

/// Words of a title that say what sort of text it is, not what it is about.
const GENRES: &[&str] = &[
    "总结",
    "报告",
    "方案",
    "计划",
    "通知",
    "办法",
    "规定",
    "条例",
    "心得",
    "体会",
    "讲话",
    "发言",
    "讲义",
    "教案",
    "课件",
    "试卷",
    "试题",
    "答案",
    "论文",
    "手册",
    "指南",
    "说明",
    "简介",
    "介绍",
    "汇报",
    "材料",
    "资料",
    "文档",
    "文件",
    "模板",
    "范文",
    "关于",
    "有关",
    "附件",
    "第一",
    "上册",
    "下册",
    "未命名",
    "扫描",
    "复习",
    "练习",
    "公告",
    "意见",
    "决定",
    "纪要",
    "笔记",
    "工作",
    "活动",
];

/// Finds what the title promises in vain; nothing when it cannot be told.
pub(super) fn title_mismatch(subject: &Subject, text: &Compact) -> Vec<Finding> {
    let title = Compact::of(subject.title);
    let mut found = Vec::new();
    found.extend(padded(&title));
    found.extend(promised_length(&title, subject, text));
    if text.han() >= MIN_TEXT {
        let body = Body::of(text, &title);
        found.extend(term(subject.title, &body).or_else(|| nothing_of(subject.title, &body)));
        found.extend(region(&title, &body));
    }
    found
}

/// The text without its title, which is often repeated at its head.
struct Body {
    text: String,
    chars: Vec<char>,
}

impl Body {
    fn of(text: &Compact, title: &Compact) -> Self {
        let chars = &text.chars;
        let length = title.chars.len().max(1);
        let mut kept = Vec::with_capacity(chars.len());
        let mut at = 0;
        while at < chars.len() {
            // The first character decides nearly always, so this is linear.
            if chars.get(at..at + length) == Some(&title.chars) {
                at += length;
            } else {
                kept.push(chars[at]);
                at += 1;
            }
        }
        Self {
            text: kept.iter().collect(),
            chars: kept,
        }
    }

    fn count(&self, words: &str) -> usize {
        self.text.matches(words).count()
    }
}

/// A term that never stands where another stands beside the same neighbour:
/// 科学发展观 in the title, 科学进展观 in the text.
fn term(title: &str, body: &Body) -> Option<Finding> {
    let words = folded_tags(title);
    let mut missing = Vec::new();
    let mut instead = Vec::new();
    for (place, word) in words.iter().enumerate() {
        if word.chars().count() < 2 || !word.chars().all(is_han) || body.count(word) > 0 {
            continue;
        }
        let before = place.checked_sub(1).and_then(|place| words.get(place));
        let neighbours = [(before, true), (words.get(place + 1), false)];
        let partner = neighbours.into_iter().find_map(|(neighbour, is_before)| {
            let neighbour = neighbour.filter(|neighbour| neighbour.chars().count() >= 2)?;
            let (partner, count) = partner(word, neighbour, is_before, body)?;
            let beside = |word: &str| {
                if is_before {
                    format!("{neighbour}{word}")
                } else {
                    format!("{word}{neighbour}")
                }
            };
            Some((beside(word), beside(&partner), count))
        });
        if let Some((from, to, count)) = partner {
            missing.push(from.clone());
            instead.push(Swap {
                from,
                to,
                count: u32::try_from(count).unwrap_or(u32::MAX),
            });
        }
    }
    if missing.is_empty() {
        return None;
    }
    let evidence = Evidence::Terms { missing, instead };
    Some(finding(Kind::TitleMismatch, "title.term", 1.0, evidence))
}

/// What stands beside `neighbour` in the place of `word`: as long, and alike.
fn partner(word: &str, neighbour: &str, is_before: bool, body: &Body) -> Option<(String, usize)> {
    let word: Vec<char> = word.chars().collect();
    let length = neighbour.chars().count();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let (mut bytes, mut chars) = (0, 0);
    for (at, _) in body.text.match_indices(neighbour) {
        chars += body.text.get(bytes..at)?.chars().count();
        bytes = at;
        let range = if is_before {
            chars + length..chars + length + word.len()
        } else {
            match chars.checked_sub(word.len()) {
                Some(start) => start..chars,
                None => continue,
            }
        };
        let Some(stands) = body.chars.get(range) else {
            continue;
        };
        if is_alike(&word, stands) {
            *counts.entry(stands.iter().collect()).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .filter(|(_, count)| *count >= MIN_INSTEAD)
        .max_by(|a, b| (a.1, &b.0).cmp(&(b.1, &a.0)))
}

/// Whether two words of one length are synonyms, or two thirds the same. The
/// last character says what a thing is: 进展观 is a view as 发展观 is, but
/// 保险金 is no law as 保险法 is.
fn is_alike(word: &[char], other: &[char]) -> bool {
    if word == other || !other.iter().all(|c| is_han(*c)) {
        return false;
    }
    let same = word.iter().zip(other).filter(|(a, b)| a == b).count();
    (word.len() >= 3 && word.last() == other.last() && same * 3 >= word.len() * 2)
        || Knowledge::builtin().relates(word, other)
}

/// Not one of three or more terms of the title stands in a text of some
/// length, not even in pieces.
fn nothing_of(title: &str, body: &Body) -> Option<Finding> {
    const MIN_TERMS: usize = 3;
    let terms: Vec<String> = folded_tags(title)
        .into_iter()
        .filter(|word| word.chars().count() >= 2 && word.chars().all(is_han))
        .filter(|word| !GENRES.contains(&word.as_str()))
        .collect();
    if terms.len() < MIN_TERMS {
        return None;
    }
    let pieces: HashSet<(char, char)> = body
        .chars
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .collect();
    let is_there = |word: &String| {
        let chars: Vec<char> = word.chars().collect();
        chars
            .windows(2)
            .any(|pair| pieces.contains(&(pair[0], pair[1])))
    };
    if terms.iter().any(is_there) {
        return None;
    }
    let evidence = Evidence::Terms {
        missing: terms,
        instead: Vec::new(),
    };
    Some(finding(Kind::TitleMismatch, "title.absent", 1.0, evidence))
}

fn folded_tags(title: &str) -> Vec<String> {
    title_tags(title)
        .iter()
        .map(|tag| Compact::of(tag).chars.iter().collect())
        .collect()
}

/// The title is of one province, the text of others only.
fn region(title: &Compact, body: &Body) -> Option<Finding> {
    let title: String = title.chars.iter().collect();
    let named: Vec<&str> = PROVINCES
        .iter()
        .copied()
        .filter(|name| title.contains(name))
        .collect();
    let [promised] = named.as_slice() else {
        return None;
    };
    // 北京时间, 上海牌: a name that the text has at all is not missed.
    if body.count(promised) > 0 {
        return None;
    }
    let counts: Vec<(&str, usize)> = PROVINCES
        .iter()
        .map(|name| (*name, body.count(name)))
        .collect();
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    let (other, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    if count < MIN_OTHER || (count as f64) < OTHER_SHARE * all as f64 {
        return None;
    }
    let evidence = Evidence::Terms {
        missing: vec![(*promised).to_owned()],
        instead: vec![Swap {
            from: (*promised).to_owned(),
            to: other.to_owned(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
        }],
    };
    Some(finding(Kind::TitleMismatch, "title.region", 1.0, evidence))
}

/// `共100页`, `5000字`, `50篇`: more than there can be.
fn promised_length(title: &Compact, subject: &Subject, text: &Compact) -> Option<Finding> {
    /// No piece is shorter than a line, in characters.
    const PIECE: usize = 12;
    let (pages, length) = (subject.pages.len(), text.chars.len());
    for (start, end, count) in counts(title) {
        // 第30页 is a place.
        if start > 0 && matches!(title.chars[start - 1], '第' | 'p') {
            continue;
        }
        let (is_false, name, expected, found) = match title.chars.get(end)? {
            '页' => (
                count > 3 && count * 2 > pages * 3 + 2,
                "pages",
                count,
                pages,
            ),
            '字' => {
                let is_false = count >= 200 && length > 0 && length * 2 < count;
                (is_false, "characters", count, length)
            }
            '篇' | '道' | '例' | '条' | '则' | '套' => {
                let least = count * PIECE;
                let is_false = count >= 5 && length > 0 && length < least;
                (is_false, "characters", least, length)
            }
            _ => continue,
        };
        if is_false {
            let evidence = Evidence::Measure {
                name: name.to_owned(),
                expected: expected as f64,
                found: found as f64,
                examples: vec![title.slice(start, end + 1)],
            };
            return Some(finding(Kind::TitleMismatch, "title.length", 1.0, evidence));
        }
    }
    None
}

/// Numbers of a title, in figures, 万 multiplied: start, end, value.
fn counts(title: &Compact) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < title.chars.len() {
        let run = title.chars[at..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count();
        if run == 0 {
            at += 1;
            continue;
        }
        let mut end = at + run;
        if let Some(value) = numeral(&title.slice(at, end)) {
            let mut value = value as usize;
            if title.chars.get(end) == Some(&'万') {
                value *= 10_000;
                end += 1;
            }
            if title.chars.get(end) == Some(&'多') {
                end += 1;
            }
            found.push((at, end, value));
        }
        at = end.max(at + run);
    }
    found
}

/// A title for search engines: words that only draw clicks, or the same again
/// and again.
fn padded(title: &Compact) -> Option<Finding> {
    let words: String = title.chars.iter().collect();
    let lures: Vec<&str> = LURES
        .iter()
        .copied()
        .filter(|lure| words.contains(lure))
        .collect();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let segmenter = crate::segment::Segmenter::shared();
    for word in segmenter.words(&words) {
        if word.chars().count() >= 2 && word.chars().all(is_han) {
            *seen.entry(word.to_owned()).or_default() += 1;
        }
    }
    let mut repeated: Vec<(String, usize)> = seen
        .into_iter()
        .filter(|(_, count)| *count >= MIN_REPEATED)
        .collect();
    repeated.sort();
    let (name, expected, found, examples) = if lures.len() >= MIN_LURES {
        let examples = lures.iter().map(|lure| (*lure).to_owned()).collect();
        ("lures", MIN_LURES - 1, lures.len(), examples)
    } else if let Some((word, count)) = repeated.first() {
        ("repeated", MIN_REPEATED - 1, *count, vec![word.clone()])
    } else {
        return None;
    };
    let evidence = Evidence::Measure {
        name: name.to_owned(),
        expected: expected as f64,
        found: found as f64,
        examples,
    };
    Some(finding(Kind::TitleMismatch, "title.padded", 0.0, evidence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticity::SubjectPage;

    fn found(title: &str, text: &str) -> Vec<(String, Evidence)> {
        let pages = [SubjectPage {
            text,
            picture: None,
        }];
        let subject = Subject {
            title,
            file_name: "",
            pages: &pages,
        };
        title_mismatch(&subject, &Compact::of(text))
            .into_iter()
            .map(|finding| (finding.rule, finding.evidence))
            .collect()
    }

    fn rules(title: &str, text: &str) -> Vec<String> {
        found(title, text)
            .into_iter()
            .map(|(rule, _)| rule)
            .collect()
    }

    const BODY: &str =
        "全厅干部认真学习实践科学进展观,围绕科学进展观谋划文化工作,用科学进展观统一思想。";

    #[test]
    fn a_term_that_was_spun_away_is_missed() {
        let text = format!("学习实践科学进展观活动总结\n{}", BODY.repeat(12));
        let found = found("2023年文化厅学习实践科学发展观活动总结", &text);
        let [(rule, Evidence::Terms { missing, instead })] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(rule, "title.term");
        assert_eq!(missing, &["科学发展观"]);
        assert_eq!(instead[0].to, "科学进展观");
    }

    #[test]
    fn a_text_with_its_terms_is_let_be() {
        let text = BODY.replace("进展观", "发展观").repeat(12);
        assert!(rules("2023年文化厅学习实践科学发展观活动总结", &text).is_empty());
        // Too short to say.
        assert!(rules("量子力学导论与习题解答", BODY).is_empty());
    }

    #[test]
    fn a_text_about_something_else_is_told() {
        assert_eq!(
            rules("量子力学薛定谔方程习题", &BODY.repeat(12)),
            ["title.absent"]
        );
        assert!(rules("文化量子力学方程", &BODY.repeat(12)).is_empty());
    }

    #[test]
    fn another_province_is_told() {
        let text = format!("{}{}", BODY.repeat(10), "江苏省各市县应当执行。".repeat(6));
        assert_eq!(rules("河南省文化厅工作总结", &text), ["title.region"]);
        assert!(rules("江苏省文化厅工作总结", &text).is_empty());
        assert!(rules("文化厅工作总结", &text).is_empty());
    }

    #[test]
    fn promised_lengths_are_counted() {
        assert_eq!(rules("实习报告(共30页)", "短"), ["title.length"]);
        assert_eq!(rules("实习报告3000字", BODY), ["title.length"]);
        assert_eq!(rules("作文100篇", BODY), ["title.length"]);
        for title in ["实习报告第30页", "2023年报告", "作文3篇", "实习报告50字"] {
            assert!(rules(title, BODY).is_empty(), "{title}");
        }
    }

    #[test]
    fn padded_titles_are_told() {
        assert_eq!(
            rules("最新精品工作总结免费下载word版", ""),
            ["title.padded"]
        );
        assert_eq!(
            rules("工作总结工作总结范文工作总结模板", ""),
            ["title.padded"]
        );
        assert!(rules("精选工作总结", "").is_empty());
    }
}
