//! An HTML file to PDF.

use std::collections::BTreeSet;

use crate::html::{self, Context, Fetched};
use crate::limits::Limits;
use crate::pictures::Pictures;
use crate::refusal::{Refusal, RefusalKind};
use crate::set::Set;
use crate::tree::Block;
use crate::typeset::Typesetter;

/// Sets a page.
pub(crate) fn to_pdf(
    bytes: &[u8],
    limits: &Limits,
    typesetter: &Typesetter,
) -> Result<Set, Refusal> {
    let text = html::decode(bytes)?;
    let mut pictures = Pictures::default();
    let mut warned = BTreeSet::new();
    let page = html::read(
        &text,
        html::is_xhtml(&text),
        Context {
            limits,
            pictures: &mut pictures,
            warned: &mut warned,
            // A page alone has nothing beside it.
            fetch: &mut |_, _| Ok(Fetched::Elsewhere),
        },
    )?;
    if page.blocks.iter().all(|block| *block == Block::Break) {
        return Err(Refusal::new(
            RefusalKind::NoPages,
            "the page shows nothing without its scripts",
        ));
    }
    crate::tree::check_length(&page.blocks, limits)?;
    let warnings = html::warnings(warned, &pictures);
    Ok(Set {
        pdf: typesetter.set_tree("a4", &page.blocks, pictures.files)?,
        warnings,
        title: page.title,
        ..Set::default()
    })
}
