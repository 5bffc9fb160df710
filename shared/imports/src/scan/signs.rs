//! What the reading stage of the film finds in a text that is not words. The same rules decide here what may be left
//! out and there what is not spoken, so that the two never disagree.

use film_reading::read;

use crate::document::{Break, Document, Stretch};
use crate::kind::{Format, Kind};

/// The stretches of a document's words that the reading stage names, by piece.
pub(super) fn found(document: &Document, format: Format, language: &str) -> Vec<(usize, Stretch)> {
    let mut words = String::new();
    // Where in `words` each piece begins.
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (at, piece) in document.pieces.iter().enumerate() {
        match piece.before {
            Break::None => {}
            _ if words.is_empty() => {}
            Break::Line => words.push('\n'),
            Break::Paragraph => words.push_str("\n\n"),
        }
        if piece.kind.is_none() {
            places.push((words.len(), at));
            words.push_str(&piece.text);
        }
    }
    let reading = read(&words, &film_reading::Options::new(language));
    let mut found = Vec::new();
    let mut places = places.into_iter().peekable();
    let mut place = (0, 0);
    for rewrite in reading.rewrites {
        let Some(kind) = kind(rewrite.kind, format) else { continue };
        let mut at = rewrite.written.start;
        while at < rewrite.written.end {
            while let Some(next) = places.next_if(|(start, _)| *start <= at) {
                place = next;
            }
            let end = places.peek().map_or(words.len(), |(next, _)| *next).min(rewrite.written.end);
            let text = &document.pieces[place.1].text;
            let (from, to) = (at - place.0, (end - place.0).min(text.len()));
            if from < to && text.is_char_boundary(from) && text.is_char_boundary(to) {
                found.push((place.1, (from..to, kind, String::new())));
            }
            at = end.max(at + 1);
        }
    }
    found
}

/// The kind of what the reading stage named; `None` for what it only says in other words.
fn kind(kind: film_reading::Kind, format: Format) -> Option<Kind> {
    Some(match kind {
        film_reading::Kind::VerseNumber => Kind::VerseNumber,
        film_reading::Kind::FootnoteMark => Kind::NoteCaller,
        film_reading::Kind::Emoji => Kind::Emoji,
        film_reading::Kind::Markup if format != Format::Markdown => Kind::Mark,
        film_reading::Kind::Link => Kind::Link,
        film_reading::Kind::Label => Kind::Label,
        film_reading::Kind::Direction => Kind::Direction,
        film_reading::Kind::Repeat => Kind::Repeat,
        _ => return None,
    })
}
