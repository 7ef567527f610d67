//! Which matches belong together: chains of runs in the same order on both
//! sides with little between them.
//!
//! Chaining by dynamic programming over seeds, as aligners of genomes do it
//! (Li, *Minimap2*, 2018, §2.1). Chains are local: a shuffled or cut text gives
//! one for each passage that stayed whole.

use super::extend::{extend_end, extend_start};
use super::seed::Run;

/// The widest hole inside a chain, in characters on either side.
const MAX_GAP: u32 = 100;
/// How many earlier seeds of each band are tried as a seed's predecessor.
const MAX_LOOKBACK: usize = 64;
/// Width of a band of places in the other text.
const BAND: u32 = 64;
/// Points for an equal character; the costs are in the same unit.
const MATCH: i64 = 10;

/// Joins the seeds of two texts (ascending in `a`) to chains of at least
/// `least` equal characters, best first; no character of `a` belongs to two.
pub(super) fn chains(seeds: &[Run], a: &[char], b: &[char], least: u32) -> Vec<Vec<Run>> {
    let links = link(seeds);
    let mut order: Vec<usize> = (0..seeds.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(links[*at].score), *at));
    let mut used = vec![false; seeds.len()];
    let mut claimed = vec![false; a.len()];
    let mut chains = Vec::new();
    for end in order {
        if used[end] || links[end].score < i64::from(least) * MATCH {
            continue;
        }
        let mut chain = Vec::new();
        let mut at = Some(end);
        while let Some(seed) = at.filter(|seed| !used[*seed]) {
            used[seed] = true;
            chain.push(trimmed(seeds, &links, seed));
            at = links[seed].previous;
        }
        chain.reverse();
        for part in unclaimed(&chain, &claimed) {
            let matched: u32 = part.iter().map(|run| run.len).sum();
            let (Some(first), Some(last)) = (part.first(), part.last()) else {
                continue;
            };
            if matched >= least {
                claimed[first.a as usize..last.a_end() as usize].fill(true);
                chains.push(part);
            }
        }
    }
    for chain in &mut chains {
        extend_end(chain, a, b, &mut claimed);
        extend_start(chain, a, b, &mut claimed);
    }
    chains
}

#[derive(Clone, Copy)]
struct Link {
    score: i64,
    previous: Option<usize>,
}

/// Finds each seed's best predecessor, among those that end near it in `b`
/// (phrases that recur make many seeds that do not).
fn link(seeds: &[Run]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::with_capacity(seeds.len());
    let last = seeds.iter().map(|seed| seed.b_end()).max().unwrap_or(0);
    // By where they end in `b`; each ascending in `a`.
    let mut ending: Vec<Vec<u32>> = vec![Vec::new(); (last / BAND) as usize + 1];
    for (at, seed) in seeds.iter().enumerate() {
        let mut best = Link {
            score: i64::from(seed.len) * MATCH,
            previous: None,
        };
        let from = seed.b.saturating_sub(MAX_GAP) / BAND;
        let to = (seed.b_end() - 1) / BAND;
        for band in &ending[from as usize..=to as usize] {
            for earlier in band.iter().rev().take(MAX_LOOKBACK) {
                let earlier = *earlier as usize;
                if let Some(gain) = gain(seeds[earlier], *seed) {
                    let score = links[earlier].score + gain;
                    if score > best.score {
                        best = Link {
                            score,
                            previous: Some(earlier),
                        };
                    }
                }
            }
        }
        ending[(seed.b_end() / BAND) as usize].push(length(at));
        links.push(best);
    }
    links
}

/// What a seed adds to a chain that ends with `before`, if it can follow it.
fn gain(before: Run, seed: Run) -> Option<i64> {
    let overlap = overlap(before, seed);
    if overlap >= seed.len || seed.a <= before.a || seed.b <= before.b {
        return None;
    }
    let seed = seed.without_first(overlap);
    let (a_gap, b_gap) = (seed.a - before.a_end(), seed.b - before.b_end());
    if a_gap.max(b_gap) > MAX_GAP {
        return None;
    }
    // A hole of a few words costs little where as much was replaced; one of a
    // clause must be followed by more than stray phrases. A shift of the sides
    // costs at most as much as ten characters and a little.
    let hole = i64::from(a_gap.min(b_gap));
    let skew = i64::from(a_gap.abs_diff(b_gap));
    let cost = 5 * hole + 8 * (hole - 10).max(0) + (12 * skew).min(100 + skew);
    Some(i64::from(seed.len) * MATCH - cost)
}

/// By how much a seed begins before another ends, on either side.
fn overlap(before: Run, seed: Run) -> u32 {
    let a = before.a_end().saturating_sub(seed.a);
    let b = before.b_end().saturating_sub(seed.b);
    a.max(b)
}

fn trimmed(seeds: &[Run], links: &[Link], at: usize) -> Run {
    let seed = seeds[at];
    match links[at].previous {
        Some(previous) => seed.without_first(overlap(seeds[previous], seed)),
        None => seed,
    }
}

/// Cuts out of a chain what better ones have, which may leave several.
fn unclaimed(chain: &[Run], claimed: &[bool]) -> Vec<Vec<Run>> {
    let mut parts = vec![Vec::new()];
    let mut behind = chain.first().map_or(0, |run| run.a);
    for run in chain {
        if claimed[behind as usize..run.a as usize].contains(&true) {
            parts.push(Vec::new());
        }
        let mut start = 0;
        while start < run.len {
            let rest = &claimed[(run.a + start) as usize..run.a_end() as usize];
            let taken = rest.iter().take_while(|claimed| **claimed).count();
            let free = rest[taken..].iter().take_while(|c| !**c).count();
            let (taken, free) = (length(taken), length(free));
            if taken > 0 {
                parts.push(Vec::new());
            }
            if free > 0 {
                let mut piece = run.without_first(start + taken);
                piece.len = free;
                if let Some(part) = parts.last_mut() {
                    part.push(piece);
                }
            }
            start += taken + free;
        }
        behind = run.a_end();
    }
    parts
}

fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::seed::seeds;
    use super::*;

    fn of(a: &str, b: &str, least: u32) -> Vec<Vec<(u32, u32, u32)>> {
        let a: Vec<char> = a.chars().collect();
        let b: Vec<char> = b.chars().collect();
        chains(&seeds(&a, &b), &a, &b, least)
            .into_iter()
            .map(|chain| chain.iter().map(|run| (run.a, run.b, run.len)).collect())
            .collect()
    }

    #[test]
    fn a_swapped_word_does_not_break_a_chain() {
        let found = of(
            "学习实践科学进展观活动总结",
            "学习实践科学发展观活动总结",
            10,
        );
        assert_eq!(found, [[(0, 0, 6), (7, 7, 6)]]);
    }

    #[test]
    fn shuffled_passages_are_chains_of_their_own() {
        let found = of(
            "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸",
            "甲乙丙丁戊己庚辛壬癸一二三四五六七八九十",
            10,
        );
        assert_eq!(found, [[(0, 10, 10)], [(10, 0, 10)]]);
    }

    #[test]
    fn a_passage_given_twice_is_found_twice() {
        let found = of(
            "一二三四五六七八九十一二三四五六七八九十",
            "一二三四五六七八九十",
            10,
        );
        assert_eq!(found, [[(0, 0, 10)], [(10, 0, 10)]]);
    }

    #[test]
    fn stray_phrases_make_no_chain() {
        assert!(of("一二三四五六七八九十", "一二三四五甲乙丙丁戊", 10).is_empty());
    }
}
