//! Tests of the search page and of the lists: what is shown to whom.

use crate::testing::{Browser, TestSite};
use axum::http::StatusCode;
use bytes::Bytes;
use wenyuan_domain::account::{Role, User};
use wenyuan_domain::category::{self, Seed};
use wenyuan_domain::document::{self, Changes, NewDocument, NewPage, Published, Visibility};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{CategoryId, DocumentId};
use wenyuan_search::Entry;

/// A document to be put into the library and the index, past the converter.
pub(super) struct Draft {
    pub(super) title: &'static str,
    pub(super) format: &'static str,
    pub(super) pages: &'static [&'static str],
    pub(super) preview_pages: Option<u32>,
    pub(super) category: Option<CategoryId>,
    pub(super) published_at: Option<i64>,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            title: "乡镇文化站建设总结",
            format: "docx",
            pages: &["第一页的内容。", "送戏到基层演出成功。"],
            preview_pages: None,
            category: None,
            published_at: None,
        }
    }
}

pub(super) async fn publish(site: &TestSite, owner: &User, draft: Draft) -> DocumentId {
    let (db, blobs) = (&site.site.db, &site.site.blobs);
    let file = format!("{} {:?}", draft.title, draft.published_at);
    let blob = blobs.put(Bytes::from(file)).await.unwrap();
    let new = NewDocument {
        owner: owner.id,
        title: draft.title.to_owned(),
        description: String::new(),
        category: draft.category,
        tags: wenyuan_text::title_tags(draft.title),
        visibility: Visibility::Public,
        download: Download::Everyone,
        preview_pages: draft.preview_pages,
        file_name: format!("a.{}", draft.format),
        original: blob,
    };
    let id = document::create(db, new).await.unwrap();
    let page_count = u32::try_from(draft.pages.len()).unwrap();
    for (number, text) in (1..).zip(draft.pages) {
        let page = NewPage {
            number,
            page_count,
            width_pt: 595.0,
            height_pt: 842.0,
            narrow: (blob, 800, 1131),
            wide: (blob, 1600, 2262),
            layout: blob,
            text: (*text).to_owned(),
            cover: None,
        };
        document::add_page(db, id, &page).await.unwrap();
    }
    let published = Published {
        format: draft.format.to_owned(),
        engine: "native".to_owned(),
        language: "zh".to_owned(),
        page_count,
        pdf: blob,
        report: blob,
        recognise: false,
    };
    document::publish(db, id, &published).await.unwrap();
    document::settle(db, id, &[], &document::Verdict::Publish)
        .await
        .unwrap();
    let mut writer = site.site.index.writer().unwrap();
    writer
        .put(&Entry {
            id: id.0,
            title: draft.title.to_owned(),
            author: owner.name.clone(),
            body: draft.pages.iter().map(|page| (*page).to_owned()).collect(),
            format: draft.format.to_owned(),
            category_path: draft.category.iter().map(|id| id.0).collect(),
            pages: page_count,
            published_at: draft
                .published_at
                .unwrap_or(wenyuan_domain::Timestamp::now().0),
            language: "zh".to_owned(),
            ..Entry::default()
        })
        .unwrap();
    writer.commit().unwrap();
    id
}

pub(super) async fn search(browser: &mut Browser<'_>, query: &str) -> String {
    let answer = browser.get(&format!("/search?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

pub(super) fn q(words: &str) -> String {
    format!("q={}", crate::url::encode(words))
}

#[tokio::test]
async fn a_hit_is_marked_in_title_and_snippet_and_leads_to_its_page() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let id = publish(&site, &anna, Draft::default()).await;
    let mut stranger = site.browser();

    let page = search(&mut stranger, &q("文化站")).await;
    assert!(page.contains("找到 1 篇文档"), "{page}");
    assert!(page.contains("<mark>文化站</mark>"), "{page}");

    let page = search(&mut stranger, &q("送戏到基层")).await;
    assert!(page.contains("<mark>"), "{page}");
    let link = format!("/d/{id}?q={}#page-2", crate::url::encode("送戏到基层"));
    assert!(page.contains(&link), "{page}");
}

#[tokio::test]
async fn a_snippet_keeps_to_the_preview_even_for_the_owner() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let draft = Draft {
        preview_pages: Some(1),
        ..Draft::default()
    };
    publish(&site, &anna, draft).await;
    let mut owner = site.browser();
    owner.log_in("anna").await;
    for browser in [&mut owner, &mut site.browser()] {
        let page = search(browser, &q("送戏到基层")).await;
        assert!(page.contains("乡镇文化站建设总结"), "{page}");
        assert!(!page.contains("演出成功"), "{page}");
    }
}

#[tokio::test]
async fn what_was_hidden_since_it_was_indexed_is_not_shown() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let chief = site.user("chief", Role::Moderator).await;
    let id = publish(&site, &anna, Draft::default()).await;
    let found = document::find(&site.site.db, chief.viewer(), id).await;
    let document = found.unwrap().unwrap();
    document::withdraw(&site.site.db, chief.viewer(), &document, true, "a reason")
        .await
        .unwrap();
    let mut stranger = site.browser();
    for path in [
        "/",
        "/search?q=%E4%B9%A1%E9%95%87",
        "/t/%E4%B9%A1%E9%95%87",
        "/u/anna",
    ] {
        let page = stranger.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            !page.body.contains("乡镇文化站建设"),
            "{path}: {}",
            page.body
        );
    }
}

