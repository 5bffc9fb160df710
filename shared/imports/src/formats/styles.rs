//! The styles of USFM and USX, which are the same: what the text of each is.
//!
//! Source: USFM 3.1, docs.usfm.bible, "Markers" and "Paragraphs".

use crate::kind::Kind;

/// What a paragraph, character or note style means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A paragraph of the text.
    Paragraph,
    /// A line of the text: poetry, lists, rows.
    Line,
    /// Words within a line.
    Words,
    /// The name of the book, for the title.
    BookName,
    /// Text of another kind on a line of its own.
    Block(Kind),
    /// Text of another kind within a line.
    Inline(Kind),
    /// A part of a note that says where the note belongs, which its place says already.
    NoteOrigin,
}

pub(super) fn style(name: &str) -> Style {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    match base {
        "h" => Style::BookName,
        "id" | "ide" | "usfm" | "sts" | "toc" | "toca" | "rem" | "cat" | "lit" => {
            Style::Block(Kind::Metadata)
        }
        "mt" | "mte" | "ms" | "s" | "qa" | "cl" | "sd" | "is" | "imt" | "imte" | "iot" => {
            Style::Block(Kind::Heading)
        }
        "r" | "mr" | "sr" => Style::Block(Kind::CrossReference),
        "sp" => Style::Block(Kind::Direction),
        "cd" | "ip" | "ipi" | "im" | "imi" | "ipq" | "imq" | "ipr" | "iq" | "ib" | "ili" | "io" | "iex"
        | "ie" => Style::Block(Kind::Note),
        "p" | "m" | "po" | "pr" | "cls" | "pmo" | "pm" | "pmc" | "pmr" | "pi" | "mi" | "pc" | "ph" | "b"
        | "pb" | "d" | "lh" | "qd" | "qr" => Style::Paragraph,
        "q" | "qm" | "qc" | "li" | "lim" | "lf" | "tr" => Style::Line,
        "x" | "ex" | "rq" => Style::Inline(Kind::CrossReference),
        "f" | "fe" | "ef" => Style::Inline(Kind::Note),
        "fig" => Style::Inline(Kind::Picture),
        "ca" | "va" | "vp" | "cp" | "ior" => Style::Inline(Kind::Metadata),
        "fr" | "xo" => Style::NoteOrigin,
        _ => Style::Words,
    }
}
