//! Tests of the reviewers' pages.

use crate::testing::{Browser, TestSite, drawn};
use axum::http::StatusCode;
use wenyuan_domain::account::Role;
use wenyuan_domain::document::{self, State, Verdict, Visibility};
use wenyuan_domain::finding::NewFinding;
use wenyuan_domain::{DocumentId, Viewer};
use wenyuan_text::authenticity::{Evidence, Finding, Kind};

fn mismatch() -> NewFinding {
    NewFinding {
        finding: Finding {
            kind: Kind::TitleMismatch,
            rule: "title.terms".to_owned(),
            coverage: 1.0,
            other_coverage: 0.0,
            swaps: Vec::new(),
            swap_count: 0,
            replaced: 0,
            evidence: Evidence::Terms {
                missing: vec!["科学发展观".to_owned()],
                instead: Vec::new(),
            },
        },
        other: None,
        is_hint: false,
    }
}

/// Two of Anna's uploads wait; Chief and Second are reviewers.
async fn queue() -> (TestSite, [DocumentId; 2]) {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    site.user("chief", Role::Moderator).await;
    site.user("second", Role::Administrator).await;
    let mut ids = Vec::new();
    for title in ["甲卷", "乙卷"] {
        let id = drawn(&site, anna.id, title, Visibility::Public, &["正文"]).await;
        document::settle(&site.site.db, id, &[mismatch()], &Verdict::Hold)
            .await
            .unwrap();
        ids.push(id);
    }
    let ids = [ids[0], ids[1]];
    (site, ids)
}

async fn log_in<'a>(site: &'a TestSite, name: &str) -> Browser<'a> {
    let mut browser = site.browser();
    browser.log_in(name).await;
    browser
}

async fn state(site: &TestSite, id: DocumentId) -> State {
    let source = document::source(&site.site.db, id).await.unwrap();
    source.unwrap().state
}

