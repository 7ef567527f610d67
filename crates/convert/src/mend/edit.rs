//! Walking an XML part with the place of each tag, and changing places of it.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What a walk meets.
pub(super) enum Piece<'x> {
    Start(BytesStart<'x>),
    /// An empty tag: a start and an end.
    Empty(BytesStart<'x>),
    /// The local name of what ends.
    End(Vec<u8>),
    Text(String),
}

/// Gives every tag and text with its place to `see`, as far as the part can be
/// read. Nothing recurses.
pub(super) fn walk<'x>(xml: &'x [u8], mut see: impl FnMut(Piece<'x>, Range<usize>)) {
    let mut reader = Reader::from_reader(xml);
    let mut at = 0;
    while let Ok(event) = reader.read_event() {
        let end = usize::try_from(reader.buffer_position()).unwrap_or(xml.len());
        let place = at..end;
        match event {
            Event::Start(start) => see(Piece::Start(start), place),
            Event::Empty(start) => see(Piece::Empty(start), place),
            Event::End(tag) => see(Piece::End(tag.local_name().as_ref().to_vec()), place),
            Event::Text(text) => see(Piece::Text(String::from_utf8_lossy(&text).into()), place),
            Event::Eof => break,
            _ => {}
        }
        at = end;
    }
}

/// The part with each place exchanged for its text; `None` without any. Of
/// places that overlap the first counts.
pub(super) fn apply(xml: &[u8], mut edits: Vec<(Range<usize>, String)>) -> Option<Vec<u8>> {
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(place, _)| (place.start, place.end));
    let mut out = Vec::with_capacity(xml.len() + edits.len() * 64);
    let mut at = 0;
    for (place, text) in &edits {
        if place.start < at {
            continue;
        }
        out.extend_from_slice(xml.get(at..place.start)?);
        out.extend_from_slice(text.as_bytes());
        at = place.end;
    }
    out.extend_from_slice(xml.get(at..)?);
    Some(out)
}

/// The prefix of an element's name, with its colon.
pub(super) fn prefix_of(start: &BytesStart<'_>) -> String {
    start.name().prefix().map_or(String::new(), |prefix| {
        format!("{}:", String::from_utf8_lossy(prefix.as_ref()))
    })
}
