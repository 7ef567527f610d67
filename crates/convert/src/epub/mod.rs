//! EPUB 2 and 3 to PDF: the chapters in the order of the spine, each on pages of
//! its own, set like HTML.
//!
//! Names in the container are only names: nothing is written, and an address
//! that leads out of it finds nothing. A DOCTYPE is borne, as chapters of EPUB 2
//! begin with one, unless it declares something of its own.

mod package;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Instant;

use self::package::{Item, Package};
use crate::clock;
use crate::guard;
use crate::html::{self, Context, Fetched};
use crate::limits::Limits;
use crate::pictures::{NotShown, Picture, Pictures};
use crate::refusal::{Refusal, RefusalKind};
use crate::report::WarningKind;
use crate::set::Set;
use crate::tree::{self, Block, Inline};
use crate::typeset::Typesetter;

/// Lines of a book from which it is set on A4 instead of A5.
const LONG_BOOK_LINES: usize = 40_000;
/// Encryption that only hides fonts.
const FONT_HIDING: [&str; 2] = [
    "http://www.idpf.org/2008/embedding",
    "http://ns.adobe.com/pdf/enc#RC",
];

/// Sets a book.
pub(crate) fn to_pdf(
    bytes: &[u8],
    limits: &Limits,
    deadline: Instant,
    typesetter: &Typesetter,
) -> Result<Set, Refusal> {
    let mut book = Book {
        container: guard::Container::open(bytes, limits)?,
        taken: HashMap::new(),
    };
    book.check_encryption()?;
    let root = book.root_file()?;
    let opf = book
        .xml(&root)?
        .ok_or_else(|| Refusal::new(RefusalKind::Damaged, "the book's package file is missing"))?;
    let package = package::parse(&opf, &root, limits)?;

    let mut pictures = Pictures::default();
    let mut warned = BTreeSet::new();
    let mut blocks: Vec<Block> = Vec::new();
    let mut seen = HashSet::new();
    for id in &package.spine {
        clock::check(deadline)?;
        if !seen.insert(id) {
            continue;
        }
        let chapter = match package.items.get(id) {
            Some(item) => book.chapter(item, &mut pictures, &mut warned)?,
            None => None,
        };
        let Some(chapter) = chapter else {
            warned.insert((WarningKind::Other, "a chapter of the book is missing"));
            continue;
        };
        if chapter.is_empty() {
            continue;
        }
        if !blocks.is_empty() {
            blocks.push(Block::Break);
        }
        blocks.extend(chapter);
    }
    if let Some(cover) = package.cover.as_ref().and_then(|id| package.items.get(id)) {
        book.put_cover(cover, &package, &mut pictures, &mut blocks)?;
    }
    if blocks.is_empty() {
        return Err(Refusal::new(
            RefusalKind::NoPages,
            "the book has no chapter that can be shown",
        ));
    }
    tree::check_length(&blocks, limits)?;
    let paper = if tree::lines(&blocks) > LONG_BOOK_LINES {
        "a4"
    } else {
        "a5"
    };
    let warnings = html::warnings(warned, &pictures);
    Ok(Set {
        pdf: typesetter.set_tree(paper, &blocks, pictures.files)?,
        warnings,
        title: package.title,
        ..Set::default()
    })
}

/// The parts of a book, and the pictures taken from it.
struct Book<'b> {
    container: guard::Container<'b>,
    taken: HashMap<String, Option<Result<Picture, NotShown>>>,
}

