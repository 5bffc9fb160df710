//! The narrator that needs no account: it tries Kokoro, then hibari, then espeak-ng.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use film_reading::{Options, Segment};

use crate::assets::Assets;
use crate::error::NarratorError;
use crate::espeak::process::{EspeakError, EspeakPipe, Reading};
use crate::espeak::protocol::Spelling;
use crate::hibari::{self, Hibari};
use crate::kokoro::{self, Kokoro};
use crate::pauses;
use crate::phrase::{PhonemizedSentence, Vocabulary};
use crate::sentences::{self, Sentence};
use crate::sound::{SpeechTrack, Utterance};
use crate::speech::{SAMPLE_RATE, Script, Speech, SpokenWord};
use crate::voices::{self, ESPEAK, HIBARI, KOKORO, VoiceChoice, VoicePlan};
use crate::vowels::{self, Pointed, Vowels};
use crate::words::{self, WordAlignment};
use crate::written::{self, Heard};

/// Where the embedded narrator finds its voices, and how it uses the machine.
#[derive(Clone, Debug)]
pub struct EmbeddedSettings {
    /// The assets folder, filled as `infra/assets/voices.json` says.
    pub assets_root: PathBuf,
    /// Path of the `espeak-pipe` program, which is built with this crate.
    pub espeak_program: PathBuf,
    /// Path of a system-wide espeak-ng library; none for the one in the assets folder.
    pub espeak_library: Option<PathBuf>,
    /// Threads that work on one sentence, 1 by default: scenes are spoken in parallel, where a second thread for each
    /// only adds overhead.
    pub threads: usize,
}

impl EmbeddedSettings {
    /// Settings with the espeak-ng of the assets folder and one thread.
    pub fn new(assets_root: &Path, espeak_program: &Path) -> Self {
        Self {
            assets_root: assets_root.to_owned(),
            espeak_program: espeak_program.to_owned(),
            espeak_library: None,
            threads: 1,
        }
    }
}

/// Speaks with the voices of the assets folder. Clones share the models, which are loaded when first needed.
#[derive(Clone)]
pub struct EmbeddedNarrator(Arc<Inner>);

struct Inner {
    assets: Assets,
    threads: usize,
    espeak: EspeakPipe,
    // A model that could not be opened is not tried again by this process.
    kokoro: OnceLock<Result<Mutex<Kokoro>, String>>,
    hibari: OnceLock<Result<Mutex<Hibari>, String>>,
    vowels: Vowels,
}

impl EmbeddedNarrator {
    /// A narrator with the default settings. No model is opened yet, but espeak-ng must exist, because all voices get
    /// their phonemes from it.
    ///
    /// # Errors
    /// [`NarratorError::Unavailable`] if the `espeak-pipe` program or the espeak-ng library does not exist.
    pub fn load(assets_root: &Path, espeak_program: &Path) -> Result<Self, NarratorError> {
        Self::with(EmbeddedSettings::new(assets_root, espeak_program))
    }

    /// A narrator with the given settings.
    ///
    /// # Errors
    /// [`NarratorError::Unavailable`] if the `espeak-pipe` program or the espeak-ng library does not exist.
    pub fn with(settings: EmbeddedSettings) -> Result<Self, NarratorError> {
        let assets = Assets::new(&settings.assets_root);
        // A system-wide library knows where its data is installed; the one in the assets folder must be told.
        let (library, data) = match settings.espeak_library {
            Some(library) => (library, None),
            None => (assets.espeak_library(), Some(assets.espeak_data())),
        };
        for path in [&settings.espeak_program, &library] {
            if !path.exists() {
                let reason = format!("{} is missing: run `make setup`", path.display());
                return Err(NarratorError::Unavailable { provider: ESPEAK, reason });
            }
        }
        Ok(Self(Arc::new(Inner {
            assets,
            threads: settings.threads.max(1),
            espeak: EspeakPipe::new(settings.espeak_program, library, data),
            kokoro: OnceLock::new(),
            hibari: OnceLock::new(),
            vowels: Vowels::default(),
        })))
    }

    /// Speaks the script on the calling thread, which it blocks for about 0.6 s for each second of speech. The text is
    /// read as `film_reading` says: marks are silent, words of another script have their own language's voice. Words
    /// and their times are those that are written.
    ///
    /// # Errors
    /// [`NarratorError::Unsupported`] for a language that espeak-ng does not know, a text of which no word is read
    /// aloud, or words of the text's own language that no voice reads, such as kanji;
    /// [`NarratorError::Unavailable`] if espeak-ng cannot be started or ends without an answer.
    pub fn speak(&self, script: &Script) -> Result<Speech, NarratorError> {
        let options = Options::new(film_voices::read_in(&script.language, script.voice.as_deref()));
        let reading = film_reading::read(&script.text, &options);
        if let Some(unread) = reading.unread.iter().find(|unread| unread.own_script) {
            let reason = format!("no voice reads {}", &script.text[unread.written.clone()]);
            return Err(unsupported(&reason));
        }
        self.speak_segments(script, &reading.segments)
    }

