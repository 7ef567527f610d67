//! Parts of an OFD file by path, their XML checked before it is parsed.

use crate::guard::{self, Container};
use crate::refusal::{Refusal, RefusalKind};

/// Nodes of one XML part; a page of a thousand characters has some thousands.
const MAX_NODES: u32 = 4_000_000;

/// Reads an XML part: within the depth, without a DOCTYPE.
pub(super) fn xml(container: &mut Container<'_>, path: &str) -> Result<String, Refusal> {
    let content = container.part(path)?.ok_or_else(|| {
        let path: String = path.chars().take(100).collect();
        Refusal::new(RefusalKind::Damaged, format!("{path} is missing"))
    })?;
    let (content, _) = guard::to_utf8(content);
    guard::walk_xml(&content, container.limits(), |_| {})?;
    Ok(String::from_utf8_lossy(&content).into_owned())
}

/// Parses an XML part that [`xml`] let through.
pub(super) fn parse(xml: &str) -> Result<roxmltree::Document<'_>, Refusal> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..roxmltree::ParsingOptions::default()
    };
    let xml = xml.trim_start_matches('\u{feff}');
    roxmltree::Document::parse_with_options(xml, options).map_err(|error| {
        let kind = match error {
            roxmltree::Error::NodesLimitReached => RefusalKind::Bomb,
            _ => RefusalKind::Damaged,
        };
        Refusal::new(kind, format!("an XML part cannot be read: {error}"))
    })
}

/// Bears what is missing or damaged; a limit that was passed costs the file.
pub(super) fn unless_damaged<T>(outcome: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(refusal) if refusal.kind == RefusalKind::Damaged => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// Resolves a path as OFD does; producers on Windows write backslashes.
pub(super) fn resolve(from: &str, path: &str) -> String {
    guard::resolve(from, &path.trim().replace('\\', "/"))
}
