#![allow(clippy::all, clippy::unwrap_used, clippy::print_stdout, clippy::allow_attributes, clippy::allow_attributes_without_reason)]
use std::time::Instant;
use wenyuan_convert::*;
struct S { out: Option<std::path::PathBuf>, start: Instant, quiet: bool }
impl Sink for S {
    fn pdf(&mut self, b: &[u8]) -> std::io::Result<()> { if let Some(o)=&self.out { std::fs::create_dir_all(o)?; std::fs::write(o.join("document.pdf"), b)?; } Ok(()) }
    fn page(&mut self, p: PageOutput) -> std::io::Result<()> {
        if !self.quiet { println!("  page {} at {:.1} ms wide {}x{} {} B narrow {} B cover {:?} words {}", p.number, self.start.elapsed().as_secs_f64()*1e3, p.wide.width, p.wide.height, p.wide.webp.len(), p.narrow.webp.len(), p.cover.as_ref().map(|c| c.webp.len()), p.text.lines.iter().map(|l| l.words.len()).sum::<usize>()); }
        if let Some(o)=&self.out { std::fs::write(o.join(format!("page-{:04}.webp", p.number)), &p.wide.webp)?; std::fs::write(o.join(format!("page-{:04}.n.webp", p.number)), &p.narrow.webp)?; std::fs::write(o.join(format!("page-{:04}.txt", p.number)), p.text.plain())?; if let Some(c)=&p.cover { std::fs::write(o.join("cover.webp"), &c.webp)?; } }
        Ok(())
    }
}
fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let reps: usize = if args[0] == "-n" { args.remove(0); args.remove(0).parse().unwrap() } else { 1 };
    let threads: Option<usize> = std::env::var("T").ok().map(|t| t.parse().unwrap());
    let out = if args[0] == "-o" { args.remove(0); Some(std::path::PathBuf::from(args.remove(0))) } else { None };
    let t = Instant::now();
    let dir = fonts::unpack(&std::env::temp_dir().join("wy-fonts")).unwrap();
    println!("unpack {:?}", t.elapsed());
    let t = Instant::now();
    let mut c = Converter::new(&FontDirs::bundled(dir));
    if let Some(t) = threads { c = c.with_threads(t); }
    println!("new {:?}", t.elapsed());
    let t = Instant::now();
    if std::env::var_os("COLD").is_none() { c.warm(); }
    println!("warm {:?}", t.elapsed());
    for f in &args {
        let b = std::fs::read(f).unwrap();
        for i in 0..reps {
            let start = Instant::now();
            let mut s = S { out: out.clone(), start, quiet: i + 1 != reps || std::env::var_os("Q").is_some() };
            let r = c.convert(&b, f, &Limits::default(), &mut s);
            if i + 1 == reps { match r { Ok(r) => println!("{f}: OK {} pages {:?} {:?} {:?} {:?}", r.pages, r.ms, r.fonts, r.warnings, r.title), Err(e) => println!("{f}: REFUSED {e} {:.0} ms", start.elapsed().as_secs_f64()*1e3) } }
        }
    }
}
