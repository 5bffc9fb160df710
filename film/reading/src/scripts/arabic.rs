//! Words in Arabic script: recitation marks silent or sounded, each letter's own mark before its vowel.
//!
//! The rules are those of the Madina edition of the Qur'an, of Tanzil's text, and of ordinary pointed Arabic; which
//! of them a text follows is told by its marks. espeak-ng wants a shadda before the vowel, where Unicode's canonical
//! order puts it behind.

use crate::choices::Treatment;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};
use crate::scripts::arabic_signs;

const FATHATAN: char = '\u{064B}';
const DAMMATAN: char = '\u{064C}';
const KASRATAN: char = '\u{064D}';
const FATHA: char = '\u{064E}';
const DAMMA: char = '\u{064F}';
const KASRA: char = '\u{0650}';
const SHADDA: char = '\u{0651}';
const SUKUN: char = '\u{0652}';
const MADDA: char = '\u{0653}';
const HAMZA_ABOVE: char = '\u{0654}';
const HAMZA_BELOW: char = '\u{0655}';
const DAGGER_ALIF: char = '\u{0670}';
const TATWEEL: char = '\u{0640}';
const ALIF: char = 'ا';
const ALIF_WASLA: char = '\u{0671}';
/// Sukun of the Madina edition, the dotless head of khah.
const SUKUN_KHAH: char = '\u{06E1}';
/// A letter that is never sounded, in Tanzil's text.
const SILENT_LETTER: char = '\u{06DF}';
/// An alif that is sounded only before a pause.
const SILENT_IN_PASSING: char = '\u{06E0}';
const SMALL_SEEN_ABOVE: char = '\u{06DC}';
const SMALL_MEEM_ABOVE: char = '\u{06E2}';
const SMALL_MEEM_BELOW: char = '\u{06ED}';

/// Whose marks a text uses.
struct Edition {
    /// It writes sukun as U+06E1, so that its U+0652 marks a silent letter.
    madina: bool,
    /// It is a text of the Qur'an: it has marks that no other text has.
    quran: bool,
    /// It writes the joining alif as U+0671.
    wasla: bool,
    /// Its language is Arabic, or it is Arabic within another script's text. Persian and Urdu read their own marks.
    arabic: bool,
}

/// A letter with the marks on it.
struct Letter {
    base: char,
    marks: Vec<char>,
}

impl Letter {
    fn has(&self, mark: char) -> bool {
        self.marks.contains(&mark)
    }

    fn vowel(&self) -> Option<char> {
        self.marks.iter().copied().find(|mark| matches!(*mark, FATHA | DAMMA | KASRA))
    }
}

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    if !text.chars().any(is_arabic) {
        return Vec::new();
    }
    let has = |marks: &dyn Fn(char) -> bool| text.chars().any(marks);
    let edition = Edition {
        madina: has(&|c| c == SUKUN_KHAH) || sukun_on_alif(text),
        quran: has(
            &|c| matches!(c, '\u{06D6}'..='\u{06DC}' | '\u{06DF}'..='\u{06E8}' | '\u{06EA}'..='\u{06ED}' | ALIF_WASLA),
        ),
        wasla: has(&|c| c == ALIF_WASLA),
        arabic: !matches!(options.primary().as_str(), "fa" | "ur" | "prs" | "sd" | "ug" | "ps" | "ckb"),
    };
    let mut found = Vec::new();
    let mut starts_phrase = true;
    let mut words = words(text).into_iter().peekable();
    let mut end = 0;
    while let Some(word) = words.next() {
        let between = &text[end..word.start];
        if between.contains(|c: char| !c.is_whitespace()) || between.contains('\n') {
            starts_phrase = true;
        }
        let next = words.peek().map_or(text.len(), |next| next.start);
        let after = &text[word.end..next];
        let pauses =
            words.peek().is_none() || after.contains(['.', '،', '؛', '؟', '!', ':', '\n', '\u{06DD}']);
        let written = &text[word.clone()];
        let spoken = edition.read(written, starts_phrase, pauses, options);
        if spoken != written {
            let kind = if spoken.is_empty() { Kind::Accents } else { kind_of(written) };
            found.push(match spoken.is_empty() {
                true => Rewrite::silent(word.clone(), kind),
                false => Rewrite::text(word.clone(), spoken, kind),
            });
        }
        starts_phrase = false;
        end = word.end;
    }
    found
}

