//! References in the words of a reader. Numbers stay digits, which every voice of these languages reads rightly.

use crate::references::custom::Custom;
use crate::references::passages::{End, Passage, Verses, Work};

/// A name before a pause. In Arabic a final ة is then said as h, for which the voice needs the letter.
pub(crate) fn before_pause(custom: &Custom, name: &str) -> String {
    match name.strip_suffix('ة').filter(|_| custom.language == "ar") {
        Some(stem) => format!("{stem}ه"),
        None => name.to_owned(),
    }
}

/// A reference as it is said: `Psalm 23, verses 1 to 3`.
pub(crate) fn reference(custom: &Custom, work: Work, book: &str, passages: &[Passage]) -> String {
    let book = before_pause(custom, book);
    let book = book.as_str();
    let mut out = String::new();
    for (at, passage) in passages.iter().enumerate() {
        let first = at == 0;
        if !first {
            out.push_str(custom.comma);
        }
        match (passage.chapter, passage.last_chapter) {
            (Some(chapter), Some(last)) => {
                let psalms = work == Work::Book("PSA");
                if psalms {
                    out.push_str(custom.psalms);
                } else {
                    if first {
                        out.push_str(book);
                        out.push_str(custom.comma);
                    }
                    out.push_str(custom.chapter[1]);
                }
                out.push(' ');
                out.push_str(&range(custom.range, chapter, last));
            }
            (Some(chapter), None) => {
                let word = match (first, work) {
                    (false, Work::Quran) | (true, Work::Quran) => Some(custom.sura),
                    (_, Work::Gita) => Some(custom.chapter[0]),
                    (true, Work::Book("PSA")) => None,
                    (true, _) => custom.chapter_of_book,
                    (false, _) => Some(custom.chapter[0]),
                };
                if first {
                    out.push_str(book);
                }
                if let Some(word) = word {
                    if first && !book.is_empty() {
                        out.push_str(custom.comma);
                    }
                    out.push_str(word);
                }
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(&chapter.to_string());
            }
            (None, _) => out.push_str(book),
        }
        if !passage.verses.is_empty() {
            out.push_str(custom.comma);
            out.push_str(&verses(custom, words(custom, work), &passage.verses));
        }
    }
    out
}

/// The words for one verse and several of a work.
pub(crate) fn words(custom: &Custom, work: Work) -> [&'static str; 2] {
    match work {
        Work::Book(_) | Work::Unnamed => custom.verse,
        Work::Quran => custom.ayah,
        Work::Gita => custom.shloka,
    }
}

/// Verses with the word before them: `verse 4`, `verses 3 to 5 and 7`.
pub(crate) fn verses(custom: &Custom, words: [&str; 2], list: &[Verses]) -> String {
    let one = matches!(list, [Verses { end: End::Same | End::Next | End::Across(..), .. }]);
    let word = words[usize::from(!one)];
    format!("{word} {}", numbers(custom, list))
}

/// The numbers of verses, without the word.
pub(crate) fn numbers(custom: &Custom, list: &[Verses]) -> String {
    let template = if list.len() == 1 { custom.range } else { custom.listed_range };
    let mut out = String::new();
    for (at, verses) in list.iter().enumerate() {
        if at > 0 {
            out.push_str(if at + 1 == list.len() { custom.and } else { custom.comma });
        }
        match verses.end {
            End::Same => out.push_str(&verses.first.to_string()),
            End::Verse(last) => out.push_str(&range(template, verses.first, last)),
            End::Next => out.push_str(&format!("{}{}", verses.first, custom.next)),
            End::Following => out.push_str(&format!("{}{}", verses.first, custom.following)),
            End::Across(chapter, verse) => {
                let ([to, behind], [chapter_word, _]) = (custom.across, custom.chapter);
                let verse_word = custom.verse[0];
                out.push_str(&format!(
                    "{} {to} {chapter_word} {chapter}{}{verse_word} {verse}{behind}",
                    verses.first, custom.comma
                ));
            }
        }
    }
    out
}

/// A range by a template with `{a}` and `{b}`.
pub(crate) fn range(template: &str, first: impl ToString, last: impl ToString) -> String {
    template.replace("{a}", &first.to_string()).replace("{b}", &last.to_string())
}
