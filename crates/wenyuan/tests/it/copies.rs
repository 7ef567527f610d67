//! Copies on their way in, on the running program.

use crate::{member, program, server, upload};
use wenyuan_testing::Server;

/// A note long enough to be told from others.
fn report(lead: &str) -> Vec<u8> {
    format!(
        "# 座谈会纪要\n\n{lead}\n\n全省乡镇文化站建设工作座谈会今年春天在柳河县召开，来自各市的代表交流了做法。\
         会议认为，过去三年新建和扩建文化站一百二十六座，藏书总量比从前翻了一番。\
         柳河县把闲置的校舍改成阅览室，由退休教师轮流值守，孩子们放学以后有了去处。\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_copy_waits_for_a_reviewer_and_the_same_file_is_refused_at_once() {
    let server = server();
    let anna = member(&server, "Anna", "zh").await;
    let bert = member(&server, "Bert", "zh").await;
    let (first, state) = upload(&anna, "a.md", &report("")).await;
    assert_eq!(state["state"], "readable", "{state}");
    let (same, state) = upload(&bert, "b.md", &report("")).await;
    assert_eq!(state["state"], "refused", "{state}");
    assert_eq!(state["page_count"], 0, "nothing was drawn: {state}");
    let page = bert.get(&format!("/d/{same}")).await.unwrap().text();
    assert!(page.contains(&format!("href=\"/d/{first}\"")), "{page}");
    let (held, state) = upload(&bert, "c.md", &report("柳河")).await;
    assert_eq!(state["state"], "held", "{state}");
    let unseen = anna.get(&format!("/d/{held}")).await.unwrap();
    assert_eq!(unseen.status, 404);
    assert_eq!(server.violations().unwrap(), [""; 0]);

    // Signed anew, it still knows what it knew.
    let output = server.run(&["reindex"], "").unwrap();
    assert!(output.status.success(), "{output:?}");
    let (_, state) = upload(&bert, "d.md", &report("柳河县")).await;
    assert_eq!(state["state"], "held", "{state}");
    assert_eq!(server.violations().unwrap(), [""; 0]);
}

#[tokio::test]
async fn the_operator_says_what_is_done() {
    let environment = [
        ("WENYUAN_AUTHENTICITY__SAME_FILE", "note"),
        ("WENYUAN_AUTHENTICITY__SAME_TEXT", "note"),
    ];
    let server = Server::start(program(), &environment).unwrap();
    let anna = member(&server, "Anna", "zh").await;
    let bert = member(&server, "Bert", "zh").await;
    for (client, lead) in [(&anna, ""), (&bert, ""), (&bert, "柳河")] {
        let (_, state) = upload(client, "a.md", &report(lead)).await;
        assert_eq!(state["state"], "readable", "{state}");
    }
    assert_eq!(server.violations().unwrap(), [""; 0]);
}