/// A word with the points of ordinary Arabic, as espeak-ng reads it.
pub(crate) fn spell_word(word: &str) -> String {
    let ordinary = Edition { madina: false, quran: false, wasla: false, arabic: true };
    ordinary.read(word, false, false, &Options::new("ar"))
}

/// True if the only sukuns of a text stand on alifs, where no other edition writes one: a short text may lack the other
/// marks of its edition.
fn sukun_on_alif(text: &str) -> bool {
    let mut letter = ' ';
    let mut found = false;
    for c in text.chars() {
        if c == SUKUN {
            found = true;
            if letter != ALIF {
                return false;
            }
        } else if !is_arabic_mark(c) {
            letter = c;
        }
    }
    found
}

fn kind_of(written: &str) -> Kind {
    match written.chars().any(|c| arabic_signs::MARKS.iter().any(|(mark, _)| *mark == c)) {
        true => Kind::Honorific,
        false => Kind::Accents,
    }
}

/// Byte ranges of what is written in Arabic letters and marks without a space.
pub(crate) fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut words: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_arabic(*c)) {
        match words.last_mut().filter(|word| word.end == at) {
            Some(word) => word.end += c.len_utf8(),
            None => words.push(at..at + c.len_utf8()),
        }
    }
    words
}

/// Letters and marks of the script; not its digits and punctuation.
fn is_arabic(c: char) -> bool {
    matches!(c, '\u{0610}'..='\u{061A}' | '\u{0620}'..='\u{065F}' | '\u{066E}'..='\u{06D3}' | '\u{06D5}'..='\u{06DC}'
        | '\u{06DF}'..='\u{06E8}' | '\u{06EA}'..='\u{06EF}' | '\u{06FA}'..='\u{06FC}' | '\u{06FF}'
        | '\u{0750}'..='\u{077F}' | '\u{0870}'..='\u{08FF}')
}

fn is_arabic_mark(c: char) -> bool {
    matches!(c, '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | DAGGER_ALIF | '\u{06D6}'..='\u{06DC}'
        | '\u{06DF}'..='\u{06E8}' | '\u{06EA}'..='\u{06ED}' | '\u{0897}'..='\u{089F}' | '\u{08CA}'..='\u{08FF}')
}

/// Pause marks, ornaments and signs of recitation that have no sound.
fn is_silent(c: char) -> bool {
    matches!(c, '\u{0614}'..='\u{061A}' | '\u{06D6}'..='\u{06DB}' | '\u{06E4}' | '\u{06EA}'..='\u{06EC}'
        | '\u{0659}'..='\u{065D}' | '\u{0897}'..='\u{089F}' | '\u{08CA}'..='\u{08EF}' | '\u{08F4}'..='\u{08FF}')
}

impl Edition {
    /// How a word is written for the voice. `starts_phrase` is true after a pause, `pauses` before one.
    fn read(&self, word: &str, starts_phrase: bool, pauses: bool, options: &Options) -> String {
        let mut wishes = String::new();
        let mut letters: Vec<Letter> = Vec::new();
        for c in word.chars() {
            if let Some((_, words)) = arabic_signs::MARKS.iter().find(|(mark, _)| *mark == c) {
                if options.choices.honorifics == Treatment::Read {
                    wishes = format!(" {words} ");
                }
            } else if is_silent(c) {
            } else if !is_arabic_mark(c) {
                letters.push(Letter { base: c, marks: Vec::new() });
            } else if let Some(letter) = letters.last_mut() {
                letter.marks.push(c);
            }
        }
        if self.arabic {
            self.sound(&mut letters, starts_phrase, pauses);
            name_of_god(&mut letters);
        } else {
            letters.retain(|letter| letter.base != TATWEEL);
        }
        let mut spoken: String = letters.iter().flat_map(spell).collect();
        spoken.push_str(&wishes);
        spoken
    }

