//! Blobs: bytes named by their SHA-256, on local disk or in an S3 bucket.
//!
//! A blob is written before the row that points at it, and erased only by the
//! sweep, after no row does. The name is the hash, so writing twice is
//! harmless and no store needs conditional writes (some ignore them). What is
//! read back is checked against its name when it is read whole.

use crate::clock::Timestamp;
use crate::db::{DbError, Row, Tx};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::Digest;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A SHA-256: the name of a blob.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// Returns the hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    pub(crate) fn from_column(row: &Row, column: &str) -> Result<Self, DbError> {
        let text: String = sqlx::Row::try_get(row, column)?;
        text.parse()
            .map_err(|_| DbError::Corrupt(format!("{column}: `{text}`")))
    }

    pub(crate) fn from_nullable_column(row: &Row, column: &str) -> Result<Option<Self>, DbError> {
        let text: Option<String> = sqlx::Row::try_get(row, column)?;
        text.map(|text| {
            text.parse()
                .map_err(|_| DbError::Corrupt(format!("{column}: `{text}`")))
        })
        .transpose()
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("not a SHA-256 in hexadecimal")]
pub struct BadSha256;

impl FromStr for Sha256 {
    type Err = BadSha256;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(s, &mut bytes).map_err(|_| BadSha256)?;
        Ok(Self(bytes))
    }
}

/// A blob that is in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobRef {
    /// Its name.
    pub sha256: Sha256,
    /// Its length.
    pub size_bytes: u64,
}

/// Why a blob could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no such blob.
    #[error("no blob {0}")]
    NotFound(Sha256),
    /// What is stored does not have the hash it is named by.
    #[error("blob {0} is damaged")]
    Damaged(Sha256),
    /// No space is left.
    #[error("the disk is full")]
    Full,
    /// The store refused or is gone.
    #[error("object store: {0}")]
    Store(object_store::Error),
    /// A local file could not be read.
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
    /// The location is neither a directory nor `s3://bucket`.
    #[error("blob store `{0}`: use a directory or s3://BUCKET")]
    Location(String),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        if is_disk_full(&error) {
            Self::Full
        } else {
            Self::Store(error)
        }
    }
}

fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return matches!(
                io.kind(),
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
            );
        }
        next = error.source();
    }
    false
}

/// How S3 is reached; read from the configuration by the binary.
#[derive(Clone, Debug, Default)]
pub struct S3Options {
    /// The endpoint, for stores other than Amazon's.
    pub endpoint: Option<String>,
    /// The region; `us-east-1` when absent.
    pub region: Option<String>,
    /// The access key's id.
    pub access_key_id: Option<String>,
    /// The access key's secret.
    pub secret_access_key: Option<String>,
}

/// The store.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

/// Files up to this size are written in one request.
const SINGLE_PUT_BYTES: u64 = 8 << 20;
/// The size of the parts of a larger one (S3 asks for at least 5 MiB).
const PART_BYTES: usize = 8 << 20;

impl Blobs {
    /// Opens a directory (made if missing) or `s3://BUCKET`.
    ///
    /// # Errors
    /// [`BlobError`] when the directory cannot be made or the options are
    /// incomplete. S3 is not contacted yet.
    pub fn open(location: &str, s3: &S3Options) -> Result<Self, BlobError> {
        if let Some(bucket) = location.strip_prefix("s3://") {
            return Self::open_s3(bucket.trim_end_matches('/'), s3);
        }
        if location.contains("://") {
            return Err(BlobError::Location(location.to_owned()));
        }
        std::fs::create_dir_all(location)?;
        let store = LocalFileSystem::new_with_prefix(location)?
            .with_fsync(true)
            .with_automatic_cleanup(false);
        Ok(Self {
            store: Arc::new(store),
        })
    }

    fn open_s3(bucket: &str, s3: &S3Options) -> Result<Self, BlobError> {
        // Both are asked to be installed once; a second call finds the first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(s3.region.as_deref().unwrap_or("us-east-1"));
        if let Some(endpoint) = &s3.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some(id) = &s3.access_key_id {
            builder = builder.with_access_key_id(id);
        }
        if let Some(secret) = &s3.secret_access_key {
            builder = builder.with_secret_access_key(secret);
        }
        Ok(Self {
            store: Arc::new(builder.build()?),
        })
    }

