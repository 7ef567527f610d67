//! `confined`: programs of others, behind their walls. What each wall stops is
//! tested in the worker; here are what only a process of its own can have.

use crate::program;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use wenyuan_testing::say;

/// Runs a shell script through `wenyuan confined`.
fn confined(program: &mut Command, scratch: &Path, script: &str) -> Output {
    program
        .args(["confined", "--class", "libreoffice", "--memory-mib", "512"])
        .arg("--scratch")
        .arg(scratch)
        .args(["--", "/bin/sh", "-c", script])
        .env("WENYUAN_SECRET", "a word of the server's")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn run(script: &str) -> String {
    let scratch = TempDir::new().unwrap();
    let output = confined(&mut Command::new(program()), scratch.path(), script);
    assert!(output.status.success(), "{script}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Whether the kernel gives an ordinary process namespaces of its own.
fn has_namespaces() -> bool {
    let has = Command::new("unshare")
        .args(["--user", "--net", "--mount", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has {
        say("skipped: this kernel gives no user namespaces");
    }
    has
}

#[test]
fn a_program_has_nothing_of_the_environment_and_its_home_is_the_scratch() {
    let names = run("env | cut -d= -f1");
    let mut names: Vec<_> = names.split_whitespace().collect();
    // Shells add some of their own.
    names.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name));
    names.sort_unstable();
    let expected = ["HOME", "LANG", "PATH", "SAL_USE_VCLPLUGIN", "TMPDIR"];
    assert_eq!(names, expected);
    run("echo mine > $HOME/file && test $(cat $TMPDIR/file) = mine && test $PWD = $HOME");
}

#[test]
fn a_program_is_in_namespaces_of_its_own() {
    if !has_namespaces() {
        return;
    }
    for kind in ["net", "ipc", "mnt", "user"] {
        let own = fs::read_link(format!("/proc/self/ns/{kind}")).unwrap();
        let its = run(&format!("readlink /proc/self/ns/{kind}"));
        assert!(its.starts_with(kind), "{its}");
        assert_ne!(its.trim(), own.to_str().unwrap());
    }
    assert_ne!(run("id -u").trim(), "0", "root is nobody");
}

#[test]
fn a_program_has_a_tmp_of_its_own() {
    if !has_namespaces() {
        return;
    }
    let there = tempfile::NamedTempFile::new_in("/tmp").unwrap();
    let path = there.path().display();
    let name = format!("/tmp/wenyuan-confined-{}", std::process::id());
    run(&format!(
        "test ! -e {path} && echo a > {name} && cat {name}"
    ));
    assert!(!fs::exists(&name).unwrap());
}

#[test]
fn processes_without_end_end() {
    if !has_namespaces() {
        return;
    }
    // The kernel counts no processes for root, so somebody else runs this, who
    // needs a way to the program.
    let place = tempfile::Builder::new().tempdir_in("/var/tmp").unwrap();
    let scratch = place.path().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let bomb =
        "i=0; while [ $i -lt 400 ]; do sleep 9 >/dev/null 2>&1 & i=$((i+1)); done; echo no end";
    let mut command = if is_root(place.path()) {
        use std::os::unix::fs::PermissionsExt;
        let copy = place.path().join("wenyuan");
        if fs::hard_link(program(), &copy).is_err() {
            fs::copy(program(), &copy).unwrap();
        }
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::chown(&scratch, Some(NOBODY), Some(NOBODY)).unwrap();
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
            .arg(copy);
        command
    } else {
        Command::new(program())
    };
    let output = confined(&mut command, &scratch, bomb);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.to_lowercase().contains("fork"), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
}

const NOBODY: u32 = 65534;

fn is_root(own: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    own.metadata().unwrap().uid() == 0
}
