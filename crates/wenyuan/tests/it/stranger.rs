//! A stranger walks every route and sees nothing that is not his.

use crate::{member, note, server, settled, upload};
use wenyuan_testing::Client;

const SECRET: &str = "绝密一二三四";

/// Every route with a document's id in it, also those of pages and files.
fn routes_of(id: i64) -> Vec<String> {
    wenyuan_web::route_list()
        .filter(|(method, _)| *method == "get")
        .map(|(_, path)| path)
        .filter(|path| path.contains("/d/{id}"))
        .map(|path| {
            path.replace("{id}", &id.to_string())
                .replace("{number}", "1")
                .replace("{n}", "1")
                .replace("{other}", "1")
                .replace("{sha}.webp", &format!("{}.webp", "0".repeat(64)))
                .replace("{file}", &format!("{}.webp", "0".repeat(64)))
                .replace("{sha}", &"0".repeat(64))
        })
        .collect()
}

#[tokio::test]
async fn a_private_document_exists_for_nobody_else_on_any_route() {
    let server = server();
    let anna = member(&server, "Anna", "zh").await;
    let (id, state) = upload(&anna, "secret.md", &note(SECRET)).await;
    assert_eq!(state["state"], "readable", "{state}");
    let page = anna.get(&format!("/d/{id}")).await.unwrap().text();
    let images: Vec<String> = page
        .split('"')
        .flat_map(|part| part.split([' ', ',']))
        .filter(|part| part.starts_with(&format!("/d/{id}/")) && part.contains(".webp"))
        .map(str::to_owned)
        .collect();
    assert!(!images.is_empty());
    let edit = format!("/d/{id}/edit");
    let fields = [
        ("title", SECRET),
        ("description", SECRET),
        ("category", ""),
        ("tags", SECRET),
        ("visibility", "private"),
        ("download", "everyone"),
        ("preview_pages", ""),
    ];
    assert_eq!(anna.post(&edit, &edit, &fields).await.unwrap().status, 303);

    let stranger = Client::new(&server.address, "zh").unwrap();
    let other = member(&server, "Other", "zh").await;
    let (second, _) = upload(&other, "open.md", &note("公开文档")).await;
    let missing = id + 1_000;
    let routes = routes_of(id);
    assert!(routes.len() >= 8, "{routes:?}");
    for (path, nowhere) in routes.iter().zip(routes_of(missing)) {
        for client in [&stranger, &other] {
            let hidden = client.get(path).await.unwrap();
            let absent = client.get(&nowhere).await.unwrap();
            assert_eq!(hidden.status, absent.status, "{path} tells that it exists");
            assert!(
                matches!(hidden.status, 303 | 403 | 404),
                "{path}: {}",
                hidden.status
            );
            assert!(!hidden.text().contains(SECRET), "{path}");
        }
    }
    for image in &images {
        assert_eq!(anna.get(image).await.unwrap().status, 200, "{image}");
        assert_eq!(stranger.get(image).await.unwrap().status, 404, "{image}");
    }
    for path in [
        "/",
        "/categories",
        "/search?q=%E7%BB%9D%E5%AF%86",
        "/search?q=%E4%B9%A1%E9%95%87%E6%96%87%E5%8C%96%E7%AB%99",
        "/u/Anna",
        "/sitemap.xml",
        "/robots.txt",
        &format!("/t/{}", crate::percent(SECRET)),
        &format!("/d/{second}"),
        &format!("/api/documents/events?ids={id}"),
        &format!("/api/uploads/known?sha256={}", "0".repeat(64)),
    ] {
        let text = stranger.get(path).await.unwrap().text();
        let about_it = text.contains(&format!("/d/{id}\"")) || text.contains(&format!("/d/{id}<"));
        assert!(!about_it, "{path}");
        // The tag's own page repeats the tag that was asked for.
        if !path.starts_with("/t/") {
            assert!(!text.contains(SECRET), "{path}");
        }
    }
    // And nothing can be done to it.
    for action in [
        "edit",
        "delete",
        "retry",
        "withdraw",
        "explain",
        "reference",
    ] {
        let path = format!("/d/{id}/{action}");
        let token = other.csrf("/upload").await.unwrap();
        let fields = [
            ("csrf", token.as_str()),
            ("title", "mine now"),
            ("reason", "x"),
        ];
        let answer = other.post_bare(&path, &fields).await.unwrap();
        assert!(
            matches!(answer.status, 403 | 404),
            "{path}: {}",
            answer.status
        );
    }
    assert_eq!(settled(&anna, id).await["state"], "readable");
}

