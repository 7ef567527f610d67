//! Seccomp: the system calls that a child may make.
//!
//! The converter is ours: computing, memory, threads and files are all it
//! needs, so it has a list of what is allowed, and the rest answers `ENOSYS`,
//! as an older kernel would: what a newer libc tries first then falls back to
//! what is on the list. LibreOffice and Tesseract are programs of others whose
//! calls change with every version and library, so they have a list of what is
//! refused. On top of either:
//!
//! - calls that only an attack makes end the process;
//! - calls that a library may try answer `EPERM`, and the library goes on;
//! - `clone3`, whose flags a filter cannot see, answers `ENOSYS`, and libc
//!   falls back to `clone`.
//!
//! Several filters are installed one after the other; the kernel takes the
//! strictest answer, and among error numbers that of the youngest filter.

use super::{Class, Strictness, WallError, Walls};
use nix::libc;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch,
};
use std::collections::BTreeMap;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Calls of kernels newer than the libc crate knows; since 424 they have the
/// same numbers on all architectures.
const FCHMODAT2: i64 = 452;
const SETXATTRAT: i64 = 463;
const REMOVEXATTRAT: i64 = 466;
const OPEN_TREE_ATTR: i64 = 467;
const FILE_SETATTR: i64 = 469;

/// Only an attack makes these: they reach into other processes, the kernel or
/// its mounts, or around landlock.
const FATAL: &[i64] = &[
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    libc::SYS_process_madvise,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    OPEN_TREE_ATTR,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_setns,
    libc::SYS_open_by_handle_at,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
];

/// Permissions, owners and times of files, which landlock leaves open: refused
/// to the converter. To the others they seem to succeed and do nothing, because
/// libraries that tidy the modes of their own files give up otherwise (NSS does,
/// with which LibreOffice reads signatures).
const MODES: &[i64] = &[
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
];
#[cfg(target_arch = "x86_64")]
const MODES_HERE: &[i64] = &[
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
];
#[cfg(not(target_arch = "x86_64"))]
const MODES_HERE: &[i64] = &[];

/// What else landlock leaves open, what would reach out of the process group, and
/// parts of the kernel with a history: refused to every class.
const REFUSED: &[i64] = &[
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    SETXATTRAT,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    REMOVEXATTRAT,
    FILE_SETATTR,
    libc::SYS_truncate,
    libc::SYS_mknodat,
    libc::SYS_name_to_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    libc::SYS_setsid,
    libc::SYS_setpgid,
    libc::SYS_unshare,
    libc::SYS_seccomp,
    libc::SYS_personality,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_process_mrelease,
    libc::SYS_setpriority,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setattr,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setscheduler,
    libc::SYS_ioprio_set,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    libc::SYS_connect,
    libc::SYS_sendmmsg,
    libc::SYS_recvmmsg,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_shmget,
    libc::SYS_semget,
    libc::SYS_msgget,
    libc::SYS_mq_open,
    libc::SYS_syslog,
    libc::SYS_adjtimex,
    libc::SYS_clock_adjtime,
];

/// The same under the names that only x86_64 still has, and its own doors into
/// the hardware.
#[cfg(target_arch = "x86_64")]
const REFUSED_HERE: &[i64] = &[
    libc::SYS_mknod,
    libc::SYS_modify_ldt,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_uselib,
    libc::SYS_setrlimit,
];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_HERE: &[i64] = &[164 /* setrlimit */];

/// Sockets and other programs: refused to the converter.
const REFUSED_TO_CONVERTER: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_memfd_create,
];
#[cfg(target_arch = "x86_64")]
const FORKS_HERE: &[i64] = &[libc::SYS_fork, libc::SYS_vfork];
#[cfg(not(target_arch = "x86_64"))]
const FORKS_HERE: &[i64] = &[];

/// What the converter may do: compute, have memory and threads, open, read and
/// write files (landlock says which), ask what time it is and who it is.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_openat,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_getdents64,
    libc::SYS_readlinkat,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_getcwd,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_flock,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fadvise64,
    libc::SYS_readahead,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_umask,
    libc::SYS_ppoll,
    libc::SYS_pipe2,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_mincore,
    libc::SYS_mlock,
    libc::SYS_munlock,
    libc::SYS_msync,
    libc::SYS_brk,
    libc::SYS_membarrier,
    libc::SYS_clone,
    libc::SYS_futex,
    libc::SYS_futex_waitv,
    libc::SYS_set_robust_list,
    libc::SYS_get_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigsuspend,
    libc::SYS_sigaltstack,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getrusage,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_uname,
    libc::SYS_sysinfo,
];
#[cfg(target_arch = "x86_64")]
const ALLOWED_HERE: &[i64] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_poll,
    libc::SYS_pipe,
    libc::SYS_dup2,
    libc::SYS_getdents,
    libc::SYS_time,
    libc::SYS_getrlimit,
];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_HERE: &[i64] = &[38 /* renameat */, 163 /* getrlimit */];