    /// Applies the rules to the letters of a word.
    fn sound(&self, letters: &mut Vec<Letter>, starts_phrase: bool, pauses: bool) {
        let count = letters.len();
        let mut sounded: Vec<Letter> = Vec::with_capacity(count);
        for (index, mut letter) in std::mem::take(letters).into_iter().enumerate() {
            let weak = matches!(letter.base, ALIF | ALIF_WASLA | 'و' | 'ي' | 'ى');
            let unsounded = letter.has(SILENT_LETTER) || self.madina && letter.has(SUKUN);
            if weak && unsounded {
                continue;
            }
            if letter.has(SILENT_IN_PASSING) && !(pauses && index + 1 == count) {
                continue;
            }
            // Lengthening in the Qur'an; elsewhere a part of آ, which canonical composition writes.
            if self.quran {
                letter.marks.retain(|mark| *mark != MADDA);
            }
            // Composed with its alif, it is the same; these editions write a hamza before an alif as ءَا.
            if letter.base == 'آ' && (self.wasla || self.madina) {
                letter.base = ALIF;
            }
            if letter.base == ALIF_WASLA && index == 0 && (starts_phrase || count == 1) {
                letter.base = ALIF;
            }
            // Small seen above sad is read instead of it; below, and above other letters, it is not.
            if letter.base == 'ص' && letter.has(SMALL_SEEN_ABOVE) {
                letter.base = 'س';
            }
            self.sound_marks(&mut letter);
            let mut behind = Vec::new();
            letter.marks.retain(|mark| match long_vowel(*mark) {
                Some(vowel) => {
                    behind.push(Letter { base: vowel, marks: Vec::new() });
                    false
                }
                None => true,
            });
            long_alif(&mut letter, &mut sounded);
            // A tatweel only carries a hamza or a long vowel.
            if letter.base == TATWEEL {
                if letter.has(HAMZA_ABOVE) || letter.has(HAMZA_BELOW) {
                    letter.base = 'ئ';
                    letter.marks.retain(|mark| !matches!(*mark, HAMZA_ABOVE | HAMZA_BELOW));
                    sounded.push(letter);
                } else if let Some(last) = sounded.last_mut() {
                    last.marks.append(&mut letter.marks);
                }
            } else {
                sounded.push(letter);
            }
            sounded.append(&mut behind);
        }
        tanwin_on_maqsura(&mut sounded);
        plural_alif(&mut sounded);
        *letters = sounded;
    }

    /// Rewrites the marks of one letter as ordinary pointing.
    fn sound_marks(&self, letter: &mut Letter) {
        let small_meem = letter.has(SMALL_MEEM_ABOVE) || letter.has(SMALL_MEEM_BELOW);
        let marks = std::mem::take(&mut letter.marks);
        letter.marks = marks
            .into_iter()
            .filter_map(|mark| match mark {
                SUKUN_KHAH => Some(SUKUN),
                SUKUN if self.madina => None,
                '\u{08F0}' => Some(FATHATAN),
                '\u{08F1}' => Some(DAMMATAN),
                '\u{08F2}' => Some(KASRATAN),
                // Open tanwin in older encodings of the Madina edition, long vowels elsewhere.
                '\u{0657}' if self.wasla => Some(FATHATAN),
                '\u{065E}' if self.wasla => Some(DAMMATAN),
                '\u{0656}' if self.wasla => Some(KASRATAN),
                // A vowel with a small meem is tanwin before b.
                FATHA if small_meem && letter.base != 'ن' => Some(FATHATAN),
                DAMMA if small_meem && letter.base != 'ن' => Some(DAMMATAN),
                KASRA if small_meem && letter.base != 'ن' => Some(KASRATAN),
                SMALL_MEEM_ABOVE | SMALL_MEEM_BELOW | SMALL_SEEN_ABOVE | SILENT_LETTER
                | SILENT_IN_PASSING | '\u{06E3}' | '\u{065E}' => None,
                _ => Some(mark),
            })
            .collect();
    }
}

