//! The talk between the server and a `convert-child` process, over two pipes.
//!
//! A frame is a little-endian `u32` with the length of a JSON header, the
//! header, and the blobs whose lengths the header's `blobs` gives. The parent
//! writes a [`Request`] and the file; the child answers with events and ends
//! each conversion with [`Event::Done`] or [`Event::Refused`], or asks with
//! [`Event::NeedsOffice`] for a PDF that LibreOffice makes. A frame from a
//! child is not trusted: every length is capped, and memory is taken only as
//! bytes arrive. Starting, limiting and killing the child is the parent's job.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::convert::Converter;
use crate::engine::{Drawn, Wish};
use crate::limits::Limits;
use crate::page::{PageOutput, PageText, Raster, Sink, StepOutput};
use crate::refusal::Refusal;
use crate::report::Report;

/// Longest header, in bytes; the text layer of a full page takes under 1 MiB.
const MAX_HEADER_BYTES: u32 = 64 << 20;
/// Longest blob, in bytes: a PDF may outgrow its upload.
const MAX_BLOB_BYTES: u64 = 1 << 30;
/// Most blobs of a frame.
const MAX_BLOBS: usize = 4;

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
struct Header<T> {
    #[serde(flatten)]
    body: T,
    blobs: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum EventBody {
    Pdf,
    Page(PageHeader),
    Step(StepHeader),
    Done { report: Box<Report> },
    NeedsOffice { drawn: Box<Drawn> },
    Refused { refusal: Refusal },
}

#[derive(Serialize, Deserialize)]
struct PageHeader {
    number: u32,
    page_count: u32,
    width_pt: f32,
    height_pt: f32,
    narrow: [u32; 2],
    wide: [u32; 2],
    cover: Option<[u32; 2]>,
    text: PageText,
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
    match event {
        Event::Pdf(bytes) => write_frame(writer, &EventBody::Pdf, &[bytes]),
        Event::Page(page) => write_page(writer, page),
        Event::Step(step) => write_step(writer, step),
        Event::Done(report) => write_frame(
            writer,
            &EventBody::Done {
                report: report.clone(),
            },
            &[],
        ),
        Event::NeedsOffice(drawn) => write_frame(
            writer,
            &EventBody::NeedsOffice {
                drawn: drawn.clone(),
            },
            &[],
        ),
        Event::Refused(refusal) => write_frame(
            writer,
            &EventBody::Refused {
                refusal: refusal.clone(),
            },
            &[],
        ),
    }
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

fn event_from(body: EventBody, blobs: Vec<Vec<u8>>) -> io::Result<Event> {
    Ok(match body {
        EventBody::Pdf => {
            let [pdf] = take_blobs(blobs)?;
            Event::Pdf(pdf)
        }
        EventBody::Page(header) => Event::Page(Box::new(page_from(header, blobs)?)),
        EventBody::Step(header) => Event::Step(Box::new(step_from(&header, blobs)?)),
        EventBody::Done { report } => Event::Done(report),
        EventBody::NeedsOffice { drawn } => Event::NeedsOffice(drawn),
        EventBody::Refused { refusal } => Event::Refused(refusal),
    })
}

/// Serves conversions until the stream of requests ends: the child's loop.
///
/// Warms the engines first, so that the first file does not pay for it.
///
/// # Errors
/// When a pipe fails: the parent is gone, and the child has nothing to live for.
pub fn serve(
    reader: &mut impl Read,
    writer: &mut impl Write,
    converter: &Converter,
) -> io::Result<()> {
    converter.warm();
    while let Some((request, file)) = read_request(reader)? {
        let mut sink = FrameSink {
            writer,
            failure: None,
        };
        let outcome = answer(converter, &request, &file, &mut sink);
        if let Some(failure) = sink.failure {
            return Err(failure);
        }
        let last = match outcome {
            Ok(last) => last,
            Err(refusal) => Event::Refused(refusal),
        };
        write_event(writer, &last)?;
    }
    Ok(())
}

/// Converts what a request brings, up to its last event.
fn answer(
    converter: &Converter,
    request: &Request,
    file: &[u8],
    sink: &mut dyn Sink,
) -> Result<Event, Refusal> {
    let Request {
        file_name,
        limits,
        engine,
        drawn,
    } = request;
    let report = match drawn {
        Some(drawn) => converter.convert_drawn(file, file_name, drawn, limits, sink)?,
        None => match converter.for_libreoffice(file, file_name, limits, *engine)? {
            Some(drawn) => return Ok(Event::NeedsOffice(Box::new(drawn))),
            None => converter.convert(file, file_name, limits, sink)?,
        },
    };
    Ok(Event::Done(Box::new(report)))
}

/// Sends results as frames and remembers a failed pipe, which the converter
/// could only report as its own fault.
struct FrameSink<'w, W> {
    writer: &'w mut W,
    failure: Option<io::Error>,
}

impl<W: Write> FrameSink<'_, W> {
    fn remember(&mut self, result: io::Result<()>) -> io::Result<()> {
        result.map_err(|error| {
            let kind = error.kind();
            self.failure.get_or_insert(error);
            io::Error::from(kind)
        })
    }
}

