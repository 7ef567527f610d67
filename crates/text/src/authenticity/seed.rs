//! Exact matches of two texts, from which an alignment grows.

/// What a seed is.
#[derive(Clone, Copy)]
struct Seeding {
    /// Characters in it. Five are, with two characters to a word, three words
    /// of which none is swapped.
    gram: usize,
    /// What stands more often than this in a text tells no place in it.
    max_repeats: u32,
}

impl Seeding {
    /// Between two books, five characters meet everywhere.
    fn between(a: &[char], b: &[char]) -> Self {
        let pairs = a.len() as u64 * b.len() as u64;
        let (gram, max_repeats) = if pairs < 10_000_000_000 {
            (5, 32)
        } else {
            (8, 8)
        };
        Self { gram, max_repeats }
    }
}

/// The most matches that are followed up, and the most characters looked at to
/// extend them; texts that consist of repetitions end here.
const MAX_SEEDS: usize = 1_000_000;
const MAX_STEPS: u64 = 200_000_000;

/// Equal characters: `len` from `a` in the suspect, from `b` in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) len: u32,
}

impl Run {
    pub(super) fn a_end(self) -> u32 {
        self.a + self.len
    }

    pub(super) fn b_end(self) -> u32 {
        self.b + self.len
    }

    /// Without its first `count` characters.
    pub(super) fn without_first(self, count: u32) -> Self {
        Self {
            a: self.a + count,
            b: self.b + count,
            len: self.len - count,
        }
    }
}

/// Where each run of characters of a text stands, by hash.
struct Grams {
    seeding: Seeding,
    shift: u32,
    /// Where each bucket begins in `positions`.
    buckets: Vec<u32>,
    positions: Vec<u32>,
}

impl Grams {
    fn of(text: &[char], seeding: Seeding) -> Self {
        let bits = usize::BITS - (2 * text.len().max(8)).leading_zeros();
        let shift = u64::BITS - bits;
        let mut buckets = vec![0_u32; (1 << bits) + 1];
        let bucket = |gram: &[char]| (hash(gram) >> shift) as usize;
        for gram in text.windows(seeding.gram) {
            buckets[bucket(gram) + 1] += 1;
        }
        for at in 1..buckets.len() {
            buckets[at] += buckets[at - 1];
        }
        let mut free = buckets.clone();
        let mut positions = vec![0; text.len().saturating_sub(seeding.gram - 1)];
        for (gram, at) in text.windows(seeding.gram).zip(0..) {
            let slot = &mut free[bucket(gram)];
            positions[*slot as usize] = at;
            *slot += 1;
        }
        Self {
            seeding,
            shift,
            buckets,
            positions,
        }
    }

    /// Where a gram may stand; nowhere when it stands too often.
    fn positions(&self, gram: &[char]) -> &[u32] {
        let bucket = (hash(gram) >> self.shift) as usize;
        let (from, to) = (self.buckets[bucket], self.buckets[bucket + 1]);
        if to - from > self.seeding.max_repeats {
            return &[];
        }
        &self.positions[from as usize..to as usize]
    }
}

fn hash(gram: &[char]) -> u64 {
    gram.iter().fold(0, |hash: u64, c| {
        (hash.rotate_left(21) ^ u64::from(u32::from(*c))).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}

/// Finds the longest equal stretches of five characters and more (of eight
/// between two books), by their place in `a`. Time is linear in the lengths for texts of prose and bounded
/// for all.
pub(super) fn seeds(a: &[char], b: &[char]) -> Vec<Run> {
    let seeding = Seeding::between(a, b);
    let gram_length = seeding.gram;
    let grams = Grams::of(b, seeding);
    let mut found = Vec::new();
    let mut steps = 0;
    // By diagonal (place in b − place in a): how far in `a` it was followed.
    let mut followed = vec![0_u32; a.len() + b.len()];
    for (at, gram) in a.windows(gram_length).enumerate() {
        for &other in grams.positions(gram) {
            let other = other as usize;
            let diagonal = a.len() + other - at;
            if (followed[diagonal] as usize) > at || b[other..other + gram_length] != *gram {
                continue;
            }
            let before = a[followed[diagonal] as usize..at].iter().rev();
            let left = common(before, b[..other].iter().rev());
            let right = common(
                a[at + gram_length..].iter(),
                b[other + gram_length..].iter(),
            );
            let (start, end) = (at - left, at + gram_length + right);
            steps += (left + right + 1) as u64;
            followed[diagonal] = count(end);
            found.push(Run {
                a: count(start),
                b: count(other - left),
                len: count(end - start),
            });
        }
        if found.len() > MAX_SEEDS || steps > MAX_STEPS {
            break;
        }
    }
    found.sort_unstable_by_key(|run| (run.a, run.b));
    found
}

fn common<'a>(a: impl Iterator<Item = &'a char>, b: impl Iterator<Item = &'a char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// A length of a text of at most `MAX_COMPARED_CHARS`.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(a: &str, b: &str) -> Vec<(u32, u32, u32)> {
        let a: Vec<char> = a.chars().collect();
        let b: Vec<char> = b.chars().collect();
        seeds(&a, &b)
            .into_iter()
            .map(|run| (run.a, run.b, run.len))
            .collect()
    }

    #[test]
    fn seeds_are_as_long_as_the_texts_agree() {
        assert_eq!(
            of("甲学习实践科学进展观活动总结", "学习实践科学发展观活动总结"),
            [(1, 0, 6), (8, 7, 6)]
        );
        assert_eq!(of("一二三四", "一二三四"), []);
        assert_eq!(of("", "一二三四五六"), []);
    }

    #[test]
    fn repetitions_are_bounded() {
        let same = vec!['国'; 1_000_000];
        assert!(seeds(&same, &same).is_empty());
        let period: Vec<char> = "一二三四五六七".chars().cycle().take(200).collect();
        let long: Vec<char> = "一二三四五六七".chars().cycle().take(500_000).collect();
        assert!(seeds(&long, &period).len() <= 2 * long.len());
    }
}
