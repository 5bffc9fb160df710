//! Where a text may be broken, and how well.

use std::ops::Range;
use std::sync::LazyLock;

use film_vocabulary::punctuation::{CLAUSE_MARKS, SENTENCE_MARKS, is_emoji};
use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

/// Unicode line breaking, with the trained models that Thai, Lao, Khmer and Burmese need for want of spaces.
static LINES: LazyLock<LineSegmenterBorrowed<'static>> =
    LazyLock::new(|| LineSegmenter::new_lstm(LineBreakOptions::default()));

/// How good a place for a break is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Quality {
    /// The author broke the line here: a verse of poetry.
    Newline,
    /// After a sentence.
    Sentence,
    /// After a comma, semicolon, colon or dash.
    Clause,
    /// Between two words with a space.
    Space,
    /// Between two words of a script that writes no spaces.
    Unspaced,
    /// Inside a word, at its hyphen, or before what ends a verse: for a line, never for a caption.
    Hyphen,
}

/// A place where the text may be broken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Break {
    /// Byte offset of the first character after the break.
    pub(crate) at: usize,
    pub(crate) quality: Quality,
}

/// All places inside the text where Unicode allows a line to end, none within a grapheme.
pub(crate) fn breaks(text: &str) -> Vec<Break> {
    let graphemes: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    LINES
        .segment_str(text)
        .filter(|at| *at > 0 && *at < text.len() && graphemes.binary_search(at).is_ok())
        .filter(|at| !inside_korean_word(&text[..*at], &text[*at..]))
        .map(|at| Break { at, quality: quality(&text[..at], &text[at..]) })
        .collect()
}

/// The range without the white space at its ends, as long as that takes no grapheme apart.
pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let blank = |grapheme: &&str| grapheme.chars().all(char::is_whitespace);
    let front: usize = part.graphemes(true).take_while(blank).map(str::len).sum();
    if front == part.len() {
        return range.start..range.start;
    }
    let back: usize = part.graphemes(true).rev().take_while(blank).map(str::len).sum();
    range.start + front..range.end - back
}

fn quality(before: &str, after: &str) -> Quality {
    let spaceless = before.trim_end();
    let spaces = &before[spaceless.len()..];
    if spaces.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Quality::Newline;
    }
    if belongs_before(after) {
        return Quality::Hyphen;
    }
    let is_behind_it = |c: char| {
        is_closing(c) || is_emoji(c) || matches!(c, EMOJI_JOINER | EMOJI_SELECTOR) || c.is_whitespace()
    };
    let said = spaceless.trim_end_matches(is_behind_it);
    if said.trim_end_matches(char::is_numeric).ends_with(END_OF_AYAH) {
        return Quality::Sentence;
    }
    match said.chars().next_back() {
        Some('.') if !ends_sentence(said, after) => {}
        Some(c) if is_terminal(c) => return Quality::Sentence,
        Some(c) if is_clause_end(c) => return Quality::Clause,
        _ => {}
    }
    let unspaced = |c: Option<char>| c.is_some_and(|c| writes_no_spaces(c.script()));
    let (before_unspaced, after_unspaced) =
        (unspaced(said.chars().next_back()), unspaced(after.chars().next()));
    if !spaces.is_empty() && before_unspaced && after_unspaced {
        // Thai writes a space where others write a comma.
        return Quality::Clause;
    }
    if !spaces.is_empty() || before.ends_with(['\u{200B}', ETHIOPIC_WORDSPACE]) {
        return Quality::Space;
    }
    if before_unspaced || after_unspaced { Quality::Unspaced } else { Quality::Hyphen }
}

/// The Quran's mark at a verse's end, with the verse's number inside.
const END_OF_AYAH: char = '\u{6DD}';

/// What joins emoji to one, and what asks for the pictorial form of a character.
const EMOJI_JOINER: char = '\u{200D}';
const EMOJI_SELECTOR: char = '\u{FE0F}';

