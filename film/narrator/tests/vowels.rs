//! Words of Arabic and Hebrew that are written without vowels are given them, and no other word is touched.

// Each test unwraps what it has just arranged; clippy exempts only functions marked as tests.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::time::Instant;

use film_narrator::{EmbeddedNarrator, EmbeddedSettings, NarratorError, Script, Speech};
use film_reading::{Options, read};

fn assets() -> PathBuf {
    // Tests have no settings to read.
    #[allow(clippy::disallowed_methods)]
    let root = std::env::var("DEVOTIONAL_ASSETS").map_or_else(
        |_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.local/assets")),
        PathBuf::from,
    );
    assert!(root.join("nakdimon").exists(), "{} has no models: run `make setup`", root.display());
    root
}

fn narrator() -> EmbeddedNarrator {
    EmbeddedNarrator::load(&assets(), env!("CARGO_BIN_EXE_espeak-pipe").as_ref()).unwrap()
}

/// A text as the voice is given it.
fn voiced(narrator: &EmbeddedNarrator, language: &str, text: &str) -> String {
    let segments = read(text, &Options::new(language)).segments;
    segments.iter().map(|segment| narrator.pointed(&segment.spoken, &segment.language).unwrap()).collect()
}

fn spoken(narrator: &EmbeddedNarrator, language: &str, text: &str) -> Speech {
    let voice = Some("espeak-ng".to_owned());
    let script = Script { text: text.to_owned(), language: language.to_owned(), voice, pace: 1.0 };
    narrator.speak(&script).unwrap()
}

#[test]
fn words_without_vowels_are_given_them() {
    let narrator = narrator();
    for (language, bare, pointed) in [
        ("he", "בראשית ברא אלהים את השמים", "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֶת הַשָּׁמַיִם"),
        ("he", "שבת שלום ומבורך לכל המשפחה", "שַׁבָּת שָׁלוֹם וּמְבוֹרָךְ לְכָל הַמִּשְׁפָּחָה"),
        // The name by custom, names and words that the model does not know.
        ("he", "שמע ישראל יהוה אלהינו יהוה אחד", "שְׁמַע יִשְׂרָאֵל יְהוָה אֱלֹהֵינוּ יְהוָה אֶחָד"),
        ("he", "מזמור לדוד יהוה רעי", "מִזְמוֹר לְדָּוִד יְהוָה רֹעִי"),
        ("ar", "بسم الله الرحمن الرحيم", "بِسْمِ الله الرَحْمَٰنِ الرَحِيم"),
        ("ar", "هذا كتاب", "هَٰذَا كِتَاب"),
        ("ar", "من أجل السلام في العالم.", "مِنْ أَجْلِ السَلَامِ فِي العَالَم."),
    ] {
        // Both are read by the stage, so that both are written as the voice needs it.
        let segments = read(pointed, &Options::new(language)).segments;
        let expected: String = segments.into_iter().map(|one| one.spoken).collect();
        assert_eq!(voiced(&narrator, language, bare), expected, "{bare}");
    }
}

/// espeak-ng does not know every pair of a letter and a point; what it would spell out stays without points.
#[test]
fn a_word_is_never_spelled_out_for_its_vowels() {
    let narrator = narrator();
    // The points of the last but one are such a pair.
    let pointed = voiced(&narrator, "he", "אשמח בבן אמתך תשיש עליך נפשי חייתני מאד");
    let words: Vec<&str> = pointed.split(' ').collect();
    assert_eq!(words.len(), 8);
    let bare = |word: &&&str| word.chars().all(|c| matches!(c, 'א'..='ת'));
    assert!((1..4).contains(&words.iter().filter(bare).count()), "{pointed}");
}

