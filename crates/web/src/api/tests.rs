//! Tests of the door for other programs. That a worker compares what is taken
//! here is tested where a worker is.

use crate::testing::{Answer, Browser, TestSite, published};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use wenyuan_domain::account::{Role, User};
use wenyuan_domain::document::Visibility;
use wenyuan_domain::file_check::{self, MOST_WAITING};
use wenyuan_domain::finding::NewFinding;
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::{CheckId, DocumentId, api_token};
use wenyuan_text::authenticity::{Evidence, Finding, Kind as Found, Passage, Swap};

const DOOR: &str = "/api/v1/authenticity";

async fn token(site: &TestSite, user: &User) -> String {
    let token = api_token::create(&site.site.db, user.id, "test", None).await;
    format!("Bearer {}", token.unwrap())
}

/// A program that does not wait.
fn program<'a>(site: &'a TestSite, token: &str) -> Browser<'a> {
    site.browser()
        .with("authorization", token)
        .with("prefer", "respond-async")
        .with("accept-language", "en")
}

async fn post_text(program: &mut Browser<'_>, text: &str) -> Answer {
    let body = text.to_owned();
    program
        .send(Method::POST, DOOR, Some("text/plain; charset=utf-8"), body)
        .await
}

fn id(answer: &Answer) -> CheckId {
    CheckId(answer.json()["id"].as_i64().unwrap())
}

fn spun(other: DocumentId, is_hint: bool) -> NewFinding {
    NewFinding {
        finding: Finding {
            kind: Found::SpunCopy,
            rule: "spun.pairs".to_owned(),
            coverage: 0.9,
            other_coverage: 0.8,
            swaps: vec![Swap {
                from: "发展".to_owned(),
                to: "进展".to_owned(),
                count: 3,
            }],
            swap_count: 1,
            replaced: 3,
            evidence: Evidence::Passages {
                passages: vec![Passage {
                    start: 0,
                    end: 10,
                    other_start: 5,
                    other_end: 15,
                    replaced: 3,
                }],
            },
        },
        other: Some(other),
        is_hint,
    }
}

