//! What the tests of the stage share.

use film_reading::{Options, read};

/// The text as it is spoken. Stretches for another reader stand in angle brackets with their language.
pub(crate) fn spoken(language: &str, text: &str) -> String {
    let reading = read(text, &Options::new(language));
    let said = reading.segments.into_iter().map(|segment| {
        if segment.language == language {
            return segment.spoken;
        }
        format!("<{}: {}>", segment.language, segment.spoken.trim())
    });
    said.collect()
}

/// Holds that each text is spoken as it says.
///
/// # Panics
/// If one is spoken otherwise.
pub(crate) fn assert_spoken(language: &str, cases: &[(&str, &str)]) {
    for (text, said) in cases {
        assert_eq!(spoken(language, text), *said, "{language} {text:?}");
    }
}

/// Holds that nothing in the texts is read otherwise than written.
///
/// # Panics
/// If something is.
pub(crate) fn assert_unchanged(language: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(spoken(language, text), *text, "{language}");
    }
}
