//! SubRip and WebVTT, read back.

use film_captions::{Cue, srt, vtt};
use proptest::prelude::*;

fn cue(text: &str, start_ms: u32, end_ms: u32) -> Cue {
    Cue { text: text.to_owned(), span: 0..text.len(), start_ms, end_ms }
}

fn sample() -> Vec<Cue> {
    vec![
        cue("The Lord is my shepherd; I shall not want. He maketh me to lie down", 0, 3_400),
        cue("<i>not a tag</i> {\\an8} a --> b & c < d", 3_400, 5_000),
        cue("خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔", 5_000, 3_661_007),
        cue("Psalm 23: الرب راعيَّ فلا يعوزني شيء", 3_661_007, 3_662_000),
        cue("one line\n\n  another  ", 3_662_000, 3_663_000),
    ]
}

#[test]
fn files_look_as_they_did() {
    insta::assert_snapshot!("srt", srt(&sample()).replace('\r', ""));
    insta::assert_snapshot!("vtt", vtt(&sample(), "ar"));
}

#[test]
fn no_cues_make_valid_files() {
    assert_eq!(srt(&[]), "");
    assert_eq!(vtt(&[], "en"), "WEBVTT\n\n");
}

/// Number, start, end and text of each cue, by the rules of each format.
fn parsed(file: &str, point: char) -> Vec<(String, u32, u32, String)> {
    let mut blocks: Vec<&str> = file.split("\n\n").filter(|block| !block.is_empty()).collect();
    if point == '.' {
        assert_eq!(blocks.remove(0), "WEBVTT");
    }
    let ms = |stamp: &str| {
        let (clock, millis) = stamp.split_once(point).unwrap();
        let parts: Vec<u32> = clock.split(':').map(|part| part.parse().unwrap()).collect();
        ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + millis.parse::<u32>().unwrap()
    };
    let block = |block: &str| {
        let mut lines = block.lines();
        let number = lines.next().unwrap().to_owned();
        let (start, end) = lines.next().unwrap().split_once(" --> ").unwrap();
        let text: Vec<&str> = lines.collect();
        (number, ms(start), ms(end), text.join(" "))
    };
    blocks.into_iter().map(block).collect()
}

/// What is written, without the spaces, for a line may end where there was none.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

fn unmarked(text: &str) -> String {
    text.replace(['\u{2060}', '\u{2066}', '\u{2067}', '\u{2069}'], "")
}

fn unescaped(text: &str) -> String {
    let text = text.strip_prefix("<lang en>").unwrap().strip_suffix("</lang>").unwrap();
    assert!(!text.contains(['<', '>']));
    let named =
        [("&nbsp;", "\u{A0}"), ("&lrm;", "\u{200E}"), ("&rlm;", "\u{200F}"), ("&lt;", "<"), ("&gt;", ">")];
    named.iter().fold(text.to_owned(), |text, (name, c)| text.replace(name, c)).replace("&amp;", "&")
}

fn assert_read_back(cues: &[Cue]) {
    let from_srt = parsed(&srt(cues).replace('\r', ""), ',');
    let from_vtt = parsed(&vtt(cues, "en"), '.');
    assert_eq!((from_srt.len(), from_vtt.len()), (cues.len(), cues.len()));
    for (index, cue) in cues.iter().enumerate() {
        let (number, start, end, text) = &from_srt[index];
        assert_eq!((number, *start, *end), (&(index + 1).to_string(), cue.start_ms, cue.end_ms));
        // Isolates are looked for by their absence from what was written in.
        assert_eq!(letters(&unmarked(text)), letters(&unmarked(&cue.text)));
        assert!(!text.contains("-->") && !text.contains("<i>") && !text.contains("{\\"));
        let (_, start, end, text) = &from_vtt[index];
        assert_eq!((*start, *end), (cue.start_ms, cue.end_ms));
        assert_eq!(letters(&unmarked(&unescaped(text))), letters(&unmarked(&cue.text)));
    }
}

#[test]
fn both_files_read_back() {
    assert_read_back(&sample());
}

#[test]
fn a_long_caption_is_written_on_two_lines_of_like_length() {
    let file = srt(&sample()[..1]);
    let lines: Vec<&str> = file.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    assert_eq!(lines, ["The Lord is my shepherd; I shall", "not want. He maketh me to lie down"]);
}

proptest! {
    #[test]
    fn any_text_reads_back(text in "\\PC*[a-z<>&{}\\\\-]{1,9}[\n\r ]{0,3}\\PC*x", start in any::<u32>(), length in 0..9000_u32) {
        assert_read_back(&[cue(&text, start, start.saturating_add(length))]);
    }
}
