//! The story of a spun copy, in a browser: its uploader reads why it waits, a
//! reviewer compares and decides, and its readers see what it is. With the
//! model page's document, and with the demo's own pair.

use crate::doors::{findings_of, pair, token};
use crate::story::Story;
use crate::{member, server, specimen, upload};
use serde_json::Value;
use std::path::Path;
use wenyuan_testing::{Client, Server, Window};

/// What is told of whom.
struct Plot<'a> {
    /// What its screenshots are called.
    name: &'a str,
    /// The file that is in the library first, as its owner names it.
    original: &'a Path,
    original_name: &'a str,
    /// The copy, by somebody else.
    copy: &'a Path,
    /// Pairs of words of which each must be found.
    swaps: &'a [(&'a str, &'a str)],
    /// The term that the title has and the text never uses.
    term: &'a str,
    language: &'a str,
    window: Window,
}

/// Makes a reviewer, as an operator does, and returns his password.
fn reviewer(server: &Server) -> String {
    let created = server
        .run(&["admin", "create", "reviewer", "reviewer@example.com"], "")
        .unwrap();
    let said = String::from_utf8(created.stdout).unwrap();
    said.split_whitespace().nth(1).unwrap().to_owned()
}

async fn log_out(story: &Story) {
    story
        .browser
        .run("document.querySelector(\"form[action='/logout']\").submit()")
        .await
        .unwrap();
    story.wait("a[href^='/login']").await;
}

async fn text_of(story: &Story, css: &str) -> String {
    story.wait(css).await.text().await.unwrap()
}

async fn click(story: &Story, css: &str) {
    story.wait(css).await.click().await.unwrap();
}

async fn count(story: &Story, css: &str) -> u64 {
    let script = "const [css, done] = arguments; done(document.querySelectorAll(css).length);";
    let found = story.script(script, vec![Value::from(css)]).await;
    found.as_u64().unwrap()
}

fn find<'a>(findings: &'a [Value], kind: &str) -> &'a Value {
    let found = findings.iter().find(|finding| finding["kind"] == kind);
    found.unwrap_or_else(|| panic!("no {kind}: {findings:#?}"))
}

