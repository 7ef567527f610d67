//! Attributed quotation (引文): what a text says to be another's words.
//!
//! Quoting is not copying, so comparison leaves these ranges out. A quotation
//! counts when its source is named beside it; a text that consists of
//! quotations is a copy nevertheless.

use std::ops::Range;

use super::subject::MAX_EXAMINED_CHARS;

/// Shorter ones change nothing.
const MIN_CHARS: usize = 8;
/// Longer ones are no quotation: a paragraph or two.
const MAX_CHARS: usize = 1_000;
/// What a sentence that introduces a quotation may be long.
const BEFORE: usize = 60;
/// Marks within marks; what is deeper is not read.
const MAX_DEPTH: usize = 8;

/// Words after which another speaks, at the end of a clause.
const SAYS: &[&str] = &[
    "规定",
    "指出",
    "认为",
    "强调",
    "提出",
    "写道",
    "写到",
    "明确",
    "要求",
    "表示",
    "记载",
    "主张",
    "宣布",
    "声明",
    "论述",
    "如下",
    "有言",
    "有云",
    "所言",
    "所说",
    "所述",
    "定义为",
    "讲道",
    "讲到",
    "说道",
    "谈到",
    "称",
    "载",
];
/// The same, common in the dialogue of stories: only for longer sentences.
const TELLS: &[&str] = &["说", "道", "讲", "曰", "云", "言", "写"];
const PRONOUNS: &[char] = &['我', '你', '他', '她', '它', '们', '您'];

/// Finds attributed quotations (《…》第N条规定：“…”, 某某指出：“…”, “…”（《…》）),
/// without their marks: ascending ranges of characters that do not overlap.
///
/// Empty when they make up more than half of the text. At most
/// [`MAX_EXAMINED_CHARS`] are read, in linear time.
pub fn quotations(text: &str) -> Vec<Range<u32>> {
    let chars: Vec<char> = text.chars().take(MAX_EXAMINED_CHARS).collect();
    let mut found = in_marks(&chars);
    found.extend(articles(&chars));
    found.sort_unstable_by_key(|range| (range.start, usize::MAX - range.end));
    let mut behind = 0;
    found.retain(|range| {
        let is_free = range.start >= behind;
        if is_free {
            behind = range.end;
        }
        is_free
    });
    let quoted: usize = found.iter().map(|range| range.len()).sum();
    if quoted * 2 > chars.len() {
        return Vec::new();
    }
    let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    found
        .into_iter()
        .map(|range| place(range.start)..place(range.end))
        .collect()
}

/// Attributed text between quotation marks.
fn in_marks(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut straight = None;
    let mut consider = |range: Range<usize>| {
        if (MIN_CHARS..=MAX_CHARS).contains(&range.len()) && is_attributed(chars, &range) {
            found.push(range);
        }
    };
    for (at, &c) in chars.iter().enumerate() {
        match c {
            '“' | '「' | '『' | '〝' | '«' => {
                if open.len() == MAX_DEPTH {
                    open.remove(0);
                }
                open.push((closing(c), at));
            }
            '”' | '」' | '』' | '〞' | '»' => {
                while let Some((close, start)) = open.pop() {
                    // Recognition and old editors mix the two pairs.
                    if close == c || matches!((close, c), ('”', '〞') | ('〞', '”')) {
                        consider(start + 1..at);
                        break;
                    }
                }
            }
            '"' | '＂' => match straight.take() {
                Some(start) if at - start <= MAX_CHARS => consider(start + 1..at),
                _ => straight = Some(at),
            },
            _ => {}
        }
    }
    found
}

fn closing(c: char) -> char {
    match c {
        '「' => '」',
        '『' => '』',
        '〝' => '〞',
        '«' => '»',
        _ => '”',
    }
}

/// Whether the source of what stands between the marks around `range` is named.
fn is_attributed(chars: &[char], range: &Range<usize>) -> bool {
    introduces(chars, range.start - 1, range.len()) || is_cited_behind(chars, range.end + 1)
}

/// Whether the clause that ends before `end` names a source.
fn introduces(chars: &[char], end: usize, quoted: usize) -> bool {
    let clause: Vec<char> = chars[end.saturating_sub(BEFORE)..end]
        .iter()
        .copied()
        .filter(|c| !c.is_whitespace())
        .collect();
    let ends = clause
        .iter()
        .rposition(|c| !matches!(c, ':' | '：' | ',' | '，' | '—' | '-'))
        .map_or(0, |last| last + 1);
    let has_colon = clause[ends..].iter().any(|c| matches!(c, ':' | '：'));
    let clause: String = clause[..ends].iter().collect();
    if clause.ends_with(['条', '款', '项']) && names_article(&clause) {
        return true;
    }
    if clause.ends_with(['》', '］', ']']) && has_colon {
        return true;
    }
    if SAYS.iter().any(|verb| clause.ends_with(verb)) {
        return true;
    }
    quoted >= 20
        && TELLS.iter().any(|verb| {
            clause
                .strip_suffix(verb)
                .is_some_and(|who| !who.is_empty() && !who.ends_with(PRONOUNS))
        })
}

