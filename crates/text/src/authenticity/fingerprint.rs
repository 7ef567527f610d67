//! A document's signature: by what it is found again, whole or in part.
//!
//! Every run of [`GRAM`] characters of the normalised text is hashed, and the
//! hashes below a threshold are kept: a sample that depends on the content
//! alone, so that two documents keep the same hashes of what they share
//! wherever it stands (FracMinHash: Irber et al., *Lightweight compositional
//! analysis of metagenomes with FracMinHash*, 2022; *mod p* sampling: Manber,
//! *Finding similar files*, 1994). A word of Chinese is two characters long:
//! with a tenth of the words swapped, 63 % of the runs of 8 survive.
//!
//! Samples **nest**: what the smaller threshold keeps, the larger keeps too,
//! and the cap takes the smallest hashes, which is nothing but a smaller
//! threshold. So a short document finds a long one by the sample of the long
//! one and the reverse, without scaling anything.

use std::collections::BinaryHeap;

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use super::normal::each_normal;

/// Raised when [`sign`] answers otherwise than before; stored signatures of
/// another version are to be made anew.
pub const METHOD_VERSION: i64 = 1;

/// Characters in a run.
const GRAM: usize = 8;
/// The most hashes of a document. A document of more than 16,000 characters
/// is sampled more thinly by it.
pub const MAX_HASHES: usize = 512;
/// Of a hash, the bits that are stored: with a million documents, one hash in
/// 8,000 is taken for another's, and a candidate needs three.
pub(super) const STORED_BITS: u32 = 40;

/// By what a document is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// SHA-256 of the normalised text in UTF-8: equal for the same text in
    /// another format, layout, width or script.
    pub text_sha256: [u8; 32],
    /// Length of the normalised text in characters.
    pub chars: u32,
    /// The sampled hashes, ascending and distinct, [`MAX_HASHES`] at most;
    /// uniform below 2⁴⁰ (the low bits of the hash: the top ones are what it
    /// was sampled by).
    pub hashes: Vec<u64>,
}

/// Signs a text (a document's pages joined by `\n`). Linear in its length, in
/// constant memory.
///
/// One run in 32 is kept, in texts under 1,000 characters one in 8, under 200
/// every second; about 140 hashes for 6,000 characters.
pub fn sign(text: &str) -> Signature {
    let mut sha256 = Sha256::new();
    let mut chars: u32 = 0;
    let mut gram = Gram::default();
    // Sampled as if the text were short, until its length is known: the longer
    // text's sample is a part of it.
    let mut sample = Smallest::default();
    each_normal(text, |c| {
        let mut bytes = [0; 4];
        let encoded = c.encode_utf8(&mut bytes).as_bytes();
        sha256.update(encoded);
        chars = chars.saturating_add(1);
        if let Some(hash) = gram.push(encoded) {
            sample.insert(hash);
        }
    });
    let threshold = u64::MAX
        / match chars {
            0..200 => 2,
            200..1_000 => 8,
            _ => 32,
        };
    let mut hashes: Vec<u64> = sample
        .heap
        .into_iter()
        .filter(|hash| *hash <= threshold)
        .map(|hash| hash & ((1 << STORED_BITS) - 1))
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    Signature {
        text_sha256: sha256.finalize().into(),
        chars,
        hashes,
    }
}

/// The last [`GRAM`] characters in UTF-8.
#[derive(Default)]
struct Gram {
    bytes: Vec<u8>,
    /// Length of each character in it, oldest first.
    lengths: [u8; GRAM],
    chars: usize,
}

impl Gram {
    /// Takes the next character; gives the hash once there are enough.
    fn push(&mut self, encoded: &[u8]) -> Option<u64> {
        if self.chars == GRAM {
            self.bytes.drain(..usize::from(self.lengths[0]));
            self.lengths.rotate_left(1);
            self.chars -= 1;
        }
        self.bytes.extend_from_slice(encoded);
        self.lengths[self.chars] = u8::try_from(encoded.len()).unwrap_or(4);
        self.chars += 1;
        (self.chars == GRAM).then(|| xxh3_64(&self.bytes))
    }
}

