//! Words in Hebrew script: accents silent, the name of God by custom, and each letter with its points as espeak-ng
//! knows it.
//!
//! espeak-ng has rules for most pairs of a letter and a point, and spells the whole word out where it lacks one. Which
//! pairs it lacks was tried with its version 1.52; those are written with letters instead: holam and qubuts with a
//! vav, a hataf as its full vowel.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::choices::DivineName;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};
use crate::scripts::hebrew_letters::{is_geresh, is_gershayim, is_letter};
use crate::scripts::hebrew_numbers;

const SHEVA: char = '\u{05B0}';
const HATAF_SEGOL: char = '\u{05B1}';
const HATAF_PATAH: char = '\u{05B2}';
const HATAF_QAMATS: char = '\u{05B3}';
const HIRIQ: char = '\u{05B4}';
const TSERE: char = '\u{05B5}';
const SEGOL: char = '\u{05B6}';
const PATAH: char = '\u{05B7}';
const QAMATS: char = '\u{05B8}';
const HOLAM: char = '\u{05B9}';
const HOLAM_HASER: char = '\u{05BA}';
const QUBUTS: char = '\u{05BB}';
const DAGESH: char = '\u{05BC}';
const MAQAF: char = '\u{05BE}';
const PASEQ: char = '\u{05C0}';
const SHIN_DOT: char = '\u{05C1}';
const SIN_DOT: char = '\u{05C2}';
const SOF_PASUQ: char = '\u{05C3}';
const NUN_HAFUKHA: char = '\u{05C6}';
const QAMATS_QATAN: char = '\u{05C7}';

/// A letter with its points.
#[derive(Clone, Debug)]
struct Letter {
    base: char,
    dagesh: bool,
    /// Shin or sin dot.
    dot: Option<char>,
    vowels: Vec<char>,
}

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let mut found: Vec<Rewrite> = Vec::new();
    if !text.chars().any(is_hebrew) {
        return found;
    }
    let pointed = text.chars().any(is_mark);
    let ketiv = ketiv(text);
    let mut before = String::new();
    let mut end = 0;
    for word in words(text) {
        let skipped = ketiv.get(ketiv.partition_point(|range| range.end <= word.start));
        if let Some(skipped) = skipped.filter(|range| range.contains(&word.start)) {
            if skipped.start >= end {
                found.push(Rewrite::silent(skipped.clone(), Kind::Accents));
                end = skipped.end;
            }
            continue;
        }
        if word.start < end {
            continue;
        }
        let written = &text[word.clone()];
        let consonants: String = written.nfd().filter(|c| is_letter(*c)).collect();
        let spoken = if pointed && stands_for_paragraph(text, &word) {
            None
        } else if let Some(name) = divine_name(written, &consonants, &before, options) {
            Some((name, Kind::DivineName))
        } else if let Some(number) = hebrew_numbers::read(written, &text[..word.start]) {
            Some((number, Kind::Number))
        } else {
            Some((read(written), Kind::Accents))
        };
        match spoken {
            None => found.push(Rewrite::silent(braces(text, &word), Kind::Accents)),
            Some((spoken, kind)) if spoken != written => {
                found.push(Rewrite::text(word.clone(), spoken, kind))
            }
            Some(_) => {}
        }
        before = consonants;
        end = word.end;
    }
    signs(text, found)
}

/// Adds the signs that stand outside of words to what was found, in order.
fn signs(text: &str, found: Vec<Rewrite>) -> Vec<Rewrite> {
    let signs = text.char_indices().filter_map(|(at, c)| {
        let written = at..at + c.len_utf8();
        match c {
            SOF_PASUQ => Some(Rewrite::text(written, ".", Kind::Accents)),
            PASEQ | NUN_HAFUKHA => Some(Rewrite::silent(written, Kind::Accents)),
            _ => None,
        }
    });
    crate::draft::merge([found, signs.collect()])
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}'..='\u{05C2}' | '\u{05C4}'..='\u{05C5}' | QAMATS_QATAN)
}

