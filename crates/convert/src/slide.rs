//! A slide's shapes and paragraphs by their place in the XML, and a copy of
//! the slide in which some of them are not to be seen.
//!
//! A shape that is not there yet is taken out. A paragraph that is not there
//! yet stays and is made transparent, for the text below it must not move; the
//! engine draws text of opacity 0 as nothing and still breaks its lines. Its
//! bullet follows the colour of the text.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::animation::{Hidden, Part};
use crate::detect::find;
use crate::rename::attribute;

/// Where the parts of a slide stand in its XML.
pub(crate) struct Slide {
    pub(crate) xml: Vec<u8>,
    shapes: Vec<Shape>,
    /// Shapes by id; the two choices of `mc:AlternateContent` share one.
    by_id: HashMap<u32, Vec<usize>>,
    /// The most paragraphs that a shape of an id has.
    paragraphs: HashMap<u32, u32>,
    /// Numbers of the slide: the name of the field, and the text that was last
    /// shown.
    numbers: Vec<(Range<usize>, Option<Range<usize>>)>,
    /// Whether the slide is left out of a showing.
    pub(crate) is_hidden: bool,
}

#[derive(Default)]
struct Shape {
    is_named: bool,
    place: Range<usize>,
    /// `p:spPr`: its outline and fill.
    look: Option<Range<usize>>,
    paragraphs: Vec<Range<usize>>,
}

const SHAPES: [&[u8]; 6] = [
    b"sp",
    b"pic",
    b"grpSp",
    b"graphicFrame",
    b"cxnSp",
    b"contentPart",
];

