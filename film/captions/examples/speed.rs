//! Measures CPU time (Linux): loading the fonts, cutting a scene and drawing one caption of each kind at 1080p.
//!
//! `cargo run -p film-captions --example speed -- .local/assets`

use std::hint::black_box;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use film_captions::{Fonts, Limits, cues};

const ROUNDS: u32 = 50;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::args_os().nth(1).map(PathBuf::from).ok_or("usage: speed ASSETS_ROOT")?;
    let mut out = std::io::stdout().lock();
    let begun = cpu_time();
    let fonts = Fonts::load(&root)?;
    writeln!(out, "load {:>14.1?}", cpu_time() - begun)?;

    let frame = (1920, 1080);
    let captions = [
        ("en", "The LORD is my shepherd; I shall not want. He maketh me to lie down in green pastures"),
        ("hi", "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी। वह मुझे हरी हरी चराइयों में बैठाता है;"),
        ("ur", "خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔ وہ مجھے ہری ہری چراگاہوں میں بٹھاتا ہے۔"),
        ("he", "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃"),
        ("zh", "耶和华是我的牧者，我必不至缺乏。他使我躺卧在青草地上，领我在可安歇的水边。"),
    ];
    for (language, text) in captions {
        let mean = mean(|| black_box(fonts.draw(text, language, frame)).is_ok());
        writeln!(out, "draw {language} {mean:>11.2?}")?;
    }
    let scene = captions[0].1.repeat(5);
    let limits = Limits { fonts: &fonts, frame, scene_ms: 30_000 };
    let mean = mean(|| black_box(cues(&scene, "en", &[], &limits)).is_ok());
    writeln!(out, "cut {} bytes {mean:>6.2?}", scene.len())?;
    Ok(())
}

/// Mean of many rounds: the clock below advances in steps of some milliseconds.
fn mean(work: impl Fn() -> bool) -> Duration {
    let begun = cpu_time();
    for _ in 0..ROUNDS {
        black_box(work());
    }
    (cpu_time() - begun) / ROUNDS
}

/// What this thread has computed so far: other work on the machine does not count.
fn cpu_time() -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = statistics.split(' ').next().and_then(|field| field.parse().ok()).unwrap_or(0);
    Duration::from_nanos(nanoseconds)
}
