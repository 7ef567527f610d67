//! Office's formulas (OMML, `m:oMath`) to the tree of formulas.

use super::element::{Element, Part};
use super::runs::{limits_of, name, run, words};
use super::{At, MAX_DEPTH, MAX_NODES, Node, depth, is_integral};

/// Reads an `m:oMath` or what may stand in one; `None` when it is too deep, too
/// large or empty.
pub(crate) fn parse(element: &Element) -> Option<Node> {
    let mut left = MAX_NODES;
    let node = row(element, 0, &mut left)?;
    (!node.is_empty() && depth(&node) <= MAX_DEPTH).then_some(node)
}

/// The nodes of an element's children.
fn row(element: &Element, depth: usize, left: &mut usize) -> Option<Node> {
    let mut nodes = Vec::new();
    if depth > MAX_DEPTH * 2 {
        return None;
    }
    for child in element.children() {
        *left = left.checked_sub(1)?;
        match child.name.as_str() {
            "r" => nodes.extend(text_run(child, left)?),
            // What was deleted, properties, and marks of the text around.
            "del" | "moveFrom" | "ctrlPr" | "rPr" | "oMathParaPr" => {}
            _ => nodes.extend(construct(child, depth + 1, left)?),
        }
    }
    Some(Node::row(nodes))
}

fn value<'e>(element: &'e Element, properties: &str, name: &str) -> Option<&'e str> {
    element.child(properties)?.child(name)?.attribute("val")
}

/// A property that is on when it stands there without a value.
fn is_on(element: &Element, properties: &str, name: &str) -> bool {
    element
        .child(properties)
        .and_then(|properties| properties.child(name))
        .is_some_and(|flag| !matches!(flag.attribute("val"), Some("0" | "off" | "false")))
}

fn mark(element: &Element, properties: &str, name: &str, default: char) -> Option<char> {
    match value(element, properties, name) {
        Some(text) => text.chars().next(),
        None => Some(default),
    }
}

