//! The real program, as people meet it.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod authenticity;
mod bad_input;
mod combobox;
mod command_line;
mod confined;
mod copies;
mod demo;
mod doors;
mod failure;
mod files;
mod hostile;
mod library;
mod libreoffice;
mod recognition;
mod saved_search;
mod steps;
mod story;
mod stranger;
mod words;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wenyuan_testing::{Client, Server};

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_wenyuan"))
}

pub(crate) fn server() -> Server {
    Server::start(program(), &[]).unwrap()
}

/// Returns a registered member.
pub(crate) async fn member(server: &Server, name: &str, language: &str) -> Client {
    let client = Client::new(&server.address, language).unwrap();
    client.register(name).await.unwrap();
    client
}

/// Uploads and waits until the document is readable or refused; returns its id
/// and the last state seen in the owner's live events.
pub(crate) async fn upload(client: &Client, name: &str, bytes: &[u8]) -> (i64, serde_json::Value) {
    let answer = client.upload(name, bytes.to_vec()).await.unwrap();
    assert!(
        answer.status < 300,
        "{name}: {} {}",
        answer.status,
        answer.text()
    );
    let id = answer.json()["id"].as_i64().unwrap();
    (id, settled(client, id).await)
}

/// Follows the live events of a document until they end.
pub(crate) async fn settled(client: &Client, id: i64) -> serde_json::Value {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        // The stream ends by itself when the document is settled.
        let events = client
            .get(&format!("/api/documents/events?ids={id}"))
            .await
            .unwrap()
            .text();
        let last = events
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .filter_map(|data| serde_json::from_str::<serde_json::Value>(data).ok())
            .rfind(|event| event["id"] == id);
        if let Some(event) = last
            && event["state"] != "converting"
            && event["state"] != "checking"
        {
            return event;
        }
        assert!(Instant::now() < deadline, "document {id} never settled");
    }
}

/// The model page's document, if the shared material is there.
pub(crate) fn specimen() -> Option<PathBuf> {
    let seed = wenyuan_testing::shared()?.join("seed");
    std::fs::read_dir(seed)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "docx")
        })
}

/// Searches the site until the result page has `title`.
pub(crate) async fn until_found(client: &Client, query: &str, title: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let path = format!("/search?q={}", percent(query));
    while !client.get(&path).await.unwrap().text().contains(title) {
        assert!(Instant::now() < deadline, "{query} never found {title}");
        tokio::task::yield_now().await;
    }
}

pub(crate) fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A Markdown document of a few words: the quickest way to a page.
pub(crate) fn note(title: &str) -> Vec<u8> {
    format!("# {title}\n\n乡镇文化站建设管理办法。\n").into_bytes()
}
