//! The operator's dictionary and synonyms, changed while the server runs.

use crate::{member, note, server, until_found, upload};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[tokio::test]
async fn words_and_synonyms_are_taken_up_without_a_restart() {
    let server = server();
    let data = server.data.path();
    let anna = member(&server, "anna", "zh-CN").await;
    let (_, state) = upload(&anna, "甲.md", &note("综合服务站点年报")).await;
    assert_eq!(state["state"], "readable", "{state}");
    until_found(&anna, "综合服务站点年报", "年报").await;
    let found = anna
        .get("/search?q=%E4%B9%A1%E9%A9%BF")
        .await
        .unwrap()
        .text();
    assert!(!found.contains("年报"), "{found}");

    // 乡驿 stands for something else from now on.
    fs::write(data.join("synonyms.txt"), "乡驿 => 综合服务站点\n").unwrap();
    until_found(&anna, "乡驿", "年报").await;

    // A word of the operator's own: new titles are cut by it, and what was
    // indexed is cut anew.
    let word = "渊图云服务";
    fs::write(data.join("dictionary.txt"), format!("{word} 5\n坏 x\n")).unwrap();
    until(|| data.join("index/DICTIONARY").exists());
    let (id, state) = upload(&anna, "关于渊图云服务的通知.md", &note("通知")).await;
    assert_eq!(state["state"], "readable", "{state}");
    let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
    assert!(page.contains(&format!(">{word}</a>")), "{page}");
    until_found(&anna, "年报", "年报").await;
    assert!(server.violations().unwrap().is_empty());

    // What is wrong is named with its line.
    let doctor = server.run(&["doctor", "--json"], "").unwrap();
    assert_eq!(doctor.status.code(), Some(1));
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.contains("1 words; "), "{doctor}");
    assert!(
        doctor.contains("dictionary.txt, line 2: a word must have 2 to 32"),
        "{doctor}"
    );

    // Without the file there are no words.
    let before = fingerprint(data);
    fs::remove_file(data.join("dictionary.txt")).unwrap();
    until(|| fingerprint(data) != before);
    assert_eq!(fingerprint(data), "");
}

fn fingerprint(data: &Path) -> String {
    fs::read_to_string(data.join("index/DICTIONARY")).unwrap_or_default()
}

fn until(is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < deadline, "it never happened");
        std::thread::yield_now();
    }
}
