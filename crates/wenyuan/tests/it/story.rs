//! The opening paragraph of the main job, literally, in a browser: upload the
//! specimen, watch it, read five pages, select text, find it, get it back.
//! In Chinese and English, on a phone and on a desk. Every page that the story
//! passes is also looked over by axe-core.

use crate::{note, server, specimen};
use serde_json::{Value, json};
use wenyuan_domain::Sha256;
use wenyuan_testing::{Browser, Client, Element, Server, Window, provided};

const PHRASE: &str = "乡镇文化站";

pub(crate) struct Story {
    pub(crate) browser: Browser,
    address: String,
    label: String,
    axe: Option<String>,
}

impl Story {
    pub(crate) async fn begin(server: &Server, language: &str, window: Window) -> Option<Self> {
        let browser = Browser::start(language, window).await.unwrap()?;
        let axe =
            provided("TEST_AXE", "axe-core").map(|path| std::fs::read_to_string(path).unwrap());
        Some(Self {
            browser,
            address: server.address.clone(),
            label: format!("{language}-{}", window.name()),
            axe,
        })
    }

    pub(crate) async fn open(&self, path: &str) {
        self.browser
            .open(&format!("{}{path}", self.address))
            .await
            .unwrap();
    }

    /// Waits for an element; keeps a screenshot when it does not come.
    pub(crate) async fn wait(&self, css: &str) -> Element<'_> {
        match self.browser.wait(css).await {
            Ok(element) => element,
            Err(error) => {
                self.browser
                    .screenshot(&format!("{}-failed", self.label))
                    .await
                    .unwrap();
                panic!("{}: {error:#}", self.label);
            }
        }
    }

    pub(crate) async fn fill(&self, css: &str, text: &str) {
        self.wait(css).await.send_keys(text).await.unwrap();
    }

    pub(crate) async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.browser.script(script, arguments).await.unwrap()
    }

    /// Runs axe-core on the page as it stands and keeps a screenshot of it.
    pub(crate) async fn look(&self, name: &str) {
        self.browser
            .screenshot(&format!("{}-{name}", self.label))
            .await
            .unwrap();
        let wide = self
            .script(
                "arguments[0](document.documentElement.scrollWidth - innerWidth)",
                Vec::new(),
            )
            .await;
        assert!(
            wide.as_f64().unwrap() < 1.0,
            "{}-{name} scrolls sideways by {wide}",
            self.label
        );
        let Some(axe) = &self.axe else { return };
        self.browser.run(axe).await.unwrap();
        let violations = self
            .script(
                "const done = arguments[0];
                 axe.run(document, {resultTypes: ['violations']}).then(
                   (result) => done(result.violations.map((v) =>
                     `${v.id}: ${v.nodes.map((n) => n.target.join(' ') + ' — ' + n.failureSummary).join('; ')}`)),
                   (error) => done([String(error)]));",
                Vec::new(),
            )
            .await;
        assert_eq!(violations, json!([]), "{}-{name}", self.label);
    }

    pub(crate) async fn register(&self, name: &str) {
        self.open("/register").await;
        self.look("register").await;
        self.fill("#name", name).await;
        self.fill(
            "#email",
            &format!("{}@example.com", self.label.to_lowercase()),
        )
        .await;
        self.fill("#password", Client::PASSWORD).await;
        self.wait("form[action='/register'] button[type=submit]")
            .await
            .click()
            .await
            .unwrap();
        self.wait(".menu").await;
    }
}

