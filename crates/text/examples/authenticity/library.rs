//! The statutes, signed and read, and which of them a text is compared with.

use std::collections::HashMap;

use wenyuan_text::authenticity::{Reading, Signature, sign};

pub(crate) struct Law {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) reading: Reading,
    pub(crate) signature: Signature,
}

pub(crate) struct Library {
    pub(crate) laws: Vec<Law>,
    postings: HashMap<u64, Vec<usize>>,
}

/// What stands in more documents than this names none of them.
const MAX_POSTINGS: usize = 200;
const LEAST_HITS: usize = 3;
const MOST_CANDIDATES: usize = 10;

impl Library {
    /// Titles and texts of a file of statutes.
    pub(crate) fn parse(statutes: &str) -> Result<Vec<(String, String)>, serde_json::Error> {
        let law = |line: &str| {
            let law: serde_json::Value = serde_json::from_str(line)?;
            let field = |name: &str| law[name].as_str().unwrap_or_default().to_owned();
            Ok((field("title"), field("text")))
        };
        statutes.lines().map(law).collect()
    }

    pub(crate) fn of(texts: Vec<(String, String)>) -> Self {
        let mut laws = Vec::new();
        let mut postings: HashMap<u64, Vec<usize>> = HashMap::new();
        for (title, text) in texts {
            let signature = sign(&text);
            for hash in &signature.hashes {
                postings.entry(*hash).or_default().push(laws.len());
            }
            laws.push(Law {
                title,
                reading: Reading::of(&text),
                signature,
                text,
            });
        }
        Self { laws, postings }
    }

    /// The documents that share at least three sampled runs, those that share
    /// the rarest first.
    pub(crate) fn candidates(&self, signature: &Signature, except: Option<usize>) -> Vec<usize> {
        let mut hits: HashMap<usize, (usize, f64)> = HashMap::new();
        for hash in &signature.hashes {
            let postings = self.postings.get(hash).map_or(&[][..], Vec::as_slice);
            if postings.len() > MAX_POSTINGS {
                continue;
            }
            let weight = (self.laws.len() as f64 / postings.len().max(1) as f64).ln();
            for law in postings {
                let hit = hits.entry(*law).or_default();
                hit.0 += 1;
                hit.1 += weight;
            }
        }
        let mut ranked: Vec<(usize, f64)> = hits
            .into_iter()
            .filter(|(law, (hits, _))| *hits >= LEAST_HITS && Some(*law) != except)
            .map(|(law, (_, weight))| (law, weight))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(MOST_CANDIDATES);
        ranked.into_iter().map(|(law, _)| law).collect()
    }

    /// Hashes of all signatures.
    pub(crate) fn hashes(&self) -> usize {
        self.laws.iter().map(|law| law.signature.hashes.len()).sum()
    }
}
