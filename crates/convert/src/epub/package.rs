//! The package file (OPF): what is in the book, in what order.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use crate::guard;
use crate::html;
use crate::limits::Limits;
use crate::package::read_title;
use crate::refusal::Refusal;
use crate::rename;

/// A file of the book.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// Its name in the container.
    pub(super) path: String,
    /// Its media type.
    pub(super) kind: String,
}

/// What the package file says.
#[derive(Debug, Default)]
pub(super) struct Package {
    pub(super) items: HashMap<String, Item>,
    /// Chapters by their ids, in reading order.
    pub(super) spine: Vec<String>,
    /// The cover picture, by its id.
    pub(super) cover: Option<String>,
    pub(super) title: Option<String>,
}

/// Parses a package file that lies at `path`.
pub(super) fn parse(opf: &[u8], path: &str, limits: &Limits) -> Result<Package, Refusal> {
    let mut package = Package::default();
    let mut named_cover = None;
    guard::walk_xml(opf, limits, |start| match start.local_name().as_ref() {
        b"item" => {
            let (Some(id), Some(href)) = (attribute(start, "id"), attribute(start, "href")) else {
                return;
            };
            let properties = attribute(start, "properties").unwrap_or_default();
            if properties
                .split_whitespace()
                .any(|word| word == "cover-image")
            {
                package.cover = Some(id.clone());
            }
            let item = Item {
                path: resolve(path, &href),
                kind: attribute(start, "media-type").unwrap_or_default(),
            };
            package.items.insert(id, item);
        }
        b"itemref" => package.spine.extend(attribute(start, "idref")),
        b"meta" if attribute(start, "name").as_deref() == Some("cover") => {
            named_cover = attribute(start, "content");
        }
        _ => {}
    })?;
    let is_picture = |id: &String| {
        let item = package.items.get(id);
        item.is_some_and(|item| item.kind.starts_with("image/"))
    };
    package.cover = package.cover.or(named_cover.filter(is_picture));
    package.title = read_title(opf);
    Ok(package)
}

/// An attribute by its local name, its character references resolved.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let raw = rename::attribute(start, name.as_bytes())?;
    let value = quick_xml::escape::unescape(&raw).map(|value| value.into_owned());
    Some(value.unwrap_or(raw))
}

/// The name in the container that an address within `from` means.
pub(super) fn resolve(from: &str, address: &str) -> String {
    let address = address.split(['#', '?']).next().unwrap_or_default();
    let address = html::unescaped(address.as_bytes());
    guard::resolve(from, &String::from_utf8_lossy(&address))
}

#[cfg(test)]
mod tests {
    use super::{parse, resolve};
    use crate::limits::Limits;

    #[test]
    fn addresses_stay_in_the_container() {
        assert_eq!(
            resolve("OEBPS/a/b.xhtml", "../img/c.png"),
            "OEBPS/img/c.png"
        );
        assert_eq!(resolve("OEBPS/b.xhtml", "%E5%9B%BE.png#x"), "OEBPS/图.png");
        assert_eq!(resolve("b.opf", "../../../etc/passwd"), "etc/passwd");
        assert_eq!(resolve("a/b.opf", "/c.png"), "c.png");
    }

    #[test]
    fn items_spine_and_cover_are_read() {
        let opf = r#"<package xmlns:dc="x"><metadata><dc:title>甲 &amp; 乙</dc:title><meta name="cover" content="c"/></metadata>
            <manifest><item id="c" href="c.jpg" media-type="image/jpeg"/><opf:item id="a" href="a%20b.xhtml" media-type="application/xhtml+xml"/></manifest>
            <spine><itemref idref="a"/><itemref idref="gone"/></spine></package>"#;
        let package = parse(opf.as_bytes(), "O/p.opf", &Limits::default()).unwrap();
        assert_eq!(package.title.as_deref(), Some("甲 & 乙"));
        assert_eq!(package.items["a"].path, "O/a b.xhtml");
        assert_eq!(package.spine, ["a", "gone"]);
        assert_eq!(package.cover.as_deref(), Some("c"));
    }
}
