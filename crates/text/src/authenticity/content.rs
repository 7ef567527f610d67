//! Little content (内容空洞): a directory only, garbled text, filler, other
//! sites' addresses, page after page of one picture.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::finding::{Evidence, Finding, Kind};
use super::subject::{Compact, MAX_EXAMINED_CHARS, Subject, finding, first_chars};

/// Examples of a finding, and their length in characters.
const EXAMPLES: usize = 10;
const EXAMPLE_CHARS: usize = 60;

/// Finds why there is little to read.
pub(super) fn little_content(subject: &Subject, text: &Compact) -> Vec<Finding> {
    let rules = [
        pictures(subject),
        directory(subject),
        garbled(subject),
        filler(text),
        addresses(subject, text),
    ];
    rules.into_iter().flatten().collect()
}

fn measured(rule: &str, name: &str, limit: f64, found: f64, examples: Vec<String>) -> Finding {
    let evidence = Evidence::Measure {
        name: name.to_owned(),
        expected: limit,
        found,
        examples: examples
            .iter()
            .take(EXAMPLES)
            .map(|example| first_chars(example, EXAMPLE_CHARS).to_owned())
            .collect(),
    };
    finding(Kind::LittleContent, rule, found.min(1.0), evidence)
}

/// Lines of all pages, as far as a text is examined.
fn lines<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a str> {
    let mut left = MAX_EXAMINED_CHARS;
    subject
        .pages
        .iter()
        .flat_map(|page| page.text.lines())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map_while(move |line| {
            let chars = line.chars().count();
            left = left.checked_sub(chars)?;
            Some(line)
        })
}

/// Page after page of one picture.
fn pictures(subject: &Subject) -> Option<Finding> {
    const MIN_PAGES: usize = 4;
    const SHARE: f64 = 0.8;
    let pages = subject.pages.len();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for picture in subject.pages.iter().filter_map(|page| page.picture) {
        *counts.entry(picture).or_default() += 1;
    }
    let most = counts.into_values().max()?;
    let share = most as f64 / pages.max(1) as f64;
    (pages >= MIN_PAGES && share >= SHARE)
        .then(|| measured("content.pictures", "equal_pages", SHARE, share, Vec::new()))
}

/// Lines with leaders and a page number, and little else.
fn directory(subject: &Subject) -> Option<Finding> {
    const MIN_LINES: usize = 8;
    const SHARE: f64 = 0.6;
    let (mut entries, mut in_entries, mut all) = (0_usize, 0_usize, 0_usize);
    for line in lines(subject) {
        let chars = line.chars().count();
        all += chars;
        if is_entry(line) {
            entries += 1;
            in_entries += chars;
        }
    }
    let share = in_entries as f64 / all.max(1) as f64;
    (entries >= MIN_LINES && share >= SHARE).then(|| {
        measured(
            "content.directory",
            "directory_share",
            SHARE,
            share,
            Vec::new(),
        )
    })
}

/// `第一章 总则……1`, `2.1 范围 ......... 12`.
fn is_entry(line: &str) -> bool {
    let number = line.trim_end_matches(|c: char| c.is_ascii_digit());
    let rest = number.trim_end();
    number.len() < line.len()
        && line.len() - number.len() <= 4
        && ["…", "...", "···", "．．", "——", "。。。", "_ _", "___"]
            .iter()
            .any(|leader| rest.ends_with(leader))
}

/// Characters that come from reading a text in the wrong encoding.
fn garbled(subject: &Subject) -> Option<Finding> {
    const MIN_CHARS: usize = 50;
    const SHARE: f64 = 0.1;
    const MOJIBAKE: &[&str] = &[
        "锟斤拷",
        "烫烫烫",
        "屯屯屯",
        "ï»¿",
        "â€",
        "Ã©",
        "Ã¤",
        "鏂囨",
        "涓浗",
    ];
    let (mut bad, mut all) = (0_usize, 0_usize);
    let mut examples = Vec::new();
    for line in lines(subject) {
        let mut wrong = line
            .chars()
            .filter(|c| matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}') || c.is_control())
            .count();
        for piece in MOJIBAKE {
            wrong += line.matches(piece).count() * piece.chars().count();
        }
        all += line.chars().filter(|c| !c.is_whitespace()).count();
        bad += wrong;
        if wrong > 0 && examples.len() < 3 {
            examples.push(line.to_owned());
        }
    }
    let share = bad as f64 / all.max(1) as f64;
    (all >= MIN_CHARS && share >= SHARE)
        .then(|| measured("content.garbled", "garbled_share", SHARE, share, examples))
}

