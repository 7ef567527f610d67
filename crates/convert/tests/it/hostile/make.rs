//! Containers and Office files as no application would write them.

use std::io::Write;

use crate::support::{crc32, zip_of};

/// One entry of a ZIP, in every detail that can lie.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    pub(super) data: Vec<u8>,
    pub(super) method: u16,
    pub(super) flags: u16,
    pub(super) crc: u32,
    /// Packed and expanded size in the directory, and in the local header.
    pub(super) sizes: (u32, u32),
    pub(super) local_sizes: (u32, u32),
    /// Unix mode and file type, as the directory keeps them.
    pub(super) mode: u32,
    pub(super) extra: Vec<u8>,
    /// Another entry whose local header this one shares.
    pub(super) shares: Option<usize>,
    pub(super) descriptor: bool,
}

impl Entry {
    pub(super) fn stored(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        let data = data.as_ref().to_vec();
        let size = data.len() as u32;
        Self {
            name: name.as_ref().to_vec(),
            crc: crc32(&data),
            data,
            method: 0,
            flags: 0,
            sizes: (size, size),
            local_sizes: (size, size),
            mode: 0o100_644,
            extra: Vec::new(),
            shares: None,
            descriptor: false,
        }
    }

    pub(super) fn deflated(name: &str, data: &[u8]) -> Self {
        // The packed bytes of a container that somebody else made.
        let container = zip_of(&[("x", data)]);
        let name_end = 30 + 1;
        let packed = u32::from_le_bytes(container[18..22].try_into().unwrap());
        let extra = usize::from(u16::from_le_bytes([container[28], container[29]]));
        let from = name_end + extra;
        let mut entry = Self::stored(name, &container[from..from + packed as usize]);
        entry.method = 8;
        entry.crc = crc32(data);
        entry.sizes = (packed, data.len() as u32);
        entry.local_sizes = entry.sizes;
        entry
    }
}

