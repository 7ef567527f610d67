//! MathML (HTML, EPUB) to the tree of formulas.

use super::element::Element;
use super::runs::{fenced, limits_of, name, run, words};
use super::{At, MAX_DEPTH, MAX_NODES, Node, depth, is_number};

/// Reads a `math` element of an HTML tree.
pub(crate) fn from_html(math: scraper::ElementRef<'_>) -> Option<Node> {
    parse(&Element::from_html(math)?)
}

/// Whether a `math` element stands on a line of its own.
pub(crate) fn is_display(math: scraper::ElementRef<'_>) -> bool {
    let value = math.value();
    value.attr("display") == Some("block") || value.attr("mode") == Some("display")
}

/// Reads a `math` element; `None` when it is too deep, too large or empty.
pub(crate) fn parse(element: &Element) -> Option<Node> {
    let mut left = MAX_NODES;
    let node = row(element, 0, &mut left)?;
    (!node.is_empty() && depth(&node) <= MAX_DEPTH).then_some(node)
}

fn row(element: &Element, depth: usize, left: &mut usize) -> Option<Node> {
    let mut nodes = Vec::new();
    for child in element.children() {
        match read(child, depth + 1, left)? {
            Node::Row { c } => nodes.extend(c),
            node => nodes.push(node),
        }
    }
    Some(fenced(nodes))
}

fn read(element: &Element, depth: usize, left: &mut usize) -> Option<Node> {
    *left = left.checked_sub(1)?;
    if depth > MAX_DEPTH * 2 {
        return None;
    }
    let mut child = |index: usize| match element.children().nth(index) {
        Some(child) => read(child, depth + 1, left),
        None => Some(Node::empty()),
    };
    Some(match element.name.as_str() {
        "mi" => identifier(&token(element, left)?, element.attribute("mathvariant")),
        "mn" => styled(
            words(&token(element, left)?),
            element.attribute("mathvariant"),
        ),
        "mo" => operator(&token(element, left)?),
        "mtext" | "ms" => words(&text(element, left)?.replace(['\n', '\t'], " ")),
        "mspace" => Node::space(ems(element.attribute("width").unwrap_or_default())),
        "mfrac" => {
            let (n, d) = (child(0)?, child(1)?);
            if element.attribute("bevelled") == Some("true") {
                return Some(Node::Row {
                    c: vec![n, Node::sym('/'), d],
                });
            }
            let thickness = element.attribute("linethickness").unwrap_or("1");
            Node::Frac {
                n: Box::new(n),
                d: Box::new(d),
                line: !thickness.starts_with('0') || thickness.starts_with("0."),
            }
        }
        "msqrt" => Node::Root {
            c: Box::new(row(element, depth, left)?),
            i: None,
        },
        "mroot" => Node::Root {
            c: Box::new(child(0)?),
            i: Some(Box::new(child(1)?)),
        },
        "msub" => Node::attach(child(0)?, Some(child(1)?), None, At::Right),
        "msup" => Node::attach(child(0)?, None, Some(child(1)?), At::Right),
        "msubsup" => {
            let (base, bottom) = (child(0)?, child(1)?);
            Node::attach(base, Some(bottom), Some(child(2)?), At::Right)
        }
        "munder" => under_over(child(0)?, Some(child(1)?), None),
        "mover" => under_over(child(0)?, None, Some(child(1)?)),
        "munderover" => {
            let (base, bottom) = (child(0)?, child(1)?);
            under_over(base, Some(bottom), Some(child(2)?))
        }
        "mmultiscripts" => multiscripts(element, depth, left)?,
        "mtable" => table(element, depth, left)?,
        "mfenced" => {
            let mut c = Vec::new();
            let separators: Vec<char> = element
                .attribute("separators")
                .unwrap_or(",")
                .chars()
                .filter(|c| !c.is_whitespace())
                .collect();
            for (index, child) in element.children().enumerate() {
                let separator = separators.get(index.wrapping_sub(1)).or(separators.last());
                if index > 0 {
                    c.extend(separator.map(|separator| Node::sym(*separator)));
                }
                c.push(read(child, depth + 1, left)?);
            }
            Node::Lr {
                l: element.attribute("open").unwrap_or("(").chars().next(),
                r: element.attribute("close").unwrap_or(")").chars().next(),
                c: Box::new(Node::row(c)),
            }
        }
        "menclose" => {
            let c = Box::new(row(element, depth, left)?);
            let notation = element.attribute("notation").unwrap_or("longdiv");
            match notation {
                _ if notation.contains("box") => Node::Boxed { c },
                _ if notation.contains("strike") => Node::Cancel { c },
                _ if notation.contains("radical") => Node::Root { c, i: None },
                _ if notation.contains("top") => span(c, "overline"),
                _ if notation.contains("bottom") => span(c, "underline"),
                _ => *c,
            }
        }
        "mphantom" => Node::Phantom {
            c: Box::new(row(element, depth, left)?),
        },
        // The formula itself; what else it was written in stands after it.
        "semantics" | "maction" => child(0)?,
        "annotation" | "annotation-xml" | "none" | "mprescripts" | "maligngroup" | "malignmark" => {
            Node::empty()
        }
        "mstyle" => {
            let c = row(element, depth, left)?;
            match element.attribute("displaystyle") {
                Some("true") => Node::Style {
                    s: "display",
                    c: Box::new(c),
                },
                Some("false") => Node::Style {
                    s: "inline",
                    c: Box::new(c),
                },
                _ => c,
            }
        }
        _ => row(element, depth, left)?,
    })
}

