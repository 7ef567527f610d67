//! The class of our own converter, which computes and nothing else.

use crate::planted::{EACCES, EPERM, Plan, attempt};
use nix::sys::signal::Signal;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use wenyuan_worker::walls::{Class, Strictness};

fn converter(deed: &str, object: &str) -> String {
    attempt(Class::Converter, deed, object)
}

#[test]
fn it_reads_no_file_but_fonts() {
    for (deed, object) in [
        ("read", "/etc/passwd"),
        ("read", "/proc/self/environ"),
        ("list", "/"),
        ("list", "/proc"),
        ("list", "/tmp"),
        ("list", "/usr"),
    ] {
        assert_eq!(converter(deed, object), EACCES, "{deed} {object}");
    }
    assert!(converter("list", "/etc/fonts").starts_with("done"));
}

#[test]
fn its_threads_are_behind_the_walls_too() {
    assert_eq!(converter("thread", ""), EACCES);
}

#[test]
fn it_writes_nowhere_but_in_its_scratch() {
    let outside = tempfile::tempdir().unwrap();
    let victim = outside.path().join("victim");
    fs::write(&victim, "kept").unwrap();
    fs::set_permissions(&victim, fs::Permissions::from_mode(0o600)).unwrap();
    let path = victim.to_str().unwrap();
    let new = outside.path().join("new");
    assert_eq!(converter("write", path), EACCES);
    assert_eq!(converter("write", new.to_str().unwrap()), EACCES);
    assert_eq!(converter("remove", path), EACCES);
    // Landlock does not rule modes; seccomp does.
    assert_eq!(converter("make-readable", path), EPERM);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "kept");
    assert_eq!(
        victim.metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );
    // The wall stands around it, not in its way.
    assert!(converter("write", "inside").starts_with("done"));
}

#[test]
fn it_has_no_sockets() {
    for deed in [
        "listen-tcp",
        "speak-udp",
        "listen-unix",
        "speak-unix",
        "pair-unix",
    ] {
        assert_eq!(converter(deed, ""), EPERM, "{deed}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    assert_eq!(converter("connect-tcp", &address), EPERM);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("socket");
    let _listener = UnixListener::bind(&path).unwrap();
    assert_eq!(converter("connect-unix", path.to_str().unwrap()), EPERM);
}

#[test]
fn it_starts_no_process_and_becomes_no_other_program() {
    assert_eq!(converter("fork", ""), EPERM);
    assert_eq!(converter("exec", ""), EPERM);
}

#[test]
fn it_signals_nobody_and_does_not_look_into_the_server() {
    assert_eq!(converter("signal-parent", ""), EPERM);
    assert_eq!(converter("read-environment-of-parent", ""), EACCES);
}

#[test]
fn a_call_that_only_an_attack_makes_ends_it() {
    let outcome = Plan::new(Class::Converter, "chroot", "").run();
    assert_eq!(outcome.signal, Some(Signal::SIGSYS as i32), "{outcome:?}");
}

#[test]
fn memory_without_end_ends_it() {
    let mut plan = Plan::new(Class::Converter, "allocate", "");
    plan.memory_mib = 64;
    let outcome = plan.run();
    assert_eq!(outcome.signal, Some(Signal::SIGABRT as i32), "{outcome:?}");
    // By this the parent tells it from a crash.
    assert!(
        outcome.stderr.contains("memory allocation of"),
        "{outcome:?}"
    );
}

#[test]
fn processor_time_without_end_ends_it_and_it_cannot_ask_for_more() {
    let mut plan = Plan::new(Class::Converter, "loop", "");
    plan.cpu_seconds = 1;
    let outcome = plan.run();
    assert_eq!(outcome.signal, Some(Signal::SIGXCPU as i32), "{outcome:?}");
    assert_eq!(converter("raise-limit", ""), EPERM);
}

#[test]
fn it_opens_no_more_files_than_a_conversion_needs() {
    assert_eq!(converter("open-many", ""), "refused EMFILE");
}

#[test]
fn it_writes_no_file_larger_than_a_font() {
    let large = (65_u64 << 20).to_string();
    let outcome = Plan::new(Class::Converter, "write-large", &large).run();
    assert_eq!(outcome.signal, Some(Signal::SIGXFSZ as i32), "{outcome:?}");
}

#[test]
fn without_landlock_or_seccomp_it_runs_only_if_the_operator_says_so() {
    for (lack, name) in [("no-landlock", "landlock"), ("no-seccomp", "seccomp")] {
        let said = converter(lack, "");
        assert!(said.starts_with("no walls"), "{said}");
        assert!(said.contains(name), "{said}");
        assert!(said.contains("sandbox = \"best_effort\""), "{said}");
        let mut plan = Plan::new(Class::Converter, lack, "");
        plan.strictness = Strictness::BestEffort;
        assert!(plan.run().said.starts_with("done"), "{name}");
    }
}
