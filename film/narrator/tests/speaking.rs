//! Every provider speaks: plausible length, words in order, no clipping, no silence.

// Each test unwraps what it has just arranged; clippy exempts only functions marked as tests.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::Command;

use film_narrator::{EmbeddedNarrator, EmbeddedSettings, NarratorError, SAMPLE_RATE, Script, Speech};
use film_reading::Options;
use proptest::prelude::*;

const VERSE: &str = "The LORD is my shepherd; I shall not want. Ps. 23";

/// The assets folder, or a message that says how to get it.
fn assets() -> PathBuf {
    // Tests have no settings to read.
    #[allow(clippy::disallowed_methods)]
    let root = std::env::var("DEVOTIONAL_ASSETS").map_or_else(
        |_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.local/assets")),
        PathBuf::from,
    );
    assert!(root.join("kokoro/model.onnx").exists(), "{} has no voices: run `make setup`", root.display());
    root
}

fn narrator() -> EmbeddedNarrator {
    EmbeddedNarrator::load(&assets(), env!("CARGO_BIN_EXE_espeak-pipe").as_ref()).unwrap()
}

fn script(text: &str, language: &str, voice: Option<&str>) -> Script {
    Script {
        text: text.to_owned(),
        language: language.to_owned(),
        voice: voice.map(str::to_owned),
        pace: 1.0,
    }
}

fn seconds(speech: &Speech) -> f64 {
    speech.samples.len() as f64 / f64::from(SAMPLE_RATE)
}

/// What must hold of any speech whatever.
fn check(text: &str, speech: &Speech) {
    let peak = speech.samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!(peak <= 0.9, "{}: peak {peak} may clip", speech.provider);
    let power =
        speech.samples.iter().map(|sample| sample * sample).sum::<f32>() / speech.samples.len() as f32;
    assert!(power.sqrt() > 0.01, "{}: RMS {} is silence", speech.provider, power.sqrt());
    let loud = |sample: &f32| sample.abs() > peak * 0.02;
    let quiet_ends = [speech.samples.iter().position(loud), speech.samples.iter().rev().position(loud)];
    for end in quiet_ends {
        assert!(end.unwrap() <= SAMPLE_RATE as usize / 20, "{}: silence of {end:?} samples", speech.provider);
    }
    let length_ms = (seconds(speech) * 1000.0) as u32;
    let (mut byte, mut time) = (0, 0);
    for word in &speech.words {
        assert!(word.span.start >= byte && !text[word.span.clone()].trim().is_empty());
        assert!(
            word.start_ms >= time && word.end_ms >= word.start_ms && word.end_ms <= length_ms,
            "{word:?}"
        );
        (byte, time) = (word.span.end, word.end_ms);
    }
}

fn words<'a>(text: &'a str, speech: &Speech) -> Vec<&'a str> {
    speech.words.iter().map(|word| &text[word.span.clone()]).collect()
}

#[test]
fn every_provider_speaks_english() {
    let narrator = narrator();
    for provider in ["espeak-ng", "hibari", "kokoro"] {
        let speech = narrator.speak(&script(VERSE, "en", Some(provider))).unwrap();
        check(VERSE, &speech);
        assert_eq!((speech.provider.as_str(), speech.degraded), (provider, false));
        assert!((3.0..8.0).contains(&seconds(&speech)), "{provider}: {} s", seconds(&speech));
        let expected = ["The", "LORD", "is", "my", "shepherd", "I", "shall", "not", "want", "Ps", "23"];
        assert_eq!(words(VERSE, &speech), expected);
        // No word but the very short is over in an instant, and the voice does not stop in the middle.
        let shepherd = &speech.words[4];
        assert!((150..1_000).contains(&(shepherd.end_ms - shepherd.start_ms)), "{provider}: {shepherd:?}");
        let last = speech.words.last().unwrap();
        assert!(f64::from(last.end_ms) / 1000.0 > seconds(&speech) - 0.4, "{provider}: {last:?}");
    }
}

#[test]
fn scripts_of_many_kinds_are_spoken() {
    let narrator = narrator();
    for (language, text, count) in [
        ("hi", "यहोवा मेरा चरवाहा है; मुझे कुछ घटी न होगी।", 9),
        ("ta", "கர்த்தர் என் மேய்ப்பராயிருக்கிறார்.", 3),
        ("ur", "خداوند میرا چوپان ہے۔", 4),
        ("he", "יהוה רועי לא אחסר", 4),
        ("ru", "Господь — Пастырь мой; я ни в чем не буду нуждаться.", 10),
        ("zh", "耶和华是我的牧者，我必不致缺乏。", 14),
    ] {
        let speech = narrator.speak(&script(text, language, Some("espeak-ng"))).unwrap();
        check(text, &speech);
        assert_eq!(speech.words.len(), count, "{language}: {:?}", words(text, &speech));
    }
}

