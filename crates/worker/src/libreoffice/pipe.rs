//! Talks to a running LibreOffice as a second start of it would.
//!
//! LibreOffice runs once for a profile: it listens on a socket, and what is
//! started later sends its command line there, waits until that is done, and
//! ends. Sending the command line ourselves is as quick as it gets and, unlike
//! starting `soffice` again, can never start a second LibreOffice outside the
//! walls when the first has just died. The words are those of
//! `desktop/source/app/officeipcthread.cxx`, unchanged since version 4.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

const READY: &[u8] = b"InternalIPC::SendArguments";
const ARGUMENTS: &str = "InternalIPC::Arguments";
const DONE: &[u8] = b"InternalIPC::ProcessingDone";
/// Longer than either answer.
const MOST: usize = 256;

/// Asks the instance that listens on `socket` to make a PDF of `file` in `out`,
/// and waits until it has tried.
pub(super) async fn ask_for_pdf(socket: &Path, file: &Path, out: &Path) -> io::Result<()> {
    let (out, file) = (out.display().to_string(), file.display().to_string());
    let mut stream = UnixStream::connect(socket).await?;
    expect(&mut stream, READY).await?;
    // `1` announces the working directory, which it wants as a URL; every path
    // here is absolute.
    let mut command = format!("{ARGUMENTS}1file:///");
    for argument in ["--headless", "--convert-to", "pdf", "--outdir", &out, &file] {
        command.push(',');
        command.push_str(&escaped(argument));
    }
    command.push('\0');
    stream.write_all(command.as_bytes()).await?;
    expect(&mut stream, DONE).await
}

/// What separates arguments is escaped within them.
fn escaped(argument: &str) -> String {
    argument
        .replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace('\0', "\\0")
}

/// Reads one answer, which ends in a zero byte.
async fn expect(stream: &mut UnixStream, expected: &[u8]) -> io::Result<()> {
    let mut said = Vec::new();
    while said.last() != Some(&0) {
        let mut buffer = [0; MOST];
        let read = stream.read(&mut buffer).await?;
        if read == 0 || said.len() + read > MOST {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        said.extend_from_slice(buffer.get(..read).unwrap_or_default());
    }
    if said.strip_suffix(&[0]) == Some(expected) {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "LibreOffice answers in words that are not known here",
        ))
    }
}

/// Finds the socket that LibreOffice listens on: the name depends on version and
/// profile, and the directory on what it may write.
pub(super) fn socket_of(pid: u32) -> Option<PathBuf> {
    let own: HashSet<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .ok()?
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .filter_map(|target| {
            let inode = target.to_str()?.strip_prefix("socket:[")?;
            Some(inode.strip_suffix(']')?.to_owned())
        })
        .collect();
    let table = fs::read_to_string(format!("/proc/{pid}/net/unix")).ok()?;
    let path = table.lines().find_map(|line| {
        let mut fields = line.split_whitespace().skip(6);
        let (inode, path) = (fields.next()?, fields.next()?);
        (own.contains(inode) && path.contains("OSL_PIPE_") && path.contains("SingleOfficeIPC"))
            .then(|| PathBuf::from(path))
    })?;
    // Behind its walls it may have a `/tmp` of its own.
    Some(match path.strip_prefix("/") {
        Ok(_) if same_mounts(pid) => path,
        Ok(path) => Path::new(&format!("/proc/{pid}/root")).join(path),
        Err(_) => Path::new(&format!("/proc/{pid}/cwd")).join(path),
    })
}

/// Whether a process sees the same files as this one.
fn same_mounts(pid: u32) -> bool {
    let mounts = |process: &str| fs::read_link(format!("/proc/{process}/ns/mnt")).ok();
    mounts("self") == mounts(&pid.to_string())
}

#[cfg(test)]
mod tests {
    use super::{ask_for_pdf, escaped, socket_of};
    use std::path::Path;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::UnixListener;

    #[test]
    fn paths_with_separators_stay_one_argument() {
        assert_eq!(escaped(r"/a,b\c"), r"/a\,b\\c");
    }

    #[test]
    fn nobody_listens_for_a_process_that_is_not_there() {
        assert_eq!(socket_of(u32::MAX), None);
    }

    #[tokio::test]
    async fn the_command_line_goes_over_in_its_words() {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("s");
        let listener = UnixListener::bind(&socket).unwrap();
        let office = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream
                .write_all(b"InternalIPC::SendArguments\0")
                .await
                .unwrap();
            let mut said = vec![0; 200];
            let read = stream.read(&mut said).await.unwrap();
            said.truncate(read);
            stream
                .write_all(b"InternalIPC::ProcessingDone\0")
                .await
                .unwrap();
            // The next one is sent away in other words.
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"Go away\0").await.unwrap();
            String::from_utf8(said).unwrap()
        });
        let (file, out) = (Path::new("/a/in.doc"), Path::new("/a/o,t"));
        ask_for_pdf(&socket, file, out).await.unwrap();
        assert!(ask_for_pdf(&socket, file, out).await.is_err());
        assert_eq!(
            office.await.unwrap(),
            "InternalIPC::Arguments1file:///,--headless,--convert-to,pdf,--outdir,/a/o\\,t,\
             /a/in.doc\0"
        );
    }
}
