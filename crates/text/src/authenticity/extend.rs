//! The ends of a chain: where too few characters are left behind a swapped word
//! to make a seed.

use super::seed::Run;

/// The widest hole before the next equal characters, on either side.
const MAX_HOLE: usize = 6;
/// How much the sides of the hole may differ.
const MAX_SKEW: usize = 2;
/// The equal characters that must follow.
const LEAST: usize = 3;
/// How many characters are looked at in a step.
const REACH: usize = 128;

/// Follows a chain over swapped words behind its end, as far as the characters
/// of `a` are not claimed; claims what it takes.
pub(super) fn extend_end(chain: &mut Vec<Run>, a: &[char], b: &[char], claimed: &mut [bool]) {
    while let Some(last) = chain.last().copied() {
        let (x, y) = (last.a_end() as usize, last.b_end() as usize);
        let free = claimed[x..].iter().take(REACH);
        let a = &a[x..x + free.take_while(|claimed| !**claimed).count()];
        let Some((i, j, len)) = next(a.iter(), b[y..].iter()) else {
            return;
        };
        claimed[x..x + i + len].fill(true);
        chain.push(Run {
            a: count(x + i),
            b: count(y + j),
            len: count(len),
        });
    }
}

/// The same before its start.
pub(super) fn extend_start(chain: &mut Vec<Run>, a: &[char], b: &[char], claimed: &mut [bool]) {
    let Some(mut first) = chain.first().copied() else {
        return;
    };
    let mut before = Vec::new();
    loop {
        let (x, y) = (first.a as usize, first.b as usize);
        let free = claimed[..x].iter().rev().take(REACH);
        let a = &a[x - free.take_while(|claimed| !**claimed).count()..x];
        let Some((i, j, len)) = next(a.iter().rev(), b[..y].iter().rev()) else {
            break;
        };
        claimed[x - i - len..x].fill(true);
        first = Run {
            a: count(x - i - len),
            b: count(y - j - len),
            len: count(len),
        };
        before.push(first);
    }
    chain.splice(0..0, before.into_iter().rev());
}

/// The nearest equal characters: how far away on each side, and how many.
fn next<'a>(
    a: impl Iterator<Item = &'a char> + Clone,
    b: impl Iterator<Item = &'a char> + Clone,
) -> Option<(usize, usize, usize)> {
    for distance in 0..=2 * MAX_HOLE {
        for i in distance.saturating_sub(MAX_HOLE)..=distance.min(MAX_HOLE) {
            let j = distance - i;
            if i.abs_diff(j) > MAX_SKEW {
                continue;
            }
            let equal = a.clone().skip(i).zip(b.clone().skip(j));
            let len = equal.take_while(|(a, b)| a == b).count();
            if len >= LEAST {
                return Some((i, j, len));
            }
        }
    }
    None
}

/// A place in a text of at most `MAX_COMPARED_CHARS`.
fn count(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_goes_on_over_swapped_words_at_its_ends() {
        let a: Vec<char> = "听取宽敞群众学习实践活动深化开展的".chars().collect();
        let b: Vec<char> = "已听取广大群众学习实践活动深入开展的".chars().collect();
        let mut chain = vec![Run { a: 4, b: 5, len: 8 }];
        let mut claimed = vec![false; a.len()];
        claimed[4..12].fill(true);
        extend_end(&mut chain, &a, &b, &mut claimed);
        extend_start(&mut chain, &a, &b, &mut claimed);
        let middle = Run { a: 4, b: 5, len: 8 };
        let end = Run {
            a: 14,
            b: 15,
            len: 3,
        };
        assert_eq!(chain, [middle, end]);
        assert!(claimed[12..].iter().all(|claimed| *claimed));
        assert!(!claimed[3], "two equal characters are no proof");
    }

    #[test]
    fn what_others_have_is_left() {
        let a: Vec<char> = "学习实践活动深化开展的".chars().collect();
        let b: Vec<char> = "学习实践活动深入开展的".chars().collect();
        let mut chain = vec![Run { a: 0, b: 0, len: 6 }];
        let mut claimed = vec![true; a.len()];
        extend_end(&mut chain, &a, &b, &mut claimed);
        assert_eq!(chain.len(), 1);
    }
}