impl Slide {
    /// Reads a slide; `None` when it is no XML.
    pub(crate) fn read(xml: Vec<u8>) -> Option<Self> {
        let mut slide = Self {
            xml: Vec::new(),
            shapes: Vec::new(),
            by_id: HashMap::new(),
            paragraphs: HashMap::new(),
            numbers: Vec::new(),
            is_hidden: false,
        };
        let mut reader = Reader::from_reader(xml.as_slice());
        // Names of the open elements with the place where each begins, and the
        // shapes among them.
        let mut open: Vec<(Vec<u8>, usize)> = Vec::new();
        let mut shapes: Vec<usize> = Vec::new();
        let mut number: Option<usize> = None;
        loop {
            let at = reader.buffer_position() as usize;
            let event = reader.read_event().ok()?;
            let end = reader.buffer_position() as usize;
            match &event {
                Event::Start(start) | Event::Empty(start) => {
                    let is_empty = matches!(event, Event::Empty(_));
                    let name = start.local_name();
                    let name = name.as_ref();
                    if open.is_empty() && name == b"sld" {
                        let show = attribute(start, b"show");
                        slide.is_hidden = show.is_some_and(|show| show == "0" || show == "false");
                    }
                    if SHAPES.contains(&name) {
                        shapes.push(slide.shapes.len());
                        slide.shapes.push(Shape {
                            place: at..end,
                            ..Shape::default()
                        });
                    }
                    if name == b"cNvPr" {
                        slide.name_shape(&shapes, start);
                    }
                    if name == b"fld" && attribute(start, b"type").as_deref() == Some("slidenum") {
                        let tag = xml.get(at..end)?;
                        if let Some(offset) = find(tag, b"slidenum") {
                            number = Some(slide.numbers.len());
                            slide.numbers.push((at + offset..at + offset + 8, None));
                        }
                    }
                    open.push((name.to_vec(), at));
                    if is_empty {
                        slide.close(&mut open, &mut shapes, &mut number, end);
                    }
                }
                Event::End(_) => slide.close(&mut open, &mut shapes, &mut number, end),
                Event::Text(_) => {
                    if let (Some(number), Some((name, _))) = (number, open.last())
                        && name == b"t"
                        && let Some((_, text)) = slide.numbers.get_mut(number)
                    {
                        *text = Some(at..end);
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        slide.count_paragraphs();
        slide.xml = xml;
        Some(slide)
    }

    fn count_paragraphs(&mut self) {
        for (id, indices) in &self.by_id {
            let shapes = indices.iter().filter_map(|index| self.shapes.get(*index));
            let most = shapes.map(|shape| shape.paragraphs.len() as u32).max();
            self.paragraphs.extend(most.map(|most| (*id, most)));
        }
    }

    /// A shape's own name comes before those of the shapes in it.
    fn name_shape(&mut self, shapes: &[usize], start: &BytesStart<'_>) {
        let Some(index) = shapes.last() else { return };
        let shape = self.shapes.get_mut(*index);
        if let Some(shape) = shape.filter(|shape| !shape.is_named) {
            shape.is_named = true;
            if let Some(id) = attribute(start, b"id").and_then(|id| id.parse().ok()) {
                self.by_id.entry(id).or_default().push(*index);
            }
        }
    }

    fn close(
        &mut self,
        open: &mut Vec<(Vec<u8>, usize)>,
        shapes: &mut Vec<usize>,
        number: &mut Option<usize>,
        end: usize,
    ) {
        let Some((name, at)) = open.pop() else { return };
        let parent = open.last().map(|(name, _)| name.as_slice());
        let shape = shapes.last().and_then(|index| self.shapes.get_mut(*index));
        match (name.as_slice(), shape) {
            (b"p", Some(shape)) if parent == Some(b"txBody") => {
                // A table's cells have texts of their own, which nothing names.
                let is_text = open
                    .iter()
                    .rev()
                    .nth(1)
                    .is_some_and(|(name, _)| name == b"sp");
                if is_text {
                    shape.paragraphs.push(at..end);
                }
            }
            (b"spPr", Some(shape)) if shape.look.is_none() => shape.look = Some(at..end),
            (b"fld", _) => *number = None,
            (name, Some(shape)) if SHAPES.contains(&name) => {
                shape.place.end = end;
                shapes.pop();
            }
            _ => {}
        }
    }

    /// How many paragraphs the shape of this id has; none without such a shape.
    pub(crate) fn paragraphs_of(&self, id: u32) -> Option<u32> {
        self.paragraphs.get(&id).copied()
    }

    fn with_id(&self, id: u32) -> impl Iterator<Item = &Shape> {
        let indices = self.by_id.get(&id).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|index| self.shapes.get(*index))
    }

    /// Copies the slide without what is hidden, with the number that it has in
    /// its deck.
    pub(crate) fn without(&self, hidden: &Hidden, slide_number: u32) -> Vec<u8> {
        let mut edits: Vec<(Range<usize>, Vec<u8>)> = Vec::new();
        let ids: BTreeSet<u32> = hidden.iter().map(|(id, _)| *id).collect();
        for id in ids {
            for shape in self.with_id(id) {
                self.hide(shape, &|part| hidden.contains(&(id, part)), &mut edits);
            }
        }
        for (field, text) in &self.numbers {
            // A field of another kind keeps the text it has.
            edits.push((field.clone(), b"text".to_vec()));
            if let Some(text) = text {
                edits.push((text.clone(), slide_number.to_string().into_bytes()));
            }
        }
        // What is longer comes first, so that what lies in it is passed over.
        edits.sort_by_key(|(place, _)| (place.start, usize::MAX - place.end));
        let mut copy = Vec::with_capacity(self.xml.len() + 1024);
        let mut at = 0;
        for (place, new) in edits {
            if place.start < at {
                continue;
            }
            copy.extend_from_slice(self.xml.get(at..place.start).unwrap_or_default());
            copy.extend_from_slice(&new);
            at = place.end;
        }
        copy.extend_from_slice(self.xml.get(at..).unwrap_or_default());
        copy
    }

    /// Adds what hides the parts of a shape.
    fn hide(
        &self,
        shape: &Shape,
        is_hidden: &dyn Fn(Part) -> bool,
        edits: &mut Vec<(Range<usize>, Vec<u8>)>,
    ) {
        if is_hidden(Part::Whole) {
            edits.push((shape.place.clone(), Vec::new()));
            return;
        }
        let mut edit = |place: &Range<usize>, copy: &dyn Fn(&[u8]) -> Option<Vec<u8>>| {
            let new = self.xml.get(place.clone()).and_then(copy);
            edits.extend(new.map(|new| (place.clone(), new)));
        };
        if let Some(look) = &shape.look
            && is_hidden(Part::Background)
        {
            edit(look, &unpainted);
        }
        let mut is_last = true;
        for (number, place) in shape.paragraphs.iter().enumerate().rev() {
            if is_hidden(Part::Paragraph(number as u32)) {
                edit(place, &|paragraph| transparent(paragraph, is_last));
            } else {
                is_last = false;
            }
        }
    }
}

/// Everything that paints a shape; geometry and place are kept.
const PAINT: [&[u8]; 11] = [
    b"solidFill",
    b"gradFill",
    b"blipFill",
    b"pattFill",
    b"grpFill",
    b"noFill",
    b"ln",
    b"effectLst",
    b"effectDag",
    b"scene3d",
    b"sp3d",
];

/// Takes fill, outline and shadow from the properties of a shape.
fn unpainted(look: &[u8]) -> Option<Vec<u8>> {
    let mut copy = Copy::new(look);
    while let Some(token) = copy.next()? {
        match token.depth {
            1 if token.is_start => {
                copy.keep_open(&token, |_| true);
                if token.is_empty {
                    copy.out.extend_from_slice(NO_PAINT);
                    copy.end(&token);
                }
            }
            1 => {
                copy.out.extend_from_slice(NO_PAINT);
                copy.keep(&token);
            }
            2 if token.is_start && PAINT.contains(&token.local()) => copy.skip(&token)?,
            _ => copy.keep(&token),
        }
    }
    Some(copy.out)
}

const NO_PAINT: &[u8] = b"<a:noFill/><a:ln><a:noFill/></a:ln><a:effectLst/>";
const NO_INK: &[u8] =
    br#"<a:solidFill><a:srgbClr val="000000"><a:alpha val="0"/></a:srgbClr></a:solidFill>"#;

/// Makes a paragraph and its bullet transparent. The engine draws the numbers
/// of a list all like the first, so a paragraph that has none to be seen after
/// it loses its number; the numbers of others must go on counting.
fn transparent(paragraph: &[u8], is_last: bool) -> Option<Vec<u8>> {
    let mut copy = Copy::new(paragraph);
    let mut is_first = true;
    // A run whose properties are still to come, by its depth.
    let mut run: Option<usize> = None;
    while let Some(token) = copy.next()? {
        let depth = token.depth;
        if run.is_some() && token.is_tag && !(token.is_start && token.local() == b"rPr") {
            copy.out.extend_from_slice(b"<a:rPr>");
            copy.out.extend_from_slice(NO_INK);
            copy.out.extend_from_slice(b"</a:rPr>");
            run = None;
        }
        let name = token.local();
        if !token.is_start {
            copy.keep(&token);
            continue;
        }
        if depth == 2 && std::mem::take(&mut is_first) && name != b"pPr" {
            copy.out.extend_from_slice(b"<a:pPr><a:buClrTx/></a:pPr>");
        }
        match name {
            b"pPr" if depth == 2 => {
                copy.keep_open(&token, |_| true);
                if token.is_empty {
                    copy.out.extend_from_slice(b"<a:buClrTx/>");
                    copy.end(&token);
                } else {
                    copy.paragraph_properties(is_last)?;
                }
            }
            // Formulas have their own way of saying colours.
            b"m" | b"oMath" | b"oMathPara" => copy.skip(&token)?,
            b"r" | b"fld" if !token.is_empty => {
                copy.keep(&token);
                run = Some(depth);
            }
            b"rPr" => {
                run = None;
                // Lines are drawn in colours of their own.
                copy.keep_open(&token, |key| key != b"u" && key != b"strike");
                copy.out.extend_from_slice(NO_INK);
                if !token.is_empty {
                    copy.run_properties()?;
                }
                copy.end(&token);
            }
            _ => copy.keep(&token),
        }
    }
    Some(copy.out)
}

/// A piece of XML on its way into a copy.
struct Copy<'x> {
    xml: &'x [u8],
    reader: Reader<&'x [u8]>,
    depth: usize,
    out: Vec<u8>,
}

/// One event, with its depth (of the piece's own element: 1).
struct Token<'x> {
    raw: &'x [u8],
    start: Option<BytesStart<'x>>,
    depth: usize,
    is_tag: bool,
    is_start: bool,
    is_empty: bool,
}

impl Token<'_> {
    fn local(&self) -> &[u8] {
        self.start
            .as_ref()
            .map_or(b"", |start| start.local_name().into_inner())
    }
}