/// Descriptor commands that stay within the process.
const FCNTL: [i32; 6] = [
    libc::F_DUPFD,
    libc::F_DUPFD_CLOEXEC,
    libc::F_GETFD,
    libc::F_SETFD,
    libc::F_GETFL,
    libc::F_SETFL,
];

/// Commands that make the kernel signal some process when a descriptor is
/// ready, and put characters into a terminal.
const OWNING_FCNTL: [i32; 2] = [libc::F_SETOWN, 15 /* F_SETOWN_EX */];
const OWNING_IOCTL: [u64; 4] = [
    0x8901, // FIOSETOWN
    0x8902, // SIOCSPGRP
    0x5412, // TIOCSTI
    0x541c, // TIOCLINUX
];

/// Bit of the call numbers of x32, a third set of names for the same calls on
/// x86_64.
#[cfg(target_arch = "x86_64")]
const X32: i64 = 0x4000_0000;

/// Installs the filters; `false` where there are none and that is tolerated.
pub(super) fn filter(walls: &Walls, landlock_abi: Option<i32>) -> Result<bool, WallError> {
    let tolerated = |error| match walls.strictness {
        Strictness::BestEffort => Ok(false),
        Strictness::Required => Err(error),
    };
    let Ok(arch) = TargetArch::try_from(std::env::consts::ARCH) else {
        return tolerated(WallError::NoSeccomp);
    };
    for program in programs(walls.class, landlock_abi, arch).map_err(seccompiler::Error::from)? {
        match seccompiler::apply_filter(&program) {
            Ok(()) => {}
            // The kernel knows the call but not the mode, or not the call.
            Err(seccompiler::Error::Seccomp(error))
                if matches!(
                    error.raw_os_error(),
                    Some(libc::EINVAL | libc::ENOSYS | libc::EPERM | libc::EACCES)
                ) =>
            {
                return tolerated(WallError::NoSeccomp);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

/// The filters, in the order of their installation: the last refuses to install
/// more.
fn programs(
    class: Class,
    landlock_abi: Option<i32>,
    arch: TargetArch,
) -> Result<Vec<BpfProgram>, BackendError> {
    use SeccompAction::{Allow, Errno, KillProcess};
    let eperm = Errno(libc::EPERM as u32);
    let enosys = Errno(libc::ENOSYS as u32);
    let compile = |rules, otherwise, action| -> Result<BpfProgram, BackendError> {
        SeccompFilter::new(rules, otherwise, action, arch)?.try_into()
    };
    let mut programs = vec![compile(fatal(), Allow, KillProcess)?];
    if class.executes() {
        let missing = every(&[libc::SYS_clone3]);
        programs.push(compile(missing, Allow, enosys)?);
        let mut modes = every(MODES);
        modes.extend(every(MODES_HERE));
        programs.push(compile(modes, Allow, Errno(0))?);
        programs.push(compile(refused_to_programs(landlock_abi)?, Allow, eperm)?);
    } else {
        programs.push(compile(allowed()?, enosys, Allow)?);
        programs.push(compile(refused_to_converter()?, Allow, eperm)?);
    }
    Ok(programs)
}

fn fatal() -> Rules {
    let rules = every(FATAL);
    #[cfg(target_arch = "x86_64")]
    let rules = {
        let mut rules = rules;
        // Nothing on the machine speaks x32, and its numbers would pass by the
        // lists of what is refused.
        const LAST_X32: i64 = 547;
        rules.extend((0..=LAST_X32).map(|number| (number | X32, Vec::new())));
        rules
    };
    rules
}

fn allowed() -> Result<Rules, BackendError> {
    let mut rules = every(ALLOWED);
    rules.extend(every(ALLOWED_HERE));
    // Refused again by the filter that is installed by it.
    rules.extend(every(&[libc::SYS_seccomp]));
    for command in FCNTL {
        when(&mut rules, libc::SYS_fcntl, [is(1, command as u64)?])?;
    }
    for command in [libc::TCGETS, libc::TIOCGWINSZ, libc::FIOCLEX] {
        when(&mut rules, libc::SYS_ioctl, [is(1, command)?])?;
    }
    for option in [
        libc::PR_SET_NAME,
        libc::PR_GET_NAME,
        libc::PR_SET_NO_NEW_PRIVS,
        libc::PR_SET_VMA,
    ] {
        when(&mut rules, libc::SYS_prctl, [is(0, option as u64)?])?;
    }
    // Reading one's own limits; setting them is refused below.
    rules.extend(every(&[libc::SYS_prlimit64]));
    // `abort`, for the message of an allocation that failed.
    let own = u64::from(std::process::id());
    when(&mut rules, libc::SYS_tgkill, [is(0, own)?])?;
    Ok(rules)
}

fn refused_to_converter() -> Result<Rules, BackendError> {
    let mut rules = every(REFUSED);
    rules.extend(every(REFUSED_HERE));
    rules.extend(every(MODES));
    rules.extend(every(MODES_HERE));
    rules.extend(every(REFUSED_TO_CONVERTER));
    rules.extend(every(FORKS_HERE));
    // A thread, never a process.
    let thread = libc::CLONE_THREAD as u64;
    when(&mut rules, libc::SYS_clone, [masked(0, thread, 0)?])?;
    when(&mut rules, libc::SYS_prlimit64, [pointer(2)?])?;
    let own = u64::from(std::process::id());
    when(&mut rules, libc::SYS_tgkill, [is_not(0, own)?])?;
    // It makes no code, so what is written is never run.
    let executable = libc::PROT_EXEC as u64;
    for call in [libc::SYS_mmap, libc::SYS_mprotect, libc::SYS_pkey_mprotect] {
        when(&mut rules, call, [masked(2, executable, executable)?])?;
    }
    Ok(rules)
}

fn refused_to_programs(landlock_abi: Option<i32>) -> Result<Rules, BackendError> {
    let mut rules = every(REFUSED);
    rules.extend(every(REFUSED_HERE));
    // Sockets within the machine's walls only, and only of kinds that must be
    // connected to reach anybody: `connect` is refused, because landlock does
    // not keep them from the sockets of the machine's servers.
    for call in [libc::SYS_socket, libc::SYS_socketpair] {
        when(&mut rules, call, [is_not(0, libc::AF_UNIX as u64)?])?;
        const KIND: u64 = 0xf;
        for kind in [libc::SOCK_DGRAM, libc::SOCK_RAW] {
            when(&mut rules, call, [masked(1, KIND, kind as u64)?])?;
        }
    }
    when(&mut rules, libc::SYS_sendto, [pointer(4)?])?;
    // Other processes' limits, and this one's ceilings: they only go down.
    when(&mut rules, libc::SYS_prlimit64, [is_not(0, 0)?])?;
    for space in [
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWNET,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWCGROUP,
        libc::CLONE_PARENT,
    ] {
        let bit = space as u64;
        when(&mut rules, libc::SYS_clone, [masked(0, bit, bit)?])?;
    }
    when(
        &mut rules,
        libc::SYS_prctl,
        [is(0, libc::PR_SET_PDEATHSIG as u64)?],
    )?;
    for command in OWNING_FCNTL {
        when(&mut rules, libc::SYS_fcntl, [is(1, command as u64)?])?;
    }
    for command in OWNING_IOCTL {
        when(&mut rules, libc::SYS_ioctl, [is(1, command)?])?;
    }
    // Since version 6 landlock confines signals to what runs behind it.
    const CONFINES_SIGNALS: i32 = 6;
    if landlock_abi.is_none_or(|abi| abi < CONFINES_SIGNALS) {
        rules.extend(every(&[libc::SYS_kill, libc::SYS_tkill, libc::SYS_tgkill]));
    }
    Ok(rules)
}

/// Rules that match the calls whatever their arguments.
fn every(calls: &[i64]) -> Rules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

/// Adds a rule that matches the call when all conditions hold.
fn when<const N: usize>(
    rules: &mut Rules,
    call: i64,
    conditions: [SeccompCondition; N],
) -> Result<(), BackendError> {
    rules
        .entry(call)
        .or_default()
        .push(SeccompRule::new(conditions.into())?);
    Ok(())
}

/// The kernel looks at 32 bits of these arguments, so the filter does too.
fn is(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

fn is_not(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value)
}

fn masked(argument: u8, mask: u64, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(
        argument,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(mask),
        value,
    )
}

/// The argument is an address, not null.
fn pointer(argument: u8) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)
}
