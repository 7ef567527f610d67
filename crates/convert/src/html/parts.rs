//! Pieces of the tree that the builder puts together.

use super::look::Styles;
use crate::tree::{Block, Inline, Item, plain};

/// Blocks of a list outside its items belong to the item before them.
pub(super) fn stray_items(items: &mut Vec<Item>, strays: Vec<Block>) {
    if strays.is_empty() {
        return;
    }
    match items.last_mut() {
        Some(item) => item.c.extend(strays),
        None => items.push(Item {
            task: None,
            c: strays,
        }),
    }
}

pub(super) fn push_aligned(blocks: &mut Vec<Block>, block: Block, align: Option<&'static str>) {
    match align {
        Some(to @ ("center" | "right")) => match blocks.last_mut() {
            Some(Block::Align { to: other, c }) if *other == to => c.push(block),
            _ => blocks.push(Block::Align { to, c: vec![block] }),
        },
        _ => blocks.push(block),
    }
}

pub(super) fn is_blank(inlines: &[Inline]) -> bool {
    let shows = |inline: &Inline| matches!(inline, Inline::Pic { .. } | Inline::Img { .. });
    !inlines.iter().any(shows) && plain(inlines).trim().is_empty()
}

pub(super) fn styled(text: String, styles: Styles) -> Inline {
    let mut inline = if styles.has(Styles::CODE) {
        Inline::C { s: text }
    } else {
        Inline::T { s: text }
    };
    type Wrap = fn(Vec<Inline>) -> Inline;
    let around: [(Styles, Wrap); 7] = [
        (Styles::EMPHASIS, |c| Inline::Em { c }),
        (Styles::BOLD, |c| Inline::B { c }),
        (Styles::STRIKE, |c| Inline::S { c }),
        (Styles::UNDERLINE, |c| Inline::U { c }),
        (Styles::LINK, |c| Inline::A { c }),
        (Styles::SUB, |c| Inline::Sub { c }),
        (Styles::SUPER, |c| Inline::Sup { c }),
    ];
    for (style, wrap) in around {
        if styles.has(style) {
            inline = wrap(vec![inline]);
        }
    }
    inline
}
