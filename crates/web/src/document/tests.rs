//! Tests of the routes of a document: what each gives to whom.
use crate::testing::{Browser, TestSite};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use bytes::Bytes;
use wenyuan_domain::account::Role;
use wenyuan_domain::document::{self, NewDocument, NewPage, NewStep, Published, Visibility};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{BlobRef, DocumentId, Viewer};

const ORIGINAL: &[u8] = b"PK the original, byte for byte";
const WORDS: [&str; 4] = ["乡镇文化站", "第二页的字", "秘密的第三页", "最后一页"];

struct Library {
    site: TestSite,
    id: DocumentId,
}

/// What differs between the documents of these tests.
struct Kind {
    visibility: Visibility,
    download: Download,
    preview_pages: Option<u32>,
    published: bool,
}

const PUBLIC: Kind = Kind {
    visibility: Visibility::Public,
    download: Download::Everyone,
    preview_pages: None,
    published: true,
};

impl Library {
    /// Anna's document of four pages. Converting is skipped: the pages are
    /// put in as a worker would.
    async fn with(kind: Kind) -> Self {
        let site = TestSite::new().await;
        let owner = site.user("anna", Role::Member).await;
        let db = site.site.db.clone();
        let new = NewDocument {
            owner: owner.id,
            title: "文化厅 <总结>".to_owned(),
            description: String::new(),
            category: None,
            tags: vec!["文化厅".to_owned()],
            visibility: kind.visibility,
            download: kind.download,
            preview_pages: kind.preview_pages,
            file_name: "2023年 总结.docx".to_owned(),
            original: put(&site, ORIGINAL).await,
        };
        let id = document::create(&db, new).await.unwrap();
        document::begin(&db, id).await.unwrap();
        let report = br#"{"warnings":[{"kind":"image","detail":"EMF","page":3}],"fonts":[]}"#;
        for (number, words) in (1..).zip(WORDS) {
            let layout = format!(
                r#"{{"number":{number},"width":595,"height":842,"lines":[{{"words":[{{"text":"{words}","x0":72,"y0":72,"x1":152,"y1":88}}],"starts_paragraph":true}}]}}"#
            );
            let page = NewPage {
                number,
                page_count: 4,
                width_pt: 595.0,
                height_pt: 842.0,
                narrow: (
                    put(&site, format!("narrow {number}").as_bytes()).await,
                    800,
                    1131,
                ),
                wide: (
                    put(&site, format!("wide {number}").as_bytes()).await,
                    1600,
                    2262,
                ),
                layout: put(&site, layout.as_bytes()).await,
                text: words.to_owned(),
                cover: Some(put(&site, b"cover").await).filter(|_| number == 1),
            };
            document::add_page(&db, id, &page).await.unwrap();
        }
        if kind.published {
            let published = Published {
                format: "docx".to_owned(),
                engine: "native".to_owned(),
                language: "zh".to_owned(),
                page_count: 4,
                pdf: put(&site, b"pdf").await,
                report: put(&site, report).await,
                recognise: false,
            };
            document::publish(&db, id, &published).await.unwrap();
            document::settle(&db, id, &[], &document::Verdict::Publish)
                .await
                .unwrap();
        }
        Self { site, id }
    }

    async fn log_in(&self, name: &str) -> Browser<'_> {
        let mut browser = self.site.browser();
        browser.log_in(name).await;
        browser
    }

    async fn page(&self, number: u32) -> document::Page {
        let source = document::source(&self.site.site.db, self.id).await.unwrap();
        let document = source.unwrap().document;
        let page = document::page(&self.site.site.db, &document, number).await;
        page.unwrap().unwrap()
    }

    /// Every address that gives out something of page `number`.
    async fn addresses(&self, number: u32) -> Vec<String> {
        let page = self.page(number).await;
        vec![
            super::image::url(self.id, number, &page.narrow.blob),
            super::image::url(self.id, number, &page.wide.blob),
            super::layout::url(self.id, &page),
            format!("/d/{}/find?q=a&page={number}", self.id),
        ]
    }

    async fn downloads(&self) -> u64 {
        let found = document::find(&self.site.site.db, Viewer::Stranger, self.id).await;
        found.unwrap().unwrap().download_count
    }
}

