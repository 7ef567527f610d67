//! Tests of what is remembered of searches: for whom, and for nobody else.

use super::tests::{Draft, publish, q, search};
use crate::testing::{Answer, Browser, TestSite};
use axum::http::{StatusCode, header};
use std::time::{Duration, Instant};
use wenyuan_domain::account::{Role, User};
use wenyuan_domain::{DocumentId, document, notice, saved_search, search_history, search_log};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";

/// A person with a browser, not a program.
async fn person<'a>(site: &'a TestSite, name: &str, language: &str) -> Browser<'a> {
    let mut browser = site
        .browser()
        .with("user-agent", FIREFOX)
        .with("accept-language", language);
    if !name.is_empty() {
        browser.log_in(name).await;
    }
    browser
}

async fn save(browser: &mut Browser<'_>, words: &str) -> Answer {
    let page = format!("/search?{}", q(words));
    let fields = format!(
        "search={}&name={}&notify=1",
        crate::url::encode(&q(words)),
        crate::url::encode(words)
    );
    browser.post(&page, "/search/save", &fields).await
}

/// What the worker does when `id` has come into the index and every saved
/// search finds it.
async fn arrive(site: &TestSite, id: DocumentId) {
    let db = &site.site.db;
    saved_search::arrive(db, &[id]).await.unwrap();
    while let Some(round) = saved_search::next_round(db, 10).await.unwrap() {
        let found = vec![vec![id]; round.searches.len()];
        saved_search::finish_round(db, &round, &found)
            .await
            .unwrap();
    }
}

async fn withdraw(site: &TestSite, chief: &User, id: DocumentId) {
    let db = &site.site.db;
    let document = document::find(db, chief.viewer(), id).await.unwrap();
    document::withdraw(db, chief.viewer(), &document.unwrap(), true, "a reason")
        .await
        .unwrap();
}

#[tokio::test]
async fn what_three_readers_search_for_is_popular_until_staff_hide_it() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    site.user("chief", Role::Moderator).await;
    publish(&site, &anna, Draft::default()).await;
    let crawler = |name: &str| site.browser().with("user-agent", name);
    for name in ["Googlebot/2.1", "Baiduspider", "bingbot/2.0", "curl/8"] {
        search(&mut crawler(name), &q("总结")).await;
    }
    for language in ["zh", "en", "fr"] {
        let mut reader = person(&site, "", language).await;
        search(&mut reader, &q("乡镇 文化站")).await;
        search(&mut reader, &q("乡镇　文化站")).await;
        search(&mut reader, &q("无此词语啊")).await;
    }
    search(&mut person(&site, "", "de").await, &q("建设")).await;

    // They are counted after the answer.
    let deadline = Instant::now() + Duration::from_secs(20);
    let popular = loop {
        let popular = search_log::popular(&site.site.db, 10).await.unwrap();
        if !popular.is_empty() {
            break popular;
        }
        assert!(Instant::now() < deadline, "never popular");
        tokio::task::yield_now().await;
    };
    let words: Vec<_> = popular.iter().map(|p| p.query.as_str()).collect();
    assert_eq!(words, ["乡镇 文化站"]);
    assert_eq!(popular[0].weight, 90, "each reader once");

    let page = search(&mut person(&site, "", "zh").await, "").await;
    assert!(page.contains("热门搜索"), "{page}");
    assert!(page.contains(">乡镇 文化站</a>"), "{page}");
    assert!(!page.contains(">建设</a>"), "{page}");
    let mut stranger = person(&site, "", "zh").await;
    let offered = stranger.get("/search/suggest?q=xiangzhenw").await.json();
    assert_eq!(offered["items"][0]["kind"], "search", "{offered}");
    assert_eq!(offered["items"][0]["text"], "乡镇 文化站", "{offered}");

    let mut member = person(&site, "anna", "zh").await;
    let answer = member.get("/search/popular").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let hide = format!("words={}&hide=1", crate::url::encode("乡镇 文化站"));
    let answer = member.post("/account", "/search/popular", &hide).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let mut chief = person(&site, "chief", "zh").await;
    let answer = chief
        .post("/search/popular", "/search/popular", &hide)
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = search(&mut person(&site, "", "zh").await, "").await;
    assert!(!page.contains("热门搜索"), "{page}");
    let page = chief.get("/search/popular").await.body;
    assert!(page.contains("已隐藏"), "{page}");
}

