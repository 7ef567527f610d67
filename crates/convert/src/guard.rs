//! Checks a container and its XML before any parser of documents sees them.
//!
//! Headers of a ZIP lie, so what they promise is checked first and what comes
//! out is counted again. No entity is ever expanded: a DOCTYPE is refused.
//! Nothing is written to a path, so names in the container are only names.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};

/// Expansion up to here is not looked at for its ratio.
const RATIO_FREE_BYTES: u64 = 1 << 20;

/// A container within its limits.
pub(crate) type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// Opens a container and checks what its directory promises.
pub(crate) fn open<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Archive<'b>, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() as u64 > limits.entries {
        return Err(bomb(format!(
            "{} entries; {} are allowed",
            archive.len(),
            limits.entries
        )));
    }
    let mut budget = Budget::new(limits, bytes.len());
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        if entry.encrypted() {
            return Err(Refusal::new(
                RefusalKind::Encrypted,
                "the container's entries are encrypted",
            ));
        }
        budget.spend(entry.size())?;
    }
    Ok(archive)
}

/// Counts what comes out of a container.
///
/// The ratio is that of the whole: a single picture of one colour packs better
/// than any limit and harms nobody.
pub(crate) struct Budget {
    left: u64,
    spent: u64,
    expanded: u64,
    most_by_ratio: u64,
    ratio: u64,
}

impl Budget {
    pub(crate) fn new(limits: &Limits, packed_bytes: usize) -> Self {
        Self {
            left: limits.expanded_bytes,
            spent: 0,
            expanded: limits.expanded_bytes,
            most_by_ratio: (packed_bytes as u64)
                .saturating_mul(limits.ratio)
                .max(RATIO_FREE_BYTES),
            ratio: limits.ratio,
        }
    }

    fn spend(&mut self, out: u64) -> Result<(), Refusal> {
        let refused = if out > self.left {
            format!("the container expands to more than {} bytes", self.expanded)
        } else if self.spent + out > self.most_by_ratio {
            format!("the container expands more than {} times", self.ratio)
        } else {
            self.left -= out;
            self.spent += out;
            return Ok(());
        };
        // Whoever goes on all the same gets nothing more.
        self.left = 0;
        Err(bomb(refused))
    }

    /// Bytes an entry may still give, and one more to find it out.
    fn reach(&self) -> u64 {
        self.left.min(self.most_by_ratio.saturating_sub(self.spent)) + 1
    }

    /// Reads an entry, no further than the budget.
    pub(crate) fn read(
        &mut self,
        archive: &mut Archive<'_>,
        index: usize,
    ) -> Result<Vec<u8>, Refusal> {
        let entry = archive.by_index(index).map_err(damaged)?;
        let mut content = Vec::new();
        let read = entry.take(self.reach()).read_to_end(&mut content);
        // What came out before it broke was work as well.
        self.spend(content.len() as u64)?;
        read.map_err(|error| {
            Refusal::new(
                RefusalKind::Damaged,
                format!("an entry of the container cannot be read: {error}"),
            )
        })?;
        Ok(content)
    }

    /// Reads what an entry gives before it breaks: a picture that does not open
    /// is the engine's to report.
    pub(crate) fn read_leniently(
        &mut self,
        archive: &mut Archive<'_>,
        index: usize,
    ) -> Result<Vec<u8>, Refusal> {
        let entry = archive.by_index(index).map_err(damaged)?;
        let mut content = Vec::new();
        let _ = entry.take(self.reach()).read_to_end(&mut content);
        self.spend(content.len() as u64)?;
        Ok(content)
    }

    /// Unpacks what is packed by gzip, as far as it can be read.
    pub(crate) fn unpack(&mut self, packed: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut content = Vec::new();
        let _ = GzDecoder::new(packed)
            .take(self.reach())
            .read_to_end(&mut content);
        self.spend(content.len() as u64)?;
        Ok(content)
    }
}

/// Whether a part is packed once more.
pub(crate) fn is_gzip(content: &[u8]) -> bool {
    content.starts_with(&[0x1f, 0x8b])
}

/// A container whose parts are read by name, within one budget.
pub(crate) struct Container<'b> {
    archive: Archive<'b>,
    budget: Budget,
    limits: &'b Limits,
    /// Entries by name, without a slash before it and in lower case: producers
    /// on Windows are careless.
    by_name: HashMap<String, usize>,
}

