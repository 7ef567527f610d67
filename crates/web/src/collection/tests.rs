//! Tests of collections as their owners, others and staff meet them.

use crate::testing::{Answer, Browser, TestSite, published};
use axum::http::StatusCode;
use wenyuan_domain::account::Role;
use wenyuan_domain::document::{self, Visibility};

async fn logged_in<'a>(site: &'a TestSite, name: &str) -> Browser<'a> {
    let mut browser = site.browser();
    browser.log_in(name).await;
    browser
}

fn went(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER
}

#[tokio::test]
async fn a_member_makes_a_collection_from_a_document_page_and_opens_it() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    site.user("ben", Role::Member).await;
    for title in ["甲文", "乙文", "丙文"] {
        published(&site, anna.id, title, Visibility::Public).await;
    }
    published(&site, anna.id, "密文", Visibility::Private).await;
    let mut owner = logged_in(&site, "anna").await;
    let answer = owner
        .post("/d/1", "/d/1/collections", "new=%E4%B9%A6")
        .await;
    assert!(went(&answer), "{} {}", answer.status, answer.body);
    for id in 2..=4 {
        let path = format!("/d/{id}/collections");
        let answer = owner.post(&path, &path, "shown=1&in=1").await;
        assert!(went(&answer), "{}", answer.body);
    }
    // It is private at first: others do not learn that it exists.
    let mut stranger = site.browser();
    assert_eq!(
        stranger.get("/collections/1").await.status,
        StatusCode::NOT_FOUND
    );
    let answer = owner
        .post(
            "/collections/1/edit",
            "/collections/1/edit",
            "title=%E4%B9%A6%E5%8D%95&description=&visibility=public",
        )
        .await;
    assert!(went(&answer), "{}", answer.body);
    let page = stranger.get("/collections/1").await;
    assert!(page.body.contains("甲文") && !page.body.contains("密文"));
    assert!(!page.body.contains("noindex"));
    let own = owner.get("/collections/1").await;
    assert!(own.body.contains("密文"));
    assert!(stranger.get("/u/anna").await.body.contains("书单"));
    assert!(owner.get("/my/collections").await.body.contains("书单"));
    let map = stranger.get("/sitemap/collections-0.xml").await;
    assert!(map.body.contains("/collections/1</loc>"), "{}", map.body);
    let answer = owner
        .post(
            "/collections/1",
            "/collections/1/arrange",
            "document=3&step=first",
        )
        .await;
    assert_eq!(answer.location(), "/collections/1#d-3");
    let page = stranger.get("/collections/1").await.body;
    assert!(page.find("丙文") < page.find("甲文"));

    // Somebody else changes nothing of it, with or without a token.
    let mut ben = logged_in(&site, "ben").await;
    for (path, fields) in [
        ("/collections/1/edit", "title=x&visibility=private"),
        ("/collections/1/delete", ""),
        ("/collections/1/arrange", "document=1&step=out"),
    ] {
        let answer = ben.post("/account", path, fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        let answer = owner.post_raw(path, fields.to_owned()).await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "{path} without a token"
        );
    }
    let answer = ben
        .post("/d/1/collections", "/d/1/collections", "shown=1")
        .await;
    assert!(went(&answer));
    let answer = ben.post("/account", "/d/4/collections", "new=x").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "a private document");
    assert!(stranger.get("/collections/1").await.body.contains("甲文"));
    let found = document::by_ids(&site.site.db, &[1, 4]).await.unwrap();
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn a_member_follows_an_author() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    site.user("ben", Role::Member).await;
    published(&site, anna.id, "甲文", Visibility::Public).await;
    published(&site, anna.id, "密文", Visibility::Private).await;
    let mut ben = logged_in(&site, "ben").await;
    let raw = ben.post_raw("/u/anna/follow", "follow=1".to_owned()).await;
    assert_eq!(raw.status, StatusCode::FORBIDDEN, "without a token");
    assert!(went(
        &ben.post("/u/anna", "/u/anna/follow", "follow=1").await
    ));
    let page = ben.get("/my/following").await.body;
    assert!(page.contains("甲文") && !page.contains("密文"));
    assert!(ben.get("/").await.body.contains("关注的作者有新文档"));
    assert!(!site.browser().get("/").await.body.contains("有新文档"));
    assert!(ben.get("/u/anna").await.body.contains("1 人关注"));
    assert!(went(
        &ben.post("/u/anna", "/u/anna/follow", "follow=0").await
    ));
    assert!(
        ben.get("/my/following")
            .await
            .body
            .contains("您还没有关注作者")
    );
}
