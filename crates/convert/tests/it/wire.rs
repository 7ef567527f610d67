//! The child's loop over pipes in memory.

use wenyuan_convert::wire::{Event, Request, read_event, serve, write_request};
use wenyuan_convert::{Limits, RefusalKind};

use crate::support::{converter, pdf_of};

fn request(name: &str) -> Request {
    Request {
        file_name: name.to_owned(),
        limits: Limits::default(),
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
