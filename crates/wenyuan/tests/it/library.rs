//! Upload, read, find, download: by HTTP.

use crate::{member, note, percent, server, settled, specimen, until_found, upload};
use wenyuan_testing::Client;

#[tokio::test]
async fn the_specimen_is_readable_found_and_comes_back_byte_for_byte() {
    let Some(file) = specimen() else { return };
    let name = file.file_name().unwrap().to_str().unwrap();
    let bytes = std::fs::read(&file).unwrap();

    let server = server();
    let anna = member(&server, "周老师", "zh-CN").await;
    let (id, state) = upload(&anna, name, &bytes).await;
    assert_eq!(state["state"], "readable", "{state}");
    assert_eq!(state["page_count"], 5);

    let stranger = Client::new(&server.address, "zh-CN").unwrap();
    let page = stranger.get(&format!("/d/{id}")).await.unwrap();
    assert_eq!(page.status, 200);
    let html = page.text();
    for expected in [
        "2023年文化厅学习实践科学发展观活动总结",
        "DOCX",
        "周老师",
        // The whole text stands in the page, for search engines and readers
        // without JavaScript.
        "乡镇文化站建设管理有效推动",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    for tag in [
        "2023",
        "文化厅",
        "学习",
        "实践",
        "科学",
        "发展观",
        "活动",
        "总结",
    ] {
        assert!(html.contains(&format!("/t/{}", percent_path(tag))), "{tag}");
    }

    until_found(&stranger, "乡镇文化站", &format!("/d/{id}")).await;
    for query in [
        "鄉鎮文化站",
        "发展观活动",
        "“乡镇文化站长培训班”",
        "２０２３年",
    ] {
        until_found(&stranger, query, &format!("/d/{id}")).await;
    }
    let nothing = stranger
        .get(&format!("/search?q={}", percent("“站化文镇乡”")))
        .await
        .unwrap();
    assert!(!nothing.text().contains(&format!("/d/{id}")));

    let download = stranger.get(&format!("/d/{id}/download")).await.unwrap();
    assert_eq!(download.status, 200);
    assert_eq!(download.body, bytes);
    let disposition = download.header("content-disposition");
    assert!(disposition.starts_with("attachment"), "{disposition}");
    assert!(
        disposition.contains(&format!("filename*=UTF-8''{}", percent_path(name))),
        "{disposition}"
    );
    assert_eq!(download.header("x-content-type-options"), "nosniff");
    let part = stranger
        .get_with(&format!("/d/{id}/download"), &[("range", "bytes=100-199")])
        .await
        .unwrap();
    assert_eq!((part.status, part.body.as_slice()), (206, &bytes[100..200]));

    let again = anna.upload(name, bytes).await.unwrap();
    assert_eq!(again.json()["id"], id, "the same file is recognised");
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

/// Percent-encodes like addresses and RFC 8187 do: letters and digits stay.
fn percent_path(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[tokio::test]
async fn an_edit_moves_a_document_in_search_and_a_deletion_removes_it() {
    let server = server();
    let anna = member(&server, "Anna", "en").await;
    let (id, state) = upload(&anna, "a.md", &note("旧标题一二三")).await;
    assert_eq!(state["state"], "readable", "{state}");
    until_found(&anna, "乡镇文化站", &format!("/d/{id}")).await;

    let edit = format!("/d/{id}/edit");
    let fields = [
        ("title", "黄河两岸"),
        ("description", ""),
        ("category", ""),
        ("tags", "河流"),
        ("visibility", "public"),
        ("download", "none"),
        ("preview_pages", ""),
    ];
    let saved = anna.post(&edit, &edit, &fields).await.unwrap();
    assert_eq!(saved.status, 303, "{}", saved.text());
    until_found(&anna, "黄河", &format!("/d/{id}")).await;

    let stranger = Client::new(&server.address, "en").unwrap();
    let refused = stranger.get(&format!("/d/{id}/download")).await.unwrap();
    assert_eq!(refused.status, 403);

    let delete = format!("/d/{id}/delete");
    let gone = anna.post(&delete, &delete, &[]).await.unwrap();
    assert_eq!(gone.status, 303);
    assert_eq!(anna.get(&format!("/d/{id}")).await.unwrap().status, 404);
    assert!(
        !server
            .run(&["search", "黄河", "--json"], "")
            .unwrap()
            .stdout
            .is_empty()
    );
    let found = anna
        .get(&format!("/search?q={}", percent("黄河")))
        .await
        .unwrap();
    assert!(!found.text().contains(&format!("/d/{id}")));
}

#[tokio::test]
async fn a_batch_converts_side_by_side_and_one_bad_file_harms_nobody() {
    let server = server();
    let anna = member(&server, "Anna", "zh").await;
    let mut ids = Vec::new();
    for number in 0..6 {
        let bytes = if number == 3 {
            b"PK\x03\x04 cut".to_vec()
        } else {
            note(&format!("n{number}"))
        };
        let name = if number == 3 {
            "broken.docx".to_owned()
        } else {
            format!("n{number}.md")
        };
        let answer = anna.upload(&name, bytes).await.unwrap();
        ids.push(answer.json()["id"].as_i64().unwrap());
    }
    for (number, id) in ids.into_iter().enumerate() {
        let state = settled(&anna, id).await;
        let expected = if number == 3 { "refused" } else { "readable" };
        assert_eq!(state["state"], expected, "{number}: {state}");
    }
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

#[tokio::test]
async fn accounts_log_in_and_out_and_change_their_password() {
    let server = server();
    let anna = member(&server, "Anna", "zh").await;
    assert_eq!(anna.get("/my/documents").await.unwrap().status, 200);
    assert_eq!(
        anna.post("/account", "/logout", &[]).await.unwrap().status,
        303
    );
    let away = anna.get("/my/documents").await.unwrap();
    assert_eq!(away.status, 303);
    assert!(away.header("location").starts_with("/login"));

    let wrong = [("login", "Anna"), ("password", "wrong horse battery")];
    let answer = anna.post("/login", "/login", &wrong).await.unwrap();
    assert_eq!(answer.status, 422);
    let text = answer.text();
    assert!(text.contains("value=\"Anna\""), "the input is kept");
    let right = [("login", "Anna"), ("password", Client::PASSWORD)];
    assert_eq!(
        anna.post("/login", "/login", &right).await.unwrap().status,
        303
    );

    // Without the token nothing happens.
    let forged = anna.post_bare("/logout", &[]).await.unwrap();
    assert_eq!(forged.status, 403);
    assert_eq!(anna.get("/my/documents").await.unwrap().status, 200);
}
