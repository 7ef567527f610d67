//! Who may see what: the one rule of the whole site.
//!
//! Two questions, and nowhere else an answer. *May this person open the
//! document?* is the SQL of [`may_open`]; *may it appear in lists, search,
//! feeds and the sitemap?* is [`listed`]. How much of an opened document a
//! person gets is [`Access`]. Every route that gives out a page image, text,
//! snippet or file starts from a [`crate::document::Document`], which only
//! these rules hand out.

use crate::account::Role;
use crate::id::UserId;

/// Who is looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody who has not logged in.
    Stranger,
    /// Somebody who has.
    Member {
        /// The account.
        id: UserId,
        /// What the account may do.
        role: Role,
    },
}

impl Viewer {
    /// Returns the account's id, if any.
    pub fn id(self) -> Option<UserId> {
        match self {
            Self::Stranger => None,
            Self::Member { id, .. } => Some(id),
        }
    }

    /// Returns whether the viewer moderates the library.
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Member { role, .. } if role.is_staff())
    }

    /// The value for `$1` of [`may_open`]; no account has id 0.
    pub(crate) fn sql_id(self) -> i64 {
        self.id().map_or(0, |id| id.0)
    }

    /// The value for `$2` of [`may_open`].
    pub(crate) fn sql_staff(self) -> i64 {
        i64::from(self.is_staff())
    }
}

/// SQL: the viewer (`$1` id, `$2` staff flag) may open document `d`.
macro_rules! may_open {
    () => {
        "(d.owner_id = $1 or $2 = 1 \
          or (d.state = 'readable' and d.visibility in ('public', 'unlisted')))"
    };
}

/// SQL: document `d` may appear in lists, search, feeds and the sitemap, for
/// everybody alike.
macro_rules! listed {
    () => {
        "(d.state = 'readable' and d.visibility = 'public')"
    };
}

/// SQL: document `d` will be listed unless the check or a reviewer says no.
macro_rules! coming {
    () => {
        "(d.state = 'converting' and d.stage in ('checking', 'held') \
          and d.visibility = 'public')"
    };
}

/// SQL: the viewer (`$1` id, `$2` staff flag) may learn of document `d` from what
/// was found of another. Less than may be opened: who has the address of an
/// unlisted document has it from its owner.
macro_rules! may_name {
    () => {
        concat!(
            "(d.owner_id = $1 or $2 = 1 or ",
            crate::visibility::listed!(),
            ")"
        )
    };
}

pub(crate) use {coming, listed, may_name, may_open};

/// Who may download the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Download {
    /// Anybody.
    Everyone,
    /// Whoever has logged in.
    Members,
    /// Only the owner and staff.
    None,
}

impl Download {
    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Members => "members",
            Self::None => "none",
        }
    }

    /// Returns the value with that stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Everyone, Self::Members, Self::None]
            .into_iter()
            .find(|value| value.as_str() == name)
    }
}

/// What a viewer gets of a document that he may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Pages `1..=pages` may be read, as image, text and snippet alike.
    pub pages: u32,
    /// Whether the original may be downloaded.
    pub download: DownloadAccess,
    /// Whether title, tags and the rest may be changed.
    pub edit: bool,
}

/// Whether a viewer gets the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DownloadAccess {
    /// Yes.
    Allowed,
    /// After logging in.
    LogIn,
    /// No.
    Denied,
}

impl Access {
    pub(crate) fn decide(
        viewer: Viewer,
        owner: UserId,
        pages_ready: u32,
        preview_pages: Option<u32>,
        download: Download,
    ) -> Self {
        let insider = viewer.is_staff() || viewer.id() == Some(owner);
        let download = match (insider, download, viewer) {
            (true, ..) | (_, Download::Everyone, _) => DownloadAccess::Allowed,
            (_, Download::Members, Viewer::Member { .. }) => DownloadAccess::Allowed,
            (_, Download::Members, Viewer::Stranger) => DownloadAccess::LogIn,
            (_, Download::None, _) => DownloadAccess::Denied,
        };
        let budget = match (insider, preview_pages) {
            (false, Some(limit)) => limit,
            _ => u32::MAX,
        };
        Self {
            pages: pages_ready.min(budget),
            download,
            edit: insider,
        }
    }
}
