//! A page of an OFD file: its layers between its templates, then annotations
//! and seals.

use std::collections::HashMap;

use krilla::geom::{Size, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::FillRule;
use krilla::surface::Surface;
use roxmltree::Node;

use super::container::{parse, resolve, unless_damaged, xml};
use super::geometry::{self, Box, number};
use super::paint::Style;
use super::resources::Resources;
use super::seal::{Seal, Stamp};
use super::{Told, child, child_text, children, text};
use crate::guard::Container;
use crate::refusal::{Refusal, RefusalKind};
use crate::report::WarningKind;

/// Deepest nesting of blocks and composite objects.
const MAX_DEPTH: usize = 16;

/// What belongs to one page.
pub(super) struct Drawing<'d> {
    pub(super) path: &'d str,
    /// The part with the page's annotations.
    pub(super) annotation: Option<&'d str>,
    pub(super) seals: Vec<&'d Seal>,
}

/// The parts with annotations, by the id of their page.
pub(super) fn annotations(
    container: &mut Container<'_>,
    document: Node<'_, '_>,
    document_path: &str,
) -> Result<HashMap<String, String>, Refusal> {
    let mut found = HashMap::new();
    let Some(list) = child_text(document, "Annotations") else {
        return Ok(found);
    };
    let list = resolve(document_path, list);
    let Some(xml) = unless_damaged(xml(container, &list))? else {
        return Ok(found);
    };
    if let Some(parsed) = unless_damaged(parse(&xml))? {
        for page in children(parsed.root_element(), "Page") {
            if let (Some(id), Some(file)) = (page.attribute("PageID"), child_text(page, "FileLoc"))
            {
                found.insert(id.to_owned(), resolve(&list, file));
            }
        }
    }
    Ok(found)
}

/// Draws onto one page.
pub(super) struct Painter<'p, 'b, 's> {
    pub(super) container: &'p mut Container<'b>,
    pub(super) resources: &'p mut Resources,
    pub(super) told: &'p mut Told,
    pub(super) surface: &'p mut Surface<'s>,
}

