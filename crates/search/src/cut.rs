//! By which words of the operator's the text in the index was cut.

use std::fs;
use std::io;

use crate::{Index, SearchError};

/// Holds the fingerprint; absent when the operator has no words.
const FILE: &str = "DICTIONARY";

impl Index {
    /// Whether its text was cut by the words of this fingerprint
    /// (`wenyuan_text::dictionary_fingerprint`). If not, put every document
    /// again; until then search goes on, and a piece of a text is found as
    /// before, only where words end is answered in two ways.
    pub fn is_cut_by(&self, fingerprint: &str) -> Result<bool, SearchError> {
        match fs::read_to_string(self.dir().join(FILE)) {
            Ok(written) => Ok(written.trim() == fingerprint),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(fingerprint.is_empty()),
            Err(error) => Err(error.into()),
        }
    }

    /// Tells an index that takes the place of this one by which words it was
    /// asked for.
    pub(crate) fn hand_on_words(&self, next: &Index) -> Result<(), SearchError> {
        match fs::read_to_string(self.dir().join(FILE)) {
            Ok(fingerprint) => next.mark_cut_by(&fingerprint),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Says that every document has been, or is sure to be, put again.
    pub fn mark_cut_by(&self, fingerprint: &str) -> Result<(), SearchError> {
        let file = self.dir().join(FILE);
        // Never half a file: written aside and moved into place.
        let aside = self.dir().join(format!("{FILE}.new"));
        fs::write(&aside, fingerprint)?;
        Ok(fs::rename(aside, file)?)
    }
}