/// Writes the entries behind `junk`.
pub(super) fn container(junk: &[u8], entries: &[Entry]) -> Vec<u8> {
    let mut out = junk.to_vec();
    let mut offsets = Vec::new();
    for entry in entries {
        if let Some(other) = entry.shares {
            offsets.push(offsets[other]);
            continue;
        }
        offsets.push(out.len() as u32);
        out.extend_from_slice(b"PK\x03\x04\x14\0");
        let flags = entry.flags | u16::from(entry.descriptor) << 3;
        out.extend_from_slice(&flags.to_le_bytes());
        out.extend_from_slice(&entry.method.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        let (crc, sizes) = if entry.descriptor {
            (0, (0, 0))
        } else {
            (entry.crc, entry.local_sizes)
        };
        for number in [crc, sizes.0, sizes.1] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&(entry.name.len() as u16).to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&entry.name);
        out.extend_from_slice(&entry.data);
        if entry.descriptor {
            out.extend_from_slice(b"PK\x07\x08");
            for number in [entry.crc, entry.sizes.0, entry.sizes.1] {
                out.extend_from_slice(&number.to_le_bytes());
            }
        }
    }
    let directory = out.len();
    for (entry, offset) in entries.iter().zip(offsets) {
        out.extend_from_slice(b"PK\x01\x02\x14\x03\x14\0");
        let flags = entry.flags | u16::from(entry.descriptor) << 3;
        out.extend_from_slice(&flags.to_le_bytes());
        out.extend_from_slice(&entry.method.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        for number in [entry.crc, entry.sizes.0, entry.sizes.1] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&(entry.name.len() as u16).to_le_bytes());
        out.extend_from_slice(&(entry.extra.len() as u16).to_le_bytes());
        out.extend_from_slice(&[0; 6]);
        out.extend_from_slice(&(entry.mode << 16).to_le_bytes());
        out.extend_from_slice(&offset.to_le_bytes());
        out.extend_from_slice(&entry.name);
        out.extend_from_slice(&entry.extra);
    }
    let length = out.len() - directory;
    let count = (entries.len() as u16).to_le_bytes();
    out.write_all(b"PK\x05\x06\0\0\0\0").unwrap();
    out.write_all(&[count, count].concat()).unwrap();
    out.write_all(&(length as u32).to_le_bytes()).unwrap();
    out.write_all(&(directory as u32).to_le_bytes()).unwrap();
    out.write_all(&[0; 2]).unwrap();
    out
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A part of relationships: id, type's last word, target, whether external.
pub(crate) fn relationships(relations: &[(&str, &str, &str, bool)]) -> String {
    let each: String = relations
        .iter()
        .map(|(id, kind, target, external)| {
            let mode = if *external {
                " TargetMode=\"External\""
            } else {
                ""
            };
            format!(
                "<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"{mode}/>"
            )
        })
        .collect();
    format!("<?xml version=\"1.0\"?><Relationships xmlns=\"{RELATIONS}\">{each}</Relationships>")
}

/// The list of content types: part and the end of its type.
pub(super) fn types(parts: &[(&str, &str)]) -> String {
    let each: String = parts
        .iter()
        .map(|(part, kind)| {
            format!(
                "<Override PartName=\"{part}\" \
                 ContentType=\"application/vnd.openxmlformats-officedocument.{kind}+xml\"/>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?>\
         <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"svg\" ContentType=\"image/svg+xml\"/>\
         <Default Extension=\"png\" ContentType=\"image/png\"/>\
         <Default Extension=\"html\" ContentType=\"text/html\"/>{each}</Types>"
    )
}

/// A Word body in its document.
pub(super) fn word(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
         xmlns:r=\"{OFFICE}\"><w:body>{body}\
         <w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/></w:sectPr></w:body></w:document>"
    )
}

/// A paragraph of Word.
pub(super) fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A Word file: body, its relationships, other parts with their types.
pub(super) fn docx(
    body: &str,
    relations: &[(&str, &str, &str, bool)],
    more: &[(&str, &str, &[u8])],
) -> Vec<u8> {
    let mut kinds = vec![("/word/document.xml", "wordprocessingml.document.main")];
    let names: Vec<String> = more.iter().map(|(name, ..)| format!("/{name}")).collect();
    for ((_, kind, _), name) in more.iter().zip(&names) {
        if !kind.is_empty() {
            kinds.push((name, kind));
        }
    }
    let (types, document) = (types(&kinds), word(body));
    let root = relationships(&[("rId1", "officeDocument", "word/document.xml", false)]);
    let own = relationships(relations);
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", own.as_bytes()),
    ];
    parts.extend(more.iter().map(|(name, _, content)| (*name, *content)));
    zip_of(&parts)
}

/// A workbook of one sheet; `names` stands in the workbook behind its sheets.
pub(super) fn xlsx(
    sheet: &str,
    names: &str,
    relations: &[(&str, &str, &str, bool)],
    more: &[(&str, &[u8])],
) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let types = types(&[
        ("/xl/workbook.xml", "spreadsheetml.sheet.main"),
        ("/xl/worksheets/sheet1.xml", "spreadsheetml.worksheet"),
        ("/xl/styles.xml", "spreadsheetml.styles"),
    ]);
    let root = relationships(&[("rId1", "officeDocument", "xl/workbook.xml", false)]);
    let mut all = vec![
        ("rId1", "worksheet", "worksheets/sheet1.xml", false),
        ("rId2", "styles", "styles.xml", false),
    ];
    all.extend_from_slice(relations);
    let own = relationships(&all);
    let workbook = format!(
        "<?xml version=\"1.0\"?><workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">\
         <sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets>{names}</workbook>"
    );
    let styles = format!(
        "<?xml version=\"1.0\"?><styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font>\
         <sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"1\"><fill>\
         <patternFill patternType=\"none\"/></fill></fills><borders count=\"1\"><border/></borders>\
         <cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"1\"><xf/></cellXfs>\
         </styleSheet>"
    );
    let sheet = format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{sheet}</worksheet>"
    );
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", own.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend_from_slice(more);
    zip_of(&parts)
}

/// A sheet's data: cells with a number in them.
pub(super) fn cells(names: &[&str]) -> String {
    let each: String = names
        .iter()
        .map(|name| {
            let row = name.trim_start_matches(|letter: char| letter.is_alphabetic());
            format!("<row r=\"{row}\"><c r=\"{name}\"><v>7</v></c></row>")
        })
        .collect();
    format!("<sheetData>{each}</sheetData>")
}

