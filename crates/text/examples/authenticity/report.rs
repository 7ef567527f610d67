//! The classes, the tables and the targets.

use std::collections::HashSet;
use std::time::Duration;

use wenyuan_text::authenticity::{Kind, compare_readings};

use crate::random::Random;
use crate::spinner::Manner;
use crate::trial::{Outcome, Trial};
use crate::variant;

const WHOLE: [Kind; 2] = [Kind::SameText, Kind::SpunCopy];
const ANY: [Kind; 4] = [
    Kind::SameText,
    Kind::SpunCopy,
    Kind::Contained,
    Kind::Containing,
];

/// Runs everything; gives the number of targets that were missed.
pub(crate) fn run(trial: &Trial) -> usize {
    let mut missed = 0;
    let laws = &trial.library.laws;
    println!(
        "{} documents, {} queries a class, seed {}",
        laws.len(),
        trial.documents,
        trial.seed
    );
    println!(
        "\nclass                    source found | same  spun  part  none |  here there | ms sign read compare"
    );
    let mut total = Outcome::default();
    let mut row = |name: &str, outcome: &Outcome| {
        print_row(name, outcome);
        total.sign += outcome.sign;
        total.read += outcome.read;
        total.compare += outcome.compare;
        total.queries += outcome.queries;
        total.compared += outcome.compared;
    };

    for (name, right) in [
        ("copy", &WHOLE[..1]),
        ("retyped", &WHOLE[..1]),
        ("cut", &ANY[..]),
        ("shuffled", &ANY[..]),
    ] {
        let outcome = trial.class(name, |source, random| {
            let text = &laws[source].text;
            let text = match name {
                "retyped" => variant::retyped(text, random),
                "cut" => variant::cut(text, random),
                "shuffled" => variant::shuffled(text, random),
                _ => text.clone(),
            };
            (text, None)
        });
        row(name, &outcome);
        let spun = outcome.of(&[Kind::SpunCopy]);
        missed += target(
            name,
            share(
                outcome.of(right) - spun.min(outcome.of(right)),
                outcome.queries,
            ),
            1.0,
        );
    }
    for name in ["part of 30 %", "part of 30 %, spun 10 %"] {
        let outcome = trial.class(name, |source, random| {
            let part = variant::piece(&laws[source].text, 0.3, random);
            let host = (source + 1 + random.below(laws.len() - 1)) % laws.len();
            if name.ends_with("10 %") {
                let spun = trial.spinners[0].spin(&part, 0.1, Manner::Consistent, random);
                (variant::pasted(&spun.text, &laws[host].text, random), None)
            } else {
                (variant::pasted(&part, &laws[host].text, random), None)
            }
        });
        row(name, &outcome);
        missed += target(name, share(outcome.of(&ANY), outcome.queries), 0.95);
    }
    for percent in [2, 5, 10, 20, 30] {
        for (spinner, letter) in trial.spinners.iter().zip(["A", "B"]) {
            for (manner, word) in [(Manner::Consistent, "fixed"), (Manner::Random, "random")] {
                let name = format!("spun {percent} % {letter} {word}");
                let outcome = trial.class(&name, |source, random| {
                    let rate = f64::from(percent) / 100.0;
                    let spun = spinner.spin(&laws[source].text, rate, manner, random);
                    (spun.text.clone(), Some(spun))
                });
                row(&name, &outcome);
                if (5..=20).contains(&percent) {
                    let spun = outcome.of(&[Kind::SpunCopy]);
                    missed += target(&name, share(spun, outcome.queries), 0.99);
                }
                print_swaps(&outcome);
                if percent == 10 {
                    missed += target("  precision", share(outcome.right, outcome.listed), 0.9);
                    missed += target("  recall", share(outcome.met, outcome.made), 0.8);
                }
            }
        }
    }
    let outcome = trial.class("spun 10 %, cut, shuffled", |source, random| {
        let cut = variant::cut(&laws[source].text, random);
        let spun = trial.spinners[1].spin(
            &variant::shuffled(&cut, random),
            0.1,
            Manner::Consistent,
            random,
        );
        (spun.text.clone(), Some(spun))
    });
    row("spun 10 %, cut, shuffled", &outcome);
    for name in [
        "short copy",
        "short spun 5 %",
        "short spun 10 %",
        "short spun 20 %",
        "short of short, 10 %",
    ] {
        let outcome = trial.class(name, |source, random| {
            let text = &laws[source].text;
            let length = random.between(200, 1_500) as f64 / text.chars().count() as f64;
            let piece = variant::piece(text, length.min(1.0), random);
            let rate = match name {
                "short spun 5 %" => 0.05,
                "short spun 10 %" => 0.1,
                "short spun 20 %" => 0.2,
                _ => return (piece, None),
            };
            let spun =
                trial.spinners[random.below(2)].spin(&piece, rate, Manner::Consistent, random);
            (spun.text.clone(), Some(spun))
        });
        row(name, &outcome);
    }
    missed += negatives(trial);
    let per = |time: Duration, count: usize| time.as_secs_f64() * 1e3 / count.max(1) as f64;
    let hashes = trial.library.signature_hashes() as f64 / laws.len() as f64;
    println!(
        "\na query: sign {:.2} ms, read {:.2} ms, compare {:.2} ms with each of {:.1} candidates",
        per(total.sign, total.queries),
        per(total.read, total.queries),
        per(total.compare, total.compared),
        total.compared as f64 / total.queries as f64,
    );
    println!(
        "a document: {hashes:.0} hashes, {:.0} bytes as stored by 8",
        hashes * 8.0
    );
    println!("\n{missed} targets missed");
    missed
}

