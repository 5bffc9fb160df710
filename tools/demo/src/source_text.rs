//! The text of the film: a file, or one of the texts that come with the demo.

use std::io::ErrorKind;
use std::path::Path;

use crate::error::DemoError;

/// The longest first line that is taken for a heading, characters.
const LONGEST_HEADING: usize = 60;

/// Texts in the public domain: the King James Version (1769), the aarti by Shardha Ram Phillauri
/// (about 1870), the translation by Smith and Van Dyck (1865).
const BUNDLED: [Bundled; 3] = [
    Bundled { language: "en", title: "Psalm 23", text: include_str!("../texts/psalm-23.en.txt") },
    Bundled { language: "hi", title: "Om Jai Jagdish Hare", text: include_str!("../texts/aarti.hi.txt") },
    Bundled { language: "ar", title: "المزمور 23", text: include_str!("../texts/psalm-23.ar.txt") },
];

struct Bundled {
    language: &'static str,
    title: &'static str,
    text: &'static str,
}

/// A text and its title.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SourceText {
    pub(crate) title: String,
    pub(crate) text: String,
}

impl SourceText {
    /// The text in a file; without a file, the one that comes with the demo in this language.
    ///
    /// # Errors
    /// [`DemoError::Unreadable`] when the file cannot be read, [`DemoError::NotText`] when it is not UTF-8,
    /// [`DemoError::NoText`] when no text comes with the demo in the language.
    pub(crate) fn find(file: Option<&Path>, language: &str) -> Result<Self, DemoError> {
        match file {
            Some(file) => Self::read(file),
            None => Self::bundled(language),
        }
    }

    fn read(file: &Path) -> Result<Self, DemoError> {
        let text = std::fs::read_to_string(file).map_err(|source| match source.kind() {
            ErrorKind::InvalidData => DemoError::NotText(file.to_owned()),
            _ => DemoError::Unreadable { file: file.to_owned(), source },
        })?;
        // Editors on Windows write a byte order mark, which is not part of the text.
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned();
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().replace(['-', '_'], " ");
        Ok(Self { title: heading(&text).map_or(stem, str::to_owned), text })
    }

    fn bundled(language: &str) -> Result<Self, DemoError> {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        let found = BUNDLED.iter().find(|text| text.language.eq_ignore_ascii_case(primary));
        let found = found.ok_or_else(|| DemoError::NoText {
            language: language.to_owned(),
            known: BUNDLED.map(|text| text.language).join(", "),
        })?;
        Ok(Self { title: found.title.to_owned(), text: found.text.to_owned() })
    }
}

/// The first line, if it is a heading: short, and followed by an empty line.
fn heading(text: &str) -> Option<&str> {
    let mut lines = text.trim_start().lines().map(str::trim);
    let first = lines.next()?;
    let apart = lines.next().is_none_or(str::is_empty);
    (apart && !first.is_empty() && first.chars().count() <= LONGEST_HEADING).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_short_and_stands_apart() {
        assert_eq!(heading("\nA Morning Prayer\n\nO Lord, …"), Some("A Morning Prayer"));
        assert_eq!(heading("Peace."), Some("Peace."));
        assert_eq!(heading("The LORD is my shepherd;\nI shall not want."), None);
        assert_eq!(heading(&format!("{}\n\nAmen.", "word ".repeat(20))), None);
        assert_eq!(heading(" \n"), None);
    }

    #[test]
    fn every_bundled_text_is_found_by_its_language_and_regions_of_it() {
        for text in BUNDLED {
            assert_eq!(SourceText::find(None, text.language).unwrap().text, text.text);
        }
        assert_eq!(SourceText::find(None, "en-GB").unwrap().title, "Psalm 23");
        let message = SourceText::find(None, "sw").unwrap_err().to_string();
        assert!(message.contains("en, hi, ar") && message.contains("TEXT="), "{message}");
    }

    #[test]
    fn a_file_without_a_heading_is_called_by_its_name() {
        let file = std::env::temp_dir().join(format!("evening-prayer.{}.txt", std::process::id()));
        std::fs::write(&file, "\u{FEFF}Now the day is over,\nnight is drawing nigh.").unwrap();
        let found = SourceText::find(Some(&file), "en").unwrap();
        std::fs::write(&file, [0xff, 0xfe]).unwrap();
        let not_text = SourceText::find(Some(&file), "en");
        std::fs::remove_file(&file).unwrap();
        assert!(found.title.starts_with("evening prayer"), "{}", found.title);
        assert!(found.text.starts_with("Now"));
        assert!(matches!(not_text, Err(DemoError::NotText(_))));
        assert!(matches!(SourceText::find(Some(&file), "en"), Err(DemoError::Unreadable { .. })));
    }
}
