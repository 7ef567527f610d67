//! The child's loop over pipes in memory.

use wenyuan_convert::engine::{Drawn, Wish};
use wenyuan_convert::wire::{Event, Request, read_event, serve, write_request};
use wenyuan_convert::{Format, Limits, RefusalKind};

use crate::support::{converter, pdf_of};

fn request(name: &str) -> Request {
    Request {
        file_name: name.to_owned(),
        limits: Limits::default(),
        engine: Wish::Auto,
        drawn: None,
    }
}

#[test]
fn one_child_serves_file_after_file() {
    let mut asked = Vec::new();
    write_request(&mut asked, &request("a.pdf"), &pdf_of(2)).unwrap();
    write_request(&mut asked, &request("b.txt"), b"").unwrap();
    write_request(&mut asked, &request("c.txt"), "文渊".as_bytes()).unwrap();
    let mut answered = Vec::new();
    serve(&mut asked.as_slice(), &mut answered, converter()).unwrap();

    let mut reader = answered.as_slice();
    let mut seen = Vec::new();
    while let Some(event) = read_event(&mut reader).unwrap() {
        seen.push(match event {
            Event::Pdf(_) => "pdf".to_owned(),
            Event::Page(page) => format!("page {}", page.number),
            Event::Step(step) => format!("step {} of page {}", step.index, step.page),
            Event::Done(report) => format!("done {}", report.pages),
            Event::NeedsOffice(drawn) => format!("needs office for {}", drawn.format),
            Event::Refused(refusal) => {
                assert_eq!(refusal.kind, RefusalKind::Empty);
                "refused".to_owned()
            }
        });
    }
    assert_eq!(
        seen,
        [
            "pdf", "page 1", "page 2", "done 2", "refused", "pdf", "page 1", "done 1"
        ]
    );
}

#[test]
fn libreoffice_is_asked_for_and_its_pdf_is_drawn() {
    const RTF: &[u8] = b"{\\rtf1 a}";
    let mut asked = Vec::new();
    let mut ask = |wish, drawn, name: &str, file: &[u8]| {
        let request = Request {
            engine: wish,
            drawn,
            ..request(name)
        };
        write_request(&mut asked, &request, file).unwrap();
    };
    let drawn = Drawn {
        format: Format::Rtf,
        title: Some("文渊".into()),
        warnings: Vec::new(),
    };
    ask(Wish::Auto, None, "a.doc", RTF);
    ask(Wish::Auto, Some(drawn.clone()), "a.doc", &pdf_of(1));
    ask(Wish::Auto, Some(drawn), "a.doc", b"no PDF");
    ask(Wish::Native, None, "a.rtf", RTF);
    ask(Wish::LibreOffice, None, "a.pdf", &pdf_of(1));
    let mut answered = Vec::new();
    serve(&mut asked.as_slice(), &mut answered, converter()).unwrap();

    let mut reader = answered.as_slice();
    let mut last = Vec::new();
    while let Some(event) = read_event(&mut reader).unwrap() {
        match event {
            Event::NeedsOffice(drawn) => last.push(format!("needs {}", drawn.format)),
            Event::Done(report) => last.push(format!(
                "{} {} {} {}",
                report.engine,
                report.format,
                report.title.unwrap_or_default(),
                report.warnings.len(),
            )),
            Event::Refused(refusal) => last.push(refusal.kind.to_string()),
            Event::Pdf(_) | Event::Page(_) | Event::Step(_) => {}
        }
    }
    // The wrong name is told by whoever draws.
    assert_eq!(
        last,
        [
            "needs rtf",
            "libreoffice rtf 文渊 1",
            "damaged",
            "unsupported",
            "native pdf  0"
        ]
    );
}

#[test]
fn a_parent_that_is_gone_ends_the_child() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut asked = Vec::new();
    write_request(&mut asked, &request("a.pdf"), &pdf_of(1)).unwrap();
    let error = serve(&mut asked.as_slice(), &mut Closed, converter()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
}
