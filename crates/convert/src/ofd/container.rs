//! The ZIP container of an OFD file: parts by path, XML checked before it is
//! parsed.

use crate::guard::{self, Archive, Budget};
use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};

/// Nodes of one XML part; a page of a thousand characters has some thousands.
const MAX_NODES: u32 = 4_000_000;

/// An open container.
pub(super) struct Container<'b> {
    archive: Archive<'b>,
    budget: Budget,
    limits: Limits,
}

impl<'b> Container<'b> {
    /// Opens a container within its limits.
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, Refusal> {
        Ok(Self {
            archive: guard::open(bytes, limits)?,
            budget: Budget::new(limits, bytes.len()),
            limits: limits.clone(),
        })
    }

    /// Reads a part; `None` when there is none of that name.
    pub(super) fn part(&mut self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(index) = self.index_of(path) else {
            return Ok(None);
        };
        self.budget.read(&mut self.archive, index).map(Some)
    }

    /// Finds a part; producers on Windows are careless about case.
    fn index_of(&self, path: &str) -> Option<usize> {
        if let Some(index) = self.archive.index_for_name(path) {
            return Some(index);
        }
        let wanted = path.to_lowercase();
        (0..self.archive.len()).find(|index| {
            let name = self.archive.name_for_index(*index).and_then(Result::ok);
            name.is_some_and(|name| name.trim_start_matches('/').to_lowercase() == wanted)
        })
    }

    /// Reads an XML part: within the depth, without a DOCTYPE.
    pub(super) fn xml(&mut self, path: &str) -> Result<String, Refusal> {
        let content = self.part(path)?.ok_or_else(|| {
            Refusal::new(
                RefusalKind::Damaged,
                format!("{} is missing", shorten(path)),
            )
        })?;
        let (content, _) = guard::to_utf8(content);
        guard::walk_xml(&content, &self.limits, |_| {})?;
        Ok(String::from_utf8_lossy(&content).into_owned())
    }
}

/// Parses an XML part that [`Container::xml`] let through.
pub(super) fn parse(xml: &str) -> Result<roxmltree::Document<'_>, Refusal> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..roxmltree::ParsingOptions::default()
    };
    let xml = xml.trim_start_matches('\u{feff}');
    roxmltree::Document::parse_with_options(xml, options).map_err(|error| {
        Refusal::new(
            RefusalKind::Damaged,
            format!("an XML part cannot be read: {error}"),
        )
    })
}

/// Resolves a path as OFD does: from the root when it begins with a slash,
/// else from the folder of the part that names it. It is only ever a name in
/// the container.
pub(super) fn resolve(from: &str, path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    let folder = match path.strip_prefix('/') {
        Some(_) => "",
        None => from.rsplit_once('/').map_or("", |(folder, _)| folder),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn shorten(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn paths_are_names_in_the_container() {
        assert_eq!(
            resolve("Doc_0/Document.xml", "Pages/Page_0/Content.xml"),
            "Doc_0/Pages/Page_0/Content.xml"
        );
        assert_eq!(
            resolve("Doc_0/Document.xml", "/Doc_0/Res.xml"),
            "Doc_0/Res.xml"
        );
        assert_eq!(resolve("Doc_0/a/b.xml", "../Res/x.png"), "Doc_0/Res/x.png");
        assert_eq!(resolve("a.xml", "../../../etc/passwd"), "etc/passwd");
    }
}
