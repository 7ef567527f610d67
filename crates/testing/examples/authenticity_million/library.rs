//! Documents of some 6,000 characters, mixed from the clauses of statutes.
//!
//! Clauses and not sentences: what stands across two of them is in no other
//! document, as in texts that people write, and what stands within one is in
//! more than a thousand of a million, as formulas are.

use crate::dice::Dice;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// The statutes, cut into clauses.
pub(crate) struct Source {
    statutes: Vec<Vec<String>>,
    swaps: Vec<(String, String)>,
}

/// Characters of a document: least and most.
const LENGTHS: (u64, u64) = (2_000, 10_000);
/// One clause in so many comes from any statute, the others from the
/// document's own.
const STRAY: u64 = 4;
const CLAUSE_CHARS: usize = 5;

impl Source {
    /// Reads the statutes (a JSON object with `text` a line) and the table of a
    /// spinner (word, substitute, a line with a head).
    pub(crate) fn read(statutes: &Path, swaps: &Path) -> Result<Self> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| format!("no {}", path.display()))
        };
        let mut all = Vec::new();
        for line in read(statutes)?.lines() {
            let law: Value = serde_json::from_str(line)?;
            let clauses: Vec<String> = law["text"]
                .as_str()
                .unwrap_or_default()
                .split_inclusive(['，', '。', '；', '：', '\n'])
                .map(str::trim)
                // Numbers of articles are what tells a statute.
                .filter(|c| c.chars().count() >= CLAUSE_CHARS && !c.starts_with('第'))
                .map(str::to_owned)
                .collect();
            if !clauses.is_empty() {
                all.push(clauses);
            }
        }
        anyhow::ensure!(!all.is_empty(), "no statutes in {}", statutes.display());
        let mut pairs: Vec<(String, String)> = read(swaps)?
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut fields = line.split('\t');
                Some((fields.next()?.to_owned(), fields.next()?.to_owned()))
            })
            .collect();
        pairs.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        Ok(Self {
            statutes: all,
            swaps: pairs,
        })
    }

    /// The text of the document with a number: the same on every machine.
    pub(crate) fn text(&self, number: i64) -> String {
        let mut dice = Dice(number.unsigned_abs().wrapping_mul(0xD134_2543_DE82_EF95));
        let own: &Vec<String> = dice.pick(&self.statutes);
        let (least, most) = LENGTHS;
        let goal = usize::try_from(least + dice.below(most - least)).unwrap_or(usize::MAX);
        let mut text = String::with_capacity(goal * 3);
        let mut length = 0;
        while length < goal {
            let from = if dice.below(STRAY) == 0 {
                dice.pick(&self.statutes)
            } else {
                own
            };
            let clause: &String = dice.pick(from);
            length += clause.chars().count();
            text.push_str(clause);
        }
        text
    }

    /// The text as a spinner without shame sells it.
    pub(crate) fn spun(&self, text: &str) -> String {
        let mut spun = text.to_owned();
        for (word, substitute) in &self.swaps {
            spun = spun.replace(word, substitute);
        }
        spun
    }
}
