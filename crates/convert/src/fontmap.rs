//! Names of Chinese and Korean fonts, and of Aptos, to faces that are there.
//!
//! The engine that draws Office files knows a handful of Chinese family names.
//! For the rest (仿宋_GB2312, 方正小标宋简体, …) it falls back to a sans face
//! whose metrics it takes for lines of exact pitch as well, so that a report of
//! five pages came out as seven. The engine keeps its search for fonts to
//! itself, but it reads names from the file: so `package` rewrites the names in
//! the file's XML, before the engine's parser, by the table here. That mends
//! choice and metrics in one place, works for the three Office formats alike,
//! and needs nothing of the engine that is not public.
//!
//! A name is left alone when the machine has that family; it becomes the
//! family's other name (仿宋 ↔ FangSong) when the machine has it under that;
//! only else does a bundled family of the same class stand in, and the report
//! says so. Latin names but Aptos are left to the engine, which knows metric twins.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use crate::engine_fonts;
use crate::fonts;

/// The kinds of type that a bundled family stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// 宋体, also 明體: text type with serifs.
    Song,
    /// 黑体, also 等线, 圆体: without serifs.
    Hei,
    /// 微软雅黑 and 微軟正黑: the same on a taller body.
    YaHei,
    /// 仿宋: the text of official documents.
    FangSong,
    /// 楷体, also 隶书 and 行楷: written with a brush.
    Kai,
    /// 맑은 고딕, the Korean face of Office.
    Malgun,
    /// 굴림, 돋움, 바탕: the Korean faces before it.
    Gulim,
    /// Aptos, the Latin face of a current Word.
    Aptos,
}

impl Class {
    /// The bundled family that stands for the class.
    pub(crate) fn family(self) -> &'static str {
        match self {
            Self::Song => fonts::SONG,
            Self::Hei | Self::YaHei => fonts::HEI,
            Self::FangSong => fonts::FANG_SONG,
            Self::Kai => fonts::KAI,
            Self::Malgun | Self::Gulim => fonts::KOREAN,
            Self::Aptos => fonts::LATIN_SANS,
        }
    }

    /// The name under which the engine knows that family; none where its own
    /// table leads there.
    fn engine_name(self) -> Option<&'static str> {
        Some(match self {
            Self::Song => engine_fonts::SONG,
            Self::Hei => engine_fonts::HEI,
            Self::YaHei => engine_fonts::YAHEI,
            Self::FangSong => engine_fonts::FANG_SONG,
            Self::Kai => engine_fonts::KAI,
            Self::Gulim => engine_fonts::GULIM,
            Self::Aptos => engine_fonts::APTOS,
            Self::Malgun => return None,
        })
    }
}

