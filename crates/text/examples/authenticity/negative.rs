//! What must not be called spun: different statutes, and amended versions.

use wenyuan_text::authenticity::{Kind, compare_readings};

use crate::library::Library;
use crate::report::{Report, share};
use crate::trial::{Query, Trial};
use crate::variant;

pub(crate) fn run(trial: &Trial, report: &mut Report) {
    println!();
    for (name, library) in [("statutes", &trial.library), ("short texts", &trial.short)] {
        unrelated(name, trial, library, report);
    }
    let laws = &trial.library.laws;
    let outcome = trial.class("amended", &trial.library, |source, random| {
        let other = &laws[random.below(laws.len())].text;
        Query::Plain(variant::amended(&laws[source].text, other, random))
    });
    report.row("amended", &outcome);
    let spun = outcome.of(&[Kind::SpunCopy]);
    report.at_most("amended, false spun", share(spun, outcome.queries), 0.01);
}

/// Every pair that the index proposes, both ways; the others share too little
/// to be anything.
fn unrelated(name: &str, trial: &Trial, library: &Library, report: &mut Report) {
    let laws = &library.laws;
    let (mut spun, mut same, mut part, mut hard) = (0, 0, 0, 0);
    for (at, law) in laws.iter().enumerate() {
        for candidate in library.candidates(&law.signature, Some(at)) {
            hard += 1;
            let other = &laws[candidate];
            let comparison = compare_readings(&law.reading, &other.reading, &trial.knowledge, &[]);
            let kind = comparison.finding.as_ref().map(|finding| finding.kind);
            spun += usize::from(kind == Some(Kind::SpunCopy));
            same += usize::from(kind == Some(Kind::SameText));
            part += usize::from(matches!(kind, Some(Kind::Contained | Kind::Containing)));
            if comparison.measures.pairs >= 6 || kind.is_some() {
                trial.tell(
                    &format!("hard {}", other.title),
                    &law.title,
                    kind,
                    &comparison,
                );
            }
        }
    }
    let all = laws.len() * (laws.len() - 1);
    println!(
        "of {all} pairs of different {name} the {hard} nearest: {spun} spun, {same} same, {part} part"
    );
    report.at_most(
        &format!("{name}, nearest, false spun"),
        share(spun, hard),
        0.01,
    );
    report.at_most(
        &format!("{name}, all pairs, false spun"),
        share(spun, all),
        0.000_01,
    );
}