async fn put(site: &TestSite, bytes: &[u8]) -> BlobRef {
    site.site
        .blobs
        .put(Bytes::copy_from_slice(bytes))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_stranger_reads_a_public_document_without_a_script() {
    let library = Library::with(PUBLIC).await;
    let mut stranger = library.site.browser();
    let page = stranger.get("/d/1").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for words in WORDS {
        assert!(page.body.contains(words), "{words} is not in the page");
    }
    assert!(
        page.body.contains("<h1>文化厅 &#60;总结&#62;</h1>"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("\\u003c总结\\u003e"),
        "JSON-LD: {}",
        page.body
    );
    assert!(
        page.body
            .contains(r#"rel="canonical" href="http://library.test/d/1""#)
    );
    assert!(page.headers.get(header::SET_COOKIE).is_none());
    for number in 1..=4 {
        for address in library.addresses(number).await {
            let answer = stranger.get(&address).await;
            assert_eq!(answer.status, StatusCode::OK, "{address}");
        }
    }
    let page_1 = library.page(1).await;
    let image = stranger
        .get(&super::image::url(library.id, 1, &page_1.narrow.blob))
        .await;
    assert_eq!(image.body, "narrow 1");
    assert_eq!(
        image.headers[header::CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
    let wrong_page = super::image::url(library.id, 2, &page_1.narrow.blob);
    assert_eq!(
        stranger.get(&wrong_page).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn no_route_gives_more_than_the_preview() {
    let library = Library::with(Kind {
        preview_pages: Some(2),
        ..PUBLIC
    })
    .await;
    let mut stranger = library.site.browser();
    for path in [
        "/d/1",
        "/d/1?q=秘密",
        "/d/1?page=3",
        "/d/1/pages",
        "/d/1/find?q=秘密",
    ] {
        let path = path.replace("秘密", "%E7%A7%98%E5%AF%86");
        let answer = stranger.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.body.contains("第三页"), "{path}: {}", answer.body);
        assert!(!answer.body.contains("page-3"), "{path}: {}", answer.body);
    }
    let page = stranger.get("/d/1").await;
    assert!(page.body.contains("前 2 页可读，共 4 页"), "{}", page.body);
    assert!(page.body.contains(WORDS[1]) && !page.body.contains("EMF"));
    for address in library.addresses(3).await {
        let answer = stranger.get(&address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
    }
    let mut owner = library.log_in("anna").await;
    for address in library.addresses(3).await {
        let answer = owner.get(&address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        let cache = answer.headers[header::CACHE_CONTROL].to_str().unwrap();
        assert!(cache.starts_with("private"), "{address}: {cache}");
    }
    assert!(owner.get("/d/1").await.body.contains(WORDS[2]));
}

#[tokio::test]
async fn a_page_is_stepped_through_without_a_script() {
    let library = Library::with(Kind {
        preview_pages: Some(2),
        ..PUBLIC
    })
    .await;
    let db = &library.site.site.db;
    for page in [2, 3] {
        let mut steps = Vec::new();
        for step in 1..=3 {
            let name = |width| format!("{width} {page} {step}");
            steps.push(NewStep {
                narrow: (
                    put(&library.site, name("narrow").as_bytes()).await,
                    800,
                    1131,
                ),
                wide: (
                    put(&library.site, name("wide").as_bytes()).await,
                    1600,
                    2262,
                ),
            });
        }
        document::add_steps(db, library.id, page, &steps)
            .await
            .unwrap();
    }
    let url = async |page: u32, name: &str| {
        let blob = put(&library.site, name.as_bytes()).await;
        super::image::url(library.id, page, &blob.sha256)
    };
    let mut stranger = library.site.browser().with("accept-language", "en");
    let page = stranger.get("/d/1").await;
    assert_eq!(page.body.matches("class=\"stepper\"").count(), 1);
    assert!(
        page.body.contains("Step through (3 steps)"),
        "{}",
        page.body
    );
    assert!(page.body.contains("href=\"/d/1?page=2&#38;step=1#page-2\""));
    let second = url(2, "narrow 2 2").await;
    let shown = format!("<img src=\"{second}\"");
    assert!(!page.body.contains(&shown), "the page itself comes first");

    let step = stranger.get("/d/1?page=2&step=2").await;
    assert!(step.body.contains(&shown), "{}", step.body);
    assert!(step.body.contains("Step 2 of 3"));
    for other in [1, 3] {
        let link = format!("href=\"/d/1?page=2&#38;step={other}#page-2\"");
        assert!(step.body.contains(&link), "{link}");
    }
    for odd in [
        "page=2&step=4",
        "page=2&step=0",
        "page=1&step=1",
        "page=2&step=x",
        "page=3&step=1",
    ] {
        let answer = stranger.get(&format!("/d/1?{odd}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{odd}");
        assert!(!answer.body.contains(" of 3</output>"), "{odd}");
    }

    let image = stranger.get(&second).await;
    assert_eq!(
        (image.status, image.body.as_str()),
        (StatusCode::OK, "narrow 2 2")
    );
    assert_eq!(
        image.headers[header::CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
    let elsewhere = second.replace("/p/2/", "/p/1/");
    assert_eq!(stranger.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
    // Page 3 lies beyond the preview, and so do its steps, under any page.
    let hidden = url(3, "wide 3 1").await;
    for address in [hidden.clone(), hidden.replace("/p/3/", "/p/2/")] {
        let answer = stranger.get(&address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
    }
    let mut owner = library.log_in("anna").await;
    assert_eq!(owner.get(&hidden).await.body, "wide 3 1");
}

#[tokio::test]
async fn what_may_not_be_opened_is_not_there() {
    for kind in [
        Kind {
            visibility: Visibility::Private,
            ..PUBLIC
        },
        Kind {
            published: false,
            ..PUBLIC
        },
    ] {
        let library = Library::with(kind).await;
        let mut stranger = library.site.browser();
        let nothing = stranger.get("/d/2").await;
        let mut paths = library.addresses(1).await;
        for part in [
            "",
            "/pages",
            "/cover",
            "/find?q=a",
            "/download",
            "/events",
            "/share",
            "/qr.svg",
        ] {
            paths.push(format!("/d/1{part}"));
        }
        for path in paths {
            let answer = stranger.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            if path == "/d/1" {
                let other = nothing
                    .body
                    .replace("%2Fd%2F2", "%2Fd%2F1")
                    .replace("/d/2\"", "/d/1\"");
                assert_eq!(answer.body, other);
            }
        }
        let mut owner = library.log_in("anna").await;
        assert_eq!(owner.get("/d/1").await.status, StatusCode::OK);
        assert_eq!(owner.get("/d/1/download").await.body.as_bytes(), ORIGINAL);
    }
    let library = Library::with(PUBLIC).await;
    let mut stranger = library.site.browser();
    for odd in [
        "/d/01",
        "/d/+1",
        "/d/x",
        "/d/1/p/1/x.webp",
        "/d/1/p/0/x.webp",
        "/d/1/layout/-1",
    ] {
        assert_eq!(
            stranger.get(odd).await.status,
            StatusCode::NOT_FOUND,
            "{odd}"
        );
    }
}

#[tokio::test]
async fn the_original_comes_back_whole_and_in_parts() {
    let library = Library::with(PUBLIC).await;
    let mut stranger = library.site.browser();
    let head = stranger
        .send(Method::HEAD, "/d/1/download", None, Body::empty())
        .await;
    assert_eq!(head.status, StatusCode::OK);
    assert_eq!(
        head.headers[header::CONTENT_LENGTH],
        ORIGINAL.len().to_string()
    );
    assert!(head.body.is_empty());

    let whole = stranger.get("/d/1/download").await;
    assert_eq!(whole.body.as_bytes(), ORIGINAL);
    let disposition = whole.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert_eq!(
        disposition,
        "attachment; filename=\"document-1.docx\"; \
         filename*=UTF-8''2023%E5%B9%B4%20%E6%80%BB%E7%BB%93.docx"
    );
    assert_eq!(
        whole.headers[header::CONTENT_SECURITY_POLICY],
        "sandbox; default-src 'none'"
    );
    assert_eq!(whole.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let tag = whole.headers[header::ETAG].to_str().unwrap().to_owned();

    let mut part = library.site.browser().with("range", "bytes=3-9");
    let answer = part.get("/d/1/download").await;
    assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(answer.body.as_bytes(), &ORIGINAL[3..10]);
    assert_eq!(
        answer.headers[header::CONTENT_RANGE],
        format!("bytes 3-9/{}", ORIGINAL.len())
    );
    let mut other = library
        .site
        .browser()
        .with("range", "bytes=3-9")
        .with("if-range", "\"x\"");
    assert_eq!(other.get("/d/1/download").await.body.as_bytes(), ORIGINAL);

    let mut beyond = library.site.browser().with("range", "bytes=900-");
    let answer = beyond.get("/d/1/download").await;
    assert_eq!(answer.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(
        answer.headers[header::CONTENT_RANGE],
        format!("bytes */{}", ORIGINAL.len())
    );
    let mut known = library.site.browser().with("if-none-match", &tag);
    assert_eq!(
        known.get("/d/1/download").await.status,
        StatusCode::NOT_MODIFIED
    );

    // Whole twice (once by If-Range); neither HEAD nor a later part counts.
    for _ in 0..100 {
        if library.downloads().await == 2 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{} downloads counted", library.downloads().await);
}

#[tokio::test]
async fn the_author_decides_who_downloads() {
    let library = Library::with(Kind {
        download: Download::Members,
        ..PUBLIC
    })
    .await;
    let mut stranger = library.site.browser();
    let answer = stranger.get("/d/1/download").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/login?next=%2Fd%2F1%2Fdownload");
    library.site.user("bert", Role::Member).await;
    let mut member = library.log_in("bert").await;
    assert_eq!(member.get("/d/1/download").await.status, StatusCode::OK);

    let library = Library::with(Kind {
        download: Download::None,
        ..PUBLIC
    })
    .await;
    let mut stranger = library.site.browser();
    let answer = stranger.get("/d/1/download").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.body.contains("作者不提供下载"), "{}", answer.body);
    assert!(!answer.body.contains("the original"));
}

#[tokio::test]
async fn a_reader_keeps_a_document_and_lets_it_go() {
    let library = Library::with(PUBLIC).await;
    library.site.user("bert", Role::Member).await;
    let mut member = library.log_in("bert").await;
    for (wish, kept) in [
        ("keep=1", true),
        ("keep=1", true),
        ("", false),
        ("keep=0", false),
    ] {
        let answer = member.post("/d/1", "/d/1/favourite", wish).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(answer.location(), "/d/1");
        let page = member.get("/d/1").await;
        let pressed = format!("aria-pressed=\"{kept}\"><span data-label>");
        assert!(page.body.contains(&pressed), "{wish}: {}", page.body);
    }
    let mut stranger = library.site.browser();
    let answer = stranger
        .post_raw("/d/1/favourite", "keep=1".to_owned())
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "without a token");
    let answer = stranger.post("/login", "/d/1/favourite", "keep=1").await;
    assert_eq!(answer.location(), "/login?next=%2Fd%2F1");
}

#[tokio::test]
async fn words_are_found_and_placed() {
    let library = Library::with(PUBLIC).await;
    let mut stranger = library.site.browser();
    let query = crate::url::encode("鄉鎮");
    let answer = stranger.get(&format!("/d/1/find?q={query}")).await.json();
    assert_eq!(answer["total"], 1, "{answer}");
    assert_eq!(answer["pages"][0]["page"], 1);
    assert_eq!(answer["pages"][0]["hits"][0]["hit"], "乡镇");
    let places = stranger
        .get(&format!("/d/1/find?q={query}&page=1&mode=literal"))
        .await;
    assert_eq!(places.json()["hits"], serde_json::json!([[[0, 0, 0, 2]]]));
    let page = stranger.get(&format!("/d/1?q={query}")).await;
    assert!(
        page.body.contains("<mark>乡镇</mark>文化站"),
        "{}",
        page.body
    );
    let nothing = stranger.get("/d/1/find?q=").await.json();
    assert_eq!(nothing["total"], 0);
}

#[tokio::test]
async fn a_view_counts_once_and_not_for_crawlers_or_the_owner() {
    let library = Library::with(PUBLIC).await;
    let views = async || {
        let found = document::find(&library.site.site.db, Viewer::Stranger, library.id).await;
        found.unwrap().unwrap().view_count
    };
    let mut owner = library.log_in("anna").await.with("user-agent", "Firefox");
    owner.get("/d/1").await;
    let mut crawler = library.site.browser().with("user-agent", "Baiduspider/2.0");
    crawler.get("/d/1").await;
    let mut reader = library.site.browser().with("user-agent", "Firefox");
    reader.get("/d/1").await;
    reader.get("/d/1").await;
    let mut second = library.site.browser().with("user-agent", "Safari");
    second.get("/d/1").await;
    for _ in 0..100 {
        if views().await == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(views().await, 2);
}

#[tokio::test]
async fn search_engines_see_what_is_listed() {
    let library = Library::with(PUBLIC).await;
    let mut stranger = library.site.browser();
    let index = stranger.get("/sitemap.xml").await;
    assert!(
        index.body.contains("http://library.test/sitemap/0.xml"),
        "{}",
        index.body
    );
    let file = stranger.get("/sitemap/0.xml").await;
    assert!(
        file.body.contains("<loc>http://library.test/d/1</loc>"),
        "{}",
        file.body
    );
    assert_eq!(
        stranger.get("/sitemap/9.xml").await.status,
        StatusCode::NOT_FOUND
    );
    let robots = stranger.get("/robots.txt").await;
    assert!(
        robots
            .body
            .contains("Sitemap: http://library.test/sitemap.xml")
    );

    let hidden = Library::with(Kind {
        visibility: Visibility::Unlisted,
        ..PUBLIC
    })
    .await;
    let mut stranger = hidden.site.browser();
    assert!(
        !stranger
            .get("/sitemap.xml")
            .await
            .body
            .contains("<sitemap>")
    );
    let page = stranger.get("/d/1").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("noindex") && !page.body.contains("ld+json"));
}

#[tokio::test]
async fn the_owner_watches_the_pages_come() {
    let library = Library::with(Kind {
        published: false,
        ..PUBLIC
    })
    .await;
    let mut owner = library.log_in("anna").await;
    let page = owner.get("/d/1").await;
    assert!(page.body.contains("正在转换") && page.body.contains("data-events=\"/d/1/events\""));
    assert!(page.body.contains("id=\"page-4\""), "{}", page.body);
    let db = &library.site.site.db;
    document::refuse(db, library.id, "damaged", "no end record")
        .await
        .unwrap();
    let events = owner.get("/d/1/events").await;
    assert!(
        events.body.contains("\"state\":\"refused\""),
        "{}",
        events.body
    );
    let page = owner.get("/d/1").await;
    assert!(page.body.contains("no end record") && page.body.contains("/d/1/retry"));
}
