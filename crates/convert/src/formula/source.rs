//! LaTeX as people write it to the LaTeX that the parser knows: other names of
//! commands, numbers and labels of formulas, and bounds.

use super::MAX_DEPTH;

/// Longest source, in bytes.
const MAX_SOURCE: usize = 20_000;
/// Longest tag, in characters.
const MAX_TAG: usize = 40;

/// Stand above a base in place of commands that the parser does not know.
pub(super) const BOXED: char = '\u{f8f1}';
pub(super) const PHANTOM: char = '\u{f8f2}';
/// Begins the name of an operator whose scripts are limits.
pub(super) const STARRED: char = '*';

/// A source ready for the parser.
pub(super) struct Prepared {
    pub(super) source: String,
    /// What `\tag` puts at the end of the line.
    pub(super) tag: Option<String>,
}

/// Rewrites a source; `None` when it is too long, too deep or defines commands,
/// which can grow without end.
pub(super) fn prepare(source: &str) -> Option<Prepared> {
    if source.len() > MAX_SOURCE {
        return None;
    }
    let mut out = String::with_capacity(source.len());
    let mut tag = None;
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let command = &rest[at + 1..];
        let length = command
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(command.len());
        let (name, after) = command.split_at(length);
        rest = after;
        match name {
            // The backslash and what it escapes.
            "" => {
                let taken = command.chars().next().map_or(0, char::len_utf8);
                out.push('\\');
                out.push_str(&command[..taken]);
                rest = &command[taken..];
            }
            "def" | "gdef" | "edef" | "xdef" | "let" | "futurelet" | "newcommand"
            | "renewcommand" | "providecommand" => return None,
            "nonumber" | "notag" | "smash" | "allowbreak" | "nobreak" | "displaylimits"
            | "hfill" | "centering" => out.push(' '),
            "label" | "require" => rest = argument(after)?.1,
            "tag" => {
                let (is_bare, after) = match after.strip_prefix('*') {
                    Some(after) => (true, after),
                    None => (false, after),
                };
                let (inner, after) = argument(after)?;
                let inner: String = inner.chars().filter(|c| *c != '$').take(MAX_TAG).collect();
                tag = Some(if is_bare { inner } else { format!("({inner})") });
                rest = after;
            }
            "boxed" | "fbox" => out.push_str(&format!("\\overset{BOXED}")),
            "phantom" | "hphantom" | "vphantom" => out.push_str(&format!("\\overset{PHANTOM}")),
            "operatorname" if after.starts_with('*') => {
                let (inner, after) = argument(&after[1..])?;
                out.push_str(&format!("\\operatorname{{{STARRED}{inner}}}"));
                rest = after;
            }
            "arccot" | "arcsec" | "arccsc" | "arsinh" | "arcosh" | "artanh" | "sech" | "csch"
            | "sgn" | "sign" | "rank" | "grad" | "tr" | "Tr" | "diag" | "Var" | "Cov" | "lcm"
            | "tg" | "ctg" | "arctg" | "sh" | "ch" | "th" => {
                out.push_str(&format!("\\operatorname{{{name}}}"));
            }
            "argmax" | "argmin" => out.push_str(&format!("\\operatorname{{{STARRED}{name}}}")),
            "begin" | "end" => {
                let (environment, after) = argument(after)?;
                let environment = match environment.trim_end_matches('*') {
                    "eqnarray" if name == "begin" => "darray}{rcl",
                    "eqnarray" => "darray",
                    "displaymath" | "math" => "gathered",
                    _ => environment,
                };
                out.push_str(&format!("\\{name}{{{environment}}}"));
                rest = after;
            }
            _ => {
                out.push('\\');
                out.push_str(other_name(name));
            }
        }
    }
    out.push_str(rest);
    (nesting(&out) <= MAX_DEPTH).then_some(Prepared { source: out, tag })
}

fn other_name(name: &str) -> &str {
    match name {
        "bm" | "pmb" | "bold" => "boldsymbol",
        "mathscr" => "mathcal",
        "mathds" | "mathbbm" => "mathbb",
        "mbox" | "hbox" | "textnormal" | "textup" | "mathtext" => "text",
        "emph" | "textsl" => "textit",
        "cfrac" => "dfrac",
        "bigm" => "big",
        "dotsm" => "cdots",
        "lbrace" => "{",
        "rbrace" => "}",
        "xleftrightarrow" | "xrightleftharpoons" => "xrightarrow",
        other => other,
    }
}

/// An argument in braces, and what follows it.
fn argument(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim_start().strip_prefix('{')?;
    let mut open = 0_usize;
    for (at, character) in inner.char_indices() {
        match character {
            '{' => open += 1,
            '}' if open == 0 => return Some((&inner[..at], &inner[at + 1..])),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

/// Deepest nesting of braces and environments: the parser recurses with it.
fn nesting(source: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    let bytes = source.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        let is_escaped = index > 0 && bytes[index - 1] == b'\\';
        let rest = &bytes[index..];
        if (*byte == b'{' && !is_escaped)
            || rest.starts_with(b"\\left")
            || rest.starts_with(b"\\begin")
        {
            now += 1;
        } else if (*byte == b'}' && !is_escaped)
            || rest.starts_with(b"\\right")
            || rest.starts_with(b"\\end")
        {
            now = now.saturating_sub(1);
        }
        most = most.max(now);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::prepare;

    fn prepared(source: &str) -> Option<String> {
        prepare(source).map(|prepared| prepared.source)
    }

    #[test]
    fn other_names_become_known_ones() {
        assert_eq!(prepared("\\bm{x}").as_deref(), Some("\\boldsymbol{x}"));
        assert_eq!(
            prepared("\\begin{eqnarray*}a&=&b\\end{eqnarray*}").as_deref(),
            Some("\\begin{darray}{rcl}a&=&b\\end{darray}")
        );
        assert_eq!(prepared("a\\\\b\\{").as_deref(), Some("a\\\\b\\{"));
    }

    #[test]
    fn tags_are_taken_out() {
        let made = prepare("x \\tag{2.1} \\label{eq:x} \\nonumber");
        let made = made.map(|made| (made.source.trim().to_owned(), made.tag));
        assert_eq!(made, Some(("x".to_owned(), Some("(2.1)".to_owned()))));
    }

    #[test]
    fn definitions_and_depth_are_refused() {
        assert_eq!(prepared("\\def\\a{\\a\\a}\\a"), None);
        assert_eq!(prepared(&format!("{}x", "{".repeat(100))), None);
        assert_eq!(prepared(&"x".repeat(30_000)), None);
        assert!(prepared("\\delta\\leftarrow").is_some());
    }
}