/// The letter of a small letter that stands for a long vowel or a left-out nun.
fn long_vowel(mark: char) -> Option<char> {
    match mark {
        '\u{06E5}' | '\u{08F3}' | '\u{0657}' => Some('و'),
        '\u{06E6}' | '\u{06E7}' | '\u{0656}' => Some('ي'),
        '\u{06E8}' => Some('ن'),
        _ => None,
    }
}

/// The dagger alif: one alif for it and a fatha; on waw and ya it stands in place of them. Together with a fatha
/// espeak-ng would read it twice.
fn long_alif(letter: &mut Letter, before: &mut [Letter]) {
    if !letter.has(DAGGER_ALIF) {
        return;
    }
    match letter.base {
        'و' | 'ى' | 'ي' if letter.marks.iter().all(|mark| matches!(*mark, DAGGER_ALIF)) => {
            letter.base = ALIF;
            letter.marks.clear();
        }
        TATWEEL => {
            letter.marks.retain(|mark| *mark != DAGGER_ALIF);
            if !letter.marks.is_empty() {
                // The tatweel carries a hamza too, which keeps its own sound.
                letter.marks.push(DAGGER_ALIF);
            } else if let Some(last) = before.last_mut() {
                last.marks.retain(|mark| *mark != FATHA);
                last.marks.push(DAGGER_ALIF);
            }
        }
        _ => letter.marks.retain(|mark| *mark != FATHA),
    }
}

/// espeak-ng leaves the n of tanwin out before ى, and reads it before ا.
fn tanwin_on_maqsura(letters: &mut [Letter]) {
    if let [.., before, last] = letters
        && last.base == 'ى'
        && (before.has(FATHATAN) || last.has(FATHATAN))
    {
        last.base = ALIF;
    }
}

/// The alif behind the waw of a plural is not sounded: قَالُوا.
fn plural_alif(letters: &mut Vec<Letter>) {
    if let [.., before, waw, last] = letters.as_slice()
        && last.base == ALIF
        && last.marks.is_empty()
        && waw.base == 'و'
        && waw.marks.iter().all(|mark| *mark == SUKUN)
        && before.vowel() == Some(DAMMA)
    {
        letters.pop();
    }
}

/// The name of God has a long vowel that most texts do not write. espeak-ng reads it where the second lam has a shadda
/// and a dagger alif, and no fatha.
fn name_of_god(letters: &mut [Letter]) {
    let bases: Vec<char> = letters.iter().map(|letter| letter.base).collect();
    let Some(lam) = bases.windows(3).position(|three| three == ['ل', 'ل', 'ه']) else { return };
    let before = &bases[..lam];
    let alif = before.last().is_some_and(|c| matches!(*c, ALIF | ALIF_WASLA));
    let particles =
        |rest: &[char]| rest.iter().all(|c| matches!(*c, 'و' | 'ف' | 'ب' | 'ت' | 'ك' | 'أ' | 'آ'));
    // With `for`, the alif of the article is not written: لله.
    let named = if alif { particles(&before[..before.len() - 1]) } else { particles(before) };
    let ends = matches!(&bases[lam + 3..], [] | ['م'] | ['م', 'ا'] | [ALIF] | ['ي']);
    let pointed = letters[lam + 1].has(SHADDA);
    let bare = letters[lam + 1].marks.is_empty();
    if named && ends && (pointed || bare) {
        if !alif && letters[lam].vowel().is_none() {
            letters[lam].marks = vec![KASRA];
        }
        letters[lam + 1].marks = vec![SHADDA, DAGGER_ALIF];
    }
}

