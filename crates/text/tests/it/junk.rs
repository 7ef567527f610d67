//! Random text: nothing panics, every range fits.

use wenyuan_text::{
    Segmenter, excerpt, fold, fold_compact, fold_compact_text, fold_with_map, keywords, language,
    tidy_title, title_tags, units,
};

/// Deterministic text out of the scripts and marks that trip up such code.
pub(crate) fn junk(seed: u64) -> String {
    const POOLS: [(u32, u32); 16] = [
        (0x20, 0x7E),
        (0x20, 0x7E),
        (0x00, 0x1F),
        (0x4E00, 0x9FFF),
        (0x4E00, 0x9FFF),
        (0x3000, 0x30FF),
        (0x300, 0x36F),
        (0xFF00, 0xFFEF),
        (0x1100, 0x11FF),
        (0xAC00, 0xD7A3),
        (0x2000, 0x206F),
        (0x2E80, 0x2FDF),
        (0x1F300, 0x1F6FF),
        (0x20000, 0x2FA1F),
        (0xA0, 0x24F),
        (0x600, 0xE7F),
    ];
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let length = next(120);
    (0..length)
        .filter_map(|_| {
            let (from, to) = POOLS[next(POOLS.len() as u64) as usize];
            char::from_u32(from + next(u64::from(to - from + 1)) as u32)
        })
        .collect()
}

#[test]
fn nothing_panics_and_ranges_fit() {
    for seed in 0..4_000 {
        let text = junk(seed);
        let folded = fold_with_map(&text);
        assert_eq!(folded.text, fold(&text), "{text:?}");
        let compact = fold_compact(&text);
        assert_eq!(compact.text, fold_compact_text(&text), "{text:?}");
        for unit in units(&compact.text) {
            assert!(
                text.get(compact.source_range(unit.start..unit.end))
                    .is_some()
            );
        }
        for token in Segmenter::shared().search_tokens(&compact.text) {
            assert!(!token.text.is_empty());
            assert!(
                compact.text.get(token.start..token.end).is_some(),
                "{text:?}"
            );
        }
        let max = (seed % 40) as usize;
        assert!(excerpt(&text, max).chars().count() <= max, "{text:?}");
        assert!(!tidy_title(&text).is_empty());
        title_tags(&text);
        keywords(&text, 5);
        language(&text);
    }
}
