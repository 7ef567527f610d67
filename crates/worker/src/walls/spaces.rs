//! Namespaces: a second wall behind the others, where the kernel lets an
//! ordinary process have them.
//!
//! A user namespace takes away the powers of root, should the server run as
//! root; a network namespace has no network at all; a mount namespace has a
//! `/tmp` of its own, where LibreOffice insists on listening to itself. Many
//! containers and some distributions refuse them; seccomp already refuses the
//! network and landlock the files, so nothing depends on this.

use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getgid, getuid};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The user and group that root becomes inside: nobody.
const NOBODY: u32 = 65534;

/// The namespaces that the process has to itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Own {
    pub users: bool,
    pub network: bool,
    pub tmp: bool,
}

/// Leaves the namespaces of the server as far as that is possible, and has a
/// `/tmp` of its own if `own_tmp` says so.
pub(super) fn leave(scratch: &Path, own_tmp: bool) -> Own {
    let (user, group) = (getuid().as_raw(), getgid().as_raw());
    let rest = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWIPC;
    if unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNS | rest).is_err() {
        return Own {
            users: false,
            // Root of a container that has no user namespaces may still have
            // this.
            network: unshare(rest).is_ok(),
            tmp: false,
        };
    }
    map(0, user, 0, group);
    let tmp = own_tmp && mount_tmp(scratch);
    // Mounting took the powers of a root of these namespaces; one further in,
    // they are gone, and `execve` takes those of that one.
    if unshare(CloneFlags::CLONE_NEWUSER).is_ok() {
        let inside = |id| if id == 0 { NOBODY } else { id };
        map(inside(user), 0, inside(group), 0);
    }
    Own {
        users: true,
        network: true,
        tmp,
    }
}

/// Says which outer user and group this process is inside. Unmapped it would be
/// nobody, which works too, so a failure is none.
fn map(user: u32, outer_user: u32, group: u32, outer_group: u32) {
    let _ = fs::write("/proc/self/setgroups", "deny");
    let _ = fs::write("/proc/self/uid_map", format!("{user} {outer_user} 1"));
    let _ = fs::write("/proc/self/gid_map", format!("{group} {outer_group} 1"));
}

/// Puts an empty, small directory of memory over `/tmp`.
fn mount_tmp(scratch: &Path) -> bool {
    let tmp = Path::new("/tmp");
    let empty = |path: &Path| {
        let options = "size=16m,nr_inodes=1k,mode=1777,nosuid,nodev,noexec";
        mount(&["-t", "tmpfs", "-o", options, "tmpfs"], path)
    };
    if !scratch.starts_with(tmp) {
        return empty(tmp);
    }
    // The scratch directory lies below and must stay where it is: held aside,
    // and put back.
    let aside = Path::new("/var/tmp");
    let source = scratch.display().to_string();
    mount(&["--bind", &source], aside)
        && empty(tmp)
        && fs::create_dir_all(scratch).is_ok()
        && mount(&["--bind", "/var/tmp"], scratch)
        && std::env::set_current_dir(scratch).is_ok()
}

fn mount(arguments: &[&str], target: &Path) -> bool {
    ["/usr/bin/mount", "/bin/mount"]
        .iter()
        .find(|program| Path::new(program).is_file())
        .is_some_and(|program| {
            Command::new(program)
                .arg("--no-canonicalize")
                .args(arguments)
                .arg(target)
                .env_clear()
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        })
}
