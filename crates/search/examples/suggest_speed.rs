//! How fast titles are suggested, over as many titles as the argument says
//! (1,000,000 by default), in an index made in the directory of the second
//! argument. The titles are mixed from the words below with a fixed seed; each
//! is typed letter by letter, in characters, pinyin and initials.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement prints, and a failed step ends it"
)]

use std::path::PathBuf;
use std::time::Instant;

use wenyuan_search::{Entry, Index};
use wenyuan_text::{fold_compact_text, pinyin_keys};

const PLACES: &str = "北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 内蒙古 广西 西藏 宁夏 新疆 南京 杭州 武汉 成都 西安 沈阳 大连 青岛 厦门 宁波 苏州 长春 哈尔滨 昆明 贵阳 兰州 银川 拉萨 海口";
const BODIES: &str = "文化厅 教育局 人民政府 财政局 卫生健康委员会 民政局 公安局 交通运输局 住房和城乡建设局 自然资源局 农业农村局 水利局 应急管理局 审计局 统计局 市场监督管理局 人力资源和社会保障局 生态环境局 档案馆 图书馆 博物馆 文化馆 大学 中学 小学 医院 社区 街道办事处 供电公司 自来水公司";
const SUBJECTS: &str = "学习实践科学发展观 安全生产 乡镇文化站建设 公共文化服务 义务教育 食品安全 扶贫 环境保护 河长制 信息公开 财务管理 档案管理 干部培训 党风廉政建设 招商引资 城市规划 土地利用 森林防火 防汛抗旱 疫情防控 志愿服务 人才引进 科技创新 知识产权 消费者权益保护 医疗保险 养老服务 垃圾分类 网络安全 数据治理 采购 招标 工程质量 交通安全 旅游 体育 图书借阅 非物质文化遗产 文物保护 节能减排";
const KINDS: &str = "工作总结 实施方案 管理办法 通知 报告 调研报告 工作计划 应急预案 讲话稿 会议纪要 条例 实施细则 考核办法 合同 申请书 说明书 年度报告 统计公报 自查报告 述职报告 意见 决定 批复 公告 指南 手册 题库 教案 论文 简报";

/// xorshift64*: the same titles everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let roll = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(roll).unwrap() % sides
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len())]
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments.next().map_or(1_000_000, |n| n.parse().unwrap());
    let dir = PathBuf::from(arguments.next().expect("a directory for the index"));
    let [places, bodies, subjects, kinds] =
        [PLACES, BODIES, SUBJECTS, KINDS].map(|words| words.split(' ').collect::<Vec<_>>());
    let mut dice = Dice(42);
    let mut title = || {
        let (year, issue) = (1990 + dice.roll(36), dice.roll(400));
        let (place, body) = (dice.pick(&places), dice.pick(&bodies));
        let (subject, kind) = (dice.pick(&subjects), dice.pick(&kinds));
        match dice.roll(5) {
            0 => format!("{year}年{place}{body}{subject}{kind}"),
            1 => format!("关于印发《{place}{subject}{kind}》的通知（{year}第{issue}号）"),
            2 => format!("{subject}{kind}（{place}{body}{year}）"),
            3 => format!("{place}市{body}关于{subject}的{kind}{issue}"),
            _ => format!("{body}{year}年第{issue}期{subject}{kind}"),
        }
    };
    let titles: Vec<String> = (0..count).map(|_| title()).collect();

    let index = Index::open(&dir).unwrap();
    if index.len().unwrap() != count {
        let started = Instant::now();
        let mut writer = index.writer().unwrap();
        for (id, title) in (1_i64..).zip(&titles) {
            let entry = Entry {
                id,
                title: title.clone(),
                // Few are read often, most hardly ever.
                views: i64::try_from(10_000_000 / (1 + dice.roll(1_000_000))).unwrap(),
                ..Entry::default()
            };
            writer.put(&entry).unwrap();
            if id % 10_000 == 0 {
                writer.commit().unwrap();
            }
        }
        writer.finish().unwrap();
        println!("indexed in {:.0} s", started.elapsed().as_secs_f64());
    }

    let mut took = Vec::new();
    let mut found = 0;
    for _ in 0..1_000 {
        let folded = fold_compact_text(&titles[dice.roll(titles.len())]);
        let from = folded
            .char_indices()
            .nth(dice.roll(2) * 4)
            .map_or(0, |(at, _)| at);
        let piece = &folded[from..];
        let typed = match (dice.roll(3), pinyin_keys(piece).first()) {
            (1, Some(key)) => key.full.clone(),
            (2, Some(key)) => key.initials.clone(),
            _ => piece.to_owned(),
        };
        for (at, c) in typed.char_indices().take(12) {
            let so_far = &typed[..at + c.len_utf8()];
            let started = Instant::now();
            let ids = index.suggest_titles(so_far, 32).unwrap();
            took.push((started.elapsed(), so_far.to_owned()));
            found += usize::from(!ids.is_empty());
        }
    }
    took.sort();
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list of some thousands"
        )]
        let place = ((took.len() - 1) as f64 * share) as usize;
        let (time, typed) = &took[place];
        format!("{:.2} ms ({typed})", time.as_secs_f64() * 1e3)
    };
    println!(
        "{} titles, {} inputs, {found} with suggestions: p50 {}, p90 {}, p99 {}, most {}",
        titles.len(),
        took.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
}
