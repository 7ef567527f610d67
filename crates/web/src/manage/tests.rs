//! Tests of what an owner does with his documents.

use crate::testing::{Browser, TestSite};
use axum::http::StatusCode;
use wenyuan_domain::account::Role;
use wenyuan_domain::document::{self, Published, State};
use wenyuan_domain::{DocumentId, Viewer};

const ID: DocumentId = DocumentId(1);

/// Anna, logged in, with one document that could not be converted.
async fn with_refused(site: &TestSite) -> Browser<'_> {
    with_refused_file(site, "a.docx").await
}

async fn with_refused_file<'a>(site: &'a TestSite, file_name: &str) -> Browser<'a> {
    site.user("anna", Role::Member).await;
    let mut browser = site.browser();
    browser.log_in("anna").await;
    let token = browser.token("/upload").await;
    let answer = browser
        .post_files(
            "/upload",
            &[
                ("csrf", None, token.as_bytes()),
                ("file", Some(file_name), b"content"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    document::refuse(&site.site.db, ID, "damaged", "no end record")
        .await
        .unwrap();
    browser
}

async fn state(site: &TestSite) -> Option<State> {
    let source = document::source(&site.site.db, ID).await.unwrap();
    source.map(|source| source.state)
}

#[tokio::test]
async fn a_refused_document_says_why_and_can_be_tried_again() {
    let site = TestSite::new().await;
    let mut browser = with_refused(&site).await;
    let page = browser.get("/my/documents").await;
    assert!(page.body.contains("文件已损坏或不完整"), "{}", page.body);
    let answer = browser.post("/my/documents", "/d/1/retry", "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&site).await, Some(State::Converting));
}

#[tokio::test]
async fn a_refused_document_with_macros_is_offered_the_other_engine() {
    let site = TestSite::with(|config| config.two_engines = vec!["docx".into(), "docm".into()]);
    let site = site.await;
    let mut browser = with_refused_file(&site, "a.DOCM").await;
    let page = browser.get("/d/1").await;
    assert!(page.body.contains("value=\"libreoffice\""), "{}", page.body);
    let answer = browser
        .post("/d/1", "/d/1/engine", "engine=libreoffice")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    document::refuse(&site.site.db, ID, "crashed", "twice")
        .await
        .unwrap();
    let page = browser.get("/d/1").await;
    assert!(page.body.contains("value=\"native\""), "{}", page.body);
}

#[tokio::test]
async fn what_libreoffice_drew_can_be_drawn_natively_when_it_is_gone() {
    let site = TestSite::new().await;
    let mut browser = with_refused(&site).await;
    browser.post("/my/documents", "/d/1/retry", "").await;
    let blob = site.site.blobs.put("{}".into()).await.unwrap();
    let published = Published {
        format: "docx".to_owned(),
        engine: "libreoffice".to_owned(),
        language: "zh".to_owned(),
        page_count: 1,
        pdf: blob,
        report: blob,
        recognise: false,
    };
    document::publish(&site.site.db, ID, &published)
        .await
        .unwrap();
    document::settle(&site.site.db, ID, &[], &document::Verdict::Publish)
        .await
        .unwrap();
    let page = browser.get("/d/1").await;
    assert!(page.body.contains("value=\"native\""), "{}", page.body);
}

#[tokio::test]
async fn an_edit_is_stored_and_a_bad_one_comes_back() {
    let site = TestSite::new().await;
    let mut browser = with_refused(&site).await;
    let answer = browser
        .post("/d/1/edit", "/d/1/edit", "title=+&tags=a")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("标题要有"), "{}", answer.body);

    let mut script = browser.with("accept", "application/json");
    let token = {
        let page = script.get("/d/1/edit").await;
        let at = page.body.find("name=\"csrf\" value=\"").unwrap();
        page.body[at..].split('"').nth(3).unwrap().to_owned()
    };
    let answer = script
        .post_raw(
            "/d/1/edit",
            format!("csrf={token}&title=New&tags=%E4%B9%A1%E9%95%87%E3%80%81b&preview_pages=2"),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let source = document::source(&site.site.db, ID).await.unwrap().unwrap();
    assert_eq!(source.document.title, "New");
    assert_eq!(source.document.tags, ["乡镇", "b"]);
    assert_eq!(source.document.preview_pages, Some(2));
}

#[tokio::test]
async fn only_the_owner_and_staff_change_a_document() {
    let site = TestSite::new().await;
    let mut owner = with_refused(&site).await;
    site.user("bert", Role::Member).await;
    site.user("chief", Role::Moderator).await;
    let mut other = site.browser();
    other.log_in("bert").await;
    let token = other.token("/account").await;
    for path in ["/d/1/edit", "/d/1/delete", "/d/1/retry"] {
        let answer = other
            .post_raw(path, format!("csrf={token}&title=Mine"))
            .await;
        // It was refused, so for others it is not there.
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let answer = owner.get("/d/seven/edit").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = owner.get("/d/1/withdraw").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);

    let mut staff = site.browser();
    staff.log_in("chief").await;
    assert_eq!(staff.get("/d/1/withdraw").await.status, StatusCode::OK);
    let answer = staff.post("/d/1/delete", "/d/1/delete", "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&site).await, None);
    let found = document::find(&site.site.db, Viewer::Stranger, ID).await;
    assert!(found.unwrap().is_none());
}