#[tokio::test]
async fn only_a_token_opens_the_door() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let mut cookie = site.browser().with("accept-language", "en");
    cookie.log_in("anna").await;
    let answer = post_text(&mut cookie, "正文").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json()["error"]["kind"], "token");
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
    for bad in ["Bearer wy_00", "Bearer", "Basic YTpi", "wy_00"] {
        let answer = program(&site, bad).get(&format!("{DOOR}/1")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{bad}");
    }

    // From any place, without a form's token.
    let token = token(&site, &anna).await;
    let mut program = program(&site, &token).with("origin", "https://elsewhere.example");
    assert_eq!(
        post_text(&mut program, "正文").await.status,
        StatusCode::ACCEPTED
    );
    let tokens = api_token::list(&site.site.db, anna.id).await.unwrap();
    assert!(tokens[0].last_used.is_some());
    api_token::delete(&site.site.db, anna.id, tokens[0].id)
        .await
        .unwrap();
    assert_eq!(
        post_text(&mut program, "正文").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_file_waits_is_compared_and_its_result_is_its_senders_alone() {
    let site = TestSite::new().await;
    let db = &site.site.db;
    let anna = site.user("anna", Role::Member).await;
    let other = site.user("other", Role::Member).await;
    let original = published(&site, other.id, "原文", Visibility::Public).await;
    let token_anna = token(&site, &anna).await;
    let mut program_anna = program(&site, &token_anna);
    let parts: [(&str, Option<&str>, &[u8]); 2] = [
        ("file", Some("总结.md"), "# 总结".as_bytes()),
        ("title", None, "我的总结".as_bytes()),
    ];
    let answer = program_anna.post_files(DOOR, &parts).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    assert_eq!(answer.json()["state"], "waiting");
    assert_eq!(answer.json()["title"], "我的总结");
    assert_eq!(answer.json()["findings"], Value::Null);
    let place = answer.location().to_owned();
    assert_eq!(place, format!("{DOOR}/{}", id(&answer)));
    assert!(answer.headers.contains_key("retry-after"));
    let waiting = file_check::waiting(db, id(&answer)).await.unwrap().unwrap();
    assert_eq!((&*waiting.file_name, waiting.is_text), ("总结.md", false));
    let subjects = job::unsettled_subjects(db, Kind::CheckFile).await.unwrap();
    assert_eq!(subjects, [id(&answer).0]);

    file_check::finish(db, id(&answer), &[spun(original, false)])
        .await
        .unwrap();
    let answer = program_anna.get(&place).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("no-store")
    );
    let finding = &answer.json()["findings"][0];
    assert_eq!(finding["kind"], "spun_copy");
    assert_eq!(finding["other"], json!({"id": original.0, "title": "原文"}));
    assert_eq!(
        finding["swaps"],
        json!([{"from": "发展", "to": "进展", "count": 3}])
    );

    let token_other = token(&site, &other).await;
    let answer = program(&site, &token_other).get(&place).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn text_and_json_are_taken_and_what_cannot_be_is_said() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let token = token(&site, &anna).await;
    let mut program = program(&site, &token);
    let json_body = json!({"title": "题", "text": "正文"}).to_string();
    let answer = program
        .send(Method::POST, DOOR, Some("application/json"), json_body)
        .await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    assert_eq!(answer.json()["title"], "题");

    let large = "文".repeat(crate::testing::MAX_UPLOAD as usize);
    for (media_type, body, status, kind) in [
        ("text/plain", " \n".to_owned(), 422, "empty"),
        ("text/plain", large, 413, "too_large"),
        ("application/json", "{".to_owned(), 400, "bad_request"),
        ("image/png", "x".to_owned(), 415, "media_type"),
        ("", "x".to_owned(), 415, "media_type"),
    ] {
        let answer = program
            .send(Method::POST, DOOR, Some(media_type), body)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{kind}: {}", answer.body);
        assert_eq!(answer.json()["error"]["kind"], kind);
        assert!(answer.json()["error"]["message"].is_string());
    }
    let answer = program
        .send(Method::POST, DOOR, Some("text/plain"), vec![0xff, 0xfe])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = program.post_files(DOOR, &[("title", None, b"a")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.spooled(), 0);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_with_its_reason() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let token = token(&site, &anna).await;
    let mut program = program(&site, &token);
    let answer = post_text(&mut program, "正文").await;
    file_check::refuse(&site.site.db, id(&answer), "encrypted", "")
        .await
        .unwrap();
    let answer = program.get(answer.location()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["state"], "refused");
    assert_eq!(answer.json()["error"]["kind"], "encrypted");
}

#[tokio::test]
async fn an_account_has_so_many_waiting_and_no_more() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let token_anna = token(&site, &anna).await;
    let mut program_anna = program(&site, &token_anna);
    let mut last = None;
    for _ in 0..MOST_WAITING {
        last = Some(post_text(&mut program_anna, "正文").await);
    }
    let answer = post_text(&mut program_anna, "正文").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json()["error"]["kind"], "too_many");
    assert!(answer.headers.contains_key("retry-after"));

    let other = site.user("other", Role::Member).await;
    let token_other = token(&site, &other).await;
    let answer = post_text(&mut program(&site, &token_other), "正文").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    file_check::finish(&site.site.db, id(&last.unwrap()), &[])
        .await
        .unwrap();
    let answer = post_text(&mut program_anna, "正文").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn what_is_not_listed_is_named_to_nobody_else() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let other = site.user("other", Role::Member).await;
    let staff = site.user("staff", Role::Moderator).await;
    let private = published(&site, other.id, "机密", Visibility::Private).await;
    let unlisted = published(&site, other.id, "未列出", Visibility::Unlisted).await;
    let found = [spun(private, false), spun(unlisted, true)];
    for (user, named) in [(&anna, 0), (&other, 2), (&staff, 2)] {
        let token = token(&site, user).await;
        let mut program = program(&site, &token);
        let answer = post_text(&mut program, "正文").await;
        file_check::finish(&site.site.db, id(&answer), &found)
            .await
            .unwrap();
        let answer = program.get(answer.location()).await;
        let findings = answer.json()["findings"].as_array().unwrap().len();
        assert_eq!(findings, named, "{}: {}", user.name, answer.body);
        assert_eq!(answer.body.contains("机密"), named > 0);
        assert_eq!(answer.body.contains("发展"), named > 0);
    }

    // The same rule for the stored findings of a document.
    let token_anna = token(&site, &anna).await;
    let mut program = program(&site, &token_anna);
    for id in [private.0, 4_000] {
        let answer = program.get(&format!("{DOOR}?document={id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let answer = program.get(&format!("{DOOR}?document={unlisted}")).await;
    assert_eq!(answer.json()["document"]["title"], "未列出");
    assert_eq!(answer.json()["findings"], json!([]));
    let answer = program.get(DOOR).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