/// Digits, other scripts and marks of sentences stay, and so does a word that has a point of its own, also beside
/// words that have none.
#[test]
fn what_is_pointed_is_never_pointed_again() {
    let narrator = narrator();
    for (language, text) in [
        ("he", "מִזְמוֹר לְדָוִד, אֲדֹנָי רֹעִי לֹא אֶחְסָר."),
        ("he", "Psalm 23 – 1, 2; ?"),
        ("ar", "ذَٰلِكَ ٱلْكِتَٰبُ لَا رَيْبَ ۛ فِيهِ ۛ هُدًى لِّلْمُتَّقِينَ"),
        ("fa", "خداوند شبان من است"),
        ("en", "The Lord is my shepherd."),
    ] {
        for segment in read(text, &Options::new(language)).segments {
            assert_eq!(narrator.pointed(&segment.spoken, &segment.language).unwrap(), segment.spoken);
        }
    }
    let mixed = voiced(&narrator, "he", "שָׁלום 12 שלום, (Amen) שלום!");
    let words: Vec<&str> = mixed.split(' ').collect();
    assert_eq!(words[0], "ש\u{05C1}\u{05B8}לום");
    assert_eq!(words[1], "12");
    assert!(mixed.ends_with('!') && words[2].ends_with(',') && words[2].chars().count() > 5, "{mixed}");
    let mixed = voiced(&narrator, "ar", "محمّد رسول، ١٢");
    assert!(mixed.starts_with("محمّد ") && mixed.contains('،') && !mixed.contains("رسول،"), "{mixed}");
}

/// The times are those of the words as they are written.
#[test]
fn words_keep_their_places_and_times() {
    let narrator = narrator();
    for (language, text) in [
        ("he", "בראשית ברא אלהים: Amen, ויאמר אלהים יהי אור 12 פעמים."),
        ("ar", "قال الرب لي: أنت ابني، أنا اليوم ولدتك 3 مرات."),
        ("en", "The word שלום means peace."),
    ] {
        let speech = spoken(&narrator, language, text);
        assert!(!speech.degraded);
        let words: Vec<&str> = speech.words.iter().map(|word| &text[word.span.clone()]).collect();
        let written: Vec<&str> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        assert_eq!(words, written);
        assert!(
            speech.words.iter().all(|word| word.end_ms > word.start_ms),
            "{language}: {:?}",
            speech.words
        );
    }
}

/// With its vowels a text is about as long as the same text that was pointed by hand; without, it is far shorter.
#[test]
fn vowels_are_heard() {
    let narrator = narrator();
    let seconds = |text: &str| spoken(&narrator, "he", text).samples.len() as f64 / 48_000.0;
    let bare = seconds("בראשית ברא אלהים את השמים ואת הארץ");
    let pointed = seconds("בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ");
    assert!((bare / pointed - 1.0).abs() < 0.1, "{bare} s, {pointed} s");
}

#[test]
fn without_its_model_a_text_is_spoken_as_it_is_and_called_degraded() {
    let bare = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("without-vowels");
    std::fs::create_dir_all(&bare).unwrap();
    let espeak = assets().canonicalize().unwrap().join("espeak-ng");
    let _ = std::os::unix::fs::symlink(espeak, bare.join("espeak-ng"));
    let settings = EmbeddedSettings::new(&bare, env!("CARGO_BIN_EXE_espeak-pipe").as_ref());
    let narrator = EmbeddedNarrator::with(settings).unwrap();
    let speech = spoken(&narrator, "he", "שבת שלום");
    assert_eq!((speech.words.len(), speech.degraded), (2, true));
    assert!(!spoken(&narrator, "he", "שַׁבָּת שָׁלוֹם").degraded);
    let refused = narrator.pointed("שלום", "he");
    assert!(matches!(refused, Err(NarratorError::Unavailable { provider: "vowels", .. })));
}

/// A verse costs little beside its speech, which is 0.6 s for a second.
#[test]
fn a_verse_is_pointed_quickly() {
    let narrator = narrator();
    for (language, verse) in
        [("he", "בראשית ברא אלהים את השמים ואת הארץ"), ("ar", "ذلك الكتاب لا ريب فيه هدى للمتقين")]
    {
        narrator.pointed(verse, language).unwrap();
        let quickest = (0..5)
            .map(|_| {
                let begun = Instant::now();
                narrator.pointed(verse, language).unwrap();
                begun.elapsed().as_millis()
            })
            .min();
        assert!(quickest.unwrap() < 300, "{language}: {quickest:?} ms");
    }
}
