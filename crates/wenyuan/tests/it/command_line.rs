//! The command contract, and the shapes that others read.

use crate::{note, program, specimen};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn run(data: &Path, arguments: &[&str]) -> Output {
    Command::new(program())
        .env("WENYUAN_DATA", data)
        .args(arguments)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn convert_writes_pages_pdf_text_and_report() {
    let Some(file) = specimen() else { return };
    let place = TempDir::new().unwrap();
    let out = place.path().join("out");
    let arguments = [
        "convert",
        file.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--json",
    ];
    let report = json(&run(place.path(), &arguments));
    assert_eq!(report["pages"], 5);
    assert_eq!(report["engine"], "native");
    assert_eq!(report["format"], "docx");
    assert!(report["warnings"].is_array() && report["fonts"].is_array());
    assert!(report["ms"]["first_page"].as_f64().unwrap() > 0.0);
    let stored: Value =
        serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    assert_eq!(stored, report);
    assert!(
        std::fs::read(out.join("document.pdf"))
            .unwrap()
            .starts_with(b"%PDF")
    );
    for number in 1..=5 {
        let webp = std::fs::read(out.join(format!("page-{number:04}.webp"))).unwrap();
        assert_eq!(&webp[8..12], b"WEBP");
    }
    let text: Value =
        serde_json::from_slice(&std::fs::read(out.join("text.json")).unwrap()).unwrap();
    let word = &text["pages"][0]["lines"][0]["words"][0];
    assert!(word["text"].is_string() && word["x1"].as_f64() > word["x0"].as_f64());
}

#[test]
fn import_search_verify_and_reindex_work_without_a_server() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("data");
    let files = place.path().join("files");
    std::fs::create_dir_all(files.join("deeper")).unwrap();
    std::fs::write(files.join("一.md"), note("农家书屋管理")).unwrap();
    std::fs::write(files.join("deeper/二.txt"), "图书馆开放时间\n").unwrap();
    std::fs::write(files.join("三.docx"), "not a document, but text").unwrap();
    std::fs::write(files.join("空.pdf"), "").unwrap();

    let arguments = ["import", files.to_str().unwrap(), "--json"];
    let summary = json(&run(&data, &arguments));
    assert_eq!(summary["readable"], 3, "{summary}");
    assert_eq!(summary["refused"].as_array().unwrap().len(), 1, "{summary}");
    assert!(
        summary["refused"][0]["reason"]
            .as_str()
            .unwrap()
            .starts_with("empty")
    );
    let again = json(&run(&data, &arguments));
    assert_eq!(again["readable"], 3, "resumed, not repeated");

    let found = json(&run(&data, &["search", "乡镇文化站", "--json"]));
    assert_eq!(found["total"], 1, "{found}");
    let hit = &found["hits"][0];
    assert_eq!(hit["title"], "一");
    assert_eq!(hit["page"], 1);
    assert!(hit["snippet"].as_str().unwrap().contains("乡镇文化站"));
    assert!(hit["score"].as_f64().unwrap() > 0.0);

    let verified = json(&run(&data, &["verify", "--json"]));
    assert_eq!(verified["ok"], true, "{verified}");
    std::fs::remove_dir_all(data.join("index")).unwrap();
    assert!(!run(&data, &["verify", "--json"]).status.success());
    assert!(run(&data, &["reindex"]).status.success());
    let verified = json(&run(&data, &["verify", "--json"]));
    assert_eq!(verified["ok"], true, "{verified}");
    let doctor = json(&run(&data, &["doctor", "--json"]));
    assert_eq!(doctor["ok"], true, "{doctor}");
    let items = doctor["items"].as_array().unwrap();
    let walls = items.iter().find(|item| item["name"] == "sandbox").unwrap();
    let walls = walls["detail"].as_str().unwrap();
    assert!(walls.starts_with("required: landlock "), "{walls}");
    assert!(walls.contains(", seccomp"), "{walls}");
}

