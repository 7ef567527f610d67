//! One conversion from end to end, and what is kept warm between them.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::{self, Clock};
use crate::detect::{self, Format, detect, extension_of};
use crate::drawing_fonts::{Heard, drawing_settings};
use crate::engine::{self, Drawn, Plan, Wish};
use crate::engine_fonts;
use crate::fontmap::FontMap;
use crate::fonts;
use crate::limits::Limits;
use crate::mend;
use crate::page::{PageOutput, Sink};
use crate::pdf::{self, guarded};
use crate::refusal::{Refusal, RefusalKind};
use crate::report::{FontUse, Report, Warning, WarningKind};
use crate::set::Set;
use crate::typeset::Typesetter;
use crate::{epub, images, inlay, ofd, office, package, page_file, precheck, steps};

/// Stack of the thread that parses and lays out: both recurse with the depth
/// of the document. Taken from the system only as it is used.
const STACK_BYTES: usize = 256 << 20;
/// Drawing threads of one conversion, at most.
const MAX_THREADS: usize = 4;
/// Warnings of one report, at most.
const MAX_WARNINGS: usize = 50;

/// Where fonts lie on this machine, beside those of the system.
#[derive(Clone, Debug, Default)]
pub struct FontDirs {
    /// What [`fonts::unpack`] returned; without it Office files are drawn with
    /// the system's fonts alone.
    pub bundled: Option<PathBuf>,
    /// The operator's own directories.
    pub extra: Vec<PathBuf>,
}

impl FontDirs {
    /// The bundled fonts alone.
    #[must_use]
    pub fn bundled(directory: PathBuf) -> Self {
        Self {
            bundled: Some(directory),
            extra: Vec::new(),
        }
    }
}

/// Converts files; made once, shared by reference between threads.
pub struct Converter {
    map: FontMap,
    font_paths: Vec<PathBuf>,
    /// Those for files without Korean.
    lean_font_paths: Vec<PathBuf>,
    typesetter: Typesetter,
    threads: usize,
}

/// What an upload became before it is drawn.
#[derive(Default)]
struct Made<'b> {
    pdf: Arc<Vec<u8>>,
    /// A presentation whose slides build up.
    animated: Option<Animated<'b>>,
    warnings: Vec<Warning>,
    fonts: BTreeSet<FontUse>,
    title: Option<String>,
}

impl From<Set> for Made<'_> {
    fn from(set: Set) -> Self {
        Self {
            pdf: Arc::new(set.pdf),
            animated: None,
            warnings: set.warnings,
            fonts: set.fonts,
            title: set.title,
        }
    }
}

/// The package of a presentation whose slides build up.
struct Animated<'b> {
    package: Cow<'b, [u8]>,
    is_korean: bool,
}

/// What is drawn.
struct Upload<'a> {
    file_name: &'a str,
    format: Format,
    engine: &'static str,
}

impl Converter {
    /// Finds the fonts. Takes tens of milliseconds; [`Converter::warm`] does
    /// the rest of what the first conversion would pay for.
    #[must_use]
    pub fn new(dirs: &FontDirs) -> Self {
        let mut font_paths: Vec<PathBuf> = dirs.extra.clone();
        let typesetter = Typesetter::new(&dirs.extra);
        let machine = typesetter.machine_families();
        if let Some(bundled) = &dirs.bundled {
            font_paths.extend(engine_fonts::folders(bundled, |name| {
                machine.iter().any(|own| own.eq_ignore_ascii_case(name))
            }));
        }
        let map = FontMap::new(
            machine,
            dirs.bundled.is_some() && !fonts::bundled().is_empty(),
        );
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let lean_font_paths = font_paths
            .iter()
            .filter(|folder| !engine_fonts::is_korean(folder))
            .cloned()
            .collect();
        Self {
            map,
            font_paths,
            lean_font_paths,
            typesetter,
            threads: cores.min(MAX_THREADS),
        }
    }