/// The same sentences again and again, one character, or lorem ipsum.
fn filler(text: &Compact) -> Option<Finding> {
    const MIN_CHARS: usize = 500;
    const MIN_SENTENCE: usize = 8;
    /// The share of the text that is said for the first time.
    const SHARE: f64 = 0.35;
    const LOREM: &str = "lorem ipsum";
    if text.chars.len() < MIN_CHARS {
        return None;
    }
    let joined: String = text.chars.iter().collect();
    let (mut new, mut all) = (0_usize, 0_usize);
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let mut most: (usize, &str) = (0, "");
    for sentence in joined.split(['。', '!', '?', ';', '.']) {
        let chars = sentence.chars().count();
        if chars < MIN_SENTENCE {
            continue;
        }
        all += chars;
        let mut hasher = DefaultHasher::new();
        sentence.hash(&mut hasher);
        let times = seen.entry(hasher.finish()).or_default();
        *times += 1;
        if *times == 1 {
            new += distinct(sentence);
        }
        if *times > most.0 {
            most = (*times, sentence);
        }
    }
    let share = new as f64 / all.max(1) as f64;
    if all >= MIN_CHARS && share < SHARE {
        let examples = vec![most.1.trim().to_owned()];
        return Some(measured(
            "content.filler",
            "new_share",
            SHARE,
            share,
            examples,
        ));
    }
    let lorem = joined.matches(LOREM).count();
    // Its text has 446 characters; a page that quotes it has more to say.
    let share = (lorem * 446) as f64 / text.chars.len() as f64;
    (lorem > 0 && share >= 0.5).then(|| {
        measured(
            "content.filler",
            "lorem_share",
            0.5,
            share,
            vec![LOREM.to_owned()],
        )
    })
}

/// Characters of a sentence that say something: all of them, unless it is a
/// few again and again (a thousand times 啊).
fn distinct(sentence: &str) -> usize {
    let all = sentence.chars().count();
    let different: HashSet<char> = sentence.chars().collect();
    if all > 100 && different.len() * 20 < all && different.len() < 20 {
        different.len()
    } else {
        all
    }
}

/// Addresses of other sites, on page after page or as most of the text.
fn addresses(subject: &Subject, text: &Compact) -> Option<Finding> {
    const MIN_ADDRESSES: usize = 5;
    const SHARE: f64 = 0.2;
    const MIN_PAGES: usize = 4;
    let mut hosts: HashMap<String, HashSet<usize>> = HashMap::new();
    let (mut count, mut in_addresses) = (0_usize, 0_usize);
    for (page, content) in subject.pages.iter().enumerate() {
        for word in content
            .text
            .split(|c: char| c.is_whitespace() || !c.is_ascii())
        {
            if let Some(host) = host(word) {
                count += 1;
                in_addresses += word.len();
                hosts.entry(host).or_default().insert(page);
            }
        }
    }
    let share = in_addresses as f64 / text.chars.len().max(1) as f64;
    let pages = subject.pages.len();
    let everywhere = hosts
        .iter()
        .filter(|(_, on)| pages >= MIN_PAGES && on.len() * 5 >= pages * 4)
        .map(|(host, _)| host.clone())
        .next();
    let mut examples: Vec<String> = hosts.keys().cloned().collect();
    examples.sort();
    match everywhere {
        _ if count >= MIN_ADDRESSES && share >= SHARE => Some(measured(
            "content.addresses",
            "address_share",
            SHARE,
            share,
            examples,
        )),
        // An author's own address in the footer is no advert; several are.
        Some(host) if count >= pages * 2 => Some(measured(
            "content.addresses",
            "address_share",
            SHARE,
            share,
            vec![host],
        )),
        _ => None,
    }
}

