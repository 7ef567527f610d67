//! Tests of what readers show each other, and of what the library offers an
//! author.

use crate::testing::TestSite;
use axum::http::StatusCode;
use bytes::Bytes;
use wenyuan_domain::account::{Role, User};
use wenyuan_domain::category::{self, Seed};
use wenyuan_domain::document::{self, NewDocument, NewPage, Published, Visibility};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{BlobRef, CategoryId, DocumentId, Viewer, also_read};
use wenyuan_search::Entry;

const STATUTE: &str =
    "中华鲟保护条例。为了保护中华鲟和长江的渔业资源，制定本条例。中华鲟的保护适用本条例。";

async fn put(site: &TestSite, text: &str) -> BlobRef {
    let bytes = Bytes::copy_from_slice(text.as_bytes());
    site.site.blobs.put(bytes).await.unwrap()
}

/// A readable document of one page; a public one is in the index, as after the
/// jobs of a worker.
async fn published(
    site: &TestSite,
    owner: &User,
    title: &str,
    visibility: Visibility,
    category: Option<CategoryId>,
) -> DocumentId {
    let db = &site.site.db;
    let new = NewDocument {
        owner: owner.id,
        title: title.to_owned(),
        description: String::new(),
        category,
        tags: vec!["总结".to_owned()],
        visibility,
        download: Download::Everyone,
        preview_pages: None,
        file_name: "a.docx".to_owned(),
        original: put(site, title).await,
    };
    let id = document::create(db, new).await.unwrap();
    let page = NewPage {
        number: 1,
        page_count: 1,
        width_pt: 595.0,
        height_pt: 842.0,
        narrow: (put(site, "narrow").await, 800, 1131),
        wide: (put(site, "wide").await, 1600, 2262),
        layout: put(site, r#"{"number":1,"width":595,"height":842,"lines":[]}"#).await,
        text: STATUTE.to_owned(),
        cover: None,
    };
    document::add_page(db, id, &page).await.unwrap();
    let published = Published {
        format: "docx".to_owned(),
        engine: "native".to_owned(),
        language: "zh".to_owned(),
        page_count: 1,
        pdf: put(site, "pdf").await,
        report: put(site, "{}").await,
        recognise: false,
    };
    document::publish(db, id, &published).await.unwrap();
    document::settle(db, id, &[], &document::Verdict::Publish)
        .await
        .unwrap();
    if visibility == Visibility::Public {
        let mut writer = site.site.index.writer().unwrap();
        let entry = Entry {
            id: id.0,
            title: title.to_owned(),
            body: vec![STATUTE.to_owned()],
            ..Entry::default()
        };
        writer.put(&entry).unwrap();
        writer.commit().unwrap();
    }
    id
}

async fn public(site: &TestSite, owner: &User, title: &str) -> DocumentId {
    published(site, owner, title, Visibility::Public, None).await
}

/// Lets strangers read documents together, and the job come by.
async fn read_together(site: &TestSite, ids: &[DocumentId], readers: usize) {
    let db = &site.site.db;
    for id in ids {
        let source = document::source(db, *id).await.unwrap().unwrap();
        for reader in 0..readers {
            let key = format!("{reader:064x}");
            document::count_view(db, Viewer::Stranger, &source.document, &key)
                .await
                .unwrap();
        }
    }
    while also_read::pair_reads(db).await.unwrap() > 0 {}
}

async fn withdraw(site: &TestSite, staff: &User, id: DocumentId) {
    let db = &site.site.db;
    let document = document::find(db, staff.viewer(), id).await.unwrap();
    document::withdraw(db, staff.viewer(), &document.unwrap(), true, "notice")
        .await
        .unwrap();
}

/// Law and Other; returns Law.
async fn categories(site: &TestSite) -> CategoryId {
    let seeds = ["law", "other"].map(|slug| Seed {
        slug: slug.to_owned(),
        name_zh: format!("分类{slug}"),
        name_en: slug.to_owned(),
        children: Vec::new(),
    });
    category::ensure(&site.site.db, &seeds).await.unwrap();
    let tree = category::tree(&site.site.db).await.unwrap();
    tree.by_slug("law").unwrap().id
}

async fn stored(site: &TestSite, id: DocumentId) -> document::Document {
    let source = document::source(&site.site.db, id).await.unwrap();
    source.unwrap().document
}

#[tokio::test]
async fn trending_lists_what_is_read_and_listed() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let staff = site.user("chief", Role::Moderator).await;
    let mut stranger = site.browser();
    let page = stranger.get("/trending").await;
    assert!(page.body.contains("近来没有读得多的文档"), "{}", page.body);
    let mut ids = Vec::new();
    for title in ["甲篇", "乙篇"] {
        ids.push(public(&site, &anna, title).await);
    }
    let hidden = published(&site, &anna, "丙篇", Visibility::Unlisted, None).await;
    read_together(&site, &ids[..1], 3).await;
    read_together(&site, &[ids[1], hidden], 5).await;
    let page = stranger.get("/trending").await;
    assert_eq!(page.status, StatusCode::OK);
    let at = |title| page.body.find(title);
    assert!(
        at("乙篇") < at("甲篇") && at("乙篇").is_some(),
        "{}",
        page.body
    );
    assert!(at("丙篇").is_none());
    withdraw(&site, &staff, ids[1]).await;
    let page = stranger.get("/trending").await;
    assert!(!page.body.contains("乙篇") && page.body.contains("甲篇"));
}