/// Emoji, broken markup, control characters, any mixture of scripts: spoken or refused, never a panic, and every word
/// of what is spoken has its span.
#[test]
fn any_text_whatever_is_spoken_or_refused() {
    let narrator = narrator();
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(text in "\\PC{0,60}|[a-z0-9 .,&$%<>\n–—’‘“”\\[\\]]{0,80}|[अ-हा-ौ् ।耶和华，]{0,40}")| {
        match narrator.speak(&script(&text, "en", Some("espeak-ng"))) {
            Ok(speech) => {
                let mut byte = 0;
                for word in &speech.words {
                    prop_assert!(word.span.start >= byte && text.get(word.span.clone()).is_some());
                    byte = word.span.end;
                }
                for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
                    prop_assert!(speech.words.iter().any(|word| word.span.contains(&at)), "{c:?} is in no word");
                }
            }
            Err(error) => {
                let silent = film_reading::read(&text, &Options::new("en")).segments.is_empty();
                prop_assert!(silent || !text.chars().any(|c| c.is_ascii_alphabetic()), "{text:?}: {error}");
            }
        }
    });
}

/// Marks are silent and words of another script have another voice; the words are those that are written.
#[test]
fn the_text_is_read_and_its_written_words_have_the_times() {
    let narrator = narrator();
    let text = "*Love* is ἀγάπη, 🙏 his love¹ (2x)";
    let speech = narrator.speak(&script(text, "en", Some("espeak-ng"))).unwrap();
    check(text, &speech);
    assert_eq!(words(text, &speech), ["Love", "is", "ἀγάπη", "his", "love", "¹", "2x"]);
    let length = |at: usize| speech.words[at].end_ms - speech.words[at].start_ms;
    assert!((0..5).all(|at| length(at) > 50) && length(5) == 0, "{:?}", speech.words);
    // The line is spoken again where the mark asks for it, so its time belongs to the mark.
    assert!(length(6) > speech.words[4].end_ms / 2, "{:?}", speech.words);
}

#[test]
fn kanji_are_refused_and_a_text_of_marks_alone_too() {
    let narrator = narrator();
    for (text, language) in [("主は私の羊飼い。", "ja"), ("https://example.org", "en"), ("🙏🏽", "en")]
    {
        let refused = narrator.speak(&script(text, language, None));
        assert!(matches!(refused, Err(NarratorError::Unsupported { .. })), "{text}");
    }
}

#[test]
fn british_english_is_spoken() {
    let speech = narrator().speak(&script("Our Father", "en-GB", Some("espeak-ng"))).unwrap();
    assert_eq!(speech.words.len(), 2);
}

/// What was said before leaves no trace: artefacts are kept under the hash of the script alone.
#[test]
fn the_same_script_gives_the_same_samples() {
    let narrator = narrator();
    for provider in ["espeak-ng", "hibari"] {
        let first = narrator.speak(&script(VERSE, "en", Some(provider))).unwrap();
        narrator.speak(&script("Selah.", "en", Some(provider))).unwrap();
        assert_eq!(narrator.speak(&script(VERSE, "en", Some(provider))).unwrap(), first, "{provider}");
    }
}

#[test]
fn pace_changes_the_length() {
    let narrator = narrator();
    let mut script = script("The heavens declare the glory of God.", "en", None);
    for provider in ["espeak-ng", "hibari"] {
        script.voice = Some(provider.to_owned());
        let length = |pace| seconds(&narrator.speak(&Script { pace, ..script.clone() }).unwrap());
        assert!(length(0.8) > length(1.0) * 1.1 && length(1.25) < length(1.0) * 0.9, "{provider}");
    }
}

#[test]
fn absent_models_degrade_and_never_fail() {
    let root = assets();
    let bare = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("without-models");
    std::fs::create_dir_all(&bare).unwrap();
    let _ =
        std::os::unix::fs::symlink(root.canonicalize().unwrap().join("espeak-ng"), bare.join("espeak-ng"));
    let settings = EmbeddedSettings::new(&bare, env!("CARGO_BIN_EXE_espeak-pipe").as_ref());
    let narrator = EmbeddedNarrator::with(settings).unwrap();
    let speech = narrator.speak(&script(VERSE, "en", None)).unwrap();
    check(VERSE, &speech);
    assert_eq!((speech.provider.as_str(), speech.degraded), ("espeak-ng", true));
    // What was asked for by name is not a degradation.
    assert!(!narrator.speak(&script(VERSE, "en", Some("espeak-ng"))).unwrap().degraded);
}

#[test]
fn what_cannot_be_spoken_is_refused_for_good() {
    let narrator = narrator();
    for (text, language) in [("…", "en"), ("nuqneH", "xx-nowhere")] {
        let refused = narrator.speak(&script(text, language, None));
        assert!(matches!(refused, Err(NarratorError::Unsupported { .. })), "{language}");
    }
    // And the pipe still answers.
    narrator.speak(&script("Amen", "en", Some("espeak-ng"))).unwrap();
}

#[test]
fn a_missing_program_says_what_to_do() {
    let error = EmbeddedNarrator::load(&assets(), "/nowhere/espeak-pipe".as_ref()).err().unwrap();
    assert!(error.to_string().contains("make setup"), "{error}");
}

#[test]
fn the_pipe_says_how_it_is_called() {
    let output = Command::new(env!("CARGO_BIN_EXE_espeak-pipe")).output().unwrap();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("usage"));
}
