//! Power, disk, database and store fail; nothing accepted is lost.

use crate::{member, note, program, server, settled, upload};
use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};
use wenyuan_testing::{Cable, Server, provided, say};

/// A document that takes a while: `pages` pages of text.
fn long_note(pages: usize) -> Vec<u8> {
    let mut text = String::from("# 长文\n");
    for number in 0..pages * 40 {
        let _ = writeln!(text, "\n第{number}段:乡镇文化站建设管理办法,落实到位。");
    }
    text.into_bytes()
}

/// The converting children of a server.
fn children(server: &Server) -> Vec<String> {
    let parent = server.pid().unwrap().to_string();
    let output = Command::new("ps")
        .args(["--no-headers", "-o", "pid", "--ppid", &parent])
        .output()
        .unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

fn kill(pids: &[String]) {
    Command::new("kill").arg("-9").args(pids).status().unwrap();
}

#[tokio::test]
async fn a_kill_in_the_middle_of_a_conversion_loses_nothing() {
    let mut server = server();
    let anna = member(&server, "Anna", "zh").await;
    let bytes = long_note(60);
    let answer = anna.upload("long.md", bytes.clone()).await.unwrap();
    let id = answer.json()["id"].as_i64().unwrap();
    // Wait until pages have begun to come, so that it is the middle.
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
        if page.contains(&format!("/d/{id}/p/1/")) {
            break;
        }
        assert!(Instant::now() < deadline, "no page came");
    }
    let orphans = children(&server);
    server.kill();
    kill(&orphans);
    server.restart().unwrap();

    let again = wenyuan_testing::Client::new(&server.address, "zh").unwrap();
    let fields = [
        ("login", "Anna"),
        ("password", wenyuan_testing::Client::PASSWORD),
    ];
    assert_eq!(
        again
            .post("/login", "/login", &fields)
            .await
            .unwrap()
            .status,
        303
    );
    let state = settled(&again, id).await;
    assert_eq!(state["state"], "readable", "{state}");
    let original = again.get(&format!("/d/{id}/download")).await.unwrap();
    assert_eq!(original.body, bytes);
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_killed_converter_costs_one_attempt() {
    let server = server();
    let anna = member(&server, "Anna", "zh").await;
    upload(&anna, "warm.md", &note("预热")).await;
    let answer = anna.upload("long.md", long_note(60)).await.unwrap();
    let id = answer.json()["id"].as_i64().unwrap();
    kill(&children(&server));
    let state = settled(&anna, id).await;
    assert_eq!(state["state"], "readable", "{state}");
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

// The cable is relayed by this runtime while the test waits for processes.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_comes_back_to_everything_accepted() {
    let Some(url) = provided("TEST_PG", "PostgreSQL") else {
        return;
    };
    let test = wenyuan_testing::databases().await.unwrap().remove(1);
    let name = test.url.rsplit('/').next().unwrap();
    let target = url.rsplit('@').next().unwrap();
    let cable = Cable::to(target).await.unwrap();
    let through = format!("postgres://postgres@{}/{name}", cable.address);
    let server = Server::start(program(), &[("WENYUAN_DATABASE", &through)]).unwrap();
    let anna = member(&server, "Anna", "en").await;
    let token = anna.csrf("/upload").await.unwrap();
    let answer = anna.upload("long.md", long_note(30)).await.unwrap();
    let id = answer.json()["id"].as_i64().unwrap();

    cable.cut();
    assert_eq!(anna.get("/readyz").await.unwrap().status, 503);
    assert_eq!(anna.get("/healthz").await.unwrap().status, 200);
    let down = anna.get("/").await.unwrap();
    assert!(matches!(down.status, 500 | 503), "{}", down.status);
    assert!(
        !down.text().contains("postgres"),
        "no internal detail is shown"
    );
    let fields = [("csrf", token.as_str())];
    assert!(anna.post_bare("/logout", &fields).await.unwrap().status >= 500);
    cable.mend();

    let state = settled(&anna, id).await;
    assert_eq!(state["state"], "readable", "{state}");
    let (_, state) = upload(&anna, "b.md", &note("之后")).await;
    assert_eq!(state["state"], "readable");
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

// The cable is relayed by this runtime while the test waits for processes.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_goes_away_delays_conversions_and_refuses_uploads_plainly() {
    let Some(endpoint) = provided("TEST_S3", "S3") else {
        return;
    };
    let cable = Cable::to(endpoint.trim_start_matches("http://"))
        .await
        .unwrap();
    let through = format!("http://{}", cable.address);
    let server = Server::start(
        program(),
        &[
            ("WENYUAN_BLOBS", "s3://docs"),
            ("WENYUAN_S3__ENDPOINT", &through),
            ("WENYUAN_S3__ACCESS_KEY_ID", "testkey"),
            ("WENYUAN_S3__SECRET_ACCESS_KEY", "testsecret"),
        ],
    )
    .unwrap();
    let anna = member(&server, "Anna", "en").await;
    let (first, state) = upload(&anna, "a.md", &note("之前")).await;
    assert_eq!(state["state"], "readable", "{state}");
    let answer = anna.upload("long.md", long_note(30)).await.unwrap();
    let id = answer.json()["id"].as_i64().unwrap();
    cable.cut();
    let page = anna.get(&format!("/d/{first}/download")).await.unwrap();
    assert!(page.status >= 500, "{}", page.status);
    cable.mend();
    let state = settled(&anna, id).await;
    assert_eq!(state["state"], "readable", "{state}");
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_full_disk_refuses_the_upload_and_keeps_what_was_there() {
    let mount = tempfile::TempDir::new().unwrap();
    let path = mount.path().to_str().unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=3m", "tmpfs", path])
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        say("skipped: a small disk can only be mounted as root");
        return;
    }
    let _unmount = Unmount(path.to_owned());
    let server = Server::start(program(), &[("WENYUAN_BLOBS", path)]).unwrap();
    let anna = member(&server, "Anna", "en").await;
    let (first, state) = upload(&anna, "a.md", &note("之前")).await;
    assert_eq!(state["state"], "readable", "{state}");

    let large = vec![b'a'; 4 << 20];
    let answer = anna.upload("large.txt", large).await.unwrap();
    assert_eq!(answer.status, 507, "{}", answer.text());
    let mine = anna.get("/my/documents").await.unwrap().text();
    assert!(!mine.contains("large"), "nothing half-accepted");
    let spool = server.data.path().join("spool");
    assert_eq!(std::fs::read_dir(spool).unwrap().count(), 0);
    assert_eq!(anna.get(&format!("/d/{first}")).await.unwrap().status, 200);
    let (_, state) = upload(&anna, "b.md", &note("之后")).await;
    assert_eq!(state["state"], "readable", "{state}");
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

struct Unmount(String);

impl Drop for Unmount {
    fn drop(&mut self) {
        // Lazily: the server is stopped after this.
        let _ = Command::new("umount").args(["-l", &self.0]).status();
    }
}

#[tokio::test]
async fn a_file_that_eats_memory_or_time_is_refused_and_the_next_one_is_not() {
    for (limit, value, kind) in [
        ("WENYUAN_CONVERT_MEMORY_MIB", "600", "memory"),
        ("WENYUAN_CONVERT_SECONDS", "2", "timeout"),
    ] {
        let server = Server::start(program(), &[(limit, value)]).unwrap();
        let anna = member(&server, "Anna", "en").await;
        let (id, state) = upload(&anna, "endless.md", &long_note(1_500)).await;
        assert_eq!(state["state"], "refused", "{kind}: {state}");
        let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
        let sentence = crate::bad_input::sentence("en", kind);
        assert!(page.contains(&sentence), "{kind}: no `{sentence}`");
        let (_, state) = upload(&anna, "next.md", &note("之后")).await;
        assert_eq!(state["state"], "readable", "{kind}: {state}");
        assert_eq!(server.violations().unwrap(), [""; 0]);
    }
}