/// A letter with its marks, composed with its hamza or madda, the shadda first.
fn spell(letter: &Letter) -> impl Iterator<Item = char> {
    let mut base = letter.base;
    let mut marks = letter.marks.clone();
    marks.retain(|mark| {
        let composed = match (base, *mark) {
            (ALIF | ALIF_WASLA, MADDA) => 'آ',
            (ALIF | ALIF_WASLA, HAMZA_ABOVE) => 'أ',
            (ALIF | ALIF_WASLA, HAMZA_BELOW) => 'إ',
            ('و', HAMZA_ABOVE) => 'ؤ',
            ('ي' | 'ى', HAMZA_ABOVE | HAMZA_BELOW) => 'ئ',
            // On other letters the hamza is part of other languages' spelling.
            _ => return *mark != MADDA,
        };
        base = composed;
        false
    });
    let order = |mark: &char| match *mark {
        HAMZA_ABOVE | HAMZA_BELOW => 0,
        SHADDA => 1,
        _ => 2,
    };
    marks.sort_by_key(order);
    marks.dedup();
    std::iter::once(base).chain(marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;

    fn left(text: &str) -> String {
        Draft::new(text).apply(&rewrites(text, &Options::new("ar"))).text().to_owned()
    }

    #[test]
    fn pause_marks_are_silent() {
        assert_eq!(left("لَا رَيْبَ ۛ فِيهِ ۛ هُدًى"), "لَا رَيْبَ  فِيهِ  هُدًا");
    }

    #[test]
    fn a_dagger_alif_is_one_long_vowel() {
        assert_eq!(left("ذَٰلِكَ"), "ذٰلِكَ");
        assert_eq!(left("عَلَىٰ ٱلصَّلَوٰةَ"), "عَلَا ٱلصّ\u{064E}لَاةَ");
    }

    #[test]
    fn the_madina_sukun_makes_the_round_one_a_silent_letter() {
        assert_eq!(left("قَالُوا\u{0652} أَنۡعَمۡتَ"), "قَالُو أَنْعَمْتَ");
        assert_eq!(left("ءَامِنُوا\u{0652}"), "ءَامِنُو");
        // Without it the round one is a sukun, and another mark the silent letter.
        assert_eq!(left("قَالُوا\u{06DF} أَنْعَمْتَ"), "قَالُو أَنْعَمْتَ");
    }

    #[test]
    fn small_letters_are_sounded() {
        assert_eq!(left("لَهُۥ بِهِۦ"), "لَهُو بِهِي");
        assert_eq!(left("هُدًۭى"), "هُدًا");
        assert_eq!(left("سَمِيعُۢ مِنۢ"), "سَمِيعٌ مِن");
        assert_eq!(left("وَيَبۡصُ\u{06DC}طُ"), "وَيَبْسُطُ");
    }

    #[test]
    fn the_shadda_comes_before_the_vowel() {
        assert_eq!(left("رَب\u{064E}\u{0651}نَا"), "رَب\u{0651}\u{064E}نَا");
    }

    #[test]
    fn the_name_of_god_has_its_long_vowel() {
        for (text, expected) in
            [("الله", "اللّٰه"), ("بِٱللَّهِ", "بِٱللّٰهِ"), ("لله", "لِلّٰه"), ("اللهم", "اللّٰهم"), ("اللهجة", "اللهجة")]
        {
            assert_eq!(left(text), expected);
        }
    }

    #[test]
    fn lengthening_is_silent_in_the_quran_and_composed_elsewhere() {
        assert_eq!(left("جَا\u{0653}ءَ ۖ"), "جَاءَ ");
        assert_eq!(left("ٱللَّهُ لَآ إِلَٰهَ"), "اللّٰهُ لَا إِلٰهَ");
        assert_eq!(left("ا\u{0653}مين"), "آمين");
        assert_eq!(left("خَٰسِـِٔينَ"), "خٰسِئِينَ");
    }
}
