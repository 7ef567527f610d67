//! Latin letters read as pinyin: `wenhuating` and `wht` for 文化厅, in titles,
//! tags and names of authors.
//!
//! Only tried when nothing has the letters themselves: `gb` in a query means
//! GB, not every title with 公布 in it.

use std::ops::Bound;

use tantivy::Term as IndexTerm;
use tantivy::query::{Query as EngineQuery, RangeQuery};
use tantivy::schema::Field;
use wenyuan_text::is_pinyin;

use crate::Query;
use crate::plan::{boosted, term_query};
use crate::query::Term;
use crate::schema::Fields;
use crate::starts::Typed;

/// About three times what a rare word scores: here nothing tells how rare it is.
const TITLE_BOOST: f32 = 20.0;
const NAME_BOOST: f32 = 2.0;
/// Fewer initials stand for anything.
const FEWEST_INITIALS: usize = 2;
const MOST_INITIALS: usize = 8;

/// Whether a query has words that may be pinyin.
pub(crate) fn may_be_pinyin(query: &Query) -> bool {
    query
        .wanted()
        .any(|term| !term.phrase && is_typed(&term.text))
}

/// What a term finds as pinyin or initials; nothing when it is neither.
pub(crate) fn ways(fields: &Fields, term: &Term) -> Vec<Box<dyn EngineQuery>> {
    if term.phrase || !is_typed(&term.text) {
        return Vec::new();
    }
    let start = |first| begins(fields.title_starts, &term.text, first);
    vec![
        boosted(start(true), TITLE_BOOST),
        boosted(start(false), TITLE_BOOST),
        boosted(term_query(fields.name_keys, &term.text), NAME_BOOST),
    ]
}

/// Titles that begin with `key`, or have a word inside that does, as far as
/// beginnings are kept. All score the same.
pub(crate) fn begins(title_starts: Field, key: &str, first: bool) -> Box<dyn EngineQuery> {
    let (from, _) = Typed::term(key, first);
    // No character is behind this one.
    let to = format!("{from}\u{10FFFF}");
    let term = |text: &str| IndexTerm::from_field_text(title_starts, text);
    Box::new(RangeQuery::new(
        Bound::Included(term(&from)),
        Bound::Excluded(term(&to)),
    ))
}

fn is_typed(word: &str) -> bool {
    let initials = FEWEST_INITIALS..=MOST_INITIALS;
    word.bytes().all(|b| b.is_ascii_lowercase())
        && (initials.contains(&word.len()) || is_pinyin(word))
}
