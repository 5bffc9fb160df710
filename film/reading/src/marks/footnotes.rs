//! Callers of footnotes and cross references, and verse numbers that touch their verse: silent.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use unicode_normalization::UnicodeNormalization;

use crate::choices::Treatment;
use crate::draft::merge;
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};
use crate::script::is_word;

/// A caller in brackets that touches what is before it: `Son.[b]`, `world[12]`, `Word(A)`.
static BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?:[^\s\[(])((?:\[(?:[a-z]{1,2}|[ivx]{1,4}|(?:(?i:notes?|fn)\.?\s*)?\d{1,3}|[*†‡§#]+)\]|\([A-Z]{1,2}\))+)",
    )
});

/// A verse number in brackets before its verse: `[3] He restoreth`.
static BRACKETED_VERSE: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?m)(?:^|\s)(\[\d{1,3}\]|\{\d{1,3}\})\s*"));

/// Signs that call a note after a word or its punctuation: `save*`, `Lord.†`.
static SIGNS: LazyLock<Regex> = LazyLock::new(|| compile(r"[\p{L}\p{M}\p{N}.,;:!?”’»)]([*†‡§¶‖※⁎⁑⁂]+)"));

/// A digit or two after a word of three small letters or more, where no reference, name or code can be meant.
static DIGITS_AFTER_WORD: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?:^|[\s(“‘«])(\p{Ll}{3,})([.,;!?”’»]*)(\d{1,2})(?:[\s.,;!?”’»)]|$)"));

/// Digits after punctuation that touches a capitalised word: `Word,1 and`. A full stop could be an abbreviation's.
static DIGITS_AFTER_MARK: LazyLock<Regex> =
    LazyLock::new(|| compile(r"\p{L}{2,}[,;!?”’»]{1,2}(\d{1,3})(?:\s|$)"));

/// A verse number that touches the first word of its verse: `16For God so loved`. A word of one letter (`1I will`)
/// counts only where a line or sentence begins, because `3D`, `4G` and `12B` are names.
static VERSE_AT_WORD: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?:^|[\s“‘«])(\d{1,3})[“‘«]?\p{Lu}\p{Ll}+(?:\.?\s*(\d)?)",
        r"|(?m:^|[.!?;:,”’»]\s)(\d{1,3})[“‘«]?[AEIOYÀÉ]\s+\p{Ll}"
    ))
});

/// A number before the first word of a line: `2 He makes me lie down`.
static NUMBERED_LINE: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?m)^[ \t]*(\d{1,3})[ \t]+[“‘«\x22]?(\p{L}+)"));

/// A chapter and verse before a sentence: `23:1 The LORD`.
static CHAPTER_AND_VERSE: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?m)(?:^|[.!?;,:”’]\s)[ \t]*((\d{1,3}):([1-9]\d{0,2}))[ \t]+[“‘«\x22]?\p{Lu}")
});

/// The beginnings of the names of books that have a number before them.
const NUMBERED_BOOKS: &[&str] = &[
    "Sam",
    "King",
    "Kg",
    "Chr",
    "Cor",
    "Thes",
    "Tess",
    "Tim",
    "Pet",
    "John",
    "Jn",
    "Macc",
    "Esd",
    "Rey",
    "Cró",
    "Cro",
    "Juan",
    "Ped",
    "Rei",
    "Crô",
    "Jo",
    "Roi",
    "Jean",
    "Pie",
    "Re",
    "Giov",
    "Kön",
    "Mos",
    "Ts",
    "Tit",
    "राजा",
    "इति",
    "शम",
    "कुरि",
    "थिस",
    "तीम",
    "पतर",
    "यूह",
    "சாம",
    "இராஜ",
    "நாளா",
    "கொரி",
    "தெச",
    "தீமோ",
    "பேது",
];

