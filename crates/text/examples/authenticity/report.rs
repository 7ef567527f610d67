//! The classes, the tables and the targets.

use std::time::Duration;

use wenyuan_text::authenticity::Kind;

use crate::negative;
use crate::spinner::Manner;
use crate::trial::{Outcome, Query, Trial};
use crate::variant;

const PARTS: [Kind; 2] = [Kind::Contained, Kind::Containing];
const COPIES: [Kind; 3] = [Kind::SameText, Kind::Contained, Kind::Containing];
const ANY: [Kind; 4] = [
    Kind::SameText,
    Kind::SpunCopy,
    Kind::Contained,
    Kind::Containing,
];

/// What was measured so far.
#[derive(Default)]
pub(crate) struct Report {
    missed: usize,
    total: Outcome,
}

/// Runs everything; gives the number of targets that were missed.
pub(crate) fn run(trial: &Trial) -> usize {
    let mut report = Report::default();
    println!(
        "{} documents, {} queries a class, seed {}\n",
        trial.library.laws.len(),
        trial.documents,
        trial.seed
    );
    println!(
        "                         queries found | same  spun  part  none | here there | swaps: rate precision recall"
    );
    report.copies(trial);
    report.spun(trial);
    report.short(trial);
    negative::run(trial, &mut report);
    report.costs(trial);
    println!("\n{} targets missed", report.missed);
    report.missed
}

impl Report {
    fn copies(&mut self, trial: &Trial) {
        let laws = &trial.library.laws;
        for name in ["copy", "retyped", "cut", "shuffled"] {
            let outcome = trial.class(name, &trial.library, |source, random| {
                let text = &laws[source].text;
                Query::Plain(match name {
                    "retyped" => variant::retyped(text, random),
                    "cut" => variant::cut(text, random),
                    "shuffled" => variant::shuffled(text, random),
                    _ => text.clone(),
                })
            });
            self.row(name, &outcome);
            let whole = name == "copy" || name == "retyped";
            let right = outcome.of(if whole { &COPIES[..1] } else { &COPIES });
            self.at_least(name, share(right, outcome.queries), 1.0);
        }
        for (name, rate) in [("part of 30 %", 0.0), ("part of 30 %, spun 10 %", 0.1)] {
            let outcome = trial.class(name, &trial.library, |source, random| {
                let part = variant::piece(&laws[source].text, 0.3, random);
                let host = (source + 1 + random.below(laws.len() - 1)) % laws.len();
                let mut spun = trial.spinners[0].spin(&part, rate, Manner::Consistent, random);
                spun.text = variant::pasted(&spun.text, &laws[host].text, random);
                Query::Spun(spun)
            });
            self.row(name, &outcome);
            self.at_least(name, share(outcome.of(&ANY), outcome.queries), 0.95);
        }
    }

    fn spun(&mut self, trial: &Trial) {
        let laws = &trial.library.laws;
        for percent in [2, 5, 10, 20, 30] {
            for (spinner, letter) in trial.spinners.iter().zip(["A", "B"]) {
                for (manner, word) in [(Manner::Consistent, "fixed"), (Manner::Random, "random")] {
                    let name = format!("spun {percent} % {letter} {word}");
                    let outcome = trial.class(&name, &trial.library, |source, random| {
                        let rate = f64::from(percent) / 100.0;
                        Query::Spun(spinner.spin(&laws[source].text, rate, manner, random))
                    });
                    self.row(&name, &outcome);
                    if (5..=20).contains(&percent) {
                        let spun = outcome.of(&[Kind::SpunCopy]);
                        self.at_least(&name, share(spun, outcome.queries), 0.99);
                    }
                    if percent == 10 {
                        let precision = share(outcome.right, outcome.listed);
                        self.at_least(&format!("{name}, precision"), precision, 0.9);
                        let recall = share(outcome.met, outcome.made);
                        self.at_least(&format!("{name}, recall"), recall, 0.8);
                    }
                }
            }
        }
        for (spinner, letter) in trial.spinners.iter().zip(["A", "B"]) {
            let name = format!("spun 10 % {letter}, cut, shuffled");
            let outcome = trial.class(&name, &trial.library, |source, random| {
                let cut = variant::cut(&laws[source].text, random);
                let text = variant::shuffled(&cut, random);
                Query::Spun(spinner.spin(&text, 0.1, Manner::Consistent, random))
            });
            self.row(&name, &outcome);
        }
    }