    /// Speaks a text that has been read already: the segments one after the other, and nothing else. The words of the
    /// speech are those of the script's text, with their times.
    ///
    /// # Errors
    /// [`NarratorError::Unsupported`] for a language that espeak-ng does not know, a text without a word, or no segment;
    /// [`NarratorError::Unavailable`] if espeak-ng cannot be started or ends without an answer.
    pub fn speak_segments(&self, script: &Script, segments: &[Segment]) -> Result<Speech, NarratorError> {
        self.0.speak(script, segments)
    }

    /// What the voice is given for words of Arabic and Hebrew, whose vowels are not written: the text with the points
    /// that a model gives them. Words with a point of their own, and texts in other languages, come back as they are.
    ///
    /// # Errors
    /// [`NarratorError::Unavailable`] if the model or ONNX Runtime is missing. [`Self::speak`] then speaks without
    /// vowels, and calls its speech degraded.
    pub fn pointed(&self, text: &str, language: &str) -> Result<String, NarratorError> {
        match self.0.pointed(text, language) {
            Ok(pointed) => Ok(pointed.text),
            Err(reason) => Err(NarratorError::Unavailable { provider: vowels::PROVIDER, reason }),
        }
    }
}

/// The paces that the voices can speak at; others are clamped.
const PACE_RANGE: std::ops::RangeInclusive<f32> = 0.5..=2.0;

impl Inner {
    fn speak(&self, script: &Script, segments: &[Segment]) -> Result<Speech, NarratorError> {
        if words::word_spans(&script.text).is_empty() {
            return Err(unsupported("there is no word in the text"));
        }
        let pace = if script.pace.is_finite() {
            script.pace.clamp(*PACE_RANGE.start(), *PACE_RANGE.end())
        } else {
            1.0
        };
        if segments.is_empty() {
            return Err(unsupported("there is no word in the text that is read aloud"));
        }
        let plan = voices::plan(&script.language, script.voice.as_deref());
        let (segments, mut failures) = self.with_vowels(segments.to_vec());
        for choice in &plan.choices {
            match self.speak_with(choice, &plan, script, &segments, pace) {
                Ok((samples, words)) => {
                    let provider = choice.provider().to_owned();
                    return Ok(Speech { samples, words, provider, degraded: !failures.is_empty() });
                }
                // Every voice gets its phonemes from espeak-ng, so there is nothing to fall back to.
                Err(Failure::Espeak(EspeakError::Refused(reason))) => return Err(unsupported(&reason)),
                Err(Failure::Espeak(error)) => {
                    return Err(NarratorError::Unavailable { provider: ESPEAK, reason: error.to_string() });
                }
                Err(Failure::Voice(reason)) => failures.push(format!("{}: {reason}", choice.provider())),
            }
        }
        Err(NarratorError::Unavailable { provider: ESPEAK, reason: failures.join("; ") })
    }

    /// Gives words of Arabic and Hebrew their vowels. A segment whose model cannot be used stays as it is; the messages
    /// say why.
    fn with_vowels(&self, segments: Vec<Segment>) -> (Vec<VoicedSegment>, Vec<String>) {
        let mut failures = Vec::new();
        let voiced = segments.into_iter().map(|segment| {
            let pointed = self.pointed(&segment.spoken, &segment.language).unwrap_or_else(|reason| {
                failures.push(format!("{}: {reason}", vowels::PROVIDER));
                Pointed::unchanged(&segment.spoken)
            });
            VoicedSegment { segment, pointed }
        });
        (voiced.collect(), failures)
    }

    /// A text with its vowels. A word with points that espeak-ng does not know stands as it is written, because it would
    /// be spelled out by the names of its letters.
    fn pointed(&self, text: &str, language: &str) -> Result<Pointed, String> {
        let pointed = self.vowels.point(&self.assets, self.threads, language, text)?;
        if pointed.is_unchanged() {
            return Ok(pointed);
        }
        let voice = voices::espeak_voice(language);
        // What cannot be read here is not read later either, and is told then.
        let Ok(reading) = self.espeak.read(&voice, Spelling::Ipa, &pointed.text, *PACE_RANGE.end()) else {
            return Ok(pointed);
        };
        let starts = word_starts(&pointed.text, &reading).into_iter().zip(&reading.words);
        let spelled = starts.filter(|(_, word)| vowels::is_spelled(&word.phonemes)).map(|(start, _)| start);
        Ok(pointed.without(text, &spelled.collect::<Vec<_>>()))
    }