#[tokio::test]
async fn a_history_is_its_members_alone_and_goes_when_he_says_so() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let bert = site.user("bert", Role::Member).await;
    let mut a = person(&site, "anna", "zh").await;
    let mut b = person(&site, "bert", "zh").await;
    search(&mut person(&site, "", "zh").await, &q("路人所搜")).await;
    search(&mut a, &q("文化站")).await;
    search(&mut a, &format!("{}&after=w13.0.0.1", q("第二页"))).await;
    search(&mut b, &q("乡镇")).await;
    let page = a.get("/my/searches").await.body;
    assert!(page.contains(">文化站</a>"), "{page}");
    for not_his in ["乡镇", "路人所搜", "第二页"] {
        assert!(!page.contains(not_his), "{page}");
    }
    let page = search(&mut a, "").await;
    assert!(
        page.contains("最近搜索") && page.contains(">文化站</a>"),
        "{page}"
    );
    assert!(
        !search(&mut person(&site, "", "zh").await, "")
            .await
            .contains("最近搜索")
    );

    let db = &site.site.db;
    let line = search_history::list(db, anna.id, 1).await.unwrap()[0].id;
    let delete = format!("do=delete&id={line}");
    let answer = b.post("/my/searches", "/my/searches", &delete).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = b.post("/my/searches", "/my/searches", "do=clear").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(
        search_history::list(db, bert.id, 1)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(search_history::list(db, anna.id, 9).await.unwrap().len(), 1);
    let bare = a.post_raw("/my/searches", delete.clone()).await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN, "no token");
    let answer = a.post("/my/searches", "/my/searches", &delete).await;
    assert_eq!(answer.location(), "/my/searches");
    assert!(a.get("/my/searches").await.body.contains("没有搜索记录"));

    a.post("/my/searches", "/my/searches", "do=stop").await;
    search(&mut a, &q("文化站")).await;
    let page = a.get("/my/searches").await.body;
    assert!(
        page.contains("已停止记录") && page.contains("没有搜索记录"),
        "{page}"
    );
}

#[tokio::test]
async fn a_stranger_logs_in_and_comes_back_to_save() {
    let site = TestSite::new().await;
    site.user("anna", Role::Member).await;
    let mut browser = person(&site, "", "zh").await;
    let page = search(
        &mut browser,
        &format!("{}&sort=newest&time=week", q("文化站")),
    )
    .await;
    let link = format!("/search/save?{}", q("文化站"));
    assert!(page.contains(&format!("href=\"{link}\"")), "{page}");
    assert!(
        !page.contains("name=\"csrf\""),
        "no cookie for who only reads"
    );
    let answer = browser.get(&link).await;
    let next = format!("/login?next={}", crate::url::encode(&link));
    assert_eq!(answer.location(), next);
    browser.log_in("anna").await;
    let page = browser.get(&link).await.body;
    assert!(page.contains("value=\"文化站\""), "{page}");
    assert_eq!(
        save(&mut browser, "文化站").await.status,
        StatusCode::SEE_OTHER
    );
    let page = search(&mut browser, &q("文化站")).await;
    assert!(page.contains("已保存"), "{page}");

    let empty = browser
        .post("/my/searches", "/search/save", "search=&name=a")
        .await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    let fields = format!("search={}&name=", crate::url::encode(&q("乡镇")));
    let nameless = browser.post("/my/searches", "/search/save", &fields).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nameless.body.contains("q=%E4%B9%A1%E9%95%87"),
        "the search is kept"
    );
}