/// Words before digits that touch them without being called a note.
const NUMBERED: &[&str] = &[
    "verse",
    "verses",
    "chapter",
    "chapters",
    "psalm",
    "psalms",
    "hymn",
    "page",
    "day",
    "week",
    "part",
    "versículo",
    "versículos",
    "capítulo",
    "salmo",
    "salmos",
    "verset",
    "versets",
    "chapitre",
    "psaume",
    "versetto",
    "versetti",
    "capitolo",
    "sura",
    "surah",
    "ayah",
    "covid",
    "track",
    "lesson",
    "step",
    "room",
    "number",
];

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let silent = |range| Rewrite::silent(range, Kind::FootnoteMark);
    let group = |pattern: &Regex| {
        let found = pattern.captures_iter(text);
        found.filter_map(|found| Some(silent(found.get(1)?.range()))).collect::<Vec<_>>()
    };
    let verse = |number: regex::Match<'_>| verse_number(number.range(), number.as_str(), options);
    let bracketed = BRACKETED_VERSE.captures_iter(text).filter_map(|found| found.get(1)).map(verse);
    let numbered = VERSE_AT_WORD.captures_iter(text).filter(|found| !is_numbered_book(found));
    let numbered = numbered.filter_map(|found| found.get(1).or_else(|| found.get(3))).map(verse);
    let digits = DIGITS_AFTER_WORD.captures_iter(text).filter(calls_note);
    let digits = digits.filter_map(|found| Some(silent(found.get(3)?.range())));
    merge([
        group(&BRACKETS),
        bracketed.collect(),
        group(&SIGNS),
        superscripts(text, options),
        digits.collect(),
        group(&DIGITS_AFTER_MARK),
        numbered.collect(),
        numbered_lines(text, options),
        chapters_and_verses(text, options),
    ])
}

/// Numbers of verses at the starts of lines, where one follows the other.
fn numbered_lines(text: &str, options: &Options) -> Vec<Rewrite> {
    let lines = NUMBERED_LINE.captures_iter(text).filter_map(|found| {
        let (number, word) = (found.get(1)?, found.get(2)?);
        let book = NUMBERED_BOOKS.iter().any(|book| word.as_str().starts_with(book));
        let opens = !word.as_str().starts_with(char::is_lowercase);
        Some((number, number.as_str().parse::<u32>().ok()?, opens)).filter(|_| !book)
    });
    let lines: Vec<_> = lines.collect();
    let follows = |at: usize| at > 0 && lines[at].1 == lines[at - 1].1 + 1;
    let mut opened = false;
    let mut found = Vec::new();
    for (at, (number, _, opens)) in lines.iter().enumerate() {
        if !follows(at) {
            opened = *opens && at + 1 < lines.len() && follows(at + 1);
        }
        if opened {
            found.push(verse_number(number.range(), number.as_str(), options));
        }
    }
    found
}

/// `23:1` before a verse: where the next has the next number, or where it is no time of day.
fn chapters_and_verses(text: &str, options: &Options) -> Vec<Rewrite> {
    let all = CHAPTER_AND_VERSE.captures_iter(text).filter_map(|found| {
        let number = |at| found.get(at)?.as_str().parse::<u32>().ok();
        Some((found.get(1)?, number(2)?, number(3)?, found.get(3)?))
    });
    let all: Vec<_> = all.collect();
    let next = |one: usize, other: usize| all[one].1 == all[other].1 && all[one].2 + 1 == all[other].2;
    let kept = (0..all.len()).filter(|&at| {
        let clock = all[at].3.len() == 2 && all[at].1 < 25 && all[at].2 < 60;
        !clock || at > 0 && next(at - 1, at) || at + 1 < all.len() && next(at, at + 1)
    });
    kept.map(|at| verse_number(all[at].0.range(), all[at].3.as_str(), options)).collect()
}

/// A verse number, spoken as digits or not at all.
fn verse_number(range: std::ops::Range<usize>, written: &str, options: &Options) -> Rewrite {
    match options.choices.verse_numbers {
        Treatment::Show | Treatment::LeaveOut => Rewrite::silent(range, Kind::VerseNumber),
        Treatment::Read => {
            let digits: String = written.chars().filter_map(superscript_digit).collect();
            Rewrite::text(range, format!("{digits}. "), Kind::VerseNumber)
        }
    }
}

/// True for the number of a book: `1John 3` has a chapter behind its name, and no Bible has a book numbered above 4.
fn is_numbered_book(found: &Captures<'_>) -> bool {
    found.get(2).is_some()
        && found.get(1).is_some_and(|number| matches!(number.as_str(), "1" | "2" | "3" | "4"))
}

fn calls_note(found: &Captures<'_>) -> bool {
    let (Some(word), Some(marks)) = (found.get(1), found.get(2)) else { return false };
    let word = word.as_str();
    // After a full stop only behind a longer word, because `vers.3` is an abbreviation.
    let stop = marks.as_str().contains('.');
    !NUMBERED.contains(&word) && (!stop || word.chars().count() >= 5)
}