fn is_hebrew(c: char) -> bool {
    is_letter(c) || is_mark(c) || matches!(c, MAQAF | PASEQ | SOF_PASUQ | NUN_HAFUKHA)
}

/// Bytes of a word, of which a fully pointed letter with an accent has eight. What goes on beyond is divided, because the
/// letters of a word are mended one by one, in time that grows with the square of their number.
const LONGEST_WORD: usize = 400;

/// Byte ranges of words: letters and marks, with a geresh or gershayim between or behind letters. A maqaf ends a word.
pub(crate) fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut rest = text.char_indices().peekable();
    let mut open = false;
    while let Some((at, c)) = rest.next() {
        let next = rest.peek().map(|(_, next)| *next);
        let joins = open && next.is_some_and(is_letter) && (is_geresh(c) || is_gershayim(c));
        // A geresh at the end of a word of one letter or two: a numeral, or the name of God.
        let closes = open
            && is_geresh(c)
            && words
                .last()
                .is_some_and(|word| text[word.start..at].chars().filter(|c| is_letter(*c)).nth(2).is_none());
        if is_letter(c) || is_mark(c) || joins || closes {
            match words.last_mut().filter(|word| open && !(is_letter(c) && at - word.start > LONGEST_WORD)) {
                Some(word) => word.end = at + c.len_utf8(),
                None => words.push(at..at + c.len_utf8()),
            }
            open = !closes || joins;
        } else {
            open = false;
            if c == MAQAF {
                words.push(at..at + c.len_utf8());
            }
        }
    }
    words
}

/// A lone פ or ס marks a paragraph in a pointed text, and any one letter in braces does.
fn stands_for_paragraph(text: &str, word: &Range<usize>) -> bool {
    let (before, after) = (text[..word.start].chars().next_back(), text[word.end..].chars().next());
    let alone = |c: Option<char>| c.is_none_or(char::is_whitespace);
    match &text[word.clone()] {
        "פ" | "ס" => alone(before) && alone(after) || before == Some('{'),
        one => one.chars().count() == 1 && before == Some('{') && after == Some('}'),
    }
}

/// The word with the braces around it.
fn braces(text: &str, word: &Range<usize>) -> Range<usize> {
    match text[..word.start].ends_with('{') && text[word.end..].starts_with('}') {
        true => word.start - 1..word.end + 1,
        false => word.clone(),
    }
}

/// Words that are written and not read (ketiv), each before the pointed word in brackets that is read instead (qere).
fn ketiv(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut earlier = 0;
    for (close, _) in text.match_indices(']') {
        // The bracket that opens last before it, so that nothing is read twice.
        let start = std::mem::replace(&mut earlier, close + 1);
        let Some(open) = text[start..close].rfind('[').map(|at| start + at) else { continue };
        let inside = &text[open + 1..close];
        if !inside.chars().any(|c| matches!(c, SHEVA..=QUBUTS))
            || inside.chars().any(|c| c.is_ascii_alphanumeric())
        {
            continue;
        }
        let before = text[start..open].trim_end();
        let word = match before.strip_suffix(')') {
            Some(within) => within.rfind('('),
            None => Some(
                before
                    .rfind(|c: char| c.is_whitespace() || c == MAQAF)
                    .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8)),
            ),
        };
        let Some(word) = word else { continue };
        let written = &before[word..];
        if written.chars().any(is_letter) && !written.chars().any(|c| matches!(c, SHEVA..=QUBUTS)) {
            found.push(start + word..start + before.len());
        }
    }
    found
}

