//! The configuration: defaults, then a TOML file, then `WENYUAN_…` variables.

use crate::sandbox::Sandbox;
use anyhow::Context;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use wenyuan_convert::Limits;
use wenyuan_worker::Policy;
use wenyuan_worker::libreoffice::{OfficeCommand, Setting};

/// Everything that can be set. `docs/operating.md` explains each key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The site's Chinese name.
    pub name_zh: String,
    /// The site's English name.
    pub name_en: String,
    /// The public address, for canonical links; an `https` one makes cookies
    /// secure.
    pub base_url: Option<String>,
    /// Where the site listens.
    pub listen: SocketAddr,
    /// Where Prometheus metrics are served; nowhere when absent.
    pub metrics_listen: Option<SocketAddr>,
    /// `sqlite:PATH` or `postgres://…`; a file in the data directory when
    /// absent.
    pub database: Option<String>,
    /// A directory or `s3://BUCKET`; a directory in the data directory when
    /// absent.
    pub blobs: Option<String>,
    /// How S3 is reached.
    pub s3: S3,
    /// The largest upload, in MiB.
    pub max_upload_mib: u64,
    /// How many conversions run at once; one per core when absent.
    pub converters: Option<usize>,
    /// Seconds a conversion may take.
    pub convert_seconds: u64,
    /// Seconds one page may take.
    pub convert_page_seconds: u64,
    /// Memory that a conversion may take, in MiB.
    pub convert_memory_mib: u64,
    /// Whether the text of scans is read by Tesseract where it is installed.
    pub ocr: Ocr,
    /// The languages that are read in scans, in Tesseract's names.
    pub ocr_languages: String,
    /// LibreOffice: its program, `off`, or what is found when absent.
    pub libreoffice: Option<String>,
    /// Documents after which LibreOffice is started anew.
    pub libreoffice_documents: u32,
    /// Whether files are converted on a kernel without landlock or seccomp.
    pub sandbox: Sandbox,
    /// What is done about what the authenticity check finds.
    pub authenticity: Policy,
    /// Dates and times are shown this many minutes ahead of UTC.
    pub utc_offset_minutes: i16,
    /// Words of the library's own; `dictionary.txt` in the data directory when
    /// absent.
    pub dictionary: Option<PathBuf>,
    /// Words that stand for one another; `synonyms.txt` in the data directory
    /// when absent.
    pub synonyms: Option<PathBuf>,
    /// What is logged, in the syntax of `tracing`'s filters.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
}

/// How S3 is reached.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct S3 {
    /// The endpoint, for stores other than Amazon's.
    pub endpoint: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The access key's id.
    pub access_key_id: Option<String>,
    /// The access key's secret.
    pub secret_access_key: Option<String>,
}

/// Whether the text of scans is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ocr {
    /// Where Tesseract is installed.
    Auto,
    /// Never.
    Off,
}

/// How lines are logged.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            name_zh: "文渊".into(),
            name_en: "Wenyuan".into(),
            base_url: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            database: None,
            blobs: None,
            s3: S3::default(),
            max_upload_mib: limits.input_bytes >> 20,
            converters: None,
            convert_seconds: limits.seconds,
            convert_page_seconds: limits.page_seconds,
            convert_memory_mib: limits.memory_bytes >> 20,
            ocr: Ocr::Auto,
            ocr_languages: "chi_sim+eng".into(),
            libreoffice: None,
            libreoffice_documents: OfficeCommand::DOCUMENTS,
            sandbox: Sandbox::Required,
            authenticity: Policy::default(),
            utc_offset_minutes: 480,
            dictionary: None,
            synonyms: None,
            log: "info".into(),
            log_format: LogFormat::Text,
        }
    }
}

impl Config {
    /// Reads the configuration. `file` must exist when it is named; without it,
    /// `wenyuan.toml` in the data directory is read if it is there.
    pub(crate) fn read(file: Option<&Path>, data: &Path) -> anyhow::Result<Self> {
        let implied: PathBuf = data.join("wenyuan.toml");
        if let Some(file) = file {
            anyhow::ensure!(file.is_file(), "no configuration file {}", file.display());
        }
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        // `Toml::file` would also look in the directories above.
        if let Some(file) = file.or_else(|| implied.is_file().then_some(&implied)) {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment
            .merge(
                Env::prefixed("WENYUAN_")
                    .ignore(&["data"])
                    .map(|key| key.as_str().replace("__", ".").into()),
            )
            .extract()
            .context("configuration")
    }

    /// Returns the caps of a conversion.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            input_bytes: self.max_upload_mib << 20,
            seconds: self.convert_seconds,
            page_seconds: self.convert_page_seconds,
            memory_bytes: self.convert_memory_mib << 20,
            ..Limits::default()
        }
    }

    /// Returns where LibreOffice is looked for.
    pub(crate) fn libreoffice(&self) -> Setting {
        Setting::parse(self.libreoffice.as_deref())
    }

    /// Returns how many conversions run at once.
    pub(crate) fn converters(&self) -> usize {
        self.converters.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
        })
    }
}
