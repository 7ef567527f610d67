//! What copyists do to a text, short of swapping words, and what lawmakers do.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::random::Random;

/// A piece of 40 to 80 % from somewhere inside.
pub(crate) fn cut(text: &str, random: &mut Random) -> String {
    let share = random.between(40, 80) as f64 / 100.0;
    piece(text, share, random)
}

/// A piece of that share from somewhere inside.
pub(crate) fn piece(text: &str, share: f64, random: &mut Random) -> String {
    let chars: Vec<char> = text.chars().collect();
    let length = ((chars.len() as f64) * share) as usize;
    let start = random.below(chars.len() - length + 1);
    chars[start..start + length].iter().collect()
}

/// The paragraphs in another order.
pub(crate) fn shuffled(text: &str, random: &mut Random) -> String {
    let mut paragraphs: Vec<&str> = text.split("\n\n").collect();
    random.shuffle(&mut paragraphs);
    paragraphs.join("\n\n")
}

/// `part` set into the middle of `host`, between paragraphs.
pub(crate) fn pasted(part: &str, host: &str, random: &mut Random) -> String {
    let mut paragraphs: Vec<&str> = host.split("\n\n").collect();
    paragraphs.insert(random.below(paragraphs.len() + 1), part);
    paragraphs.join("\n\n")
}

/// Typed anew: lines broken anywhere, spaces put in, full or half width,
/// sometimes in traditional characters.
pub(crate) fn retyped(text: &str, random: &mut Random) -> String {
    let traditional = random.chance(0.5);
    let wide = random.chance(0.5);
    let width = random.between(20, 44);
    let mut out = String::new();
    for (at, c) in text.chars().filter(|c| *c != '\n').enumerate() {
        if at % width == width - 1 {
            out.push('\n');
        }
        if random.chance(0.02) {
            out.push(if random.chance(0.5) { ' ' } else { '\u{3000}' });
        }
        out.push(match c {
            '，' => ',',
            '；' => ';',
            '（' => '(',
            '）' => ')',
            '!'..='~' if wide => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
            _ if traditional => TRADITIONAL.get(&c).copied().unwrap_or(c),
            _ => c,
        });
    }
    out
}

/// A traditional character of each simplified one.
static TRADITIONAL: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    for c in '\u{4E00}'..='\u{9FFF}' {
        let folded = wenyuan_text::fold(c.encode_utf8(&mut [0; 4]));
        if let Some(to) = folded.chars().next().filter(|to| *to != c) {
            map.entry(to).or_insert(c);
        }
    }
    map
});

/// What the reforms of 2013 and 2018 and the Civil Code made of the terms of
/// older statutes.
const RENAMED: [(&str, &str); 34] = [
    ("卫生行政部门", "卫生健康主管部门"),
    ("卫生和计划生育", "卫生健康"),
    ("计划生育", "卫生健康"),
    ("环境保护主管部门", "生态环境主管部门"),
    ("环境保护行政主管部门", "生态环境主管部门"),
    ("环境保护部门", "生态环境部门"),
    ("国土资源", "自然资源"),
    ("土地管理部门", "自然资源部门"),
    ("城乡规划主管部门", "自然资源主管部门"),
    ("工商行政管理", "市场监督管理"),
    ("质量技术监督", "市场监督管理"),
    ("食品药品监督管理", "市场监督管理"),
    ("安全生产监督管理", "应急管理"),
    ("农业行政主管部门", "农业农村主管部门"),
    ("农业主管部门", "农业农村主管部门"),
    ("林业行政主管部门", "林业草原主管部门"),
    ("旅游主管部门", "文化和旅游主管部门"),
    ("文化行政部门", "文化和旅游部门"),
    ("建设行政主管部门", "住房城乡建设主管部门"),
    ("交通主管部门", "交通运输主管部门"),
    ("劳动和社会保障", "人力资源社会保障"),
    ("劳动保障", "人力资源社会保障"),
    ("公安消防机构", "消防救援机构"),
    ("行政主管部门", "主管部门"),
    ("法制机构", "司法行政部门"),
    ("其他组织", "非法人组织"),
    ("公民", "自然人"),
    ("残疾证", "残疾人证"),
    ("农民工", "进城务工人员"),
    ("互联网", "网络"),
    ("给予处分", "给予政务处分"),
    ("行政处分", "处分"),
    ("构成犯罪的", "涉嫌犯罪的"),
    ("价格主管部门", "发展改革部门"),
];

/// An amended version, made up: terms of the reforms, other figures, an
/// article in seven gone, one in seven taken from another statute.
pub(crate) fn amended(text: &str, other: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for (from, to) in RENAMED {
        text = text.replace(from, to);
    }
    let theirs: Vec<&str> = other.split("\n\n").collect();
    let mut out: Vec<String> = Vec::new();
    for paragraph in text.split("\n\n") {
        match random.below(14) {
            0 | 1 => continue,
            2 | 3 => out.push(theirs[random.below(theirs.len())].to_owned()),
            _ => {}
        }
        let figures = paragraph.chars().map(|c| match c {
            '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' if random.chance(0.3) => {
                ['二', '三', '四', '五', '六', '七', '八', '九'][random.below(8)]
            }
            '0'..='9' if random.chance(0.3) => char::from(b'0' + random.below(10) as u8),
            _ => c,
        });
        out.push(figures.collect());
    }
    out.join("\n\n")
}