impl<'b> Container<'b> {
    /// Opens a container within its limits.
    pub(crate) fn open(bytes: &'b [u8], limits: &'b Limits) -> Result<Self, Refusal> {
        let archive = open(bytes, limits)?;
        let mut by_name = HashMap::new();
        for index in 0..archive.len() {
            if let Some(Ok(name)) = archive.name_for_index(index) {
                let name = name.trim_start_matches('/').to_lowercase();
                by_name.entry(name).or_insert(index);
            }
        }
        Ok(Self {
            archive,
            budget: Budget::new(limits, bytes.len()),
            limits,
            by_name,
        })
    }

    pub(crate) fn limits(&self) -> &'b Limits {
        self.limits
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.archive
            .index_for_name(name)
            .or_else(|| self.by_name.get(&name.to_lowercase()).copied())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.index_of(name).is_some()
    }

    /// The first name that ends so.
    pub(crate) fn name_ending(&self, ending: &str) -> Option<String> {
        let mut names = self.archive.file_names().flatten();
        names
            .find(|name| name.ends_with(ending))
            .map(|name| name.into_owned())
    }

    /// Reads a part; `None` when there is none of this name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        match self.index_of(name) {
            Some(index) => self.budget.read(&mut self.archive, index).map(Some),
            None => Ok(None),
        }
    }
}

/// The name in a container that a path means within the part `from`: from the
/// root when it begins with a slash, else from the folder of `from`. Steps up
/// beyond the root lead to the root.
pub(crate) fn resolve(from: &str, path: &str) -> String {
    let folder = match path.strip_prefix('/') {
        Some(_) => "",
        None => from.rsplit_once('/').map_or("", |(folder, _)| folder),
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(path.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

/// Walks an XML part: refuses a DOCTYPE and too deep a nesting, and shows every
/// element's start to `on_start`.
///
/// A syntax error ends the walk without refusal: whether the part is readable
/// is for its parser to say, and the text behind the error is searched for a
/// DOCTYPE as well.
pub(crate) fn walk_xml<'x>(
    xml: &'x [u8],
    limits: &Limits,
    mut on_start: impl FnMut(&BytesStart<'x>),
) -> Result<(), Refusal> {
    walk_xml_deep(xml, limits, |start, _| on_start(start))
}

/// [`walk_xml`], telling also how deep each element stands: 1 for the root.
pub(crate) fn walk_xml_deep<'x>(
    xml: &'x [u8],
    limits: &Limits,
    mut on_start: impl FnMut(&BytesStart<'x>, u32),
) -> Result<(), Refusal> {
    // Letters of two or four bytes that no mark announces: no parser behind
    // this one reads them, and none shall find a DOCTYPE if it does.
    let is_wide = xml.contains(&0);
    if has_doctype(xml) || is_wide && has_doctype(&without_nulls(xml)) {
        return Err(Refusal::new(
            RefusalKind::ForbiddenXml,
            "an XML part declares a DOCTYPE",
        ));
    }
    let mut reader = Reader::from_reader(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut depth = 0_u32;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                if depth > limits.xml_depth {
                    return Err(Refusal::new(
                        RefusalKind::ForbiddenXml,
                        format!("elements nested deeper than {}", limits.xml_depth),
                    ));
                }
                on_start(&start, depth);
            }
            Ok(Event::Empty(start)) => on_start(&start, depth + 1),
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
}

/// A DOCTYPE anywhere, whatever its case; in text "<" is always escaped, so
/// only a comment or CDATA could hold the letters harmlessly, and those do not
/// occur in Office files.
fn has_doctype(xml: &[u8]) -> bool {
    declarations(xml, b"doctype").next().is_some()
}

/// Where declarations of this name begin, whatever its case.
pub(crate) fn declarations<'x>(
    xml: &'x [u8],
    name: &'static [u8],
) -> impl Iterator<Item = usize> + 'x {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + crate::detect::find(&xml[at..], b"<!")?;
            at = start + 2;
            let word = xml.get(at..at + name.len());
            if word.is_some_and(|word| word.eq_ignore_ascii_case(name)) {
                return Some(start);
            }
        }
    })
}

fn without_nulls(xml: &[u8]) -> Vec<u8> {
    xml.iter().copied().filter(|byte| *byte != 0).collect()
}

/// Whether a part is XML by its content, whatever its name says: pictures of
/// lines are, and a part may hide behind another ending.
pub(crate) fn looks_like_xml(content: &[u8]) -> bool {
    const MARKS: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    let content = MARKS
        .iter()
        .find_map(|mark| content.strip_prefix(*mark))
        .unwrap_or(content);
    let mut letters = content
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != 0);
    letters.next() == Some(&b'<')
        && letters
            .next()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'?' | b'!' | b'_'))
}

