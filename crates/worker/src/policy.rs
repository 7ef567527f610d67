//! What is done about a finding, by the operator's configuration.

use serde::{Deserialize, Serialize};
use wenyuan_text::authenticity::Kind;

/// What is done about a finding; the harder the later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The document is published; only reviewers see the finding.
    Publish,
    /// It is published, and everybody sees the finding on its page.
    Note,
    /// A reviewer decides first.
    Hold,
    /// It is not taken.
    Refuse,
}

/// What is done about each kind of finding.
///
/// It goes for what another's document has to do with it as far as everybody
/// may know of that. The same owner's documents and what is not public never
/// hold or refuse anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The bytes of another's document.
    pub same_file: Action,
    /// The text of another's document.
    pub same_text: Action,
    /// The text of another's document with words swapped.
    pub spun_copy: Action,
    /// Most of it stands in another's document.
    pub contained: Action,
    /// It holds another's document, or a large part of it.
    pub containing: Action,
    /// It says that it is of another year.
    pub redated: Action,
    /// The title promises what the text does not have.
    pub title_mismatch: Action,
    /// There is little to read.
    pub little_content: Action,
    /// Numbers that identify people.
    pub personal_data: Action,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            same_file: Action::Refuse,
            same_text: Action::Hold,
            spun_copy: Action::Hold,
            contained: Action::Note,
            containing: Action::Note,
            redated: Action::Note,
            title_mismatch: Action::Note,
            little_content: Action::Note,
            personal_data: Action::Note,
        }
    }
}

impl Policy {
    /// What is done about a finding of this kind. A mere suspicion is for
    /// reviewers, whatever the configuration.
    pub fn action(&self, kind: Kind) -> Action {
        match kind {
            Kind::SameFile => self.same_file,
            Kind::SameText => self.same_text,
            Kind::SpunCopy => self.spun_copy,
            Kind::Contained => self.contained,
            Kind::Containing => self.containing,
            Kind::Redated => self.redated,
            Kind::TitleMismatch => self.title_mismatch,
            Kind::LittleContent => self.little_content,
            Kind::PersonalData => self.personal_data,
            Kind::SuspectedSpun => Action::Publish,
        }
    }
}
