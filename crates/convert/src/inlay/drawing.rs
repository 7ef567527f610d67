//! Pictures in a line of a Word file, in the words its engine knows.

use std::fmt::Write;

/// EMU a point.
const EMU: f32 = 12_700.0;

const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape""#;

/// A picture of a relationship, in points.
pub(super) struct Placed<'p> {
    pub(super) relation: &'p str,
    pub(super) width: f32,
    pub(super) height: f32,
    /// How much of the height hangs below the line.
    pub(super) below: f32,
}

/// Less than this below the line is nothing.
const LEAST_BELOW: f32 = 0.3;

impl Placed<'_> {
    /// The `w:drawing` of the picture.
    ///
    /// The engine stands a picture on the line and knows no way to lower it. So
    /// one that hangs below stands in a text box, which is as high as what is
    /// above the line and lets the rest hang out of it.
    pub(super) fn xml(&self) -> String {
        if self.below < LEAST_BELOW {
            return self.picture();
        }
        let above = (self.height - self.below).max(1.0);
        let mut out = String::new();
        let _ = write!(
            out,
            r#"<w:drawing {NAMESPACES}>{}<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>{}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr><wps:txbx><w:txbxContent><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr><w:r>{}</w:r></w:p></w:txbxContent></wps:txbx><wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" wrap="square"><a:noAutofit/></wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"#,
            self.head(above),
            self.box_of(above),
            self.picture()
        );
        out
    }

    fn picture(&self) -> String {
        format!(
            r#"<w:drawing {NAMESPACES}>{}<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name=""/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>{}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"#,
            self.head(self.height),
            quick_xml::escape::escape(self.relation),
            self.box_of(self.height)
        )
    }

    fn head(&self, height: f32) -> String {
        format!(
            r#"<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{}" cy="{}"/><wp:docPr id="1" name=""/>"#,
            emu(self.width),
            emu(height)
        )
    }

    fn box_of(&self, height: f32) -> String {
        format!(
            r#"<a:xfrm><a:off x="0" y="0"/><a:ext cx="{}" cy="{}"/></a:xfrm>"#,
            emu(self.width),
            emu(height)
        )
    }
}

fn emu(points: f32) -> u32 {
    (points * EMU).clamp(1.0, 100_000_000.0) as u32
}
