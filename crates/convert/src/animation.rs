//! The timing tree of a slide (`p:timing`): which click shows and hides what.
//!
//! Reads the main sequence alone, in document order, which is the order of
//! play (ECMA-376 part 1, 19.5). A click effect begins a step, effects with or
//! after it join it; on a slide that plays without clicks every effect that
//! waits for another begins one. What moves or changes colour shows and hides
//! nothing and only makes the reading partial. Build lists (`p:bldLst`) say
//! how an editor should lay out the tree and are not needed to play it.
//!
//! How a step is drawn is the job of `slide` and `steps`.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::rename::attribute;

/// Clicks of a slide; a slide with more shows its final state.
pub(crate) const MAX_CLICKS: usize = 40;
/// Targets of the effects of a slide, and shapes and paragraphs that they mean,
/// at most; no lecture has so many.
const MAX_TARGETS: usize = 2_000;
const TOO_MANY_EFFECTS: &str = "it has too many effects";
/// Paragraphs of a shape that are told apart.
const MAX_PARAGRAPHS: u32 = 200;

/// A part of a shape that appears on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The shape and everything in it.
    Whole,
    /// Its fill and outline, without the text.
    Background,
    /// A paragraph of its text, counted from 0.
    Paragraph(u32),
}

/// What is not there in one state of a slide.
pub(crate) type Hidden = BTreeSet<(u32, Part)>;

/// What a timing tree says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Timing {
    /// Nothing appears, disappears, moves or changes.
    Still,
    /// There are animations, but no order of clicks; why.
    Unreadable(&'static str),
    /// The states from before the first click to after the last; no two that
    /// follow each other are the same.
    Steps {
        states: Vec<Hidden>,
        /// Whether something is left out: motion, emphasis, a chart that grows
        /// by parts, a shape that is not there.
        is_partial: bool,
    },
}

/// Reads the timing tree of a slide. `paragraphs_of` gives the number of
/// paragraphs of a shape, none for a shape that the slide does not have.
pub(crate) fn read(xml: &[u8], paragraphs_of: &dyn Fn(u32) -> Option<u32>) -> Timing {
    let mut tree = Tree::default();
    if tree.walk(xml).is_none() {
        return Timing::Unreadable("its timing cannot be read");
    }
    if let Some(reason) = tree.unreadable {
        return Timing::Unreadable(reason);
    }
    if tree.effects.is_empty() {
        return match tree.is_partial {
            true => Timing::Unreadable("it only moves or changes what is there"),
            false => Timing::Still,
        };
    }
    let (clicks, is_partial) = clicks(tree.effects, paragraphs_of);
    if clicks.iter().map(Vec::len).sum::<usize>() > MAX_TARGETS {
        return Timing::Unreadable(TOO_MANY_EFFECTS);
    }
    if clicks.len() > MAX_CLICKS + 1 {
        return Timing::Unreadable("it has too many clicks");
    }
    let states = states(&clicks);
    let is_partial = is_partial || tree.is_partial;
    match states.len() {
        0 | 1 if is_partial => Timing::Unreadable("it only moves or changes what is there"),
        0 | 1 => Timing::Still,
        _ => Timing::Steps { states, is_partial },
    }
}

/// When an effect begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begin {
    Click,
    With,
    After,
}

/// When what an effect showed goes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leave {
    AtOnce,
    NextClick,
}

/// A part that the tree names: paragraphs still as the range it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Target {
    shape: u32,
    part: NamedPart,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NamedPart {
    Whole,
    Background,
    Paragraphs(u32, u32),
}

#[derive(Debug)]
struct Effect {
    begin: Begin,
    shows: Option<bool>,
    targets: Vec<Target>,
    leaves: Vec<(Target, Leave)>,
}

/// One part shown or hidden.
type Change = ((u32, Part), bool);

/// Sorts effects by click: first what happens before any, then click by click.
fn clicks(
    effects: Vec<Effect>,
    paragraphs_of: &dyn Fn(u32) -> Option<u32>,
) -> (Vec<Vec<Change>>, bool) {
    let by_click = effects.iter().any(|effect| effect.begin == Begin::Click);
    let mut clicks: Vec<Vec<Change>> = vec![Vec::new()];
    let mut leaving: Vec<Change> = Vec::new();
    let mut is_partial = false;
    let mut resolve = |target: Target| -> Vec<(u32, Part)> {
        let Some(count) = paragraphs_of(target.shape) else {
            is_partial = true;
            return Vec::new();
        };
        match target.part {
            NamedPart::Whole => vec![(target.shape, Part::Whole)],
            NamedPart::Background => vec![(target.shape, Part::Background)],
            NamedPart::Paragraphs(first, last) => {
                let end = last.saturating_add(1).min(count);
                is_partial |= first >= end || end > MAX_PARAGRAPHS;
                (first..end.min(MAX_PARAGRAPHS))
                    .map(|number| (target.shape, Part::Paragraph(number)))
                    .collect()
            }
        }
    };
    for (index, effect) in effects.into_iter().enumerate() {
        let begins = match by_click {
            true => effect.begin == Begin::Click,
            false => index == 0 || effect.begin == Begin::After,
        };
        if begins {
            clicks.push(std::mem::take(&mut leaving));
        }
        let Some(click) = clicks.last_mut() else {
            continue;
        };
        if let Some(shows) = effect.shows {
            for target in effect.targets {
                click.extend(resolve(target).into_iter().map(|key| (key, shows)));
            }
        }
        for (target, leave) in effect.leaves {
            let gone = resolve(target).into_iter().map(|key| (key, false));
            match leave {
                Leave::AtOnce => click.extend(gone),
                Leave::NextClick => leaving.extend(gone),
            }
        }
    }
    // What would leave with a click after the last leaves with the slide.
    (clicks, is_partial)
}