/// The mark between Ethiopic words, where no space is written.
const ETHIOPIC_WORDSPACE: char = '\u{1361}';

/// Unicode allows a break after every syllable of Korean, but readers want words whole (`word-break: keep-all`).
fn inside_korean_word(before: &str, after: &str) -> bool {
    let is_hangul = |c: Option<char>| c.is_some_and(|c| c.script() == Script::Hangul);
    is_hangul(before.chars().next_back()) && is_hangul(after.chars().next())
}

/// Whether a text begins with what belongs to the end of the text before, though a space may stand
/// between: a dash, a danda, the number of the verse in dandas (`॥ १ ॥`), the Quran's end of ayah, an
/// emoji, which people write after the sentence that it is meant for.
fn belongs_before(text: &str) -> bool {
    let number = text.trim_start_matches(|c: char| c.is_numeric() || c == ' ');
    text.starts_with(['—', '–', '…', '।', '។', '៕', '།', '༎', '᱾', '᱿', '꩝', END_OF_AYAH])
        || number.starts_with('॥')
        || text.starts_with(is_emoji)
}

/// Whether a full stop ends a sentence: not after a number (`1. In the beginning`) or a single letter
/// (`J. S. Bach`), and not before a digit or small letter (`Ps. 23`, `etc. and`).
fn ends_sentence(said: &str, after: &str) -> bool {
    let word = said.trim_end_matches('.');
    let last = word.rsplit(char::is_whitespace).next().unwrap_or_default();
    let abbreviation = last.chars().count() < 2 || last.chars().all(char::is_numeric);
    let goes_on =
        after.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| c.is_lowercase() || c.is_numeric());
    !abbreviation && !goes_on
}

fn is_terminal(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '।' | '॥' | '。' | '！' | '？' | '．' | '۔' | '؟' | '\u{5C3}')
        || SENTENCE_MARKS.contains(c)
}

/// Clause punctuation, and the pause marks that the Quran carries above its words.
fn is_clause_end(c: char) -> bool {
    matches!(
        c,
        ',' | ';' | ':' | '—' | '–' | '،' | '؛' | '、' | '，' | '；' | '：' | '·' | '\u{387}' | '\u{6D6}'
            ..='\u{6DC}'
    ) || CLAUSE_MARKS.contains(c)
}

/// Quotation marks and brackets that may follow the punctuation they belong with.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '’' | '”' | '»' | '›' | ')' | ']' | '}' | '」' | '』' | '）' | '》' | '〉' | '】'
    )
}