/// A presentation of `count` slides that are one and the same part.
pub(super) fn pptx(
    count: usize,
    shapes: &str,
    relations: &[(&str, &str, &str, bool)],
    more: &[(&str, &[u8])],
) -> Vec<u8> {
    let spaces = format!(
        "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"{OFFICE}\""
    );
    let part = |root: &str, shapes: &str, rest: &str| {
        format!(
            "<?xml version=\"1.0\"?><p:{root} {spaces}><p:cSld><p:spTree><p:nvGrpSpPr>\
             <p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>\
             {shapes}</p:spTree></p:cSld>{rest}</p:{root}>"
        )
    };
    let types = types(&[
        ("/ppt/presentation.xml", "presentationml.presentation.main"),
        ("/ppt/slideMasters/m.xml", "presentationml.slideMaster"),
        ("/ppt/slideLayouts/l.xml", "presentationml.slideLayout"),
        ("/ppt/slides/s.xml", "presentationml.slide"),
    ]);
    let ids: Vec<String> = (0..count).map(|i| format!("rId{}", i + 10)).collect();
    let slides: String = ids
        .iter()
        .enumerate()
        .map(|(i, id)| format!("<p:sldId id=\"{}\" r:id=\"{id}\"/>", i + 256))
        .collect();
    let mut own = vec![("rId1", "slideMaster", "slideMasters/m.xml", false)];
    own.extend(
        ids.iter()
            .map(|id| (id.as_str(), "slide", "slides/s.xml", false)),
    );
    let presentation = format!(
        "<?xml version=\"1.0\"?><p:presentation {spaces}><p:sldMasterIdLst>\
         <p:sldMasterId id=\"2147483648\" r:id=\"rId1\"/></p:sldMasterIdLst>\
         <p:sldIdLst>{slides}</p:sldIdLst><p:sldSz cx=\"9144000\" cy=\"6858000\"/>\
         </p:presentation>"
    );
    let root = relationships(&[("rId1", "officeDocument", "ppt/presentation.xml", false)]);
    let own = relationships(&own);
    // Master and layout name each other and themselves.
    let master = relationships(&[
        ("rId1", "slideLayout", "../slideLayouts/l.xml", false),
        ("rId2", "slideMaster", "../slideMasters/m.xml", false),
    ]);
    let layout = relationships(&[
        ("rId1", "slideMaster", "../slideMasters/m.xml", false),
        ("rId2", "slideLayout", "../slideLayouts/l.xml", false),
    ]);
    let mut slide = vec![("rId1", "slideLayout", "../slideLayouts/l.xml", false)];
    slide.extend_from_slice(relations);
    let slide = relationships(&slide);
    let layouts =
        "<p:sldLayoutIdLst><p:sldLayoutId id=\"2147483649\" r:id=\"rId1\"/></p:sldLayoutIdLst>";
    let (master_part, layout_part, slide_part) = (
        part("sldMaster", "", layouts),
        part("sldLayout", "", ""),
        part("sld", shapes, ""),
    );
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("ppt/presentation.xml", presentation.as_bytes()),
        ("ppt/_rels/presentation.xml.rels", own.as_bytes()),
        ("ppt/slideMasters/m.xml", master_part.as_bytes()),
        ("ppt/slideMasters/_rels/m.xml.rels", master.as_bytes()),
        ("ppt/slideLayouts/l.xml", layout_part.as_bytes()),
        ("ppt/slideLayouts/_rels/l.xml.rels", layout.as_bytes()),
        ("ppt/slides/s.xml", slide_part.as_bytes()),
        ("ppt/slides/_rels/s.xml.rels", slide.as_bytes()),
    ];
    parts.extend_from_slice(more);
    zip_of(&parts)
}

/// A picture on a slide; an SVG one comes as PowerPoint writes it.
pub(super) fn picture(attribute: &str, id: &str) -> String {
    format!(
        "<p:pic><p:nvPicPr><p:cNvPr id=\"4\" name=\"p\"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>\
         <p:blipFill><a:blip r:{attribute}=\"{id}\"><a:extLst>\
         <a:ext uri=\"{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}\"><asvg:svgBlip \
         xmlns:asvg=\"http://schemas.microsoft.com/office/drawing/2016/SVG/main\" \
         r:{attribute}=\"{id}\"/></a:ext></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch>\
         </p:blipFill><p:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"4000000\" cy=\"4000000\"/>\
         </a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr></p:pic>"
    )
}