/// A document that another process was to read the scans of.
#[tokio::test]
async fn nobody_waits_for_scans_that_are_not_read_here() {
    use wenyuan_domain::job::{self, Kind};
    let place = TempDir::new().unwrap();
    let data = place.path().join("data");
    let file = place.path().join("一.md");
    std::fs::write(&file, note("农家书屋管理")).unwrap();
    let import = |ocr| {
        // Ended after a minute: it would wait for ever.
        Command::new("timeout")
            .arg("60")
            .arg(program())
            .env("WENYUAN_DATA", &data)
            .env("WENYUAN_OCR", ocr)
            .args(["import", file.to_str().unwrap(), "--json"])
            .output()
            .unwrap()
    };
    assert_eq!(json(&import("off"))["readable"], 1);
    let url = format!("sqlite:{}", data.join("wenyuan.db").display());
    let db = wenyuan_domain::Db::open(&url).await.unwrap();
    let mut tx = db.write().await.unwrap();
    job::enqueue(&mut tx, Kind::Recognise, 999).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(json(&import("off"))["readable"], 1);
    assert!(run(&data, &["reindex"]).status.success());
    let counts = job::counts(&db).await.unwrap();
    assert_eq!((counts.ready, counts.running), (1, 0), "still to be read");
}

#[test]
fn the_configuration_is_that_of_the_data_directory_and_of_no_other() {
    let place = TempDir::new().unwrap();
    let below = place.path().join("below");
    std::fs::create_dir_all(place.path().join("data")).unwrap();
    std::fs::create_dir_all(below.join("data")).unwrap();
    std::fs::write(place.path().join("data/wenyuan.toml"), "lisen = \"x\"").unwrap();
    let output = Command::new(program())
        .current_dir(&below)
        .env("WENYUAN_DATA", "data")
        .arg("verify")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn bad_usage_is_2_and_failure_is_1_with_a_message() {
    let place = TempDir::new().unwrap();
    let usage = run(place.path(), &["convert"]);
    assert_eq!(usage.status.code(), Some(2));
    let missing = run(place.path(), &["convert", "/no/such/file", "--out", "x"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/no/such/file"));
    std::fs::write(place.path().join("wenyuan.toml"), "lisen = \"x\"").unwrap();
    let typo = run(place.path(), &["doctor"]);
    assert_eq!(typo.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&typo.stderr).contains("lisen"));
}

#[test]
fn secrets_are_made_once_and_private() {
    use std::os::unix::fs::PermissionsExt;
    let mut server = crate::server();
    let path = server.data.path().join("secret");
    let first = std::fs::read(&path).unwrap();
    assert_eq!(first.len(), 32);
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let directory = std::fs::metadata(server.data.path().join("spool")).unwrap();
    assert_eq!(directory.permissions().mode() & 0o777, 0o700);
    server.kill();
    server.restart().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), first);
}

#[tokio::test]
async fn the_first_administrator_comes_from_the_command_line() {
    let server = crate::server();
    let created = server
        .run(&["admin", "create", "root-user", "root@example.com"], "")
        .unwrap();
    let said = String::from_utf8(created.stdout).unwrap();
    let password = said.split_whitespace().nth(1).unwrap();
    let client = wenyuan_testing::Client::new(&server.address, "en").unwrap();
    let fields = [("login", "root-user"), ("password", password)];
    assert_eq!(
        client
            .post("/login", "/login", &fields)
            .await
            .unwrap()
            .status,
        303
    );
    let set = server
        .run(
            &["admin", "password", "root-user"],
            "a different long one\n",
        )
        .unwrap();
    assert!(set.status.success());
    assert_eq!(
        client.get("/my/documents").await.unwrap().status,
        303,
        "sessions ended"
    );
}

#[test]
fn a_worker_alone_converts_what_another_process_takes_in() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("data");
    let file = place.path().join("一.md");
    std::fs::write(&file, note("农家书屋管理")).unwrap();
    let mut worker = Command::new(program())
        .env("WENYUAN_DATA", &data)
        .arg("worker")
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // This process converts nothing itself: without the worker it never ends.
    let output = Command::new(program())
        .env("WENYUAN_DATA", &data)
        .env("WENYUAN_CONVERTERS", "0")
        .args(["import", file.to_str().unwrap(), "--json"])
        .output()
        .unwrap();
    worker.kill().unwrap();
    worker.wait().unwrap();
    assert_eq!(json(&output)["readable"], 1);
    let verified = json(&run(&data, &["verify", "--json"]));
    assert_eq!(verified["ok"], true, "{verified}");
}