/// Refuses HTML that declares entities; its DOCTYPE alone is none of XML's.
pub(crate) fn check_html(html: &[u8]) -> Result<(), Refusal> {
    if declarations(&without_nulls(html), b"entity")
        .next()
        .is_some()
    {
        return Err(Refusal::new(
            RefusalKind::ForbiddenXml,
            "an HTML part declares entities",
        ));
    }
    Ok(())
}

/// Gives an XML part in UTF-8 without a byte order mark, and whether it had to
/// be changed for that. (`quick_xml` does not count the mark in its positions,
/// by which parts are edited.)
pub(crate) fn to_utf8(xml: Vec<u8>) -> (Vec<u8>, bool) {
    let encoding = match xml.as_slice() {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => encoding_rs::UTF_16LE,
        [0xfe, 0xff, ..] | [0, b'<', ..] => encoding_rs::UTF_16BE,
        [0xef, 0xbb, 0xbf, rest @ ..] => return (rest.to_vec(), true),
        _ => return (xml, false),
    };
    let (text, _) = encoding.decode_with_bom_removal(&xml);
    // The declaration names the old encoding; without one it is UTF-8.
    let body = text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
        .map_or(text.as_ref(), |(_, body)| body);
    (body.as_bytes().to_vec(), true)
}

fn damaged(error: zip::result::ZipError) -> Refusal {
    Refusal::new(
        RefusalKind::Damaged,
        format!("the container cannot be opened: {error}"),
    )
}

fn bomb(detail: String) -> Refusal {
    Refusal::new(RefusalKind::Bomb, detail)
}

#[cfg(test)]
mod tests {
    use super::{Budget, resolve, to_utf8, walk_xml};
    use crate::limits::Limits;
    use crate::refusal::RefusalKind;

    fn kind(xml: &[u8]) -> Option<RefusalKind> {
        walk_xml(xml, &Limits::default(), |_| {})
            .err()
            .map(|refusal| refusal.kind)
    }

    #[test]
    fn a_doctype_is_refused_even_behind_a_syntax_error() {
        assert_eq!(kind(b"<a><b/></a>"), None);
        assert_eq!(
            kind(b"<!DOCTYPE a [<!ENTITY x \"y\">]><a/>"),
            Some(RefusalKind::ForbiddenXml)
        );
        assert_eq!(
            kind(b"<a <<< ><!doctype a>"),
            Some(RefusalKind::ForbiddenXml)
        );
    }

    #[test]
    fn nothing_is_left_of_a_budget_that_was_passed() {
        let limits = Limits {
            expanded_bytes: 4 << 20,
            ..Limits::default()
        };
        for bytes in [8 << 20, 3 << 20] {
            let mut budget = Budget::new(&limits, 1);
            assert_eq!(budget.spend(bytes).unwrap_err().kind, RefusalKind::Bomb);
            assert_eq!(budget.spend(1).unwrap_err().kind, RefusalKind::Bomb);
        }
    }

    #[test]
    fn paths_are_names_in_the_container() {
        for (from, path, name) in [
            (
                "Doc_0/Document.xml",
                "Pages/Page_0.xml",
                "Doc_0/Pages/Page_0.xml",
            ),
            ("Doc_0/Document.xml", "/Doc_0/Res.xml", "Doc_0/Res.xml"),
            ("Doc_0/a/b.xml", "../Res/x.png", "Doc_0/Res/x.png"),
            ("a.xml", "../../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(resolve(from, path), name);
        }
    }

    #[test]
    fn nesting_is_limited() {
        let deep = format!("{}{}", "<a>".repeat(300), "</a>".repeat(300));
        assert_eq!(kind(deep.as_bytes()), Some(RefusalKind::ForbiddenXml));
        let wide = "<a></a>".repeat(3000);
        assert_eq!(kind(wide.as_bytes()), None);
    }

    #[test]
    fn utf16_parts_become_utf8() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>文</a>";
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let (utf8, changed) = to_utf8(bytes);
        assert!(changed);
        assert_eq!(String::from_utf8(utf8).unwrap(), "<a>文</a>");
        let (utf8, changed) = to_utf8("\u{feff}<a/>".as_bytes().to_vec());
        assert_eq!((utf8.as_slice(), changed), (b"<a/>".as_slice(), true));
    }
}