fn writes_no_spaces(script: Script) -> bool {
    use Script::{Balinese, Bopomofo, Han, Hiragana, Javanese, Katakana, Khmer, Lao, Myanmar, Thai, Tibetan};
    matches!(
        script,
        Han | Hiragana | Katakana | Bopomofo | Thai | Lao | Khmer | Myanmar | Tibetan | Javanese | Balinese
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of a text between breaks of at least a quality.
    fn parts(text: &str, least: Quality) -> Vec<&str> {
        let ends = breaks(text).into_iter().filter(|b| b.quality <= least).map(|b| b.at).chain([text.len()]);
        let mut start = 0;
        let part = |end| {
            let part = &text[start..end];
            start = end;
            part.trim()
        };
        ends.map(part).collect()
    }

    #[test]
    fn sentences_end_at_their_marks_and_not_at_abbreviations() {
        let english = "1. Verily, verily. “See Ps. 23!” J. S. Bach wrote it.";
        assert_eq!(
            parts(english, Quality::Sentence),
            ["1. Verily, verily.", "“See Ps. 23!”", "J. S. Bach wrote it."]
        );
        assert_eq!(parts("यह है। वह है॥ १ ॥ इति", Quality::Sentence), ["यह है।", "वह है॥ १ ॥", "इति"]);
        assert_eq!(parts("ٱلرَّحِيمِ ۝٣ مَـٰلِكِ", Quality::Sentence), ["ٱلرَّحِيمِ ۝٣", "مَـٰلِكِ"]);
        assert_eq!(parts("牧者。青草地", Quality::Sentence), ["牧者。", "青草地"]);
        assert_eq!(parts("وہ ہے۔ کیا؟ ہاں", Quality::Sentence), ["وہ ہے۔", "کیا؟", "ہاں"]);
    }

    #[test]
    fn a_line_does_not_begin_with_the_end_of_a_verse() {
        let texts = ["धर्मस्य ॥ ४२ ॥", "ٱلرَّحِيمِ ۝", "wait — what", "word …"];
        for text in texts {
            assert!(
                !breaks(text).iter().any(|b| b.quality < Quality::Hyphen && belongs_before(&text[b.at..])),
                "{text}"
            );
        }
    }

    #[test]
    fn thai_breaks_between_words_it_writes_without_spaces() {
        assert_eq!(parts("พระเจ้าทรงเป็นผู้เลี้ยงแกะ", Quality::Unspaced).concat(), "พระเจ้าทรงเป็นผู้เลี้ยงแกะ");
        assert!(breaks("พระเจ้าทรงเป็นผู้เลี้ยงแกะ").len() >= 3);
    }

    /// The parts of a text as Unicode's rules and the trained models cut it, in scripts that write no spaces. A word
    /// of two syllables may be cut between them (Lao, Burmese) and a compound may stay whole; a syllable is never cut.
    #[test]
    fn scripts_without_spaces_break_between_words() {
        let cut = ["ຂ້າພະເຈົ້າຈະບໍ່ຂັດສົນ", "ទ្រង់ជាអ្នកគង្វាលខ្ញុំ", "ငါသည်ဆင်းရဲမခံရ", "སངས་རྒྱས་ཆོས་དང་"]
            .map(|text| parts(text, Quality::Unspaced).join("|"));
        assert_eq!(cut, ["ຂ້າພະເຈົ້າ|ຈະ|ບໍ່|ຂັດ|ສົນ", "ទ្រង់|ជា|អ្នកគង្វាល|ខ្ញុំ", "ငါသည်|ဆင်း|ရဲ|မခံ|ရ", "སངས་|རྒྱས་|ཆོས་|དང་",]);
        assert!(parts("ꦥꦔꦺꦫꦤ꧀ꦲꦶꦏꦸꦥꦔꦺꦴꦤ꧀ꦏꦸ", Quality::Unspaced).len() >= 4);
    }

    #[test]
    fn korean_breaks_between_words_only() {
        assert_eq!(parts("여호와는 나의 목자시니", Quality::Hyphen), ["여호와는", "나의", "목자시니"]);
    }

    #[test]
    fn every_script_has_its_own_ends_of_sentences_and_words() {
        let sentences =
            ["ነው። የለም", "քո։ Եկեսցէ", "သည်။ ငါ", "សោះ ។ នមោ", "ܫܡܟ܂ ܬܐܬܐ", "ᠮᠢᠨᠦ᠃ ᠪᠢ", "ᱡᱚᱦᱟᱨ ᱾ ᱥᱟᱱᱟᱢ"];
        for sentence in sentences {
            assert_eq!(parts(sentence, Quality::Sentence).len(), 2, "{sentence}");
        }
        assert_eq!(parts("ውኃ፡ዘንድ፡ይመራኛል", Quality::Space), ["ውኃ፡", "ዘንድ፡", "ይመራኛል"]);
    }

    #[test]
    fn a_space_in_thai_ends_a_clause() {
        assert_eq!(parts("ของข้าพเจ้า ข้าพเจ้าจะไม่", Quality::Clause), ["ของข้าพเจ้า", "ข้าพเจ้าจะไม่"]);
        assert_eq!(parts("my shepherd", Quality::Clause), ["my shepherd"]);
    }

    #[test]
    fn trimming_takes_no_grapheme_apart() {
        let text = " \u{301}a \n";
        assert_eq!(&text[trimmed(text, 0..text.len())], " \u{301}a");
        assert!(trimmed(" \n ", 0..3).is_empty());
    }
}
