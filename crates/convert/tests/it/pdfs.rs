//! PDFs written by hand for the tests, and what to look at in their pages.

use wenyuan_convert::PageOutput;

/// Writes a PDF of numbered objects (the first is the catalog) with a table of
/// their places; `trailer` is added to its dictionary.
pub(crate) fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    out.extend_from_slice(table.as_bytes());
    out.extend_from_slice(
        format!(
            "trailer<</Size {}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .as_bytes(),
    );
    out
}

/// A stream object.
pub(crate) fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<<{dictionary}/Length {}>>stream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// One page of 200 × 100 points: its resources, its content, and further
/// objects from number 5 on.
pub(crate) fn page(resources: &str, content: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 200 100]>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Resources<<{resources}>>/Contents 4 0 R>>").into_bytes(),
        stream("", content),
    ];
    objects.extend_from_slice(more);
    pdf(&objects, "")
}

/// A string of bytes as a PDF writes it.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("<{digits}>")
}

/// The share of dark pixels in a box of the page, in points from the top left.
pub(crate) fn ink(page: &PageOutput, [x0, y0, x1, y1]: [f32; 4]) -> f32 {
    let image = webp::Decoder::new(&page.wide.webp).decode().unwrap();
    let scale = page.wide.width as f32 / page.width_pt;
    let side = |at: f32| (at * scale) as usize;
    let width = page.wide.width as usize;
    let channels = image.len() / (width * page.wide.height as usize);
    let (mut dark, mut all) = (0_usize, 0_usize);
    for y in side(y0)..side(y1).min(page.wide.height as usize) {
        for x in side(x0)..side(x1).min(width) {
            all += 1;
            dark += usize::from(image[(y * width + x) * channels] < 128);
        }
    }
    dark as f32 / all.max(1) as f32
}
