//! Signs of Arabic text that are no part of a word: numbers of ayat, ligatures for wishes, ornaments.

use crate::choices::Treatment;
use crate::digits;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// Ligatures and what they stand for, pointed as espeak-ng needs it. The names are those of Unicode 17.
const LIGATURES: &[(char, &str)] = &[
    ('\u{FD40}', "رَحِمَهُ اللّٰهُ"),
    ('\u{FD41}', "رَضِيَ اللّٰهُ عَنْهُ"),
    ('\u{FD42}', "رَضِيَ اللّٰهُ عَنْهَا"),
    ('\u{FD43}', "رَضِيَ اللّٰهُ عَنْهُمْ"),
    ('\u{FD44}', "رَضِيَ اللّٰهُ عَنْهُمَا"),
    ('\u{FD45}', "رَضِيَ اللّٰهُ عَنْهُنَّ"),
    ('\u{FD46}', "صَلَّى اللّٰهُ عَلَيْهِ وَآلِهِ"),
    ('\u{FD47}', "عَلَيْهِ السَّلَامُ"),
    ('\u{FD48}', "عَلَيْهِمُ السَّلَامُ"),
    ('\u{FD49}', "عَلَيْهِمَا السَّلَامُ"),
    ('\u{FD4A}', "عَلَيْهِ الصَّلَاةُ وَالسَّلَامُ"),
    ('\u{FD4B}', "قُدِّسَ سِرُّهُ"),
    ('\u{FD4C}', "صَلَّى اللّٰهُ عَلَيْهِ وَآلِهِ وَسَلَّمَ"),
    ('\u{FD4D}', "عَلَيْهَا السَّلَامُ"),
    ('\u{FD4E}', "تَبَارَكَ وَتَعَالَى"),
    ('\u{FD4F}', "رَحِمَهُمُ اللّٰهُ"),
    ('\u{FDCF}', "سَلَامُهُ عَلَيْنَا"),
    ('\u{FDFA}', "صَلَّى اللّٰهُ عَلَيْهِ وَسَلَّمَ"),
    ('\u{FDFB}', "جَلَّ جَلَالُهُ"),
    ('\u{FDFE}', "سُبْحَانَهُ وَتَعَالَى"),
    ('\u{FDFF}', "عَزَّ وَجَلَّ"),
];

/// Marks above a name that stand for a wish.
pub(crate) const MARKS: &[(char, &str)] = &[
    ('\u{0610}', "صَلَّى اللّٰهُ عَلَيْهِ وَسَلَّمَ"),
    ('\u{0611}', "عَلَيْهِ السَّلَامُ"),
    ('\u{0612}', "رَحْمَةُ اللّٰهِ عَلَيْهِ"),
    ('\u{0613}', "رَضِيَ اللّٰهُ عَنْهُ"),
];

/// The opening words of suras, which are scripture and no wish.
const BASMALA: (char, &str) = ('\u{FDFD}', "بِسْمِ اللّٰهِ الرَّحْمٰنِ الرَّحِيمِ");
const ALLAH: (char, &str) = ('\u{FDF2}', "اللّٰه");

const END_OF_AYAH: char = '\u{06DD}';
/// Brackets that printed editions set around the number of an ayah.
const ORNATE_LEFT: char = '\u{FD3E}';
const ORNATE_RIGHT: char = '\u{FD3F}';
/// Divisions of the Qur'an: quarter of a hizb, place of prostration.
const DIVISIONS: &[char] = &['\u{06DE}', '\u{06E9}'];

