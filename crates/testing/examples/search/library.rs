//! A library as large as one likes, mixed from the sentences of the statutes.
//!
//! The same number of documents gives the same library on every machine: all
//! choices come from one generator with a fixed seed.

use crate::dice::Dice;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// A document of the library.
pub(crate) struct Document {
    /// From 1.
    pub(crate) id: i64,
    /// A statute's title made into a report's.
    pub(crate) title: String,
    /// Some hundred characters, mostly of one statute.
    pub(crate) body: String,
    /// `docx`, …
    pub(crate) format: &'static str,
    /// From 1 to 24.
    pub(crate) category: i64,
    /// When it was written.
    pub(crate) year: i64,
}

/// The statutes, cut into sentences.
pub(crate) struct Source {
    statutes: Vec<Statute>,
}

struct Statute {
    title: String,
    sentences: Vec<String>,
}

/// Formats as a library has them: mostly Word.
const FORMATS: [&str; 8] = ["docx", "docx", "docx", "docx", "pdf", "pdf", "pptx", "xlsx"];
const KINDS: [&str; 8] = [
    "实施办法",
    "工作总结",
    "调研报告",
    "学习心得",
    "培训材料",
    "问题解答",
    "征求意见稿",
    "宣传提纲",
];
/// Characters of a body: least and most; the mean is in between.
const LENGTHS: (u64, u64) = (120, 680);
/// One sentence in so many comes from any statute, the others from the
/// document's own.
const STRAY: u64 = 4;
/// Shorter pieces are headings and numbers of lists.
const SENTENCE_CHARS: usize = 8;

impl Source {
    /// Reads the statutes: a JSON object with `title` and `text` a line.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("no statutes at {}", path.display()))?;
        let mut statutes = Vec::new();
        for line in text.lines() {
            let law: Value = serde_json::from_str(line)?;
            let field = |name| law[name].as_str().unwrap_or_default();
            let sentences: Vec<String> = field("text")
                .split_inclusive(['。', '；', '\n'])
                .map(str::trim)
                .filter(|s| s.chars().count() >= SENTENCE_CHARS)
                .map(str::to_owned)
                .collect();
            if !sentences.is_empty() {
                statutes.push(Statute {
                    title: field("title").to_owned(),
                    sentences,
                });
            }
        }
        anyhow::ensure!(!statutes.is_empty(), "no statutes in {}", path.display());
        Ok(Self { statutes })
    }

    /// Gives the documents of a library of `count`.
    pub(crate) fn documents(&self, count: i64) -> impl Iterator<Item = Document> + '_ {
        let mut dice = Dice(1);
        (1..=count).map(move |id| self.document(id, &mut dice))
    }

    fn document(&self, id: i64, dice: &mut Dice) -> Document {
        let own = dice.pick(&self.statutes);
        let (least, most) = LENGTHS;
        let goal = usize::try_from(least + dice.below(most - least)).unwrap_or(usize::MAX);
        let mut body = String::new();
        let mut length = 0;
        while length < goal {
            let from = if dice.below(STRAY) == 0 {
                dice.pick(&self.statutes)
            } else {
                own
            };
            let sentence = dice.pick(&from.sentences);
            length += sentence.chars().count();
            body.push_str(sentence);
        }
        let year = 2000 + i64::try_from(dice.below(25)).unwrap_or(0);
        Document {
            id,
            title: format!("{year}年{}{}", own.title, dice.pick::<&str>(&KINDS)),
            body,
            format: dice.pick::<&str>(&FORMATS),
            category: 1 + i64::try_from(dice.below(24)).unwrap_or(0),
            year,
        }
    }

    /// A sentence of any statute, for making queries.
    pub(crate) fn sentence(&self, dice: &mut Dice) -> &str {
        let statute = dice.pick(&self.statutes);
        dice.pick::<String>(&statute.sentences)
    }
}