impl<W: Write> Sink for FrameSink<'_, W> {
    fn pdf(&mut self, bytes: &[u8]) -> io::Result<()> {
        let result = write_frame(self.writer, &EventBody::Pdf, &[bytes]);
        self.remember(result)
    }

    fn page(&mut self, page: PageOutput) -> io::Result<()> {
        let result = write_page(self.writer, &page);
        self.remember(result)
    }

    fn step(&mut self, step: StepOutput) -> io::Result<()> {
        let result = write_step(self.writer, &step);
        self.remember(result)
    }
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
        text: page.text.clone(),
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

fn page_from(header: PageHeader, blobs: Vec<Vec<u8>>) -> io::Result<PageOutput> {
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
        text: header.text,
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

fn take_blobs<const N: usize>(blobs: Vec<Vec<u8>>) -> io::Result<[Vec<u8>; N]> {
    blobs
        .try_into()
        .map_err(|_| malformed("a frame with the wrong number of blobs"))
}

fn write_frame(writer: &mut impl Write, body: &impl Serialize, blobs: &[&[u8]]) -> io::Result<()> {
    let lengths = blobs.iter().map(|blob| blob.len() as u64).collect();
    write_head(writer, body, lengths)?;
    for blob in blobs {
        writer.write_all(blob)?;
    }
    writer.flush()
}

fn write_head(writer: &mut impl Write, body: &impl Serialize, blobs: Vec<u64>) -> io::Result<()> {
    let header = serde_json::to_vec(&Header { body, blobs })?;
    let length = u32::try_from(header.len())
        .ok()
        .filter(|length| *length <= MAX_HEADER_BYTES)
        .ok_or_else(|| malformed("a header too long to send"))?;
    writer.write_all(&length.to_le_bytes())?;
    writer.write_all(&header)
}

fn read_frame<T: for<'de> Deserialize<'de>>(
    reader: &mut impl Read,
) -> io::Result<Option<(T, Vec<Vec<u8>>)>> {
    match read_head::<T>(reader)? {
        Some(head) => Ok(Some((head.body, read_blobs(reader, head.blobs)?))),
        None => Ok(None),
    }
}

fn read_head<T: for<'de> Deserialize<'de>>(
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

fn read_blobs(reader: &mut impl Read, lengths: Vec<u64>) -> io::Result<Vec<Vec<u8>>> {
    lengths
        .into_iter()
        .map(|length| read_exactly(reader, length))
        .collect()
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

fn malformed(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::{
        Event, Incoming, Request, read_event, read_event_spooling, read_request, write_event,
        write_request, write_request_from,
    };
    use crate::detect::Format;
    use crate::engine::{Drawn, Wish};
    use crate::limits::Limits;
    use crate::page::{Line, PageOutput, PageText, Raster, StepOutput, Word};
    use crate::refusal::{Refusal, RefusalKind};

    fn page(cover: bool) -> PageOutput {
        let raster = |byte| Raster {
            width: 2,
            height: 3,
            webp: [&b"RIFF\x05\0\0\0WEBP"[..], &[byte]].concat(),
        };
        PageOutput {
            number: 1,
            page_count: 2,
            width_pt: 595.28,
            height_pt: 841.89,
            narrow: raster(1),
            wide: raster(2),
            cover: cover.then(|| raster(3)),
            text: PageText {
                number: 1,
                width: 595.28,
                height: 841.89,
                recognised: false,
                lines: vec![Line {
                    words: vec![Word {
                        text: "文渊".into(),
                        x0: 1.0,
                        y0: 2.0,
                        x1: 3.0,
                        y1: 4.0,
                        space_after: false,
                    }],
                    starts_paragraph: true,
                }],
            },
        }
    }

    #[test]
    fn requests_and_events_round_trip() {
        let request = Request {
            file_name: "报告.docx".into(),
            limits: Limits::default(),
            engine: Wish::LibreOffice,
            drawn: Some(Drawn {
                format: Format::Doc,
                title: None,
                warnings: Vec::new(),
            }),
        };
        let mut pipe = Vec::new();
        write_request(&mut pipe, &request, b"bytes").unwrap();
        let mut reader = pipe.as_slice();
        let (read, file) = read_request(&mut reader).unwrap().unwrap();
        assert_eq!((read, file.as_slice()), (request, b"bytes".as_slice()));
        assert!(read_request(&mut reader).unwrap().is_none());

        let events = [
            Event::Pdf(vec![1, 2, 3]),
            Event::Page(Box::new(page(true))),
            Event::Page(Box::new(page(false))),
            Event::Step(Box::new(StepOutput {
                page: 3,
                index: 1,
                count: 4,
                narrow: page(false).narrow,
                wide: page(false).wide,
            })),
            Event::NeedsOffice(Box::new(Drawn {
                format: Format::Odt,
                title: Some("文渊".into()),
                warnings: Vec::new(),
            })),
            Event::Refused(Refusal::new(RefusalKind::Damaged, "cut")),
        ];
        let mut pipe = Vec::new();
        for event in &events {
            write_event(&mut pipe, event).unwrap();
        }
        let mut reader = pipe.as_slice();
        for event in events {
            assert_eq!(read_event(&mut reader).unwrap().unwrap(), event);
        }
        assert!(read_event(&mut reader).unwrap().is_none());
    }

    #[test]
    fn an_image_that_is_not_webp_is_an_error() {
        let mut odd = page(false);
        odd.wide.webp = b"<svg onload=\"alert(1)\"/>".to_vec();
        let step = StepOutput {
            page: 1,
            index: 0,
            count: 2,
            narrow: odd.narrow.clone(),
            wide: odd.wide.clone(),
        };
        for event in [Event::Page(Box::new(odd)), Event::Step(Box::new(step))] {
            let mut pipe = Vec::new();
            write_event(&mut pipe, &event).unwrap();
            assert!(read_event(&mut pipe.as_slice()).is_err(), "{event:?}");
        }
    }

    #[test]
    fn what_is_streamed_is_what_is_held() {
        let request = Request {
            file_name: "报告.pdf".into(),
            limits: Limits::default(),
            engine: Wish::Auto,
            drawn: None,
        };
        let (mut held, mut streamed) = (Vec::new(), Vec::new());
        write_request(&mut held, &request, b"bytes").unwrap();
        write_request_from(
            &mut streamed,
            &request,
            5,
            &mut b"bytes and more".as_slice(),
        )
        .unwrap();
        assert_eq!(held, streamed);
        let cut = write_request_from(&mut streamed, &request, 6, &mut b"bytes".as_slice());
        assert!(cut.is_err());

        let mut pipe = Vec::new();
        write_event(&mut pipe, &Event::Pdf(vec![7; 100])).unwrap();
        let read = |in_memory| {
            read_event_spooling(&mut pipe.as_slice(), in_memory, || Ok(Vec::new())).unwrap()
        };
        let small = read(100);
        assert!(matches!(small, Some(Incoming::Event(Event::Pdf(pdf))) if pdf == [7; 100]));
        let large = read(99);
        assert!(matches!(large, Some(Incoming::LargePdf(pdf, 100)) if pdf == [7; 100]));
        let cut = &pipe[..pipe.len() - 1];
        assert!(read_event_spooling(&mut &*cut, 99, || Ok(Vec::new())).is_err());
    }

    #[test]
    fn lying_lengths_are_errors() {
        let mut huge = u32::MAX.to_le_bytes().to_vec();
        huge.extend_from_slice(b"{}");
        assert!(read_event(&mut huge.as_slice()).is_err());
        let header = br#"{"type":"pdf","blobs":[900000000]}"#;
        let mut frame = (header.len() as u32).to_le_bytes().to_vec();
        frame.extend_from_slice(header);
        frame.extend_from_slice(b"short");
        assert!(read_event(&mut frame.as_slice()).is_err());
        assert!(read_event(&mut [1_u8, 0].as_slice()).is_err());
    }
}
