//! Frames: a little-endian `u32` with the length of a JSON header, the header,
//! and the blobs whose lengths its `blobs` gives. What they mean is `wire`'s.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

/// Longest header, in bytes; the text layer of a full page takes under 1 MiB.
const MAX_HEADER_BYTES: u32 = 64 << 20;
/// Longest blob, in bytes: a PDF may outgrow its upload.
const MAX_BLOB_BYTES: u64 = 1 << 30;
/// Most blobs of a frame.
const MAX_BLOBS: usize = 4;

/// What comes before the blobs of a frame.
#[derive(Serialize, Deserialize)]
pub(super) struct Header<T> {
    #[serde(flatten)]
    pub(super) body: T,
    pub(super) blobs: Vec<u64>,
}

/// Writes a whole frame.
pub(super) fn write_frame(
    writer: &mut impl Write,
    body: &impl Serialize,
    blobs: &[&[u8]],
) -> io::Result<()> {
    let lengths = blobs.iter().map(|blob| blob.len() as u64).collect();
    write_head(writer, body, lengths)?;
    for blob in blobs {
        writer.write_all(blob)?;
    }
    writer.flush()
}

/// Writes what comes before blobs of these lengths.
pub(super) fn write_head(
    writer: &mut impl Write,
    body: &impl Serialize,
    blobs: Vec<u64>,
) -> io::Result<()> {
    let header = serde_json::to_vec(&Header { body, blobs })?;
    let length = u32::try_from(header.len())
        .ok()
        .filter(|length| *length <= MAX_HEADER_BYTES)
        .ok_or_else(|| malformed("a header too long to send"))?;
    writer.write_all(&length.to_le_bytes())?;
    writer.write_all(&header)
}

/// Reads a whole frame; `None` at the end of the stream.
pub(super) fn read_frame<T: for<'de> Deserialize<'de>>(
    reader: &mut impl Read,
) -> io::Result<Option<(T, Vec<Vec<u8>>)>> {
    match read_head::<T>(reader)? {
        Some(head) => Ok(Some((head.body, read_blobs(reader, head.blobs)?))),
        None => Ok(None),
    }
}

/// Reads what comes before the blobs; `None` at the end of the stream.
pub(super) fn read_head<T: for<'de> Deserialize<'de>>(
    reader: &mut impl Read,
) -> io::Result<Option<Header<T>>> {
    let Some(length) = read_length(reader)? else {
        return Ok(None);
    };
    if length > MAX_HEADER_BYTES {
        return Err(malformed("a header too long to read"));
    }
    let header = read_exactly(reader, u64::from(length))?;
    let header: Header<T> = serde_json::from_slice(&header)?;
    if header.blobs.len() > MAX_BLOBS {
        return Err(malformed("a frame with too many blobs"));
    }
    if header.blobs.iter().any(|length| *length > MAX_BLOB_BYTES) {
        return Err(malformed("a blob too long to read"));
    }
    Ok(Some(header))
}

/// Reads the blobs that a header announced.
pub(super) fn read_blobs(reader: &mut impl Read, lengths: Vec<u64>) -> io::Result<Vec<Vec<u8>>> {
    lengths
        .into_iter()
        .map(|length| read_exactly(reader, length))
        .collect()
}

/// The blobs, when there are as many as there must be.
pub(super) fn take_blobs<const N: usize>(blobs: Vec<Vec<u8>>) -> io::Result<[Vec<u8>; N]> {
    blobs
        .try_into()
        .map_err(|_| malformed("a frame with the wrong number of blobs"))
}

/// The length before a header; `None` when the stream ends before it.
fn read_length(reader: &mut impl Read) -> io::Result<Option<u32>> {
    let mut length = [0_u8; 4];
    let mut filled = 0;
    while filled < length.len() {
        match reader.read(&mut length[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Some(u32::from_le_bytes(length)))
}

/// Grows with what arrives, so that a lying length takes no memory.
fn read_exactly(reader: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

pub(super) fn malformed(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