#[tokio::test]
async fn one_member_cannot_touch_anothers_searches_and_notices() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let bert = site.user("bert", Role::Member).await;
    let mut a = person(&site, "anna", "zh").await;
    let mut b = person(&site, "bert", "zh").await;
    save(&mut a, "文化站").await;
    let db = &site.site.db;
    let id = saved_search::list(db, anna.id).await.unwrap()[0].id;
    let document = publish(&site, &bert, Draft::default()).await;
    arrive(&site, document).await;

    let path = format!("/my/saved-searches/{id}");
    assert_eq!(b.get(&path).await.status, StatusCode::NOT_FOUND);
    for (path, fields) in [(path.clone(), "name=x"), (format!("{path}/delete"), "")] {
        let answer = b.post("/my/saved-searches", &path, fields).await;
        // Nothing of his own is listed there, so the token is another page's.
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let bare = a.post_raw(&path, fields.to_owned()).await;
        assert_eq!(bare.status, StatusCode::FORBIDDEN, "{path} without a token");
    }
    b.post("/my/searches", "/my/notices", "last=999999").await;
    assert_eq!(notice::unseen(db, anna.id).await.unwrap(), 1);
    for path in ["/my/saved-searches", "/my/notices"] {
        let page = b.get(path).await.body;
        assert!(!page.contains("文化站"), "{path}: {page}");
        assert!(!page.contains("bell-count"), "{path}: {page}");
    }

    let page = a.get("/my/saved-searches").await.body;
    assert!(
        page.contains("1 篇新文档") && page.contains("bell-count"),
        "{page}"
    );
    let changed = a.post("/my/saved-searches", &path, "name=站").await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    let page = a.get("/my/saved-searches").await.body;
    assert!(
        page.contains(">站</a>") && page.contains("不通知"),
        "{page}"
    );
    let opened = a.get(&path).await;
    assert_eq!(
        opened.location(),
        format!("/search?{}&sort=newest", q("文化站"))
    );
    assert!(
        !a.get("/my/saved-searches")
            .await
            .body
            .contains("bell-count")
    );
    let gone = a
        .post("/my/saved-searches", &format!("{path}/delete"), "")
        .await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert!(saved_search::list(db, anna.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_notice_names_only_what_may_be_listed_now() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let bert = site.user("bert", Role::Member).await;
    let chief = site.user("chief", Role::Moderator).await;
    let mut a = person(&site, "anna", "zh").await;
    save(&mut a, "文化站").await;
    let document = publish(&site, &bert, Draft::default()).await;
    arrive(&site, document).await;
    let page = a.get("/my/notices").await.body;
    assert!(page.contains("“文化站”有 1 篇新文档"), "{page}");
    assert!(page.contains("乡镇文化站建设总结"), "{page}");
    assert!(a.get("/").await.body.contains("bell-count\">1<"));

    withdraw(&site, &chief, document).await;
    let page = a.get("/my/notices").await.body;
    assert!(!page.contains("乡镇文化站建设总结"), "{page}");
    assert!(page.contains("已不再公开"), "{page}");
    let page = a.get("/my/saved-searches").await.body;
    assert!(!page.contains("篇新文档</span>"), "{page}");

    let last = notice::list(
        &site.site.db,
        anna.id,
        wenyuan_domain::NoticeId(i64::MAX),
        1,
    )
    .await
    .unwrap()[0]
        .id;
    let answer = a
        .post("/my/notices", "/my/notices", &format!("last={last}"))
        .await;
    assert_eq!(answer.location(), "/my/notices");
    assert!(!a.get("/").await.body.contains("bell-count"));
}

#[tokio::test]
async fn a_feed_holds_what_the_search_page_shows() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let chief = site.user("chief", Role::Moderator).await;
    let draft = Draft {
        title: "文化站 <经费> & 其他",
        ..Draft::default()
    };
    let id = publish(&site, &anna, draft).await;
    let mut reader = site.browser();
    let path = format!("/search/feed?{}", q("文化站"));
    let page = search(&mut reader, &q("文化站")).await;
    assert!(
        page.contains(&format!(
            "type=\"application/atom+xml\" title=\"文化站\" href=\"{path}\""
        )),
        "{page}"
    );
    let feed = reader.get(&path).await;
    let kind = feed.headers[header::CONTENT_TYPE].to_str().unwrap();
    assert!(kind.starts_with("application/atom+xml"));
    let body = &feed.body;
    assert!(
        body.contains("<title>文化站 &lt;经费&gt; &amp; 其他</title>"),
        "{body}"
    );
    assert!(
        body.contains(&format!("<id>http://library.test/d/{id}</id>")),
        "{body}"
    );
    assert!(!body.contains("演出成功"), "{body}");

    let other = format!("/search/feed?{}", q("文化站 无此词语啊"));
    assert!(
        !reader.get(&other).await.body.contains("<entry>"),
        "nothing like it"
    );
    withdraw(&site, &chief, id).await;
    assert!(!reader.get(&path).await.body.contains("<entry>"));
}