async fn tell(language: &str, window: Window, name: &str) {
    let Some(file) = specimen() else { return };
    let bytes = std::fs::read(&file).unwrap();
    let server = server();
    let Some(story) = Story::begin(&server, language, window).await else {
        return;
    };

    story.open("/").await;
    story.look("home-empty").await;
    story.open("/login").await;
    story.look("login").await;
    story.register(name).await;

    // Upload, and watch it become readable.
    story.open("/upload").await;
    story.look("upload").await;
    story
        .wait("#file")
        .await
        .send_keys(file.to_str().unwrap())
        .await
        .unwrap();
    let link = story.wait(".state-readable + a, .state-readable ~ a").await;
    story.look("uploaded").await;
    let address = link.attribute("href").await.unwrap();
    story.open(&address).await;

    // Five pages, drawn.
    story.wait("#page-1 img").await;
    let drawn = story
        .script(
            "const done = arguments[0];
             const images = [...document.querySelectorAll('.page img')];
             for (const image of images) image.loading = 'eager';
             Promise.all(images.map((image) => image.decode())).then(
               () => done(images.map((image) => image.naturalWidth)), (e) => done([String(e)]));",
            Vec::new(),
        )
        .await;
    let widths = drawn.as_array().unwrap();
    assert_eq!(widths.len(), 5, "{drawn}");
    assert!(
        widths
            .iter()
            .all(|width| width.as_i64().is_some_and(|w| w >= 300)),
        "{drawn}"
    );
    story.look("document").await;

    // Select a line of the first page in its text layer.
    story.wait("#page-1 .text-layer").await;
    let selected = story
        .script(
            "const done = arguments[0];
             const layer = document.querySelector('#page-1 .text-layer');
             getSelection().selectAllChildren(layer);
             done(getSelection().toString());",
            Vec::new(),
        )
        .await;
    let selected = selected.as_str().unwrap();
    assert!(selected.contains("文化厅学习实践科学"), "{selected}");

    // Find it by what stands inside.
    crate::until_found(
        &Client::new(&server.address, language).unwrap(),
        PHRASE,
        &address,
    )
    .await;
    story.open("/").await;
    story.look("home").await;
    story.fill("main input[name=q], #q", PHRASE).await;
    story.fill("main input[name=q], #q", "\u{e007}").await;
    let hit = story.wait(".entry-text a mark").await;
    assert_eq!(hit.text().await.unwrap(), PHRASE);
    story.look("search").await;
    story.wait(".entry-text a").await.click().await.unwrap();
    story.wait(".text-layer mark, .text-layer .hit").await;
    story.look("hit").await;

    // And get the same bytes back.
    let digest = story
        .script(
            "const [path, done] = arguments;
             fetch(path).then((r) => r.arrayBuffer())
               .then((bytes) => crypto.subtle.digest('SHA-256', bytes))
               .then((digest) => done([...new Uint8Array(digest)]
                 .map((byte) => byte.toString(16).padStart(2, '0')).join('')));",
            vec![json!(format!("{address}/download"))],
        )
        .await;
    assert_eq!(digest, json!(Sha256::of(&bytes).to_string()));

    let author = format!("/u/{name}");
    for (path, name) in [
        ("/my/documents", "mine"),
        ("/my/favourites", "favourites"),
        ("/account", "account"),
        ("/categories", "categories"),
        ("/t/学习", "tag"),
        (author.as_str(), "author"),
        ("/search?q=没有这个词呀", "search-none"),
        ("/no/such/page", "not-found"),
    ] {
        story.open(path).await;
        story.look(name).await;
    }
    story.open("/account").await;
    story.fill("#token-name", "checker").await;
    story
        .wait("form[action^='/account/tokens#'] button")
        .await
        .click()
        .await
        .unwrap();
    story.wait(".secret").await;
    story.look("token").await;
    story.open(&format!("{address}/edit")).await;
    story.look("edit").await;
    story.open(&format!("{address}/delete")).await;
    story.look("delete").await;
    story.open(&format!("{address}/share")).await;
    story.look("share").await;
    story.browser.close().await.unwrap();
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

#[tokio::test]
async fn the_story_in_chinese_on_a_phone() {
    tell("zh-CN", Window::Phone, "周老师").await;
}

#[tokio::test]
async fn the_story_in_chinese_on_a_desk() {
    tell("zh-CN", Window::Desktop, "周老师").await;
}

#[tokio::test]
async fn the_story_in_english_on_a_phone() {
    tell("en-US", Window::Phone, "Amelia").await;
}

#[tokio::test]
async fn the_story_in_english_on_a_desk() {
    tell("en-US", Window::Desktop, "Amelia").await;
}

/// Without JavaScript there is no drag and drop, but everything else.
#[tokio::test]
async fn a_refused_file_shows_its_reason_in_the_page() {
    let server = server();
    let Some(story) = Story::begin(&server, "zh-CN", Window::Desktop).await else {
        return;
    };
    story.register("张三").await;
    let place = tempfile::TempDir::new().unwrap();
    let bad = place.path().join("坏文件.docx");
    std::fs::write(&bad, b"PK\x03\x04 not really").unwrap();
    let good = place.path().join("好文件.md");
    std::fs::write(&good, note("好文件")).unwrap();
    story.open("/upload").await;
    let both = format!("{}\n{}", bad.display(), good.display());
    story.wait("#file").await.send_keys(&both).await.unwrap();
    story.wait(".state-readable").await;
    let refused = story.wait(".state-refused").await.text().await.unwrap();
    assert!(!refused.is_empty());
    story.look("batch").await;
    story.browser.close().await.unwrap();
}
