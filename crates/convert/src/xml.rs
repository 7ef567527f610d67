//! Walking an XML part with the place of each tag, and changing places of it.
//! Checking it is `guard`'s, which walks it first.

use std::cmp::Reverse;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A place in a part, and what it is exchanged for.
pub(crate) type Edit = (Range<usize>, String);

/// What a walk meets.
pub(crate) enum Piece<'x> {
    Start(BytesStart<'x>),
    /// An empty tag: a start and an end.
    Empty(BytesStart<'x>),
    /// The local name of what ends.
    End(&'x [u8]),
    /// As it is written.
    Text(&'x [u8]),
}

/// Gives every tag and text with its place to `see`, as far as the part can be
/// read; `None` when that is not to its end. Nothing recurses.
pub(crate) fn walk<'x>(xml: &'x [u8], mut see: impl FnMut(Piece<'x>, Range<usize>)) -> Option<()> {
    let mut reader = Reader::from_reader(xml);
    let mut at = 0;
    loop {
        let event = reader.read_event().ok()?;
        let end = usize::try_from(reader.buffer_position()).unwrap_or(xml.len());
        let place = at..end;
        match event {
            Event::Start(start) => see(Piece::Start(start), place),
            Event::Empty(start) => see(Piece::Empty(start), place),
            Event::End(_) => see(Piece::End(ended(&xml[place.clone()])), place),
            Event::Text(_) => see(Piece::Text(&xml[place.clone()]), place),
            Event::Eof => return Some(()),
            _ => {}
        }
        at = end;
    }
}

/// The local name in an end tag.
fn ended(tag: &[u8]) -> &[u8] {
    let name = tag.strip_prefix(b"</").unwrap_or(tag);
    let name = name.strip_suffix(b">").unwrap_or(name).trim_ascii_end();
    let prefix = name.iter().position(|byte| *byte == b':');
    &name[prefix.map_or(0, |colon| colon + 1)..]
}

/// The part with each place exchanged for its text; `None` without any. What is
/// put in at a place comes before what is exchanged there; of places that
/// overlap the outer one counts, else the first.
pub(crate) fn apply(xml: &[u8], mut edits: Vec<Edit>) -> Option<Vec<u8>> {
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(place, _)| (place.start, !place.is_empty(), Reverse(place.end)));
    let added: usize = edits.iter().map(|(_, text)| text.len()).sum();
    let mut out = Vec::with_capacity(xml.len() + added);
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
pub(crate) fn prefix_of(start: &BytesStart<'_>) -> String {
    start.name().prefix().map_or(String::new(), |prefix| {
        format!("{}:", String::from_utf8_lossy(prefix.as_ref()))
    })
}

#[cfg(test)]
mod tests {
    use super::{Piece, apply, walk};

    #[test]
    fn pieces_have_their_places() {
        let xml = b"<?a?><w:a b=\"c\"><d/>e&amp;<!-- f --></w:a >";
        let mut seen = Vec::new();
        let whole = walk(xml, |piece, place| {
            let kind = match piece {
                Piece::Start(_) => "start".to_owned(),
                Piece::Empty(_) => "empty".to_owned(),
                Piece::End(name) | Piece::Text(name) => String::from_utf8(name.to_vec()).unwrap(),
            };
            seen.push((kind, String::from_utf8(xml[place].to_vec()).unwrap()));
        });
        assert!(whole.is_some());
        let expected = [
            ("start", "<w:a b=\"c\">"),
            ("empty", "<d/>"),
            ("e", "e"),
            ("a", "</w:a >"),
        ];
        assert_eq!(seen, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert!(walk(b"<a></b>", |_, _| {}).is_none());
    }

    #[test]
    fn of_changes_that_overlap_the_outer_one_counts() {
        let edit = |from, to, text: &str| (from..to, text.to_owned());
        let edits = vec![
            edit(3, 4, "x"),
            edit(1, 2, "y"),
            edit(1, 3, "z"),
            edit(1, 1, "-"),
            edit(2, 4, "x"),
        ];
        assert_eq!(apply(b"abcdef", edits).unwrap(), b"a-zxef");
        assert_eq!(apply(b"a", Vec::new()), None);
    }
}
