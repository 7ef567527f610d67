//! The real LibreOffice: every format it is for, and what it must not do.

use crate::{files, member, program, settled, upload};
use std::fs::Permissions;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use wenyuan_convert::{Format, Limits, RefusalKind};
use wenyuan_domain::job;
use wenyuan_testing::{Server, say};
use wenyuan_worker::Scratch;
use wenyuan_worker::libreoffice::{Installation, Office, OfficeCommand, Setting, find};
use zip::write::SimpleFileOptions;

const WORDS: &str = "乡镇文化站";

fn installed() -> Option<Installation> {
    match find(&Setting::Auto) {
        Ok(installation) => Some(installation),
        Err(absence) => {
            say(&format!("skipped: without LibreOffice: {absence}"));
            None
        }
    }
}

/// An office as the worker makes it, in a directory of the test's own.
struct Room {
    place: TempDir,
    command: OfficeCommand,
}

impl Room {
    fn new(installation: Installation) -> Self {
        let place = TempDir::new().unwrap();
        let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fonts");
        let command = OfficeCommand {
            found: Arc::new(Ok(installation)),
            program: program().to_owned(),
            arguments: Vec::new(),
            scratch: Arc::new(Scratch::open(place.path()).unwrap()),
            fonts: wenyuan_convert::fonts::unpack(&shared).unwrap(),
            documents: OfficeCommand::DOCUMENTS,
        };
        Self { place, command }
    }

    fn office(&self) -> Office {
        Office::new(self.command.clone())
    }

    /// The directories of the instances.
    fn instances(&self) -> Vec<PathBuf> {
        let mut found: Vec<_> = std::fs::read_dir(self.place.path())
            .unwrap()
            .flat_map(|own| std::fs::read_dir(own.unwrap().path()).into_iter().flatten())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        found.sort();
        found
    }

    /// The directories of the documents that are being converted.
    fn documents(&self) -> Vec<PathBuf> {
        self.instances()
            .iter()
            .flat_map(|instance| std::fs::read_dir(instance).into_iter().flatten())
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.file_name()
                    .unwrap()
                    .to_string_lossy()
                    .starts_with("document-")
            })
            .collect()
    }

    /// Signals the processes of the running instance.
    fn signal(&self, signal: &str) {
        let scratch = self.place.path().display().to_string();
        let mut any = false;
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Ok(line) = std::fs::read(entry.path().join("cmdline")) else {
                continue;
            };
            let pid = entry.file_name();
            if String::from_utf8_lossy(&line).contains(&scratch) {
                any = true;
                Command::new("kill").arg(signal).arg(&pid).status().unwrap();
            }
        }
        assert!(any, "nothing to signal");
    }
}

fn limits(seconds: u64) -> Limits {
    Limits {
        seconds,
        ..Limits::default()
    }
}

/// A presentation of one slide, as a single XML file.
fn flat_show() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><office:presentation><draw:page draw:name="1"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="20cm" svg:height="4cm"><draw:text-box><text:p>{WORDS}</text:p></draw:text-box></draw:frame></draw:page></office:presentation></office:body></office:document>"#
    )
}

/// Has LibreOffice itself make a file of each format from small ones.
fn samples(installation: &Installation, place: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let text = place.join("text.txt");
    std::fs::write(&text, WORDS).unwrap();
    let table = place.join("table.csv");
    std::fs::write(&table, format!("1,{WORDS}\n2,b\n")).unwrap();
    let show = place.join("show.fodp");
    std::fs::write(&show, flat_show()).unwrap();
    let makes = [
        (&text, "doc"),
        (&text, "rtf"),
        (&text, "odt"),
        (&table, "xls"),
        (&table, "ods"),
        (&show, "ppt"),
        (&show, "odp"),
    ];
    makes
        .into_iter()
        .map(|(from, to)| (to, make(installation, place, from, to)))
        .collect()
}