/// Faces by all their names, each row one design.
const DESIGNS: &[(Class, &[&str])] = &[
    (Class::Song, &["宋体", "宋體", "SimSun"]),
    (Class::Song, &["新宋体", "新宋體", "NSimSun"]),
    (Class::Song, &["宋体-扩展B", "SimSun-ExtB"]),
    (Class::Song, &["华文宋体", "STSong", "Songti SC", "宋体-简"]),
    (Class::Song, &["华文中宋", "STZhongsong"]),
    (
        Class::Song,
        &[
            "方正书宋简体",
            "方正书宋_GBK",
            "FZShuSong-Z01",
            "FZShuSong-Z01S",
        ],
    ),
    (
        Class::Song,
        &[
            "方正小标宋简体",
            "方正小标宋_GBK",
            "FZXiaoBiaoSong-B05",
            "FZXiaoBiaoSong-B05S",
        ],
    ),
    (Class::Song, &["方正大标宋简体", "FZDaBiaoSong-B06S"]),
    (
        Class::Song,
        &[
            "思源宋体",
            "Source Han Serif SC",
            "Source Han Serif CN",
            "Noto Serif CJK SC",
            "Noto Serif SC",
        ],
    ),
    (Class::Song, &["細明體", "细明体", "MingLiU"]),
    (Class::Song, &["新細明體", "新细明体", "PMingLiU"]),
    (Class::Song, &["MS Mincho", "ＭＳ 明朝", "MS 明朝"]),
    (Class::Song, &["MS PMincho", "ＭＳ Ｐ明朝"]),
    (Class::Song, &["游明朝", "Yu Mincho"]),
    (Class::Hei, &["黑体", "黑體", "SimHei"]),
    (Class::YaHei, &["微软雅黑", "微軟雅黑", "Microsoft YaHei"]),
    (Class::YaHei, &["微软雅黑 Light", "Microsoft YaHei Light"]),
    (Class::YaHei, &["Microsoft YaHei UI"]),
    (Class::Hei, &["等线", "等線", "DengXian"]),
    (Class::Hei, &["等线 Light", "DengXian Light"]),
    (Class::Hei, &["幼圆", "幼圓", "YouYuan"]),
    (Class::Hei, &["华文细黑", "STXihei"]),
    (Class::Hei, &["华文黑体", "STHeiti", "Heiti SC", "黑体-简"]),
    (Class::Hei, &["苹方", "苹方-简", "PingFang SC"]),
    (
        Class::Hei,
        &["方正黑体简体", "方正黑体_GBK", "FZHei-B01", "FZHei-B01S"],
    ),
    (Class::Hei, &["方正细黑一简体", "FZXiHeiI-Z08S"]),
    (
        Class::Hei,
        &[
            "思源黑体",
            "Source Han Sans SC",
            "Source Han Sans CN",
            "Noto Sans CJK SC",
            "Noto Sans SC",
        ],
    ),
    (Class::Hei, &["文泉驿正黑", "WenQuanYi Zen Hei"]),
    (Class::Hei, &["文泉驿微米黑", "WenQuanYi Micro Hei"]),
    (
        Class::YaHei,
        &["微軟正黑體", "微软正黑体", "Microsoft JhengHei"],
    ),
    (Class::Hei, &["MS Gothic", "ＭＳ ゴシック", "MS ゴシック"]),
    (Class::Hei, &["MS PGothic", "ＭＳ Ｐゴシック"]),
    (Class::Hei, &["游ゴシック", "Yu Gothic"]),
    (Class::Hei, &["メイリオ", "Meiryo"]),
    (Class::FangSong, &["仿宋", "仿宋体", "仿宋體", "FangSong"]),
    (Class::FangSong, &["仿宋_GB2312", "FangSong_GB2312"]),
    (Class::FangSong, &["华文仿宋", "STFangsong"]),
    (
        Class::FangSong,
        &[
            "方正仿宋简体",
            "方正仿宋_GBK",
            "FZFangSong-Z02",
            "FZFangSong-Z02S",
        ],
    ),
    (Class::Kai, &["楷体", "楷體", "KaiTi", "SimKai"]),
    (Class::Kai, &["楷体_GB2312", "KaiTi_GB2312"]),
    (Class::Kai, &["华文楷体", "STKaiti", "Kaiti SC", "楷体-简"]),
    (
        Class::Kai,
        &["方正楷体简体", "方正楷体_GBK", "FZKai-Z03", "FZKai-Z03S"],
    ),
    (Class::Kai, &["標楷體", "标楷体", "DFKai-SB", "BiauKai"]),
    (Class::Kai, &["隶书", "隸書", "LiSu", "SimLi"]),
    (Class::Kai, &["华文隶书", "STLiti"]),
    (Class::Kai, &["华文行楷", "STXingkai"]),
    (Class::Kai, &["华文新魏", "STXinwei"]),
    (Class::Aptos, &["Aptos", "Aptos Display"]),
    (Class::Malgun, &["맑은 고딕", "Malgun Gothic"]),
    (Class::Gulim, &["굴림", "Gulim"]),
    (Class::Gulim, &["굴림체", "GulimChe"]),
    (Class::Gulim, &["돋움", "Dotum"]),
    (Class::Gulim, &["돋움체", "DotumChe"]),
    (Class::Gulim, &["바탕", "Batang"]),
    (Class::Gulim, &["바탕체", "BatangChe"]),
    (Class::Gulim, &["궁서", "Gungsuh"]),
    (Class::Gulim, &["나눔고딕", "NanumGothic", "Nanum Gothic"]),
    (
        Class::Gulim,
        &["나눔명조", "NanumMyeongjo", "Nanum Myeongjo"],
    ),
];

