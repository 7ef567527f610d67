//! Fonts that are no text to Unicode: Symbol, MathType's MT Extra, Wingdings.

/// The character of a byte in a font of symbols; `None` when the font is none,
/// or the byte means nothing in it.
pub(crate) fn unicode(font: &str, byte: u8) -> Option<char> {
    let font = font.trim().to_ascii_lowercase();
    let table = if font.starts_with("mt extra") {
        mt_extra
    } else if font.starts_with("symbol") || font.starts_with("euclid symbol") {
        symbol
    } else if font.starts_with("wingdings") {
        wingdings
    } else {
        return None;
    };
    table(byte)
}

/// Whether a font is one of these.
pub(crate) fn is_symbols(font: &str) -> bool {
    unicode(font, b'o').is_some() || unicode(font, b'a').is_some()
}

const SYMBOL_20: &str = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
const SYMBOL_A0: &str = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\u{f8ff}⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭";

fn symbol(byte: u8) -> Option<char> {
    match byte {
        0x20..=0x7e => SYMBOL_20.chars().nth(usize::from(byte - 0x20)),
        0xa0..=0xfe => SYMBOL_A0.chars().nth(usize::from(byte - 0xa0)),
        _ => None,
    }
}

/// By MathType's own list of the font's characters.
fn mt_extra(byte: u8) -> Option<char> {
    Some(match byte {
        b' ' => ' ',
        b'!' => '\u{2ee}',
        b'#' => '\u{2013}',
        b'&' => '⌊',
        b'*' => '⇀',
        b'+' => '↼',
        b',' => '⇌',
        b':' => '⦂',
        b';' => '∘',
        b'<' => '⊲',
        b'=' => '⊳',
        b'A' => '∀',
        b'B' => '□',
        b'C' => '∁',
        b'D' => '▽',
        b'E' => '∃',
        b'F' => 'ϝ',
        b'I' => '∩',
        b'J' => 'ℐ',
        b'K' => '…',
        b'L' => '⋯',
        b'M' => '⋮',
        b'N' => '⋰',
        b'O' => '⋱',
        b'Q' => '∵',
        b'U' => '∪',
        b'Z' => 'ℤ',
        b'a' => '↦',
        b'b' => '↩',
        b'c' => '∐',
        b'd' => '⇃',
        b'e' => '⇂',
        b'f' => '⌢',
        b'g' => '≺',
        b'h' => 'ℏ',
        b'i' => '⊓',
        b'k' => '⊔',
        b'l' => 'ℓ',
        b'm' => '∓',
        b'n' => '∦',
        b'o' => '∘',
        b'p' => '±',
        b'q' => '⌣',
        b'r' => '⎴',
        b's' => '\u{223f}',
        b'u' => '⊎',
        b'w' => '⏞',
        b'y' => '⏟',
        b'{' => '⎧',
        b'|' => '⎨',
        b'}' => '⎩',
        _ => return None,
    })
}

fn wingdings(byte: u8) -> Option<char> {
    Some(match byte {
        b' ' => ' ',
        b'J' => '☺',
        b'a' => '♋',
        b'l' => '●',
        b'm' => '❍',
        b'n' => '■',
        b'o' => '□',
        b'q' => '❑',
        b'u' => '◆',
        b'v' => '❖',
        0x9f => '•',
        0xa7 => '▪',
        0xa8 => '◻',
        0xd8 => '➢',
        0xe0 => '→',
        0xdf => '←',
        0xfb => '✗',
        0xfc => '✓',
        0xfd => '☒',
        0xfe => '☑',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::unicode;

    #[test]
    fn the_fonts_of_equation_editors_are_known() {
        for (font, byte, expected) in [
            ("Symbol", 0x22, '∀'),
            ("Symbol", b'a', 'α'),
            ("Symbol", b'~', '∼'),
            ("Symbol", 0xa0, '€'),
            ("Symbol", 0xb3, '≥'),
            ("Symbol", 0xe5, '∑'),
            ("Symbol", 0xf2, '∫'),
            ("Symbol", 0xfe, '⎭'),
            ("MT Extra", b'L', '⋯'),
            ("MT Extra", b'h', 'ℏ'),
        ] {
            assert_eq!(unicode(font, byte), Some(expected), "{font} {byte:#x}");
        }
        assert_eq!(unicode("Times New Roman", b'a'), None);
    }
}
