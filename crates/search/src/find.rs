//! Searching: from a [`Request`] to [`Results`].
//!
//! The hits have one order that does not depend on the page asked for: the
//! first [`LOOKED_AT`] by score are ordered anew by `proximity.rs`, copies of
//! one text are drawn together, and the rest follows by score. The first
//! [`AT_HAND`] hits are always gathered as a whole, so a page of them is cut
//! out of that list; what lies deeper is gathered from a key on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Instant;

use tantivy::query::EnableScoring;
use tantivy::{Executor, Searcher};

use crate::best::{Bound, Floor, Ranked};
use crate::columns::Columns;
use crate::cursor::{Cursor, Key};
use crate::gather::{Ask, Found, Weights, gather, key_of};
use crate::letters::may_be_pinyin;
use crate::merit::Factors;
use crate::plan::{Mode, Planner, can_relax, has_pieces};
use crate::proximity::{LOOKED_AT, Proximity};
use crate::schema::Fields;
use crate::{
    Filters, Hit, Index, MAX_LIMIT, MAX_OFFSET, Query, Request, Results, SearchError, Sort, Start,
};

/// Hits that are gathered whatever page is asked for.
const AT_HAND: usize = 400;
/// Matches by words alone that are enough not to look for pieces, and in a
/// library of [`MANY_DOCUMENTS`]: there a piece costs most, and ten pages of
/// hits are more than anybody reads.
const ENOUGH: usize = 1_000;
const ENOUGH_OF_MANY: usize = 200;
/// Matches of all words below which documents that have only some of them
/// follow: a page of hits.
const FILLED: usize = 20;
/// Documents from which on segments are searched side by side.
const MANY_DOCUMENTS: u64 = 50_000;

impl Index {
    /// Searches. `limit` and `offset` are cut to [`MAX_LIMIT`] and
    /// [`MAX_OFFSET`]. An empty query matches every document.
    ///
    /// All terms must match; when nothing does, Latin letters are read as
    /// pinyin; when less than a page does, documents that match
    /// some of the words follow by score. [`Results::relaxed`] says that there
    /// are only such.
    pub fn search(
        &self,
        query: &Query,
        filters: &Filters,
        sort: Sort,
        offset: usize,
        limit: usize,
    ) -> Result<Results, SearchError> {
        self.find(&Request {
            query: query.clone(),
            filters: filters.clone(),
            sort,
            start: Start::Offset(offset),
            limit,
        })
    }

    /// Searches, as [`Index::search`] does, for a page that begins anywhere.
    pub fn find(&self, request: &Request) -> Result<Results, SearchError> {
        let started = Instant::now();
        let searcher = self.searcher();
        let columns = self.columns(&searcher)?;
        let fields = Fields::of(searcher.schema())?;
        let search = Search {
            index: self,
            searcher: &searcher,
            fields: &fields,
            columns: &columns,
            request,
            limit: request.limit.min(MAX_LIMIT),
            scored: request.sort == Sort::Relevance && request.query.wanted().next().is_some(),
            factors: Factors::of_today(),
        };
        let mut results = search.run()?;
        results.took_ms = started.elapsed().as_secs_f64() * 1e3;
        Ok(results)
    }
}

struct Search<'a> {
    index: &'a Index,
    searcher: &'a Searcher,
    fields: &'a Fields,
    columns: &'a [Arc<Columns>],
    request: &'a Request,
    limit: usize,
    scored: bool,
    factors: Arc<Factors>,
}

/// What was found for one way of taking the words.
struct Pass {
    mode: Mode,
    weights: Weights,
    found: Found,
    /// How many have all words, where some that have not are hits.
    complete: usize,
    /// Whether there may be hits beyond those gathered.
    full: bool,
}

