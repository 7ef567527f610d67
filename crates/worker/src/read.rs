//! The text of a file that is not taken in: read by a child as every upload
//! is, and nothing kept.

use crate::child::{Child, Step, Upload};
use crate::libreoffice::Office;
use crate::scratch::Scratch;
use crate::tesseract::Tesseract;
use anyhow::Context as _;
use std::io::Write;
use tempfile::NamedTempFile;
use wenyuan_convert::{Limits, PageOutput, Recognised, Refusal};
use wenyuan_domain::Sha256;
use wenyuan_text::authenticity::MAX_COMPARED_CHARS;

/// Scanned pages of one file whose text is recognised: somebody waits.
const MOST_SCANS: usize = 50;

/// What reads a file.
pub struct Reader<'a> {
    /// The converting child.
    pub child: &'a mut Child,
    /// What makes a PDF of what the child does not read.
    pub office: &'a mut Office,
    /// What reads scans; without it they have no text.
    pub tesseract: Option<&'a Tesseract>,
    /// Where the images of scans wait.
    pub scratch: &'a Scratch,
    /// The caps of the conversion.
    pub limits: &'a Limits,
}

/// A page as it was read.
#[derive(Clone, Debug)]
pub struct ReadPage {
    /// Its text.
    pub text: String,
    /// The hash of its image: the same for the same picture. Nothing for text
    /// that was never drawn.
    pub picture: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// The outer error is a fault of ours; the inner one says why the file cannot
/// be read.
pub async fn read_file(
    reader: Reader<'_>,
    upload: Upload,
) -> anyhow::Result<Result<Vec<ReadPage>, Refusal>> {
    let Reader {
        child,
        office,
        tesseract,
        scratch,
        limits,
    } = reader;
    let mut pages = Vec::new();
    let mut scans = Vec::new();
    let mut chars = 0;
    let mut conversion = child.convert_by(upload, limits, Some(office));
    loop {
        match conversion.next().await {
            Step::Page(page) => {
                let text = page.text.plain();
                if text.trim().is_empty() && tesseract.is_some() && scans.len() < MOST_SCANS {
                    let image = spool(scratch, &page).context("keeping the image of a scan")?;
                    scans.push((pages.len(), place_of(&page), image));
                }
                chars += text.chars().count();
                pages.push(ReadPage {
                    // Of more nothing is compared, so nothing is kept.
                    text: if chars <= MAX_COMPARED_CHARS {
                        text
                    } else {
                        String::new()
                    },
                    picture: Some(Sha256::of(&page.narrow.webp).to_string()),
                });
            }
            Step::Pdf(_) | Step::Build(_) => {}
            Step::End(Ok(_)) => break,
            Step::End(Err(refusal)) => return Ok(Err(refusal)),
        }
    }
    // Not before the end: while scans are read, the clock of the conversion
    // would run.
    drop(conversion);
    for (at, place, image) in scans {
        let (Some(tesseract), Some(page)) = (tesseract, pages.get_mut(at)) else {
            continue;
        };
        match tesseract
            .read(std::fs::read(image.path())?.into(), place)
            .await
        {
            Ok(text) => page.text = text.plain(),
            Err(error) => tracing::warn!(page = place.number, %error, "a scan is not read"),
        }
    }
    Ok(Ok(pages))
}

fn spool(scratch: &Scratch, page: &PageOutput) -> std::io::Result<NamedTempFile> {
    let mut file = scratch.file()?;
    file.write_all(&page.wide.webp)?;
    Ok(file)
}

fn place_of(page: &PageOutput) -> Recognised {
    Recognised {
        number: page.number,
        width_pt: page.width_pt,
        height_pt: page.height_pt,
    }
}