    /// Speaks the segments of a text one after the other.
    fn speak_with(
        &self,
        choice: &VoiceChoice,
        plan: &VoicePlan,
        script: &Script,
        segments: &[VoicedSegment],
        pace: f32,
    ) -> Result<(Vec<f32>, Vec<SpokenWord>), Failure> {
        let mut samples: Vec<f32> = Vec::new();
        let mut heard: Vec<Heard> = Vec::new();
        let mut pause_ms = 0;
        let read_in = film_voices::read_in(&script.language, script.voice.as_deref());
        for VoicedSegment { segment, pointed } in segments {
            let own = segment.language == script.language || segment.language == read_in;
            let beside = (!own).then(|| voices::plan_beside(choice, &segment.language));
            let (plan, choice) = match &beside {
                Some(plan) => (plan, plan.choices.first().unwrap_or(choice)),
                None => (plan, choice),
            };
            let (sound, words) = match self.speak_text(choice, plan, &pointed.text, pace) {
                // A foreign word that cannot be spoken stays silent.
                Err(Failure::Espeak(EspeakError::Refused(_))) if !own => continue,
                spoken => spoken?,
            };
            if !samples.is_empty() {
                samples.resize(samples.len() + (pause_ms * SAMPLE_RATE / 1000) as usize, 0.0);
            }
            pause_ms = pauses::after_segment(&segment.spoken);
            let at = samples.len() as f64 / f64::from(SAMPLE_RATE);
            heard.extend(words.into_iter().map(|word| Heard {
                written: segment.written_range(pointed.bare_range(word.written)),
                start: at + word.start,
                end: at + word.end,
            }));
            samples.extend(sound);
        }
        if samples.is_empty() {
            return Err(Failure::Voice("it said nothing".to_owned()));
        }
        let length_ms = (samples.len() as u64 * 1000 / u64::from(SAMPLE_RATE)) as u32;
        let words = written::times(&script.text, heard);
        Ok((samples, to_spoken_words(words, length_ms)))
    }

    /// Speaks a text in one language. The words are those of the text.
    fn speak_text(
        &self,
        choice: &VoiceChoice,
        plan: &VoicePlan,
        text: &str,
        pace: f32,
    ) -> Result<(Vec<f32>, Vec<Heard>), Failure> {
        let voice = self.voice(choice)?;
        let mut track = SpeechTrack::default();
        let mut spoken: Vec<Heard> = Vec::new();
        let mut pause = 0;
        let sentences = sentences::split(text);
        let pauses = pauses::between(text, &sentences);
        for (Sentence { span, .. }, pause_ms) in sentences.into_iter().zip(pauses) {
            let sentence = &text[span.clone()];
            let written = words::word_spans(sentence);
            if written.is_empty() {
                continue;
            }
            let reader = if let VoiceChoice::Espeak(voice) = choice { voice } else { &plan.espeak_voice };
            let reading =
                self.espeak.read(reader, plan.accent.spelling(), sentence, pace).map_err(Failure::Espeak)?;
            let matches = words::align(&written, &word_starts(sentence, &reading));
            let utterances = match &voice {
                Voice::Espeak => vec![espeak_utterance(&reading, &matches)],
                Voice::Neural(voice) => {
                    let (text, heard) = (sentence, reading.words.as_slice());
                    let read = PhonemizedSentence {
                        text,
                        written: &written,
                        heard,
                        matches: &matches,
                        accent: plan.accent,
                    };
                    voice.speak(&read, pace).map_err(Failure::Voice)?
                }
            };
            track.push_silence(pause);
            pause = pause_ms;
            let mut times = vec![None; matches.len()];
            for (index, utterance) in utterances.into_iter().enumerate() {
                if index > 0 {
                    track.push_silence(PHRASE_PAUSE_MS);
                }
                let utterance = utterance.trimmed();
                let at = track.push(&utterance);
                let second = |sample: usize| at + sample as f64 / f64::from(utterance.sample_rate);
                for (owner, from, to) in &utterance.timings {
                    let (start, _) = times[*owner].unwrap_or((second(*from), 0.0));
                    times[*owner] = Some((start, second(*to)));
                }
            }
            for (one, time) in matches.iter().zip(times) {
                // A word that is not spoken at all begins and ends where the word before it ends.
                let (start, end) = time.unwrap_or_else(|| {
                    let now = spoken.last().map_or(0.0, |word| word.end);
                    (now, now)
                });
                let written = &written[one.written.clone()];
                let shares = words::divide_time(sentence, written, start, end);
                spoken.extend(written.iter().zip(shares).map(|(range, (start, end))| Heard {
                    written: range.start + span.start..range.end + span.start,
                    start,
                    end,
                }));
            }
        }
        Ok((track.finish().map_err(Failure::Voice)?, spoken))
    }

