//! Measures the time of an import, for a page of text and for sources that are made to take long:
//! `cargo run --release -p imports --example measure`.
#![allow(clippy::print_stdout, reason = "an example speaks to its user")]

use std::time::Instant;

use imports::{Options, import};

fn main() {
    let page: String =
        (1..=40).map(|n| format!("{n}And it came to pass in those days, that he went.[a] ")).collect();
    let usfm: String = (1..=40)
        .map(|n| format!("\\v {n} In \\w those|lemma=\"that\"\\w* days,\\f + \\ft Or\\f* he.\n"))
        .collect();
    let html: String = (1..=40)
        .map(|n| format!("<p><sup class=\"versenum\">{n}</sup>In those days &amp; <b>he</b> went.</p>"))
        .collect();
    let sources = [
        ("page", format!("John 3\n{page}\nFootnotes\na. Or went")),
        ("plain", "And it came to pass in those days, that he went up. ".repeat(60)),
        ("usfm", format!("\\c 3\n\\p\n{usfm}")),
        ("html", html),
        ("50,000 × [", "[".repeat(50_000)),
        ("50,000 × <", "<".repeat(50_000)),
        ("<b> nested", "<b>".repeat(16_666)),
        (
            "<b x=…><p>",
            (0..2_500)
                .map(|n| format!("<b x={n}>"))
                .chain(std::iter::repeat_n("<p>x".into(), 6_000))
                .collect(),
        ),
        ("\\f", "\\f ".repeat(16_666)),
        ("\\nd", "\\nd ".repeat(12_500)),
        ("\\xt", "\\v 1 \\xt ".repeat(5_000)),
        ("*", "*a ".repeat(16_666)),
        ("[a](", "[a](".repeat(12_500)),
        ("> nested", "> ".repeat(25_000)),
        ("(1) (2)", (0..9_000).map(|n| format!("({n}) ")).collect()),
        ("1a", "1A ".repeat(16_666)),
        ("<a><a> osis", format!("<osis>{}", "<q>".repeat(16_666))),
        ("[00:00]", "[00:00]".repeat(7_000)),
        ("\\n", "\n".repeat(50_000)),
        ("&amp;", "&amp;".repeat(10_000)),
        ("long plain", "And it came to pass in those days, that he went up. ".repeat(960)),
    ];
    for (name, source) in sources {
        let mut best = f64::MAX;
        for _ in 0..2 {
            let start = Instant::now();
            let result = import(&source, &Options::default());
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
            std::hint::black_box(result.is_ok());
        }
        println!("{name:>12} {:>6} bytes {best:>9.2} ms", source.len());
    }
}
