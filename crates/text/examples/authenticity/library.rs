//! The statutes, signed and read, and which of them a text is compared with.

use std::collections::HashMap;

use wenyuan_text::authenticity::postings::{Posting, block_bits, block_of, encode};
use wenyuan_text::authenticity::{MAX_CANDIDATES, Reading, Signature, rank, sign};

pub(crate) struct Law {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) reading: Reading,
    pub(crate) signature: Signature,
}

pub(crate) struct Library {
    pub(crate) laws: Vec<Law>,
    postings: HashMap<u64, Vec<u64>>,
}

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
        let mut postings: HashMap<u64, Vec<u64>> = HashMap::new();
        for (title, text) in texts {
            let signature = sign(&text);
            for hash in &signature.hashes {
                postings.entry(*hash).or_default().push(laws.len() as u64);
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

    /// What the product compares a text with.
    pub(crate) fn candidates(&self, signature: &Signature, except: Option<usize>) -> Vec<usize> {
        let lists: Vec<Vec<u64>> = signature
            .hashes
            .iter()
            .map(|hash| self.postings.get(hash).cloned().unwrap_or_default())
            .collect();
        let most = MAX_CANDIDATES + usize::from(except.is_some());
        let mut found: Vec<usize> = rank(&lists, self.laws.len() as u64, most)
            .iter()
            .filter_map(|hit| usize::try_from(hit.signature).ok())
            .filter(|law| Some(*law) != except)
            .collect();
        found.truncate(MAX_CANDIDATES);
        found
    }

    /// Hashes of all signatures, and the bytes of them as the index stores them.
    pub(crate) fn size(&self) -> (usize, usize) {
        let mut all: Vec<Posting> = self
            .postings
            .iter()
            .flat_map(|(hash, laws)| {
                laws.iter().map(|law| Posting {
                    hash: *hash,
                    signature: *law,
                })
            })
            .collect();
        all.sort_unstable();
        let bits = block_bits(all.len() as u64);
        let bytes = all
            .chunk_by(|a, b| block_of(a.hash, bits) == block_of(b.hash, bits))
            .map(|block| encode(block_of(block[0].hash, bits), bits, block).len())
            .sum();
        (all.len(), bytes)
    }
}
