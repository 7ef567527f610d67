//! What can be read here, for `doctor` and the upload page: natively, and by
//! the LibreOffice of this machine.

use wenyuan_convert::Format;
use wenyuan_worker::libreoffice::{Absence, Installation};

/// The formats of this installation.
#[derive(Debug)]
pub(crate) struct Formats {
    /// Drawn by the native engine.
    pub native: Vec<Format>,
    /// Drawn by LibreOffice, and by nothing else.
    pub office: Vec<Format>,
    /// Drawn by either.
    pub both: Vec<Format>,
    /// What LibreOffice would draw.
    pub absent: Vec<Format>,
}

impl Formats {
    /// Sorts all formats by what was found.
    pub(crate) fn new(found: &Result<Installation, Absence>) -> Self {
        let reads = |format: Format| found.as_ref().is_ok_and(|office| office.reads(format));
        let all = || Format::ALL.into_iter();
        Self {
            native: all().filter(|format| format.is_native()).collect(),
            office: all()
                .filter(|format| !format.is_native() && reads(*format))
                .collect(),
            both: all()
                .filter(|format| format.is_native() && format.is_office() && reads(*format))
                .collect(),
            absent: all()
                .filter(|format| !format.is_native() && !reads(*format))
                .collect(),
        }
    }
}

/// Names formats as people look for them: with the endings that WPS writes and
/// that of shows.
pub(crate) fn names(formats: &[Format]) -> Vec<String> {
    const ALSO: [&str; 4] = ["wps", "et", "dps", "pps"];
    formats
        .iter()
        .flat_map(|format| {
            let endings = format.extensions().iter().copied();
            std::iter::once(format.as_str()).chain(endings.filter(|ending| ALSO.contains(ending)))
        })
        .map(str::to_owned)
        .collect()
}

/// The file name endings of formats, with those of templates and the like.
pub(crate) fn endings(formats: &[Format]) -> Vec<String> {
    formats
        .iter()
        .flat_map(|format| format.extensions())
        .map(|ending| (*ending).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use wenyuan_convert::Format;

    #[test]
    fn files_with_macros_and_shows_are_known_by_their_endings() {
        let endings = super::endings(&[Format::Docx, Format::Xlsx, Format::Pptx]);
        for ending in ["docx", "docm", "xlsm", "ppsx"] {
            assert!(endings.iter().any(|known| known == ending), "{ending}");
        }
    }

    #[test]
    fn no_ending_stays_in_a_title() {
        for ending in super::endings(&Format::ALL) {
            let name = format!("扫描件.{ending}");
            assert_eq!(wenyuan_text::tidy_title(&name), "扫描件");
        }
    }
}
