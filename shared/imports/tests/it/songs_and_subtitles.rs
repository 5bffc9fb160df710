//! Songs with chords, lyrics and subtitles with times.

use imports::{Format, Kind, Treatment};

use crate::{found, imported, spans_hold_their_words, with};

#[test]
fn a_hymn_with_chords_is_its_words() {
    let source = "{title: Amazing Grace}\n{key: G}\n\n[Verse 1]\n[G]Amazing [G7]grace, how [C]sweet the \
    [G]sound,\nThat \
                  [G]saved a [Em]wretch like [D]me!\n\n[Chorus] (x2)\nPraise [C/E]God, al[D]leluia.\n";
    let song = imported(source);
    assert_eq!(song.format, Format::ChordPro);
    assert_eq!(song.title.as_deref(), Some("Amazing Grace"));
    let words = "Amazing grace, how sweet the sound,\nThat saved a wretch like me!";
    assert!(song.text.contains(words), "{}", song.text);
    assert!(song.text.contains("Praise God, alleluia."), "{}", song.text);
    assert_eq!(found(&song, Kind::Chord).len(), 9);
    assert_eq!(found(&song, Kind::Label), ["[Verse 1]", "[Chorus]"]);
    assert_eq!(found(&song, Kind::Repeat), ["(x2)"]);
    let bare = [(Kind::Label, Treatment::LeaveOut), (Kind::Repeat, Treatment::LeaveOut)];
    assert!(!with(source, &bare).contains(['[', '(']));
    spans_hold_their_words("[G]Amazing [C]grace [D]now", &imported("[G]Amazing [C]grace [D]now"));
}

#[test]
fn lyrics_with_times_are_their_lines_and_an_odd_line_harms_none() {
    let source = "\u{feff}[ti:Morning Has Broken]\r\n[ar:Anon]\r\n[00:12.10]Morning has \
    broken\r\n[00:15.40]<00:15.40> Like \
                  <00:15.90> the first morning\r\n\
                  odd [line 00:\r\n[00:20.00]\r\n[00:21.00][01:21.00]Blackbird has spoken\r\n";
    let song = imported(source);
    assert_eq!(song.format, Format::Lrc);
    assert_eq!(song.title.as_deref(), Some("Morning Has Broken"));
    assert_eq!(
        song.text,
        "Morning has broken\nLike the first morning\nodd [line 00:\n\nBlackbird has spoken"
    );
    assert_eq!(found(&song, Kind::Timestamp).len(), 7);
}

#[test]
fn subrip_is_its_words() {
    let source = "\u{feff}1\r\n00:00:01,000 --> 00:00:04,000\r\n{\\an8}<i>In the beginning</i>\r\nwas the \
    Word,\r\n\r\n2\r\n\
                  00:00:05,000 --> 00:00:07,500 X1:40\r\nand 3 &amp; 4\r\n\r\n3\r\n0:00:08.000 --> \
                  0:00:09,000\r\n12\r\n";
    let subtitles = imported(source);
    assert_eq!(subtitles.format, Format::Srt);
    assert_eq!(subtitles.text, "In the beginning\nwas the Word,\nand 3 & 4\n12");
}

#[test]
fn webvtt_is_its_words() {
    let source = "WEBVTT - Psalm\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000\n\nNOTE made by hand\nover two \
    lines\n\nSTYLE\n::cue { \
                  color: red }\n\nintro\n00:01.000 --> 00:04.000 align:start position:10%\n<v Ana>The LORD is \
                  <00:02.000>my <b>shepherd</b>\n\n00:05.000 --> 00:07.000\nI shall not want.\n";
    let subtitles = imported(source);
    assert_eq!(subtitles.format, Format::Vtt);
    assert_eq!(subtitles.text, "The LORD is my shepherd\nI shall not want.");
    assert_eq!(found(&subtitles, Kind::Metadata).len(), 6);
}