fn make(installation: &Installation, place: &Path, from: &Path, to: &str) -> Vec<u8> {
    let run = || {
        Command::new(installation.directory.join("soffice.bin"))
            .arg(format!(
                "-env:UserInstallation=file://{}",
                place.join("profile").display()
            ))
            // Comma, quotation mark, UTF-8.
            .args(
                from.ends_with("table.csv")
                    .then_some("--infilter=CSV:44,34,76"),
            )
            .args(["--headless", "--convert-to", to, "--outdir"])
            .arg(place)
            .arg(from)
            .env("HOME", place)
            .env("SAL_USE_VCLPLUGIN", "svp")
            // The encoding that texts are read in.
            .env("LANG", "C.UTF-8")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
    };
    // With a new profile it wants to be started again.
    if run().code() == Some(81) {
        run();
    }
    std::fs::read(from.with_extension(to)).unwrap()
}

#[tokio::test]
async fn what_libreoffice_reads_becomes_readable() {
    let Some(installation) = installed() else {
        return;
    };
    let place = TempDir::new().unwrap();
    let mut files: Vec<(String, Vec<u8>)> = samples(&installation, place.path())
        .into_iter()
        .map(|(format, bytes)| (format!("样本.{format}"), bytes))
        .collect();
    // WPS Writer stores DOC under a name of its own; and not the same twice.
    let mut wps = files[0].1.clone();
    wps.extend_from_slice(&[0; 512]);
    files.push(("金山.wps".to_owned(), wps));
    for test in wenyuan_testing::databases().await.unwrap() {
        let server = Server::start(program(), &[("WENYUAN_DATABASE", &test.url)]).unwrap();
        let anna = member(&server, "Anna", "zh").await;
        let form = anna.get("/upload").await.unwrap().text();
        assert!(form.contains("DOC, WPS") && form.contains(".odt"), "{form}");
        for (name, bytes) in &files {
            let (id, state) = upload(&anna, name, bytes).await;
            assert_eq!(state["state"], "readable", "{name}: {state}");
            let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
            assert!(page.contains(WORDS), "{name}");
            assert!(page.contains("由 LibreOffice 绘制"), "{name}");
            // The original comes back under its name and as a file.
            let original = anna.get(&format!("/d/{id}/download")).await.unwrap();
            assert_eq!(&original.body, bytes, "{name}");
            let disposition = original.header("content-disposition");
            assert!(disposition.starts_with("attachment"), "{disposition}");
        }
        assert_eq!(server.violations().unwrap(), [""; 0]);
    }
}

#[tokio::test]
async fn the_owner_has_a_document_drawn_by_libreoffice_and_back() {
    let Some(_) = installed() else { return };
    for test in wenyuan_testing::databases().await.unwrap() {
        let server = Server::start(program(), &[("WENYUAN_DATABASE", &test.url)]).unwrap();
        let anna = member(&server, "Anna", "zh").await;
        let other = member(&server, "Other", "zh").await;
        let (id, state) = upload(&anna, "报告.docx", &docx(WORDS)).await;
        assert_eq!(state["state"], "readable", "{state}");
        let (path, engine) = (format!("/d/{id}"), format!("/d/{id}/engine"));
        assert!(!other.get(&path).await.unwrap().text().contains("重新绘制"));
        let fields = [("engine", "libreoffice")];
        let refused = other.post("/account", &engine, &fields).await.unwrap();
        assert_eq!(refused.status, 403);
        let wrong = anna.post(&path, &engine, &[("engine", "x")]).await.unwrap();
        assert_eq!(wrong.status, 400);

        for (asked, said) in [
            ("libreoffice", "由 LibreOffice 绘制"),
            ("native", "由本站引擎绘制"),
        ] {
            let page = anna.get(&path).await.unwrap().text();
            assert!(page.contains(&format!("value=\"{asked}\"")), "{page}");
            let answer = anna.post(&path, &engine, &[("engine", asked)]).await;
            assert_eq!(answer.unwrap().status, 303);
            let deadline = Instant::now() + Duration::from_secs(120);
            loop {
                let page = anna.get(&path).await.unwrap().text();
                // It can be read all the time.
                assert!(page.contains(WORDS), "{page}");
                if page.contains(said) && !page.contains("正在重新绘制") {
                    break;
                }
                assert!(Instant::now() < deadline, "never drawn by {asked}");
            }
        }
        assert_eq!(server.violations().unwrap(), [""; 0]);
    }
}

