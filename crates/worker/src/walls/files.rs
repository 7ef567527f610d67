//! Landlock: the files that a child may open.
//!
//! Landlock does not hide that a file exists (`stat`) and does not rule
//! permissions, owners and times of files; [`super::calls`] refuses to change
//! those.

use super::{Class, Strictness, WallError, Walls};
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope, make_bitflags,
};
use std::path::{Path, PathBuf};

/// The newest version whose rights are asked for; an older kernel gives those
/// that it has. Whoever raises this reads what became forbidden.
const ASKED: ABI = ABI::V9;

/// Where fonts and their configuration lie.
const FONTS: [&str; 6] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/texmf/fonts",
    "/usr/share/fontconfig",
    "/etc/fonts",
    "/var/cache/fontconfig",
];

/// What any program needs of the system beside its own files. Deliberately
/// absent: `/etc/passwd`, `/proc` but for two files that say the same to all,
/// `/run`, `/home`, `/tmp`.
const SYSTEM: [&str; 16] = [
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld.so.preload",
    "/etc/localtime",
    "/etc/locale.alias",
    "/etc/nsswitch.conf",
    "/etc/alternatives",
    "/etc/libreoffice",
    "/etc/gcrypt",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/dev/urandom",
];

/// Where programs and their libraries lie.
const PROGRAMS: [&str; 6] = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32"];

/// Puts landlock into force; gives its version, or `None` where it is missing
/// and that is tolerated.
pub(super) fn close(
    walls: &Walls,
    scratch: &Path,
    own_tmp: bool,
) -> Result<Option<i32>, WallError> {
    let read = make_bitflags!(AccessFs::{ReadFile | ReadDir});
    let run = read | AccessFs::Execute;
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(ASKED))?
        .handle_access(AccessNet::from_all(ASKED))?
        .scope(Scope::from_all(ASKED))?
        .create()?;
    let paths = |list: &[&str]| list.iter().map(PathBuf::from).collect::<Vec<_>>();
    rules = allow(rules, &paths(&FONTS), read)?;
    rules = allow(rules, &walls.readable, read)?;
    if walls.class.executes() {
        rules = allow(rules, &paths(&SYSTEM), read)?;
        rules = allow(rules, &paths(&PROGRAMS), run)?;
        rules = allow(rules, &walls.programs, run)?;
        let sink = make_bitflags!(AccessFs::{ReadFile | WriteFile | Truncate});
        rules = allow(rules, &paths(&["/dev/null", "/dev/zero"]), sink)?;
    }
    rules = allow(rules, &[scratch.to_owned()], scratch_rights(walls))?;
    if own_tmp {
        rules = allow(rules, &paths(&["/tmp"]), scratch_rights(walls))?;
    } else if walls.class == Class::LibreOffice {
        // LibreOffice does not start unless it can listen there.
        rules = allow(rules, &paths(&["/tmp"]), AccessFs::MakeSock.into())?;
    }
    let status = rules.restrict_self()?;
    match status.landlock {
        LandlockStatus::Available {
            effective_abi,
            kernel_abi,
        } if status.ruleset != RulesetStatus::NotEnforced => {
            Ok(Some(kernel_abi.unwrap_or(effective_abi as i32)))
        }
        _ if walls.strictness == Strictness::BestEffort => Ok(None),
        _ => Err(WallError::NoLandlock),
    }
}

/// Everything with files and directories, and a socket for LibreOffice, which
/// listens to itself; no devices, and nothing that is written can be run.
fn scratch_rights(walls: &Walls) -> BitFlags<AccessFs> {
    let files = make_bitflags!(AccessFs::{
        ReadFile | ReadDir | WriteFile | Truncate | RemoveFile | RemoveDir | MakeReg | MakeDir
            | MakeSym | Refer
    });
    if walls.class.executes() {
        files | AccessFs::MakeSock | AccessFs::MakeFifo
    } else {
        files
    }
}

/// Allows `rights` on what there is of `paths`; a system lacks some of them.
fn allow(
    mut rules: RulesetCreated,
    paths: &[PathBuf],
    rights: BitFlags<AccessFs>,
) -> Result<RulesetCreated, WallError> {
    for path in paths {
        let (Ok(metadata), Ok(opened)) = (path.metadata(), PathFd::new(path)) else {
            continue;
        };
        let rights = if metadata.is_dir() {
            rights
        } else {
            rights & AccessFs::from_file(ASKED)
        };
        rules = rules.add_rule(PathBeneath::new(opened, rights))?;
    }
    Ok(rules)
}
