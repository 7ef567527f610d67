//! Tests of what holds for every route.

use super::*;
use crate::testing::TestSite;
use axum::http::{Method, StatusCode, header};
use wenyuan_domain::account::Role;

/// An address for a route, with something in place of its parameters.
fn address(path: &str) -> String {
    path.replace("{id}", "1")
        .replace("{hash}", "0")
        .replace("{name}", "site.css")
        .replace("{slug}", "nowhere")
        .replace("{tag}", "word")
        .replace("{number}", "1")
        .replace("{other}", "2")
}

#[tokio::test]
async fn no_route_fails_and_all_carry_the_security_headers() {
    let site = TestSite::new().await;
    for (method, path) in route_list() {
        let method: Method = method.to_uppercase().parse().unwrap();
        let answer = site
            .browser()
            .send(method.clone(), &address(path), None, "")
            .await;
        assert!(
            !answer.status.is_server_error(),
            "{method} {path}: {}",
            answer.status
        );
        assert_ne!(
            answer.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "cross-origin-opener-policy",
            "permissions-policy",
            "x-request-id",
        ] {
            assert!(answer.headers.contains_key(name), "{method} {path}: {name}");
        }
    }
}

#[tokio::test]
async fn a_stranger_can_post_nothing_without_a_token() {
    let site = TestSite::new().await;
    for (_, path) in route_list().filter(|(method, _)| *method == "post") {
        let answer = site
            .browser()
            .with("accept", "application/json")
            .post_raw(&address(path), "title=a".to_owned())
            .await;
        assert!(
            matches!(
                answer.status,
                StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED
            ),
            "{path}: {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn what_is_for_staff_is_closed_to_members() {
    let site = TestSite::new().await;
    site.user("anna", Role::Member).await;
    let mut member = site.browser();
    member.log_in("anna").await;
    let token = member.token("/account").await;
    let mut member = member.with("x-csrf-token", &token);
    let of_staff = |path: &&str| path.starts_with("/review") || path.starts_with("/manage");
    let mut walked = 0;
    for (method, path) in route_list().filter(|(_, path)| of_staff(path)) {
        let method: Method = method.to_uppercase().parse().unwrap();
        let form = Some("application/x-www-form-urlencoded");
        let fields = "kind=newest&decision=publish&reason=x&way=up&query=x";
        let answer = member
            .send(method.clone(), &address(path), form, fields)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
        walked += 1;
    }
    assert!(walked >= 14, "{walked}");
}

#[tokio::test]
async fn another_site_can_post_nothing_even_with_a_token() {
    let site = TestSite::new().await;
    let mut browser = site.browser();
    let token = browser.token("/login").await;
    let body = format!("csrf={token}&login=a&password=b");
    let mut browser = browser.with("sec-fetch-site", "cross-site");
    let answer = browser.post_raw("/login", body).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn errors_speak_the_readers_language_in_the_form_he_asked_for() {
    let site = TestSite::new().await;
    let page = site.browser().get("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("没有这个页面"), "{}", page.body);
    assert!(page.body.contains("lang=\"zh-CN\""));

    let page = site
        .browser()
        .with("accept-language", "en")
        .get("/nowhere")
        .await;
    assert!(page.body.contains("no such page"), "{}", page.body);

    let answer = site.browser().get("/api/uploads/known?sha256=00").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json()["error"]["kind"], "log_in");

    let image = site
        .browser()
        .with("accept", "image/webp")
        .get("/nowhere.webp")
        .await;
    assert!(!image.body.contains("<html"), "{}", image.body);
}

#[tokio::test]
async fn pages_for_members_lead_to_the_log_in_and_back() {
    let site = TestSite::new().await;
    let answer = site.browser().get("/my/documents?after=1-2").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        answer.location(),
        "/login?next=%2Fmy%2Fdocuments%3Fafter%3D1-2"
    );
}

#[tokio::test]
async fn the_language_switch_stays_on_the_site() {
    let site = TestSite::new().await;
    let mut browser = site.browser();
    let answer = browser.get("/language?to=en&back=%2Fcategories").await;
    assert_eq!(answer.location(), "/categories");
    assert!(browser.get("/").await.body.contains("lang=\"en\""));
    let answer = browser
        .get("/language?to=zh&back=https%3A%2F%2Fevil.example")
        .await;
    assert_eq!(answer.location(), "/");
}

#[tokio::test]
async fn no_page_holds_an_inline_script_or_style() {
    let site = TestSite::new().await;
    for (method, path) in route_list() {
        if method != "get" || path.contains("assets") {
            continue;
        }
        let page = site.browser().get(&address(path)).await.body;
        assert!(!page.contains(" style="), "{path}");
        assert!(!page.contains("<style"), "{path}");
        assert!(!page.contains(" onclick="), "{path}");
        for script in page.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(
                tag.contains(" src=") || tag.contains("application/ld+json"),
                "{path}: <script{tag}>"
            );
        }
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_their_hash_only() {
    let site = TestSite::new().await;
    let now = site.browser().get(&crate::assets::url("site.css")).await;
    assert_eq!(now.status, StatusCode::OK);
    assert!(
        now.headers[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let old = site.browser().get("/assets/0123/site.css").await;
    assert_eq!(old.headers[header::CACHE_CONTROL], "no-cache");
    let none = site.browser().get("/assets/0123/secrets.txt").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