/// What the check found, to the word.
fn is_found_out(findings: &[Value], original: i64, plot: &Plot<'_>) {
    let spun = find(findings, "spun_copy");
    assert_eq!(spun["other"]["id"], original, "{spun}");
    assert!(spun["coverage"].as_f64().unwrap() >= 0.9, "{spun}");
    let swaps = spun["swaps"].as_array().unwrap();
    assert!(swaps.len() >= 50, "{} swaps: {spun}", swaps.len());
    for (from, to) in plot.swaps {
        let is_there = |swap: &Value| swap["from"] == *from && swap["to"] == *to;
        assert!(swaps.iter().any(is_there), "{from} → {to}: {swaps:?}");
    }
    let redated = &find(findings, "redated")["evidence"];
    assert_eq!(redated["type"], "years", "{redated}");
    let years = |side: &str| {
        let anchors = redated[side].as_array().unwrap().iter();
        anchors
            .map(|anchor| anchor["year"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert!(years("promised").contains(&2023), "{redated}");
    assert!(years("found").contains(&2008), "{redated}");
    let title = &find(findings, "title_mismatch")["evidence"];
    let missing = title["missing"].to_string();
    assert!(missing.contains(plot.term), "{title}");
}

async fn tell(plot: &Plot<'_>) {
    let server = server();
    let Some(story) = Story::begin(&server, plot.language, plot.window).await else {
        return;
    };
    let look = async |page: &str| story.look(&format!("{}-{page}", plot.name)).await;
    let author = member(&server, "原作者", plot.language).await;
    let bytes = std::fs::read(plot.original).unwrap();
    let (original, state) = upload(&author, plot.original_name, &bytes).await;
    assert_eq!(state["state"], "readable", "{state}");

    // The uploader: it waits, and he reads why.
    story.register("搬运工").await;
    story.open("/upload").await;
    let file = plot.copy.canonicalize().unwrap();
    let input = story.wait("#file").await;
    input.send_keys(file.to_str().unwrap()).await.unwrap();
    story.wait(".state-held").await;
    look("held-upload").await;
    let link = story.wait(".state-held ~ a").await;
    let address = link.attribute("href").await.unwrap();
    story.open(&address).await;
    story.wait("#held .finding").await;
    assert!(count(&story, "#held .swap-list li").await >= 5);
    look("held").await;
    let words = "已获授权，附原文出处。";
    story.fill("#explanation", words).await;
    click(&story, "#held form button[type=submit]").await;
    story.wait("#held [role=status]").await;
    story.open("/my/documents").await;
    story.wait(".state-held").await;
    look("held-mine").await;
    log_out(&story).await;

    // Nobody else reads it.
    let stranger = Client::new(&server.address, plot.language).unwrap();
    assert_eq!(stranger.get(&address).await.unwrap().status, 404);

    // The reviewer claims it, compares, and publishes it with its note.
    let password = reviewer(&server);
    story.open("/login").await;
    story.fill("#login", "reviewer").await;
    story.fill("#password", &password).await;
    click(&story, "form[action='/login'] button[type=submit]").await;
    story.wait(".menu").await;
    story.open("/review").await;
    story.wait(".review-lines .finding-mark").await;
    look("reviews").await;
    click(&story, "form[action='/review/next'] button").await;
    story.wait(".review-decide button[value=note]").await;
    assert!(text_of(&story, ".review-decide").await.contains(words));
    story.wait(".review .finding").await;
    look("review").await;
    click(&story, ".review-decide button[value=note]").await;
    story.wait(".reviews [role=status]").await;
    look("reviewed").await;
    log_out(&story).await;

    // The reader: one honest line, and the comparison behind it.
    story.open(&address).await;
    let line = text_of(&story, ".honest-line").await;
    assert!(line.contains("2008"), "{line}");
    look("honest").await;
    click(&story, ".honest-line a").await;
    story.wait(".compare #rows mark.swap").await;
    assert!(count(&story, ".swap-table tbody tr").await >= 50);
    look("compared").await;
    click(&story, ".swap-table summary").await;
    look("compared-words").await;
    click(&story, ".compare-bar [data-step='1']").await;
    story.wait(".row.differs").await;
    look("compared-first").await;
    story.browser.close().await.unwrap();

    let id = address.rsplit('/').next().unwrap();
    let token = token(&author).await;
    is_found_out(&findings_of(&author, &token, id).await, original, plot);
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

/// The model page's document is kept beside the repository; without it this
/// says so and is skipped.
async fn tell_of_the_specimen(language: &str, window: Window) {
    let Some(copy) = specimen() else { return };
    tell(&Plot {
        name: "specimen",
        original: &copy.with_file_name("original-reconstructed.txt"),
        original_name: "2008年文化厅学习实践活动总结.txt",
        copy: &copy,
        swaps: &[("发展观", "进展观"), ("知识", "学问"), ("服务", "效劳")],
        term: "科学发展观",
        language,
        window,
    })
    .await;
}

async fn tell_of_the_demos_pair(language: &str, window: Window) {
    let (original, copy) = pair();
    tell(&Plot {
        name: "pair",
        original: &original,
        original_name: "2008年文化局学习实践科学发展观活动总结.docx",
        copy: &copy,
        swaps: &[("发展观", "进展观"), ("知识", "学问"), ("服务", "效劳")],
        term: "发展观",
        language,
        window,
    })
    .await;
}

#[tokio::test]
async fn the_specimen_is_found_out_on_a_desk() {
    tell_of_the_specimen("zh-CN", Window::Desktop).await;
}

#[tokio::test]
async fn the_specimen_is_found_out_on_a_phone() {
    tell_of_the_specimen("zh-CN", Window::Phone).await;
}

#[tokio::test]
async fn the_demos_pair_is_found_out_in_english() {
    tell_of_the_demos_pair("en-US", Window::Desktop).await;
}

#[tokio::test]
async fn the_demos_pair_is_found_out_on_a_phone() {
    tell_of_the_demos_pair("zh-CN", Window::Phone).await;
}
