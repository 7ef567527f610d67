//! What differs inside a chain: stretches between its runs, each as small as
//! word boundaries on both sides allow.

use std::ops::Range;

use super::reading::Reading;
use super::seed::Run;

/// Holes larger than this on either side are not looked into.
const MAX_FILL: u32 = 100;

/// A stretch of both texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) a: Range<u32>,
    pub(super) b: Range<u32>,
}

/// A chain taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Aligned {
    /// From its first character to its last.
    pub(super) whole: Stretch,
    /// Equal characters, whole words of both sides; ascending.
    pub(super) runs: Vec<Run>,
    /// What stands between them; one side may be empty.
    pub(super) stretches: Vec<Stretch>,
}

/// Takes a chain apart.
pub(super) fn align(chain: &[Run], a: &Reading, b: &Reading) -> Aligned {
    let runs = fill(chain, a, b);
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
        return Aligned::default();
    };
    let whole = Stretch {
        a: first.a..last.a_end(),
        b: first.b..last.b_end(),
    };
    let stretches = grow(&runs, &whole, a, b);
    Aligned {
        runs: between(&whole, &stretches),
        stretches,
        whole,
    }
}

/// Puts the single equal characters inside the holes among the runs, and joins
/// runs that touch.
fn fill(chain: &[Run], a: &Reading, b: &Reading) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(chain.len() * 2);
    for run in chain {
        if let Some(before) = runs.last().copied() {
            let hole = Stretch {
                a: before.a_end()..run.a,
                b: before.b_end()..run.b,
            };
            for (x, y) in equal_inside(a.slice(hole.a.clone()), b.slice(hole.b.clone())) {
                push(
                    &mut runs,
                    Run {
                        a: hole.a.start + x,
                        b: hole.b.start + y,
                        len: 1,
                    },
                );
            }
        }
        push(&mut runs, *run);
    }
    runs
}

fn push(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.a_end() == run.a && last.b_end() == run.b => last.len += run.len,
        _ => runs.push(run),
    }
}

/// Pairs the equal characters of two short stretches, in order.
fn equal_inside(a: &[char], b: &[char]) -> Vec<(u32, u32)> {
    let (longer, shorter) = (a.len().max(b.len()), a.len().min(b.len()));
    // A stretch against next to nothing is an insertion, whatever single
    // characters recur in it.
    if shorter == 0 || longer > 4 * shorter + 8 || longer > MAX_FILL as usize {
        return Vec::new();
    }
    let straight = || (0..).zip(a.iter().zip(b)).filter(|(_, (a, b))| a == b);
    // Words are mostly swapped for words of the same length.
    if a.len() == b.len() && 2 * straight().count() >= a.len() {
        return straight().map(|(at, _)| (at, at)).collect();
    }
    let pairs = longest_common(a, b);
    // What is rewritten shares a character here and there.
    if longer > 12 && pairs.len() * 10 < shorter * 3 {
        return Vec::new();
    }
    pairs
}

/// Longest common subsequence, preferring characters that stand together.
fn longest_common(a: &[char], b: &[char]) -> Vec<(u32, u32)> {
    let width = b.len() + 1;
    // Best score of the rest from each place on, and of the rest when the
    // characters before were paired.
    let mut best = vec![[0_u16; 2]; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let at = i * width + j;
            let skip = best[at + width][0].max(best[at + 1][0]);
            best[at] = [skip, skip];
            if a[i] == b[j] {
                let rest = best[at + width + 1][1];
                best[at] = [skip.max(rest + 4), skip.max(rest + 5)];
            }
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j, mut follows) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let at = i * width + j;
        let skip = best[at + width][0].max(best[at + 1][0]);
        if a[i] == b[j] && best[at][follows] > skip {
            pairs.push((count(i), count(j)));
            (i, j, follows) = (i + 1, j + 1, 1);
        } else {
            follows = 0;
            if best[at + width][0] == skip {
                i += 1;
            } else {
                j += 1;
            }
        }
    }
    pairs
}