/// The reading of the four letters, by the choice and by their points; none for another word. Prefixes keep theirs.
fn divine_name(written: &str, consonants: &str, before: &str, options: &Options) -> Option<String> {
    let abbreviated =
        matches!(written, "ה׳" | "ה'" | "ה’" | "ד׳" | "ד'" | "ד’" | "יי" | "ײ") || is_double_yod(written);
    let prefix = match consonants.strip_suffix("יהוה") {
        Some(prefix) if prefix.chars().count() <= 2 && prefix.chars().all(|c| "ובכלמשה".contains(c)) => {
            prefix
        }
        Some(_) => return None,
        None if abbreviated => "",
        None => return None,
    };
    let prefix = prefix.to_owned();
    let name: String = written.nfd().filter(|c| !matches!(c, '\u{0591}'..='\u{05AF}' | '\u{05BD}')).collect();
    let vav = name.rfind('ו').map(|at| &name[at..]);
    let elohim = vav.is_some_and(|vav| vav.chars().skip(1).take_while(|c| is_mark(*c)).any(|c| c == HIRIQ));
    // Written with the points of Elohim, or without points right behind Adonai.
    let elohim = !abbreviated && (elohim || before.ends_with("אדני") && !name.chars().any(is_mark));
    match options.choices.divine_name {
        DivineName::AsWritten if abbreviated && !is_double_yod(written) => Some("השם".to_owned()),
        DivineName::AsWritten => None,
        DivineName::Adonai | DivineName::Hashem if elohim => Some(prefixed(&prefix, "אֱלוֹהִים", "לוֹהִים", true)),
        DivineName::Adonai => Some(prefixed(&prefix, "אֲדוֹנָי", "דוֹנָי", false)),
        DivineName::Hashem => Some(format!("{}הַש\u{05BC}\u{05C1}\u{05B5}ם", pointed_prefix(&prefix, false))),
    }
}

/// יי with its points, as prayer books write the name.
fn is_double_yod(written: &str) -> bool {
    written.chars().filter(|c| is_letter(*c)).eq(['י', 'י']) || written == "ײ"
}

/// A prefix makes the alef of the name silent: *la-donai*, *le-lohim*; only *from* and *who* leave it.
fn prefixed(prefix: &str, name: &str, after_alef: &str, elohim: bool) -> String {
    match prefix.chars().next_back() {
        None => name.to_owned(),
        Some('מ' | 'ש' | 'ה') => format!("{}{name}", pointed_prefix(prefix, elohim)),
        Some(_) => format!("{}א{after_alef}", pointed_prefix(prefix, elohim)),
    }
}

fn pointed_prefix(prefix: &str, elohim: bool) -> String {
    let vowel = if elohim { "\u{05B5}" } else { "\u{05B7}" };
    prefix
        .chars()
        .map(|c| match c {
            'מ' => "מ\u{05B5}".to_owned(),
            'ש' => "ש\u{05C1}\u{05B6}".to_owned(),
            'ב' | 'כ' => format!("{c}{DAGESH}{vowel}"),
            _ => format!("{c}{vowel}"),
        })
        .collect()
}

/// A word as espeak-ng reads it without spelling it out.
pub(crate) fn read(word: &str) -> String {
    if word == "\u{05BE}" {
        return " ".to_owned();
    }
    let mut letters: Vec<Letter> = Vec::new();
    for c in word.nfd() {
        match c {
            DAGESH => letters.last_mut().into_iter().for_each(|letter| letter.dagesh = true),
            SHIN_DOT | SIN_DOT => letters.last_mut().into_iter().for_each(|letter| letter.dot = Some(c)),
            HOLAM_HASER => letters.last_mut().into_iter().for_each(|letter| letter.vowels.push(HOLAM)),
            SHEVA..=QUBUTS | QAMATS_QATAN => {
                letters.last_mut().into_iter().for_each(|letter| letter.vowels.push(c))
            }
            '\u{05EF}' => letters.extend(['י', 'י', 'י'].map(Letter::bare)),
            '\u{05F0}' => letters.extend(['ו', 'ו'].map(Letter::bare)),
            '\u{05F1}' => letters.extend(['ו', 'י'].map(Letter::bare)),
            '\u{05F2}' => letters.extend(['י', 'י'].map(Letter::bare)),
            _ if is_letter(c) => letters.push(Letter::bare(c)),
            // A geresh after these letters makes another sound of them: ג׳ורג׳.
            _ if is_geresh(c)
                && letters.last().is_some_and(|letter| matches!(letter.base, 'ג' | 'ז' | 'צ' | 'ץ')) =>
            {
                letters.push(Letter::bare('׳'));
            }
            _ => {}
        }
    }
    mend(&mut letters);
    let mut spoken = String::with_capacity(word.len());
    for index in 0..letters.len() {
        let before = index.checked_sub(1).map(|before| &letters[before]);
        spell(&letters[index], before, letters.get(index + 1), &mut spoken);
    }
    spoken
}

