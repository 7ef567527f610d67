//! What is told about one conversion: `report.json` and `convert --json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::detect::Format;

/// What was converted, how, and what could not be drawn faithfully.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Pages of the result.
    pub pages: u32,
    /// The engine that drew it: [`crate::engine::NATIVE`] or
    /// [`crate::engine::LIBREOFFICE`].
    pub engine: String,
    /// What the file is, by its content.
    pub format: Format,
    /// What in this document could not be drawn faithfully, deduplicated.
    pub warnings: Vec<Warning>,
    /// Fonts that were asked for and drawn with another face.
    pub fonts: Vec<FontUse>,
    /// Width and height of each page, in points.
    pub page_sizes: Vec<[f32; 2]>,
    /// Milliseconds by phase: `guard` (of Office files), `engine`, `steps`; and
    /// counted from the call: `to_pdf`, `first_page`, `total`.
    pub ms: BTreeMap<String, f64>,
    /// The title the file itself carries, trimmed; `None` when it has none.
    pub title: Option<String>,
    /// Pages with images of their build steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<PageSteps>,
}

/// A page that builds up click by click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSteps {
    /// Counted from 1.
    pub page: u32,
    /// Its images, from before the first click to after the last.
    pub count: u32,
}

/// One thing that could not be drawn faithfully.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Warning {
    /// What it concerns.
    pub kind: WarningKind,
    /// One English sentence or name, bounded in length.
    pub detail: String,
    /// The page it is on, counted from 1, when known.
    pub page: Option<u32>,
}

impl Warning {
    /// Makes a warning about the whole document.
    pub(crate) fn new(kind: WarningKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            page: None,
        }
    }
}

/// What a warning concerns; the interface has one sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// A face that differs in kind from the one asked for.
    Font,
    /// A formula shown as its source or left out.
    Formula,
    /// A picture that could not be read.
    Image,
    /// A chart or diagram drawn simplified or left out.
    Chart,
    /// Animations that are not, or not fully, shown in steps.
    Animation,
    /// Macros: carried by the file, never run.
    Macro,
    /// Links to data or pictures elsewhere: never followed.
    External,
    /// The file name's ending says another format.
    WrongName,
    /// Anything else.
    Other,
}

impl WarningKind {
    /// Returns the stable key, such as `wrong_name`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Font => "font",
            Self::Formula => "formula",
            Self::Image => "image",
            Self::Chart => "chart",
            Self::Animation => "animation",
            Self::Macro => "macro",
            Self::External => "external",
            Self::WrongName => "wrong_name",
            Self::Other => "other",
        }
    }
}

/// A font asked for and the face that drew it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FontUse {
    /// The family the document names.
    pub asked: String,
    /// The family that drew it.
    pub used: String,
}