/// What becomes of a name in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The machine has the family, or the name is none of ours.
    Keep,
    /// The machine has the same design under this name.
    Alias(String),
    /// The machine has it under no name: `family` stands in, which the engine
    /// knows as `name`.
    StandIn {
        name: &'static str,
        family: &'static str,
    },
}

/// Decides for every name, knowing what the machine has.
#[derive(Clone, Debug, Default)]
pub(crate) struct FontMap {
    /// Family names of the machine, by their folded form.
    machine: BTreeMap<String, String>,
    /// Whether the bundled families can be reached by the engine.
    bundled: bool,
}

impl FontMap {
    pub(crate) fn new(machine: impl IntoIterator<Item = String>, bundled: bool) -> Self {
        Self {
            machine: machine
                .into_iter()
                .map(|family| (fold(&family), family))
                .collect(),
            bundled,
        }
    }

    /// Decides what a family name in a file becomes.
    pub(crate) fn choose(&self, asked: &str) -> Choice {
        let folded = fold(asked);
        let design = design_of(&folded);
        // A name with its vertical mark is not what the machine calls it.
        if self.machine.contains_key(&folded) {
            return if asked.trim().starts_with('@') {
                Choice::Alias(self.machine[&folded].clone())
            } else {
                Choice::Keep
            };
        }
        let own = design
            .into_iter()
            .flat_map(|(_, names)| names.iter())
            .find_map(|name| self.machine.get(&fold(name)));
        if let Some(own) = own {
            return Choice::Alias(own.clone());
        }
        let class = design.map(|(class, _)| *class).or_else(|| guess(asked));
        match class {
            Some(class) if self.bundled => match class.engine_name() {
                // The machine's own face of that name stands before ours.
                Some(name) if self.machine.contains_key(&fold(name)) => {
                    Choice::StandIn { name, family: name }
                }
                Some(name) => Choice::StandIn {
                    name,
                    family: class.family(),
                },
                None => Choice::Keep,
            },
            _ => Choice::Keep,
        }
    }
}

/// The class of a name: by the table of designs, else by what the name says.
pub(crate) fn class_of(name: &str) -> Option<Class> {
    design_of(&fold(name))
        .map(|(class, _)| *class)
        .or_else(|| guess(name))
}

/// Gives every name of the table that a bundled family stands for, with the
/// name that [`fonts::unpack`] writes the family under: for engines that look
/// fonts up by themselves.
pub fn stand_ins() -> impl Iterator<Item = (&'static str, &'static str)> {
    DESIGNS.iter().flat_map(|(class, names)| {
        names
            .iter()
            .filter_map(|name| Some((*name, class.engine_name()?)))
    })
}

/// Looks a folded name up in the table.
fn design_of(folded: &str) -> Option<&'static (Class, &'static [&'static str])> {
    static BY_NAME: OnceLock<HashMap<String, usize>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let mut map = HashMap::new();
        for (index, (_, names)) in DESIGNS.iter().enumerate() {
            for name in *names {
                map.entry(fold(name)).or_insert(index);
            }
        }
        map
    });
    by_name.get(folded).map(|index| &DESIGNS[*index])
}

