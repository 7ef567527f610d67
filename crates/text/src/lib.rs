//! Chinese and English text: folding, segmentation, tags, keywords, language,
//! and [`authenticity`]: what is original, copied or spun.
//!
//! Everything here is pure and deterministic: the same text gives the same
//! answer on every machine, and nothing reads a file, a clock or the network.
//! The dictionaries (jieba's words, OpenCC's characters) are compiled in and
//! loaded once, on first use. This crate knows no index, no database and no
//! document format; those belong to `wenyuan-search`, `wenyuan-domain` and
//! `wenyuan-convert`.

pub mod authenticity;

mod dictionary;
mod excerpt;
mod fold;
mod keywords;
mod language;
mod near;
mod pinyin;
mod script;
mod segment;
mod stem;
mod stop;
mod title;
mod units;

pub use dictionary::{BadLine, Dictionary, Synonyms, expand, use_synonyms};
pub use excerpt::excerpt;
pub use fold::{Folded, fold, fold_compact, fold_compact_text, fold_with_map};
pub use keywords::{Keyword, keywords};
pub use language::{Language, language};
pub use near::{look_alikes, sound_alikes};
pub use pinyin::{PinyinKey, Sound, in_letters, is_pinyin, pinyin_keys, sounds};
pub use script::{is_han, is_unspaced};
pub use segment::{Segmenter, Token, Tokens, dictionary_fingerprint, use_dictionary};
pub use stem::stem_english;
pub use stop::is_stop_word;
pub use title::{tidy_title, title_tags};
pub use units::{MAX_WORD_BYTES, Unit, Units, units};