impl<'x> Copy<'x> {
    fn new(xml: &'x [u8]) -> Self {
        Self {
            xml,
            reader: Reader::from_reader(xml),
            depth: 0,
            out: Vec::with_capacity(xml.len() + 256),
        }
    }

    /// The next event; `Some(None)` at the end, `None` for what is no XML.
    fn next(&mut self) -> Option<Option<Token<'x>>> {
        let at = self.reader.buffer_position() as usize;
        let event = self.reader.read_event().ok()?;
        let end = self.reader.buffer_position() as usize;
        let raw = self.xml.get(at..end)?;
        let mut token = Token {
            raw,
            start: None,
            depth: self.depth,
            is_tag: true,
            is_start: false,
            is_empty: false,
        };
        match event {
            Event::Eof => return Some(None),
            Event::Start(start) => {
                self.depth += 1;
                token.depth = self.depth;
                token.is_start = true;
                token.start = Some(start);
            }
            Event::Empty(start) => {
                token.depth = self.depth + 1;
                token.is_start = true;
                token.is_empty = true;
                token.start = Some(start);
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => token.is_tag = false,
        }
        Some(Some(token))
    }

    fn keep(&mut self, token: &Token<'_>) {
        self.out.extend_from_slice(token.raw);
    }

    /// Writes a start tag, with those of its attributes that `keeps` names.
    fn keep_open(&mut self, token: &Token<'_>, keeps: impl Fn(&[u8]) -> bool) {
        let Some(start) = &token.start else { return };
        self.out.push(b'<');
        self.out.extend_from_slice(start.name().as_ref());
        for attribute in start.attributes().with_checks(false).flatten() {
            if keeps(attribute.key.as_ref()) {
                self.out.push(b' ');
                self.out.extend_from_slice(attribute.key.as_ref());
                self.out.extend_from_slice(b"=\"");
                for byte in attribute.value.iter() {
                    match byte {
                        b'"' => self.out.extend_from_slice(b"&quot;"),
                        other => self.out.push(*other),
                    }
                }
                self.out.push(b'"');
            }
        }
        self.out.push(b'>');
    }