/// Widens each hole until words of both sides begin and end there. Holes that
/// meet inside a word become one.
fn grow(runs: &[Run], whole: &Stretch, a: &Reading, b: &Reading) -> Vec<Stretch> {
    let mut grown: Vec<Stretch> = Vec::new();
    let is_bound = |at: u32, other: u32| a.is_bound(at) && b.is_bound(other);
    let mut holes = runs
        .windows(2)
        .map(|pair| Stretch {
            a: pair[0].a_end()..pair[1].a,
            b: pair[0].b_end()..pair[1].b,
        })
        .peekable();
    while let Some(mut hole) = holes.next() {
        while !is_bound(hole.a.end, hole.b.end) && hole.a.end < whole.a.end {
            match holes.next_if(|next| next.a.start <= hole.a.end) {
                Some(next) => {
                    hole.a.end = next.a.end;
                    hole.b.end = next.b.end;
                }
                None => {
                    hole.a.end += 1;
                    hole.b.end += 1;
                }
            }
        }
        // The hole before ends between words, so that this stops there.
        while !is_bound(hole.a.start, hole.b.start) && hole.a.start > whole.a.start {
            hole.a.start -= 1;
            hole.b.start -= 1;
        }
        grown.push(hole);
    }
    grown
}

/// The runs that stretches leave.
fn between(whole: &Stretch, stretches: &[Stretch]) -> Vec<Run> {
    let mut runs = Vec::with_capacity(stretches.len() + 1);
    let (mut a, mut b) = (whole.a.start, whole.b.start);
    for stretch in stretches {
        if stretch.a.start > a {
            runs.push(Run {
                a,
                b,
                len: stretch.a.start - a,
            });
        }
        (a, b) = (stretch.a.end, stretch.b.end);
    }
    if whole.a.end > a {
        runs.push(Run {
            a,
            b,
            len: whole.a.end - a,
        });
    }
    runs
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::chain::chains;
    use super::super::seed::seeds;
    use super::*;

    /// The stretches that differ: original → copy.
    fn of(copy: &str, original: &str) -> Vec<(String, String)> {
        let (a, b) = (Reading::of(copy), Reading::of(original));
        let chains = chains(&seeds(&a.chars, &b.chars), &a.chars, &b.chars, 10);
        assert_eq!(chains.len(), 1);
        let aligned = align(&chains[0], &a, &b);
        for run in &aligned.runs {
            assert_eq!(
                a.slice(run.a..run.a_end()),
                b.slice(run.b..run.b_end()),
                "{run:?}"
            );
        }
        let text = |stretch: &Stretch| (b.text(stretch.b.clone()), a.text(stretch.a.clone()));
        aligned.stretches.iter().map(text).collect()
    }

    #[test]
    fn differences_grow_to_whole_words_of_both_sides() {
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(
            of(
                "自我厅学习实践科学进展观活动转入分析评议阶段以来",
                "自我厅学习实践科学发展观活动转入分析评议阶段以来"
            ),
            [pair("发展观", "进展观")]
        );
        assert_eq!(
            of(
                "党员干部进一步深化学书记的重要讲话精神，并领会贯彻落实",
                "党员干部进一步深入学习总书记的重要讲话精神，并领会贯彻落实"
            ),
            [pair("深入学习总书记", "深化学书记")]
        );
        assert_eq!(
            of(
                "认真落实文化厅厅长提出的总体要求，结合自身特点",
                "认真落实文化厅厅长在会上提出的总体要求，结合自身特点"
            ),
            [pair("在会上", "")]
        );
    }

    #[test]
    fn common_characters_are_paired_in_order() {
        let chars = |text: &str| -> Vec<char> { text.chars().collect() };
        let pairs = |a: &str, b: &str| equal_inside(&chars(a), &chars(b));
        assert_eq!(pairs("进展观", "发展观"), [(1, 1), (2, 2)]);
        assert_eq!(pairs("深化学", "深入学习总"), [(0, 0), (2, 2)]);
        assert!(pairs("的", "在会上提出的各项主要的总体要求").is_empty());
        assert!(pairs("", "甲").is_empty());
    }
}