/// Changes letters and points between which the reader lacks a rule, so that the word sounds the same. Found by letting
/// espeak-ng 1.52 read Genesis, the Psalms and Isaiah.
fn mend(letters: &mut Vec<Letter>) {
    let mut index = 0;
    while index + 1 < letters.len() {
        let next = letters[index + 1].clone();
        let count = letters.len();
        let letter = &mut letters[index];
        let pointed = !next.vowels.is_empty() || next.dagesh;
        let last = index + 2 == count;
        match (letter.base, letter.vowels.as_slice(), next.base) {
            // A hiriq on the yod that writes it: חיִ.
            (_, [], 'י') if last && next.vowels == [HIRIQ] => {
                letter.vowels = vec![HIRIQ];
                letters[index + 1].vowels.clear();
            }
            // וְאֶת
            ('ו', [SHEVA], 'א') if matches!(next.vowels.as_slice(), [SEGOL | HOLAM]) => {
                letter.vowels = vec![TSERE]
            }
            // יְיֵלִיל
            ('י', [SHEVA], 'י') => letter.vowels.clear(),
            // A pointed yod behind a letter without a vowel, as in ניִיָן.
            ('ז', [] | [SHEVA], 'י') if !next.vowels.is_empty() => letter.vowels = vec![HIRIQ],
            (base, [], 'י')
                if !next.vowels.is_empty()
                    && (letter.dagesh || !matches!(base, 'ב' | 'ו' | 'י'))
                    && !letter.is_final() =>
            {
                letter.vowels = vec![SHEVA];
            }
            // מוֹרִיָּה, תַּחְתִּיָּה, רִיַב: two letters for the doubled one.
            ('ר' | 'ת' | 'ש' | 'ע' | 'י', [HIRIQ], 'י') if next.dagesh || !next.vowels.is_empty() => {
                letters[index + 1].dagesh = false;
                letters.insert(index + 1, Letter::bare('י'));
            }
            // צָמְאָה
            ('מ', [SHEVA], 'א') => letter.vowels.clear(),
            // עַיִן, אַיֵּה
            ('א' | 'ע', [PATAH], 'י') if pointed => letter.vowels = vec![QAMATS],
            // אָכָלְתָּ; without a point behind it, the reader knows the word כָּל.
            ('כ', [QAMATS], 'ל') if pointed => letter.vowels = vec![PATAH],
            _ => {}
        }
        let behind = letters.get(index + 2).cloned();
        if let Some(behind) = behind {
            let (front, marked) = (&letters[index], !behind.vowels.is_empty() || behind.dagesh);
            let bare_yod = next.base == 'י' && next.vowels.is_empty() && !next.dagesh;
            // עָשִׂיתָ, בֵּיתְךָ: the yod only lengthens the vowel.
            let lengthens = bare_yod
                && matches!(front.vowels.as_slice(), [HIRIQ | TSERE])
                && behind.base == 'ת'
                && marked;
            // אוֹיֵב
            let holam =
                front.base == 'א' && front.vowels.is_empty() && next.base == 'ו' && next.vowels == [HOLAM];
            let holam = holam && behind.base == 'י' && marked;
            if lengthens || holam {
                letters.remove(index + 1);
            }
            if holam {
                letters[index].vowels = vec![HOLAM];
            }
        }
        index += 1;
    }
}