/// The text of an element; nearly every character of an operator is a node, the
/// first of them counted with the element.
fn text(element: &Element, left: &mut usize) -> Option<String> {
    let text = element.text();
    *left = left.checked_sub(text.trim().chars().count().saturating_sub(1))?;
    Some(text)
}

/// A text, of whose white space nothing is meant.
fn token(element: &Element, left: &mut usize) -> Option<String> {
    let text = text(element, left)?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn span(c: Box<Node>, k: &'static str) -> Node {
    Node::Span { c, k, note: None }
}

fn identifier(text: &str, variant: Option<&str>) -> Node {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) => styled(Node::row(run(&one.to_string())), variant),
        _ => styled(name(text), variant),
    }
}

fn styled(node: Node, variant: Option<&str>) -> Node {
    let font = match variant {
        Some("normal") => "upright",
        Some("bold") => "bold",
        Some("italic") => "italic",
        Some("bold-italic") => "bold-italic",
        Some("double-struck") => "bb",
        Some("script") => "cal",
        Some("bold-script") => "bold-cal",
        Some("fraktur") => "frak",
        Some("bold-fraktur") => "bold-frak",
        Some("sans-serif") => "sans",
        Some("bold-sans-serif") => "bold-sans",
        Some("sans-serif-italic") => "sans-italic",
        Some("sans-serif-bold-italic") => "bold-sans-italic",
        Some("monospace") => "mono",
        _ => return node,
    };
    Node::font(font, node)
}

fn operator(text: &str) -> Node {
    let is_word = text.chars().count() > 1 && text.chars().all(char::is_alphabetic);
    if is_word || is_number(text) {
        name(text)
    } else {
        Node::row(run(text))
    }
}

fn under_over(base: Node, bottom: Option<Node>, top: Option<Node>) -> Node {
    let mark = |node: &Option<Node>| match node {
        Some(Node::Sym { s, .. }) => s.chars().next(),
        _ => None,
    };
    if let (None, Some(a)) = (&bottom, mark(&top))
        && let Some(node) = Node::over_under(base.clone(), a, true)
    {
        return node;
    }
    if let (Some(a), None) = (mark(&bottom), &top)
        && let Some(node) = Node::over_under(base.clone(), a, false)
    {
        return node;
    }
    if let Node::Span { c, k, note: None } = base {
        return match (k.starts_with("under"), bottom, top) {
            (true, Some(note), None) | (false, None, Some(note)) => Node::Span {
                c,
                k,
                note: Some(Box::new(note)),
            },
            (_, bottom, top) => {
                Node::attach(Node::Span { c, k, note: None }, bottom, top, At::Limits)
            }
        };
    }
    let at = limits_of(&base);
    Node::attach(base, bottom, top, at)
}

fn multiscripts(element: &Element, depth: usize, left: &mut usize) -> Option<Node> {
    let mut base = None;
    let (mut after, mut before): (Vec<Node>, Vec<Node>) = (Vec::new(), Vec::new());
    let mut is_before = false;
    for child in element.children() {
        if child.name == "mprescripts" {
            is_before = true;
            continue;
        }
        let node = read(child, depth + 1, left)?;
        match base {
            None => base = Some(node),
            Some(_) if is_before => before.push(node),
            Some(_) => after.push(node),
        }
    }
    let mut node = base?;
    let part = |list: &[Node], from: usize| {
        let nodes: Vec<Node> = list.iter().skip(from).step_by(2).cloned().collect();
        Node::row(nodes.into_iter().filter(|node| !node.is_empty()).collect())
    };
    if !after.is_empty() {
        node = Node::attach(
            node,
            Some(part(&after, 0)),
            Some(part(&after, 1)),
            At::Right,
        );
    }
    if !before.is_empty() {
        let boxed = |node: Node| (!node.is_empty()).then(|| Box::new(node));
        node = Node::Pre {
            c: Box::new(node),
            bottom: boxed(part(&before, 0)),
            top: boxed(part(&before, 1)),
        };
    }
    Some(node)
}

