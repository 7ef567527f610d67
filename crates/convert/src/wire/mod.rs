//! The talk between the server and a `convert-child` process, over two pipes.
//!
//! It goes in frames of a JSON header and blobs (`frame`). The parent writes a
//! [`Request`] and the file; the child (`serve`) answers with events and ends
//! each conversion with [`Event::Done`] or [`Event::Refused`], or asks with
//! [`Event::NeedsOffice`] for a PDF that LibreOffice makes. A frame from a
//! child is not trusted: every length is capped, memory is taken only as bytes
//! arrive, and what is called an image is one. Starting, limiting and killing
//! the child is the parent's job.

mod frame;
mod serve;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::engine::{Drawn, Wish};
use crate::limits::Limits;
use crate::page::{PageOutput, PageText, Raster, StepOutput};
use crate::refusal::Refusal;
use crate::report::Report;
use frame::{malformed, read_blobs, read_frame, read_head, take_blobs, write_frame, write_head};
pub use serve::serve;

/// What the parent asks for; the file follows it as the one blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The name the uploader gave the file.
    pub file_name: String,
    /// The caps of this conversion.
    pub limits: Limits,
    /// What shall draw it.
    #[serde(default)]
    pub engine: Wish,
    /// What [`Event::NeedsOffice`] said; the blob is then the PDF that
    /// LibreOffice made of the file.
    #[serde(default)]
    pub drawn: Option<Drawn>,
}

