//! nDCG@10, reciprocal rank and recall@50 of one ranking for one query.

use super::{DEPTH, Judged};

/// What one ranking scored; each from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Figures {
    /// Gain 2^grade − 1, discount log2(rank + 1), over the ten best.
    pub(crate) ndcg: f64,
    /// 1 / rank of the first document of grade 2 or 3.
    pub(crate) mrr: f64,
    /// Share of the documents of any grade above 0 that are among 50.
    pub(crate) recall: f64,
    /// Share of the ten best that somebody has judged. Where it is low, the
    /// other figures say too little.
    pub(crate) judged: f64,
}

impl Figures {
    /// Scores the keys found, best first.
    pub(crate) fn of(judged: &Judged, found: &[&str]) -> Figures {
        let found = &found[..found.len().min(DEPTH)];
        let grades: Vec<Option<u8>> = found
            .iter()
            .map(|key| judged.grades.get(*key).copied())
            .collect();
        let mut best: Vec<u8> = judged.grades.values().copied().collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let relevant = best.iter().filter(|&&grade| grade > 0).count();
        let graded = || grades.iter().map(|grade| grade.unwrap_or(0));
        let first = graded().position(|grade| grade >= 2);
        let top = &grades[..grades.len().min(10)];
        Figures {
            ndcg: ratio(gain(graded()), gain(best.into_iter())),
            mrr: first.map_or(0.0, |rank| 1.0 / (rank + 1) as f64),
            recall: ratio(
                graded().filter(|&grade| grade > 0).count() as f64,
                relevant as f64,
            ),
            judged: if top.is_empty() {
                1.0
            } else {
                ratio(top.iter().flatten().count() as f64, top.len() as f64)
            },
        }
    }
}

/// The mean of each figure.
pub(crate) fn mean<'a>(all: impl IntoIterator<Item = &'a Figures>) -> Figures {
    let mut sum = Figures::default();
    let mut count = 0.0;
    for figures in all {
        sum.ndcg += figures.ndcg;
        sum.mrr += figures.mrr;
        sum.recall += figures.recall;
        sum.judged += figures.judged;
        count += 1.0;
    }
    Figures {
        ndcg: ratio(sum.ndcg, count),
        mrr: ratio(sum.mrr, count),
        recall: ratio(sum.recall, count),
        judged: ratio(sum.judged, count),
    }
}

fn gain(grades: impl Iterator<Item = u8>) -> f64 {
    grades
        .take(10)
        .enumerate()
        .map(|(rank, grade)| (f64::from(grade).exp2() - 1.0) / (rank as f64 + 2.0).log2())
        // From 0.0: the sum of nothing would be -0.0.
        .fold(0.0, |sum, gain| sum + gain)
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}
