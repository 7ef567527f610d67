//! What the pages of an OFD file share: fonts, pictures, colour spaces,
//! drawing parameters, composite units and page templates, by their ids.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use krilla::image::Image;
use roxmltree::Node;

use super::container::{parse, resolve, unless_damaged, xml};
use super::paint::Style;
use super::text::{Faces, FontName};
use super::{Told, child, child_text, children, picture};
use crate::guard::Container;
use crate::refusal::Refusal;
use crate::report::WarningKind;

/// Longest chain of drawing parameters.
const MAX_CHAIN: usize = 16;

/// Palettes by the id of their colour space.
#[derive(Default)]
pub(super) struct ColourSpaces(HashMap<String, Vec<String>>);

impl ColourSpaces {
    /// A colour of a palette, as components.
    pub(super) fn palette_entry(&self, space: &str, index: usize) -> Option<&str> {
        self.0.get(space)?.get(index).map(String::as_str)
    }
}

/// A drawing parameter and the id of what it builds on.
struct DrawParam {
    style: Style,
    relative: Option<String>,
}

/// Where the content of a composite unit stands.
#[derive(Clone)]
pub(super) struct Unit {
    /// The whole resource file: a part of it has no namespaces of its own.
    pub(super) xml: Rc<String>,
    pub(super) id: String,
}

/// A page template: read when a page first has it.
struct Template {
    path: Option<String>,
    xml: Option<Rc<String>>,
}

/// The shared resources.
pub(super) struct Resources {
    /// Whether the file's own fonts are used.
    with_fonts: bool,
    /// The resource files that were read.
    files: HashSet<String>,
    fonts: HashMap<String, (FontName, Option<String>)>,
    faces: HashMap<String, Rc<Faces>>,
    media: HashMap<String, String>,
    images: HashMap<String, Option<Image>>,
    params: HashMap<String, DrawParam>,
    units: HashMap<String, Unit>,
    templates: HashMap<String, Template>,
    pub(super) spaces: ColourSpaces,
}

impl Resources {
    pub(super) fn new(with_fonts: bool) -> Self {
        Self {
            with_fonts,
            files: HashSet::new(),
            fonts: HashMap::new(),
            faces: HashMap::new(),
            media: HashMap::new(),
            images: HashMap::new(),
            params: HashMap::new(),
            units: HashMap::new(),
            templates: HashMap::new(),
            spaces: ColourSpaces::default(),
        }
    }

    /// Reads a resource file; one that is missing leaves its ids undefined.
    pub(super) fn read(
        &mut self,
        container: &mut Container<'_>,
        path: &str,
    ) -> Result<(), Refusal> {
        // Pages name the same ones.
        if !self.files.insert(path.to_owned()) {
            return Ok(());
        }
        let Some(xml) = unless_damaged(xml(container, path))?.map(Rc::new) else {
            return Ok(());
        };
        let Some(parsed) = unless_damaged(parse(&xml))? else {
            return Ok(());
        };
        let root = parsed.root_element();
        let base = format!(
            "{}/",
            resolve(path, root.attribute("BaseLoc").unwrap_or_default())
        );
        let list = |group: &'static str, item: &'static str| {
            children(root, group)
                .flat_map(move |group| children(group, item))
                .filter_map(|node| Some((node.attribute("ID")?.to_owned(), node)))
                .collect::<Vec<(String, Node<'_, '_>)>>()
        };
        for (id, node) in list("ColorSpaces", "ColorSpace") {
            if let Some(palette) = child(node, "Palette") {
                let colours = children(palette, "CV")
                    .map(|colour| colour.text().unwrap_or_default().to_owned())
                    .collect();
                self.spaces.0.insert(id, colours);
            }
        }
        for (id, node) in list("Fonts", "Font") {
            let file = child_text(node, "FontFile").map(|file| resolve(&base, file));
            self.fonts.insert(id, (FontName::read(node), file));
        }
        for (id, node) in list("MultiMedias", "MultiMedia") {
            if let Some(file) = child_text(node, "MediaFile") {
                self.media.insert(id, resolve(&base, file));
            }
        }
        for (id, node) in list("DrawParams", "DrawParam") {
            let param = DrawParam {
                style: Style::read(node, &self.spaces),
                relative: node.attribute("Relative").map(str::to_owned),
            };
            self.params.insert(id, param);
        }
        for (id, _) in list("CompositeGraphicUnits", "CompositeGraphicUnit") {
            let unit = Unit {
                xml: Rc::clone(&xml),
                id: id.clone(),
            };
            self.units.insert(id, unit);
        }
        Ok(())
    }

    /// Notes where the page templates stand.
    pub(super) fn templates(&mut self, common: Node<'_, '_>, document_path: &str) {
        for node in children(common, "TemplatePage") {
            if let (Some(id), Some(path)) = (node.attribute("ID"), node.attribute("BaseLoc")) {
                let template = Template {
                    path: Some(resolve(document_path, path)),
                    xml: None,
                };
                self.templates.insert(id.to_owned(), template);
            }
        }
    }

    /// A page template, read once: every page may have it.
    pub(super) fn template(
        &mut self,
        container: &mut Container<'_>,
        id: &str,
        told: &mut Told,
    ) -> Option<Rc<String>> {
        let template = self.templates.get_mut(id)?;
        if let Some(path) = template.path.take() {
            template.xml = told.bear(xml(container, &path)).map(Rc::new);
        }
        template.xml.clone()
    }

    /// A composite unit.
    pub(super) fn unit(&self, id: &str) -> Option<Unit> {
        self.units.get(id).cloned()
    }

    /// A drawing parameter with all that it builds on.
    pub(super) fn style(&self, id: Option<&str>) -> Style {
        let mut style = Style::default();
        let mut next = id;
        for _ in 0..MAX_CHAIN {
            let Some(param) = next.and_then(|id| self.params.get(id)) else {
                break;
            };
            style = style.over(&param.style);
            next = param.relative.as_deref();
        }
        style
    }

    /// A picture, opened once; `None` after a warning.
    pub(super) fn image(
        &mut self,
        container: &mut Container<'_>,
        id: &str,
        told: &mut Told,
    ) -> Option<Image> {
        if let Some(image) = self.images.get(id) {
            return image.clone();
        }
        let bytes = self
            .media
            .get(id)
            .and_then(|path| told.bear(container.part(path)).flatten());
        let image = match bytes.map(|bytes| picture::open(bytes, container.limits())) {
            Some(Ok(image)) => Some(image),
            Some(Err(reason)) => {
                told.warn(WarningKind::Image, reason);
                None
            }
            None => {
                told.warn(WarningKind::Image, "a picture is missing in the file");
                None
            }
        };
        self.images.insert(id.to_owned(), image.clone());
        image
    }

    /// The faces that draw a font, the file's own first.
    pub(super) fn faces(
        &mut self,
        container: &mut Container<'_>,
        id: &str,
        heavy: bool,
        told: &mut Told,
    ) -> Rc<Faces> {
        // Fonts that are not there are one.
        let id = if self.fonts.contains_key(id) { id } else { "" };
        let key = format!("{id}/{heavy}");
        if let Some(faces) = self.faces.get(&key) {
            return Rc::clone(faces);
        }
        let (name, file) = self.fonts.get(id).cloned().unwrap_or_default();
        let embedded = file
            .filter(|_| self.with_fonts)
            .and_then(|path| told.bear(container.part(&path)).flatten());
        let faces = Rc::new(Faces::new(&name, embedded, heavy, told));
        self.faces.insert(key, Rc::clone(&faces));
        faces
    }
}