    /// Texts of 200 to 1,500 characters: documents as short, and pieces of long
    /// ones.
    fn short(&mut self, trial: &Trial) {
        let laws = &trial.library.laws;
        for percent in [0, 5, 10, 20] {
            let rate = f64::from(percent) / 100.0;
            let name = format!("short, spun {percent} %");
            let outcome = trial.class(&name, &trial.short, |source, random| {
                let spinner = &trial.spinners[random.below(2)];
                let text = &trial.short.laws[source].text;
                Query::Spun(spinner.spin(text, rate, Manner::Consistent, random))
            });
            self.row(&name, &outcome);
            if percent == 0 {
                let same = outcome.of(&[Kind::SameText]);
                self.at_least(&name, share(same, outcome.queries), 1.0);
            }
            let name = format!("short piece, spun {percent} %");
            let outcome = trial.class(&name, &trial.library, |source, random| {
                let text = &laws[source].text;
                let length = random.between(200, 1_500) as f64 / text.chars().count() as f64;
                let piece = variant::piece(text, length.min(1.0), random);
                let spinner = &trial.spinners[random.below(2)];
                Query::Spun(spinner.spin(&piece, rate, Manner::Consistent, random))
            });
            self.row(&name, &outcome);
        }
    }

    fn costs(&self, trial: &Trial) {
        let per = |time: Duration, count: usize| time.as_secs_f64() * 1e3 / count.max(1) as f64;
        let total = &self.total;
        println!(
            "\na check: {:.2} ms to sign, {:.2} ms to read, {:.2} ms to compare with each of {:.1} candidates",
            per(total.sign, total.queries),
            per(total.read, total.queries),
            per(total.compare, total.compared),
            total.compared as f64 / total.queries as f64,
        );
        let documents = trial.library.laws.len() as f64;
        let chars: u32 = trial.library.laws.iter().map(|l| l.signature.chars).sum();
        let (hashes, bytes) = trial.library.size();
        println!(
            "a document of {:.0} characters: {:.0} hashes, {:.0} bytes in the index",
            f64::from(chars) / documents,
            hashes as f64 / documents,
            bytes as f64 / documents,
        );
    }

    pub(crate) fn row(&mut self, name: &str, outcome: &Outcome) {
        let found = outcome.found.max(1) as f64;
        print!(
            "{name:<26} {:>5} {:>5} | {:>4}  {:>4}  {:>4}  {:>4} | {:.2}  {:.2} |",
            outcome.queries,
            outcome.found,
            outcome.of(&[Kind::SameText]),
            outcome.of(&[Kind::SpunCopy]),
            outcome.of(&PARTS),
            outcome.kinds.get(&None).copied().unwrap_or(0),
            outcome.coverage / found,
            outcome.other_coverage / found,
        );
        if outcome.made > 0 {
            print!(
                "        {:.3}     {:.3}  {:.3}",
                outcome.rate / found,
                share(outcome.right, outcome.listed),
                share(outcome.met, outcome.made),
            );
        }
        println!();
        self.total.sign += outcome.sign;
        self.total.read += outcome.read;
        self.total.compare += outcome.compare;
        self.total.queries += outcome.queries;
        self.total.compared += outcome.compared;
    }

    pub(crate) fn at_least(&mut self, name: &str, value: f64, least: f64) {
        if value < least {
            println!("MISSED {name}: {value:.4}, wanted at least {least}");
            self.missed += 1;
        }
    }

    pub(crate) fn at_most(&mut self, name: &str, value: f64, most: f64) {
        if value > most {
            println!("MISSED {name}: {value:.6}, wanted at most {most:.6}");
            self.missed += 1;
        }
    }
}

pub(crate) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
