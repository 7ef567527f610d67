//! Ceilings of the kernel's own (`setrlimit`): each child process has them.

use super::{Class, WallError, Walls};
use rlimit::{INFINITY, Resource};

/// Files that may be open: fonts, pipes, an engine's own.
fn open_files(class: Class) -> u64 {
    match class {
        Class::Converter | Class::Tesseract => 256,
        Class::LibreOffice => 1024,
    }
}

/// The largest file that may be written, in bytes: for the converter, a font
/// that a document brings along; for the others, their result.
fn file_bytes(class: Class) -> u64 {
    match class {
        Class::Converter => 64 << 20,
        Class::LibreOffice | Class::Tesseract => 1 << 30,
    }
}

/// Processes and threads of the same user. Counted within a user namespace of
/// its own they are the child's alone, and few; else all of the account count,
/// and this only stops a flood. The kernel never counts for root.
fn processes(own_users: bool) -> u64 {
    if own_users { 256 } else { 8192 }
}

pub(super) fn set(walls: &Walls, own_users: bool) -> Result<(), WallError> {
    let memory = walls.memory_bytes;
    let hard_cpu = if walls.class.executes() {
        walls.cpu_seconds
    } else {
        // The parent moves the soft limit with every file. The child cannot:
        // it may not set limits any more.
        INFINITY
    };
    for (resource, soft, hard) in [
        (Resource::DATA, memory, memory),
        // Reserved but unused addresses (thread stacks, arenas, mapped files)
        // count here, so it is wider.
        (
            Resource::AS,
            memory.saturating_mul(2),
            memory.saturating_mul(2),
        ),
        (Resource::CPU, walls.cpu_seconds, hard_cpu),
        (
            Resource::NOFILE,
            open_files(walls.class),
            open_files(walls.class),
        ),
        (
            Resource::FSIZE,
            file_bytes(walls.class),
            file_bytes(walls.class),
        ),
        (Resource::NPROC, processes(own_users), processes(own_users)),
        (Resource::CORE, 0, 0),
    ] {
        // A limit that is already tighter stays.
        let (_, ceiling) = resource
            .get()
            .map_err(|error| WallError::System("reading a limit", error))?;
        resource
            .set(soft.min(ceiling), hard.min(ceiling))
            .map_err(|error| WallError::System(resource.as_name(), error))?;
    }
    Ok(())
}