#[tokio::test]
async fn filters_narrow_and_nothing_found_helps() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    publish(&site, &anna, Draft::default()).await;
    let draft = Draft {
        title: "乡镇文化站经费表",
        format: "xlsx",
        ..Draft::default()
    };
    publish(&site, &anna, draft).await;
    let mut stranger = site.browser();
    let page = search(&mut stranger, &q("乡镇")).await;
    assert!(page.contains("找到 2 篇文档"), "{page}");
    let page = search(&mut stranger, &format!("{}&format=xlsx", q("乡镇"))).await;
    assert!(page.contains("找到 1 篇文档"), "{page}");
    assert!(page.contains("经费表"), "{page}");
    let page = search(&mut stranger, &format!("{}&pages=101-", q("乡镇"))).await;
    assert!(page.contains("去掉筛选"), "{page}");
    let page = search(&mut stranger, &q("无此词语啊")).await;
    assert!(page.contains("没有找到"), "{page}");
}

#[tokio::test]
async fn lists_leaf_through_a_category_and_what_is_below_it() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let seed = |slug: &str, children| Seed {
        slug: slug.to_owned(),
        name_zh: format!("{slug}类"),
        name_en: slug.to_owned(),
        children,
    };
    let seeds = [seed("law", vec![seed("culture", Vec::new())])];
    category::ensure(&site.site.db, &seeds).await.unwrap();
    let tree = category::tree(&site.site.db).await.unwrap();
    let draft = Draft {
        category: tree.by_slug("culture").map(|category| category.id),
        ..Draft::default()
    };
    publish(&site, &anna, draft).await;
    let mut stranger = site.browser();
    for path in ["/c/law", "/c/culture", "/u/anna", "/"] {
        let page = stranger.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            page.body.contains("乡镇文化站建设总结"),
            "{path}: {}",
            page.body
        );
    }
    let page = stranger.get("/c/law?after=1-1").await;
    assert!(!page.body.contains("乡镇文化站建设总结"));
    assert_eq!(stranger.get("/c/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        stranger.get("/u/nobody").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_a_reader_types_stays_text() {
    let site = TestSite::new().await;
    let page = search(&mut site.browser(), &q("\"><script>alert(1)</script>")).await;
    assert!(!page.contains("<script>alert"), "{page}");
}

#[tokio::test]
async fn what_narrows_the_search_is_shown_and_can_be_taken_away() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    publish(&site, &anna, Draft::default()).await;
    let draft = Draft {
        title: "乡镇文化站经费表",
        format: "xlsx",
        published_at: Some(1_600_000_000_000_000),
        ..Draft::default()
    };
    publish(&site, &anna, draft).await;
    let mut stranger = site.browser();
    let query = format!("{}&year=2020", q("乡镇 format:xlsx"));
    let page = search(&mut stranger, &query).await;
    assert!(page.contains("找到 1 篇文档"), "{page}");
    let without_year = format!("href=\"/search?{}\"", q("乡镇 format:xlsx"));
    assert!(page.contains(&without_year), "{page}");
    let without_format = format!("href=\"/search?{}&#38;year=2020\"", q("乡镇"));
    assert!(page.contains(&without_format), "{page}");
    // The other formats stay on offer, with what they would give.
    let page = search(&mut stranger, &format!("{}&format=xlsx", q("乡镇"))).await;
    assert!(page.contains("format=docx"), "{page}");
    let page = search(
        &mut stranger,
        &format!("{}&author=anna&price=members", q("乡镇")),
    )
    .await;
    assert!(page.contains("去掉筛选"), "{page}");
}

