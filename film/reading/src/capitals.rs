//! Lines in capitals. The English voice reads words in capitals as words (`LORD`, `JESUS`, `AMEN`), except two short
//! ones that are also abbreviations: `IT IS FINISHED` becomes "eye-tee is finished".

use crate::characters::{is_space, word_before, words};
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// Words that the voice spells when they are in capitals. Of the 140 commonest short words of scripture in six
/// languages, heard in phonemes, these are all.
const SPELLED: &[&str] = &["IT", "US"];

/// Such words in small letters, if a word beside them is in capitals too: alone, `US` is a country.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    if options.primary() != "en" {
        return Vec::new();
    }
    let all: Vec<_> = words(text).collect();
    let mut found = Vec::new();
    for (at, word) in all.iter().enumerate() {
        let written = &text[word.clone()];
        if !SPELLED.contains(&written) {
            continue;
        }
        let before = word_before(text, word.start);
        let joined = |next: &std::ops::Range<usize>| text[word.end..next.start].chars().all(is_space);
        let behind = all.get(at + 1).filter(|next| joined(next)).map_or("", |next| &text[next.clone()]);
        if is_capitals(before) || is_capitals(behind) {
            found.push(Rewrite::text(word.clone(), written.to_lowercase(), Kind::LetterForm));
        }
    }
    found
}

/// True for a word in capitals; `I` and `A` are in capitals anyway.
fn is_capitals(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(|c| c.is_uppercase() || c == '\'' || c == '’')
}
