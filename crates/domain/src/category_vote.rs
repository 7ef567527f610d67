//! Which category a document might belong to, by those of the documents like
//! it: a suggestion to its owner, never more.

use crate::category::Tree;
use crate::id::CategoryId;

/// How many neighbours must agree.
pub const LEAST_AGREEING: usize = 3;

/// A category that the neighbours agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// The category.
    pub category: CategoryId,
    /// Neighbours that stand in it or below it.
    pub agreeing: usize,
    /// Neighbours that stand in any category.
    pub asked: usize,
}

/// Lets the neighbours of a document vote, nearest first.
///
/// The neighbour of rank r (from 0) has 1 / (r + 2) of a vote, for its
/// category and for all above it. The deepest category wins that has more than
/// half of the votes and of the neighbours, and at least [`LEAST_AGREEING`] of
/// them; without one, nothing is clear and nothing is suggested.
pub fn vote(tree: &Tree, neighbours: &[Option<CategoryId>]) -> Option<Vote> {
    let filed: Vec<(f64, CategoryId)> = neighbours
        .iter()
        .enumerate()
        .filter_map(|(rank, category)| Some((1.0 / (rank + 2) as f64, (*category)?)))
        .collect();
    let votes: f64 = filed.iter().map(|(weight, _)| weight).sum();
    // Parents stand before their children, so the last that wins is deepest:
    // two that have more than half each lie on one way.
    tree.all().iter().rev().find_map(|node| {
        let below = tree.subtree(node.id);
        let agreeing = filed.iter().filter(|(_, id)| below.contains(id));
        let own: f64 = agreeing.clone().map(|(weight, _)| weight).sum();
        let vote = Vote {
            category: node.id,
            agreeing: agreeing.count(),
            asked: filed.len(),
        };
        let is_clear =
            vote.agreeing >= LEAST_AGREEING && vote.agreeing * 2 > vote.asked && own * 2.0 > votes;
        is_clear.then_some(vote)
    })
}
