//! Lists the bundled fonts for `fonts.rs`; a font that is missing, or one that
//! nobody listed, fails the build.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The families `fonts/README.md` describes. Order is the order of search.
const FONTS: [&str; 28] = [
    "WenyuanSong-Regular.otf",
    "WenyuanSong-Bold.otf",
    "WenyuanHei-Regular.otf",
    "WenyuanHei-Bold.otf",
    "WenyuanFangSong-Regular.ttf",
    "WenyuanKai-Regular.ttf",
    "WenyuanKGothic-Regular.otf",
    "WenyuanKGothic-Bold.otf",
    "LiberationSerif-Regular.ttf",
    "LiberationSerif-Bold.ttf",
    "LiberationSerif-Italic.ttf",
    "LiberationSerif-BoldItalic.ttf",
    "LiberationSans-Regular.ttf",
    "LiberationSans-Bold.ttf",
    "LiberationSans-Italic.ttf",
    "LiberationSans-BoldItalic.ttf",
    "LiberationMono-Regular.ttf",
    "LiberationMono-Bold.ttf",
    "LiberationMono-Italic.ttf",
    "LiberationMono-BoldItalic.ttf",
    "Carlito-Regular.ttf",
    "Carlito-Bold.ttf",
    "Carlito-Italic.ttf",
    "Carlito-BoldItalic.ttf",
    "Caladea-Regular.ttf",
    "Caladea-Bold.ttf",
    "Caladea-Italic.ttf",
    "Caladea-BoldItalic.ttf",
];

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let fonts = root.join("fonts");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", fonts.display());
    let mut code = String::from("static BUNDLED: &[(&str, &[u8])] = &[\n");
    for name in FONTS {
        let path = fonts.join(name);
        if !path.is_file() {
            println!("cargo::error=the bundled font {name} is missing from crates/convert/fonts");
        }
        let _ = writeln!(code, "    ({name:?}, include_bytes!({path:?})),");
    }
    code.push_str("];\n");
    for name in fonts_in(&fonts) {
        if !FONTS.contains(&name.as_str()) {
            println!("cargo::error=crates/convert/fonts/{name} is not listed in build.rs");
        }
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    if let Err(error) = fs::write(out.join("bundled_fonts.rs"), code) {
        println!("cargo::error=the list of fonts cannot be written: {error}");
    }
}

fn fonts_in(directory: &Path) -> Vec<String> {
    fs::read_dir(directory)
        .map(|entries| {
            entries
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .filter(|name| name.ends_with(".otf") || name.ends_with(".ttf"))
                .collect()
        })
        .unwrap_or_default()
}
