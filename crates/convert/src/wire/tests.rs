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
