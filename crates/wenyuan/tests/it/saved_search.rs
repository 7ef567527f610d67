//! A saved search, from the button to the notice: as it happens, with the
//! worker beside the site.

use crate::{member, note, percent, program, server, upload};
use std::time::{Duration, Instant};
use wenyuan_testing::{Browser, Client, Server, Window};

const NOTICES: &str = "/my/notices";

async fn save(client: &Client, words: &str) {
    let search = format!("q={}", percent(words));
    let fields = [
        ("search", search.as_str()),
        ("name", words),
        ("notify", "1"),
    ];
    let page = format!("/search?{search}");
    let answer = client.post(&page, "/search/save", &fields).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
}

/// Looks at the notices until `expected` is among them.
async fn until_told(client: &Client, expected: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let page = client.get(NOTICES).await.unwrap().text();
        if page.contains(expected) {
            return page;
        }
        assert!(
            Instant::now() < deadline,
            "never told of {expected}: {page}"
        );
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_member_is_told_of_what_others_upload_and_it_can_be_found() {
    let server = server();
    let anna = member(&server, "周老师", "zh-CN").await;
    let bert = member(&server, "李馆长", "zh-CN").await;
    save(&anna, "乡镇文化站").await;
    save(&anna, "此词不会出现").await;
    let (id, state) = upload(&bert, "other.md", &note("别人的文化站")).await;
    assert_eq!(state["state"], "readable", "{state}");

    let page = until_told(&anna, "“乡镇文化站”有 1 篇新文档").await;
    assert!(page.contains(&format!("/d/{id}\"")), "{page}");
    assert!(!page.contains("此词不会出现"), "{page}");
    assert!(!bert.get(NOTICES).await.unwrap().text().contains("文化站"));

    let list = anna.get("/my/saved-searches").await.unwrap().text();
    assert!(list.contains("1 篇新文档"), "{list}");
    let path = list.split("href=\"/my/saved-searches/").nth(2).unwrap();
    let path = format!("/my/saved-searches/{}", path.split('"').next().unwrap());
    let opened = anna.get(&path).await.unwrap();
    assert_eq!(opened.status, 303);
    let found = anna.get(opened.header("location")).await.unwrap().text();
    assert!(found.contains(&format!("\"/d/{id}\"")), "{found}");
    assert!(!found.contains("bell-count"), "{found}");
    assert_eq!(server.violations().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_a_bulk_import_brings_is_told_when_the_server_runs_again() {
    let mut server = server();
    let anna = member(&server, "周老师", "zh-CN").await;
    member(&server, "李馆长", "zh-CN").await;
    save(&anna, "乡镇文化站").await;
    server.kill();
    let folder = tempfile::TempDir::new().unwrap();
    for number in 1..=3 {
        let title = format!("第{number}号文件");
        std::fs::write(folder.path().join(format!("{number}.md")), note(&title)).unwrap();
    }
    let path = folder.path().to_str().unwrap();
    let import = ["import", path, "--owner", "李馆长", "--json"];
    let output = server.run(&import, "").unwrap();
    assert!(output.status.success(), "{output:?}");
    server.restart().unwrap();
    let anna = again(&server, "周老师").await;
    // How many it is at first depends on when the import came to its runs.
    until_told(&anna, "“乡镇文化站”有").await;
}

/// Logs in anew: the restarted server has another address.
async fn again(server: &Server, name: &str) -> Client {
    let client = Client::new(&server.address, "zh-CN").unwrap();
    let fields = [("login", name), ("password", Client::PASSWORD)];
    let answer = client.post("/login", "/login", &fields).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    client
}

#[tokio::test]
async fn the_bell_rings_in_a_browser() {
    for (language, window) in [("zh-CN", Window::Phone), ("en-US", Window::Desktop)] {
        let server = Server::start(program(), &[]).unwrap();
        let Some(browser) = Browser::start(language, window).await.unwrap() else {
            return;
        };
        let open = async |path: &str| {
            let address = format!("{}{path}", server.address);
            browser.open(&address).await.unwrap();
        };
        let click = async |css: &str| browser.wait(css).await.unwrap().click().await.unwrap();
        open("/register").await;
        for (css, text) in [
            ("#name", "anna"),
            ("#email", "anna@example.com"),
            ("#password", Client::PASSWORD),
        ] {
            let field = browser.wait(css).await.unwrap();
            field.send_keys(text).await.unwrap();
        }
        click("main form button[type=submit]").await;
        browser.wait(".menu").await.unwrap();
        // Nothing is found yet: the page offers to wait for it.
        open("/search?q=%E6%96%87%E5%8C%96%E7%AB%99").await;
        click(".keep button").await;
        browser.wait(".lines .saved").await.unwrap();

        let bert = member(&server, "bert", language).await;
        upload(&bert, "other.md", &note("文化站工作")).await;
        let reader = format!("{}-bell", window.name());
        let deadline = Instant::now() + Duration::from_secs(60);
        let count = loop {
            open("/").await;
            let script = "arguments[0](document.querySelector('.bell-count')?.innerText ?? '')";
            let count = browser.script(script, Vec::new()).await.unwrap();
            if count != "" {
                break count;
            }
            assert!(Instant::now() < deadline, "the bell never rang");
        };
        assert!(count.as_str().unwrap().starts_with('1'), "{count}");
        click(".bell").await;
        browser
            .wait(".lines .is-new .line-documents a")
            .await
            .unwrap();
        browser.screenshot(&reader).await.unwrap();
        click(".notices-head button").await;
        browser.wait(".lines > li:not(.is-new)").await.unwrap();
        click(".line-title a").await;
        browser.wait(".entries .entry-title").await.unwrap();
    }
}