/// Pairs of different statutes and amended versions.
fn negatives(trial: &Trial) -> usize {
    let laws = &trial.library.laws;
    let mut seen: HashSet<(usize, usize)> = HashSet::new();
    let (mut spun, mut same, mut part, mut hard) = (0, 0, 0, 0);
    for (at, law) in laws.iter().enumerate() {
        for candidate in trial.library.candidates(&law.signature, Some(at)) {
            if !seen.insert((at, candidate)) {
                continue;
            }
            hard += 1;
            let comparison = compare_readings(
                &law.reading,
                &laws[candidate].reading,
                &trial.knowledge,
                &[],
            );
            let kind = comparison.finding.as_ref().map(|finding| finding.kind);
            spun += usize::from(kind == Some(Kind::SpunCopy));
            same += usize::from(kind == Some(Kind::SameText));
            part += usize::from(matches!(kind, Some(Kind::Contained | Kind::Containing)));
            if comparison.measures.pairs >= 6 || kind.is_some() {
                trial.tell(
                    &format!("hard {}", laws[candidate].title),
                    at,
                    kind,
                    &comparison,
                );
            }
        }
    }
    let all = laws.len() * (laws.len() - 1);
    println!(
        "\n{hard} hardest of {all} pairs of different statutes: {spun} spun, {same} same, {part} part"
    );
    let mut missed = at_most("false spun, hardest", share(spun, hard), 0.01);
    missed += at_most("false spun, all pairs", share(spun, all), 0.000_01);
    let outcome = trial.class("amended", |source, random: &mut Random| {
        let other = &laws[random.below(laws.len())].text;
        (variant::amended(&laws[source].text, other, random), None)
    });
    print_row("amended", &outcome);
    missed += at_most(
        "false spun, amended",
        share(outcome.of(&[Kind::SpunCopy]), outcome.queries),
        0.01,
    );
    missed
}

fn print_row(name: &str, outcome: &Outcome) {
    let per = |time: Duration, count: usize| time.as_secs_f64() * 1e3 / count.max(1) as f64;
    println!(
        "{name:<24} {:>6} {:>5} | {:>4}  {:>4}  {:>4}  {:>4} | {:>5.2} {:>5.2} |   {:>6.2} {:>5.2} {:>5.2}",
        outcome.queries,
        outcome.found,
        outcome.of(&[Kind::SameText]),
        outcome.of(&[Kind::SpunCopy]),
        outcome.of(&[Kind::Contained, Kind::Containing]),
        outcome.kinds.get(&None).copied().unwrap_or(0),
        outcome.coverage / outcome.found.max(1) as f64,
        outcome.other_coverage / outcome.found.max(1) as f64,
        per(outcome.sign, outcome.queries),
        per(outcome.read, outcome.queries),
        per(outcome.compare, outcome.compared),
    );
}

fn print_swaps(outcome: &Outcome) {
    println!(
        "    rate {:.3}  swaps: precision {:.3}  recall {:.3}  ({} made)",
        outcome.rate / outcome.found.max(1) as f64,
        share(outcome.right, outcome.listed),
        share(outcome.met, outcome.made),
        outcome.made,
    );
}

fn target(name: &str, value: f64, least: f64) -> usize {
    if value >= least {
        return 0;
    }
    println!("MISSED {name}: {value:.4}, wanted at least {least}");
    1
}

fn at_most(name: &str, value: f64, most: f64) -> usize {
    if value <= most {
        return 0;
    }
    println!("MISSED {name}: {value:.6}, wanted at most {most}");
    1
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
