//! A blob store for one test, of each kind.

use crate::provided;
use tempfile::TempDir;
use wenyuan_domain::Blobs;
use wenyuan_domain::blob::S3Options;

/// A store. The S3 bucket is shared by all tests; names are hashes, so they
/// do not get in each other's way.
pub struct TestStore {
    /// The store.
    pub blobs: Blobs,
    /// Whether nobody else writes to it.
    pub is_private: bool,
    /// Its directory; empty for S3.
    pub directory: TempDir,
}

/// Returns a store on local disk and, where there is one, in S3.
///
/// # Errors
/// When a store cannot be opened.
pub fn stores() -> anyhow::Result<Vec<TestStore>> {
    let directory = TempDir::new()?;
    let location = directory.path().display().to_string();
    let mut found = vec![TestStore {
        blobs: Blobs::open(&location, &S3Options::default())?,
        is_private: true,
        directory,
    }];
    if let Some(endpoint) = provided("TEST_S3", "S3") {
        let options = S3Options {
            endpoint: Some(endpoint),
            region: None,
            access_key_id: Some("testkey".into()),
            secret_access_key: Some("testsecret".into()),
        };
        found.push(TestStore {
            blobs: Blobs::open("s3://docs", &options)?,
            is_private: false,
            directory: TempDir::new()?,
        });
    }
    Ok(found)
}