/// Plays the clicks. What an entrance shows was hidden before, and what a
/// disappearance hides was there.
fn states(clicks: &[Vec<Change>]) -> Vec<Hidden> {
    let mut visible: BTreeMap<(u32, Part), bool> = BTreeMap::new();
    for (key, shows) in clicks.iter().flatten() {
        visible.entry(*key).or_insert(!shows);
    }
    let mut states: Vec<Hidden> = Vec::new();
    for click in clicks {
        for (key, shows) in click {
            visible.insert(*key, *shows);
        }
        let hidden: Hidden = visible
            .iter()
            .filter(|(_, visible)| !**visible)
            .map(|(key, _)| *key)
            .collect();
        if states.last() != Some(&hidden) {
            states.push(hidden);
        }
    }
    states
}

/// What stands open while the tree is walked, each with its depth.
#[derive(Default)]
struct Tree {
    depth: usize,
    main: Option<usize>,
    interactive: Option<usize>,
    effect: Option<(usize, Class, Effect)>,
    /// `p:subTnLst`: what happens to a shape once it has been shown.
    later: Option<usize>,
    set: Option<(usize, Set)>,
    shape: Option<(usize, Option<Target>)>,
    attribute_name: Option<usize>,
    effects: Vec<Effect>,
    targets: usize,
    is_partial: bool,
    unreadable: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Entrance,
    Exit,
    /// Emphasis or a path of motion.
    Change,
    /// Sound, video, embedded objects.
    Media,
}

/// A `p:set` below `p:subTnLst`.
struct Set {
    leave: Leave,
    target: Option<Target>,
    is_visibility: bool,
    hides: bool,
}

impl Tree {
    /// Walks the part; `None` when it is no XML.
    fn walk(&mut self, xml: &[u8]) -> Option<()> {
        let mut reader = Reader::from_reader(xml);
        let mut timing: Option<usize> = None;
        // The second choice for older programs repeats the first.
        let mut fallback: Option<usize> = None;
        while self.unreadable.is_none() {
            let event = reader.read_event().ok()?;
            let (start, is_empty) = match &event {
                Event::Start(start) => (start, false),
                Event::Empty(start) => (start, true),
                Event::End(_) => {
                    if timing == Some(self.depth) {
                        timing = None;
                    }
                    if fallback == Some(self.depth) {
                        fallback = None;
                    } else if fallback.is_none() {
                        self.close();
                    }
                    self.depth = self.depth.saturating_sub(1);
                    continue;
                }
                Event::Text(text) => {
                    if let (Some(_), Some((_, set))) = (self.attribute_name, &mut self.set) {
                        let name: &[u8] = text;
                        set.is_visibility = name == b"style.visibility";
                    }
                    continue;
                }
                Event::Eof => return Some(()),
                _ => continue,
            };
            self.depth += 1;
            match start.local_name().as_ref() {
                b"timing" if timing.is_none() => timing = Some(self.depth),
                b"Fallback" if fallback.is_none() => fallback = Some(self.depth),
                _ if timing.is_some() && fallback.is_none() => self.open(start),
                _ => {}
            }
            if is_empty {
                if timing == Some(self.depth) {
                    timing = None;
                }
                if fallback == Some(self.depth) {
                    fallback = None;
                } else if fallback.is_none() {
                    self.close();
                }
                self.depth -= 1;
            }
        }
        Some(())
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        match start.local_name().as_ref() {
            b"cTn" => self.open_node(start),
            b"subTnLst" if self.effect.is_some() => {
                self.later.get_or_insert(self.depth);
            }
            b"set" if self.later.is_some() => {
                self.set = Some((
                    self.depth,
                    Set {
                        leave: Leave::NextClick,
                        target: None,
                        is_visibility: false,
                        hides: false,
                    },
                ));
            }
            // Something that dims once it was shown.
            b"animClr" | b"anim" | b"animEffect" if self.later.is_some() => self.is_partial = true,
            b"set" | b"anim" | b"animEffect" | b"animMotion" | b"animRot" | b"animScale"
            | b"animClr"
                if self.effect.is_none() =>
            {
                self.give_up("something changes outside an effect");
            }
            b"attrName" => self.attribute_name = Some(self.depth),
            b"strVal" => {
                if let Some((_, set)) = &mut self.set {
                    set.hides = attribute(start, b"val").as_deref() == Some("hidden");
                }
            }
            b"spTgt" => {
                let shape = attribute(start, b"spid").and_then(|id| id.parse().ok());
                self.is_partial |= shape.is_none();
                let target = shape.map(|shape| Target {
                    shape,
                    part: NamedPart::Whole,
                });
                self.shape = Some((self.depth, target));
            }
            name => self.open_part(name, start),
        }
    }

