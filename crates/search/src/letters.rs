//! Latin letters read as pinyin: `wenhuating` and `wht` for 文化厅, in titles,
//! tags and names of authors.
//!
//! Only tried when nothing has the letters themselves: `gb` in a query means
//! GB, not every title with 公布 in it.

use tantivy::query::Query as EngineQuery;
use wenyuan_text::is_pinyin;

use crate::Query;
use crate::plan::{boosted, term_query};
use crate::query::Term;
use crate::schema::Fields;
use crate::starts::Typed;

const TITLE_BOOST: f32 = 3.0;
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
    let start = |first| term_query(fields.title_starts, &Typed::term(&term.text, first));
    vec![
        boosted(start(true), TITLE_BOOST),
        boosted(start(false), TITLE_BOOST),
        boosted(term_query(fields.name_keys, &term.text), NAME_BOOST),
    ]
}

fn is_typed(word: &str) -> bool {
    let initials = FEWEST_INITIALS..=MOST_INITIALS;
    word.bytes().all(|b| b.is_ascii_lowercase())
        && (initials.contains(&word.len()) || is_pinyin(word))
}
