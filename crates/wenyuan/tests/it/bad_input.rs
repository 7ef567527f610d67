//! Files that are not what they should be.

use crate::files::{docx_with, pdf_of, zip_of};
use crate::{member, server, upload};
use wenyuan_testing::{Server, shared};
use zip::write::SimpleFileOptions;

/// Bytes that do not compress.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(length)
    .collect()
}

#[tokio::test]
async fn each_kind_of_bad_file_gets_its_own_sentence_in_both_languages() {
    let server = server();
    let chinese = member(&server, "张三", "zh-CN").await;
    let english = member(&server, "Anna", "en-GB").await;
    let bomb = docx_with(&vec![b' '; 64 << 20]);
    let doctype = docx_with(b"<!DOCTYPE x [<!ENTITY a 'b'>]><w:document/>");
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "truncated.docx",
            docx_with(&noise(5_000))[..2_000].to_vec(),
            "damaged",
        ),
        (
            "plain.zip",
            zip_of(SimpleFileOptions::default(), &[("readme", b"x")]),
            "unsupported",
        ),
        ("bomb.docx", bomb, "bomb"),
        ("doctype.docx", doctype, "forbidden_xml"),
        (
            "picture.gif",
            b"GIF89a\x01\x00\x01\x00\x00\xff\x00".to_vec(),
            "unsupported",
        ),
        ("none.pdf", pdf_of(0), "no_pages"),
        ("many.pdf", pdf_of(5_001), "too_many_pages"),
    ];
    for (name, bytes, kind) in cases {
        let (id, state) = upload(&chinese, name, &bytes).await;
        assert_eq!(state["state"], "refused", "{name}: {state}");
        let page = chinese.get(&format!("/d/{id}")).await.unwrap().text();
        let (other, _) = upload(&english, name, &bytes).await;
        let translated = english.get(&format!("/d/{other}")).await.unwrap().text();
        let (zh, en) = (sentence("zh", kind), sentence("en", kind));
        assert!(page.contains(&zh), "{name}: no `{zh}`");
        assert!(translated.contains(&en), "{name}: no `{en}`");
        assert_eq!(english.get(&format!("/d/{id}")).await.unwrap().status, 404);
        // The original stays with its owner.
        let original = chinese.get(&format!("/d/{id}/download")).await.unwrap();
        assert_eq!(original.body, bytes, "{name}");
    }
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

/// The beginning of the catalogue's sentence, up to its first argument.
pub(crate) fn sentence(language: &str, kind: &str) -> String {
    let catalogue = match language {
        "zh" => include_str!("../../../web/locales/zh.ftl"),
        _ => include_str!("../../../web/locales/en.ftl"),
    };
    let key = format!("refusal-{} = ", kind.replace('_', "-"));
    let line = catalogue.lines().find_map(|line| line.strip_prefix(&key));
    let text = line.unwrap_or_else(|| panic!("no {key}in the {language} catalogue"));
    text.split('{').next().unwrap().replace('\'', "&#39;")
}

#[tokio::test]
async fn empty_and_oversize_files_are_stopped_at_the_door() {
    let server = Server::start(crate::program(), &[("WENYUAN_MAX_UPLOAD_MIB", "1")]).unwrap();
    let anna = member(&server, "Anna", "en").await;
    let empty = anna.upload("empty.docx", Vec::new()).await.unwrap();
    assert_eq!(empty.status, 422);
    assert_eq!(empty.json()["error"]["kind"], "empty");
    let large = anna.upload("large.pdf", vec![b'x'; 2 << 20]).await.unwrap();
    assert_eq!(large.status, 413);
    assert_eq!(large.json()["error"]["kind"], "too_large");
    let spool = server.data.path().join("spool");
    assert_eq!(
        std::fs::read_dir(spool).unwrap().count(),
        0,
        "nothing is left lying about"
    );
    let mine = anna.get("/my/documents").await.unwrap().text();
    assert!(!mine.contains("empty.docx") && !mine.contains("large.pdf"));
}

#[tokio::test]
async fn a_wrongly_named_file_is_taken_for_what_it_is() {
    let server = server();
    let anna = member(&server, "Anna", "en").await;
    let (id, state) = upload(&anna, "really-a-pdf.docx", &pdf_of(2)).await;
    assert_eq!(state["state"], "readable", "{state}");
    let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
    assert!(page.contains("PDF"));
}

#[tokio::test]
async fn an_encrypted_office_file_says_that_it_wants_a_password() {
    let Some(shared) = shared() else { return };
    let bytes = std::fs::read(shared.join("corpus/office/Encrypted_MSO2007_abc.docx")).unwrap();
    let server = server();
    let anna = member(&server, "Anna", "en").await;
    let (id, state) = upload(&anna, "secret.docx", &bytes).await;
    assert_eq!(state["state"], "refused", "{state}");
    let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
    assert!(page.contains(&sentence("en", "encrypted")));
}
