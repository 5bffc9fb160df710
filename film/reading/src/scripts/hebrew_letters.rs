//! Letters of Hebrew, and the signs of its numerals and abbreviations.

/// True for the script's letters, the digraphs of Yiddish included.
pub(crate) fn is_letter(c: char) -> bool {
    matches!(c, '\u{05D0}'..='\u{05EA}' | '\u{05EF}'..='\u{05F2}')
}

/// Geresh and gershayim, as themselves or as the quotes that people type.
pub(crate) fn is_geresh(c: char) -> bool {
    matches!(c, '\u{05F3}' | '\'' | '’')
}

pub(crate) fn is_gershayim(c: char) -> bool {
    matches!(c, '\u{05F4}' | '"' | '”')
}