fn construct(element: &Element, depth: usize, left: &mut usize) -> Option<Vec<Node>> {
    let mut part = |name: &str| match element.child(name) {
        Some(child) => row(child, depth, left),
        None => Some(Node::empty()),
    };
    let node = match element.name.as_str() {
        "f" => {
            let (n, d) = (part("num")?, part("den")?);
            match value(element, "fPr", "type") {
                Some("lin" | "skw") => Node::Row {
                    c: vec![n, Node::sym('/'), d],
                },
                kind => Node::Frac {
                    n: Box::new(n),
                    d: Box::new(d),
                    line: kind != Some("noBar"),
                },
            }
        }
        "rad" => {
            let i = part("deg")?;
            Node::Root {
                c: Box::new(part("e")?),
                i: (!i.is_empty() && !is_on(element, "radPr", "degHide")).then(|| Box::new(i)),
            }
        }
        "sSup" => Node::attach(part("e")?, None, Some(part("sup")?), At::Right),
        "sSub" => Node::attach(part("e")?, Some(part("sub")?), None, At::Right),
        "sSubSup" => {
            let bottom = part("sub")?;
            Node::attach(part("e")?, Some(bottom), Some(part("sup")?), At::Right)
        }
        "sPre" => {
            let boxed = |node: Node| (!node.is_empty()).then(|| Box::new(node));
            Node::Pre {
                top: boxed(part("sup")?),
                bottom: boxed(part("sub")?),
                c: Box::new(part("e")?),
            }
        }
        "nary" => {
            let (bottom, top, body) = (part("sub")?, part("sup")?, part("e")?);
            return Some(nary(element, bottom, top, body));
        }
        "d" => return Some(vec![delimiters(element, depth, left)?]),
        "m" => Node::Mat {
            rows: element
                .children()
                .filter(|child| child.name == "mr")
                .map(|line| cells(line, depth, left))
                .collect::<Option<_>>()?,
            align: vec!["center"],
            vlines: Vec::new(),
            hlines: Vec::new(),
            tight: false,
        },
        "eqArr" => Node::Lines {
            rows: cells(element, depth, left)?,
            align: "center",
        },
        "func" => {
            let function = part("fName")?;
            return Some(vec![function, part("e")?]);
        }
        "acc" => {
            let c = part("e")?;
            match mark(element, "accPr", "chr", '\u{302}') {
                Some(a) => Node::over_under(c.clone(), a, true)
                    .unwrap_or_else(|| Node::attach(c, None, Some(Node::sym(a)), At::Limits)),
                None => c,
            }
        }
        "bar" => {
            let k = if value(element, "barPr", "pos") == Some("top") {
                "overline"
            } else {
                "underline"
            };
            Node::Span {
                c: Box::new(part("e")?),
                k,
                note: None,
            }
        }
        "groupChr" => {
            let c = part("e")?;
            let is_over = value(element, "groupChrPr", "pos") == Some("top");
            match mark(element, "groupChrPr", "chr", '⏟') {
                Some(a) => Node::over_under(c.clone(), a, is_over).unwrap_or_else(|| {
                    let (bottom, top) = if is_over {
                        (None, Some(Node::sym(a)))
                    } else {
                        (Some(Node::sym(a)), None)
                    };
                    Node::attach(c, bottom, top, At::Limits)
                }),
                None => c,
            }
        }
        "limLow" | "limUpp" => {
            let (base, lim) = (part("e")?, part("lim")?);
            let is_low = element.name == "limLow";
            if let Node::Span { c, k, note: None } = &base
                && k.starts_with("under") == is_low
            {
                return Some(vec![Node::Span {
                    c: c.clone(),
                    k,
                    note: Some(Box::new(lim)),
                }]);
            }
            let at = limits_of(&base);
            let (bottom, top) = if is_low {
                (Some(lim), None)
            } else {
                (None, Some(lim))
            };
            Node::attach(base, bottom, top, at)
        }
        "borderBox" => Node::Boxed {
            c: Box::new(part("e")?),
        },
        "phant" => {
            let c = part("e")?;
            let is_shown = !matches!(
                value(element, "phantPr", "show"),
                Some("0" | "off" | "false")
            );
            if is_shown {
                c
            } else {
                Node::Phantom { c: Box::new(c) }
            }
        }
        // `m:box`, `m:e`, insertions, fields: what is in them.
        name if name.ends_with("Pr") => return Some(Vec::new()),
        _ => match row(element, depth, left)? {
            Node::Row { c } => return Some(c),
            other => other,
        },
    };
    Some(vec![node])
}

/// The `m:e` of an element, each a node.
fn cells(element: &Element, depth: usize, left: &mut usize) -> Option<Vec<Node>> {
    element
        .children()
        .filter(|child| child.name == "e")
        .map(|cell| row(cell, depth + 1, left))
        .collect()
}

fn nary(element: &Element, bottom: Node, top: Node, body: Node) -> Vec<Node> {
    let character = mark(element, "naryPr", "chr", '∫').unwrap_or('∫');
    let at = match value(element, "naryPr", "limLoc") {
        Some("undOvr") => At::Limits,
        Some(_) => At::Right,
        None if is_integral(character) => At::Right,
        None => At::Limits,
    };
    let shown = |node: Node, hides: &str| {
        (!node.is_empty() && !is_on(element, "naryPr", hides)).then_some(node)
    };
    let sign = Node::Sym {
        s: character.to_string(),
        k: Some("large"),
    };
    let (bottom, top) = (shown(bottom, "subHide"), shown(top, "supHide"));
    let operator = if bottom.is_none() && top.is_none() {
        sign
    } else {
        Node::attach(sign, bottom, top, at)
    };
    let mut out = vec![operator];
    match body {
        Node::Row { c } => out.extend(c),
        body => out.push(body),
    }
    out
}