#[tokio::test]
async fn pages_beyond_the_preview_are_nowhere() {
    let server = server();
    let anna = member(&server, "Anna", "zh").await;
    let filler = "填充文字。\n\n".repeat(200);
    let text = format!("# 预览\n\n第一页。\n\n{filler}\n\n{SECRET}\n");
    let (id, state) = upload(&anna, "long.md", text.as_bytes()).await;
    assert_eq!(state["state"], "readable", "{state}");
    let pages = state["page_count"].as_i64().unwrap();
    assert!(pages >= 3, "{state}");
    let whole = anna.get(&format!("/d/{id}")).await.unwrap().text();
    assert!(whole.contains(SECRET));
    let edit = format!("/d/{id}/edit");
    let fields = [
        ("title", "预览"),
        ("description", ""),
        ("category", ""),
        ("tags", ""),
        ("visibility", "public"),
        ("download", "members"),
        ("preview_pages", "1"),
    ];
    assert_eq!(anna.post(&edit, &edit, &fields).await.unwrap().status, 303);

    let stranger = Client::new(&server.address, "zh").unwrap();
    for path in routes_of(id) {
        let path = path.replace("/1", &format!("/{pages}"));
        let text = stranger.get(&path).await.unwrap().text();
        assert!(!text.contains(SECRET), "{path}");
    }
    for path in [
        format!("/d/{id}?page={pages}"),
        format!("/d/{id}?q={}", crate::percent(SECRET)),
        format!("/d/{id}/find?q={}", crate::percent(SECRET)),
        format!("/search?q={}", crate::percent("绝密")),
    ] {
        let answer = stranger.get(&path).await.unwrap();
        let text = answer.text().replace(&format!("value=\"{SECRET}\""), "");
        let quoted = text.matches(SECRET).count();
        assert!(quoted == 0 || path.contains("q="), "{path}");
        assert!(!text.contains(&format!("<mark>{SECRET}</mark>")), "{path}");
        if path.contains("/find") {
            assert_eq!(answer.json()["total"], 0, "{path}");
        }
    }
    let download = stranger.get(&format!("/d/{id}/download")).await.unwrap();
    assert_eq!(download.status, 303, "members only");
    // Every image of the last page, by its real address, as its owner sees it.
    let pages_html = anna.get(&format!("/d/{id}")).await.unwrap().text();
    let last: Vec<&str> = pages_html
        .split('"')
        .flat_map(|part| part.split([' ', ',']))
        .filter(|part| part.starts_with(&format!("/d/{id}/p/{pages}/")))
        .collect();
    assert!(!last.is_empty());
    for image in last {
        assert_eq!(stranger.get(image).await.unwrap().status, 404, "{image}");
    }
}

#[tokio::test]
async fn every_route_answers_a_stranger_without_an_error_of_ours() {
    let server = server();
    let stranger = Client::new(&server.address, "en").unwrap();
    for (method, path) in wenyuan_web::route_list() {
        let mut concrete = String::new();
        for part in path.split('/').skip(1) {
            concrete.push('/');
            concrete.push_str(if part.starts_with('{') { "7" } else { part });
        }
        let answer = stranger
            .method(&method.to_uppercase(), &concrete)
            .await
            .unwrap();
        assert!(
            answer.status < 500,
            "{method} {concrete}: {}",
            answer.status
        );
        assert!(
            answer
                .header("content-security-policy")
                .contains("default-src"),
            "{path}"
        );
        if method == "post" {
            assert!(
                matches!(answer.status, 303 | 400..=499),
                "{path}: {}",
                answer.status
            );
        }
    }
}
