//! Newtypes of the database's ids, so that a user's id is never taken for a
//! document's.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    };
}

id!(
    /// Identifies an account.
    UserId
);
id!(
    /// Identifies a document (the `ID` of the fact row).
    DocumentId
);
id!(
    /// Identifies a category.
    CategoryId
);
id!(
    /// Identifies a collection.
    CollectionId
);
id!(
    /// Identifies a shelf of the home page.
    ShelfId
);
id!(
    /// Identifies a job.
    JobId
);
id!(
    /// Identifies a line of somebody's search history.
    SearchId
);
id!(
    /// Identifies a saved search.
    SavedSearchId
);
id!(
    /// Identifies a notice.
    NoticeId
);
id!(
    /// Identifies a token of another program.
    TokenId
);
id!(
    /// Identifies a file that is compared with the library.
    CheckId
);
