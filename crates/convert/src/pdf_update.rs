//! Changes a PDF by appending to it, as the format has it (ISO 32000, 7.5.6):
//! the new objects, and a table of their places that leads to the old one.

use hayro::hayro_interpret::hayro_syntax::object::ObjectIdentifier;

use crate::detect::find;

/// Writes objects in the place of those of the same number; `None` for a file
/// whose newest table cannot be found.
pub(crate) fn appended(bytes: &[u8], objects: &[(ObjectIdentifier, Vec<u8>)]) -> Option<Vec<u8>> {
    let previous = last_table(bytes)?;
    let trailer = trailer(bytes.get(previous..)?)?;
    let grown: usize = objects.iter().map(|(_, object)| object.len() + 64).sum();
    let mut out = Vec::with_capacity(bytes.len() + grown + trailer.len() + 128);
    out.extend_from_slice(bytes);
    let mut table = b"xref\n".to_vec();
    for (id, object) in objects {
        let place = out.len() + 1;
        let (number, generation) = (id.obj_number, id.gen_number);
        out.extend_from_slice(format!("\n{number} {generation} obj\n").as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
        table
            .extend_from_slice(format!("{number} 1\n{place:010} {generation:05} n\r\n").as_bytes());
    }
    let start = out.len();
    out.extend_from_slice(&table);
    out.extend_from_slice(format!("trailer\n<</Prev {previous} ").as_bytes());
    out.extend_from_slice(&trailer);
    out.extend_from_slice(format!("\nstartxref\n{start}\n%%EOF\n").as_bytes());
    Some(out)
}

/// Where the file's newest table of places begins.
fn last_table(bytes: &[u8]) -> Option<usize> {
    const MARK: &[u8] = b"startxref";
    let at = bytes
        .windows(MARK.len())
        .rposition(|window| window == MARK)?;
    let digits: String = bytes[at + MARK.len()..]
        .iter()
        .skip_while(|byte| byte.is_ascii_whitespace())
        .take_while(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte))
        .collect();
    digits.parse().ok().filter(|at| *at < bytes.len())
}

/// The entries of the dictionary after a table, or of a table that is a stream,
/// without the ones that lead on.
fn trailer(table: &[u8]) -> Option<Vec<u8>> {
    let start = table.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let table = &table[start..];
    let dictionary = if table.starts_with(b"xref") {
        &table[find(table, b"trailer")?..]
    } else {
        table
    };
    let open = find(dictionary, b"<<")?;
    let body = &dictionary[open + 2..];
    // The dictionary ends where no `<<` is open; strings hold no such pairs but
    // in files made for it, whose update is then not understood.
    let mut depth = 1;
    let mut at = 0;
    while depth > 0 {
        match body.get(at..at + 2)? {
            b"<<" => (depth, at) = (depth + 1, at + 2),
            b">>" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if at > 64 << 10 {
            return None;
        }
    }
    let mut entries = body[..at].to_vec();
    for key in [b"/Prev".as_slice(), b"/XRefStm"] {
        while let Some(at) = find(&entries, key) {
            entries[at + 1] = b'-';
        }
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use hayro::hayro_interpret::hayro_syntax::object::ObjectIdentifier;
    use hayro::hayro_syntax::Pdf;

    use super::appended;

    #[test]
    fn an_object_is_replaced_and_the_rest_stays() {
        let objects = [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>",
        ];
        let mut pdf = "%PDF-1.5\n".to_owned();
        let mut table = "xref\n0 4\n0000000000 65535 f \n".to_owned();
        for (index, object) in objects.iter().enumerate() {
            table.push_str(&format!("{:010} 00000 n \n", pdf.len()));
            pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
        }
        let start = pdf.len();
        pdf.push_str(&format!(
            "{table}trailer<</Size 4/Root 1 0 R/ID[<><>]>>\nstartxref\n{start}\n%%EOF\n"
        ));
        let mut changed = pdf.into_bytes();
        // Twice: the second update leads to the first.
        for (number, width) in [(3, 20), (3, 30)] {
            let page = format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} 10]>>");
            let objects = [(ObjectIdentifier::new(number, 0), page.into_bytes())];
            changed = appended(&changed, &objects).unwrap();
            let read = Pdf::new(changed.clone()).unwrap();
            let widths: Vec<f32> = read
                .pages()
                .iter()
                .map(|page| page.render_dimensions().0)
                .collect();
            assert_eq!(widths, [width as f32]);
        }
        assert_eq!(appended(b"%PDF-1.5", &[]), None);
    }
}