/// Whether 《…》第N条 stands in a clause.
fn names_article(clause: &str) -> bool {
    clause
        .rfind('》')
        .is_some_and(|title| clause[title..].contains('第'))
}

/// Whether a source stands behind a closing mark: （《…》…）, ——某某, [1], ①.
fn is_cited_behind(chars: &[char], behind: usize) -> bool {
    let mut rest = chars[behind.min(chars.len())..]
        .iter()
        .copied()
        .filter(|c| !c.is_whitespace())
        .take(4)
        .skip_while(|c| matches!(c, '。' | '，' | '.' | ','));
    let (first, second) = (rest.next(), rest.next());
    match (first, second) {
        (Some('(' | '（'), Some(c)) => matches!(c, '《' | '见'),
        (Some('—'), Some('—')) => true,
        (Some('[' | '［' | '〔'), Some(c)) => c.is_ascii_digit(),
        (Some(c), _) => matches!(c, '①'..='⑳'),
        _ => false,
    }
}

/// Articles quoted without marks: 《…》第N条规定：… to the end of the paragraph.
fn articles(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for at in 2..chars.len() {
        if !matches!(chars[at], ':' | '：') || chars[at - 2..at] != ['规', '定'] {
            continue;
        }
        let clause: String = chars[at.saturating_sub(BEFORE)..at].iter().collect();
        let next = chars[at + 1..].iter().copied().find(|c| !c.is_whitespace());
        if !names_article(&clause) || next.is_none_or(|c| matches!(c, '“' | '「' | '"' | '〝'))
        {
            continue;
        }
        let start = at + 1;
        let mut end = start;
        for here in start..chars.len().min(start + MAX_CHARS / 2) {
            if matches!(chars[here], '。' | '；') {
                end = here + 1;
                if chars.get(end).is_none_or(|&c| c == '\n') {
                    break;
                }
            }
        }
        if end - start >= MIN_CHARS {
            found.push(start..end);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        quotations(text)
            .into_iter()
            .map(|range| {
                chars[range.start as usize..range.end as usize]
                    .iter()
                    .collect()
            })
            .collect()
    }

    const OWN: &str = "这一段是作者自己的话,说的是乡镇文化站怎样办读书会,怎样登记图书,怎样请来讲课的老师。\
        读者多是附近的村民,也有放学以后来写作业的孩子,冬天炉子要早早生好。";

    #[test]
    fn statutes_and_speakers_are_quoted() {
        let text = format!(
            "{OWN}《中华人民共和国劳动法》第三条规定：“劳动者享有平等就业和选择职业的权利。”{OWN}\
             鲁迅先生曾经这样写道：「从来如此,便对么？这是一个问题。」{OWN}“读书是在别人思想的帮助下建立自己的思想。”（《鲁巴金文集》）"
        );
        assert_eq!(
            quoted(&text),
            [
                "劳动者享有平等就业和选择职业的权利。",
                "从来如此,便对么？这是一个问题。",
                "读书是在别人思想的帮助下建立自己的思想。"
            ]
        );
    }

    #[test]
    fn an_article_needs_no_marks() {
        let text = format!(
            "{OWN}\n根据《图书馆法》第二十条第一款规定：公共图书馆应当免费向社会公众开放。设施有变动的,应当公告。\n{OWN}"
        );
        assert_eq!(
            quoted(&text),
            ["公共图书馆应当免费向社会公众开放。设施有变动的,应当公告。"]
        );
    }

    #[test]
    fn marks_without_a_source_quote_nothing() {
        for text in [
            "所谓“统一规划、分级负责、属地管理、合理利用”的原则,在这里不作讨论。",
            "要抓好“三个环节”,做到“三个到位”的总体要求,结合自身的特点。",
            "他说：“明天我们一起去渡口看看那盏旧灯笼好不好,顺便带上那本书。”她点了点头,没有说话。",
        ] {
            assert_eq!(quoted(&format!("{OWN}{text}{OWN}")), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_text_made_of_quotations_quotes_nothing() {
        let text = format!("某某指出：“{OWN}{OWN}”");
        assert_eq!(quoted(&text), [""; 0]);
        assert_eq!(quoted(""), [""; 0]);
    }

    #[test]
    fn marks_that_never_close_cost_nothing() {
        assert!(quotations(&"“".repeat(1_000_000)).is_empty());
        assert!(quotations(&"规定：".repeat(300_000)).is_empty());
        assert!(quotations(&"\"规定:".repeat(300_000)).len() < 300_000);
    }
}