impl Painter<'_, '_, '_> {
    /// Draws everything of a page.
    pub(super) fn page(&mut self, node: Option<Node<'_, '_>>, drawing: &Drawing<'_>) {
        if let Some(node) = node {
            for file in children(node, "PageRes").filter_map(|node| node.text()) {
                let path = resolve(drawing.path, file);
                let read = self.resources.read(self.container, &path);
                self.told.bear(read);
            }
            self.templates(node, false);
            self.content(node);
            self.templates(node, true);
        }
        if let Some(path) = drawing.annotation {
            self.annotations(path);
        }
        for seal in &drawing.seals {
            self.seal(seal);
        }
    }

    fn templates(&mut self, page: Node<'_, '_>, in_front: bool) {
        for node in children(page, "Template") {
            if (node.attribute("ZOrder") == Some("Foreground")) != in_front {
                continue;
            }
            let xml = node
                .attribute("TemplateID")
                .and_then(|id| self.resources.template(self.container, id, self.told));
            let Some(xml) = xml else { continue };
            if let Some(parsed) = self.told.bear(parse(&xml)) {
                self.content(parsed.root_element());
            }
        }
    }

    fn content(&mut self, page: Node<'_, '_>) {
        let Some(content) = child(page, "Content") else {
            return;
        };
        let mut layers: Vec<Node<'_, '_>> = children(content, "Layer").collect();
        layers.sort_by_key(|layer| match layer.attribute("Type") {
            Some("Background") => 0,
            Some("Foreground") => 2,
            _ => 1,
        });
        for layer in layers {
            let style = self.resources.style(layer.attribute("DrawParam"));
            self.objects(layer, &style, 0);
        }
    }

    fn objects(&mut self, parent: Node<'_, '_>, inherited: &Style, depth: usize) {
        if depth > MAX_DEPTH {
            self.told
                .warn(WarningKind::Other, "objects nested too deep are left out");
            return;
        }
        for node in parent.children().filter(Node::is_element) {
            if !self.told.spend(1) {
                return;
            }
            if node.attribute("Visible") == Some("false") {
                continue;
            }
            match node.tag_name().name() {
                "PageBlock" => self.objects(node, inherited, depth + 1),
                "TextObject" | "PathObject" | "ImageObject" | "CompositeObject" => {
                    self.object(node, inherited, depth);
                }
                _ => {}
            }
        }
    }

    fn object(&mut self, node: Node<'_, '_>, inherited: &Style, depth: usize) {
        let Some(boundary) = node.attribute("Boundary").and_then(Box::parse) else {
            return;
        };
        let style = Style::read(node, &self.resources.spaces)
            .over(&self.resources.style(node.attribute("DrawParam")))
            .over(inherited);
        let alpha = node
            .attribute("Alpha")
            .and_then(number)
            .map_or(1.0, |alpha| (alpha / 255.0).clamp(0.0, 1.0));
        let ctm = node.attribute("CTM").and_then(geometry::matrix);
        let mut pushed = 1;
        self.surface
            .push_transform(&Transform::from_translate(boundary.x, boundary.y));
        for clip in children(node, "Clips").flat_map(|clips| children(clips, "Clip")) {
            if let Some(path) = clip_path(clip, ctm) {
                self.surface.push_clip_path(&path, &FillRule::NonZero);
                pushed += 1;
            }
        }
        if let Some(ctm) = ctm.filter(|ctm| ctm.invert().is_some()) {
            self.surface.push_transform(&ctm);
            pushed += 1;
        }
        match node.tag_name().name() {
            "TextObject" => self.text(node, &style, alpha),
            "PathObject" => self.path(node, &style, alpha),
            "ImageObject" => self.image(node, boundary, ctm.is_some(), alpha),
            _ => self.composite(node, &style, alpha, depth),
        }
        for _ in 0..pushed {
            self.surface.pop();
        }
    }

    fn text(&mut self, node: Node<'_, '_>, style: &Style, alpha: f32) {
        let is_filled = node.attribute("Fill") != Some("false");
        let is_stroked = node.attribute("Stroke") == Some("true");
        if !is_filled && !is_stroked {
            return;
        }
        let heavy = node
            .attribute("Weight")
            .and_then(number)
            .is_some_and(|weight| weight >= 600.0);
        let font = node.attribute("Font").unwrap_or_default();
        let faces = self.resources.faces(self.container, font, heavy, self.told);
        self.surface.set_fill(
            is_filled
                .then(|| style.fill(alpha, FillRule::NonZero, true))
                .flatten(),
        );
        self.surface
            .set_stroke(is_stroked.then(|| style.stroke(alpha)));
        text::draw(self.surface, node, &faces);
    }

    fn path(&mut self, node: Node<'_, '_>, style: &Style, alpha: f32) {
        let Some(path) = child_text(node, "AbbreviatedData").and_then(geometry::path) else {
            return;
        };
        let rule = match node.attribute("Rule") {
            Some("Even-Odd") => FillRule::EvenOdd,
            _ => FillRule::NonZero,
        };
        let fill = (node.attribute("Fill") == Some("true"))
            .then(|| style.fill(alpha, rule, false))
            .flatten();
        let stroke = (node.attribute("Stroke") != Some("false")).then(|| style.stroke(alpha));
        // Without both, the writer would fill with black.
        if fill.is_none() && stroke.is_none() {
            return;
        }
        self.surface.set_fill(fill);
        self.surface.set_stroke(stroke);
        self.surface.draw_path(&path);
    }

    fn image(&mut self, node: Node<'_, '_>, boundary: Box, has_ctm: bool, alpha: f32) {
        let id = node.attribute("ResourceID").unwrap_or_default();
        let Some(image) = self.resources.image(self.container, id, self.told) else {
            return;
        };
        // The matrix maps the unit square; without one the picture fills its box.
        let size = if has_ctm {
            Size::from_wh(1.0, 1.0)
        } else {
            Size::from_wh(boundary.width, boundary.height)
        };
        let Some(size) = size else { return };
        let faded = faded(alpha);
        if let Some(opacity) = faded {
            self.surface.push_opacity(opacity);
        }
        self.surface.draw_image(image, size);
        if faded.is_some() {
            self.surface.pop();
        }
    }

    fn composite(&mut self, node: Node<'_, '_>, style: &Style, alpha: f32, depth: usize) {
        let unit = node
            .attribute("ResourceID")
            .and_then(|id| self.resources.unit(id));
        let Some(unit) = unit else { return };
        // The resource file is parsed again, which costs as much as its size.
        if !self.told.spend(unit.xml.len() / 64) {
            return;
        }
        let Some(parsed) = self.told.bear(parse(&unit.xml)) else {
            return;
        };
        let content = parsed
            .descendants()
            .find(|found| {
                found.tag_name().name() == "CompositeGraphicUnit"
                    && found.attribute("ID") == Some(unit.id.as_str())
            })
            .and_then(|found| child(found, "Content"));
        let Some(content) = content else { return };
        let faded = faded(alpha);
        if let Some(opacity) = faded {
            self.surface.push_opacity(opacity);
        }
        self.objects(content, style, depth + 1);
        if faded.is_some() {
            self.surface.pop();
        }
    }

    fn annotations(&mut self, path: &str) {
        let Some(xml) = self.told.bear(xml(self.container, path)) else {
            return;
        };
        let Some(parsed) = self.told.bear(parse(&xml)) else {
            return;
        };
        for annotation in children(parsed.root_element(), "Annot") {
            if annotation.attribute("Visible") == Some("false") {
                continue;
            }
            for appearance in children(annotation, "Appearance") {
                let place = appearance.attribute("Boundary").and_then(Box::parse);
                let place = place.map_or((0.0, 0.0), |place| (place.x, place.y));
                self.surface
                    .push_transform(&Transform::from_translate(place.0, place.1));
                self.objects(appearance, &Style::default(), 1);
                self.surface.pop();
            }
        }
    }

    fn seal(&mut self, seal: &Seal) {
        let place = seal.boundary;
        self.surface
            .push_transform(&Transform::from_translate(place.x, place.y));
        match &seal.stamp {
            Stamp::Image(image) => {
                if let Some(size) = Size::from_wh(place.width, place.height) {
                    self.surface.draw_image(image.clone(), size);
                }
            }
            // Opened again for each place, which costs as much as its size.
            Stamp::Ofd(bytes) if self.told.spend(bytes.len() / 64) => {
                let limits = self.container.limits();
                let drawn = super::draw_stamp(bytes, limits, place, self.told, self.surface);
                if let Err(refusal) = &drawn {
                    self.told.warn(
                        WarningKind::Image,
                        format!("a seal cannot be drawn: {}", refusal.detail),
                    );
                }
                // A seal may be of no use in more ways than a document.
                let is_useless =
                    |kind| matches!(kind, RefusalKind::NoPages | RefusalKind::Encrypted);
                if !drawn
                    .as_ref()
                    .is_err_and(|refusal| is_useless(refusal.kind))
                {
                    self.told.bear(drawn);
                }
            }
            Stamp::Ofd(_) => {}
        }
        self.surface.pop();
    }
}

