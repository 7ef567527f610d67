//! What only a browser shows: the keys of a comparison and of a review, and
//! that both can be read on a phone. Over a site without workers.

use super::tests::{Pair, spun_and_redated};
use crate::router;
use crate::testing::PASSWORD;
use serde_json::{Value, json};
use std::sync::Arc;
use wenyuan_domain::document::{self, State, Verdict};
use wenyuan_testing::{Browser, Window, provided};

struct Desk {
    browser: Browser,
    address: String,
}

impl Desk {
    /// A browser at a site; none where there is no chromedriver.
    async fn at(pair: &Pair, language: &str, window: Window) -> Option<Self> {
        let browser = Browser::start(language, window).await.unwrap()?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let site = router(Arc::clone(&pair.site.site));
        tokio::spawn(async move { axum::serve(listener, site).await });
        Some(Self { browser, address })
    }

    async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.address);
        self.browser.open(&url).await.unwrap();
    }

    async fn log_in(&self, name: &str) {
        self.open("/login").await;
        for (field, text) in [("login", name), ("password", PASSWORD)] {
            let field = self.browser.wait(&format!("main [name={field}]")).await;
            field.unwrap().send_keys(text).await.unwrap();
        }
        let button = self.browser.wait("main button[type=submit]").await.unwrap();
        button.click().await.unwrap();
        self.browser.wait(".menu").await.unwrap();
    }

    async fn press(&self, keys: &str) {
        let page = self.browser.wait("body").await.unwrap();
        page.send_keys(keys).await.unwrap();
    }

    async fn read(&self, expression: &str) -> Value {
        let script = format!("arguments[0]({expression})");
        self.browser.script(&script, Vec::new()).await.unwrap()
    }

    /// Nothing scrolls sideways, and axe-core has no complaint.
    async fn look(&self, name: &str) {
        let wide = self
            .read("document.documentElement.scrollWidth - innerWidth")
            .await;
        assert!(wide.as_f64().unwrap() < 1.0, "{name} scrolls by {wide}");
        let Some(axe) = provided("TEST_AXE", "axe-core") else {
            return;
        };
        let axe = std::fs::read_to_string(axe).unwrap();
        self.browser.run(&axe).await.unwrap();
        let violations = "const done = arguments[0];
             axe.run(document, {resultTypes: ['violations']}).then(
               (result) => done(result.violations.map((v) =>
                 `${v.id}: ${v.nodes.map((n) => n.failureSummary).join('; ')}`)),
               (error) => done([String(error)]));";
        let violations = self.browser.script(violations, Vec::new()).await.unwrap();
        assert_eq!(violations, json!([]), "{name}");
    }
}

const CURRENT: &str = "[...document.querySelectorAll('.current')].map((mark) => mark.textContent)";
const POSITION: &str = "document.querySelector('.compare-jump output').textContent";

#[tokio::test]
async fn keys_step_through_a_comparison() {
    let pair = Pair::with(Verdict::Publish, spun_and_redated).await;
    let Some(desk) = Desk::at(&pair, "zh-CN", Window::Desktop).await else {
        return;
    };
    desk.open(&pair.compare()).await;
    desk.browser
        .wait("[data-step]:not([hidden])")
        .await
        .unwrap();
    desk.press("n").await;
    let first = desk.read(CURRENT).await;
    assert_eq!(first, json!(["效劳", "服务"]), "both words of the pair");
    desk.press("j").await;
    let position = desk.read(POSITION).await;
    assert!(
        position.as_str().unwrap().starts_with("第 2 处"),
        "{position}"
    );
    assert_ne!(desk.read(CURRENT).await, first);
    desk.press("p").await;
    assert_eq!(desk.read(CURRENT).await, first);

    // Who speaks to his browser switches single keys off.
    let switch = desk.browser.wait("[data-shortcuts]").await.unwrap();
    switch.click().await.unwrap();
    desk.press("n").await;
    assert_eq!(desk.read(CURRENT).await, first);
    desk.browser.close().await.unwrap();
}

#[tokio::test]
async fn a_reviewer_needs_no_mouse() {
    let pair = Pair::with(Verdict::Hold, spun_and_redated).await;
    let Some(desk) = Desk::at(&pair, "zh-CN", Window::Desktop).await else {
        return;
    };
    desk.log_in("chief").await;
    desk.open(&format!("/review/{}", pair.copy)).await;
    desk.look("review").await;
    desk.press("c").await;
    desk.browser.wait("[data-renew]").await.unwrap();
    desk.press("?").await;
    let open = desk
        .read("document.querySelector('.review-keys').open")
        .await;
    assert_eq!(open, json!(true));
    desk.press("r").await;
    let focused = desk.read("document.activeElement.id").await;
    assert_eq!(focused, json!("reason"));
    // What is typed there is no command.
    let reason = desk.browser.wait("#reason").await.unwrap();
    reason.send_keys("an\u{e00c}").await.unwrap();
    let state = async || {
        let source = document::source(&pair.site.site.db, pair.copy).await;
        source.unwrap().unwrap().state
    };
    assert_eq!(state().await, State::Held);
    desk.press("n").await;
    desk.browser.wait(".banner-good").await.unwrap();
    assert_eq!(state().await, State::Readable);
    desk.browser.close().await.unwrap();
}

#[tokio::test]
async fn the_check_can_be_read_on_a_phone_in_both_languages() {
    let pair = Pair::with(Verdict::Hold, spun_and_redated).await;
    for language in ["zh-CN", "en-US"] {
        let Some(desk) = Desk::at(&pair, language, Window::Phone).await else {
            return;
        };
        desk.log_in("anna").await;
        for path in [
            pair.compare(),
            format!("/d/{}", pair.copy),
            "/my/documents".to_owned(),
            "/my/notices".to_owned(),
        ] {
            desk.open(&path).await;
            desk.look(&format!("{language} {path}")).await;
        }
        desk.open("/account").await;
        let leave = desk
            .browser
            .run("document.querySelector('.menu form').submit()");
        leave.await.unwrap();
        desk.browser.wait("a[href^='/login']").await.unwrap();
        desk.log_in("chief").await;
        for path in ["/review".to_owned(), format!("/review/{}", pair.copy)] {
            desk.open(&path).await;
            desk.look(&format!("{language} {path}")).await;
        }
        desk.browser.close().await.unwrap();
    }
}