fn delimiters(element: &Element, depth: usize, left: &mut usize) -> Option<Node> {
    let l = mark(element, "dPr", "begChr", '(');
    let r = mark(element, "dPr", "endChr", ')');
    let separator = mark(element, "dPr", "sepChr", '|');
    let mut c = Vec::new();
    for (index, cell) in cells(element, depth, left)?.into_iter().enumerate() {
        if index > 0
            && let Some(separator) = separator
        {
            c.push(match separator {
                '|' | '∣' | '‖' => Node::Mid { s: separator },
                other => Node::sym(other),
            });
        }
        c.push(cell);
    }
    if let (Some('{'), None, [Node::Lines { rows, .. }]) = (l, r, c.as_slice()) {
        let rows = rows
            .iter()
            .map(|row| Node::row(vec![Node::Amp, row.clone()]));
        let has_points = rows.clone().any(|row| matches!(&row, Node::Row { c } if matches!(c.get(1), Some(Node::Row { c }) if c.contains(&Node::Amp))));
        if !has_points {
            return Some(Node::Cases {
                rows: rows.collect(),
                reverse: false,
            });
        }
    }
    Some(Node::Lr {
        l,
        r,
        c: Box::new(Node::row(c)),
    })
}

/// The nodes of a run of text; nearly every character is one, the first of them
/// counted with the run.
fn text_run(element: &Element, left: &mut usize) -> Option<Vec<Node>> {
    let mut text = String::new();
    for child in element.children() {
        match child.name.as_str() {
            "t" | "delText" => text.push_str(&child.text()),
            "tab" => text.push('\u{2003}'),
            "br" | "cr" => text.push(' '),
            "sym" => text.extend(symbol(child)),
            _ => {}
        }
    }
    // Some write the text without `m:t`.
    for part in &element.parts {
        if let Part::Text(bare) = part
            && !bare.trim().is_empty()
        {
            text.push_str(bare.trim());
        }
    }
    *left = left.checked_sub(text.chars().count().saturating_sub(1))?;
    if is_on(element, "rPr", "nor") {
        return Some(vec![words(&text)]);
    }
    let style = value(element, "rPr", "sty");
    let script = value(element, "rPr", "scr");
    let font = match (script, style) {
        (Some("script"), Some("b" | "bi")) => Some("bold-cal"),
        (Some("script"), _) => Some("cal"),
        (Some("fraktur"), Some("b" | "bi")) => Some("bold-frak"),
        (Some("fraktur"), _) => Some("frak"),
        (Some("double-struck"), _) => Some("bb"),
        (Some("sans-serif"), Some("b")) => Some("bold-sans"),
        (Some("sans-serif"), Some("bi")) => Some("bold-sans-italic"),
        (Some("sans-serif"), Some("p")) => Some("sans"),
        (Some("sans-serif"), _) => Some("sans-italic"),
        (Some("monospace"), _) => Some("mono"),
        (_, Some("b")) => Some("bold"),
        (_, Some("bi")) => Some("bold-italic"),
        (_, Some("p")) => Some("upright"),
        _ => None,
    };
    if style == Some("p") && text.chars().count() > 1 && text.chars().all(char::is_alphabetic) {
        return Some(vec![name(&text)]);
    }
    let nodes = run(&text).into_iter().map(aligned);
    Some(match font {
        Some(font) => nodes
            .map(|node| match node {
                Node::Space { .. } | Node::Op { .. } | Node::Amp => node,
                node => Node::font(font, node),
            })
            .collect(),
        None => nodes.collect(),
    })
}

/// `&` is an alignment point in the lines of an array.
fn aligned(node: Node) -> Node {
    match &node {
        Node::Sym { s, .. } if s == "&" => Node::Amp,
        _ => node,
    }
}

