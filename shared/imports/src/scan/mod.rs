//! What is found within the words of every format: callers of notes, labels, links, marks, letters in another form.

pub(crate) mod letters;
mod lists;
mod signs;

use crate::document::{Document, Piece, Stretch};
use crate::kind::Format;

/// Divides the words of a document at what is not words.
pub(crate) fn scan(document: &mut Document, source: &str, format: Format, language: &str) {
    if !format.is_marked_up() {
        if format != Format::Markdown {
            let lists = lists::found(document);
            divide(document, source, lists);
        }
        let signs = signs::found(document, format, language);
        divide(document, source, signs);
    }
    let has_cjk = document.pieces.iter().any(|piece| piece.text.chars().any(letters::is_cjk));
    let forms = document.pieces.iter().enumerate().filter(|(_, piece)| piece.kind.is_none());
    let forms = forms
        .flat_map(|(at, piece)| letters::forms(&piece.text, has_cjk).into_iter().map(move |form| (at, form)));
    let forms = forms.collect();
    divide(document, source, forms);
}

/// Divides pieces at stretches, which are in order and name the piece that they stand in.
fn divide(document: &mut Document, source: &str, found: Vec<(usize, Stretch)>) {
    if found.is_empty() {
        return;
    }
    let mut found = found.into_iter().peekable();
    let mut pieces: Vec<Piece> = Vec::with_capacity(document.pieces.len());
    for (at, piece) in std::mem::take(&mut document.pieces).into_iter().enumerate() {
        let mut own = Vec::new();
        while let Some((_, stretch)) = found.next_if(|(piece, _)| *piece <= at) {
            own.push(stretch);
        }
        piece.divide(source, &own, &mut pieces);
    }
    document.pieces = pieces;
}