    fn voice(&self, choice: &VoiceChoice) -> Result<Voice<'_>, Failure> {
        match choice {
            VoiceChoice::Espeak(_) => Ok(Voice::Espeak),
            VoiceChoice::Kokoro(voice) => {
                let model =
                    self.kokoro.get_or_init(|| Kokoro::open(&self.assets, self.threads).map(Mutex::new));
                let model = model.as_ref().map_err(|reason| Failure::Voice(reason.clone()))?;
                Ok(Voice::Neural(Neural::Kokoro(model, voice.clone())))
            }
            VoiceChoice::Hibari => {
                let model =
                    self.hibari.get_or_init(|| Hibari::open(&self.assets, self.threads).map(Mutex::new));
                let model = model.as_ref().map_err(|reason| Failure::Voice(reason.clone()))?;
                Ok(Voice::Neural(Neural::Hibari(model)))
            }
        }
    }
}

/// A segment with the vowels that it was written without.
struct VoicedSegment {
    segment: Segment,
    pointed: Pointed,
}

/// Pause between the phrases of a sentence that is too long for one call, in milliseconds.
const PHRASE_PAUSE_MS: u32 = 250;

enum Failure {
    /// espeak-ng failed, on which every voice depends.
    Espeak(EspeakError),
    /// Only this voice failed, with this message.
    Voice(String),
}

enum Voice<'a> {
    Espeak,
    Neural(Neural<'a>),
}

enum Neural<'a> {
    Kokoro(&'a Mutex<Kokoro>, String),
    Hibari(&'a Mutex<Hibari>),
}

impl Neural<'_> {
    fn speak(&self, sentence: &PhonemizedSentence<'_>, pace: f32) -> Result<Vec<Utterance>, String> {
        let phrases = |vocabulary: &Vocabulary, limit| sentence.phrases(vocabulary, limit);
        match self {
            Self::Kokoro(model, voice) => {
                let mut model = model.lock().unwrap_or_else(PoisonError::into_inner);
                let phrases = phrases(model.vocabulary(), kokoro::MAX_TOKENS);
                phrases.iter().map(|phrase| model.speak(phrase, voice, pace)).collect()
            }
            Self::Hibari(model) => {
                let mut model = model.lock().unwrap_or_else(PoisonError::into_inner);
                let phrases = phrases(model.vocabulary(), hibari::MAX_TOKENS);
                phrases.iter().map(|phrase| model.speak(phrase, pace)).collect()
            }
        }
    }
}

impl VoiceChoice {
    fn provider(&self) -> &'static str {
        match self {
            Self::Kokoro(_) => KOKORO,
            Self::Hibari => HIBARI,
            Self::Espeak(_) => ESPEAK,
        }
    }
}

fn unsupported(reason: &str) -> NarratorError {
    NarratorError::Unsupported { provider: ESPEAK, reason: reason.to_owned() }
}

/// The byte at which each spoken word begins. espeak-ng gives characters.
fn word_starts(text: &str, reading: &Reading) -> Vec<usize> {
    let bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
    reading.words.iter().map(|word| bytes.get(word.character).copied().unwrap_or(text.len())).collect()
}

/// The utterance by espeak-ng's own voice, whose sound comes with the phonemes.
fn espeak_utterance(reading: &Reading, matches: &[WordAlignment]) -> Utterance {
    let timings = matches.iter().enumerate().filter_map(|(index, one)| {
        let words = &reading.words[one.spoken.clone()];
        Some((index, words.first()?.start, words.last()?.end))
    });
    Utterance {
        samples: reading.samples.clone(),
        sample_rate: reading.sample_rate,
        timings: timings.collect(),
    }
}

/// Words with times in whole milliseconds, made monotonic and clamped to the length of the speech.
fn to_spoken_words(spoken: Vec<Heard>, length_ms: u32) -> Vec<SpokenWord> {
    let mut last = 0;
    spoken
        .into_iter()
        .map(|Heard { written: span, start, end }| {
            let milliseconds = |seconds: f64| ((seconds * 1000.0).round() as u32).min(length_ms);
            let start_ms = milliseconds(start).max(last);
            let end_ms = milliseconds(end).max(start_ms);
            last = end_ms;
            SpokenWord { span, start_ms, end_ms }
        })
        .collect()
}