impl Letter {
    fn bare(base: char) -> Self {
        Self { base, dagesh: false, dot: None, vowels: Vec::new() }
    }

    fn is_guttural(&self) -> bool {
        matches!(self.base, 'א' | 'ה' | 'ח' | 'ע')
    }

    fn is_final(&self) -> bool {
        matches!(self.base, 'ך' | 'ם' | 'ן' | 'ף' | 'ץ')
    }

    /// A vav that is only the sign of a vowel.
    fn is_vowel_sign(&self) -> bool {
        self.base == 'ו' && (self.vowels == [HOLAM] || self.dagesh && self.vowels.is_empty())
    }
}

/// Appends a letter with its points: dagesh, shin or sin dot, vowel.
fn spell(letter: &Letter, before: Option<&Letter>, next: Option<&Letter>, spoken: &mut String) {
    let mut vowel = letter.vowels.iter().copied().find(|vowel| *vowel != SHEVA || letter.vowels.len() == 1);
    // Jerusalem is written with the two vowels of a yod that is left out.
    let left_out_yod = letter.vowels.len() > 1 && letter.vowels.contains(&HIRIQ);
    if left_out_yod {
        vowel = letter.vowels.iter().copied().find(|vowel| *vowel != HIRIQ);
    }
    if !letter.is_guttural() {
        vowel = vowel.map(|vowel| match vowel {
            HATAF_SEGOL => SEGOL,
            HATAF_PATAH => PATAH,
            HATAF_QAMATS => QAMATS_QATAN,
            vowel => vowel,
        });
    }
    let takes_vowel = match letter.base {
        'ך' => matches!(vowel, Some(QAMATS | SHEVA)),
        'ן' => vowel == Some(QAMATS),
        _ => !letter.is_final(),
    };
    vowel = vowel.filter(|_| takes_vowel);
    let is_shin = letter.base == 'ש';
    let dot = match is_shin {
        true => letter.dot.or_else(|| (vowel.is_some() || letter.dagesh).then_some(SHIN_DOT)),
        false => None,
    };
    let (holds_o, holds_u) = (vowel == Some(HOLAM), vowel == Some(QUBUTS));
    let qatan = vowel == Some(QAMATS_QATAN);
    // Vowels that are written with a vav, where no vav is there already. Before a yod with a point the reader knows
    // only the holam itself.
    let own_vav = letter.base == 'ו' && holds_o && !letter.dagesh;
    let before_yod =
        letter.base == 'א' && next.is_some_and(|next| next.base == 'י' && !next.vowels.is_empty());
    let by_vav = if holds_u || qatan || holds_o && !own_vav && !before_yod { vowel.take() } else { None };
    let dagesh = letter.dagesh
        && match letter.base {
            'א' | 'ח' | 'ע' | 'ר' | 'ך' | 'ם' | 'ן' | 'ף' | 'ץ' => false,
            'ה' => vowel.is_none() && by_vav.is_none(),
            'ש' => vowel.is_some() && !(dot == Some(SIN_DOT) && vowel == Some(SEGOL)),
            _ => true,
        };
    // A vav that is a consonant before its o: עָוֹן.
    if own_vav && before.is_some_and(|before| !before.vowels.is_empty() && !before.vowels.contains(&SHEVA)) {
        spoken.push('ו');
    }
    spoken.push(letter.base);
    spoken.extend(dagesh.then_some(DAGESH));
    spoken.extend(dot);
    spoken.extend(vowel);
    if let Some(vowel) = by_vav.filter(|_| !next.is_some_and(Letter::is_vowel_sign)) {
        spoken.push('ו');
        spoken.push(if vowel == QUBUTS { DAGESH } else { HOLAM });
    }
    if left_out_yod {
        spoken.push('י');
        spoken.push(HIRIQ);
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

    fn read_word(word: &str) -> String {
        left(word, &Options::new("he"))
    }

    #[test]
    fn a_row_of_letters_without_a_space_is_divided() {
        let row = "ר\u{5B4}י\u{5B7}".repeat(1_000);
        let words = words(&row);
        assert!(words.iter().all(|word| word.len() <= LONGEST_WORD + 8), "{words:?}");
        assert_eq!(words.iter().map(Range::len).sum::<usize>(), row.len());
        assert_eq!(super::words("בְּרֵאשִׁית").len(), 1);
    }

    #[test]
    fn accents_are_silent_and_points_stand_in_speech_order() {
        assert_eq!(read_word("מִזְמ֥וֹר"), "מִזְמוֹר");
        assert_eq!(read_word("בָּ֣ר"), "ב\u{05BC}\u{05B8}ר");
        assert_eq!(read_word("שִׁ֥יר"), "ש\u{05C1}\u{05B4}יר");
        assert_eq!(read_word("אֶת־הָאָֽרֶץ׃"), "אֶת הָאָרֶץ.");
    }

    #[test]
    fn points_that_the_reader_lacks_are_written_with_letters() {
        assert_eq!(read_word("כֹּל"), "כּוֹל");
        assert_eq!(read_word("שֻׁלְחָן"), "ש\u{05C1}וּלְחָן");
        assert_eq!(read_word("חׇכְמָה"), "חוֹכְמָה");
        assert_eq!(read_word("יְרוּשָׁלִַם"), "יְרוּש\u{05C1}\u{05B8}לַיִם");
        assert_eq!(read_word("אֱלֹהִים"), "אֱלוֹהִים");
        assert_eq!(read_word("עָוֹן"), "עָווֹן");
        assert_eq!(read_word("וְאֶת"), "וֵאֶת");
        assert_eq!(read_word("עָשִׂיתָ"), "עָש\u{05C2}\u{05B4}תָ");
        assert_eq!(read_word("אוֹיֵב"), "אֹיֵב");
        assert_eq!(read_word("טְרִיָּה"), "טְרִייָה");
        assert_eq!(read_word("רִיַב"), "רִייַב");
        assert_eq!(read_word("עיִײַ"), "עְיִייַ");
        assert_eq!(read_word("אָכָלְתָּ"), "אָכַלְת\u{05BC}\u{05B8}");
    }

    #[test]
    fn the_name_is_read_by_custom() {
        let with =
            |divine_name| Options::with("he", ReadingChoices { divine_name, ..Default::default() }, vec![]);
        let adonai = with(DivineName::Adonai);
        assert_eq!(left("יְהוָ֥ה", &adonai), "אֲדוֹנָי");
        assert_eq!(left("יהוה רועי", &adonai), "אֲדוֹנָי רועי");
        assert_eq!(left("לַיהוָה", &adonai), "לַאדוֹנָי");
        assert_eq!(left("אֲדֹנָי יֱהֹוִה", &adonai), "אֲדוֹנָי אֱלוֹהִים");
        assert_eq!(left("יהוה", &with(DivineName::Hashem)), "הַש\u{05BC}\u{05C1}\u{05B5}ם");
        assert_eq!(left("יהוה", &with(DivineName::AsWritten)), "יהוה");
        assert_eq!(left("ברוך ה׳", &adonai), "ברוך אֲדוֹנָי");
    }

    #[test]
    fn what_is_read_stands_for_what_is_written() {
        assert_eq!(left("אֶת (הוצא) [הַיְצֵ֣א] אִתָּ֔ךְ", &Options::new("he")), "אֶת  [הַיְצֵא] אִת\u{05BC}\u{05B8}ךְ");
    }

    #[test]
    fn marks_of_paragraphs_are_silent() {
        assert_eq!(read_word("אֶחְסָר׃ פ"), "אֶחְסָר. ");
        assert_eq!(read_word("טוֹב {ס} אוֹר"), "טוֹב  אוֹר");
    }
}
