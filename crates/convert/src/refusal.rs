//! Why a file was not converted: a stable key for messages, a detail for the log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The reason a file was refused; the interface has one sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// No bytes, or nothing but white space.
    Empty,
    /// A format nothing here reads; the detail names it.
    Unsupported,
    /// A format that LibreOffice would read, which is not here.
    #[serde(rename = "needs_libreoffice")]
    NeedsLibreOffice,
    /// A password is needed to open it.
    Encrypted,
    /// Truncated or broken beyond reading.
    Damaged,
    /// Well-formed, but with nothing to show.
    NoPages,
    /// More bytes than allowed.
    TooLarge,
    /// More pages than allowed.
    TooManyPages,
    /// A picture or page with more pixels than allowed.
    TooManyPixels,
    /// Expands to more than allowed.
    Bomb,
    /// A DOCTYPE, or elements nested too deep, in an XML part.
    ForbiddenXml,
    /// Not done in time.
    Timeout,
    /// Needed more memory than allowed.
    Memory,
    /// A parser panicked or its process died.
    Crashed,
    /// A fault of ours, not of the file.
    Internal,
}

impl RefusalKind {
    /// Every kind, in declaration order.
    pub const ALL: [Self; 15] = [
        Self::Empty,
        Self::Unsupported,
        Self::NeedsLibreOffice,
        Self::Encrypted,
        Self::Damaged,
        Self::NoPages,
        Self::TooLarge,
        Self::TooManyPages,
        Self::TooManyPixels,
        Self::Bomb,
        Self::ForbiddenXml,
        Self::Timeout,
        Self::Memory,
        Self::Crashed,
        Self::Internal,
    ];

    /// Returns the stable key, such as `too_large`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unsupported => "unsupported",
            Self::NeedsLibreOffice => "needs_libreoffice",
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::NoPages => "no_pages",
            Self::TooLarge => "too_large",
            Self::TooManyPages => "too_many_pages",
            Self::TooManyPixels => "too_many_pixels",
            Self::Bomb => "bomb",
            Self::ForbiddenXml => "forbidden_xml",
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::Crashed => "crashed",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for RefusalKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A file was not converted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct Refusal {
    /// The stable reason.
    pub kind: RefusalKind,
    /// One English sentence for the log, the owner and the operator; never
    /// content of the document.
    pub detail: String,
}

impl Refusal {
    /// Makes a refusal.
    pub fn new(kind: RefusalKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RefusalKind;

    #[test]
    fn keys_are_the_serialised_names() {
        for kind in RefusalKind::ALL {
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.as_str()));
        }
    }
}