impl Book<'_> {
    /// Reads an XML part, checked, its DOCTYPE taken out.
    fn xml(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(content) = self.container.part(name)? else {
            return Ok(None);
        };
        let (content, _) = guard::to_utf8(content);
        let content = without_doctype(content)?;
        guard::walk_xml(&content, self.container.limits(), |_| {})?;
        Ok(Some(content))
    }

    fn check_encryption(&mut self) -> Result<(), Refusal> {
        let Some(content) = self.xml("META-INF/encryption.xml")? else {
            return Ok(());
        };
        let mut is_locked = false;
        guard::walk_xml(&content, self.container.limits(), |start| {
            if start.local_name().as_ref() == b"EncryptionMethod" {
                let algorithm = package::attribute(start, "Algorithm").unwrap_or_default();
                is_locked |= !FONT_HIDING.contains(&algorithm.as_str());
            }
        })?;
        if is_locked {
            return Err(Refusal::new(
                RefusalKind::Encrypted,
                "the book is protected against copying",
            ));
        }
        Ok(())
    }

    /// The name of the package file: what the container says, else the first
    /// that looks like one.
    fn root_file(&mut self) -> Result<String, Refusal> {
        let mut named = None;
        if let Some(content) = self.xml("META-INF/container.xml")? {
            guard::walk_xml(&content, self.container.limits(), |start| {
                if start.local_name().as_ref() == b"rootfile" && named.is_none() {
                    named = package::attribute(start, "full-path");
                }
            })?;
        }
        named
            .filter(|name| self.container.has(name))
            .or_else(|| self.container.name_ending(".opf"))
            .ok_or_else(|| Refusal::new(RefusalKind::Damaged, "the book's package file is missing"))
    }

    /// The blocks of a chapter; `None` when its file is missing.
    fn chapter(
        &mut self,
        item: &Item,
        pictures: &mut Pictures,
        warned: &mut BTreeSet<(WarningKind, &'static str)>,
    ) -> Result<Option<Vec<Block>>, Refusal> {
        if item.kind.starts_with("image/") && item.kind != "image/svg+xml" {
            let picture = self.picture(&item.path, pictures)?;
            return Ok(picture.map(|picture| {
                picture.map_or_else(|_| Vec::new(), |picture| vec![figure(picture)])
            }));
        }
        let Some(content) = self.container.part(&item.path)? else {
            return Ok(None);
        };
        let text = html::decode(&content)?;
        let text = match doctype(text.as_bytes())? {
            Some((from, to)) => Cow::Owned(format!("{}{}", &text[..from], &text[to..])),
            None => text,
        };
        let limits = self.container.limits();
        let mut fetch = |address: &str, pictures: &mut Pictures| {
            if address.contains("://") || address.starts_with("//") {
                return Ok(Fetched::Elsewhere);
            }
            let path = package::resolve(&item.path, address);
            Ok(match self.picture(&path, pictures)? {
                Some(Ok(picture)) => Fetched::Picture(picture),
                Some(Err(reason)) => Fetched::NotShown(reason),
                None => Fetched::Missing,
            })
        };
        let page = html::read(
            &text,
            true,
            Context {
                limits,
                pictures,
                warned,
                fetch: &mut fetch,
            },
        )?;
        Ok(Some(page.blocks))
    }

    /// Takes a picture of the container in, once; `None` when it is missing.
    fn picture(
        &mut self,
        path: &str,
        pictures: &mut Pictures,
    ) -> Result<Option<Result<Picture, NotShown>>, Refusal> {
        if let Some(taken) = self.taken.get(path) {
            return Ok(taken.clone());
        }
        let picture = match self.container.part(path)? {
            Some(bytes) => Some(pictures.add(&bytes, self.container.limits())?),
            None => None,
        };
        self.taken.insert(path.to_owned(), picture.clone());
        Ok(picture)
    }

    /// Puts the cover before all else, unless a chapter shows it.
    fn put_cover(
        &mut self,
        cover: &Item,
        package: &Package,
        pictures: &mut Pictures,
        blocks: &mut Vec<Block>,
    ) -> Result<(), Refusal> {
        if self.taken.contains_key(&cover.path) || package.spine.is_empty() {
            return Ok(());
        }
        if let Some(Ok(picture)) = self.picture(&cover.path, pictures)? {
            blocks.splice(0..0, [figure(picture), Block::Break]);
        }
        Ok(())
    }
}

fn figure(picture: Picture) -> Block {
    let (w, h) = picture.size;
    Block::Align {
        to: "center",
        c: vec![Block::Plain {
            c: vec![Inline::Pic {
                f: picture.name,
                w,
                h,
                s: String::new(),
            }],
        }],
    }
}

/// Where a DOCTYPE stands; one that declares entities, or anything, is refused.
fn doctype(xml: &[u8]) -> Result<Option<(usize, usize)>, Refusal> {
    let forbidden = || {
        Refusal::new(
            RefusalKind::ForbiddenXml,
            "a part of the book declares entities",
        )
    };
    if guard::declarations(xml, b"entity").next().is_some() {
        return Err(forbidden());
    }
    let Some(start) = guard::declarations(xml, b"doctype").next() else {
        return Ok(None);
    };
    let end = xml[start..].iter().position(|byte| *byte == b'>');
    let end = end.map_or(xml.len(), |end| start + end + 1);
    if xml[start..end].contains(&b'[') {
        return Err(forbidden());
    }
    Ok(Some((start, end)))
}

fn without_doctype(xml: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    Ok(match doctype(&xml)? {
        Some((from, to)) => [&xml[..from], &xml[to..]].concat(),
        None => xml,
    })
}

#[cfg(test)]
mod tests {
    use super::doctype;

    #[test]
    fn a_doctype_may_name_but_not_declare() {
        let xhtml = b"<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.1//EN\" \"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd\"><html/>";
        let (from, to) = doctype(xhtml).unwrap().unwrap();
        assert!(xhtml[from..].starts_with(b"<!DOCTYPE") && xhtml[to..] == *b"<html/>");
        assert_eq!(doctype(b"<html/>").unwrap(), None);
        for bad in [
            &b"<!DOCTYPE html [<!ENTITY a \"b\">]><html/>"[..],
            b"<!doctype html [ ]><html/>",
            b"<html/><!ENTITY a \"b\">",
        ] {
            assert!(doctype(bad).is_err());
        }
    }
}
