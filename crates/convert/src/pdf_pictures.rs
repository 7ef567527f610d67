//! Refuses pages of a PDF whose pictures would flood the memory when decoded,
//! wherever they stand: on the page, in its forms, patterns, drawn letters and
//! stamps, and as masks of one another.

use std::cell::RefCell;
use std::collections::HashSet;

use hayro::hayro_interpret::hayro_syntax::object::dict::keys::{
    ANNOTS, AP, CHAR_PROCS, EXT_G_STATE, FONT, G, HEIGHT, MASK, N, PATTERN, RESOURCES, SMASK,
    WIDTH, XOBJECT,
};
use hayro::hayro_interpret::hayro_syntax::object::{Array, Dict, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::Page;

use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};

/// What has been looked at in one opened file: pages share much of it.
#[derive(Default)]
pub(crate) struct Pictures {
    /// Each with what it was taken for: an object may be two things.
    seen: RefCell<HashSet<(ObjectIdentifier, Kind)>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Stream,
    Resources,
    State,
    Font,
}

/// What is still to be looked at.
enum Place<'a> {
    /// A picture, a form, a pattern or a letter.
    Stream(Stream<'a>),
    Resources(Dict<'a>),
}

impl Pictures {
    /// Measures the pictures that a page may draw.
    ///
    /// # Errors
    /// `too_many_pixels` when one is larger than the limits allow.
    pub(crate) fn check(&self, page: &Page<'_>, limits: &Limits) -> Result<(), Refusal> {
        let resources = page.resources();
        let mut open = Vec::new();
        self.open_streams(&resources.x_objects, &mut open);
        self.open_streams(&resources.patterns, &mut open);
        self.open_states(&resources.ext_g_states, &mut open);
        self.open_fonts(&resources.fonts, &mut open);
        if let Some(notes) = page.raw().get::<Array<'_>>(ANNOTS) {
            for looks in notes.iter::<Dict<'_>>().filter_map(|note| note.get(AP)) {
                let looks: Dict<'_> = looks;
                self.open_stream(&looks, N, &mut open);
                // Or one look for each state.
                if let Some(states) = looks.get::<Dict<'_>>(N) {
                    self.open_streams(&states, &mut open);
                }
            }
        }
        // No recursion: what hides in what is the file's choice.
        while let Some(place) = open.pop() {
            match place {
                Place::Stream(stream) => {
                    let dict = stream.dict();
                    // Whatever it says it is: a mask need not say anything.
                    measure(dict, limits)?;
                    self.open_stream(dict, SMASK, &mut open);
                    self.open_stream(dict, MASK, &mut open);
                    self.open_resources(dict, &mut open);
                }
                Place::Resources(dict) => {
                    for kind in [XOBJECT, PATTERN] {
                        if let Some(streams) = dict.get::<Dict<'_>>(kind) {
                            self.open_streams(&streams, &mut open);
                        }
                    }
                    if let Some(states) = dict.get::<Dict<'_>>(EXT_G_STATE) {
                        self.open_states(&states, &mut open);
                    }
                    if let Some(fonts) = dict.get::<Dict<'_>>(FONT) {
                        self.open_fonts(&fonts, &mut open);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether what a key leads to has not been looked at; what stands in the
    /// dictionary itself is looked at each time.
    fn is_new(&self, dict: &Dict<'_>, key: &[u8], kind: Kind) -> bool {
        dict.get_ref(key)
            .is_none_or(|reference| self.seen.borrow_mut().insert((reference.into(), kind)))
    }

    fn open_stream<'a>(&self, dict: &Dict<'a>, key: &[u8], open: &mut Vec<Place<'a>>) {
        if self.is_new(dict, key, Kind::Stream) {
            open.extend(dict.get(key).map(Place::Stream));
        }
    }

    fn open_streams<'a>(&self, dict: &Dict<'a>, open: &mut Vec<Place<'a>>) {
        for name in dict.keys() {
            self.open_stream(dict, &name, open);
        }
    }

    fn open_resources<'a>(&self, dict: &Dict<'a>, open: &mut Vec<Place<'a>>) {
        if self.is_new(dict, RESOURCES, Kind::Resources) {
            open.extend(dict.get(RESOURCES).map(Place::Resources));
        }
    }

    /// Masks of what is drawn.
    fn open_states<'a>(&self, states: &Dict<'a>, open: &mut Vec<Place<'a>>) {
        for name in states.keys() {
            if self.is_new(states, &name, Kind::State)
                && let Some(state) = states.get::<Dict<'_>>(&name)
                && let Some(mask) = state.get::<Dict<'_>>(SMASK)
            {
                self.open_stream(&mask, G, open);
            }
        }
    }

    /// Fonts whose letters are drawn as pages are.
    fn open_fonts<'a>(&self, fonts: &Dict<'a>, open: &mut Vec<Place<'a>>) {
        for name in fonts.keys() {
            if self.is_new(fonts, &name, Kind::Font)
                && let Some(font) = fonts.get::<Dict<'_>>(&name)
            {
                self.open_resources(&font, open);
                if let Some(letters) = font.get::<Dict<'_>>(CHAR_PROCS) {
                    self.open_streams(&letters, open);
                }
            }
        }
    }
}

fn measure(picture: &Dict<'_>, limits: &Limits) -> Result<(), Refusal> {
    let side = |key: &[u8]| picture.get::<u32>(key).map_or(0, u64::from);
    let (width, height) = (side(WIDTH), side(HEIGHT));
    if width.saturating_mul(height) <= limits.page_pixels {
        return Ok(());
    }
    Err(Refusal::new(
        RefusalKind::TooManyPixels,
        format!(
            "a picture of {width} × {height} pixels; {} pixels are allowed",
            limits.page_pixels
        ),
    ))
}
