//! The inverted index of sampled hashes, as bytes: which signatures hold a hash.
//!
//! An index is made of segments, a segment of 2^bits blocks, and a block holds
//! the postings whose hashes begin with its number. So a hash is looked up in
//! exactly one block of each segment, and segments of different sizes are
//! merged by walking all of them through the hashes once. Where blocks are
//! stored, and when they are merged, belongs to `wenyuan-domain`.
//!
//! A block is a string of LEB128 numbers: the smallest signature in it, then
//! for each posting, ascending by hash and signature, the distance from the
//! hash before it (at first from the smallest hash of the block) and the
//! distance of the signature from the smallest. With a million documents that
//! is about 5 bytes a posting.

use super::fingerprint::STORED_BITS;

/// That a signature holds a hash. In the order of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Posting {
    /// A sampled hash, below 2⁴⁰.
    pub hash: u64,
    /// The number of a signature.
    pub signature: u64,
}

/// A block or a list of hashes is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

impl std::fmt::Display for Damaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("damaged postings")
    }
}

impl std::error::Error for Damaged {}

/// Postings of a block, on average: few enough to be read for one hash, enough
/// that what a row costs besides does not count.
const PER_BLOCK: u64 = 128;
/// The most bits of a block's number; with more than two thousand million
/// postings blocks get larger instead.
pub const MAX_BLOCK_BITS: u32 = 24;

/// How many bits the number of a block has in a segment of so many postings.
pub fn block_bits(postings: u64) -> u32 {
    (postings / PER_BLOCK)
        .checked_ilog2()
        .unwrap_or(0)
        .min(MAX_BLOCK_BITS)
}

/// The block of a hash.
pub fn block_of(hash: u64, bits: u32) -> u64 {
    hash >> (STORED_BITS - bits.min(STORED_BITS))
}

/// The smallest hash of a block.
pub fn first_hash(block: u64, bits: u32) -> u64 {
    block << (STORED_BITS - bits.min(STORED_BITS))
}

/// Writes a block. `postings` are ascending and all of this block.
pub fn encode(block: u64, bits: u32, postings: &[Posting]) -> Vec<u8> {
    let base = postings.iter().map(|p| p.signature).min().unwrap_or(0);
    let mut bytes = Vec::with_capacity(8 + postings.len() * 6);
    put(&mut bytes, base);
    let mut last = first_hash(block, bits);
    for posting in postings {
        put(&mut bytes, posting.hash.saturating_sub(last));
        put(&mut bytes, posting.signature - base);
        last = posting.hash;
    }
    bytes
}

/// Reads a block, posting by posting. After a fault there are no more.
///
/// # Errors
/// [`Damaged`] instead of a posting that is cut off, belongs to another block
/// or is out of order.
pub fn decode(
    block: u64,
    bits: u32,
    bytes: &[u8],
) -> impl Iterator<Item = Result<Posting, Damaged>> + '_ {
    let mut rest = bytes;
    let mut last = first_hash(block, bits);
    let mut previous: Option<Posting> = None;
    let base = take(&mut rest);
    let mut broken = false;
    std::iter::from_fn(move || {
        if broken || (rest.is_empty() && base.is_some()) {
            return None;
        }
        let next = (|| {
            let hash = last.checked_add(take(&mut rest)?)?;
            let signature = base?.checked_add(take(&mut rest)?)?;
            let posting = Posting { hash, signature };
            let fits = hash < 1 << STORED_BITS
                && block_of(hash, bits) == block
                && i64::try_from(signature).is_ok()
                && previous.is_none_or(|previous| previous < posting);
            fits.then_some(posting)
        })();
        match next {
            Some(posting) => {
                last = posting.hash;
                previous = Some(posting);
            }
            None => broken = true,
        }
        Some(next.ok_or(Damaged))
    })
}

/// Writes the hashes of one signature; ascending.
pub fn encode_hashes(hashes: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(hashes.len() * 5);
    let mut last = 0;
    for hash in hashes {
        put(&mut bytes, hash - last);
        last = *hash;
    }
    bytes
}