    /// Writes the end tag of an element.
    fn end(&mut self, token: &Token<'_>) {
        let Some(start) = &token.start else { return };
        self.out.extend_from_slice(b"</");
        self.out.extend_from_slice(start.name().as_ref());
        self.out.push(b'>');
    }

    /// Leaves an element out.
    fn skip(&mut self, token: &Token<'_>) -> Option<()> {
        if token.is_empty {
            return Some(());
        }
        while self.depth >= token.depth {
            self.next()??;
        }
        Some(())
    }

    /// Copies the rest of `a:pPr`, up to its end, with a bullet of the text's
    /// colour.
    fn paragraph_properties(&mut self, drops_number: bool) -> Option<()> {
        let depth = self.depth;
        let mut is_said = false;
        loop {
            let token = self.next()??;
            let is_end = !token.is_start && token.is_tag && self.depth < depth;
            let is_child = token.is_start && token.depth == depth + 1;
            let spacing = [b"lnSpc".as_slice(), b"spcBef", b"spcAft"].contains(&token.local());
            if is_child && [b"buClr".as_slice(), b"buClrTx"].contains(&token.local()) {
                self.skip(&token)?;
                continue;
            }
            if !is_said && (is_end || (is_child && !spacing)) {
                self.out.extend_from_slice(b"<a:buClrTx/>");
                is_said = true;
            }
            if is_child && drops_number && token.local() == b"buAutoNum" {
                self.skip(&token)?;
                self.out.extend_from_slice(b"<a:buNone/>");
                continue;
            }
            self.keep(&token);
            if is_end {
                return Some(());
            }
        }
    }

