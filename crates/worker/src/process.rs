//! Child processes: started so that they die with the server, ended with
//! everything that they started.

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use rlimit::Resource;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Starts a program in a process group of its own, from a thread that lives as
/// long as this process.
///
/// Children behind walls ask the kernel to be killed when their parent dies,
/// and the kernel takes the *thread* that started them for the parent: started
/// from a thread of a pool, they would die when the pool shrinks.
///
/// # Errors
/// When the program cannot be started.
pub fn spawn(mut command: Command) -> io::Result<Process> {
    type Order = (Command, SyncSender<io::Result<Child>>);
    static NURSERY: OnceLock<Sender<Order>> = OnceLock::new();
    let gone = || io::Error::other("the thread that starts children is gone");
    let nursery = NURSERY.get_or_init(|| {
        let (orders, taken): (Sender<Order>, Receiver<Order>) = channel();
        std::thread::spawn(move || {
            for (mut command, answer) in taken {
                let _ = answer.send(command.spawn());
            }
        });
        orders
    });
    command.process_group(0);
    let (answer, started) = sync_channel(1);
    nursery.send((command, answer)).map_err(|_| gone())?;
    let child = started.recv().map_err(|_| gone())??;
    Ok(Process {
        pid: Pid::from_raw(child.id().cast_signed()),
        child: Mutex::new((child, None)),
    })
}

/// A child process and its group. Dropped, all of it is ended.
#[derive(Debug)]
pub struct Process {
    pid: Pid,
    child: Mutex<(Child, Option<ExitStatus>)>,
}

impl Process {
    /// Returns the process id.
    pub fn id(&self) -> u32 {
        self.pid.as_raw().cast_unsigned()
    }

    /// Gives the child itself, for its pipes. It must not be waited for: that
    /// would free its number, which [`Process::end`] kills.
    pub fn child_mut(&mut self) -> &mut Child {
        &mut self
            .child
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// Returns whether the program still runs. Others of its group may, when it
    /// does not.
    pub fn is_running(&self) -> bool {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // The status is left where it is, so that the number stays taken.
        let look = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        child.1.is_none() && matches!(waitid(Id::Pid(self.pid), look), Ok(WaitStatus::StillAlive))
    }

    /// Kills the whole group, unless that was done, and says how the program
    /// ended; by itself, if it had before.
    pub fn end(&self) -> Option<ExitStatus> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let (child, status) = &mut *child;
        if status.is_none() {
            let _ = killpg(self.pid, Signal::SIGKILL);
            *status = child.wait().ok();
        }
        *status
    }

    /// Lets the process use `seconds` more of processor time, counted from what
    /// it has used.
    pub fn grant_cpu(&self, seconds: u64) {
        let limit = self.cpu_seconds().saturating_add(seconds);
        let pid = self.pid.as_raw();
        let (mut soft, mut hard) = (0, 0);
        // Without this right the limit stays where it is, which errs on the
        // side of an early end; the wall clock rules anyway.
        let _ = rlimit::prlimit(pid, Resource::CPU, None, Some((&mut soft, &mut hard))).and_then(
            |()| rlimit::prlimit(pid, Resource::CPU, Some((limit.min(hard), hard)), None),
        );
    }

    /// Reads the processor time used so far, in whole seconds.
    fn cpu_seconds(&self) -> u64 {
        // Linux counts in hundredths for user space, on every architecture.
        const TICKS: u64 = 100;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        // The second field is a name, which may have spaces and brackets.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|ticks| ticks.parse::<u64>().ok())
            .sum::<u64>()
            / TICKS
    }

    /// Reads the resident memory, in bytes; 0 where there is no `/proc`.
    pub fn resident_bytes(&self) -> u64 {
        const PAGE: u64 = 4096;
        std::fs::read_to_string(format!("/proc/{}/statm", self.pid))
            .ok()
            .and_then(|statm| statm.split_whitespace().nth(1)?.parse::<u64>().ok())
            .map_or(0, |pages| pages * PAGE)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