/// Reads the hashes of one signature.
///
/// # Errors
/// [`Damaged`] when they are not ascending hashes.
pub fn decode_hashes(mut bytes: &[u8]) -> Result<Vec<u64>, Damaged> {
    let mut hashes: Vec<u64> = Vec::with_capacity(bytes.len() / 4);
    while !bytes.is_empty() {
        let last = hashes.last().copied();
        let step = take(&mut bytes).ok_or(Damaged)?;
        let hash = last.unwrap_or(0).checked_add(step).ok_or(Damaged)?;
        if hash >= 1 << STORED_BITS || last.is_some_and(|last| hash <= last) {
            return Err(Damaged);
        }
        hashes.push(hash);
    }
    Ok(hashes)
}

/// Cuts the lists of hashes that are too frequent to say anything. One more
/// than [`super::MAX_LIST`] stays of each: by that it is known for frequent, also
/// when more come in.
///
/// `postings` are ascending and hold all of the hashes that they hold any of.
pub fn cut(postings: &mut Vec<Posting>) {
    let (mut hash, mut length) = (u64::MAX, 0);
    postings.retain(|posting| {
        length = if posting.hash == hash { length + 1 } else { 1 };
        hash = posting.hash;
        length <= super::MAX_LIST + 1
    });
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number: u64 = 0;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postings(count: u64) -> Vec<Posting> {
        let mut state: u64 = 7;
        let mut next = move |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 20) % below
        };
        let mut postings: Vec<Posting> = (0..count)
            .map(|_| Posting {
                hash: next(1 << STORED_BITS),
                signature: 1_000_000 + next(1_000),
            })
            .collect();
        postings.sort_unstable();
        postings.dedup();
        postings
    }

    fn read(block: u64, bits: u32, bytes: &[u8]) -> Result<Vec<Posting>, Damaged> {
        decode(block, bits, bytes).collect()
    }

    #[test]
    fn blocks_come_back_and_together_are_all() {
        let all = postings(10_000);
        let bits = block_bits(10_000);
        assert_eq!(bits, 6);
        let mut back = Vec::new();
        let mut size = 0;
        for block in 0..1 << bits {
            let part: Vec<Posting> = all
                .iter()
                .filter(|p| block_of(p.hash, bits) == block)
                .copied()
                .collect();
            let bytes = encode(block, bits, &part);
            size += bytes.len();
            assert_eq!(read(block, bits, &bytes).unwrap(), part);
            back.extend(part);
        }
        assert_eq!(back, all);
        assert!(size < 10_000 * 7, "{size}");
        assert_eq!(read(0, 0, &encode(0, 0, &[])).unwrap(), []);
    }

    #[test]
    fn a_segment_of_few_has_one_block() {
        assert_eq!(block_bits(0), 0);
        assert_eq!(block_bits(255), 0);
        assert_eq!(block_bits(256), 1);
        assert_eq!(block_bits(u64::MAX), MAX_BLOCK_BITS);
        assert_eq!(block_of((1 << STORED_BITS) - 1, 0), 0);
        assert_eq!(first_hash(3, 2), 3 << (STORED_BITS - 2));
    }

    #[test]
    fn damage_is_noticed() {
        let all = postings(100);
        let bytes = encode(0, 0, &all);
        assert_eq!(read(0, 0, &[]), Err(Damaged));
        assert_eq!(read(0, 0, &bytes[..bytes.len() - 1]), Err(Damaged));
        assert_eq!(read(0, 0, &[0xFF; 20]), Err(Damaged));
        // Of another block.
        assert_eq!(read(1, 1, &bytes), Err(Damaged));
        // Twice the same posting.
        assert_eq!(read(0, 0, &[5, 9, 0, 0, 0]), Err(Damaged));
    }

    #[test]
    fn hashes_come_back() {
        for hashes in [vec![], vec![0], vec![0, 1, (1 << STORED_BITS) - 1]] {
            let bytes = encode_hashes(&hashes);
            assert_eq!(decode_hashes(&bytes).unwrap(), hashes);
        }
        assert_eq!(decode_hashes(&[1, 0]), Err(Damaged));
        assert_eq!(decode_hashes(&[0x80]), Err(Damaged));
        assert_eq!(decode_hashes(&[0xFF; 9]), Err(Damaged));
    }

    #[test]
    fn frequent_hashes_are_cut_but_stay_known() {
        let list = |hash, count: usize| {
            (0..count as u64).map(move |signature| Posting { hash, signature })
        };
        let mut all: Vec<Posting> = list(1, 2).chain(list(2, 5_000)).chain(list(3, 1)).collect();
        cut(&mut all);
        assert_eq!(all.len(), 2 + super::super::MAX_LIST + 1 + 1);
    }
}