    /// Sets how many threads draw the pages of one file: as many as cores by
    /// default; one where as many children as cores run side by side.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.clamp(1, MAX_THREADS);
        self
    }

    /// Converts small files of each engine, so that the first real one finds
    /// fonts parsed and templates compiled. Takes about a second, once.
    pub fn warm(&self) {
        struct Nowhere;
        impl Sink for Nowhere {
            fn pdf(&mut self, _: &[u8]) -> std::io::Result<()> {
                Ok(())
            }
            fn page(&mut self, _: PageOutput) -> std::io::Result<()> {
                Ok(())
            }
        }
        let limits = Limits::default();
        let samples = [
            (crate::warm::docx(), "warm.docx"),
            ("文渊\n".as_bytes().to_vec(), "warm.txt"),
            ("# 文渊\n\n正文 *a* `b`\n".as_bytes().to_vec(), "warm.md"),
        ];
        for (bytes, name) in samples {
            if let Err(refusal) = self.convert(&bytes, name, &limits, &mut Nowhere) {
                tracing::warn!(name, %refusal, "the converter did not warm up");
            }
        }
    }

    /// Converts one file, giving the PDF and each page to `sink` as it is ready.
    ///
    /// # Errors
    /// The [`Refusal`] of the file; after it, what `sink` received is void.
    /// `internal` when `sink` failed.
    pub fn convert(
        &self,
        bytes: &[u8],
        file_name: &str,
        limits: &Limits,
        sink: &mut dyn Sink,
    ) -> Result<Report, Refusal> {
        let format = look_at(bytes, file_name, limits)?;
        self.convert_known(bytes.into(), file_name, format, limits, sink)
    }

    /// Converts a file that [`Converter::plan`] looked at. A PDF that is handed
    /// over as a whole is not copied.
    ///
    /// # Errors
    /// As [`Converter::convert`].
    pub fn convert_known(
        &self,
        bytes: Cow<'_, [u8]>,
        file_name: &str,
        format: Format,
        limits: &Limits,
        sink: &mut dyn Sink,
    ) -> Result<Report, Refusal> {
        let mut clock = Clock::start(limits);
        let made = if format == Format::Pdf {
            Made {
                pdf: Arc::new(bytes.into_owned()),
                ..Made::default()
            }
        } else {
            on_a_large_stack(|| self.make_pdf(&bytes, format, limits, &mut clock))?
        };
        let upload = Upload {
            file_name,
            format,
            engine: engine::NATIVE,
        };
        self.draw(&upload, made, limits, clock, sink)
    }

    /// Looks at a file and says which engine makes its PDF. For LibreOffice,
    /// everything that can be refused beforehand is; its PDF then goes to
    /// [`Converter::convert_drawn`], other files to [`Converter::convert_known`].
    ///
    /// # Errors
    /// The [`Refusal`] of the file; `unsupported` when the native engine was
    /// wished for and does not read it.
    pub fn plan(
        &self,
        bytes: &[u8],
        file_name: &str,
        limits: &Limits,
        wish: Wish,
    ) -> Result<Plan, Refusal> {
        let format = look_at(bytes, file_name, limits)?;
        match wish {
            Wish::Native if !format.is_native() => {
                return Err(Refusal::new(
                    RefusalKind::Unsupported,
                    format!("{format} files are not drawn by the native engine"),
                ));
            }
            Wish::Native => return Ok(Plan::Native(format)),
            Wish::Auto if format.is_native() => return Ok(Plan::Native(format)),
            Wish::LibreOffice if !format.is_office() => return Ok(Plan::Native(format)),
            Wish::Auto | Wish::LibreOffice => {}
        }
        on_a_large_stack(|| {
            guarded("checking the file", || {
                precheck::check(bytes, format, limits)
            })?
        })
        .map(Plan::LibreOffice)
    }

    /// Draws the PDF that LibreOffice made of a file, as [`Converter::convert`]
    /// draws the file itself.
    ///
    /// # Errors
    /// As [`Converter::convert`].
    pub fn convert_drawn(
        &self,
        pdf: Vec<u8>,
        file_name: &str,
        drawn: &Drawn,
        limits: &Limits,
        sink: &mut dyn Sink,
    ) -> Result<Report, Refusal> {
        let clock = Clock::start(limits);
        if detect::find(&pdf[..pdf.len().min(1024)], b"%PDF-").is_none() {
            return Err(Refusal::new(
                RefusalKind::Damaged,
                "LibreOffice made something else than a PDF",
            ));
        }
        let made = Made {
            pdf: Arc::new(pdf),
            warnings: drawn.warnings.clone(),
            title: drawn.title.clone(),
            ..Made::default()
        };
        let upload = Upload {
            file_name,
            format: drawn.format,
            engine: engine::LIBREOFFICE,
        };
        self.draw(&upload, made, limits, clock, sink)
    }

    /// Draws the pages of the PDF that an upload became.
    fn draw(
        &self,
        upload: &Upload<'_>,
        mut made: Made,
        limits: &Limits,
        mut clock: Clock,
        sink: &mut dyn Sink,
    ) -> Result<Report, Refusal> {
        let format = upload.format;
        clock.moment("to_pdf");
        clock::check(clock.deadline())?;
        let extension = extension_of(upload.file_name);
        if !extension.is_empty() && !format.fits_extension(&extension) {
            made.warnings.push(Warning::new(
                WarningKind::WrongName,
                format!("the name ends in .{extension}, the content is {format}"),
            ));
        }
        let gone = |error: std::io::Error| {
            Refusal::new(
                RefusalKind::Internal,
                format!("the receiver of the pages failed: {error}"),
            )
        };
        sink.pdf(&made.pdf).map_err(gone)?;

        let heard = Arc::new(Mutex::new(Heard::default()));
        let settings = drawing_settings(&heard);
        let job = pdf::Job {
            limits,
            deadline: clock.deadline(),
            threads: self.threads,
            settings: &settings,
            list_fonts: !made.fonts.is_empty(),
            is_upload: format == Format::Pdf,
            images_only: false,
        };
        let mut is_first = true;
        let drawn = pdf::draw(&made.pdf, &job, &mut |page| {
            sink.page(page).map_err(gone)?;
            if std::mem::take(&mut is_first) {
                clock.moment("first_page");
            }
            Ok(())
        })?;
        let mut page_steps = Vec::new();
        if let Some(Animated { package, is_korean }) = made.animated.take() {
            let started = Instant::now();
            let engine = clock.ms.get("engine").copied().unwrap_or_default();
            let job = steps::Job {
                package: &package,
                limits,
                deadline: clock.deadline(),
                engine: Duration::from_secs_f64(engine / 1e3),
                threads: self.threads,
                settings: &settings,
                font_paths: self.font_paths(is_korean),
                pages: drawn.page_sizes.len(),
            };
            let outcome = steps::draw(&job, &mut |step| sink.step(step).map_err(gone))?;
            made.warnings.extend(outcome.warnings);
            page_steps = outcome.steps;
            clock
                .ms
                .insert("steps".to_owned(), clock::millis(started.elapsed()));
        }
        clock.moment("total");

        let heard = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
        made.warnings.extend(heard.warnings());
        if drawn.unreadable > 0 && format == Format::Pdf {
            made.warnings.push(Warning::new(
                WarningKind::Other,
                "some characters are drawn but cannot be read as text",
            ));
        }
        made.fonts
            .retain(|font| is_among(&font.used, &drawn.font_names));
        made.fonts.extend(heard.fonts);
        Ok(Report {
            pages: drawn.page_sizes.len() as u32,
            engine: upload.engine.to_owned(),
            format,
            warnings: deduplicated(made.warnings),
            fonts: made.fonts.into_iter().collect(),
            page_sizes: drawn.page_sizes,
            ms: clock.ms,
            title: made
                .title
                .or_else(|| package::clean_title(drawn.title.as_deref()?)),
            steps: page_steps,
        })
    }

    /// Where the fonts lie that the Office engine needs for a file.
    fn font_paths(&self, is_korean: bool) -> &[PathBuf] {
        if is_korean {
            &self.font_paths
        } else {
            &self.lean_font_paths
        }
    }

    fn make_pdf<'b>(
        &self,
        bytes: &'b [u8],
        format: Format,
        limits: &Limits,
        clock: &mut Clock,
    ) -> Result<Made<'b>, Refusal> {
        match format {
            Format::Docx | Format::Xlsx | Format::Pptx => {
                let deadline = clock.deadline();
                let package = guarded("checking the package", || {
                    package::prepare(bytes, format, limits, &self.map, &|archive, parts| {
                        inlay::apply(
                            archive,
                            parts,
                            format,
                            &self.typesetter,
                            limits,
                            bytes.len(),
                            deadline,
                        )
                    })
                })??;
                clock.phase("guard");
                clock::check(clock.deadline())?;
                let made = guarded("drawing the Office file", || {
                    let font_paths = self.font_paths(package.is_korean);
                    office::to_pdf(&package.bytes, format, font_paths)
                })??;
                clock.phase("engine");
                let pdf = match format {
                    Format::Docx => {
                        guarded("mending the PDF", || mend::table_bands::mend(made.pdf))?
                    }
                    _ => made.pdf,
                };
                let mut fonts = package.fonts;
                fonts.extend(
                    made.fonts
                        .into_iter()
                        .filter(|font| font.asked != font.used),
                );
                let is_animated = format == Format::Pptx && package.is_animated;
                Ok(Made {
                    pdf: Arc::new(pdf),
                    animated: is_animated.then_some(Animated {
                        package: package.bytes,
                        is_korean: package.is_korean,
                    }),
                    warnings: [package.warnings, made.warnings].concat(),
                    fonts,
                    title: package.title,
                })
            }
            Format::Markdown
            | Format::Text
            | Format::Csv
            | Format::Tsv
            | Format::Html
            | Format::Epub
            | Format::Ofd
            | Format::Png
            | Format::Jpeg
            | Format::Webp
            | Format::Tiff => {
                let deadline = clock.deadline();
                let set = guarded("setting the file", || match format {
                    Format::Html => page_file::to_pdf(bytes, limits, &self.typesetter),
                    Format::Epub => epub::to_pdf(bytes, limits, deadline, &self.typesetter),
                    Format::Ofd => ofd::to_pdf(bytes, limits, deadline),
                    Format::Png | Format::Jpeg | Format::Webp | Format::Tiff => {
                        images::to_pdf(bytes, format, limits, deadline)
                    }
                    _ => self.typesetter.set(bytes, format, limits),
                })??;
                clock.phase("engine");
                Ok(set.into())
            }
            other => Err(Refusal::new(
                RefusalKind::Unsupported,
                format!("{other} files"),
            )),
        }
    }
}