/// True for a sign that stands for a wish.
pub(crate) fn is_honorific(c: char) -> bool {
    LIGATURES.iter().chain(MARKS).any(|(sign, _)| *sign == c)
}

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let mut found: Vec<Rewrite> = Vec::new();
    let mut end = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| *c >= '\u{0600}') {
        if at < end {
            continue;
        }
        let after = at + c.len_utf8();
        let rewrite = match c {
            END_OF_AYAH | ORNATE_LEFT | ORNATE_RIGHT => ayah(text, at, options),
            _ if DIVISIONS.contains(&c) => Rewrite::silent(at..after, Kind::Accents),
            _ if c == BASMALA.0 => Rewrite::text(at..after, BASMALA.1, Kind::LetterForm),
            _ if c == ALLAH.0 => Rewrite::text(at..after, ALLAH.1, Kind::LetterForm),
            _ => match LIGATURES.iter().find(|(ligature, _)| *ligature == c) {
                Some((_, words)) => wish(at..after, words, options),
                None => continue,
            },
        };
        end = rewrite.written.end;
        found.push(rewrite);
    }
    found
}

fn wish(written: std::ops::Range<usize>, words: &str, options: &Options) -> Rewrite {
    match options.choices.honorifics {
        Treatment::Read => Rewrite::text(written, format!(" {words} "), Kind::Honorific),
        Treatment::Show | Treatment::LeaveOut => Rewrite::silent(written, Kind::Honorific),
    }
}

/// The end of an ayah with its number, or a number in ornate brackets. The voice ends its sentence there; an ornate
/// bracket around words is silent.
fn ayah(text: &str, at: usize, options: &Options) -> Rewrite {
    let rest = &text[at..];
    let opening = rest.chars().next();
    let body = &rest[opening.map_or(0, char::len_utf8)..];
    let gap = body.len() - body.trim_start_matches([' ', '\u{00A0}']).len();
    let number: String = body[gap..].chars().take_while(|c| digits::value(*c).is_some()).collect();
    let mut end = at + opening.map_or(0, char::len_utf8);
    if number.is_empty() && opening != Some(END_OF_AYAH) {
        return Rewrite::silent(at..end, Kind::Accents);
    }
    if !number.is_empty() {
        end += gap + number.len();
        let tail = text[end..].trim_start_matches(' ');
        if let Some(closing) = tail.chars().next().filter(|c| matches!(*c, ORNATE_LEFT | ORNATE_RIGHT)) {
            end = text.len() - tail.len() + closing.len_utf8();
        }
    }
    let stop = match text[..at].trim_end().ends_with(['.', '!', '?', '؟', '۔', ':']) {
        true => " ",
        false => ". ",
    };
    match options.choices.verse_numbers {
        Treatment::Read if !number.is_empty() => {
            Rewrite::text(at..end, format!("{stop}{}. ", digits::to_ascii(&number)), Kind::VerseNumber)
        }
        _ => Rewrite::text(at..end, stop, Kind::VerseNumber),
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
    fn numbers_of_ayat_end_a_sentence_and_are_silent_or_spoken() {
        let silent = Options::new("ar");
        let spoken = Options::with(
            "ar",
            ReadingChoices { verse_numbers: Treatment::Read, ..Default::default() },
            vec![],
        );
        assert_eq!(left("فِيهِ ۝١ هُدًى", &silent), "فِيهِ .  هُدًى");
        assert_eq!(left("فِيهِ ۝١ هُدًى", &spoken), "فِيهِ . 1.  هُدًى");
        assert_eq!(left("فِيهِ ﴿٢٥٥﴾", &silent), "فِيهِ . ");
        assert_eq!(left("﴿ قُلْ هُوَ ﴾ ۞", &silent), " قُلْ هُوَ  ");
    }

    #[test]
    fn wishes_are_written_out_or_silent() {
        let silent =
            Options::with("ar", ReadingChoices { honorifics: Treatment::Show, ..Default::default() }, vec![]);
        assert_eq!(left("محمد ﷺ قال", &silent), "محمد  قال");
        assert_eq!(left("محمدﷺ", &Options::new("ar")), "محمد صَلَّى اللّٰهُ عَلَيْهِ وَسَلَّمَ ");
        assert_eq!(left("﷽", &silent), "بِسْمِ اللّٰهِ الرَّحْمٰنِ الرَّحِيمِ");
    }
}
