//! What a check finds, and what proves it.

use serde::{Deserialize, Serialize};

/// The most swaps that a finding lists; the rest is only counted.
pub const MAX_SWAPS: usize = 300;
/// The most passages that a finding lists.
pub const MAX_PASSAGES: usize = 200;

/// What is wrong with a document, or worth a note. The stored names are those
/// of `wenyuan check --json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 同一文件: the bytes of another document.
    SameFile,
    /// 同一正文: the text of another document in another format or layout.
    SameText,
    /// 伪原创: another document's text with its words swapped for synonyms.
    SpunCopy,
    /// 包含于: most of it stands in another, longer document.
    Contained,
    /// 包含: another document, or a large part of one, stands in it.
    Containing,
    /// 改年份: it says that it is of another year than its text is.
    Redated,
    /// 文不对题: the title promises what the text does not have.
    TitleMismatch,
    /// 内容空洞: there is little to read.
    LittleContent,
    /// 个人信息: numbers that identify people.
    PersonalData,
    /// 疑似伪原创: the words of a known spinner stand where others fit better,
    /// but no original is known. A hint for reviewers, never shown to readers.
    SuspectedSpun,
}

impl Kind {
    /// Every kind, gravest first.
    pub const ALL: [Self; 10] = [
        Self::SameFile,
        Self::SameText,
        Self::SpunCopy,
        Self::Contained,
        Self::Containing,
        Self::Redated,
        Self::TitleMismatch,
        Self::LittleContent,
        Self::PersonalData,
        Self::SuspectedSpun,
    ];

    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameFile => "same_file",
            Self::SameText => "same_text",
            Self::SpunCopy => "spun_copy",
            Self::Contained => "contained",
            Self::Containing => "containing",
            Self::Redated => "redated",
            Self::TitleMismatch => "title_mismatch",
            Self::LittleContent => "little_content",
            Self::PersonalData => "personal_data",
            Self::SuspectedSpun => "suspected_spun",
        }
    }

    /// Returns the kind with that stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Returns whether it is about two documents.
    pub fn names_another(self) -> bool {
        matches!(
            self,
            Self::SameFile | Self::SameText | Self::SpunCopy | Self::Contained | Self::Containing
        )
    }
}

/// By which rule something was found: the name that messages, statistics and
/// the documentation use.
pub type Rule = String;

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// By which rule, such as `spun.pairs` or `years.anchors`.
    pub rule: Rule,
    /// The share of the document's text that it is about, 0–1.
    pub coverage: f64,
    /// The share of the other document's text, 0–1; 0 when there is none.
    #[serde(default)]
    pub other_coverage: f64,
    /// Words that were swapped, most frequent first, [`MAX_SWAPS`] at most.
    #[serde(default)]
    pub swaps: Vec<Swap>,
    /// How many different pairs there are in all.
    #[serde(default)]
    pub swap_count: u32,
    /// How many words were replaced in all.
    #[serde(default)]
    pub replaced: u32,
    /// What proves it.
    pub evidence: Evidence,
}

/// A word that stands in another's place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Swap {
    /// The word of the original.
    pub from: String,
    /// The word of the copy.
    pub to: String,
    /// How often.
    pub count: u32,
}

/// What proves a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Evidence {
    /// The kind says it all (the same bytes, the same text).
    Identity,
    /// Passages that two documents share, by their places.
    Passages {
        /// In the order of this document.
        passages: Vec<Passage>,
    },
    /// Years that are promised against years that are met.
    Years {
        /// Where a year is promised: title, file name, header, footer.
        promised: Vec<Anchor>,
        /// Years and datable events in the text.
        found: Vec<Anchor>,
    },
    /// Terms of the title that the text never uses.
    Terms {
        /// The terms.
        missing: Vec<String>,
        /// What stands in their place, where that is known.
        instead: Vec<Swap>,
    },
    /// A measure that is too small or too large.
    Measure {
        /// Of what, by the rule's own word (`han_share`, `characters`).
        name: String,
        /// As promised or required.
        expected: f64,
        /// As measured.
        found: f64,
        /// Examples from the text, such as foreign web addresses; ten at most.
        examples: Vec<String>,
    },
    /// Numbers that identify people, masked.
    Personal {
        /// By kind.
        numbers: Vec<PersonalData>,
    },
    /// Words of a known spinner, with what they gain when put back.
    Suspicion {
        /// Nats gained for every 1,000 characters.
        nats_per_1000: f64,
    },
}

/// A passage that two documents share. Places count characters (Unicode
/// scalar values) of the texts that were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Where it begins here.
    pub start: u32,
    /// Where it ends here (exclusive).
    pub end: u32,
    /// Where it begins in the other document.
    pub other_start: u32,
    /// Where it ends there (exclusive).
    pub other_end: u32,
    /// Words replaced within.
    pub replaced: u32,
}

/// A year and where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The year, Gregorian.
    pub year: i32,
    /// What gives it: `title`, `file_name`, `header`, `footer`, `year`,
    /// `congress`, `plan`, `anniversary`, `event`.
    pub source: String,
    /// The words, as they stand there.
    pub text: String,
    /// Its place in the text, in characters; 0 outside the text.
    pub at: u32,
}

/// Numbers of one kind that identify people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalData {
    /// `id_card`, `mobile` or `bank_card`.
    pub kind: String,
    /// How many different ones.
    pub count: u32,
    /// The first few, masked but for the first three and last two digits.
    pub examples: Vec<String>,
}

/// A stretch of two texts that belongs together: what a page of comparison
/// shows side by side. Places as in [`Passage`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The stretch as a whole.
    pub passage: Passage,
    /// What differs within, in order, not overlapping.
    pub edits: Vec<Edit>,
}

/// A difference within a [`Span`]; one side may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Where it begins here.
    pub start: u32,
    /// Where it ends here (exclusive).
    pub end: u32,
    /// Where it begins in the other document.
    pub other_start: u32,
    /// Where it ends there (exclusive).
    pub other_end: u32,
    /// Whether it is one word in another's place; otherwise text was added,
    /// left out or rewritten.
    pub is_swap: bool,
}
