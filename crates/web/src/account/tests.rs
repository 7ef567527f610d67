//! Tests of the account pages.

use crate::testing::TestSite;
use axum::http::{StatusCode, header};
use wenyuan_domain::account::Role;

#[tokio::test]
async fn registers_logs_out_and_in_again() {
    let site = TestSite::new().await;
    let mut browser = site.browser();
    let answer = browser
        .post(
            "/register?next=/upload",
            "/register",
            "name=%E5%BC%A0%E4%B8%89&email=zhang%40example.org&password=long+enough&next=%2Fupload",
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.location(), "/upload");
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap_or("");
    assert!(cookie.contains("HttpOnly"), "{cookie}");
    assert!(cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(browser.get("/upload").await.status, StatusCode::OK);

    browser.post("/upload", "/logout", "").await;
    assert_eq!(browser.get("/upload").await.status, StatusCode::SEE_OTHER);

    let answer = browser
        .post(
            "/login",
            "/login",
            "login=zhang%40example.org&password=long+enough",
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/upload").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_mistake_keeps_the_input_and_stands_beside_its_field() {
    let site = TestSite::new().await;
    let mut browser = site.browser().with("accept-language", "en");
    let answer = browser
        .post(
            "/register",
            "/register",
            "name=anna&email=nonsense&password=long+enough",
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("value=\"anna\""), "{}", answer.body);
    assert!(answer.body.contains("That is not an e-mail address."));
    assert!(!answer.body.contains("long enough"));
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let site = TestSite::new().await;
    let mut browser = site.browser();
    let token = browser.token("/login").await;
    let body = format!("csrf={token}&login=anna&password=wrong");
    for _ in 0..10 {
        let answer = browser.post_raw("/login", body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = browser.post_raw("/login", body).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let site = TestSite::new().await;
    site.user("anna", Role::Member).await;
    let (mut here, mut there) = (site.browser(), site.browser());
    here.log_in("anna").await;
    there.log_in("anna").await;
    let answer = here
        .post("/account", "/account", "old=wrong&new=another+one")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = here
        .post("/account", "/account", "old=correct+horse&new=another+one")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(here.get("/account").await.status, StatusCode::OK);
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_token_is_shown_once_and_taken_back() {
    let site = TestSite::new().await;
    site.user("anna", Role::Member).await;
    site.user("bert", Role::Member).await;
    let mut browser = site.browser().with("accept-language", "en");
    browser.log_in("anna").await;
    let answer = browser
        .post("/account", "/account/tokens", "name=&days=90")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = browser
        .post("/account", "/account/tokens", "name=checker&days=90")
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let token = answer.body.split("<code class=\"secret\">").nth(1).unwrap();
    let token = token.split('<').next().unwrap().to_owned();
    let page = browser.get("/account").await;
    assert!(page.body.contains("checker") && !page.body.contains(&token));

    let path = "/api/v1/authenticity/1";
    let mut program = site
        .browser()
        .with("authorization", &format!("Bearer {token}"));
    assert_eq!(program.get(path).await.status, StatusCode::NOT_FOUND);
    let mut bert = site.browser();
    bert.log_in("bert").await;
    let delete = "/account/tokens/1/delete";
    let answer = bert.post("/account", delete, "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "another's");
    let answer = browser.post("/account", delete, "").await;
    assert_eq!(answer.location(), "/account#tokens");
    assert_eq!(program.get(path).await.status, StatusCode::UNAUTHORIZED);
}
