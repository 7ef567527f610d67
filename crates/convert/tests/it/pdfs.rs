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
    page_of([200, 100], resources, content, more)
}

/// One page of a size in points, as [`page`] makes it.
pub(crate) fn page_of(
    [width, height]: [u32; 2],
    resources: &str,
    content: &[u8],
    more: &[Vec<u8>],
) -> Vec<u8> {
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R/Resources<<{resources}>>>>"
    );
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>".to_vec(),
        page.into_bytes(),
        stream("", content),
    ];
    objects.extend_from_slice(more);
    pdf(&objects, "")
}

/// Pages without content.
pub(crate) fn pdf_of(pages: usize) -> Vec<u8> {
    let kids: String = (0..pages).map(|i| format!("{} 0 R ", i + 3)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Count {pages}/Kids[{kids}]/MediaBox[0 0 200 100]>>").into_bytes(),
    ];
    objects.extend((0..pages).map(|_| b"<</Type/Page/Parent 2 0 R>>".to_vec()));
    pdf(&objects, "")
}

/// A string of bytes as a PDF writes it.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("<{digits}>")
}

/// The share of dark pixels in a box of the page, in points from the top left.
pub(crate) fn ink(page: &PageOutput, [x0, y0, x1, y1]: [f32; 4]) -> f32 {
    let image = picture(page).into_luma8();
    let scale = image.width() as f32 / page.width_pt;
    let side = |at: f32| (at * scale) as u32;
    let (mut dark, mut all) = (0_usize, 0_usize);
    for y in side(y0)..side(y1).min(image.height()) {
        for x in side(x0)..side(x1).min(image.width()) {
            all += 1;
            dark += usize::from(image.get_pixel(x, y).0[0] < 128);
        }
    }
    dark as f32 / all.max(1) as f32
}

/// The colour of the page's image at a share of its width and height.
pub(crate) fn colour_at(page: &PageOutput, x: f32, y: f32) -> [u8; 3] {
    let drawn = picture(page).into_rgb8();
    let at = |share: f32, side: u32| ((share * side as f32) as u32).min(side - 1);
    drawn
        .get_pixel(at(x, drawn.width()), at(y, drawn.height()))
        .0
}

fn picture(page: &PageOutput) -> image::DynamicImage {
    image::load_from_memory(&page.wide.webp).unwrap()
}
