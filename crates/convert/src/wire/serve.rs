//! The child's loop: answers requests with what a converter gives.

use std::io::{self, Read, Write};

use super::{Event, Request, read_request, write_event, write_page, write_pdf, write_step};
use crate::convert::Converter;
use crate::engine::Plan;
use crate::page::{PageOutput, Sink, StepOutput};
use crate::refusal::Refusal;

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
        let outcome = answer(converter, &request, file, &mut sink);
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
    file: Vec<u8>,
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
        None => match converter.plan(&file, file_name, limits, *engine)? {
            Plan::LibreOffice(drawn) => return Ok(Event::NeedsOffice(Box::new(drawn))),
            Plan::Native(format) => {
                converter.convert_known(file.into(), file_name, format, limits, sink)?
            }
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
        let result = write_pdf(self.writer, bytes);
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
