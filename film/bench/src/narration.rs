//! What speech costs, by voice, and what of it is the loading of models.

use anyhow::Result;
use film_narrator::{EmbeddedNarrator, EmbeddedSettings, SAMPLE_RATE, Script, Speech};

use crate::figures::Figures;
use crate::setup::Setup;
use crate::{cost, table};

/// A scene of the usual length: three sentences.
const ENGLISH: &str = "The LORD is my shepherd; I shall not want. He maketh me to lie down in green pastures: he leadeth \
                       me beside the still waters. He restoreth my soul: he leadeth me in the paths of righteousness for \
                       his name's sake.";
const HINDI: &str = "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी। वह मुझे हरी हरी चराइयों में बैठाता है; वह मुझे सुखदाई जल के झरने के पास ले चलता है।";

struct Case {
    name: &'static str,
    language: &'static str,
    voice: Option<&'static str>,
    text: &'static str,
    threads: usize,
    figure: &'static str,
}

const CASES: [Case; 5] = [
    Case {
        name: "Kokoro, English",
        language: "en",
        voice: None,
        text: ENGLISH,
        threads: 1,
        figure: "narration_cpu_per_speech_s",
    },
    Case {
        name: "Kokoro, English, two threads",
        language: "en",
        voice: None,
        text: ENGLISH,
        threads: 2,
        figure: "narration_two_threads_cpu_per_speech_s",
    },
    Case {
        name: "Kokoro, Hindi",
        language: "hi",
        voice: None,
        text: HINDI,
        threads: 1,
        figure: "narration_hindi_cpu_per_speech_s",
    },
    Case {
        name: "hibari, English",
        language: "en",
        voice: Some("hibari"),
        text: ENGLISH,
        threads: 1,
        figure: "narration_hibari_cpu_per_speech_s",
    },
    Case {
        name: "espeak-ng, English",
        language: "en",
        voice: Some("espeak-ng"),
        text: ENGLISH,
        threads: 1,
        figure: "narration_espeak_cpu_per_speech_s",
    },
];

/// A narrator as a worker has it, with so many threads for a sentence.
pub(crate) fn narrator(setup: &Setup, threads: usize) -> Result<EmbeddedNarrator> {
    let settings = EmbeddedSettings { threads, ..EmbeddedSettings::new(&setup.assets, &setup.espeak) };
    Ok(EmbeddedNarrator::with(settings)?)
}

pub(crate) fn seconds(speech: &Speech) -> f64 {
    speech.samples.len() as f64 / f64::from(SAMPLE_RATE)
}

/// Each case once with the model still to be loaded, then `rounds` times with it in memory. The difference is what a
/// process pays once: `narration_load_cpu_s` for Kokoro.
pub(crate) fn run(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let mut rows = Vec::new();
    for case in &CASES {
        let narrator = narrator(setup, case.threads)?;
        let script = Script {
            text: case.text.to_owned(),
            language: case.language.to_owned(),
            voice: case.voice.map(str::to_owned),
            pace: 1.0,
        };
        let (speech, first) = cost::of(|| Ok(narrator.speak(&script)?))?;
        let mut again = || Ok(narrator.speak(&script).map(drop)?);
        let [later] = cost::interleaved(setup.rounds, [&mut again])?;
        let (length, load) = (seconds(&speech), first.cpu() - later.cpu());
        let each = later.cpu() / length;
        rows.push(vec![
            case.name.to_owned(),
            speech.provider.clone(),
            format!("{length:.1}"),
            format!("{each:.3}"),
            format!("{load:.2}"),
        ]);
        figures.set(case.figure, each);
        if case.figure == "narration_cpu_per_speech_s" {
            figures.set("narration_load_cpu_s", load);
        }
    }
    let head = ["voice", "spoken by", "speech s", "CPU s per speech s", "loading, CPU s once"];
    table::print("Narration", &head, &rows);
    Ok(())
}
