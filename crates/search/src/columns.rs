//! The columns of a segment, opened once and kept as long as the segment:
//! opening them anew for each search would cost more than reading them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use crate::merit;
use crate::schema::{
    AUTHOR, CATEGORY, CLUSTER, FORMAT, ID, LANGUAGE, PAGES, PRICE, PUBLISHED, STANDING, VIEWS,
};

/// The columns of one segment.
pub(crate) struct Columns {
    pub(crate) ids: Column<i64>,
    pub(crate) published: Column<i64>,
    pub(crate) views: Column<i64>,
    pub(crate) standing: Column<u64>,
    /// A standing that none in the segment is above in anything.
    pub(crate) best_standing: u64,
    pub(crate) cluster: Column<u64>,
    pub(crate) categories: Column<i64>,
    pub(crate) pages: Column<u64>,
    pub(crate) prices: Column<u64>,
    pub(crate) formats: Option<Texts>,
    pub(crate) languages: Option<Texts>,
    pub(crate) authors: Option<Texts>,
}

/// A column of texts, by their numbers in this segment.
pub(crate) struct Texts {
    pub(crate) column: StrColumn,
    /// The texts in the order of their numbers, when there are few: to look
    /// one up in the dictionary costs more than to count a hundred documents.
    names: Vec<String>,
}

/// Most texts of a segment that are kept at hand.
const MOST_NAMES: usize = 4_096;

impl Texts {
    fn open(column: StrColumn) -> tantivy::Result<Self> {
        let mut names = Vec::new();
        let dictionary = column.dictionary();
        if dictionary.num_terms() <= MOST_NAMES {
            let mut all = dictionary.stream()?;
            while all.advance() {
                names.push(String::from_utf8_lossy(all.key()).into_owned());
            }
        }
        Ok(Self { column, names })
    }

    /// The text of that number.
    pub(crate) fn name(&self, number: u64) -> tantivy::Result<Option<String>> {
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        if let Some(name) = self.names.get(at) {
            return Ok(Some(name.clone()));
        }
        let mut name = String::new();
        let found = self.column.ord_to_str(number, &mut name)?;
        Ok(found.then_some(name))
    }
}

impl Columns {
    fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        let standing = columns.u64(STANDING)?;
        let best_standing = standing.values.iter().fold(0, merit::best_of);
        Ok(Self {
            ids: columns.i64(ID)?,
            published: columns.i64(PUBLISHED)?,
            views: columns.i64(VIEWS)?,
            standing,
            best_standing,
            cluster: columns.u64(CLUSTER)?,
            categories: columns.i64(CATEGORY)?,
            pages: columns.u64(PAGES)?,
            prices: columns.u64(PRICE)?,
            formats: columns.str(FORMAT)?.map(Texts::open).transpose()?,
            languages: columns.str(LANGUAGE)?.map(Texts::open).transpose()?,
            authors: columns.str(AUTHOR)?.map(Texts::open).transpose()?,
        })
    }
}

/// The columns of all segments in use.
#[derive(Default)]
pub(crate) struct Cache {
    segments: Mutex<HashMap<SegmentId, Arc<Columns>>>,
}

impl Cache {
    /// The columns of the searcher's segments, in their order.
    pub(crate) fn of(&self, searcher: &Searcher) -> tantivy::Result<Vec<Arc<Columns>>> {
        let mut segments = self.segments.lock().unwrap_or_else(PoisonError::into_inner);
        let readers = searcher.segment_readers();
        // Segments that were merged away are forgotten once they are the most.
        if segments.len() > 2 * readers.len() + 16 {
            segments.retain(|id, _| readers.iter().any(|reader| reader.segment_id() == *id));
        }
        readers
            .iter()
            .map(|reader| {
                if let Some(known) = segments.get(&reader.segment_id()) {
                    return Ok(Arc::clone(known));
                }
                let opened = Arc::new(Columns::open(reader)?);
                segments.insert(reader.segment_id(), Arc::clone(&opened));
                Ok(opened)
            })
            .collect()
    }
}
