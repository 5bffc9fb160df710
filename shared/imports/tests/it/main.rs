//! What people paste, by kind: what it is taken for, the text that comes of it, and what is found.

mod films;
mod properties;
mod scripture_files;
mod scripture_pages;
mod songs_and_subtitles;
mod texts_with_marks;
mod web;

use imports::{Choices, Format, Import, Kind, Options, Treatment, import};

/// Imports a source that can be imported.
fn imported(source: &str) -> Import {
    import(source, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// The text under other choices.
fn with(source: &str, choices: &[(Kind, Treatment)]) -> String {
    let choices = Choices::from_iter(choices.iter().copied());
    import(source, &Options { choices, ..Options::default() }).unwrap_or_else(|error| panic!("{error}")).text
}

/// What was found of a kind.
fn found(import: &Import, kind: Kind) -> Vec<&str> {
    import.found.iter().filter(|one| one.kind == kind).map(|one| one.words.as_str()).collect()
}

/// Each thing's span holds what it says; it may be held for formats that do not write things otherwise.
fn spans_hold_their_words(source: &str, import: &Import) {
    for one in &import.found {
        let own = source.get(one.span.clone()).unwrap_or_default();
        assert!(own.contains(one.words.as_str()), "{one:?} is not in {own:?}");
    }
}

#[test]
fn each_format_can_be_named() {
    for (format, name) in [(Format::Usfm, "\"usfm\""), (Format::ScripturePage, "\"scripture_page\"")] {
        assert_eq!(serde_json::to_string(&format).expect("JSON"), name);
        assert_eq!(serde_json::from_str::<Format>(name).expect("a format"), format);
    }
}