#[tokio::test]
async fn a_search_with_a_word_too_many_offers_fewer() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    publish(&site, &anna, Draft::default()).await;
    let page = search(&mut site.browser(), &q("文化站 \"天文台里\"")).await;
    assert!(page.contains("不含“&#34;天文台里&#34;”"), "{page}");
    assert!(
        page.contains(&format!("/search?{}\"", q("文化站"))),
        "{page}"
    );
    assert!(
        !page.contains("不含“文化站”"),
        "that would find nothing: {page}"
    );
}

#[tokio::test]
async fn hits_are_leafed_through_both_ways() {
    const TITLES: [&str; 45] = ["文化站"; 45];
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let mut ids = Vec::new();
    for (number, title) in (0..).zip(TITLES) {
        let draft = Draft {
            title,
            pages: &["一页"],
            published_at: Some(1_600_000_000_000_000 + number),
            ..Draft::default()
        };
        ids.push(publish(&site, &anna, draft).await);
    }
    ids.reverse();
    let mut stranger = site.browser();
    let shown = |page: &str| -> Vec<DocumentId> {
        let mut shown: Vec<(usize, DocumentId)> = ids
            .iter()
            .filter_map(|id| Some((page.find(&format!("<a href=\"/d/{id}\">"))?, *id)))
            .collect();
        shown.sort_unstable_by_key(|(at, _)| *at);
        shown.into_iter().map(|(_, id)| id).collect()
    };
    let link = |page: &str, rel: &str| -> Option<String> {
        let end = page.find(&format!("\" rel=\"{rel}\""))?;
        let start = page[..end].rfind("href=\"")? + 6;
        Some(page[start..end].replace("&#38;", "&"))
    };
    let first = search(&mut stranger, &q("文化站")).await;
    assert_eq!(shown(&first), ids[..20]);
    assert!(link(&first, "prev").is_none());
    let second = stranger.get(&link(&first, "next").unwrap()).await.body;
    assert_eq!(shown(&second), ids[20..40]);
    assert!(second.contains("第 2 页"), "{second}");
    let third = stranger.get(&link(&second, "next").unwrap()).await.body;
    assert_eq!(shown(&third), ids[40..]);
    assert!(link(&third, "next").is_none());
    let back = stranger.get(&link(&third, "prev").unwrap()).await.body;
    assert_eq!(shown(&back), ids[20..40]);
    // An old address and a broken one begin at the beginning.
    for old in ["page=2", "after=x", "before=w1.2"] {
        let page = search(&mut stranger, &format!("{}&{old}", q("文化站"))).await;
        assert_eq!(shown(&page), ids[..20], "{old}");
    }
}

#[tokio::test]
async fn copies_are_one_hit_and_a_hidden_one_never_shows() {
    const TEXT: &str = "为了加强乡镇文化站的建设和管理，发挥文化站在宣传、教育、辅导方面的作用，根据国家有关规定，\
        结合本地实际，制定本办法。文化站是政府举办的公益性文化机构，其职责是开展书报刊阅读、影视放映、文艺演出、\
        科普教育、体育健身等活动，收集整理民族民间文化遗产，协助管理文化市场。";
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let chief = site.user("chief", Role::Moderator).await;
    let mut made = Vec::new();
    for (number, title) in (0..).zip(["原文", "转载之一", "转载之二"]) {
        let draft = Draft {
            title,
            pages: &[TEXT],
            published_at: Some(1_600_000_000_000_000 + number),
            ..Draft::default()
        };
        made.push(publish(&site, &anna, draft).await);
    }
    let mut stranger = site.browser();
    let page = search(&mut stranger, &q("民间文化遗产")).await;
    assert!(page.contains(">原文</a>"), "{page}");
    assert!(!page.contains("转载之一"), "{page}");
    assert!(page.contains("另有 2 篇内容相同的文档"), "{page}");
    let start = page.find("/search?copies=").unwrap();
    let end = start + page[start..].find('"').unwrap();
    let copies = page[start..end].to_owned();
    let all = stranger.get(&copies).await.body;
    assert!(
        all.contains("转载之一") && all.contains("转载之二"),
        "{all}"
    );

    let found = document::find(&site.site.db, chief.viewer(), made[2]).await;
    let document = found.unwrap().unwrap();
    document::withdraw(&site.site.db, chief.viewer(), &document, true, "a reason")
        .await
        .unwrap();
    let all = stranger.get(&copies).await.body;
    assert!(
        all.contains("转载之一") && !all.contains("转载之二"),
        "{all}"
    );
}

