//! Names of files that every file system takes.

use std::fmt;

use deunicode::deunicode_with_tofu;
use unicode_segmentation::UnicodeSegmentation;

use crate::line;

/// The most bytes of a name without its extension. File systems take 255 bytes, encrypted ones of Linux 143; browsers
/// add ` (1)`, and `.crdownload` while they load.
const LONGEST_STEM: usize = 120;

/// The name of a file whose title has nothing to name it by.
const UNTITLED: &str = "untitled";

/// A name for a file, made from a title, that Windows, macOS and Linux all take.
///
/// It has none of `:"<>|?*/\`, no control character and no change of direction, begins with neither a dot nor a hyphen,
/// ends in its extension alone, is no name that Windows reserves for a device, and has at most 130 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    stem: String,
    extension: &'static str,
}

impl FileName {
    /// A name for the file with this title. The title may be any text.
    #[must_use]
    pub fn new(title: &str, extension: &'static str) -> Self {
        Self { stem: portable(title).unwrap_or_else(|| UNTITLED.to_owned()), extension }
    }

    /// The same name in ASCII, for programs that read no other. Other scripts are transliterated.
    #[must_use]
    pub fn to_ascii(&self) -> Self {
        // A percent sign may be read as the beginning of an escape (RFC 6266, appendix D).
        let ascii = deunicode_with_tofu(&self.stem, "-").replace('%', "-");
        let is_named = |stem: &String| stem.chars().any(|c| c.is_ascii_alphanumeric());
        let stem = portable(&ascii).filter(is_named).unwrap_or_else(|| UNTITLED.to_owned());
        Self { stem, extension: self.extension }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.stem, self.extension)
    }
}

/// The part of a portable name before its extension; `None` when nothing of the title can stand in it.
fn portable(title: &str) -> Option<String> {
    let mut stem = String::new();
    for c in line::sanitized(title)?.chars() {
        match c {
            '-' | ':' | '"' | '<' | '>' | '|' | '?' | '*' | '/' | '\\' if stem.ends_with('-') => {}
            ':' | '"' | '<' | '>' | '|' | '?' | '*' | '/' | '\\' => stem.push('-'),
            c => stem.push(c),
        }
    }
    let has_no_place_at_an_end = |c: char| c.is_whitespace() || matches!(c, '.' | '-');
    let stem = shortened(stem.trim_matches(has_no_place_at_an_end)).trim_end_matches(has_no_place_at_an_end);
    let name = if is_reserved(stem) { format!("_{stem}") } else { stem.to_owned() };
    // What is left may be invisible, as a joiner that stood between two dots.
    line::sanitized(&name)
}

/// As many whole characters, as people see them, as fit.
fn shortened(stem: &str) -> &str {
    let ends = stem.grapheme_indices(true).map(|(at, character)| at + character.len());
    &stem[..ends.take_while(|end| *end <= LONGEST_STEM).last().unwrap_or_default()]
}

/// Whether Windows takes the name for a device, whatever its extension ("Naming Files, Paths, and Namespaces").
fn is_reserved(stem: &str) -> bool {
    let name = stem.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let numbered = ["COM", "LPT"].iter().find_map(|device| name.strip_prefix(device));
    matches!(name.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
        || numbered.is_some_and(|number| matches!(number, "¹" | "²" | "³") || is_digit(number))
}

fn is_digit(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(title: &str) -> (String, String) {
        let name = FileName::new(title, "mp4");
        (name.to_string(), name.to_ascii().to_string())
    }

    #[test]
    fn titles_become_names_that_every_system_takes() {
        for (title, name) in [
            ("Psalm 23", "Psalm 23.mp4"),
            ("want.", "want.mp4"),
            ("Psalm 23:1–6", "Psalm 23-1–6.mp4"),
            ("a:\"<>|?*b", "a-b.mp4"),
            ("a/../b\\c", "a-..-b-c.mp4"),
            ("...hidden. . ", "hidden.mp4"),
            ("-rf", "rf.mp4"),
            ("con", "_con.mp4"),
            ("NUL.", "_NUL.mp4"),
            ("Com1 .x", "_Com1 .x.mp4"),
            ("lpt²", "_lpt².mp4"),
            ("COM10", "COM10.mp4"),
            ("Console", "Console.mp4"),
            ("a\0b\u{202e}c", "a bc.mp4"),
            ("???", "untitled.mp4"),
            ("", "untitled.mp4"),
        ] {
            assert_eq!(names(title).0, name, "{title:?}");
        }
    }

    #[test]
    fn other_scripts_are_transliterated_for_programs_that_read_ascii() {
        for (title, ascii) in [
            ("Psalm 23", "Psalm 23.mp4"),
            ("Bücher", "Bucher.mp4"),
            ("“Quoted” – 50%", "Quoted- - 50.mp4"),
            ("शान्ति", "shaanti.mp4"),
            ("詩篇", "Shi Pian.mp4"),
        ] {
            assert_eq!(names(title), (format!("{}.mp4", portable(title).unwrap()), ascii.to_owned()));
        }
        let (name, ascii) = names("السلام");
        assert!(name == "السلام.mp4" && ascii.is_ascii() && ascii != "untitled.mp4", "{ascii}");
    }

    #[test]
    fn a_long_title_is_cut_between_characters_as_people_see_them() {
        let family = "👨\u{200d}👩\u{200d}👧";
        let (name, _) = names(&family.repeat(20));
        assert_eq!(name, format!("{}.mp4", family.repeat(LONGEST_STEM / family.len())));
    }

    proptest! {
        #[test]
        fn a_name_is_portable_however_odd_the_title(title in prop_oneof![
            any::<String>(),
            "[ .:/\\\\?*\"<>|-]{0,4}(con|NUL|com1|LPT¹|aux|x)?[ .\u{202e}\u{200d}\0-]{0,4}",
            "(\\PC){100,200}",
        ]) {
            let name = FileName::new(&title, "mp4");
            for (name, is_ascii) in [(name.clone(), false), (name.to_ascii(), true)] {
                let FileName { stem, .. } = &name;
                let text = name.to_string();
                prop_assert!(!is_ascii || text.is_ascii(), "{:?}", text);
                prop_assert!(text.len() <= 130 && !stem.is_empty(), "{:?}", text);
                prop_assert!(!text.contains([':', '"', '<', '>', '|', '?', '*', '/', '\\']), "{:?}", text);
                prop_assert!(line::first_refused(&text).is_none(), "{:?}", text);
                prop_assert!(!stem.ends_with(['.', ' ']) && !stem.starts_with(['.', ' ', '-']), "{:?}", text);
                prop_assert!(!is_reserved(stem), "{:?}", text);
            }
        }
    }
}