#[tokio::test]
async fn reviews_are_for_staff() {
    let (site, [first, _]) = queue().await;
    let mut anna = log_in(&site, "anna").await;
    for path in ["/review".to_owned(), format!("/review/{first}")] {
        let answer = anna.get(&path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        let answer = site.browser().get(&path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
    }
    let token = anna.token("/account").await;
    for action in ["", "/claim", "/release", "/renew"] {
        let path = format!("/review/{first}{action}");
        let body = format!("csrf={token}&decision=publish");
        let answer = anna.post_raw(&path, body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let answer = anna.post("/account", "/review/next", "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!anna.get("/").await.body.contains("/review"));
    assert_eq!(state(&site, first).await, State::Held);

    let mut chief = log_in(&site, "chief").await;
    let home = chief.get("/").await.body;
    assert!(
        home.contains("<span class=\"menu-count\">2</span>"),
        "{home}"
    );
    let page = chief.get("/review").await.body;
    assert!(
        page.find("甲卷") < page.find("乙卷") && page.contains("2 份待审核"),
        "{page}"
    );
    assert!(page.contains("标题与正文不符") && page.contains("anna"));
    // Looking is not claiming.
    let page = chief.get(&format!("/review/{first}")).await.body;
    assert!(
        page.contains("还没有人审核") && !page.contains("data-renew"),
        "{page}"
    );
    let answer = chief.get("/review/99").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_reviewer_goes_through_the_queue() {
    let (site, [first, second]) = queue().await;
    let mut chief = log_in(&site, "chief").await;
    let answer = chief.post("/review", "/review/next", "").await;
    let here = format!("/review/{first}");
    assert_eq!(answer.location(), here);
    let page = chief.get(&here).await.body;
    assert!(page.contains("“科学发展观”正文从未出现"), "{page}");
    assert!(
        page.contains(&format!("/review/{second}/claim")),
        "the next one"
    );

    // A refusal has a reason.
    let answer = chief.post(&here, &here, "decision=refuse&reason=+").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("请写明理由"), "{}", answer.body);
    let answer = chief.post(&here, &here, "decision=perhaps").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = chief
        .post(&here, &here, "decision=refuse&reason=No+%3Ci%3E")
        .await;
    assert_eq!(answer.location(), format!("/review/{second}?done=refuse"));
    assert_eq!(state(&site, first).await, State::Refused);
    let there = format!("/review/{second}");
    let page = chief.get(answer.location()).await.body;
    assert!(
        page.contains("已拒绝") && page.contains("data-renew"),
        "{page}"
    );
    let answer = chief.post(&there, &there, "decision=note").await;
    assert_eq!(answer.location(), "/review?done=note");
    assert_eq!(state(&site, second).await, State::Readable);
    let page = chief.get("/review?done=note").await.body;
    assert!(page.contains("没有待审核的上传"), "{page}");

    // What readers and the uploader see of it.
    let page = site.browser().get(&format!("/d/{second}")).await.body;
    assert!(page.contains("标题中的“科学发展观”正文从未出现"), "{page}");
    let mut anna = log_in(&site, "anna").await;
    let page = anna.get(&format!("/d/{first}")).await.body;
    assert!(
        page.contains("No &#60;i&#62;") || page.contains("No &lt;i&gt;"),
        "{page}"
    );
    assert!(!page.contains("/retry"), "{page}");
    let mine = anna.get("/my/documents").await.body;
    assert!(mine.contains("审核员没有通过：No "), "{mine}");
    let notices = anna.get("/my/notices").await.body;
    for words in [
        "《甲卷》没有通过审核",
        "《乙卷》已通过审核，并附核查结果公开",
    ] {
        assert!(notices.contains(words), "{notices}");
    }
}

#[tokio::test]
async fn published_without_a_note_readers_see_none() {
    let (site, [first, _]) = queue().await;
    let mut chief = log_in(&site, "chief").await;
    chief.post("/review", "/review/next", "").await;
    let here = format!("/review/{first}");
    chief.post(&here, &here, "decision=publish").await;
    let address = format!("/d/{first}");
    let page = site.browser().get(&address).await.body;
    assert!(!page.contains("科学发展观"), "{page}");
    let page = chief.get(&address).await.body;
    assert!(page.contains("审核员已放行，不向读者显示"), "{page}");
    let found = document::find(&site.site.db, Viewer::Stranger, first).await;
    assert!(found.unwrap().is_some());
}

#[tokio::test]
async fn two_reviewers_meet_and_one_steps_aside() {
    let (site, [first, second]) = queue().await;
    let mut chief = log_in(&site, "chief").await;
    let mut other = log_in(&site, "second").await;
    let here = format!("/review/{first}");
    chief.post("/review", "/review/next", "").await;
    let answer = other.post("/review", &format!("{here}/claim"), "").await;
    assert_eq!(answer.location(), "/review?done=taken");
    let page = other.get("/review?done=taken").await.body;
    assert!(
        page.contains("另一位审核员") && page.contains("chief正在审核"),
        "{page}"
    );
    let page = other.get(&here).await.body;
    assert!(
        page.contains("chief正在审核") && !page.contains("data-refuse"),
        "{page}"
    );
    let answer = other.post("/review", &here, "decision=publish").await;
    assert_eq!(answer.location(), "/review?done=taken");
    assert_eq!(state(&site, first).await, State::Held);
    let answer = other.post("/review", "/review/next", "").await;
    assert_eq!(answer.location(), format!("/review/{second}"));

    // The script of the page goes on claiming; another's cannot.
    let token = chief.token(&here).await;
    let renew = format!("{here}/renew");
    let mut script = chief.with("x-csrf-token", &token);
    assert_eq!(
        script.post_raw(&renew, String::new()).await.status,
        StatusCode::OK
    );
    let token = other.token("/review").await;
    let mut script = other.with("x-csrf-token", &token);
    let answer = script.post_raw(&renew, String::new()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);

    let mut chief = log_in(&site, "chief").await;
    let answer = chief.post(&here, &format!("{here}/release"), "").await;
    assert_eq!(answer.location(), "/review?done=released");
    let page = chief.get(&here).await.body;
    assert!(page.contains("还没有人审核"), "{page}");
}