async fn suggestions(browser: &mut Browser<'_>, typed: &str) -> Vec<(String, String)> {
    let path = format!("/search/suggest?q={}", crate::url::encode(typed));
    let answer = browser.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let text = |item: &serde_json::Value, name: &str| item[name].as_str().unwrap().to_owned();
    let items = answer.json()["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|item| (text(item, "text"), text(item, "url")))
        .collect()
}

#[tokio::test]
async fn titles_tags_and_authors_are_suggested_while_typing() {
    let site = TestSite::new().await;
    let anna = site.user("文化厅办公室", Role::Member).await;
    let draft = |title| Draft {
        title,
        ..Draft::default()
    };
    let id = publish(&site, &anna, draft("文化厅工作总结")).await;
    let mut stranger = site.browser();

    for typed in ["文化", "文化廳", "wenhua", "wht", "文hua"] {
        let found = suggestions(&mut stranger, typed).await;
        let expected = [
            ("文化厅", crate::url::tag("文化厅")),
            ("文化厅工作总结", format!("/d/{id}")),
            ("文化厅办公室", crate::url::author("文化厅办公室")),
        ];
        let expected = expected.map(|(text, url)| (text.to_owned(), url));
        assert_eq!(found, expected, "{typed}");
    }
    // A new title is there at once.
    let next = publish(&site, &anna, draft("文物保护办法")).await;
    let found = suggestions(&mut stranger, "wenwu").await;
    assert_eq!(found, [("文物保护办法".to_owned(), format!("/d/{next}"))]);

    for nothing in ["", " ", "。", "不存在", "\u{1}"] {
        assert!(suggestions(&mut stranger, nothing).await.is_empty());
    }
    let long = suggestions(&mut stranger, &"文".repeat(2_000)).await;
    assert!(long.is_empty());
}

#[tokio::test]
async fn what_is_not_listed_is_never_suggested() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let id = publish(&site, &anna, Draft::default()).await;
    let mut owner = site.browser();
    owner.log_in("anna").await;
    // The title, its tag and its author are in memory and in the index.
    assert_eq!(suggestions(&mut owner, "xiangzhen").await.len(), 2);
    assert_eq!(suggestions(&mut owner, "anna").await.len(), 1);

    let db = &site.site.db;
    let mine = document::find(db, anna.viewer(), id)
        .await
        .unwrap()
        .unwrap();
    for visibility in [
        Visibility::Private,
        Visibility::Unlisted,
        Visibility::Public,
    ] {
        let changes = Changes {
            title: "乡镇文化站建设总结".to_owned(),
            description: String::new(),
            category: None,
            tags: wenyuan_text::title_tags("乡镇文化站建设总结"),
            visibility,
            download: Download::Everyone,
            preview_pages: None,
        };
        document::update(db, anna.viewer(), &mine, &changes)
            .await
            .unwrap();
        if visibility == Visibility::Public {
            assert_eq!(suggestions(&mut owner, "xz").await.len(), 2);
            let staff = site.user("staff", Role::Moderator).await;
            let withdrawn = document::withdraw(db, staff.viewer(), &mine, true, "test").await;
            assert!(withdrawn.unwrap());
        }
        for browser in [&mut owner, &mut site.browser()] {
            for typed in ["乡镇", "xz", "文化站", "anna"] {
                let found = suggestions(browser, typed).await;
                assert!(found.is_empty(), "{visibility:?}: {found:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_slip_is_answered_with_what_was_meant() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    publish(&site, &anna, Draft::default()).await;
    let mut stranger = site.browser();

    for (slip, meant) in [
        ("乡镇文化占", "乡镇文化站"),
        ("yanchuchenggong", "演出成功"),
    ] {
        let page = search(&mut stranger, &format!("{}&sort=newest", q(slip))).await;
        assert!(page.contains("您是不是要找"), "{slip}: {page}");
        let link = format!("/search?{}&#38;sort=newest", q(meant));
        assert!(page.contains(&link), "{slip}: {page}");
        assert!(page.contains("1 篇"), "{page}");
        let typed = format!("value=\"{slip}\"");
        assert!(page.contains(&typed), "never applied by itself: {page}");
    }
    let page = search(&mut stranger, &q("文化站")).await;
    assert!(!page.contains("您是不是要找"), "{page}");
    let page = search(&mut stranger, &format!("{}&format=pdf", q("文化占"))).await;
    assert!(
        !page.contains("您是不是要找"),
        "counted under the filters: {page}"
    );
}
