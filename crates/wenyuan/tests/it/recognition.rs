//! Scans: their text is read in their images and found.

use crate::{member, program, server, until_found, upload};
use std::io::Cursor;
use std::process::Command;
use wenyuan_testing::Client;

const WORDS: &str = "关于开展基层公共文化服务情况调研的通知\n\n各区文化广电和旅游局：为全面掌握乡镇综合文化站的建设与使用情况，现将有关事项通知如下。\n";

fn is_installed() -> bool {
    let found = Command::new("tesseract").arg("--list-langs").output();
    let there =
        found.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("chi_sim"));
    if !there {
        wenyuan_testing::say("skipped: no Tesseract with chi_sim");
    }
    there
}

/// A page of text as a picture, without a letter of text in it.
fn scan() -> Vec<u8> {
    let place = tempfile::TempDir::new().unwrap();
    let source = place.path().join("a.txt");
    std::fs::write(&source, WORDS).unwrap();
    let out = place.path().join("out");
    let status = Command::new(program())
        .env("WENYUAN_DATA", place.path())
        .args([
            "convert".as_ref(),
            source.as_os_str(),
            "--out".as_ref(),
            out.as_os_str(),
        ])
        .output()
        .unwrap()
        .status;
    assert!(status.success());
    let webp = std::fs::read(out.join("page-0001.webp")).unwrap();
    let picture = image::load_from_memory(&webp).unwrap();
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

#[tokio::test]
async fn the_text_of_a_scan_is_recognised_marked_and_found() {
    if !is_installed() {
        return;
    }
    let server = server();
    let anna = member(&server, "扫描员", "zh-CN").await;
    let (id, state) = upload(&anna, "通知.png", &scan()).await;
    assert_eq!(state["state"], "readable", "{state}");
    let stranger = Client::new(&server.address, "zh-CN").unwrap();
    until_found(&stranger, "乡镇综合文化站", &format!("/d/{id}")).await;
    let page = stranger.get(&format!("/d/{id}")).await.unwrap().text();
    assert!(
        page.contains("文字由程序从页面图像中识别"),
        "the text says where it is from"
    );
    assert!(page.contains("综合文化站"), "the text stands in the page");
    let layout = page
        .split("data-layout=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .replace("&amp;", "&");
    let layout = stranger.get(&layout).await.unwrap().json();
    assert_eq!(layout["recognised"], true);
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

#[test]
fn convert_reads_scans_and_says_so() {
    if !is_installed() {
        return;
    }
    let place = tempfile::TempDir::new().unwrap();
    let source = place.path().join("scan.png");
    std::fs::write(&source, scan()).unwrap();
    for (ocr, recognised) in [("auto", true), ("off", false)] {
        let out = place.path().join(ocr);
        let output = Command::new(program())
            .env("WENYUAN_DATA", place.path())
            .env("WENYUAN_OCR", ocr)
            .args([
                "convert".as_ref(),
                source.as_os_str(),
                "--out".as_ref(),
                out.as_os_str(),
            ])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = std::fs::read_to_string(out.join("text.json")).unwrap();
        assert_eq!(text.contains("\"recognised\":true"), recognised, "{ocr}");
        assert_eq!(text.contains("调研"), recognised, "{ocr}");
    }
}
