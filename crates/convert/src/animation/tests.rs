use super::{Hidden, Part, Timing, read};

/// An effect as PowerPoint writes it: its class, when it begins, its target.
fn effect(class: &str, node: &str, target: &str) -> String {
    effect_with(class, node, target, "")
}

fn effect_with(class: &str, node: &str, target: &str, more: &str) -> String {
    let value = if class == "exit" { "hidden" } else { "visible" };
    format!(
        r#"<p:par><p:cTn presetID="1" presetClass="{class}" fill="hold" nodeType="{node}"><p:childTnLst><p:set><p:cBhvr><p:cTn dur="1"/><p:tgtEl>{target}</p:tgtEl><p:attrNameLst><p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr><p:to><p:strVal val="{value}"/></p:to></p:set><p:animEffect transition="in" filter="fade"><p:cBhvr><p:cTn dur="500"/><p:tgtEl>{target}</p:tgtEl></p:cBhvr></p:animEffect></p:childTnLst>{more}</p:cTn></p:par>"#
    )
}

fn shape(id: u32) -> String {
    format!(r#"<p:spTgt spid="{id}"/>"#)
}

fn paragraphs(id: u32, first: u32, last: u32) -> String {
    format!(r#"<p:spTgt spid="{id}"><p:txEl><p:pRg st="{first}" end="{last}"/></p:txEl></p:spTgt>"#)
}

fn slide(sequence: &str, effects: &str) -> String {
    format!(
        r#"<p:sld><p:timing><p:tnLst><p:par><p:cTn id="1" nodeType="tmRoot"><p:childTnLst><p:seq><p:cTn id="2" nodeType="{sequence}"><p:childTnLst><p:par><p:cTn fill="hold"><p:childTnLst>{effects}</p:childTnLst></p:cTn></p:par></p:childTnLst></p:cTn></p:seq></p:childTnLst></p:cTn></p:par></p:tnLst></p:timing></p:sld>"#
    )
}

/// Shapes 2 to 9 are there, with three paragraphs each.
fn played(xml: &str) -> Timing {
    read(xml.as_bytes(), &|id| (2..10).contains(&id).then_some(3))
}

fn main_sequence(effects: &[String]) -> Timing {
    played(&slide("mainSeq", &effects.concat()))
}

fn whole(ids: &[u32]) -> Hidden {
    ids.iter().map(|id| (*id, Part::Whole)).collect()
}

fn steps(states: Vec<Hidden>) -> Timing {
    Timing::Steps {
        states,
        is_partial: false,
    }
}

#[test]
fn a_click_shows_what_comes_with_and_after_it() {
    let timing = main_sequence(&[
        effect("entr", "clickEffect", &shape(2)),
        effect("entr", "withEffect", &shape(3)),
        effect("entr", "afterEffect", &shape(4)),
        effect("entr", "clickEffect", &shape(5)),
    ]);
    assert_eq!(
        timing,
        steps(vec![whole(&[2, 3, 4, 5]), whole(&[5]), whole(&[])])
    );
}

#[test]
fn what_plays_before_the_first_click_is_there_from_the_start() {
    let timing = main_sequence(&[
        effect("entr", "afterEffect", &shape(2)),
        effect("entr", "clickEffect", &shape(3)),
    ]);
    assert_eq!(timing, steps(vec![whole(&[3]), whole(&[])]));
}

#[test]
fn a_slide_that_plays_by_itself_is_stepped_through_by_what_waits() {
    let timing = main_sequence(&[
        effect("entr", "withEffect", &shape(2)),
        effect("entr", "withEffect", &shape(3)),
        effect("entr", "afterEffect", &shape(4)),
    ]);
    assert_eq!(
        timing,
        steps(vec![whole(&[2, 3, 4]), whole(&[4]), whole(&[])])
    );
}

#[test]
fn what_leaves_is_there_until_then() {
    let timing = main_sequence(&[
        effect("exit", "clickEffect", &shape(2)),
        effect("entr", "clickEffect", &shape(3)),
        effect("exit", "withEffect", &shape(4)),
        effect("entr", "clickEffect", &shape(2)),
    ]);
    assert_eq!(
        timing,
        steps(vec![
            whole(&[3]),
            whole(&[2, 3]),
            whole(&[2, 4]),
            whole(&[4])
        ])
    );
}

#[test]
fn paragraphs_come_one_by_one_or_in_ranges() {
    let timing = main_sequence(&[
        effect("entr", "clickEffect", &paragraphs(2, 0, 1)),
        effect("entr", "clickEffect", &paragraphs(2, 2, 2)),
        effect(
            "entr",
            "withEffect",
            r#"<p:spTgt spid="2"><p:bg/></p:spTgt>"#,
        ),
    ]);
    let [one, two, three] = [0, 1, 2].map(|number| (2, Part::Paragraph(number)));
    let ground = (2, Part::Background);
    assert_eq!(
        timing,
        steps(vec![
            Hidden::from([ground, one, two, three]),
            Hidden::from([ground, three]),
            Hidden::new(),
        ])
    );
}

#[test]
fn a_shape_may_leave_once_it_was_shown() {
    let leaving = |relation: &str| {
        format!(
            r#"<p:subTnLst><p:set><p:cBhvr override="childStyle"><p:cTn dur="1" masterRel="{relation}" afterEffect="1"/><p:tgtEl><p:spTgt spid="2"/></p:tgtEl><p:attrNameLst><p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr><p:to><p:strVal val="hidden"/></p:to></p:set></p:subTnLst>"#
        )
    };
    let timing = main_sequence(&[
        effect_with("entr", "clickEffect", &shape(2), &leaving("nextClick")),
        effect("entr", "clickEffect", &shape(3)),
    ]);
    assert_eq!(
        timing,
        steps(vec![whole(&[2, 3]), whole(&[3]), whole(&[2])])
    );
}

#[test]
fn motion_and_emphasis_are_left_out_and_said() {
    let only = main_sequence(&[effect("emph", "clickEffect", &shape(2))]);
    assert!(matches!(only, Timing::Unreadable(_)), "{only:?}");
    let timing = main_sequence(&[
        effect("entr", "clickEffect", &shape(2)),
        effect("path", "clickEffect", &shape(2)),
    ]);
    assert_eq!(
        timing,
        Timing::Steps {
            states: vec![whole(&[2]), whole(&[])],
            is_partial: true
        }
    );
}

#[test]
fn shapes_that_are_not_there_are_left_out_and_said() {
    let timing = main_sequence(&[
        effect("entr", "clickEffect", &shape(77)),
        effect("entr", "clickEffect", &shape(2)),
        effect("entr", "withEffect", &paragraphs(3, 8, u32::MAX)),
        effect("entr", "withEffect", r#"<p:spTgt spid="_x0000_s1026"/>"#),
    ]);
    assert_eq!(
        timing,
        Timing::Steps {
            states: vec![whole(&[2]), whole(&[])],
            is_partial: true
        }
    );
}

#[test]
fn triggers_and_effects_without_a_place_have_no_order() {
    let trigger = slide("interactiveSeq", &effect("entr", "clickEffect", &shape(2)));
    assert!(matches!(played(&trigger), Timing::Unreadable(_)));
    let loose = slide("mainSeq", &effect("entr", "", &shape(2)));
    assert!(matches!(played(&loose), Timing::Unreadable(_)));
    let outside = slide("tmRoot", &effect("entr", "clickEffect", &shape(2)));
    assert!(matches!(played(&outside), Timing::Unreadable(_)));
}

#[test]
fn films_and_empty_trees_are_still() {
    let film = r#"<p:par><p:cTn presetClass="mediacall" nodeType="clickEffect"><p:childTnLst><p:cmd type="call" cmd="playFrom(0.0)"><p:cBhvr><p:cTn dur="1"/><p:tgtEl><p:spTgt spid="2"/></p:tgtEl></p:cBhvr></p:cmd></p:childTnLst></p:cTn></p:par>"#;
    for sequence in ["mainSeq", "interactiveSeq"] {
        assert_eq!(played(&slide(sequence, film)), Timing::Still);
    }
    assert_eq!(played("<p:sld><p:timing/></p:sld>"), Timing::Still);
    assert_eq!(played("<p:sld/>"), Timing::Still);
}

#[test]
fn the_choice_for_older_programs_is_not_played_twice() {
    let one = slide("mainSeq", &effect("entr", "clickEffect", &shape(2)));
    let timing = one.replace("<p:sld>", "").replace("</p:sld>", "");
    let both = format!(
        "<p:sld><mc:AlternateContent><mc:Choice>{timing}</mc:Choice><mc:Fallback>{timing}</mc:Fallback></mc:AlternateContent></p:sld>"
    );
    assert_eq!(played(&both), steps(vec![whole(&[2]), whole(&[])]));
}

#[test]
fn hostile_trees_end() {
    let click = effect("entr", "clickEffect", &shape(2)) + &effect("exit", "withEffect", &shape(2));
    let many = slide("mainSeq", &click.repeat(5_000));
    assert!(matches!(played(&many), Timing::Unreadable(_)));
    let clicks: Vec<String> = (0..50)
        .map(|index| {
            let class = if index % 2 == 0 { "entr" } else { "exit" };
            effect(class, "clickEffect", &shape(2))
        })
        .collect();
    assert!(matches!(main_sequence(&clicks), Timing::Unreadable(_)));
    let nested = format!(
        "<p:sld><p:timing>{}{}</p:timing></p:sld>",
        r#"<p:par><p:cTn presetClass="entr" nodeType="clickEffect">"#.repeat(20_000),
        "</p:cTn></p:par>".repeat(20_000)
    );
    assert!(matches!(played(&nested), Timing::Unreadable(_)));
    let cut = &slide("mainSeq", &effect("entr", "clickEffect", &shape(2)))[..300];
    let _ = played(cut);
    assert!(matches!(
        played("<p:sld><p:timing></p:cTn></p:timing></p:sld>"),
        Timing::Unreadable(_)
    ));
}

/// Few targets once made hundreds of thousands of paragraphs, each told apart
/// in every state.
#[test]
fn too_many_paragraphs_are_given_up() {
    let all: Vec<String> = (0..60)
        .map(|id| effect("entr", "withEffect", &paragraphs(id, 0, u32::MAX)))
        .collect();
    let xml = slide("mainSeq", &all.concat());
    assert_eq!(
        read(xml.as_bytes(), &|_| Some(200)),
        Timing::Unreadable("it has too many effects")
    );
    assert!(matches!(
        read(xml.as_bytes(), &|_| Some(20)),
        Timing::Steps { .. }
    ));
}