/// A `w:sym` of the Symbol font.
fn symbol(element: &Element) -> Option<char> {
    let code = u32::from_str_radix(element.attribute("char")?, 16).ok()?;
    let font = element.attribute("font").unwrap_or_default();
    let byte = u8::try_from(code & 0xff).ok()?;
    crate::metafile::symbol::unicode(font, byte).or_else(|| char::from_u32(code))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::formula::element::Element;
    use crate::formula::linear::linear;

    fn read(xml: &str) -> String {
        let xml = format!("<m:oMath xmlns:m=\"m\" xmlns:w=\"w\">{xml}</m:oMath>");
        let element = Element::from_xml(xml.as_bytes());
        element
            .and_then(|element| parse(&element))
            .map_or("unread".to_owned(), |node| linear(&node))
    }

    #[test]
    fn each_construct_is_read() {
        let r = |text: &str| format!("<m:r><m:t>{text}</m:t></m:r>");
        let e = |text: &str| format!("<m:e>{}</m:e>", r(text));
        for (xml, expected) in [
            (r("a+b"), "a + b"),
            (
                format!(
                    "<m:f><m:num>{}</m:num><m:den>{}</m:den></m:f>",
                    r("x"),
                    r("12")
                ),
                "x/12",
            ),
            (
                format!(
                    "<m:rad><m:radPr><m:degHide m:val=\"1\"/></m:radPr><m:deg/>{}</m:rad>",
                    e("x")
                ),
                "√x",
            ),
            (
                format!("<m:sSup>{}<m:sup>{}</m:sup></m:sSup>", e("r"), r("2")),
                "r²",
            ),
            (
                format!(
                    "<m:sSubSup>{}<m:sub>{}</m:sub><m:sup>{}</m:sup></m:sSubSup>",
                    e("x"),
                    r("i"),
                    r("k+1")
                ),
                "xᵢ^(k + 1)",
            ),
            (
                format!(
                    "<m:nary><m:naryPr><m:chr m:val=\"∑\"/></m:naryPr><m:sub>{}</m:sub><m:sup>{}</m:sup>{}</m:nary>",
                    r("i=1"),
                    r("n"),
                    e("i")
                ),
                "∑_(i = 1)^n i",
            ),
            (
                format!(
                    "<m:d><m:dPr><m:begChr m:val=\"[\"/><m:endChr m:val=\"\"/></m:dPr>{}{}</m:d>",
                    e("x"),
                    e("y")
                ),
                "[x|y",
            ),
            (
                format!(
                    "<m:m><m:mr>{}{}</m:mr><m:mr>{}{}</m:mr></m:m>",
                    e("1"),
                    e("2"),
                    e("3"),
                    e("4")
                ),
                "1, 2; 3, 4",
            ),
            (
                format!(
                    "<m:func><m:fName><m:r><m:rPr><m:sty m:val=\"p\"/></m:rPr><m:t>sin</m:t></m:r></m:fName>{}</m:func>",
                    e("x")
                ),
                "sin x",
            ),
            (
                format!(
                    "<m:acc><m:accPr><m:chr m:val=\"⃗\"/></m:accPr>{}</m:acc>",
                    e("v")
                ),
                "v\u{20d7}",
            ),
            (
                format!(
                    "<m:limLow>{}<m:lim>{}</m:lim></m:limLow>",
                    e("lim"),
                    r("x→0")
                ),
                "lim_(x → 0)",
            ),
            (
                "<m:r><m:rPr><m:nor/></m:rPr><w:rPr/><m:t>当 x</m:t></m:r>".to_owned(),
                "当 x",
            ),
            (
                "<w:del><m:r><m:t>x</m:t></m:r></w:del>".to_owned(),
                "unread",
            ),
            (r("&lt;#$\\"), "< # $ \\"),
        ] {
            assert_eq!(read(&xml), expected, "{xml}");
        }
    }

    /// A run of megabytes was read whole: a node a character.
    #[test]
    fn characters_count_as_nodes() {
        let run = |count| format!("<m:r><m:t>{}</m:t></m:r>", "+".repeat(count));
        assert_ne!(read(&run(4_000)), "unread");
        assert_eq!(read(&run(6_000)), "unread");
        assert_eq!(read(&run(1_000).repeat(6)), "unread");
    }
}
