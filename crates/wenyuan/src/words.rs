//! The operator's dictionary and synonyms: read at the start, and again when
//! the files change.

use crate::config::Config;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use wenyuan_text::{BadLine, Dictionary, Synonyms, use_dictionary, use_synonyms};

/// How often the files are looked at; a look costs one `stat` each.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Larger files are a mistake.
const MOST_BYTES: u64 = 16 << 20;

/// The two files and what was seen of them.
#[derive(Clone)]
pub(crate) struct Words {
    dictionary: File,
    synonyms: File,
}

#[derive(Clone)]
struct File {
    path: PathBuf,
    /// Nothing when the file was not there.
    seen: Option<(SystemTime, u64)>,
    report: Report,
}

/// What became of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    /// Words in use.
    pub words: usize,
    /// What is wrong, with file and line.
    pub problems: Vec<String>,
}

impl Words {
    /// Reads both files and puts them to use. What is wrong in them is logged
    /// and reported; the rest is used.
    pub(crate) fn load(directory: &Path, config: &Config) -> Self {
        let file = |set: &Option<PathBuf>, name: &str| File {
            path: set.clone().unwrap_or_else(|| directory.join(name)),
            seen: None,
            report: Report::default(),
        };
        let mut words = Self {
            dictionary: file(&config.dictionary, "dictionary.txt"),
            synonyms: file(&config.synonyms, "synonyms.txt"),
        };
        words.reload();
        words
    }

    /// Reads again what has changed.
    fn reload(&mut self) {
        self.dictionary.reload(|text| {
            let (dictionary, bad) = Dictionary::parse(text);
            use_dictionary(&dictionary);
            (dictionary.len(), bad)
        });
        self.synonyms.reload(|text| {
            let (synonyms, bad) = Synonyms::parse(text);
            let words = synonyms.len();
            use_synonyms(synonyms);
            (words, bad)
        });
    }

    /// Returns what became of dictionary and synonyms.
    pub(crate) fn reports(&self) -> [&Report; 2] {
        [&self.dictionary.report, &self.synonyms.report]
    }

    /// Looks after the files for as long as the process lives.
    pub(crate) async fn watch(mut self) {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // Loading a dictionary computes: not on the async threads.
            let reloaded = tokio::task::spawn_blocking(move || {
                self.reload();
                self
            });
            match reloaded.await {
                Ok(words) => self = words,
                Err(error) => {
                    tracing::error!(%error, "dictionary and synonyms are not watched any more");
                    return;
                }
            }
        }
    }
}

impl File {
    fn reload(&mut self, take: impl FnOnce(&str) -> (usize, Vec<BadLine>)) {
        let seen = match fs::metadata(&self.path) {
            Ok(metadata) => metadata.modified().ok().map(|at| (at, metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            // Perhaps only for a moment: what is in use stays.
            Err(error) => return self.refuse(error.to_string()),
        };
        if seen == self.seen {
            return;
        }
        self.seen = seen;
        let text = match seen {
            None => String::new(),
            Some((_, bytes)) if bytes > MOST_BYTES => {
                return self.refuse("larger than 16 MiB".to_owned());
            }
            Some(_) => match fs::read_to_string(&self.path) {
                Ok(text) => text,
                Err(error) => return self.refuse(error.to_string()),
            },
        };
        let (words, bad) = take(&text);
        let name = self.path.display();
        let problems: Vec<String> = bad
            .iter()
            .map(|line| format!("{name}, line {}: {}", line.number, line.problem))
            .collect();
        for problem in &problems {
            tracing::warn!("{problem}");
        }
        tracing::info!(file = %name, words, "words in use");
        self.report = Report { words, problems };
    }

    fn refuse(&mut self, problem: String) {
        let problem = format!("{}: {problem}", self.path.display());
        if self.report.problems != [problem.clone()] {
            tracing::warn!("{problem}");
            self.report.problems = vec![problem];
        }
    }
}