/// The class a Chinese name says itself, for the hundreds of foundry names not
/// in the table. The order matters: 仿宋 holds 宋, 宋黑 is a 黑.
fn guess(name: &str) -> Option<Class> {
    const SIGNS: &[(&str, Class)] = &[
        ("仿宋", Class::FangSong),
        ("fangsong", Class::FangSong),
        ("楷", Class::Kai),
        ("kaiti", Class::Kai),
        ("隶", Class::Kai),
        ("隸", Class::Kai),
        ("行书", Class::Kai),
        ("魏", Class::Kai),
        ("黑", Class::Hei),
        ("圆", Class::Hei),
        ("圓", Class::Hei),
        ("heiti", Class::Hei),
        ("simhei", Class::Hei),
        ("yahei", Class::YaHei),
        ("等线", Class::Hei),
        ("ゴシック", Class::Hei),
        ("宋", Class::Song),
        ("simsun", Class::Song),
        ("songti", Class::Song),
        ("明體", Class::Song),
        ("明体", Class::Song),
        ("明朝", Class::Song),
        // As the fonts of Adobe's collections are called.
        ("heiseimin", Class::Song),
        ("ryumin", Class::Song),
        ("mincho", Class::Song),
        ("myeongjo", Class::Song),
        ("msung", Class::Song),
        ("batang", Class::Song),
    ];
    let lower = name.to_lowercase();
    SIGNS
        .iter()
        .find(|(sign, _)| lower.contains(sign))
        .map(|(_, class)| *class)
}

/// The form names are compared in: case, the mark of vertical faces and the
/// spaces and joints that producers add or drop do not count.
fn fold(name: &str) -> String {
    name.trim()
        .trim_start_matches('@')
        .chars()
        .filter(|character| !matches!(character, ' ' | '-' | '_' | '\u{3000}'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Choice, Class, FontMap, class_of};
    use crate::fonts;

    #[test]
    fn names_of_official_documents_find_their_class() {
        let map = FontMap::new(Vec::new(), true);
        for (asked, family) in [
            ("仿宋_GB2312", fonts::FANG_SONG),
            ("方正小标宋简体", fonts::SONG),
            ("黑体", fonts::HEI),
            ("楷体_GB2312", fonts::KAI),
            ("@宋体", fonts::SONG),
            ("汉仪大黑简", fonts::HEI),
            ("方正宋黑简体", fonts::HEI),
            ("方正粗圆简体", fonts::HEI),
            ("標楷體", fonts::KAI),
            ("simsun", fonts::SONG),
            ("微软雅黑", fonts::HEI),
            ("굴림", fonts::KOREAN),
        ] {
            assert!(
                matches!(map.choose(asked), Choice::StandIn { family: used, .. } if used == family),
                "{asked}"
            );
        }
        for latin in ["Times New Roman", "Calibri", "Symbol", "", "Malgun Gothic"] {
            assert_eq!(map.choose(latin), Choice::Keep, "{latin}");
        }
    }

    #[test]
    fn the_machines_own_face_wins() {
        let map = FontMap::new(vec!["SimSun".to_owned(), "FangSong".to_owned()], true);
        assert_eq!(map.choose("SimSun"), Choice::Keep);
        assert_eq!(map.choose("宋体"), Choice::Alias("SimSun".to_owned()));
        assert_eq!(map.choose("仿宋"), Choice::Alias("FangSong".to_owned()));
        // GB2312 仿宋 is an older design with other coverage.
        let fang_song = Choice::StandIn {
            name: "Nanum Myeongjo",
            family: fonts::FANG_SONG,
        };
        assert_eq!(map.choose("仿宋_GB2312"), fang_song);
        // What stands in for 方正小标宋 is the machine's 宋体 then, not ours.
        let own_song = Choice::StandIn {
            name: "SimSun",
            family: "SimSun",
        };
        assert_eq!(map.choose("方正小标宋简体"), own_song);
    }

    #[test]
    fn nothing_stands_in_without_the_bundled_fonts() {
        assert_eq!(FontMap::default().choose("黑体"), Choice::Keep);
        assert_eq!(class_of("STSong-Light"), None);
        assert_eq!(class_of("STSong"), Some(Class::Song));
    }
}