impl Search<'_> {
    fn run(&self) -> Result<Results, SearchError> {
        let start = self.request.start;
        let keep = match start {
            Start::Offset(offset) => AT_HAND.max(offset.min(MAX_OFFSET) + self.limit),
            _ => AT_HAND,
        };
        let mut pass = self.pass(start, keep)?;
        let list = self.list(&mut pass)?;
        let page = match start {
            Start::First => self.cut(&list, 0, pass.full),
            Start::Offset(offset) => self.cut(&list, offset.min(MAX_OFFSET), pass.full),
            Start::After(cursor) => match self.place(&list, &cursor) {
                Some((at, there)) => {
                    let page = self.cut(&list, at + usize::from(there), pass.full);
                    self.filled(&pass, page)?
                }
                None => self.deep(&pass, &cursor, Bound::Behind, self.limit)?,
            },
            Start::Before(cursor) => match self.place(&list, &cursor) {
                Some((at, _)) => {
                    let first = at.saturating_sub(self.limit);
                    let mut page = self.cut(&list, first, pass.full);
                    page.hits.truncate(at - first);
                    page.more = true;
                    page
                }
                None => self.deep(&pass, &cursor, Bound::Before, self.limit)?,
            },
        };
        self.results(pass, page)
    }

    /// Gathers the best, taking the words as strictly as finds something.
    fn pass(&self, start: Start, keep: usize) -> Result<Pass, SearchError> {
        let query = &self.request.query;
        let strict = |keep, count| -> Result<Pass, SearchError> {
            let pass = self.gather(Mode::Words, Bound::All, keep, count)?;
            let many = self.searcher.num_docs() >= MANY_DOCUMENTS;
            let enough = if many { ENOUGH_OF_MANY } else { ENOUGH };
            if pass.found.matched < enough && has_pieces(query) {
                return self.gather(Mode::Pieces, Bound::All, keep, count);
            }
            Ok(pass)
        };
        if let Start::After(cursor) | Start::Before(cursor) = start {
            let mut pass = self.gather(cursor.mode, Bound::All, keep, true)?;
            if pass.mode == Mode::Any {
                pass.complete = strict(1, false)?.found.matched;
            }
            return Ok(pass);
        }
        let mut pass = strict(keep, true)?;
        if pass.found.matched == 0 && may_be_pinyin(query) {
            let read = self.gather(Mode::Letters, Bound::All, keep, true)?;
            if read.found.matched > 0 {
                return Ok(read);
            }
        }
        // In another order than by score they would stand between the others.
        let few = if self.scored { FILLED } else { 1 };
        if pass.found.matched < few && can_relax(query) {
            let complete = pass.found.matched;
            pass = self.gather(Mode::Any, Bound::All, keep, true)?;
            pass.complete = complete;
        }
        Ok(pass)
    }

    fn gather(
        &self,
        mode: Mode,
        bound: Bound,
        keep: usize,
        count: bool,
    ) -> Result<Pass, SearchError> {
        let plan = Planner {
            searcher: self.searcher,
            fields: self.fields,
            query: &self.request.query,
            mode,
        }
        .plan()?;
        let scoring = if self.scored {
            EnableScoring::enabled_from_searcher(self.searcher)
        } else {
            EnableScoring::disabled_from_searcher(self.searcher)
        };
        let weights = Weights::new(&plan, scoring)?;
        let ask = self.ask(bound, keep, count);
        let readers = self.searcher.segment_readers();
        let mut segments: Vec<_> = (0..).zip(readers.iter().zip(self.columns)).collect();
        // A thread begins with what it was given last. The largest segment takes
        // longest, and what it finds spares the others most.
        segments.sort_by_key(|(_, (reader, _))| reader.max_doc());
        let single = Executor::single_thread();
        let executor = if self.searcher.num_docs() < MANY_DOCUMENTS {
            &single
        } else {
            self.searcher.index().search_executor()
        };
        let found = executor.map(
            |(ordinal, (reader, columns))| gather(&ask, &weights, (ordinal, reader), columns),
            segments.into_iter(),
        )?;
        let found = Found::merged(found, keep);
        let full = found.top.len() >= keep;
        Ok(Pass {
            mode,
            weights,
            found,
            complete: 0,
            full,
        })
    }

    fn ask(&self, bound: Bound, keep: usize, count: bool) -> Ask<'_> {
        Ask {
            filters: &self.request.filters,
            sort: self.request.sort,
            keep,
            bound,
            scored: self.scored,
            count,
            factors: &self.factors,
            documents: self.searcher.num_docs(),
            floor: Floor::default(),
        }
    }

    /// Puts what was gathered into the order of the hits.
    fn list(&self, pass: &mut Pass) -> Result<Vec<Listed>, SearchError> {
        let mut rest = std::mem::take(&mut pass.found.top);
        if self.scored
            && let Some(proximity) = Proximity::of(&self.request.query)
        {
            let mut best: Vec<Ranked> = rest.drain(..rest.len().min(LOOKED_AT)).collect();
            let before = best.len();
            proximity.look(self.searcher, self.fields, &mut best)?;
            pass.found.total -= before - best.len();
            best.append(&mut rest);
            rest = best;
        }
        Ok(self.without_copies(rest))
    }

    /// Draws copies of one text together: they stand where the best of them
    /// stands, and the one that was published first is shown.
    fn without_copies(&self, hits: Vec<Ranked>) -> Vec<Listed> {
        let mut places: HashMap<u64, usize> = HashMap::new();
        let mut list: Vec<Listed> = Vec::with_capacity(hits.len());
        for ranked in hits {
            let cluster = self.cluster(&ranked);
            let listed = Listed {
                ranked,
                cluster,
                copies: 0,
                first: (ranked.key.published_at, ranked.key.id),
            };
            if cluster == 0 || self.request.filters.cluster.is_some() {
                list.push(listed);
                continue;
            }
            match places.entry(cluster) {
                Entry::Vacant(place) => {
                    place.insert(list.len());
                    list.push(listed);
                }
                Entry::Occupied(place) => {
                    if let Some(known) = list.get_mut(*place.get()) {
                        known.copies += 1;
                        known.first = known.first.min(listed.first);
                    }
                }
            }
        }
        list
    }

    fn cluster(&self, hit: &Ranked) -> u64 {
        self.columns
            .get(hit.segment as usize)
            .and_then(|columns| columns.cluster.first(hit.doc))
            .unwrap_or(0)
    }

    fn cut(&self, list: &[Listed], first: usize, full: bool) -> Page {
        let hits: Vec<Listed> = list.iter().skip(first).take(self.limit).copied().collect();
        Page {
            before: first,
            more: full || list.len() > first + hits.len(),
            hits,
        }
    }

    /// Adds what a page at the end of the list at hand lacks.
    fn filled(&self, pass: &Pass, mut page: Page) -> Result<Page, SearchError> {
        let lacking = self.limit - page.hits.len();
        if lacking == 0 || !pass.full {
            return Ok(page);
        }
        let last = match (page.hits.last(), self.request.start) {
            (Some(last), _) => Cursor {
                mode: pass.mode,
                before: page.before + page.hits.len() - 1,
                key: last.ranked.key,
            },
            (None, Start::After(cursor)) => cursor,
            (None, _) => return Ok(page),
        };
        let rest = self.deep(pass, &last, Bound::Behind, lacking)?;
        page.hits.extend(rest.hits);
        page.more = rest.more;
        Ok(page)
    }

    /// Where the hit of a cursor is in the list, or would be, and whether it
    /// is there. `None` when it lies deeper.
    fn place(&self, list: &[Listed], cursor: &Cursor) -> Option<(usize, bool)> {
        if let Some(at) = list
            .iter()
            .position(|hit| hit.ranked.key.id == cursor.key.id)
        {
            return Some((at, true));
        }
        let parts = list.len().min(LOOKED_AT);
        let (best, rest) = list.split_at(parts);
        let behind = |hits: &[Listed]| hits.iter().position(|hit| hit.ranked.key < cursor.key);
        if cursor.before < LOOKED_AT {
            return Some((behind(best).unwrap_or(parts), false));
        }
        if let Some(at) = behind(rest) {
            return Some((parts + at, false));
        }
        (list.len() < AT_HAND).then_some((list.len(), false))
    }

    /// A page from beyond what is at hand.
    fn deep(
        &self,
        pass: &Pass,
        cursor: &Cursor,
        bound: fn(Key) -> Bound,
        limit: usize,
    ) -> Result<Page, SearchError> {
        let key = self.key_now(pass, cursor)?;
        let bound = bound(key);
        let found = self.gather(pass.mode, bound, limit + 1, false)?.found;
        let mut hits = found.top;
        let more = hits.len() > limit;
        hits.truncate(limit);
        if let Bound::Before(_) = bound {
            hits.reverse();
            for hit in &mut hits {
                hit.key = hit.key.flipped();
            }
            return Ok(Page {
                before: cursor.before.saturating_sub(hits.len()),
                more: true,
                hits: self.without_copies(hits),
            });
        }
        Ok(Page {
            before: cursor.before + 1,
            more,
            hits: self.without_copies(hits),
        })
    }

    /// The key that the hit of a cursor has by now: documents that came in
    /// meanwhile change the rarity of words, and with it every score.
    fn key_now(&self, pass: &Pass, cursor: &Cursor) -> Result<Key, SearchError> {
        let ask = self.ask(Bound::All, 1, false);
        let Some((ordinal, doc)) = self.index.address(self.searcher, cursor.key.id)? else {
            return Ok(cursor.key);
        };
        let reader = self.searcher.segment_reader(ordinal);
        let Some(columns) = self.columns.get(ordinal as usize) else {
            return Ok(cursor.key);
        };
        let key = key_of(&ask, &pass.weights, reader, columns, doc)?;
        Ok(key.unwrap_or(cursor.key))
    }

    fn results(&self, pass: Pass, page: Page) -> Result<Results, SearchError> {
        let cursor = |hit: &Listed, before: usize| Cursor {
            mode: pass.mode,
            before,
            key: hit.ranked.key,
        };
        let last = page.before + page.hits.len();
        let previous = page
            .hits
            .first()
            .filter(|_| page.before > 0)
            .map(|hit| cursor(hit, page.before));
        let next = page
            .hits
            .last()
            .filter(|_| page.more)
            .map(|hit| cursor(hit, last - 1));
        let hits = page.hits.iter().map(|listed| Hit {
            id: listed.first.1,
            score: if self.scored {
                listed.ranked.key.score()
            } else {
                0.0
            },
            copies: listed.copies,
            cluster: listed.cluster,
        });
        let hits: Vec<Hit> = hits.collect();
        let total = pass.found.total;
        let phrases = self
            .request
            .query
            .wanted()
            .any(|term| term.phrase && wenyuan_text::units(&term.text).nth(2).is_some());
        Ok(Results {
            total,
            approximate: phrases && total > LOOKED_AT,
            relaxed: pass.mode == Mode::Any && pass.complete == 0 && pass.found.matched > 0,
            before: page.before,
            hits,
            previous,
            next,
            facets: pass.found.counted.into_facets(),
            took_ms: 0.0,
        })
    }
}

/// Hits in order, and where they lie.
struct Page {
    before: usize,
    more: bool,
    hits: Vec<Listed>,
}

/// A hit in the order of the hits.
#[derive(Debug, Clone, Copy)]
struct Listed {
    ranked: Ranked,
    cluster: u64,
    copies: usize,
    /// Publication and id of the one among its copies that is shown.
    first: (i64, i64),
}