/// The [`MAX_HASHES`] smallest distinct hashes of those that were put in.
#[derive(Default)]
struct Smallest {
    heap: BinaryHeap<u64>,
    members: std::collections::HashSet<u64>,
}

impl Smallest {
    fn insert(&mut self, hash: u64) {
        if self.heap.len() == MAX_HASHES {
            if self.heap.peek().is_some_and(|largest| hash >= *largest) {
                return;
            }
            if self.members.insert(hash) {
                if let Some(largest) = self.heap.pop() {
                    self.members.remove(&largest);
                }
                self.heap.push(hash);
            }
        } else if self.members.insert(hash) {
            self.heap.push(hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Chinese that never repeats a run.
    fn prose(seed: u32, chars: u32) -> String {
        let mut state = u64::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        (0..chars)
            .filter_map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                char::from_u32(0x4E00 + u32::try_from(state % 3_000).unwrap())
            })
            .collect()
    }

    fn shared(a: &Signature, b: &Signature) -> usize {
        let a: HashSet<u64> = a.hashes.iter().copied().collect();
        b.hashes.iter().filter(|hash| a.contains(hash)).count()
    }

    #[test]
    fn the_sample_has_the_stated_size() {
        let size = |chars| sign(&prose(1, chars)).hashes.len();
        assert!((150..=230).contains(&size(6_000)), "{}", size(6_000));
        assert!((70..=130).contains(&size(800)), "{}", size(800));
        assert!((40..=60).contains(&size(107)), "{}", size(107));
        assert_eq!(size(100_000), MAX_HASHES);
        let hashes = sign(&prose(1, 100_000)).hashes;
        assert!(hashes.is_sorted_by(|a, b| a < b));
        assert!(hashes.iter().all(|hash| *hash < 1 << STORED_BITS));
        let upper = hashes.iter().filter(|h| **h >= 1 << (STORED_BITS - 1));
        assert!((200..312).contains(&upper.count()), "uniform");
    }

    #[test]
    fn short_and_long_documents_find_each_other() {
        let part = prose(1, 800);
        let long = prose(2, 40_000) + &part + &prose(3, 40_000);
        let whole = prose(2, 3_000) + &part;
        assert!(shared(&sign(&part), &sign(&whole)) >= 15);
        // 512 of 80,000 runs: every 158th.
        assert!(shared(&sign(&part), &sign(&long)) >= 3);
        assert_eq!(shared(&sign(&part), &sign(&prose(4, 80_000))), 0);
    }

    #[test]
    fn layout_and_script_change_nothing() {
        let text = "自我廳學習實踐科學發展觀活動轉入分析評議階段以來，廳機關各處室。";
        let again = "自我厅学习实践科学发展观活动\n转入分析评议阶段以来,厅机关 各处室";
        assert_eq!(sign(text), sign(again));
        assert_eq!(sign(text).chars, 30);
    }

    #[test]
    fn a_stored_signature_keeps_its_meaning() {
        // Whoever must change these figures must raise METHOD_VERSION.
        let signature = sign("中华人民共和国科学技术普及法 1234 Popularization of Science");
        assert_eq!(METHOD_VERSION, 1);
        assert_eq!(signature.chars, 41);
        assert_eq!(signature.hashes.len(), 18);
        assert_eq!(signature.hashes[0], 96_393_848_146);
    }

    #[test]
    fn odd_texts_are_signed() {
        assert_eq!(sign("").chars, 0);
        assert!(sign("两词").hashes.is_empty());
        assert!(sign(&"国".repeat(3_400_000)).hashes.len() <= 1);
        assert!(sign(&"\u{301}".repeat(100_000)).hashes.is_empty());
        let rtl = "ينص القانون على أن لكل شخص الحق في حرية الرأي والتعبير";
        assert!(sign(rtl).hashes.len() > 5);
    }
}