    /// Copies the faces out of the rest of `a:rPr`; its end is left to write.
    fn run_properties(&mut self) -> Option<()> {
        const FACES: [&[u8]; 4] = [b"latin", b"ea", b"cs", b"sym"];
        let depth = self.depth;
        loop {
            let token = self.next()??;
            if !token.is_start {
                if token.is_tag && self.depth < depth {
                    return Some(());
                }
                continue;
            }
            if token.depth == depth + 1 && FACES.contains(&token.local()) {
                self.keep_open(&token, |_| true);
                self.skip(&token)?;
                self.end(&token);
            } else {
                self.skip(&token)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Slide, transparent};
    use crate::animation::{Hidden, Part};

    const SLIDE: &str = r#"<p:sld show="0"><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1"/></p:nvGrpSpPr><p:sp><p:nvSpPr><p:cNvPr id="2"/></p:nvSpPr><p:spPr><a:xfrm/><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill></p:spPr><p:txBody><a:p><a:r><a:t>甲</a:t></a:r></a:p><a:p><a:r><a:t>乙</a:t></a:r></a:p></p:txBody></p:sp><p:grpSp><p:nvGrpSpPr><p:cNvPr id="3"/></p:nvGrpSpPr><p:pic><p:nvPicPr><p:cNvPr id="4"/></p:nvPicPr></p:pic></p:grpSp><p:sp><p:nvSpPr><p:cNvPr id="5"/></p:nvSpPr><p:txBody><a:p><a:fld type="slidenum"><a:t>9</a:t></a:fld></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"#;

    fn without(parts: &[(u32, Part)]) -> String {
        let slide = Slide::read(SLIDE.into()).unwrap();
        let hidden: Hidden = parts.iter().copied().collect();
        String::from_utf8(slide.without(&hidden, 12)).unwrap()
    }

    #[test]
    fn shapes_are_found_with_their_paragraphs() {
        let slide = Slide::read(SLIDE.into()).unwrap();
        assert!(slide.is_hidden);
        assert_eq!(slide.paragraphs_of(2), Some(2));
        assert_eq!(slide.paragraphs_of(3), Some(0));
        assert_eq!(slide.paragraphs_of(4), Some(0));
        // The tree itself is no shape.
        assert_eq!(slide.paragraphs_of(1), None);
        assert!(Slide::read(b"<p:sld><p:sp></p:sld>".to_vec()).is_none());
    }

    #[test]
    fn shapes_go_and_numbers_stay_right() {
        let copy = without(&[(3, Part::Whole), (4, Part::Whole)]);
        assert!(!copy.contains("grpSp>") && !copy.contains("p:pic"));
        assert!(copy.contains("甲") && copy.contains(r#"<a:fld type="text"><a:t>12</a:t>"#));
        let copy = without(&[(5, Part::Whole)]);
        assert!(!copy.contains("a:fld") && copy.ends_with("</p:spTree></p:cSld></p:sld>"));
    }

    #[test]
    fn a_paragraph_turns_transparent_where_it_stands() {
        let copy = without(&[(2, Part::Paragraph(1)), (2, Part::Paragraph(7))]);
        assert!(copy.contains("<a:p><a:r><a:t>甲"), "{copy}");
        assert!(
            copy.contains(r#"<a:p><a:pPr><a:buClrTx/></a:pPr><a:r><a:rPr><a:solidFill><a:srgbClr val="000000"><a:alpha val="0"/></a:srgbClr></a:solidFill></a:rPr><a:t>乙"#),
            "{copy}"
        );
    }

    #[test]
    fn a_background_goes_and_its_text_stays() {
        let copy = without(&[(2, Part::Background)]);
        assert!(copy.contains("<p:spPr><a:xfrm/><a:noFill/>"), "{copy}");
        assert!(!copy.contains("FF0000") && copy.contains("甲"));
    }

    #[test]
    fn a_list_goes_on_counting_over_what_is_not_there() {
        let item = br#"<a:p><a:pPr><a:buAutoNum type="arabicPeriod"/></a:pPr></a:p>"#;
        let copy = |is_last| String::from_utf8(transparent(item, is_last).unwrap()).unwrap();
        assert_eq!(
            copy(false),
            r#"<a:p><a:pPr><a:buClrTx/><a:buAutoNum type="arabicPeriod"/></a:pPr></a:p>"#
        );
        assert_eq!(
            copy(true),
            "<a:p><a:pPr><a:buClrTx/><a:buNone/></a:pPr></a:p>"
        );
    }

    #[test]
    fn numbers_go_when_none_is_to_be_seen_after_them() {
        let item = r#"<a:p><a:pPr><a:buAutoNum type="arabicPeriod"/></a:pPr></a:p>"#;
        let xml = format!(
            r#"<p:sld><p:sp><p:nvSpPr><p:cNvPr id="2"/></p:nvSpPr><p:txBody>{}</p:txBody></p:sp></p:sld>"#,
            item.repeat(4)
        );
        let slide = Slide::read(xml.into_bytes()).unwrap();
        let without = |numbers: &[u32]| {
            let hidden: Hidden = numbers
                .iter()
                .map(|number| (2, Part::Paragraph(*number)))
                .collect();
            let copy = String::from_utf8(slide.without(&hidden, 1)).unwrap();
            let numbers = copy.matches("buAutoNum").count();
            (numbers, copy.matches("buNone").count())
        };
        assert_eq!(without(&[1]), (4, 0));
        assert_eq!(without(&[0, 1, 3]), (3, 1));
        assert_eq!(without(&[2, 3]), (2, 2));
    }

    #[test]
    fn what_a_run_paints_beside_its_letters_goes_too() {
        let paragraph = br#"<a:p><a:pPr lvl="1"><a:spcBef/><a:buClr><a:srgbClr val="00FF00"/></a:buClr><a:buChar char="x"/></a:pPr><a:r><a:rPr sz="2000" u="sng"><a:ln/><a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:highlight/><a:latin typeface="Arial"/><a:hlinkClick r:id="rId2"/></a:rPr><a:t>x</a:t></a:r><a14:m><m:oMath><m:r><a:rPr/></m:r></m:oMath></a14:m><a:endParaRPr/></a:p>"#;
        let copy = String::from_utf8(transparent(paragraph, true).unwrap()).unwrap();
        assert_eq!(
            copy,
            r#"<a:p><a:pPr lvl="1"><a:spcBef/><a:buClrTx/><a:buChar char="x"/></a:pPr><a:r><a:rPr sz="2000"><a:solidFill><a:srgbClr val="000000"><a:alpha val="0"/></a:srgbClr></a:solidFill><a:latin typeface="Arial"></a:latin></a:rPr><a:t>x</a:t></a:r><a:endParaRPr/></a:p>"#
        );
    }
}