    /// Stores bytes.
    ///
    /// # Errors
    /// [`BlobError::Full`] or [`BlobError::Store`].
    pub async fn put(&self, bytes: Bytes) -> Result<BlobRef, BlobError> {
        let blob = BlobRef {
            sha256: Sha256::of(&bytes),
            size_bytes: bytes.len() as u64,
        };
        let path = path_of(&blob.sha256);
        // Covers, PDFs of copies and retried pages are often there already.
        if !self.has(&path, blob.size_bytes).await? {
            self.store.put(&path, bytes.into()).await?;
        }
        Ok(blob)
    }

    /// Stores a file whose hash and size are known to be `blob`'s (it was
    /// hashed while it was received), checking both again while copying.
    ///
    /// # Errors
    /// [`BlobError::Damaged`] when the file is not what `blob` says.
    pub async fn put_file(&self, file: &Path, blob: &BlobRef) -> Result<(), BlobError> {
        let path = path_of(&blob.sha256);
        if self.has(&path, blob.size_bytes).await? {
            return Ok(());
        }
        if blob.size_bytes <= SINGLE_PUT_BYTES {
            let bytes = Bytes::from(tokio::fs::read(file).await?);
            if Sha256::of(&bytes) != blob.sha256 {
                return Err(BlobError::Damaged(blob.sha256));
            }
            self.store.put(&path, bytes.into()).await?;
            return Ok(());
        }
        let mut source = tokio::fs::File::open(file).await?;
        let upload = self.store.put_multipart(&path).await?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        let mut hasher = sha2::Sha256::new();
        let mut buffer = vec![0; 256 << 10];
        loop {
            let read = source.read(&mut buffer).await?;
            if read == 0 {
                break;
            }
            let Some(chunk) = buffer.get(..read) else {
                break;
            };
            hasher.update(chunk);
            writer.wait_for_capacity(4).await?;
            writer.write(chunk);
        }
        if Sha256(hasher.finalize().into()) != blob.sha256 {
            writer.abort().await?;
            return Err(BlobError::Damaged(blob.sha256));
        }
        writer.finish().await?;
        Ok(())
    }

    /// Stores a file that nobody has hashed yet.
    ///
    /// # Errors
    /// As [`Blobs::put_file`].
    pub async fn put_spooled(&self, file: &Path) -> Result<BlobRef, BlobError> {
        let mut source = tokio::fs::File::open(file).await?;
        let mut hasher = sha2::Sha256::new();
        let mut buffer = vec![0; 256 << 10];
        let mut size_bytes = 0;
        while let read @ 1.. = source.read(&mut buffer).await? {
            hasher.update(buffer.get(..read).unwrap_or_default());
            size_bytes += read as u64;
        }
        let blob = BlobRef {
            sha256: Sha256(hasher.finalize().into()),
            size_bytes,
        };
        self.put_file(file, &blob).await?;
        Ok(blob)
    }

