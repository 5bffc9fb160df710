//! One reader a format: from the source to its words and the other things in it.

pub(crate) mod html;

mod chat;
mod chord_pro;
mod lyrics;
mod markdown;
mod osis;
mod page;
mod plain;
mod sections;
mod styles;
mod subtitles;
mod usfm;
mod usx;
mod xml;

pub(crate) use chat::STAMP;
pub(crate) use chord_pro::{CHORD, DIRECTIVE};
pub(crate) use lyrics::TAG;
pub(crate) use page::evidence;

use crate::document::Document;
use crate::import::ImportError;
use crate::kind::Format;

/// Takes a source apart.
pub(crate) fn take_apart(source: &str, format: Format) -> Result<Document, ImportError> {
    Ok(match format {
        Format::Plain | Format::Marked => plain::read(source),
        Format::ScripturePage => page::read(source),
        Format::Chat => chat::read(source),
        Format::ChordPro => chord_pro::read(source),
        Format::Markdown => markdown::read(source),
        Format::Html => html::read(source),
        Format::Usfm => usfm::read(source),
        Format::Usx => usx::read(source)?,
        Format::Osis => osis::read(source)?,
        Format::Lrc => lyrics::read(source),
        Format::Srt | Format::Vtt => subtitles::read(source),
    })
}

/// The lines of a source without their ends, with the byte at which each begins.
pub(crate) fn lines(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = start(source);
    source[at..].split_inclusive('\n').flat_map(move |line| {
        let start = at;
        at += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        // A carriage return alone was a line end once.
        let mut within = start;
        line.split('\r').map(move |part| {
            let start = within;
            within += part.len() + 1;
            (start, part)
        })
    })
}

/// The byte after the mark that some programs write before UTF-8.
pub(crate) fn start(source: &str) -> usize {
    if source.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 }
}
