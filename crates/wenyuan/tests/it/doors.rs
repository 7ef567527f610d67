//! The other ways into the authenticity check: the command, and the API by
//! token.

use crate::{member, program, server, upload};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;
use wenyuan_testing::{Answer, Client, Sent};

const DOOR: &str = "/api/v1/authenticity";

/// A document of the demo library.
pub(crate) fn sample(file: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples")).join(file)
}

/// The demo's own pair: the original, and its spun, re-dated copy.
pub(crate) fn pair() -> (PathBuf, PathBuf) {
    let of = |year| {
        sample(&format!(
            "docx/{year}年文化局学习实践科学发展观活动总结.docx"
        ))
    };
    (of(2008), of(2023))
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    Command::new(program())
        .env("WENYUAN_DATA", data)
        .env("LC_ALL", "zh_CN.UTF-8")
        .args(arguments)
        .output()
        .unwrap()
}

fn findings(output: &Output) -> Vec<Value> {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    answer["findings"].as_array().unwrap().clone()
}

fn kinds(findings: &[Value]) -> Vec<&str> {
    let kinds = findings.iter().map(|finding| &finding["kind"]);
    kinds.map(|kind| kind.as_str().unwrap()).collect()
}

/// The swaps of the demo's copy, as `samples/README.md` lists them.
fn is_the_pair(finding: &Value) {
    assert_eq!(finding["kind"], "spun_copy", "{finding}");
    let title = finding["other"]["title"].as_str().unwrap();
    assert!(title.starts_with("2008年文化局"), "{title}");
    assert!(finding["coverage"].as_f64().unwrap() > 0.9, "{finding}");
    assert!(finding["swap_count"].as_u64().unwrap() >= 50, "{finding}");
    let swaps = finding["swaps"].as_array().unwrap();
    for (from, to) in [("发展", "进展"), ("知识", "学问"), ("服务", "效劳")] {
        let is_there = |swap: &Value| swap["from"] == from && swap["to"] == to;
        assert!(swaps.iter().any(is_there), "{from} → {to}: {swaps:?}");
    }
}

/// Everything that a check could leave behind: rows and blobs.
async fn contents(data: &Path) -> BTreeSet<String> {
    let url = format!("sqlite:{}", data.join("wenyuan.db").display());
    let db = wenyuan_domain::Db::open(&url).await.unwrap();
    let mut seen = BTreeSet::new();
    for (table, sql) in [
        ("documents", "select count(*) from documents"),
        ("jobs", "select count(*) from jobs"),
        ("blobs", "select count(*) from blobs"),
        ("checks", "select count(*) from checks"),
        ("signatures", "select count(*) from signatures"),
        ("findings", "select count(*) from findings"),
    ] {
        let rows: i64 = sqlx::query_scalar(sql).fetch_one(db.read()).await.unwrap();
        seen.insert(format!("{table}: {rows}"));
    }
    let mut todo = vec![data.join("blobs"), data.join("scratch")];
    while let Some(directory) = todo.pop() {
        for entry in std::fs::read_dir(directory).into_iter().flatten() {
            let path = entry.unwrap().path();
            seen.insert(path.display().to_string());
            if path.is_dir() {
                todo.push(path);
            }
        }
    }
    seen
}

#[tokio::test]
async fn check_finds_the_spun_copy_and_leaves_nothing_behind() {
    let (original, copy) = pair();
    let place = TempDir::new().unwrap();
    let data = place.path().join("data");
    let files = place.path().join("files");
    std::fs::create_dir(&files).unwrap();
    std::fs::copy(&original, files.join(original.file_name().unwrap())).unwrap();
    assert!(
        run(&data, &["import", files.to_str().unwrap()])
            .status
            .success()
    );
    let before = contents(&data).await;

    let copy = copy.to_str().unwrap();
    let found = findings(&run(&data, &["check", copy, "--json"]));
    is_the_pair(&found[0]);
    let said = String::from_utf8(run(&data, &["check", copy]).stdout).unwrap();
    for words in ["伪原创", "《2008年文化局", "服务 → 效劳"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let original = original.to_str().unwrap();
    let found = findings(&run(&data, &["check", original, "--json"]));
    assert_eq!(kinds(&found), ["same_file"]);
    let other = sample("docx/渡口的书箱.docx");
    let found = findings(&run(&data, &["check", other.to_str().unwrap(), "--json"]));
    assert_eq!(kinds(&found), [""; 0]);

    let bad = place.path().join("坏.docx");
    std::fs::write(&bad, b"PK\x03\x04 not really").unwrap();
    for (file, word) in [
        (bad.as_path(), "damaged"),
        (Path::new("/no/such"), "/no/such"),
    ] {
        let refused = run(&data, &["check", file.to_str().unwrap(), "--json"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(refused.stdout.is_empty());
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains(word), "{said}");
    }
    assert_eq!(contents(&data).await, before);
}

pub(crate) async fn token(client: &Client) -> String {
    let fields = [("name", "checker"), ("days", "30")];
    let page = client.post("/account", "/account/tokens", &fields).await;
    let page = page.unwrap().text();
    let after = page.split("<code class=\"secret\">").nth(1).unwrap();
    after.split('<').next().unwrap().to_owned()
}

/// What was found of a document, as a token's owner may know it.
pub(crate) async fn findings_of(client: &Client, token: &str, id: &str) -> Vec<Value> {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str())];
    let path = format!("{DOOR}?document={id}");
    let answer = client.get_with(&path, &headers).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["findings"].as_array().unwrap().clone()
}

/// Asks for a result until there is one.
async fn result(client: &Client, token: &str, mut answer: Answer) -> Answer {
    while answer.status == 202 {
        let place = answer.header("location").to_owned();
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        answer = client.get_with(&place, &headers).await.unwrap();
    }
    answer
}

#[tokio::test]
async fn another_program_checks_files_and_text_with_a_token() {
    let (original, copy) = pair();
    let server = server();
    let anna = member(&server, "Anna", "zh-CN").await;
    let name = original.file_name().unwrap().to_str().unwrap();
    let (id, state) = upload(&anna, name, &std::fs::read(&original).unwrap()).await;
    assert_eq!(state["state"], "readable", "{state}");

    let bert = member(&server, "Bert", "zh-CN").await;
    let token = token(&bert).await;
    let name = copy.file_name().unwrap().to_str().unwrap();
    let bytes = std::fs::read(&copy).unwrap();
    let send = async |sent| {
        let path = format!("{DOOR}?title=x");
        let answer = bert.post_by_token(&path, &token, sent).await.unwrap();
        result(&bert, &token, answer).await
    };
    let answer = send(Sent::File(name, &bytes)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["findings"][0]["other"]["id"], id);
    is_the_pair(&answer["findings"][0]);

    let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
    assert!(page.contains("科学发展观"));
    let text = "图书馆读者座谈会记录：大家对借阅规则和开放时间谈了各自的看法。".repeat(3);
    let answer = send(Sent::Text(&text)).await;
    let kinds = answer.json()["findings"].to_string();
    assert_eq!(answer.status, 200);
    assert!(
        !kinds.contains("copy") && !kinds.contains("same"),
        "{kinds}"
    );

    let answer = send(Sent::File("坏.docx", b"PK\x03\x04 not really")).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert_eq!(answer.json()["error"]["kind"], "damaged");

    // The command finds the same while the server runs.
    let output = server
        .run(&["check", copy.to_str().unwrap(), "--json"], "")
        .unwrap();
    is_the_pair(&findings(&output)[0]);
    assert_eq!(server.violations().unwrap(), [""; 0]);
}
