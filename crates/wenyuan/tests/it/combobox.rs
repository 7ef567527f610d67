//! The search box while somebody types, in a browser.

use crate::{member, note, server, until_found, upload};
use serde_json::json;
use wenyuan_testing::{Browser, Window};

/// Down, Up, Enter, Escape in WebDriver's own characters.
const DOWN: &str = "\u{E015}";
const UP: &str = "\u{E013}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";

#[tokio::test]
async fn suggestions_come_while_typing_and_obey_the_keys() {
    let server = server();
    let anna = member(&server, "anna", "zh-CN").await;
    let (id, state) = upload(&anna, "文化站年度总结.md", &note("文化站年度总结")).await;
    assert_eq!(state["state"], "readable", "{state}");
    until_found(&anna, "文化站年度总结", "年度总结").await;

    for window in [Window::Phone, Window::Desktop] {
        let Some(browser) = Browser::start("zh-CN", window).await.unwrap() else {
            return;
        };
        browser.open(&format!("{}/", server.address)).await.unwrap();
        let input = browser.wait("#q[role=combobox]").await.unwrap();
        assert_eq!(input.attribute("aria-expanded").await.unwrap(), "false");

        input.send_keys("wenhuaz").await.unwrap();
        browser.wait("#q[aria-expanded=true]").await.unwrap();
        let first = browser.wait("#q-suggestions li").await.unwrap();
        assert!(first.text().await.unwrap().contains("文化站"));
        browser
            .screenshot(&format!("suggestions-{}", window.name()))
            .await
            .unwrap();
        assert!(no_wider_than_the_window(&browser).await);

        input.send_keys(DOWN).await.unwrap();
        let chosen = browser
            .wait("#q-suggestions [aria-selected=true]")
            .await
            .unwrap();
        let chosen = chosen.attribute("id").await.unwrap();
        assert_eq!(
            input.attribute("aria-activedescendant").await.unwrap(),
            chosen
        );
        input.send_keys(UP).await.unwrap();
        assert_eq!(input.attribute("aria-activedescendant").await.unwrap(), "");

        input.send_keys(ESCAPE).await.unwrap();
        browser.wait("#q[aria-expanded=false]").await.unwrap();
        browser.wait("#q-suggestions[hidden]").await.unwrap();

        // The last suggestion is the author or the title; go up to the title.
        input.send_keys("hann").await.unwrap();
        browser.wait("#q-suggestions li:only-child").await.unwrap();
        input.send_keys(DOWN).await.unwrap();
        input.send_keys(ENTER).await.unwrap();
        browser.wait("#page-1").await.unwrap();
        assert_eq!(path(&browser).await, format!("/d/{id}"));
        browser.close().await.unwrap();
    }
}

async fn path(browser: &Browser) -> String {
    let script = "arguments[arguments.length - 1](location.pathname)";
    let path = browser.script(script, Vec::new()).await.unwrap();
    path.as_str().unwrap_or_default().to_owned()
}

async fn no_wider_than_the_window(browser: &Browser) -> bool {
    let script = "arguments[arguments.length - 1](\
                  document.documentElement.scrollWidth <= innerWidth)";
    browser.script(script, Vec::new()).await.unwrap() == json!(true)
}
