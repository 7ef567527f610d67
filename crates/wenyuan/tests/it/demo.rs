//! The demo library, as a visitor of `./run` meets it.

use crate::program;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use wenyuan_domain::job;
use wenyuan_domain::{Db, Viewer, document, finding};
use wenyuan_testing::Client;

/// Ended with the test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the demo; returns its address and a moderator's name and password.
fn start(place: &TempDir) -> (Demo, String, String, String) {
    let mut process = Command::new(program())
        .env("WENYUAN_DATA", place.path())
        .env("WENYUAN_LOG", "warn")
        .args(["demo", "--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let demo = Demo(process);
    let mut address = String::new();
    for line in lines.map_while(Result::ok) {
        let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        match words.as_slice() {
            [_, _, at] if at.starts_with("http://") => address.clone_from(at),
            [name, password, role] if role == "(moderator)" => {
                return (demo, address, name.clone(), password.clone());
            }
            _ => {}
        }
    }
    panic!("the demo did not start");
}

/// Waits until everything is converted, compared and decided.
async fn settle(db: &Db) {
    let deadline = Instant::now() + Duration::from_secs(400);
    loop {
        let counts = job::counts(db).await.unwrap();
        let decided: i64 =
            sqlx::query_scalar("select count(*) from audit_log where action like 'review.%'")
                .fetch_one(db.read())
                .await
                .unwrap();
        let held: i64 = sqlx::query_scalar(
            "select count(*) from documents where state = 'converting' and stage = 'held'",
        )
        .fetch_one(db.read())
        .await
        .unwrap();
        assert_eq!(counts.dead, 0);
        if counts.ready + counts.running == 0 && decided == 1 && held == 1 {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "{counts:?}, decided {decided}, held {held}"
        );
        // Another process works: looked at as a browser waits for an element.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn the_demo_shows_a_copy_with_its_note_holds_another_and_blames_no_other() {
    let place = TempDir::new().unwrap();
    let (_demo, address, name, password) = start(&place);
    let path = place.path().join("demo/wenyuan.db");
    let db = Db::open(&format!("sqlite:{}", path.display()))
        .await
        .unwrap();
    settle(&db).await;

    let ids: Vec<i64> = sqlx::query_scalar("select id from documents order by id")
        .fetch_all(db.read())
        .await
        .unwrap();
    let mut blamed = Vec::new();
    let mut copy = None;
    for id in ids {
        let id = wenyuan_domain::DocumentId(id);
        let reader = document::find(&db, Viewer::Stranger, id).await.unwrap();
        let Some(document) = reader else {
            blamed.push("held".to_owned());
            continue;
        };
        let found = finding::of(&db, Viewer::Stranger, &document).await.unwrap();
        for found in found {
            blamed.push(format!(
                "{}: {}",
                found.finding.kind.as_str(),
                document.title
            ));
            copy = found.other.map(|other| (id, other.id)).or(copy);
        }
    }
    let title = "2023年文化局学习实践科学发展观活动总结";
    assert_eq!(
        blamed,
        [
            format!("spun_copy: {title}"),
            format!("redated: {title}"),
            format!("title_mismatch: {title}"),
            "held".to_owned(),
        ]
    );

    // Visitors see it on its page, and the moderator what waits.
    let visitor = Client::new(&address, "zh").unwrap();
    let (copy, original) = copy.unwrap();
    let page = visitor.get(&format!("/d/{copy}")).await.unwrap().text();
    let compare = format!("/d/{copy}/compare/{original}");
    assert!(page.contains("honest-line") && page.contains(&compare));
    assert_eq!(visitor.get(&compare).await.unwrap().status, 200);
    let fields = [("login", name.as_str()), ("password", password.as_str())];
    let entered = visitor.post("/login", "/login", &fields).await.unwrap();
    assert_eq!(entered.status, 303);
    let queue = visitor.get("/review").await.unwrap().text();
    assert!(queue.contains("二十四节气"), "{queue}");
}
