//! Tests of the door for files.

use crate::testing::{Answer, Browser, MAX_UPLOAD, TestSite};
use axum::http::StatusCode;
use wenyuan_domain::account::Role;
use wenyuan_domain::document::{self, State};
use wenyuan_domain::{DocumentId, Sha256};

async fn logged_in(site: &TestSite) -> Browser<'_> {
    site.user("anna", Role::Member).await;
    let mut browser = site.browser();
    browser.log_in("anna").await;
    let token = browser.token("/upload").await;
    browser.with("x-csrf-token", &token)
}

async fn put(browser: &mut Browser<'_>, name: &str, content: &[u8]) -> Answer {
    browser
        .post_files("/api/uploads", &[("file", Some(name), content)])
        .await
}

const MODEL: &str = "2023年文化厅学习实践科学发展观活动总结.docx";

#[tokio::test]
async fn a_file_becomes_a_document_with_title_and_tags() {
    let site = TestSite::new().await;
    let mut browser = logged_in(&site).await;
    let answer = put(&mut browser, MODEL, b"content").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let answer = answer.json();
    assert_eq!(answer["title"], "2023年文化厅学习实践科学发展观活动总结");
    assert_eq!(
        answer["tags"],
        serde_json::json!([
            "2023",
            "文化厅",
            "学习",
            "实践",
            "科学",
            "发展观",
            "活动",
            "总结"
        ])
    );
    assert_eq!(site.spooled(), 0);

    let id = DocumentId(answer["id"].as_i64().unwrap());
    let source = document::source(&site.site.db, id).await.unwrap().unwrap();
    assert_eq!(source.state, State::Converting);
    let bytes = site.site.blobs.get(&source.original).await.unwrap();
    assert_eq!(&bytes[..], b"content");
}

#[tokio::test]
async fn the_same_file_is_recognised_by_its_owner_only() {
    let site = TestSite::new().await;
    let mut browser = logged_in(&site).await;
    let known = format!("/api/uploads/known?sha256={}", Sha256::of(b"content"));
    assert!(browser.get(&known).await.json()["id"].is_null());
    let first = put(&mut browser, "a.txt", b"content").await.json();
    assert_eq!(browser.get(&known).await.json()["id"], first["id"]);
    let second = put(&mut browser, "b.txt", b"content").await;
    assert_eq!(second.status, StatusCode::OK);
    assert_eq!(second.json()["id"], first["id"]);
    assert_eq!(second.json()["known"], true);

    site.user("bert", Role::Member).await;
    let mut other = site.browser();
    other.log_in("bert").await;
    assert!(other.get(&known).await.json()["id"].is_null());
}

#[tokio::test]
async fn empty_and_too_large_files_are_refused_in_the_readers_language() {
    let site = TestSite::new().await;
    let mut browser = logged_in(&site).await;
    let answer = put(&mut browser, "a.docx", b"").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["error"]["kind"], "empty");
    assert!(answer.body.contains("空的"), "{}", answer.body);

    let mut browser = browser.with("accept-language", "en");
    let most = usize::try_from(MAX_UPLOAD).unwrap();
    let answer = put(&mut browser, "a.docx", &vec![b'x'; most + 1]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("larger than 64 KB"), "{}", answer.body);
    assert_eq!(site.spooled(), 0);
    let answer = put(&mut browser, "a.docx", &vec![b'x'; most]).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
}

#[tokio::test]
async fn a_form_without_script_takes_the_good_files_and_names_the_bad() {
    let site = TestSite::new().await;
    let mut browser = logged_in(&site).await;
    let token = browser.token("/upload").await;
    let files = [
        ("csrf", None, token.as_bytes()),
        ("visibility", None, &b"private"[..]),
        ("file", Some("empty.docx"), &b""[..]),
        ("file", Some("good.txt"), &b"text"[..]),
    ];
    let answer = browser.post_files("/upload", &files).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("empty.docx"), "{}", answer.body);
    assert!(answer.body.contains("good.txt"));
    let source = document::source(&site.site.db, DocumentId(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(source.document.visibility, document::Visibility::Private);

    let answer = browser
        .post_files("/upload", &[files[0], ("file", Some("b.txt"), b"more")])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/my/documents");
}

#[tokio::test]
async fn no_byte_is_taken_without_a_token() {
    let site = TestSite::new().await;
    site.user("anna", Role::Member).await;
    let mut browser = site.browser();
    browser.log_in("anna").await;
    let file = ("file", Some("a.txt"), &b"text"[..]);
    for path in ["/upload", "/api/uploads"] {
        let answer = browser.post_files(path, &[file]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(
        document::source(&site.site.db, DocumentId(1))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn events_end_when_everything_is_settled() {
    let site = TestSite::new().await;
    let mut browser = logged_in(&site).await;
    let id = put(&mut browser, "a.docx", b"content").await.json()["id"]
        .as_i64()
        .unwrap();
    let refuse = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        document::refuse(&site.site.db, DocumentId(id), "encrypted", "locked")
            .await
            .unwrap();
    };
    let path = format!("/api/documents/events?ids={id}");
    let (events, ()) = tokio::join!(browser.get(&path), refuse);
    let at = |words: &str| {
        events
            .body
            .find(words)
            .unwrap_or_else(|| panic!("no {words} in {}", events.body))
    };
    assert!(at("\"state\":\"converting\"") < at("\"state\":\"refused\""));
    assert!(at("\"state\":\"refused\"") < at("event: settled"));
    at("文件设了密码");

    // Another member learns nothing.
    site.user("bert", Role::Member).await;
    let mut other = site.browser();
    other.log_in("bert").await;
    let events = other.get(&path).await;
    assert!(!events.body.contains("event: document"), "{}", events.body);
}