/// What the child says.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The PDF, once, before the first page.
    Pdf(Vec<u8>),
    /// A page, in order.
    Page(Box<PageOutput>),
    /// An image of a page that builds up, after the last page.
    Step(Box<StepOutput>),
    /// The conversion is done; nothing follows.
    Done(Box<Report>),
    /// LibreOffice is to make the PDF; nothing follows. The parent asks again
    /// with it and with what is given here.
    NeedsOffice(Box<Drawn>),
    /// The file is refused; nothing follows. Pages sent before are void.
    Refused(Refusal),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum EventBody<'e> {
    Pdf,
    Page(PageHeader<'e>),
    Step(StepHeader),
    Done { report: Cow<'e, Report> },
    NeedsOffice { drawn: Cow<'e, Drawn> },
    Refused { refusal: Cow<'e, Refusal> },
}

#[derive(Serialize, Deserialize)]
struct PageHeader<'e> {
    number: u32,
    page_count: u32,
    width_pt: f32,
    height_pt: f32,
    narrow: [u32; 2],
    wide: [u32; 2],
    cover: Option<[u32; 2]>,
    text: Cow<'e, PageText>,
}

#[derive(Serialize, Deserialize)]
struct StepHeader {
    page: u32,
    index: u32,
    count: u32,
    narrow: [u32; 2],
    wide: [u32; 2],
}

/// Writes a request and its file.
///
/// # Errors
/// When the pipe fails: the child is gone.
pub fn write_request(writer: &mut impl Write, request: &Request, file: &[u8]) -> io::Result<()> {
    write_frame(writer, request, &[file])
}

/// Writes a request and its file of `length` bytes as it is read.
///
/// # Errors
/// When the pipe fails, or the file is shorter than it should be.
pub fn write_request_from(
    writer: &mut impl Write,
    request: &Request,
    length: u64,
    file: &mut impl Read,
) -> io::Result<()> {
    write_head(writer, request, vec![length])?;
    if io::copy(&mut file.take(length), writer)? != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    writer.flush()
}

/// Reads a request and its file; `None` at the end of the stream.
///
/// # Errors
/// When the pipe fails or the frame is malformed.
pub fn read_request(reader: &mut impl Read) -> io::Result<Option<(Request, Vec<u8>)>> {
    let Some((request, blobs)) = read_frame::<Request>(reader)? else {
        return Ok(None);
    };
    let [file] = take_blobs(blobs)?;
    Ok(Some((request, file)))
}

/// Writes an event.
///
/// # Errors
/// When the pipe fails: the parent is gone.
pub fn write_event(writer: &mut impl Write, event: &Event) -> io::Result<()> {
    let last = match event {
        Event::Pdf(bytes) => return write_pdf(writer, bytes),
        Event::Page(page) => return write_page(writer, page),
        Event::Step(step) => return write_step(writer, step),
        Event::Done(report) => EventBody::Done {
            report: Cow::Borrowed(report),
        },
        Event::NeedsOffice(drawn) => EventBody::NeedsOffice {
            drawn: Cow::Borrowed(drawn),
        },
        Event::Refused(refusal) => EventBody::Refused {
            refusal: Cow::Borrowed(refusal),
        },
    };
    write_frame(writer, &last, &[])
}

/// Reads the next event; `None` when the child closed its end.
///
/// # Errors
/// When the pipe fails in the middle of a frame or the frame is malformed.
pub fn read_event(reader: &mut impl Read) -> io::Result<Option<Event>> {
    match read_head::<EventBody>(reader)? {
        Some(head) => event_from(head.body, read_blobs(reader, head.blobs)?).map(Some),
        None => Ok(None),
    }
}

/// What [`read_event_spooling`] reads.
#[derive(Debug)]
pub enum Incoming<W> {
    /// An event, whole.
    Event(Event),
    /// [`Event::Pdf`], in the file that was made for it, and its length.
    LargePdf(W, u64),
}

/// Reads the next event, as [`read_event`] does; a PDF of more than `in_memory`
/// bytes goes into what `spool` makes.
///
/// # Errors
/// As [`read_event`], and when the PDF cannot be written.
pub fn read_event_spooling<W: Write>(
    reader: &mut impl Read,
    in_memory: u64,
    spool: impl FnOnce() -> io::Result<W>,
) -> io::Result<Option<Incoming<W>>> {
    let Some(head) = read_head::<EventBody>(reader)? else {
        return Ok(None);
    };
    if let (EventBody::Pdf, [length]) = (&head.body, head.blobs.as_slice())
        && *length > in_memory
    {
        let mut file = spool()?;
        if io::copy(&mut reader.take(*length), &mut file)? != *length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        file.flush()?;
        return Ok(Some(Incoming::LargePdf(file, *length)));
    }
    let event = event_from(head.body, read_blobs(reader, head.blobs)?)?;
    Ok(Some(Incoming::Event(event)))
}

fn event_from(body: EventBody<'_>, blobs: Vec<Vec<u8>>) -> io::Result<Event> {
    Ok(match body {
        EventBody::Pdf => {
            let [pdf] = take_blobs(blobs)?;
            Event::Pdf(pdf)
        }
        EventBody::Page(header) => Event::Page(Box::new(page_from(header, blobs)?)),
        EventBody::Step(header) => Event::Step(Box::new(step_from(&header, blobs)?)),
        EventBody::Done { report } => Event::Done(Box::new(report.into_owned())),
        EventBody::NeedsOffice { drawn } => Event::NeedsOffice(Box::new(drawn.into_owned())),
        EventBody::Refused { refusal } => Event::Refused(refusal.into_owned()),
    })
}

fn write_pdf(writer: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    write_frame(writer, &EventBody::Pdf, &[bytes])
}

fn write_page(writer: &mut impl Write, page: &PageOutput) -> io::Result<()> {
    let size = |raster: &Raster| [raster.width, raster.height];
    let header = PageHeader {
        number: page.number,
        page_count: page.page_count,
        width_pt: page.width_pt,
        height_pt: page.height_pt,
        narrow: size(&page.narrow),
        wide: size(&page.wide),
        cover: page.cover.as_ref().map(size),
        text: Cow::Borrowed(&page.text),
    };
    let mut blobs: Vec<&[u8]> = vec![&page.narrow.webp, &page.wide.webp];
    blobs.extend(page.cover.as_ref().map(|cover| cover.webp.as_slice()));
    write_frame(writer, &EventBody::Page(header), &blobs)
}

fn write_step(writer: &mut impl Write, step: &StepOutput) -> io::Result<()> {
    let header = StepHeader {
        page: step.page,
        index: step.index,
        count: step.count,
        narrow: [step.narrow.width, step.narrow.height],
        wide: [step.wide.width, step.wide.height],
    };
    let blobs: [&[u8]; 2] = [&step.narrow.webp, &step.wide.webp];
    write_frame(writer, &EventBody::Step(header), &blobs)
}

fn step_from(header: &StepHeader, blobs: Vec<Vec<u8>>) -> io::Result<StepOutput> {
    let [narrow, wide] = take_blobs(blobs)?;
    Ok(StepOutput {
        page: header.page,
        index: header.index,
        count: header.count,
        narrow: raster_from(header.narrow, narrow)?,
        wide: raster_from(header.wide, wide)?,
    })
}

fn page_from(header: PageHeader<'_>, blobs: Vec<Vec<u8>>) -> io::Result<PageOutput> {
    let (narrow, wide, cover) = match header.cover {
        Some(size) => {
            let [narrow, wide, cover] = take_blobs(blobs)?;
            (narrow, wide, Some(raster_from(size, cover)?))
        }
        None => {
            let [narrow, wide] = take_blobs(blobs)?;
            (narrow, wide, None)
        }
    };
    Ok(PageOutput {
        number: header.number,
        page_count: header.page_count,
        width_pt: header.width_pt,
        height_pt: header.height_pt,
        narrow: raster_from(header.narrow, narrow)?,
        wide: raster_from(header.wide, wide)?,
        cover,
        text: header.text.into_owned(),
    })
}

/// What is handed out as an image is one, whatever became of the child.
fn raster_from([width, height]: [u32; 2], webp: Vec<u8>) -> io::Result<Raster> {
    if !(webp.starts_with(b"RIFF") && webp.get(8..12) == Some(b"WEBP")) {
        return Err(malformed("an image that is not WebP"));
    }
    Ok(Raster {
        width,
        height,
        webp,
    })
}