fn table(element: &Element, depth: usize, left: &mut usize) -> Option<Node> {
    let mut rows = Vec::new();
    for line in element.children() {
        let skip = usize::from(line.name == "mlabeledtr");
        let cells = line
            .children()
            .filter(|cell| cell.name == "mtd")
            .skip(skip)
            .map(|cell| row(cell, depth + 2, left));
        rows.push(cells.collect::<Option<Vec<Node>>>()?);
    }
    let mut align: Vec<&'static str> = element
        .attribute("columnalign")
        .unwrap_or("center")
        .split_whitespace()
        .map(|side| match side {
            "left" => "left",
            "right" => "right",
            _ => "center",
        })
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    if let (true, Some(last)) = (align.len() > 1, align.last().copied()) {
        align.resize(columns.max(1), last);
    }
    // Equations under each other, written as pairs of columns.
    let is_lines = element.attribute("displaystyle") == Some("true")
        && align.iter().step_by(2).all(|side| *side == "right");
    if is_lines {
        let rows = rows.into_iter().map(|cells| {
            let mut c = Vec::new();
            for (index, cell) in cells.into_iter().enumerate() {
                if index > 0 {
                    c.push(Node::Amp);
                }
                c.push(cell);
            }
            Node::row(c)
        });
        return Some(Node::Lines {
            rows: rows.collect(),
            align: "right",
        });
    }
    Some(Node::Mat {
        rows,
        align,
        vlines: Vec::new(),
        hlines: Vec::new(),
        tight: false,
    })
}

/// A length of MathML in ems.
fn ems(width: &str) -> f32 {
    let number = |unit: &str| width.trim().strip_suffix(unit)?.trim().parse::<f32>().ok();
    number("em")
        .or_else(|| number("ex").map(|ex| ex / 2.3))
        .or_else(|| number("px").map(|px| px / 16.0))
        .or_else(|| number("pt").map(|pt| pt / 11.0))
        .or_else(|| number("mu").map(|mu| mu / 18.0))
        .unwrap_or(match width.trim() {
            "veryverythinmathspace" => 0.06,
            "verythinmathspace" => 0.11,
            "thinmathspace" => 0.17,
            "mediummathspace" => 0.22,
            "thickmathspace" => 0.28,
            "verythickmathspace" => 0.33,
            "veryverythickmathspace" => 0.39,
            _ => 0.0,
        })
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::formula::element::Element;
    use crate::formula::linear::linear;

    fn read(body: &str) -> String {
        let html = scraper::Html::parse_fragment(&format!("<math>{body}</math>"));
        let math = html
            .select(&scraper::Selector::parse("math").unwrap())
            .next();
        math.and_then(Element::from_html)
            .and_then(|element| parse(&element))
            .map_or("unread".to_owned(), |node| linear(&node))
    }

    #[test]
    fn each_construct_is_read() {
        for (body, expected) in [
            ("<mi>x</mi><mo>=</mo><mn>12</mn>", "x = 12"),
            (
                "<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac>",
                "a/(b + 1)",
            ),
            ("<msqrt><mi>x</mi><mo>+</mo><mi>y</mi></msqrt>", "√(x + y)"),
            ("<mroot><mi>x</mi><mn>3</mn></mroot>", "∛x"),
            ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x₁²"),
            (
                "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>",
                "∑_(i = 1)^n i",
            ),
            ("<mover><mi>v</mi><mo>→</mo></mover>", "v\u{20d7}"),
            ("<mo>(</mo><mi>x</mi><mo>)</mo>", "(x)"),
            ("<mfenced open='['><mi>x</mi><mi>y</mi></mfenced>", "[x,y)"),
            ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", "sin x"),
            (
                "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>",
                "1, 2",
            ),
            (
                "<semantics><mi>x</mi><annotation>\\x</annotation></semantics>",
                "x",
            ),
            (
                "<mmultiscripts><mi>C</mi><mi>n</mi><none/><mprescripts/><none/><mn>2</mn></mmultiscripts>",
                "²C_n",
            ),
            (
                "<mtext>当 x</mtext><mspace width='1em'/><mi>y</mi>",
                "当 x y",
            ),
            ("", "unread"),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!(
            "{}<mi>x</mi>{}",
            "<msqrt>".repeat(500),
            "</msqrt>".repeat(500)
        );
        assert_eq!(read(&deep), "unread");
    }

    /// An operator of megabytes was read whole: a node a character.
    #[test]
    fn characters_count_as_nodes() {
        let operator = |count| format!("<mo>{}</mo>", "+".repeat(count));
        assert_ne!(read(&operator(4_000)), "unread");
        assert_eq!(read(&operator(6_000)), "unread");
        assert_eq!(read(&operator(1_000).repeat(6)), "unread");
    }
}
