//! The classes that run programs of others.

use crate::planted::{EACCES, EPERM, Plan, attempt, script};
use nix::sys::signal::Signal;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use wenyuan_worker::walls::Class;

const CLASSES: [Class; 2] = [Class::LibreOffice, Class::Tesseract];

#[test]
fn they_run_programs_that_read_what_is_installed() {
    for class in CLASSES {
        let outcome = script(
            class,
            "cat /usr/share/fonts/nothing 2>/dev/null; ls /usr | head -1",
        );
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
        assert!(outcome.stderr.is_empty(), "{outcome:?}");
    }
}

#[test]
fn their_programs_read_nothing_of_the_machine_or_the_server() {
    for class in CLASSES {
        for path in [
            "/etc/passwd",
            "/proc/self/environ",
            "/proc/1/environ",
            "/etc/shadow",
        ] {
            let outcome = script(class, &format!("exec cat {path}"));
            assert!(outcome.stderr.contains("Permission denied"), "{outcome:?}");
        }
        for path in ["/", "/proc", "/root", "/var", "/run"] {
            assert_eq!(attempt(class, "list", path), EACCES, "{path}");
        }
    }
}

#[test]
fn their_programs_write_nowhere_but_in_the_scratch() {
    let outside = tempfile::Builder::new().tempdir_in("/var/tmp").unwrap();
    let victim = outside.path().join("victim");
    fs::write(&victim, "kept").unwrap();
    fs::set_permissions(&victim, fs::Permissions::from_mode(0o600)).unwrap();
    let path = victim.display();
    for class in CLASSES {
        for deed in ["echo planted >", "rm -f", "truncate -s 0"] {
            let outcome = script(class, &format!("{deed} {path}; exit 0"));
            assert!(!outcome.stderr.is_empty(), "{deed}: {outcome:?}");
        }
        // Seems to succeed, and does nothing.
        assert_eq!(script(class, &format!("chmod 777 {path}")).code, Some(0));
        assert_eq!(fs::read_to_string(&victim).unwrap(), "kept");
        assert_eq!(
            victim.metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(
            script(class, "echo mine > inside && cat inside").code,
            Some(0)
        );
    }
}

#[test]
fn they_have_no_network_and_reach_no_server_of_the_machine() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let place = tempfile::Builder::new().tempdir_in("/var/tmp").unwrap();
    let path = place.path().join("socket");
    let _listener = UnixListener::bind(&path).unwrap();
    for class in CLASSES {
        for deed in ["listen-tcp", "speak-udp", "speak-unix"] {
            assert_eq!(attempt(class, deed, ""), EPERM, "{deed}");
        }
        assert_eq!(attempt(class, "connect-tcp", &address), EPERM);
        assert_eq!(
            attempt(class, "connect-unix", path.to_str().unwrap()),
            EPERM
        );
    }
    // LibreOffice listens to itself.
    assert!(attempt(Class::LibreOffice, "listen-unix", "").starts_with("done"));
}

#[test]
fn they_signal_nobody_outside() {
    let mut bystander = std::process::Command::new("/bin/sleep")
        .arg("60")
        .spawn()
        .unwrap();
    let pid = bystander.id().to_string();
    for class in CLASSES {
        assert_eq!(attempt(class, "signal", &pid), EPERM);
        assert_eq!(attempt(class, "read-environment-of-parent", ""), EACCES);
    }
    assert!(bystander.try_wait().unwrap().is_none());
    bystander.kill().unwrap();
    bystander.wait().unwrap();
}

#[test]
fn they_cannot_leave_their_process_group() {
    let outcome = script(Class::LibreOffice, "setsid true");
    assert!(outcome.stderr.contains("not permitted"), "{outcome:?}");
}

#[test]
fn a_call_that_only_an_attack_makes_ends_the_program() {
    let outcome = script(Class::LibreOffice, "chroot / /bin/true; test $? -eq 159");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
}

#[test]
fn memory_and_processor_time_end() {
    let mut plan = Plan::new(Class::Tesseract, "allocate", "");
    plan.memory_mib = 64;
    let outcome = plan.run();
    assert_eq!(outcome.signal, Some(Signal::SIGABRT as i32), "{outcome:?}");
    let mut plan = Plan::new(Class::LibreOffice, "shell", "while :; do :; done");
    plan.cpu_seconds = 1;
    let outcome = plan.run();
    // The soft and the hard limit are one: the kernel may send either signal.
    let ended = [Signal::SIGXCPU as i32, Signal::SIGKILL as i32];
    assert!(
        outcome.signal.is_some_and(|signal| ended.contains(&signal)),
        "{outcome:?}"
    );
}

#[test]
fn processes_end_where_the_kernel_counts_them_apart() {
    // Counted within a user namespace; without, the whole account counts.
    let bomb = "i=0; while [ $i -lt 400 ]; do sleep 60 & i=$((i+1)); done; kill 0";
    let plan = Plan::new(Class::LibreOffice, "multiply", bomb);
    let scratch = tempfile::tempdir().unwrap();
    let mut process = plan.start(&scratch);
    let child = process.child_mut();
    let mut stderr = child.stderr.take().unwrap();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut raised = String::new();
    while !raised.contains("raised: ") {
        raised.clear();
        assert!(std::io::BufRead::read_line(&mut stdout, &mut raised).unwrap() > 0);
    }
    if raised.contains("no network namespace") {
        return;
    }
    // The sleepers hold the pipe open: read what the shell says, then end all.
    let mut said = [0; 256];
    let read = std::io::Read::read(&mut stderr, &mut said).unwrap();
    let said = String::from_utf8_lossy(&said[..read]).into_owned();
    process.end();
    assert!(said.contains("fork"), "{said}");
}