/// Tells what a file of allowed size is.
fn look_at(bytes: &[u8], file_name: &str, limits: &Limits) -> Result<Format, Refusal> {
    if bytes.len() as u64 > limits.input_bytes {
        return Err(Refusal::new(
            RefusalKind::TooLarge,
            format!("{} bytes; {} are allowed", bytes.len(), limits.input_bytes),
        ));
    }
    guarded("looking at the file", || detect(bytes, file_name))?
}

pub(crate) fn on_a_large_stack<T: Send>(
    work: impl FnOnce() -> Result<T, Refusal> + Send,
) -> Result<T, Refusal> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("layout".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work)
            .map_err(|error| {
                Refusal::new(
                    RefusalKind::Internal,
                    format!("no thread to work on: {error}"),
                )
            })?
            .join()
            .unwrap_or_else(|_| {
                Err(Refusal::new(
                    RefusalKind::Crashed,
                    "a parser failed outside its guard",
                ))
            })
    })
}

/// Whether a family is among PostScript names such as `WenyuanSong-Regular`.
fn is_among(family: &str, names: &BTreeSet<String>) -> bool {
    let family: String = family.chars().filter(|c| *c != ' ').collect();
    names.iter().any(|name| name.contains(&family))
}

fn deduplicated(warnings: Vec<Warning>) -> Vec<Warning> {
    let mut seen = HashSet::new();
    warnings
        .into_iter()
        .filter(|warning| seen.insert(warning.clone()))
        .take(MAX_WARNINGS)
        .collect()
}