    /// What of a shape is meant.
    fn open_part(&mut self, name: &[u8], start: &BytesStart<'_>) {
        let Some((_, named)) = &mut self.shape else {
            return;
        };
        let Some(target) = named else { return };
        let number = |name: &[u8]| attribute(start, name).and_then(|n| n.parse::<u32>().ok());
        match name {
            b"bg" => target.part = NamedPart::Background,
            b"pRg" => match (number(b"st"), number(b"end")) {
                (Some(first), Some(last)) => target.part = NamedPart::Paragraphs(first, last),
                _ => *named = None,
            },
            b"subSp" => match number(b"spid") {
                Some(shape) => target.shape = shape,
                None => *named = None,
            },
            // Text by letters, a chart by series, a diagram by boxes: the
            // text stays, the others come as a whole.
            b"charRg" => *named = None,
            b"graphicEl" | b"oleChartEl" => self.is_partial = true,
            _ => {}
        }
        self.is_partial |= self
            .shape
            .as_ref()
            .is_some_and(|(_, named)| named.is_none());
    }

    fn open_node(&mut self, start: &BytesStart<'_>) {
        if let Some((_, set)) = &mut self.set {
            if attribute(start, b"masterRel").as_deref() == Some("sameClick") {
                set.leave = Leave::AtOnce;
            }
            return;
        }
        let node = attribute(start, b"nodeType").unwrap_or_default();
        match node.as_str() {
            "mainSeq" => self.main = Some(self.depth),
            "interactiveSeq" => self.interactive = Some(self.depth),
            _ => {}
        }
        let Some(class) = attribute(start, b"presetClass") else {
            return;
        };
        if self.effect.is_some() {
            self.give_up("an effect stands inside another");
            return;
        }
        let class = match class.as_str() {
            "entr" => Class::Entrance,
            "exit" => Class::Exit,
            "mediacall" | "verb" => Class::Media,
            _ => Class::Change,
        };
        let is_media = class == Class::Media;
        if self.interactive.is_some() && !is_media {
            self.give_up("it waits for clicks on its shapes");
        }
        let begin = match node.as_str() {
            "clickEffect" => Begin::Click,
            "withEffect" => Begin::With,
            "afterEffect" => Begin::After,
            _ if is_media => Begin::With,
            _ => {
                self.give_up("an effect does not say when it begins");
                Begin::With
            }
        };
        if self.main.is_none() && self.interactive.is_none() && !is_media {
            self.give_up("an effect stands outside the sequence of clicks");
        }
        let shows = match class {
            Class::Entrance => Some(true),
            Class::Exit => Some(false),
            Class::Change | Class::Media => None,
        };
        let effect = Effect {
            begin,
            shows,
            targets: Vec::new(),
            leaves: Vec::new(),
        };
        self.effect = Some((self.depth, class, effect));
    }

    /// Ends what was opened at this depth.
    fn close(&mut self) {
        let depth = self.depth;
        let ended = |at: Option<usize>| at == Some(depth);
        if ended(self.attribute_name) {
            self.attribute_name = None;
        }
        if let Some((_, Some(target))) = self.shape.take_if(|(at, _)| *at == depth) {
            self.take_target(target);
        }
        if let Some((_, set)) = self.set.take_if(|(at, _)| *at == depth)
            && let Some(target) = set.target
            && let Some((_, _, effect)) = &mut self.effect
        {
            match set.is_visibility && set.hides {
                true => effect.leaves.push((target, set.leave)),
                false => self.is_partial = true,
            }
        }
        if ended(self.later) {
            self.later = None;
        }
        if let Some((_, class, effect)) = self.effect.take_if(|(at, ..)| *at == depth) {
            self.is_partial |= class == Class::Change;
            // Video that plays on a click is not a step of the page.
            if class != Class::Media && self.interactive.is_none() {
                self.effects.push(effect);
            }
        }
        if ended(self.main) {
            self.main = None;
        }
        if ended(self.interactive) {
            self.interactive = None;
        }
    }

    fn take_target(&mut self, target: Target) {
        self.targets += 1;
        if self.targets > MAX_TARGETS {
            self.give_up(TOO_MANY_EFFECTS);
            return;
        }
        if let Some((_, set)) = &mut self.set {
            set.target = Some(target);
            return;
        }
        if let Some((_, _, effect)) = &mut self.effect
            && self.later.is_none()
            && !effect.targets.contains(&target)
        {
            effect.targets.push(target);
        }
    }

    fn give_up(&mut self, reason: &'static str) {
        self.unreadable.get_or_insert(reason);
    }
}

#[cfg(test)]
mod tests;
