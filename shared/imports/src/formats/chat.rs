//! A chat as WhatsApp exports it: a time and a sender before each message.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::Document;
use crate::kind::Kind;
use crate::pattern::compile;
use crate::source::lines;

/// `[12/03/2024, 07:45:10] Ana: ` on iOS, `12/03/24, 7:45 am - Ana: ` on Android.
pub(crate) static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?m)^[\u{200E}\u{200F}\u{202A}]*",
        r"((?:\[\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},?[ \u{202F}\u{A0}]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?",
        r"(?:[ \u{202F}\u{A0}]?[AaPp]\.?[ ]?[Mm]\.?)?\]|",
        r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},?[ \u{202F}\u{A0}]\d{1,2}[:.]\d{2}",
        r"(?:[ \u{202F}\u{A0}]?[AaPp]\.?[ ]?[Mm]\.?)?[ ]-)[ \t]*)",
        r"([^:\r\n]{1,60}:[ \t]+)?"
    ))
});

/// What the app says itself, in the languages that it is seen in here.
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?i)^[\u{200E}\u{200F}]*(?:<[^<>]*(?:omitted|omitido|omesso|omis|weggelassen)[^<>]*>",
        r"|(?:image|video|audio|sticker|gif|document) omitted|forwarded(?: many times)?|reenviado(?: muchas veces)?",
        r"|encaminhada|transféré|inoltrato|weitergeleitet|this message was deleted|you deleted this message",
        r"|.*end-to-end encrypted.*|.*cifrados? de extremo a extremo.*|.*criptografia de ponta a ponta.*)\s*$"
    ))
});

pub(super) fn read(source: &str) -> Document {
    let mut document = Document::default();
    for (start, line) in lines(source) {
        let mut at = 0;
        if let Some(stamp) = STAMP.captures(line) {
            document.paragraph();
            if let Some(time) = stamp.get(1) {
                document.part(Kind::Timestamp, time.as_str().trim(), start..start + time.end());
                at = time.end();
            }
            if let Some(sender) = stamp.get(2) {
                let words = format!("{} ", sender.as_str().trim());
                document.part(Kind::Sender, words, start + sender.start()..start + sender.end());
                at = sender.end();
            }
        }
        let words = &line[at..];
        let span = start + at..start + line.len();
        if words.trim().is_empty() {
            document.paragraph();
        } else if NOTICE.is_match(words) {
            document.part(Kind::PageFurniture, words.trim(), span);
        } else {
            document.words(words, span);
        }
        document.line();
    }
    document
}
