//! The parent's part: the wall clock, the process group, the environment.

use crate::planted::Plan;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wenyuan_convert::{Limits, RefusalKind};
use wenyuan_worker::walls::Class;
use wenyuan_worker::{Child, ChildCommand, Scratch, Step};

/// The planted child as the worker's own. The test runner's chatter goes
/// nowhere, for the worker would take it for frames; the pipe stays open.
fn as_child(plan: &Plan, scratch: &Arc<Scratch>) -> Child {
    let quietly = r#"exec 3>&1 >/dev/null; exec "$0" "$@""#;
    let mut arguments = vec!["-c".to_owned(), quietly.to_owned()];
    arguments.push(std::env::current_exe().unwrap().display().to_string());
    arguments.extend(plan.arguments());
    Child::start(&ChildCommand {
        program: "/bin/sh".into(),
        arguments,
        scratch: Arc::clone(scratch),
    })
    .unwrap()
}

/// Waits until a process is gone, or is a corpse that its parent has not seen.
fn assert_it_ends(pid: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let state = stat.rsplit(')').next().unwrap_or_default().trim();
        if state.is_empty() || state.starts_with('Z') {
            return;
        }
        assert!(Instant::now() < deadline, "{pid} lives: {stat}");
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn the_wall_clock_ends_a_child_that_hangs() {
    let place = tempfile::tempdir().unwrap();
    let scratch = Arc::new(Scratch::open(place.path()).unwrap());
    let mut child = as_child(&Plan::new(Class::Converter, "hang", ""), &scratch);
    let limits = Limits {
        seconds: 0,
        ..Limits::default()
    };
    let step = child.convert("a.txt", "a".into(), &limits).next().await;
    let Step::End(Err(refusal)) = step else {
        panic!("{step:?}")
    };
    assert_eq!(refusal.kind, RefusalKind::Timeout);
    assert!(child.is_spent());
}

#[tokio::test]
async fn the_file_that_used_up_the_processor_time_was_too_slow() {
    let place = tempfile::tempdir().unwrap();
    let scratch = Arc::new(Scratch::open(place.path()).unwrap());
    let mut plan = Plan::new(Class::Converter, "loop", "");
    plan.cpu_seconds = 1;
    let mut child = as_child(&plan, &scratch);
    let step = child
        .convert("a.txt", "a".into(), &Limits::default())
        .next()
        .await;
    let Step::End(Err(refusal)) = step else {
        panic!("{step:?}")
    };
    assert_eq!(refusal.kind, RefusalKind::Timeout, "{refusal}");
}

#[tokio::test]
async fn a_child_knows_nothing_of_the_environment_and_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let scratch = Arc::new(Scratch::open(place.path()).unwrap());
    let mut child = as_child(
        &Plan::new(Class::Converter, "tell-environment", ""),
        &scratch,
    );
    let step = child
        .convert("a.txt", "a".into(), &Limits::default())
        .next()
        .await;
    assert!(matches!(step, Step::End(Err(_))), "{step:?}");
    let own = |depth| walk(place.path(), depth);
    let told = own(3)
        .into_iter()
        .find(|path| path.ends_with("told"))
        .unwrap();
    let told = fs::read_to_string(told).unwrap();
    // Shells add some of their own.
    let own_words = ["PWD", "OLDPWD", "SHLVL", "_"];
    let names = told.split(' ').filter(|name| !own_words.contains(name));
    assert_eq!(names.collect::<Vec<_>>(), ["TMPDIR"]);
    drop(child);
    assert!(
        own(3).iter().all(|path| path.ends_with("lock")),
        "{:?}",
        own(3)
    );
}

/// The files up to `depth` directories down.
fn walk(directory: &std::path::Path, depth: usize) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(directory).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match depth {
            1.. if path.is_dir() => walk(&path, depth - 1),
            _ => vec![path],
        })
        .collect()
}

#[test]
fn ending_a_child_ends_what_it_started() {
    let plan = Plan::new(
        Class::LibreOffice,
        "shell",
        "sleep 300 & echo grandchild $!; wait",
    );
    let scratch = tempfile::tempdir().unwrap();
    let mut process = plan.start(&scratch);
    let stdout = BufReader::new(process.child_mut().stdout.take().unwrap());
    let grandchild = stdout
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("grandchild ").map(str::to_owned))
        .unwrap();
    assert!(process.is_running());
    process.end();
    assert_it_ends(&grandchild);
}

#[test]
fn ending_a_child_that_ended_by_itself_ends_what_it_left() {
    let plan = Plan::new(
        Class::LibreOffice,
        "shell",
        "sleep 300 >&2 & echo grandchild $!",
    );
    let scratch = tempfile::tempdir().unwrap();
    let mut process = plan.start(&scratch);
    let stdout = std::io::read_to_string(process.child_mut().stdout.take().unwrap()).unwrap();
    let grandchild = stdout.rsplit("grandchild ").next().unwrap().trim();
    let deadline = Instant::now() + Duration::from_secs(10);
    while process.is_running() {
        assert!(Instant::now() < deadline);
        std::thread::yield_now();
    }
    assert!(fs::exists(format!("/proc/{grandchild}")).unwrap());
    assert!(process.end().is_some_and(|status| status.success()));
    assert_it_ends(grandchild);
}

#[test]
fn a_child_dies_with_the_server() {
    let plan = Plan::new(Class::Converter, "beget", "");
    let scratch = tempfile::tempdir().unwrap();
    let mut process = plan.start(&scratch);
    let stdout = BufReader::new(process.child_mut().stdout.take().unwrap());
    let child = stdout
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("planted: ").map(str::to_owned))
        .unwrap();
    // Only the server; its child is in a group of its own.
    process.child_mut().kill().unwrap();
    assert_it_ends(&child);
}

#[test]
fn a_child_outlives_the_thread_that_asked_for_it() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut process, mut stdout) = std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut process = Plan::new(Class::Converter, "answer", "").start(&scratch);
            let mut stdout = BufReader::new(process.child_mut().stdout.take().unwrap());
            let mut line = String::new();
            // It has asked the kernel to die with its parent by then.
            while !line.contains("raised: ") {
                line.clear();
                assert!(stdout.read_line(&mut line).unwrap() > 0);
            }
            (process, stdout)
        });
        asking.join().unwrap()
    });
    let mut stdin = process.child_mut().stdin.take().unwrap();
    stdin.write_all(b"alive\n").unwrap();
    let mut said = String::new();
    stdout.read_to_string(&mut said).unwrap();
    assert!(said.contains("planted: done alive"), "{said}");
}