#[tokio::test]
async fn without_libreoffice_the_refusal_says_what_is_lacking() {
    let server = Server::start(program(), &[("WENYUAN_LIBREOFFICE", "off")]).unwrap();
    let anna = member(&server, "Anna", "zh").await;
    let form = anna.get("/upload").await.unwrap().text();
    assert!(
        form.contains("DOC, WPS") && form.contains("本站没有启用"),
        "{form}"
    );
    let (id, _) = {
        let answer = anna.upload("a.rtf", b"{\\rtf1 a}".to_vec()).await.unwrap();
        let id = answer.json()["id"].as_i64().unwrap();
        (id, settled(&anna, id).await)
    };
    let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
    assert!(page.contains("要由 LibreOffice 读取"), "{page}");
    assert!(page.contains("libreoffice = &#34;off&#34;"), "{page}");
    assert!(!page.contains("用 LibreOffice"), "{page}");
}

#[tokio::test]
async fn a_hang_is_a_timeout_and_costs_that_file_alone() {
    let Some(installation) = installed() else {
        return;
    };
    let room = Room::new(installation);
    let mut office = room.office();
    let first = office
        .to_pdf(Format::Rtf, &rtf(), &limits(120))
        .await
        .unwrap();
    assert!(bytes_of(&first).starts_with(b"%PDF"));
    let before = room.instances();
    assert_eq!(before.len(), 1);
    assert_eq!(room.documents(), [""; 0].map(PathBuf::from));

    room.signal("-STOP");
    let refusal = office
        .to_pdf(Format::Rtf, &rtf(), &limits(1))
        .await
        .unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Timeout, "{refusal}");
    assert_eq!(room.instances(), [""; 0].map(PathBuf::from));

    let again = office
        .to_pdf(Format::Rtf, &rtf(), &limits(120))
        .await
        .unwrap();
    assert!(bytes_of(&again).starts_with(b"%PDF"));
    assert_ne!(room.instances(), before);
    drop(office);
    assert_eq!(room.instances(), [""; 0].map(PathBuf::from));
}

#[tokio::test]
async fn an_instance_that_dies_is_replaced_and_the_file_tried_again() {
    let Some(installation) = installed() else {
        return;
    };
    let room = Room::new(installation);
    let mut office = room.office();
    office
        .to_pdf(Format::Rtf, &rtf(), &limits(120))
        .await
        .unwrap();
    room.signal("-STOP");
    let limits = limits(120);
    let file = rtf();
    let converting = office.to_pdf(Format::Rtf, &file, &limits);
    let killing = async {
        let deadline = Instant::now() + Duration::from_secs(30);
        while room.documents().is_empty() {
            assert!(Instant::now() < deadline, "no document came");
            tokio::task::yield_now().await;
        }
        room.signal("-KILL");
    };
    let (pdf, ()) = tokio::join!(converting, killing);
    assert!(bytes_of(&pdf.unwrap()).starts_with(b"%PDF"));
}

/// Stands before LibreOffice, which runs only when a file `go` is beside it.
fn hesitant(installation: &Installation) -> TempDir {
    // Programs see a `/tmp` of their own.
    let place = tempfile::Builder::new()
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .unwrap();
    let script = format!(
        "#!/bin/sh\ntest \"$1\" = --version && echo LibreOffice 7.4 && exit\n\
         test -e {}/go || exit 3\nexec {}/soffice.bin \"$@\"\n",
        place.path().display(),
        installation.directory.display()
    );
    let program = place.path().join("soffice.bin");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    std::fs::write(place.path().join("libswlo.so"), "").unwrap();
    place
}

#[tokio::test]
async fn a_libreoffice_that_does_not_start_is_not_the_fault_of_the_file() {
    let Some(installation) = installed() else {
        return;
    };
    let place = hesitant(&installation);
    let path = place.path().to_str().unwrap();
    for test in wenyuan_testing::databases().await.unwrap() {
        let environment = [
            ("WENYUAN_LIBREOFFICE", path),
            ("WENYUAN_DATABASE", &test.url),
        ];
        let server = Server::start(program(), &environment).unwrap();
        let anna = member(&server, "Anna", "zh").await;
        let answer = anna.upload("a.rtf", RTF.to_vec()).await.unwrap();
        let id = answer.json()["id"].as_i64().unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        let error = loop {
            let error = job::last_error(&test.db, job::Kind::Convert, id).await;
            if let Some(error) = error.unwrap() {
                break error;
            }
            assert!(Instant::now() < deadline, "it seems to start");
        };
        assert!(error.contains("cannot be started"), "{error}");
        let go = place.path().join("go");
        std::fs::write(&go, "").unwrap();
        let state = settled(&anna, id).await;
        assert_eq!(state["state"], "readable", "{state}");
        assert_eq!(server.violations().unwrap(), [""; 0]);
        std::fs::remove_file(go).unwrap();
    }
}

