//! The columns of a segment, opened once and kept as long as the segment:
//! opening them anew for each search would cost more than reading them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use crate::schema::{
    AUTHOR, CATEGORY, CLUSTER, FORMAT, ID, LANGUAGE, PAGES, PRICE, PUBLISHED, STANDING, VIEWS,
};

/// The columns of one segment.
pub(crate) struct Columns {
    pub(crate) ids: Column<i64>,
    pub(crate) published: Column<i64>,
    pub(crate) views: Column<i64>,
    pub(crate) standing: Column<u64>,
    pub(crate) cluster: Column<u64>,
    pub(crate) categories: Column<i64>,
    pub(crate) pages: Column<u64>,
    pub(crate) prices: Column<u64>,
    pub(crate) formats: Option<StrColumn>,
    pub(crate) languages: Option<StrColumn>,
    pub(crate) authors: Option<StrColumn>,
}

impl Columns {
    fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self {
            ids: columns.i64(ID)?,
            published: columns.i64(PUBLISHED)?,
            views: columns.i64(VIEWS)?,
            standing: columns.u64(STANDING)?,
            cluster: columns.u64(CLUSTER)?,
            categories: columns.i64(CATEGORY)?,
            pages: columns.u64(PAGES)?,
            prices: columns.u64(PRICE)?,
            formats: columns.str(FORMAT)?,
            languages: columns.str(LANGUAGE)?,
            authors: columns.str(AUTHOR)?,
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
