//! What holds for every source: nothing panics, and no word is lost, changed or moved.

use imports::{Choices, Format, Kind, Options, Treatment, import};
use proptest::prelude::*;

/// Every format, and none.
fn any_format() -> impl Strategy<Value = Option<Format>> {
    let formats = [
        Format::Plain,
        Format::Marked,
        Format::ScripturePage,
        Format::Chat,
        Format::ChordPro,
        Format::Markdown,
        Format::Html,
        Format::Usfm,
        Format::Usx,
        Format::Osis,
        Format::Lrc,
        Format::Srt,
        Format::Vtt,
    ];
    proptest::option::of(proptest::sample::select(formats.to_vec()))
}

/// Pieces of every format, in any order.
fn any_source() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{1,12}",
        "[ \\t\\n\\r\u{85}\u{2028}\u{A0}\u{FEFF}]{1,3}",
        "[a-zA-Z0-9.,;:!?'\"() ]{1,30}",
        "[*_~`#>\\[\\](){}|\\\\/<&;=-]{1,6}",
        "\\\\(v|c|p|q1|f|f\\*|x|w|w\\*|nd|nd\\*|s|id|\\*|zz|fig|qt-s) ?[0-9]{0,2}",
        "</?(p|b|sup|div|verse|para|note|osis|usx|h1|pre|script|title|style|q|br/|img alt=x)( style=\"p\")?>",
        "\\[[0-9]{1,2}:[0-9]{2}\\.[0-9]{2}\\]|[0-9]{2}:[0-9]{2},[0-9]{3} --> 00:01,000\\n",
        "[0-9⁰¹²³]{1,3}[A-Za-z ]{1,5}",
        "[\u{0600}-\u{06FF}﴿﴾۝ﷺﷲﱠﻣ١٢ ]{1,12}",
        "[\u{0900}-\u{097F}॥ ]{1,12}",
        "[\u{F020}-\u{F0FF}𝐀𝐁ﬁⒶ🅰ｱﾊﾞ]{1,6}",
        "[👨‍👩‍👧🙏🏽🕉️✝️☪️]{1,5}",
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A few words, some with accents, an apostrophe or another script.
fn any_words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-z]{3,8}",
        Just("LORD".to_owned()),
        Just("God’s".to_owned()),
        Just("señor".to_owned()),
        Just("प्रभु".to_owned()),
        Just("הָאָרֶץ".to_owned())
    ];
    proptest::collection::vec(word, 3..9).prop_map(|words| words.join(" ") + ".")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_panics_and_every_span_is_in_the_source(source in any_source(), format in any_format()) {
        let options = Options { format, ..Options::default() };
        if let Ok(import) = import(&source, &options) {
            for one in &import.found {
                prop_assert!(source.get(one.span.clone()).is_some(), "{:?}", one);
            }
            prop_assert_eq!(import.parts.iter().map(|part| part.count).sum::<usize>(), import.found.len());
        }
    }

    /// What is called plain text stays as it is, whatever is in it.
    #[test]
    fn plain_text_stays(source in any_source()) {
        let options = Options { format: Some(Format::Plain), ..Options::default() };
        let text = import(&source, &options).expect("plain text").text;
        let expected = source.strip_prefix('\u{FEFF}').unwrap_or(&source).replace("\r\n", "\n").replace('\r', "\n");
        prop_assert_eq!(text, expected);
    }

    /// With everything kept, the words of the text are those of the source.
    #[test]
    fn marks_take_no_word_along(source in any_source()) {
        let kept = [Kind::NoteCaller, Kind::Link, Kind::Label, Kind::Direction, Kind::Repeat, Kind::Mark, Kind::Bullet,
            Kind::ListNumber, Kind::VerseNumber, Kind::Emoji, Kind::LetterForm];
        let choices = Choices::from_iter(kept.map(|kind| (kind, Treatment::Show)));
        let text = import(&source, &Options { format: Some(Format::Marked), choices, ..Options::default() });
        prop_assert_eq!(words(&text.expect("marked text").text), words(&source));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// The verses' words come out of every format that can hold them, in their order and nothing else.
    #[test]
    fn words_of_verses_are_those_of_the_source(
        verses in proptest::collection::vec(any_words(), 2..12),
        note in any_words(),
    ) {
        let expected: Vec<String> = verses.iter().flat_map(|verse| words(verse)).collect();
        let join = |write: &dyn Fn(usize, &str) -> String| -> String {
            verses.iter().enumerate().map(|(i, verse)| write(i + 1, verse)).collect()
        };
        let usfm = join(&|n, verse| format!("\\v {n} {verse}\\f + \\fr 1:{n} \\ft {note}\\f*\n"));
        let usx = join(&|n, verse| format!(
            "<verse number=\"{n}\" style=\"v\" sid=\"JHN 1:{n}\"/>{verse}<note style=\"f\" caller=\"+\">{note}</note>\
             <verse eid=\"JHN 1:{n}\"/>"
        ));
        let osis = join(&|n, verse| format!("<verse osisID=\"John.1.{n}\">{verse}<note>{note}</note></verse>\n"));
        let html = join(&|n, verse| format!("<p><sup class=\"versenum\">{n}</sup>{verse}<sup>[a]</sup></p>"));
        let srt = join(&|n, verse| format!("{n}\r\n00:00:{n:02},000 --> 00:00:{n:02},900\r\n<i>{verse}</i>\r\n\r\n"));
        let lrc = join(&|n, verse| format!("[00:{n:02}.00]{verse}\n"));
        let markdown = join(&|n, verse| format!("{n}. **{verse}**\n"));
        let page = join(&|n, verse| format!("{n} {verse}[a]\n"));
        for (format, source) in [
            (Format::Usfm, format!("\\id JHN {note}\n\\c 1\n\\s {note}\n\\p\n{usfm}")),
            (
                Format::Usx,
                format!("<usx version=\"3.0\"><para style=\"s\">{note}</para><para style=\"p\">{usx}</para></usx>"),
            ),
            (Format::Osis, format!("<osis><osisText><title>{note}</title>{osis}</osisText></osis>")),
            (Format::Html, format!("<html><head><title>{note}</title></head><body>{html}</body></html>")),
            (Format::Srt, srt),
            (Format::Lrc, lrc),
            (Format::Markdown, markdown),
            (Format::ScripturePage, format!("John 1\n\n{page}\nFootnotes\na. {note}")),
        ] {
            let import = import(&source, &Options::default()).expect("a source that can be read");
            prop_assert_eq!(import.format, format);
            prop_assert_eq!(words(&import.text), expected.clone(), "{:?} of {}", format, source);
        }
    }
}