#[tokio::test]
async fn two_documents_never_share_a_directory() {
    let Some(installation) = installed() else {
        return;
    };
    let mut room = Room::new(installation);
    room.command.documents = 1;
    let (mut one, mut two) = (room.office(), room.office());
    let limits = limits(120);
    let file = rtf();
    let (first, second) = tokio::join!(
        one.to_pdf(Format::Rtf, &file, &limits),
        two.to_pdf(Format::Rtf, &file, &limits)
    );
    assert!(first.is_ok() && second.is_ok());
    let both = room.instances();
    assert_eq!(both.len(), 2);
    // Nothing of a document stays, and after its share of them an instance goes.
    assert_eq!(room.documents(), [""; 0].map(PathBuf::from));
    one.to_pdf(Format::Rtf, &rtf(), &limits).await.unwrap();
    let after = room.instances();
    assert_eq!(after.len(), 2);
    assert_ne!(after, both);
    assert!(room.place.path().is_dir());
}

#[tokio::test]
async fn links_and_macros_are_not_followed() {
    let Some(installation) = installed() else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let secret = TempDir::new().unwrap();
    let secret = secret.path().join("secret.txt");
    std::fs::write(&secret, "KEEPTHISOUT").unwrap();
    let room = Room::new(installation);
    let mut office = room.office();
    let limits = limits(120);
    let (odt, ods) = (
        text_that_reaches_out(&address, &secret),
        sheet_that_reaches_out(&address),
    );
    let rtf = format!(
        "{{\\rtf1 a {{\\field{{\\*\\fldinst INCLUDEPICTURE \"{address}/f.png\"}}}} \
         {{\\field{{\\*\\fldinst INCLUDETEXT \"{}\"}}}}}}",
        secret.display()
    );
    for (format, file) in [
        (Format::Odt, odt.as_slice()),
        (Format::Ods, &ods),
        (Format::Rtf, rtf.as_bytes()),
    ] {
        let pdf = office
            .to_pdf(format, &file.to_vec().into(), &limits)
            .await
            .unwrap();
        let text = text_of(&bytes_of(&pdf), room.place.path());
        assert!(
            text.contains("visible") || format == Format::Rtf,
            "{format}: {text}"
        );
        assert!(!text.contains("KEEPTHISOUT"), "{format}");
        assert!(!text.contains("MACRO"), "{format}");
    }
    let error = listener.accept().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn a_password_is_told_quickly_and_an_engine_can_be_chosen() {
    let Some(installation) = installed() else {
        return;
    };
    let place = TempDir::new().unwrap();
    let run = |name: &str, bytes: &[u8], engine: &str| {
        let file = place.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let out = place.path().join("out");
        let output = Command::new(program())
            .args(["convert", "--json", "--engine", engine, "--out"])
            .arg(&out)
            .arg(&file)
            .env("WENYUAN_DATA", place.path().join("none"))
            .env("WENYUAN_LOG", "warn")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let report = serde_json::from_slice::<serde_json::Value>(&output.stdout);
        report.map_err(|_| said)
    };
    let manifest = "<manifest:manifest xmlns:manifest=\"m\"><manifest:file-entry>\
                    <manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let locked = odf(
        "application/vnd.oasis.opendocument.text",
        &[("META-INF/manifest.xml", manifest)],
    );
    let said = run("locked.odt", &locked, "auto").unwrap_err();
    assert!(said.contains("encrypted"), "{said}");

    let said = run("a.rtf", RTF, "native").unwrap_err();
    assert!(said.contains("unsupported"), "{said}");
    let report = run("a.docx", &docx(WORDS), "libreoffice").unwrap();
    assert_eq!(
        (&report["engine"], &report["format"]),
        (&"libreoffice".into(), &"docx".into())
    );
    assert!(report["ms"]["libreoffice"].as_f64().unwrap() > 0.0);
    let report = run("a.docx", &docx(WORDS), "auto").unwrap();
    assert_eq!(report["engine"], "native");
    // A document that is none after its first sector.
    let mut broken = make_doc(&installation, place.path());
    broken[512..1024].fill(0);
    let said = run("broken.doc", &broken, "auto").unwrap_err();
    assert!(said.contains("damaged"), "{said}");
}

