//! Which documents are worth comparing with: those that share rare hashes.

use std::collections::HashMap;

/// A hash that more signatures hold than this says nothing of where a text
/// comes from: formulas, headings of forms, names of authorities.
pub const MAX_LIST: usize = 200;
/// The fewest hashes that a candidate shares. Three at random do not happen
/// (40 bits), and a sentence that both quote has one or two.
pub const MIN_HITS: u32 = 3;
/// The most documents that one text is compared with.
pub const MAX_CANDIDATES: usize = 10;

/// A signature that shares hashes with the one that was looked up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Its number.
    pub signature: u64,
    /// How many hashes they share that are not too frequent.
    pub hits: u32,
    /// The sum of the weights of these hashes.
    pub score: f64,
}

/// Ranks the signatures that share at least [`MIN_HITS`] hashes, best first,
/// `most` at most.
///
/// `lists` has the signatures of each hash of the text, in any order, each
/// once; `signatures` is how many there are in all. A hash weighs
/// ln(1 + signatures / length of its list), as in any search by words (inverse
/// document frequency), and nothing when its list is over [`MAX_LIST`].
pub fn rank(lists: &[Vec<u64>], signatures: u64, most: usize) -> Vec<Hit> {
    let mut found: HashMap<u64, (u32, f64)> = HashMap::new();
    for list in lists {
        if list.is_empty() || list.len() > MAX_LIST {
            continue;
        }
        let weight = (signatures as f64 / list.len() as f64).ln_1p();
        for signature in list {
            let (hits, score) = found.entry(*signature).or_default();
            *hits += 1;
            *score += weight;
        }
    }
    let mut hits: Vec<Hit> = found
        .into_iter()
        .filter(|(_, (hits, _))| *hits >= MIN_HITS)
        .map(|(signature, (hits, score))| Hit {
            signature,
            hits,
            score,
        })
        .collect();
    // The same score: the earlier, which is the more likely original.
    hits.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.signature.cmp(&b.signature))
    });
    hits.truncate(most);
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_hashes_count_more_than_frequent_ones() {
        let frequent: Vec<u64> = (1..=150).collect();
        let lists = [
            vec![7, 300],
            vec![7, 300],
            vec![300],
            frequent.clone(),
            frequent.clone(),
            frequent,
        ];
        let hits = rank(&lists, 1_000, 10);
        // 300 has three rare ones, 7 two and three frequent ones.
        assert_eq!((hits[0].signature, hits[0].hits), (300, 3));
        assert_eq!((hits[1].signature, hits[1].hits), (7, 5));
        assert!(hits[1].score > hits[2].score);
        assert_eq!(hits.len(), 10);
        // Ties go to the earlier.
        assert_eq!(hits[2].signature, 1);
    }

    #[test]
    fn few_hits_and_too_frequent_hashes_are_nothing() {
        let everywhere: Vec<u64> = (0..=MAX_LIST as u64).collect();
        let lists = vec![
            everywhere.clone(),
            everywhere.clone(),
            everywhere,
            vec![5],
            vec![5],
        ];
        assert_eq!(rank(&lists, 1_000, 10), []);
        assert_eq!(rank(&[], 0, 10), []);
    }
}
