//! What reading a scene costs: `cargo run --release -p film-reading --example cost`.
//!
//! Prints microseconds of processor time for each scene of about 1,000 characters, the median of many runs, and
//! milliseconds for 50,000 characters of text that is made to be slow, beside 25,000: the second column is twice the
//! first where time grows with the length. The studio makes the reading of every scene when it draws a plan, so that a
//! scene must stay below 2,000.
#![allow(clippy::print_stdout, reason = "tables are printed")]

use film_reading::{Options, read};
use nix::time::{ClockId, clock_gettime};

/// Plain scripture, prayers and lists of references, which are repeated to about 1,000 characters.
const SCENES: &[(&str, &str, &str)] = &[
    (
        "en",
        "psalm",
        "The LORD is my shepherd; I shall not want. He maketh me to lie down in green pastures. ",
    ),
    (
        "en",
        "references",
        "See Ps. 23:1-3; Rom 8:28, 1 Cor. 13:4-7, 2 Kings 4:8ff., Gen 1:1–2:3, v. 4 and cf. Lk 2:7. ",
    ),
    (
        "en",
        "bulletin",
        "Sun., Dec. 25 at 7:00 AM, Room 3-B (Fr. Lee): $25, call 555-1234 or see www.example.org #joy 🙏. ",
    ),
    ("hi", "psalm", "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी। वह मुझे हरी हरी चराइयों में बैठाता है। "),
    ("hi", "references", "गीता २.४७, भजन 23:1-3, 1 कुरिन्थियों 13:4, लूका २:७, ₹100, 2रा दिन। "),
    ("ar", "sura", "ذَٰلِكَ ٱلْكِتَٰبُ لَا رَيْبَ ۛ فِيهِ ۛ هُدًۭى لِّلْمُتَّقِينَ ۝٢ "),
    ("ar", "references", "[البقرة: ٢٥٥] مزمور 23: 1-3، 1كو 13: 4، يوحنا ٣:١٦، محمد ﷺ. "),
    ("he", "psalm", "מִזְמ֥וֹר לְדָוִ֑ד יְהוָ֥ה רֹ֝עִ֗י לֹ֣א אֶחְסָֽר׃ "),
    ("he", "references", "תהילים מ״ו, ב׳; תהלים כג, א-ג; שמואל א, ז, א; בראשית 1:1. "),
    ("ko", "psalm", "여호와는 나의 목자시니 내게 부족함이 없으리로다. 그가 나를 푸른 풀밭에 누이시며. "),
    ("ko", "references", "시편 23:1-3, 고린도전서 13:4-7, John 3:16, Ps. 23:1 (x2). "),
];

/// Texts that look like the beginning of something again and again.
const HOSTILE: &[(&str, &str)] = &[
    ("en", "("),
    ("en", "["),
    ("en", "1:"),
    ("en", "1:1:"),
    ("en", "*a "),
    ("en", "<a "),
    ("en", "//"),
    ("en", "// a "),
    ("en", "(x2)"),
    ("en", "a (x2)\n"),
    ("en", "[Chorus] x2\n"),
    ("en", "Ps. 1:1, "),
    ("en", "1 Cor "),
    ("en", "1,2."),
    ("en", "a.b."),
    ("en", "a-"),
    ("en", "-"),
    ("en", "#"),
    ("en", " "),
    ("en", "\n"),
    ("en", "a\n\n"),
    ("en", "¹"),
    ("en", "e\u{301}"),
    ("en", "\u{301}"),
    ("en", "IV "),
    ("en", "V. A R. A "),
    ("en", "🙏"),
    ("en", "\u{200D}"),
    ("en", "[a](b) "),
    ("en", "[[a]("),
    ("hi", "१:"),
    ("hi", "्"),
    ("hi", "॥ १ "),
    ("ar", "ۛ"),
    ("ar", "الل"),
    ("ar", "ﷺ"),
    ("he", "א׳ "),
    ("he", "(א) [ב] "),
    ("ja", "主っ"),
    ("pa", "ੴ"),
];

fn repeated(text: &str, characters: usize) -> String {
    text.chars().cycle().take(characters).collect()
}

/// Processor time of this thread, in microseconds.
fn now() -> f64 {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID);
    time.map_or(f64::NAN, |time| time.tv_sec() as f64 * 1e6 + time.tv_nsec() as f64 / 1e3)
}

/// The median processor time of a run, in microseconds.
fn median(language: &str, text: &str, runs: usize) -> f64 {
    let options = Options::new(language);
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = now();
            std::hint::black_box(read(std::hint::black_box(text), &options));
            now() - start
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

fn main() {
    println!("{:<5} {:<12} {:>10}", "", "1,000 chars", "µs");
    for (language, name, text) in SCENES {
        let text = repeated(text, 1_000);
        let first = median(language, &text, 1);
        let time = median(language, &text, 51);
        println!("{language:<5} {name:<12} {time:>10.0}  (the first of its language {first:.0})");
    }
    println!("\n{:<5} {:<12} {:>10} {:>10}", "", "hostile", "ms 25,000", "ms 50,000");
    for (language, text) in HOSTILE {
        let times = [25_000, 50_000].map(|length| median(language, &repeated(text, length), 1) / 1e3);
        println!("{language:<5} {:<12} {:>10.1} {:>10.1}", format!("{text:?}"), times[0], times[1]);
    }
}