fn faded(alpha: f32) -> Option<NormalizedF32> {
    (alpha < 1.0).then(|| NormalizedF32::new(alpha)).flatten()
}

/// The path of a clip with one area; several would have to be united, and what
/// they cut away is little.
fn clip_path(clip: Node<'_, '_>, ctm: Option<Transform>) -> Option<krilla::geom::Path> {
    let mut areas = children(clip, "Area");
    let (area, None) = (areas.next()?, areas.next()) else {
        return None;
    };
    let node = child(area, "Path")?;
    let mut path = child_text(node, "AbbreviatedData").and_then(geometry::path)?;
    if let Some(inner) = node.attribute("CTM").and_then(geometry::matrix) {
        path = path.transform(inner)?;
    }
    if let Some(boundary) = node.attribute("Boundary").and_then(Box::parse) {
        path = path.transform(Transform::from_translate(boundary.x, boundary.y))?;
    }
    if let Some(outer) = area.attribute("CTM").and_then(geometry::matrix) {
        path = path.transform(outer)?;
    }
    let follows = clip
        .parent()
        .and_then(|clips| clips.attribute("TransFlag"))
        .is_some_and(|flag| flag == "true");
    match ctm {
        Some(ctm) if follows => path.transform(ctm),
        _ => Some(path),
    }
}
