//! A deck that builds up click by click: uploaded, stepped through, and no
//! further than its pages may be read.

use crate::{member, server, upload};
use serde_json::{Value, json};
use wenyuan_testing::{Browser, Client, Window};

const SAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../samples/pptx/勾股定理的证明.pptx"
);

/// The images that the stepper of a page steps through, narrow and wide.
fn step_images(html: &str, page: u32) -> Vec<String> {
    let stepper = html
        .split("data-steps=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|list| list.contains(&format!("/p/{page}/")));
    let images = stepper.unwrap_or_default().split_whitespace();
    images.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_deck_is_stepped_through_as_far_as_it_may_be_read() {
    let server = server();
    let anna = member(&server, "Anna", "zh").await;
    let bytes = std::fs::read(SAMPLE).unwrap();
    let (id, state) = upload(&anna, "勾股定理的证明.pptx", &bytes).await;
    assert_eq!(state["state"], "readable", "{state}");
    assert_eq!(state["page_count"], 4, "what it builds up is no page");
    let html = anna.get(&format!("/d/{id}")).await.unwrap().text();
    assert!(!html.contains("class=\"fidelity\"") || !html.contains("分步显示"));
    let images = step_images(&html, 3);
    assert_eq!(images.len(), 2 * 11, "{images:?}");
    let mut seen: Vec<&String> = images.iter().collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), images.len(), "every step looks different");
    for image in &images {
        let answer = anna.get(image).await.unwrap();
        assert_eq!(answer.status, 200, "{image}");
        assert_eq!(answer.header("content-type"), "image/webp");
    }
    let step = format!("/d/{id}?page=3&step=2");
    let stepped = anna.get(&step).await.unwrap().text();
    assert!(stepped.contains("步骤 2/11"), "{stepped}");
    assert!(stepped.contains(&format!("<img src=\"{}\"", images[2])));

    let edit = format!("/d/{id}/edit");
    let fields = [
        ("title", "勾股定理"),
        ("description", ""),
        ("category", ""),
        ("tags", ""),
        ("visibility", "public"),
        ("download", "members"),
        ("preview_pages", "2"),
    ];
    assert_eq!(anna.post(&edit, &edit, &fields).await.unwrap().status, 303);
    let stranger = Client::new(&server.address, "zh").unwrap();
    let preview = stranger.get(&format!("/d/{id}")).await.unwrap().text();
    assert_eq!(step_images(&preview, 2).len(), 2 * 6);
    assert!(step_images(&preview, 3).is_empty());
    for image in &images {
        assert_eq!(stranger.get(image).await.unwrap().status, 404, "{image}");
    }
    let beyond = stranger.get(&step).await.unwrap().text();
    assert!(!images.iter().any(|image| beyond.contains(image.as_str())));
}

#[tokio::test]
async fn the_stepper_swaps_the_image_in_place() {
    let Some(browser) = Browser::start("en-US", Window::Desktop).await.unwrap() else {
        return;
    };
    let server = server();
    let anna = member(&server, "Anna", "en").await;
    let bytes = std::fs::read(SAMPLE).unwrap();
    let (id, state) = upload(&anna, "勾股定理的证明.pptx", &bytes).await;
    assert_eq!(state["state"], "readable", "{state}");
    let html = anna.get(&format!("/d/{id}")).await.unwrap().text();
    let images = step_images(&html, 3);
    browser
        .open(&format!("{}/d/{id}#page-3", server.address))
        .await
        .unwrap();
    let play = browser.wait("#page-3 [data-build=play]").await.unwrap();
    play.click().await.unwrap();
    let image = |step: usize| {
        let [narrow, wide] = [0, 1].map(|width| &images[2 * (step - 1) + width]);
        format!("#page-3 > img[srcset='{narrow} 800w, {wide} 1600w']")
    };
    browser.wait(&image(1)).await.unwrap();
    // The focus is on the stepper: arrows step, and the page stays.
    let press = async |key: &str, times: usize| {
        for _ in 0..times {
            let script = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true, cancelable: true})); arguments[1]()";
            browser.script(script, vec![json!(key)]).await.unwrap();
        }
    };
    press("ArrowRight", 10).await;
    browser.wait(&image(11)).await.unwrap();
    press("ArrowLeft", 3).await;
    browser.wait(&image(8)).await.unwrap();
    let state = browser
        .script(
            "const nav = document.querySelector('#page-3 .stepper');
             const low = [...document.querySelectorAll('.stepper a')].filter((a) => {
               const box = a.getBoundingClientRect();
               return box.height && (box.height < 44 || box.width < 44);
             });
             arguments[0]([nav.querySelector('output').textContent, low.length,
               document.querySelector('[name=page]').value])",
            Vec::<Value>::new(),
        )
        .await
        .unwrap();
    assert_eq!(state, json!(["Step 8 of 11", 0, "3"]));
    press("Escape", 1).await;
    let page = browser.wait("#page-3 [data-build=play]:focus").await;
    page.unwrap();
}
