//! Findings for people: a line each, then what proves it.

use wenyuan_domain::told::Told;
use wenyuan_text::authenticity::{Anchor, Evidence, Kind, Passage, Swap};

/// Pairs of words, passages and anchors that are shown of a finding; the rest
/// is in `--json`.
const MOST_SWAPS: usize = 24;
const MOST_PASSAGES: usize = 3;
const MOST_ANCHORS: usize = 4;
/// Characters of a passage.
const EXCERPT_CHARS: usize = 40;
/// Columns of a line of pairs.
const COLUMNS: usize = 96;
/// Columns before what proves a finding.
const INDENT: &str = "            ";

/// The language of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    Zh,
    En,
}

impl Words {
    /// Reads the locale as POSIX has it: the first of three that is set.
    #[expect(
        clippy::disallowed_methods,
        reason = "the locale belongs to the terminal, not to the configuration"
    )]
    pub(super) fn of_terminal() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        match locale {
            Some(locale) if locale.starts_with("zh") => Self::Zh,
            _ => Self::En,
        }
    }

    fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// Returns the lines for what was found of a file with that text.
    pub(super) fn lines(self, file_name: &str, found: &[Told], text: &str) -> Vec<String> {
        if found.is_empty() {
            return vec![format!(
                "{file_name}: {}",
                self.pick("没有发现问题", "nothing found")
            )];
        }
        let count = match self {
            Self::Zh => format!("{} 项发现", found.len()),
            Self::En if found.len() == 1 => "1 finding".to_owned(),
            Self::En => format!("{} findings", found.len()),
        };
        let mut lines = vec![format!("{file_name}: {count}")];
        for told in found {
            lines.push(self.head(told));
            lines.extend(
                self.proof(told, text)
                    .into_iter()
                    .map(|line| format!("{INDENT}{line}")),
            );
        }
        lines
    }

    fn kind(self, kind: Kind) -> &'static str {
        match kind {
            Kind::SameFile => self.pick("文件相同", "same file"),
            Kind::SameText => self.pick("文字相同", "same text"),
            Kind::SpunCopy => self.pick("伪原创", "spun copy"),
            Kind::Contained => self.pick("被包含", "contained"),
            Kind::Containing => self.pick("包含", "containing"),
            Kind::Redated => self.pick("年份不符", "re-dated"),
            Kind::TitleMismatch => self.pick("文不对题", "title"),
            Kind::LittleContent => self.pick("内容空洞", "little in it"),
            Kind::PersonalData => self.pick("个人信息", "personal"),
            Kind::SuspectedSpun => self.pick("疑似伪原创", "perhaps spun"),
        }
    }

    /// The kind, then the other document and how much of the text is concerned.
    fn head(self, told: &Told) -> String {
        let mut parts = Vec::new();
        if let Some(other) = &told.other {
            parts.push(match self {
                Self::Zh => format!("《{}》（ID {}）", other.title, other.id),
                Self::En => format!("“{}” (ID {})", other.title, other.id),
            });
            let percent = percent(told.coverage);
            parts.push(match self {
                Self::Zh => format!("相同 {percent}"),
                Self::En => format!("{percent} of the text"),
            });
        }
        if told.replaced > 0 {
            parts.push(match self {
                Self::Zh => format!("{} 个词被替换，共 {} 处", told.swap_count, told.replaced),
                Self::En => format!(
                    "{} words replaced in {} places",
                    told.swap_count, told.replaced
                ),
            });
        }
        parts.push(format!("[{}]", told.rule));
        let separator = self.pick("，", ", ");
        padded(self.kind(told.kind), INDENT.len()) + &parts.join(separator)
    }

    fn proof(self, told: &Told, text: &str) -> Vec<String> {
        let mut lines = pairs(&told.swaps);
        match &told.evidence {
            Evidence::Identity => {}
            Evidence::Passages { passages } => {
                let shown = passages.iter().take(MOST_PASSAGES);
                lines.extend(shown.map(|passage| self.passage(passage, text)));
                if passages.len() > MOST_PASSAGES {
                    let more = passages.len() - MOST_PASSAGES;
                    lines.push(match self {
                        Self::Zh => format!("另有 {more} 段"),
                        Self::En => format!("and {more} more passages"),
                    });
                }
            }
            Evidence::Years { promised, found } => {
                lines.push(self.pick("所称：", "promised: ").to_owned() + &anchors(promised));
                lines.push(self.pick("正文：", "found: ").to_owned() + &anchors(found));
            }
            Evidence::Terms { missing, instead } => {
                lines.push(format!(
                    "{}{}",
                    self.pick("标题中有而正文中无：", "in the title, never in the text: "),
                    missing.join(self.pick("、", ", "))
                ));
                lines.extend(pairs(instead));
            }
            Evidence::Measure {
                name,
                expected,
                found,
                examples,
            } => {
                lines.push(format!("{name}: {found} ({expected})"));
                lines.extend(examples.iter().cloned());
            }
            Evidence::Personal { numbers } => {
                lines.extend(numbers.iter().map(|numbers| {
                    let examples = numbers.examples.join(" ");
                    format!("{} ×{}  {examples}", numbers.kind, numbers.count)
                }));
            }
            Evidence::Suspicion { nats_per_1000 } => {
                lines.push(format!("{nats_per_1000:.1} nats / 1000"));
            }
        }
        lines
    }

    fn passage(self, passage: &Passage, text: &str) -> String {
        let (start, end) = (passage.start, passage.end);
        let length = end.saturating_sub(start) as usize;
        let mut excerpt: String = text
            .chars()
            .skip(start as usize)
            .take(length.min(EXCERPT_CHARS))
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .collect();
        if length > EXCERPT_CHARS {
            excerpt.push('…');
        }
        match self {
            Self::Zh => format!("第 {start}–{end} 字：{excerpt}"),
            Self::En => format!("characters {start}–{end}: {excerpt}"),
        }
    }
}

