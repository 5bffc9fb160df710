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
use crate::error::ImportError;
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