    /// Copies a whole blob into a file, checks it against its name, and gives
    /// its length. It is never in memory as a whole.
    ///
    /// # Errors
    /// [`BlobError::NotFound`], [`BlobError::Damaged`] or [`BlobError::Store`];
    /// the file's content is void then.
    pub async fn fetch(&self, sha256: &Sha256, file: &Path) -> Result<u64, BlobError> {
        let mut chunks = match self.store.get(&path_of(sha256)).await {
            Ok(found) => found.into_stream(),
            Err(object_store::Error::NotFound { .. }) => return Err(BlobError::NotFound(*sha256)),
            Err(error) => return Err(error.into()),
        };
        let mut target = tokio::fs::File::create(file).await?;
        let mut hasher = sha2::Sha256::new();
        let mut size_bytes = 0;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            hasher.update(&chunk);
            size_bytes += chunk.len() as u64;
            target.write_all(&chunk).await?;
        }
        target.flush().await?;
        if Sha256(hasher.finalize().into()) != *sha256 {
            return Err(BlobError::Damaged(*sha256));
        }
        Ok(size_bytes)
    }

    /// Reads a whole blob and checks it against its name.
    ///
    /// # Errors
    /// [`BlobError::NotFound`], [`BlobError::Damaged`] or [`BlobError::Store`].
    pub async fn get(&self, sha256: &Sha256) -> Result<Bytes, BlobError> {
        let result = self.store.get(&path_of(sha256)).await;
        let bytes = match result {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Err(BlobError::NotFound(*sha256)),
            Err(error) => return Err(error.into()),
        };
        if Sha256::of(&bytes) == *sha256 {
            Ok(bytes)
        } else {
            Err(BlobError::Damaged(*sha256))
        }
    }

    /// Streams a part of a blob, `range` in bytes. It is not checked against
    /// the name: the reader has only a part.
    ///
    /// # Errors
    /// [`BlobError::NotFound`] or [`BlobError::Store`], also inside the stream.
    pub async fn stream(
        &self,
        sha256: &Sha256,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        match self.store.get_opts(&path_of(sha256), options).await {
            Ok(found) => Ok(found
                .into_stream()
                .map(|chunk| chunk.map_err(BlobError::from))
                .boxed()),
            Err(object_store::Error::NotFound { .. }) => Err(BlobError::NotFound(*sha256)),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns whether a blob is there.
    ///
    /// # Errors
    /// [`BlobError::Store`] when the store does not answer.
    pub async fn exists(&self, sha256: &Sha256) -> Result<bool, BlobError> {
        Ok(self.head(&path_of(sha256)).await?.is_some())
    }

    /// Erases a blob; one that is not there is no error.
    ///
    /// # Errors
    /// [`BlobError::Store`] when the store does not answer.
    pub async fn delete(&self, sha256: &Sha256) -> Result<(), BlobError> {
        match self.store.delete(&path_of(sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns whether the store answers.
    ///
    /// # Errors
    /// [`BlobError::Store`] when it does not.
    pub async fn ping(&self) -> Result<(), BlobError> {
        self.exists(&Sha256([0; 32])).await.map(|_| ())
    }

    /// Lists every blob with its time of writing, for the sweep and `verify`.
    pub fn list(&self) -> BoxStream<'static, Result<(Sha256, Timestamp), BlobError>> {
        self.store
            .list(None)
            .filter_map(async |entry| match entry {
                Ok(meta) => {
                    let name = meta.location.filename()?.parse().ok()?;
                    let written = Timestamp(meta.last_modified.timestamp_micros());
                    Some(Ok((name, written)))
                }
                Err(error) => Some(Err(error.into())),
            })
            .boxed()
    }

    /// Whether writing can be spared. A blob that is old enough to be swept is
    /// written again: the sweep spares it then, though no row names it yet.
    async fn has(&self, path: &ObjectPath, size_bytes: u64) -> Result<bool, BlobError> {
        let fresh = Timestamp::now().plus(-crate::sweep::GRACE / 2);
        Ok(self
            .head(path)
            .await?
            .is_some_and(|(size, written)| size == size_bytes && written > fresh))
    }

    /// Returns when a blob was written, if it is there.
    ///
    /// # Errors
    /// [`BlobError::Store`] when the store does not answer.
    pub async fn written_at(&self, sha256: &Sha256) -> Result<Option<Timestamp>, BlobError> {
        Ok(self.head(&path_of(sha256)).await?.map(|(_, at)| at))
    }

    async fn head(&self, path: &ObjectPath) -> Result<Option<(u64, Timestamp)>, BlobError> {
        match self.store.head(path).await {
            Ok(meta) => Ok(Some((
                meta.size,
                Timestamp(meta.last_modified.timestamp_micros()),
            ))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Two levels of directories keep each of them small.
fn path_of(sha256: &Sha256) -> ObjectPath {
    let name = sha256.to_string();
    let (a, rest) = name.split_at(2);
    let (b, _) = rest.split_at(2);
    ObjectPath::from(format!("{a}/{b}/{name}"))
}

/// Registers a stored blob, in the transaction of the row that points at it.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn record(tx: &mut Tx, blob: &BlobRef) -> Result<(), DbError> {
    sqlx::query(
        "insert into blobs (sha256, size_bytes, created_at) values ($1, $2, $3) \
         on conflict (sha256) do update set created_at = excluded.created_at",
    )
    .bind(blob.sha256.to_string())
    .bind(i64::try_from(blob.size_bytes).unwrap_or(i64::MAX))
    .bind(Timestamp::now().0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
