//! Uploads that mean harm: to the converter, and to whoever downloads them.

use crate::files::{docx, pdf};
use crate::{member, note, program, server, upload};
use std::fmt::Write as _;
use wenyuan_testing::Server;

/// Text that does not pack well enough to be taken for a bomb.
fn characters(count: u32) -> String {
    (0..count)
        .filter_map(|i| char::from_u32(0x4e00 + i.wrapping_mul(7_919).rotate_left(i % 29) % 20_000))
        .collect()
}

/// A PDF of one page; its form `F` draws another twice, that a third, and so on.
fn pdf_of_forms(content: &str, forms: usize) -> Vec<u8> {
    let stream = |dictionary: &str, content: &str| {
        format!(
            "<<{dictionary}/Length {}>>\nstream\n{content}\nendstream",
            content.len()
        )
    };
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Count 1/Kids[3 0 R]>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R\
         /Resources<</XObject<</F 5 0 R>>>>>>"
            .to_owned(),
        stream("", content),
    ];
    for number in 0..=forms {
        let dictionary = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</F {} 0 R>>>>",
            number + 6
        );
        let is_last = number == forms;
        objects.push(stream(
            &dictionary,
            if is_last {
                "0 0 9 9 re f"
            } else {
                "/F Do /F Do"
            },
        ));
    }
    pdf(&objects)
}

#[tokio::test]
async fn a_file_that_eats_memory_or_time_costs_only_itself() {
    let mut paragraphs = String::new();
    for (number, character) in characters(60_000).chars().enumerate() {
        let _ = write!(
            paragraphs,
            "<w:p><w:r><w:t>{character}{number}</w:t></w:r></w:p>"
        );
    }
    let endless = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", characters(4_000_000));
    // A line of dashes shorter than any pixel; forms in forms, twice each.
    let dashes = pdf_of_forms(&"[0.00001] 0 d 0 0 m 600 800 l S ".repeat(50), 0);
    let doubled = pdf_of_forms("/F Do", 40);
    let memory = "WENYUAN_CONVERT_MEMORY_MIB";
    for (limit, value, kind, file) in [
        (memory, "500", "memory", docx(&paragraphs)),
        (memory, "500", "memory", dashes),
        ("WENYUAN_CONVERT_SECONDS", "2", "timeout", docx(&endless)),
        ("WENYUAN_CONVERT_PAGE_SECONDS", "2", "timeout", doubled),
    ] {
        let server = Server::start(program(), &[(limit, value)]).unwrap();
        let anna = member(&server, "Anna", "en").await;
        let (id, state) = upload(&anna, "eater", &file).await;
        assert_eq!(state["state"], "refused", "{kind}: {state}");
        let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
        let sentence = crate::bad_input::sentence("en", kind);
        assert!(page.contains(&sentence), "{kind}: no `{sentence}`");
        let (_, state) = upload(&anna, "next.md", &note("之后")).await;
        assert_eq!(state["state"], "readable", "{kind}: {state}");
        assert_eq!(server.violations().unwrap(), [""; 0]);
    }
}

#[tokio::test]
async fn an_original_never_runs_and_a_page_is_pixels_of_ours() {
    let server = server();
    let anna = member(&server, "Anna", "en").await;
    let script = "<html><script>alert(document.cookie)</script><svg onload=\"alert(1)\"/></html>";
    for (name, bytes) in [
        ("script.txt", script.as_bytes().to_vec()),
        ("script.svg.txt", script.as_bytes().to_vec()),
        (
            "script\"><img src=x>.md",
            [script.as_bytes(), &note("文")].concat(),
        ),
        ("a.docx", docx("<w:p><w:r><w:t>文渊</w:t></w:r></w:p>")),
    ] {
        let (id, state) = upload(&anna, name, &bytes).await;
        assert_eq!(state["state"], "readable", "{name}: {state}");
        let original = format!("/d/{id}/download");
        for headers in [
            &[][..],
            &[("range", "bytes=0-9")],
            &[("accept", "text/html")],
        ] {
            let answer = anna.get_with(&original, headers).await.unwrap();
            assert!(answer.status == 200 || answer.status == 206, "{name}");
            let disposition = answer.header("content-disposition");
            assert!(disposition.starts_with("attachment;"), "{disposition}");
            assert!(!disposition.contains('<'), "{disposition}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(
                answer.header("content-security-policy"),
                "sandbox; default-src 'none'"
            );
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
            let media_type = answer.header("content-type");
            for shown in ["html", "svg", "javascript", "xml;", "xhtml"] {
                assert!(!media_type.contains(shown), "{name}: {media_type}");
            }
        }
        let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
        assert!(!page.contains("<script>alert"), "{name}");
        let images: Vec<&str> = page
            .split(['"', ' ', ','])
            .filter(|word| word.starts_with(&format!("/d/{id}/p/")) && word.ends_with(".webp"))
            .collect();
        assert!(images.len() >= 2, "{name}: {images:?}");
        for image in images {
            let answer = anna.get(image).await.unwrap();
            assert_eq!(answer.header("content-type"), "image/webp", "{image}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(answer.body.starts_with(b"RIFF"), "{image}");
        }
    }
    assert_eq!(server.violations().unwrap(), [""; 0]);
}
