//! `data:` addresses: the bytes they carry.

/// Gives the bytes of a `data:` address; `None` when it is none, or broken.
pub(crate) fn decode(address: &str) -> Option<Vec<u8>> {
    let rest = address
        .get(..5)
        .filter(|scheme| scheme.eq_ignore_ascii_case("data:"))
        .and(address.get(5..))?;
    let (kind, data) = rest.split_once(',')?;
    let data = unescaped(data.as_bytes());
    if kind.trim_end().to_ascii_lowercase().ends_with(";base64") {
        base64(&data)
    } else {
        Some(data)
    }
}

/// Resolves `%` escapes.
pub(crate) fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let digit = |at: usize| {
        text.get(at)
            .and_then(|byte| char::from(*byte).to_digit(16))
            .map(|digit| digit as u8)
    };
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        if *byte == b'%'
            && let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2))
        {
            out.push(high << 4 | low);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    out
}

/// Base 64, both alphabets, white space allowed.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ if byte.is_ascii_whitespace() => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn both_codings_are_read() {
        assert_eq!(
            decode("data:image/png;base64,SGVs\nbG8=").unwrap(),
            b"Hello"
        );
        assert_eq!(decode("DATA:,a%20b%zz").unwrap(), b"a b%zz");
        assert_eq!(
            decode("data:image/png;base64,%2B%2F%2F%2F").unwrap(),
            [0xfb, 0xff, 0xff]
        );
        assert_eq!(decode("http://example.org/a.png"), None);
        assert_eq!(decode("data:;base64,*"), None);
        assert_eq!(decode("数据:"), None);
    }
}