const RTF: &[u8] = b"{\\rtf1\\ansi visible}";

fn rtf() -> wenyuan_worker::Payload {
    RTF.to_vec().into()
}

fn bytes_of(pdf: &wenyuan_worker::Payload) -> Vec<u8> {
    let mut bytes = Vec::new();
    pdf.reader().unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn make_doc(installation: &Installation, place: &Path) -> Vec<u8> {
    let text = place.join("text.txt");
    std::fs::write(&text, WORDS).unwrap();
    make(installation, place, &text, "doc")
}

fn docx(words: &str) -> Vec<u8> {
    files::docx(&format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"))
}

fn odf(mime: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    // What tells the format stands unpacked at the beginning.
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let parts = [&[("mimetype", mime)], parts].concat();
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (*name, content.as_bytes()))
        .collect();
    files::zip_of(stored, &parts)
}

const SPACES: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2""#;

/// A picture and a section from elsewhere, and a macro that runs at opening.
fn text_that_reaches_out(address: &str, secret: &Path) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}><office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document" xlink:type="simple"/></office:event-listeners></office:scripts><office:body><office:text><text:p>visible</text:p><text:p><draw:frame svg:width="5cm" svg:height="5cm" text:anchor-type="as-char"><draw:image xlink:href="{address}/picture.png" xlink:type="simple"/></draw:frame></text:p><text:section text:name="s"><text:section-source xlink:href="file://{secret}" xlink:type="simple"/><text:p>old</text:p></text:section><text:section text:name="t"><text:section-source xlink:href="{address}/section.txt" xlink:type="simple"/><text:p>old</text:p></text:section></office:text></office:body></office:document-content>"#,
        secret = secret.display(),
    );
    let library = r#"<?xml version="1.0" encoding="UTF-8"?><library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="M"/></library:library>"#;
    let libraries = r#"<?xml version="1.0" encoding="UTF-8"?><library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"><library:library library:name="Standard" library:link="false"/></library:libraries>"#;
    let module = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><script:module xmlns:script="http://openoffice.org/2000/script" script:name="M" script:language="StarBasic">Sub Main
ThisComponent.Text.String = &quot;MACRO&quot;
createUnoService(&quot;com.sun.star.ucb.SimpleFileAccess&quot;).openFileRead(&quot;{address}/macro&quot;)
End Sub</script:module>"#
    );
    let manifest = r#"<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="Basic/script-lc.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="Basic/Standard/script-lb.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="Basic/Standard/M.xml" manifest:media-type="text/xml"/></manifest:manifest>"#;
    odf(
        "application/vnd.oasis.opendocument.text",
        &[
            ("content.xml", &content),
            ("Basic/script-lc.xml", libraries),
            ("Basic/Standard/script-lb.xml", library),
            ("Basic/Standard/M.xml", &module),
            ("META-INF/manifest.xml", manifest),
        ],
    )
}

/// A function that asks the network, and a table from elsewhere.
fn sheet_that_reaches_out(address: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}><office:body><office:spreadsheet><table:table table:name="a"><table:table-row><table:table-cell office:value-type="string"><text:p>visible</text:p></table:table-cell><table:table-cell table:formula="of:=COM.MICROSOFT.WEBSERVICE(&quot;{address}/service&quot;)" office:value-type="string"><text:p>old</text:p></table:table-cell></table:table-row></table:table><table:table table:name="b"><table:table-source xlink:href="{address}/table.ods" xlink:type="simple" table:table-name="x" table:mode="copy-all"/><table:table-row><table:table-cell/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest = r#"<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"#;
    odf(
        "application/vnd.oasis.opendocument.spreadsheet",
        &[
            ("content.xml", &content),
            ("META-INF/manifest.xml", manifest),
        ],
    )
}

/// The text of a PDF, by poppler.
fn text_of(pdf: &[u8], place: &Path) -> String {
    let file = place.join("text.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext")
        .arg(&file)
        .arg("-")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
