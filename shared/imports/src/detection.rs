//! What a text is, by its content. A format is only named on evidence that ordinary text does not have.

use std::sync::LazyLock;

use regex::Regex;

use crate::formats::{CHORD, DIRECTIVE, STAMP, TAG, evidence};
use crate::kind::Format;
use crate::pattern::compile;

/// A format, and what shows it.
pub(crate) struct Detected {
    pub format: Format,
    pub why: &'static str,
}

static OSIS: LazyLock<Regex> = LazyLock::new(|| compile(r"<osis[\s>]|<osisText[\s>]|\sosisID\s*="));
static USX: LazyLock<Regex> = LazyLock::new(|| {
    compile(r#"<usx[\s>]|<para\s+style=|<(?:chapter|verse)\s[^<>]*\b(?:style="[cv]"|[se]id=)|<char\s+style="#)
});
static USFM: LazyLock<Regex> = LazyLock::new(|| compile(r"\\[vc][ \t]+\d|\\id[ \t]+[A-Z0-9]{3}\b"));
static USFM_MARKER: LazyLock<Regex> =
    LazyLock::new(|| compile(r"\\(?:p|m|q\d?|s\d?|mt\d?|h|d|b|r|toc\d|f|x|w|nd|wj|add|qs|li\d?)(?:\s|\*)"));
static ARROW: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?m)^[ \t]*(?:\d{1,3}:)?\d{1,3}:\d{2}[.,]\d{1,3}[ \t]*-->[ \t]*(?:\d{1,3}:)?\d{1,3}:\d{2}[.,]\d{1,3}",
    )
});
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?i)</?(?:html|head|body|p|br|div|span|h[1-6]|b|i|u|em|strong|sup|sub|small|font|ul|ol|li|table|tr|td|",
        r#"blockquote|a|img|hr|section|article|center|pre)(?:\s+[a-z-]+\s*=\s*["'][^<>]*)?\s*/?>"#
    ))
});
static ENTITY: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"&(?:amp|lt|gt|quot|apos|nbsp|[lr]squo|[lr]dquo|[mn]dash|hellip|[lr]aquo|copy|shy|",
        r"[aeiouAEIOU](?:acute|grave|circ|uml|tilde)|[nN]tilde|[cC]cedil|szlig|#\d{2,6}|#x[0-9a-fA-F]{2,6});"
    ))
});
/// What only Markdown has: a heading, strong emphasis, a link, a fence.
static MARKDOWN: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?m)^ {0,3}#{1,6}[ \t]+[^\s#]|^ {0,3}(?:```|~~~)|^\[\^[\w-]+\]:",
        r"|(?:^|[^\w*])\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*|(?:^|[^\w_])__[^\s_](?:[^_\n]*[^\s_])?__",
        r"|\[[^\[\]\n]+\]\((?:[a-z]+:|www\.|[/#.])[^\s()]*(?:\s[^()\n]*)?\)"
    ))
});

/// What a text is.
pub(crate) fn detect(source: &str) -> Detected {
    let text = source.trim_start_matches('\u{FEFF}').trim_start();
    let of = |format, why| Detected { format, why };
    if text.contains('<') {
        if OSIS.is_match(text) {
            return of(Format::Osis, "It has elements of OSIS.");
        }
        if USX.is_match(text) {
            return of(Format::Usx, "It has elements of USX.");
        }
    }
    if text.starts_with("WEBVTT") {
        return of(Format::Vtt, "It begins as WebVTT does.");
    }
    if text.contains("-->") && ARROW.is_match(text) {
        return of(Format::Srt, "It has the times of subtitles.");
    }
    if is_lrc(text) {
        return of(Format::Lrc, "Its lines begin with times.");
    }
    if USFM.is_match(text) || USFM_MARKER.find_iter(text).nth(1).is_some() {
        return of(Format::Usfm, "It has markers of USFM.");
    }
    if ELEMENT.is_match(text) {
        return of(Format::Html, "It has elements of HTML.");
    }
    if ENTITY.is_match(text) {
        return of(Format::Html, "It has character references of HTML.");
    }
    if STAMP.find_iter(text).nth(1).is_some() {
        return of(Format::Chat, "Its lines begin with a time and a sender.");
    }
    if DIRECTIVE.is_match(text) || is_song(text) {
        return of(Format::ChordPro, "It has chords in brackets.");
    }
    if let Some(why) = evidence(source) {
        return of(Format::ScripturePage, why);
    }
    if MARKDOWN.is_match(text) {
        return of(Format::Markdown, "It has headings, emphasis or links of Markdown.");
    }
    of(Format::Plain, "It has nothing beside its words that would be left out.")
}

/// True if a third of the lines, and at least two, begin with a time.
fn is_lrc(text: &str) -> bool {
    let (mut timed, mut lines) = (0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        lines += 1;
        timed += usize::from(TAG.is_match(line));
    }
    timed >= 2 && timed * 3 >= lines
}

/// True if three chords, at least two of them different, stand before words.
fn is_song(text: &str) -> bool {
    let mut chords = CHORD.captures_iter(text).filter_map(|chord| Some(chord.get(1)?.as_str()));
    let Some(first) = chords.next() else { return false };
    let (mut count, mut differs) = (1, false);
    for chord in chords {
        count += 1;
        differs |= chord != first;
    }
    count >= 3 && differs
}