/// The host that a word names, if it is an address.
fn host(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '/');
    let rest = word
        .strip_prefix("http://")
        .or_else(|| word.strip_prefix("https://"))
        .or_else(|| word.starts_with("www.").then_some(word))?;
    let host = rest
        .split(['/', '?', '#', ':'])
        .next()?
        .to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    (host.contains('.') && host.len() <= 253).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticity::SubjectPage;

    fn rules(pages: &[(&str, Option<&str>)]) -> Vec<String> {
        let pages: Vec<SubjectPage> = pages
            .iter()
            .map(|(text, picture)| SubjectPage {
                text,
                picture: *picture,
            })
            .collect();
        let subject = Subject {
            title: "",
            file_name: "",
            pages: &pages,
        };
        let texts: Vec<&str> = pages.iter().map(|page| page.text).collect();
        little_content(&subject, &Compact::of(&texts.join("\n")))
            .into_iter()
            .map(|finding| finding.rule)
            .collect()
    }

    fn text(text: &str) -> Vec<String> {
        rules(&[(text, None)])
    }

    #[test]
    fn one_picture_on_every_page_is_little() {
        let same = [("", Some("a")); 5];
        assert_eq!(rules(&same), ["content.pictures"]);
        let scan: Vec<(&str, Option<&str>)> = ["a", "b", "c", "d", "e"]
            .map(|picture| ("", Some(picture)))
            .into();
        assert!(rules(&scan).is_empty());
        assert!(rules(&same[..3]).is_empty());
    }

    #[test]
    fn a_directory_without_its_text_is_little() {
        let directory: String = (1..12).map(|n| format!("第{n}章 标题……{n}\n")).collect();
        assert_eq!(text(&directory), ["content.directory"]);
        let body: String = (0..20)
            .map(|n| format!("第{n}节说的是乡镇文化站第{n}次读书会的经过,与别的都不同。\n"))
            .collect();
        assert!(text(&format!("{directory}{body}")).is_empty());
    }

    #[test]
    fn wrong_encodings_are_told() {
        assert_eq!(text(&"锟斤拷文字".repeat(30)), ["content.garbled"]);
        assert_eq!(text(&"\u{E123}\u{E456}文".repeat(30)), ["content.garbled"]);
        assert!(text("正常的文字,只有一个\u{FFFD}坏字。").is_empty());
    }

    #[test]
    fn what_is_said_again_and_again_is_filler() {
        assert_eq!(
            text(&"这是一句反复出现的话。".repeat(100)),
            ["content.filler"]
        );
        assert_eq!(text(&"啊".repeat(5_000)), ["content.filler"]);
        let lorem = "Lorem ipsum dolor sit amet, consectetur adipiscing elit. ";
        let many: String = (0..20)
            .map(|n| format!("{lorem}{n} sed do eiusmod tempor number {n} incididunt. "))
            .collect();
        assert_eq!(text(&many), ["content.filler"]);
        let prose: String = (0..60)
            .map(|n| format!("第{n}天记下的事情与前一天并不一样。"))
            .collect();
        assert!(text(&prose).is_empty());
    }

    #[test]
    fn pages_of_addresses_are_little() {
        let adverts =
            "下载请到 http://www.example-wenku.com/d/1 或 https://example.net/x ".repeat(4);
        assert_eq!(text(&adverts), ["content.addresses"]);
        let cited = format!(
            "{}参见 https://example.org/a 。",
            "一段很长的正文,说明各种事情。".repeat(30)
        );
        assert!(!text(&cited).contains(&"content.addresses".to_owned()));
    }

    #[test]
    fn hosts_are_read_from_addresses() {
        assert_eq!(
            host("http://www.Example.com/a?b"),
            Some("example.com".into())
        );
        assert_eq!(host("(https://example.org)"), Some("example.org".into()));
        assert_eq!(host("http://localhost"), None);
        assert_eq!(host("例如"), None);
    }

    #[test]
    fn odd_texts_end() {
        for odd in [
            "",
            "两词",
            "ﻣﺮﺣﺒﺎ",
            &"x".repeat(1_000_000),
            &"1\n".repeat(500_000),
        ] {
            let _ = text(odd);
        }
    }
}