/// Cut, not rounded: only all of it is 100 %.
fn percent(share: f64) -> String {
    format!("{} %", (share * 100.0).floor())
}

fn anchors(anchors: &[Anchor]) -> String {
    let mut shown: Vec<_> = anchors
        .iter()
        .take(MOST_ANCHORS)
        .map(|anchor| format!("{} ({}: {})", anchor.year, anchor.source, anchor.text))
        .collect();
    if anchors.len() > MOST_ANCHORS {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// Pairs of words in columns of one width.
fn pairs(swaps: &[Swap]) -> Vec<String> {
    let cells: Vec<_> = swaps
        .iter()
        .take(MOST_SWAPS)
        .map(|swap| format!("{} → {} ×{}", swap.from, swap.to, swap.count))
        .collect();
    let widest = cells.iter().map(|cell| width(cell)).max().unwrap_or(0) + 3;
    let per_line = (COLUMNS / widest).max(1);
    let mut lines: Vec<_> = cells
        .chunks(per_line)
        .map(|line| {
            let line: String = line.iter().map(|cell| padded(cell, widest)).collect();
            line.trim_end().to_owned()
        })
        .collect();
    if swaps.len() > MOST_SWAPS {
        lines.push("…".to_owned());
    }
    lines
}

fn padded(text: &str, columns: usize) -> String {
    let spaces = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(spaces))
}

/// Columns on a terminal: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| 1 + usize::from(wenyuan_text::is_han(c)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wenyuan_domain::DocumentId;
    use wenyuan_domain::told::Other;

    fn spun() -> Told {
        Told {
            kind: Kind::SpunCopy,
            rule: "spun.pairs".to_owned(),
            other: Some(Other {
                id: DocumentId(7),
                title: "总结".to_owned(),
            }),
            coverage: 0.999,
            other_coverage: 1.0,
            swaps: vec![
                Swap {
                    from: "发展".to_owned(),
                    to: "进展".to_owned(),
                    count: 12,
                },
                Swap {
                    from: "工作".to_owned(),
                    to: "任务".to_owned(),
                    count: 3,
                },
            ],
            swap_count: 2,
            replaced: 15,
            evidence: Evidence::Passages {
                passages: vec![Passage {
                    start: 1,
                    end: 5,
                    other_start: 0,
                    other_end: 4,
                    replaced: 15,
                }],
            },
            is_hint: false,
        }
    }

    #[test]
    fn a_finding_is_told_in_both_languages_with_its_proof() {
        let zh = Words::Zh.lines("a.docx", &[spun()], "一二三\n五六");
        assert_eq!(
            zh,
            [
                "a.docx: 1 项发现",
                "伪原创      《总结》（ID 7），相同 99 %，2 个词被替换，共 15 处，[spun.pairs]",
                "            发展 → 进展 ×12   工作 → 任务 ×3",
                "            第 1–5 字：二三 五",
            ]
        );
        let en = Words::En.lines("a.docx", &[spun()], "一二三\n五六");
        assert_eq!(en[0], "a.docx: 1 finding");
        assert!(en[1].starts_with("spun copy   “总结” (ID 7), 99 % of the text, "));
        assert_eq!(Words::En.lines("a", &[], ""), ["a: nothing found"]);
    }
}