/// Superscript letters and digits: callers behind a word, numbers of verses before one.
fn superscripts(text: &str, options: &Options) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let mut rest = text.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, c)) = rest.next() {
        if !is_superscript(c) {
            before = Some(c);
            continue;
        }
        let mut end = at + c.len_utf8();
        // Several callers of one place: `¹,²`.
        while let Some((next, c)) = rest.next_if(|(_, c)| is_superscript(*c) || matches!(c, '⁾' | '⁽')) {
            end = next + c.len_utf8();
        }
        let touches =
            before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '“' | '‘' | '«' | '(' | '—' | '–'));
        let is_number = text[at..end].chars().all(|c| superscript_digit(c).is_some());
        let leads =
            text[end..].trim_start().starts_with(|c: char| is_word(c) || matches!(c, '“' | '‘' | '«' | '"'));
        let run = &text[at..end];
        found.push(if !touches && is_number && leads {
            verse_number(at..end, run, options)
        } else if before.is_some_and(char::is_numeric) && run.chars().all(char::is_alphabetic) {
            // The ending of an ordinal: `2ⁿᵈ`.
            Rewrite::text(at..end, run.nfkc().collect::<String>(), Kind::LetterForm)
        } else {
            Rewrite::silent(at..end, Kind::FootnoteMark)
        });
        before = Some(c);
    }
    found
}

/// Letters and digits that Unicode calls superscript, without the ordinal signs ª and º.
fn is_superscript(c: char) -> bool {
    matches!(c, '\u{00B2}' | '\u{00B3}' | '\u{00B9}' | '\u{02B0}'..='\u{02B8}' | '\u{02E0}'..='\u{02E4}'
        | '\u{1D2C}'..='\u{1D61}' | '\u{1D78}' | '\u{1D9B}'..='\u{1DBF}'
        | '\u{2070}'..='\u{207F}' | '\u{A69C}'..='\u{A69D}' | '\u{A7F8}'..='\u{A7F9}' | '\u{10780}'..='\u{107BA}')
}

/// A digit of a verse number, superscript or plain, as a plain one.
fn superscript_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{00B9}' => Some('1'),
        '\u{00B2}' => Some('2'),
        '\u{00B3}' => Some('3'),
        '\u{2070}' | '\u{2074}'..='\u{2079}' => char::from_digit(u32::from(c) - 0x2070, 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::ReadingChoices;
    use crate::draft::Draft;

    fn left(text: &str, options: &Options) -> String {
        Draft::new(text).apply(&rewrites(text, options)).text().to_owned()
    }

    #[test]
    fn callers_are_silent() {
        let options = Options::default();
        for (text, expected) in [
            (
                "world,ᵃ that he gave his only Son.[b] He will save* the world²",
                "world, that he gave his only Son. He will save the world",
            ),
            ("the Word,(A) and the Word¹", "the Word, and the Word"),
            ("the light.† The life.[12][c]", "the light. The life."),
            ("the world2, and mercy.3 Then", "the world, and mercy. Then"),
            ("the Word,1 and", "the Word, and"),
            ("the 2ⁿᵈ day", "the 2nd day"),
        ] {
            assert_eq!(left(text, &options), expected);
        }
    }

    #[test]
    fn what_only_looks_like_a_caller_stays() {
        for text in [
            "God [is] good (A) and",
            "Psalm23 and Ps.23 and v.4",
            "verse4 of chapter3",
            "mp3 H2O 3,000",
            "brother(s)",
            "1Cor 13:4 and 2Kings 4:8",
            "1 Kings",
            "2nd day",
            "a 3D film on 4G in Room 12B, B12",
            "10AM, 7PM, 33AD, a 5K run",
        ] {
            assert_eq!(left(text, &Options::default()), text);
        }
    }

    #[test]
    fn numbers_of_verses_are_silent_or_spoken() {
        let silent = Options::default();
        let spoken = Options::with(
            "en",
            ReadingChoices { verse_numbers: Treatment::Read, ..Default::default() },
            vec![],
        );
        let text = "¹In the beginning. 16For God. [3] He restoreth.";
        assert_eq!(left(text, &silent), "In the beginning. For God.  He restoreth.");
        assert_eq!(left("1 The LORD\n2 He makes\n3 he leads", &silent), " The LORD\n He makes\n he leads");
        assert_eq!(left("23:1 The LORD. 23:2 He", &silent), " The LORD.  He");
        for text in
            ["1 Corinthians 13\n2 Corinthians 4", "10:30 Mass\n11:45 Lunch", "1 Our Father\n10 Hail Marys"]
        {
            assert_eq!(left(text, &silent), text);
        }
        assert_eq!(left("16I am here. 17I will", &silent), "I am here. I will");
        assert_eq!(left(text, &spoken), "1. In the beginning. 16. For God. 3.  He restoreth.");
    }
}
