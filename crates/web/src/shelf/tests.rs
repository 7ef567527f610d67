//! Tests of arranging the home page and of describing tags.

use crate::testing::{TestSite, published};
use axum::http::StatusCode;
use wenyuan_domain::account::Role;
use wenyuan_domain::document::Visibility;

#[tokio::test]
async fn staff_arrange_the_home_page_and_nobody_else() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    site.user("staff", Role::Moderator).await;
    for title in ["甲文", "乙文"] {
        published(&site, anna.id, title, Visibility::Public).await;
    }
    published(&site, anna.id, "密文", Visibility::Private).await;
    let mut member = site.browser();
    member.log_in("anna").await;
    let page = member.get("/manage/shelves").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    for path in ["/manage/shelves", "/manage/shelves/1", "/t/a/edit"] {
        let answer = member.post("/account", path, "kind=newest&text=x").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let mut staff = site.browser();
    staff.log_in("staff").await;
    let raw = staff.post_raw("/manage/shelves", "kind=newest".to_owned());
    assert_eq!(raw.await.status, StatusCode::FORBIDDEN, "without a token");
    let new = "/manage/shelves/new?kind=picked";
    let fields = "kind=picked&subject=/d/2&title_zh=%E6%8E%A8%E8%8D%90&size=6";
    let answer = staff.post(new, "/manage/shelves", fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let answer = staff
        .post(new, "/manage/shelves", "kind=picked&subject=3")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let home = site.browser().get("/").await.body;
    assert!(home.contains("推荐") && home.contains("乙文"));
    assert!(!home.contains("甲文") && !home.contains("密文"));
    let answer = staff
        .post("/manage/shelves", "/manage/shelves/1/delete", "")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let home = site.browser().get("/").await.body;
    assert!(home.contains("甲文"), "the usual shelves are back");

    let tag = "/t/%E6%96%87%E5%8C%96/edit";
    let answer = staff.post(tag, tag, "text=About+%3Cculture%3E").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = site.browser().get("/t/%E6%96%87%E5%8C%96").await.body;
    assert!(page.contains("<meta name=\"description\" content=\"About"));
    assert!(!page.contains("<culture>"));
}
