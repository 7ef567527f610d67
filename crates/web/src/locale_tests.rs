//! Tests of the catalogues and the formats.

use super::*;
use axum::http::HeaderValue;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn locale(lang: Lang) -> Locale {
    Locale::new(lang, &Config::default())
}

fn keys(sources: &[&str]) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for line in sources.iter().flat_map(|source| source.lines()) {
        if let Some((key, _)) = line.split_once(" =")
            && line.starts_with(|c: char| c.is_ascii_lowercase())
        {
            assert!(keys.insert(key.to_owned()), "`{key}` stands there twice");
        }
    }
    keys
}

/// Every file of this crate that may name a key.
fn sources() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut todo = vec![root.join("src"), root.join("templates")];
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if !path.to_str().unwrap().ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.insert(path.display().to_string(), text);
            }
        }
    }
    found
}

#[test]
fn catalogues_parse_and_have_the_same_keys() {
    for source in ZH.iter().chain(EN) {
        let errors = FluentResource::try_new((*source).to_owned()).err();
        assert!(errors.is_none(), "{:?}", errors.map(|(_, errors)| errors));
    }
    let (zh, en) = (keys(ZH), keys(EN));
    assert_eq!(
        zh.symmetric_difference(&en).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "keys of one catalogue only"
    );
}

#[test]
fn catalogues_use_the_same_arguments() {
    let arguments = |sources: &[&str]| {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in sources.iter().flat_map(|source| source.lines()) {
            if let Some((name, _)) = line.split_once(" =")
                && line.starts_with(|c: char| c.is_ascii_lowercase())
            {
                name.clone_into(&mut key);
            }
            for part in line.split('$').skip(1) {
                let name: String = part
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                all.entry(key.clone()).or_default().insert(name);
            }
        }
        all
    };
    assert_eq!(arguments(ZH), arguments(EN));
}

#[test]
fn every_used_key_exists_and_every_key_is_used() {
    let keys = keys(ZH);
    let sources = sources();
    let mut missing = BTreeSet::new();
    for (path, text) in &sources {
        for call in ["t.get(\"", "t.with(\"", "t.with2(\""] {
            for part in text.split(call).skip(1) {
                let key = part.split('"').next().unwrap();
                if !keys.contains(key) {
                    missing.insert(format!("{path}: {key}"));
                }
            }
        }
    }
    assert_eq!(missing, BTreeSet::new(), "used but in no catalogue");

    let unused: Vec<_> = keys
        .iter()
        .filter(|key| {
            let quoted = format!("\"{key}\"");
            !sources.values().any(|text| text.contains(&quoted))
        })
        .collect();
    assert_eq!(
        unused,
        Vec::<&String>::new(),
        "in the catalogues but unused"
    );
}

#[test]
fn templates_hold_no_text_of_their_own() {
    for (path, text) in sources().iter().filter(|(path, _)| path.ends_with(".html")) {
        let han = text.chars().find(|c| wenyuan_text::is_han(*c));
        assert_eq!(han, None, "Chinese text in {path}");
    }
}

#[test]
fn language_is_the_cookies_then_the_browsers_then_chinese() {
    let choose = |accept: Option<&'static str>, cookie: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        if let Some(accept) = accept {
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept));
        }
        if let Some(cookie) = cookie {
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        }
        Lang::choose(&headers)
    };
    assert_eq!(choose(None, None), Lang::Zh);
    assert_eq!(choose(Some("en-GB,en;q=0.9,zh;q=0.8"), None), Lang::En);
    assert_eq!(choose(Some("fr, zh-TW;q=0.5, en;q=0.7"), None), Lang::En);
    assert_eq!(choose(Some("de"), None), Lang::Zh);
    assert_eq!(choose(Some("en;q=0, de"), None), Lang::Zh);
    assert_eq!(choose(Some("en"), Some("lang=zh")), Lang::Zh);
    assert_eq!(choose(Some("en"), Some("lang=xx")), Lang::En);
}

#[test]
fn sizes_read_as_on_the_model_page() {
    let t = locale(Lang::Zh);
    for (size_bytes, shown) in [
        (0, "0 B"),
        (812, "812 B"),
        (1024, "1.00 KB"),
        (17_306, "16.90 KB"),
        (1_048_575, "1.00 MB"),
        (3_355_443, "3.20 MB"),
        (5 << 40, "5.00 TB"),
    ] {
        assert_eq!(t.size(&size_bytes), shown);
    }
}

#[test]
fn dates_are_the_sites_day_in_the_readers_form() {
    // 2023-04-23 23:30 UTC is already the 24th in China.
    let at = Timestamp(1_682_292_600_000_000);
    assert_eq!(locale(Lang::Zh).date(&at), "2023-04-24");
    assert_eq!(locale(Lang::En).date(&at), "Apr 24, 2023");
    assert_eq!(locale(Lang::Zh).datetime(&at), "2023-04-24 07:30");
}

#[test]
fn numbers_have_their_thousands_apart() {
    let t = locale(Lang::En);
    assert_eq!(t.number(0_u64), "0");
    assert_eq!(t.number(999_u32), "999");
    assert_eq!(t.number(1_945_073_i64), "1,945,073");
    assert_eq!(t.with("pages", "count", 1_u32), "1 page");
    assert_eq!(t.with("pages", "count", 5_000_u32), "5,000 pages");
    assert_eq!(
        locale(Lang::Zh).with("pages", "count", 5_000_u32),
        "5,000 页"
    );
}