#[tokio::test]
async fn a_document_shows_what_its_readers_also_read() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let staff = site.user("chief", Role::Moderator).await;
    let here = public(&site, &anna, "本篇").await;
    let other = public(&site, &anna, "同读之篇").await;
    let unlisted = published(&site, &anna, "未列之篇", Visibility::Unlisted, None).await;
    let alike = public(&site, &anna, "相近之篇").await;
    let address = format!("/d/{here}");
    let mut stranger = site.browser();
    let page = stranger.get(&format!("/d/{alike}")).await;
    assert!(!page.body.contains("读过这篇的人还读了"), "nobody has");

    read_together(&site, &[here, other, unlisted], 2).await;
    let page = stranger.get(&address).await;
    assert!(page.body.contains("读过这篇的人还读了"), "{}", page.body);
    assert_eq!(
        page.body.matches("同读之篇").count(),
        1,
        "not in both lists"
    );
    assert!(page.body.contains("相近之篇"), "it is like it");
    assert!(!page.body.contains("未列之篇"));

    withdraw(&site, &staff, other).await;
    let page = stranger.get(&address).await;
    assert!(!page.body.contains("同读之篇"));
    assert!(!page.body.contains("读过这篇的人还读了"));
}

#[tokio::test]
async fn words_of_the_text_become_tags_only_when_taken() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    let id = published(&site, &anna, "草稿", Visibility::Private, None).await;
    let mut browser = site.browser();
    browser.log_in("anna").await;
    let address = format!("/d/{id}/edit");
    let page = browser.get(&address).await;
    let offered = r#"<input type="checkbox" name="offer-0" value="中华鲟">"#;
    assert!(page.body.contains(offered), "{}", page.body);

    let answer = browser
        .post(
            &address,
            &address,
            "title=+&tags=a&offer-0=%E4%B8%AD%E5%8D%8E%E9%B2%9F",
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = r#"value="中华鲟" checked>"#;
    assert!(answer.body.contains(kept), "{}", answer.body);
    assert_eq!(stored(&site, id).await.tags, ["总结"]);

    let answer = browser.post(&address, &address, "title=a&tags=b").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(stored(&site, id).await.tags, ["b"]);
    browser
        .post(
            &address,
            &address,
            "tags=b&offer-0=%E4%B8%AD%E5%8D%8E%E9%B2%9F&offer-3=B",
        )
        .await;
    assert_eq!(stored(&site, id).await.tags, ["b", "中华鲟"]);
    let page = browser.get(&address).await;
    assert!(!page.body.contains(r#"value="中华鲟">"#), "it is a tag now");
}

#[tokio::test]
async fn a_category_is_offered_to_the_owner_alone_when_the_listed_agree() {
    let site = TestSite::new().await;
    let anna = site.user("anna", Role::Member).await;
    site.user("bert", Role::Member).await;
    let law = categories(&site).await;
    let draft = published(&site, &anna, "草稿", Visibility::Private, None).await;
    let open = public(&site, &anna, "公开的草稿").await;
    let mut owner = site.browser();
    owner.log_in("anna").await;
    let (edit, page) = (format!("/d/{draft}/edit"), format!("/d/{draft}"));
    let mut neighbours = Vec::new();
    for number in 1..=3 {
        assert!(!owner.get(&page).await.body.contains("这篇文档还没有分类"));
        let title = format!("条例{number}");
        neighbours.push(published(&site, &anna, &title, Visibility::Public, Some(law)).await);
    }

    let answer = owner.get(&edit).await;
    let offered = format!(r#"name="take_category" value="{law}""#);
    assert!(answer.body.contains(&offered), "{}", answer.body);
    assert!(answer.body.contains("最相近的 3 篇"), "{}", answer.body);
    let answer = owner.post(&edit, &edit, "category=&take_category=2").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(stored(&site, draft).await.category, Some(CategoryId(2)));
    let answer = owner.post(&edit, &edit, "category=").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(stored(&site, draft).await.category, None);

    // On the page itself, by one button, and only for the owner.
    let answer = owner.get(&page).await;
    assert!(
        answer.body.contains("这篇文档还没有分类"),
        "{}",
        answer.body
    );
    let mut other = site.browser();
    other.log_in("bert").await;
    for browser in [&mut other, &mut site.browser()] {
        let answer = browser.get(&format!("/d/{open}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(!answer.body.contains("这篇文档还没有分类"));
    }
    let token = other.token("/account").await;
    let take = format!("/d/{open}/category");
    let answer = other
        .post_raw(&take, format!("csrf={token}&category={law}"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    for (category, status) in [
        ("x", StatusCode::BAD_REQUEST),
        ("77", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let fields = format!("category={category}");
        let answer = owner.post("/account", &take, &fields).await;
        assert_eq!(answer.status, status);
    }
    let fields = format!("category={law}");
    let answer = owner.post("/account", &take, &fields).await;
    assert_eq!(answer.location(), format!("/d/{open}"));
    let filed = stored(&site, open).await;
    assert_eq!(filed.category, Some(law));
    assert_eq!(filed.tags, ["总结"], "nothing else changes");

    // What is not listed has no vote.
    let staff = site.user("chief", Role::Moderator).await;
    for id in &neighbours[..2] {
        withdraw(&site, &staff, *id).await;
    }
    let answer = owner.get(&page).await;
    assert!(!answer.body.contains("这篇文档还没有分类"));
}
