//! What every handler shares: the stores and the settings.

use crate::account::Throttle;
use crate::authenticity::Sheets;
use crate::error::WebError;
use crate::search::{Names, Searched};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use wenyuan_domain::{Blobs, Db};
use wenyuan_search::{Index, Speller};

/// The stores and settings behind the site.
pub struct Site {
    /// The database.
    pub db: Db,
    /// Originals, page images, text layers.
    pub blobs: Blobs,
    /// The full-text index; read only here.
    pub index: Index,
    /// The settings.
    pub config: Config,
    pub(crate) log_ins: Throttle,
    pub(crate) searched: Searched,
    pub(crate) names: Arc<Names>,
    pub(crate) speller: Speller,
    pub(crate) sheets: Sheets,
    password_turns: Semaphore,
    is_closing: AtomicBool,
}

/// Hashing a password takes 46 MiB on purpose; a crowd that tries to log in
/// must wait in line, not fill the memory.
const PASSWORDS_AT_ONCE: usize = 4;
const PASSWORD_PATIENCE: Duration = Duration::from_secs(10);

impl Site {
    /// Makes the site.
    pub fn new(db: Db, blobs: Blobs, index: Index, config: Config) -> Self {
        Self {
            speller: Speller::new(index.clone()),
            db,
            blobs,
            index,
            config,
            log_ins: Throttle::default(),
            searched: Searched::default(),
            names: Arc::default(),
            sheets: Sheets::default(),
            password_turns: Semaphore::new(PASSWORDS_AT_ONCE),
            is_closing: AtomicBool::new(false),
        }
    }

    /// Loads what the first reader should not wait for: the dictionaries, and
    /// the words of the library. Blocks.
    pub fn warm(&self) {
        wenyuan_text::sounds(&wenyuan_text::fold(""));
        self.speller.warm();
    }

    /// Ends the live streams, which would otherwise keep the server from
    /// stopping; call it when it is asked to stop.
    pub fn close(&self) {
        self.is_closing.store(true, Ordering::Relaxed);
    }

    /// Returns whether live streams shall end.
    pub(crate) fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Relaxed)
    }

    /// Waits for a turn to hash a password; hold it until that is done.
    pub(crate) async fn password_turn(&self) -> Result<SemaphorePermit<'_>, WebError> {
        match tokio::time::timeout(PASSWORD_PATIENCE, self.password_turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(WebError::TooMany),
        }
    }

    /// Returns the site's name in `language` (`zh` or `en`).
    pub fn name(&self, language: crate::locale::Lang) -> &str {
        match language {
            crate::locale::Lang::Zh => &self.config.name_zh,
            crate::locale::Lang::En => &self.config.name_en,
        }
    }
}

/// The settings of the web site; the binary reads them from its configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The site's Chinese name.
    pub name_zh: String,
    /// The site's English name.
    pub name_en: String,
    /// `https://library.example.org`, without a slash at the end, for canonical
    /// addresses; when absent they are built from the `Host` header.
    pub base_url: Option<String>,
    /// Whether the site is reached by HTTPS: cookies are then `Secure` and
    /// named with `__Host-`, and browsers are told to come back by HTTPS only.
    pub secure_cookies: bool,
    /// The largest upload, in bytes.
    pub max_upload_bytes: u64,
    /// Where uploads are received before they become blobs; must exist.
    pub spool_dir: PathBuf,
    /// The key of CSRF tokens and of the reader hashes behind view counts.
    pub secret: [u8; 32],
    /// The formats that can be converted here (`docx`, `pdf`, …), as the
    /// upload page lists them.
    pub formats: Vec<String>,
    /// The file name endings of those formats, for the browser's file chooser.
    pub endings: Vec<String>,
    /// The file name endings of the formats that LibreOffice draws here and the
    /// native engine as well: for these it can be asked for.
    pub two_engines: Vec<String>,
    /// The formats that cannot be converted, because LibreOffice is not here.
    pub absent_formats: Vec<String>,
    /// Why it is not.
    pub absence: Absence,
    /// The site's distance from UTC in minutes, for every date and time shown;
    /// 480 (UTC+8, China) by default.
    pub utc_offset_minutes: i16,
}

/// Why LibreOffice, or a part of it, is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// It is not installed, or not whole.
    NotInstalled,
    /// The operator has switched it off.
    Off,
}

impl Default for Config {
    /// Settings for loopback HTTP; `secret` is all zero and must be replaced.
    fn default() -> Self {
        Self {
            name_zh: "文渊".to_owned(),
            name_en: "Wenyuan".to_owned(),
            base_url: None,
            secure_cookies: false,
            max_upload_bytes: 100 << 20,
            spool_dir: std::env::temp_dir(),
            secret: [0; 32],
            formats: ["docx", "xlsx", "pptx", "pdf", "md", "txt"]
                .map(str::to_owned)
                .to_vec(),
            endings: Vec::new(),
            two_engines: Vec::new(),
            absent_formats: Vec::new(),
            absence: Absence::NotInstalled,
            utc_offset_minutes: 480,
        }
    }
}
