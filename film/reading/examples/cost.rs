//! What reading a scene costs: `cargo run --release -p film-reading --example cost`.
//!
//! Prints microseconds of processor time for each scene, the median of many runs: of 250 characters, which is what is
//! spoken in 10 to 18 seconds, and of 1,000. Then milliseconds for 50,000 characters of text that is made to be slow,
//! beside 12,500: a ratio near 4 means that time grows with the length, one near 16 with its square. The studio makes
//! the reading of every scene when it draws a plan, so that a scene must stay below 2,000 microseconds.
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
    (
        "es",
        "references",
        "Mt 5,3-12; Sal 23:1-3, 1 Cor 13,4-7 y Jn 3:16ss., v. 4, cap. 5; Gn 1,1–2,3, cf. Is 40,31. ",
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
    ("en", "{"),
    ("en", "*"),
    ("en", "_"),
    ("en", "`"),
    ("en", "~"),
    ("en", "."),
    ("en", "'"),
    ("en", "\""),
    ("en", "|"),
    ("en", "/"),
    ("en", "$"),
    ("en", "@"),
    ("en", "a@"),
    ("en", "a.b@"),
    ("en", "1"),
    ("en", "1 "),
    ("en", "1,"),
    ("en", "1."),
    ("en", "1-"),
    ("en", "1/"),
    ("en", "1:"),
    ("en", "1:1:"),
    ("en", "1:1,"),
    ("en", "1:1-2,3-4,"),
    ("en", "1:1; "),
    ("en", "$1,000,"),
    ("en", "$1 "),
    ("en", "555-1234 "),
    ("en", "*a "),
    ("en", "**a"),
    ("en", "_a "),
    ("en", "`a"),
    ("en", "<a "),
    ("en", "<"),
    ("en", "//"),
    ("en", "// a "),
    ("en", "(x2)"),
    ("en", "(x2"),
    ("en", "a (x2)\n"),
    ("en", "(x2)\n"),
    ("en", "x2\n"),
    ("en", "[Chorus] x2\n"),
    ("en", "[Chorus]\n"),
    ("en", "[Chorus]\na\n"),
    ("en", "[Verse"),
    ("en", "(All "),
    ("en", "Ps. "),
    ("en", "Ps. 1:1, "),
    ("en", "Ps. 1:1-2,3-4,"),
    ("en", "Ps. 1; "),
    ("en", "Ps 1:1; 2:1; "),
    ("en", "Quran 2:1; 2:2; "),
    ("en", "(2:1) Surah "),
    ("en", "1 Cor "),
    ("en", "1 1 1 Cor. "),
    ("en", "1 & 2 Samuel & "),
    ("en", "Al-"),
    ("en", "v. 1, "),
    ("en", "v. 1 and 2 "),
    ("en", "1,2."),
    ("en", "a.b."),
    ("en", "a-"),
    ("en", "a'"),
    ("en", "a"),
    ("en", "A"),
    ("en", "A "),
    ("en", "A. "),
    ("en", "-"),
    ("en", "#"),
    ("en", "#a"),
    ("en", " "),
    ("en", "\t"),
    ("en", "\n"),
    ("en", " \n"),
    ("en", "a\n\n"),
    ("en", "> "),
    ("en", "- "),
    ("en", "G  C  D\n"),
    ("en", "¹"),
    ("en", "a¹"),
    ("en", "[1]"),
    ("en", "1 a\n"),
    ("en", "e\u{301}"),
    ("en", "\u{301}"),
    ("en", "I"),
    ("en", "M"),
    ("en", "IV "),
    ("en", "IV. "),
    ("en", "Henry VIII, "),
    ("en", "MDCLXVI"),
    ("en", "V. A R. A "),
    ("en", "A: a\n"),
    ("en", "Dec. 25, "),
    ("en", "12:30 - "),
    ("en", "AD 70 BC "),
    ("en", "2nd "),
    ("en", "http://"),
    ("en", "a.com+"),
    ("en", "a.com "),
    ("en", "$000,"),
    ("en", "King Henry I. "),
    ("en", "[Verse] x2\n\n"),
    ("en", "[Verse 1]\na x2\n\n"),
    ("en", "[G]a"),
    ("en", "a*b*"),
    ("en", "www."),
    ("en", "🙏"),
    ("en", "👨\u{200D}"),
    ("en", "🇮"),
    ("en", "\u{200D}"),
    ("en", "\u{200D}a"),
    ("en", "[a](b) "),
    ("en", "[[a]("),
    ("en", "[a]("),
    ("en", "ש"),
    ("en", "ع "),
    ("en", "ﷺ"),
    ("en", "Muhammad (PBUH) "),
    ("es", "Mt 5, 3, "),
    ("es", "Mt 5,3.4."),
    ("es", "1ª "),
    ("fr", "1er "),
    ("de", "1. "),
    ("it", "18.30 "),
    ("hi", "१:"),
    ("hi", "्"),
    ("hi", "क्"),
    ("hi", "॥ १ "),
    ("hi", "॥"),
    ("hi", "ॐ"),
    ("ar", "ۛ"),
    ("ar", "ۛ ا "),
    ("ar", "الل"),
    ("ar", "الله "),
    ("ar", "ﷺ"),
    ("ar", "ـ"),
    ("ar", "\u{64B}"),
    ("ar", "ب\u{651}"),
    ("ar", "﴿"),
    ("ar", "١:"),
    ("ar", "[البقرة: "),
    ("he", "א׳ "),
    ("he", "א"),
    ("he", "א\u{5B7}"),
    ("he", "\u{591}"),
    ("he", "יהוה "),
    ("he", "־"),
    ("he", "א."),
    ("he", "רִיַ"),
    ("he", "א [בְ] "),
    ("he", "א [בְ"),
    ("he", ") [בְ]"),
    ("he", "ה׳"),
    ("he", "(א) [ב] "),
    ("ja", "主っ"),
    ("zh", "主"),
    ("am", "፩"),
    ("pa", "ੴ"),
];

/// The lengths of the hostile texts, in characters.
const LENGTHS: [usize; 2] = [12_500, 50_000];

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
    println!("microseconds {:>15} {:>10} {:>10}", "first", "250", "1,000");
    for (language, name, text) in SCENES {
        let [short, long] = [250, 1_000].map(|length| repeated(text, length));
        let first = median(language, &short, 1);
        let [short, long] = [short, long].map(|text| median(language, &text, 51));
        println!("{language:<5} {name:<12} {first:>9.0} {short:>10.0} {long:>10.0}");
    }
    println!("\nmilliseconds {:>22} {:>10} {:>8}", LENGTHS[0], LENGTHS[1], "ratio");
    for (language, text) in HOSTILE {
        let [short, long] = LENGTHS.map(|length| median(language, &repeated(text, length), 1) / 1e3);
        let ratio = long / short;
        let mark = if ratio > 6.0 { " steep" } else { "" };
        println!("{language:<5} {:<18} {short:>10.1} {long:>10.1} {ratio:>8.1}{mark}", format!("{text:?}"));
    }
}
