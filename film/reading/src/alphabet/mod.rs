//! The last pass: what the reader would name is mapped to what it reads, or dropped.
//!
//! espeak-ng says the name, or the code point, of every character that its voice does not know. So only letters, marks,
//! digits and signs that were tried with the voice pass; everything else is written with letters that it knows.

mod latin;
mod letters;
mod signs;

use std::borrow::Cow;

use icu_properties::props::Script;

use crate::digits;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};
use crate::script;

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let is_letter = c.is_alphabetic() && !script::is_mark(c);
        let length = if !is_letter {
            c.len_utf8()
        } else if is_latin(c) {
            run(text, at, |c| is_latin(c) || script::is_mark(c))
        } else {
            // A letter is looked at with the marks on it.
            c.len_utf8() + run(text, at + c.len_utf8(), script::is_mark)
        };
        let end = at + length;
        let written = &text[at..end];
        if !(written.is_ascii() && (is_letter || c.is_ascii_digit()) || matches!(c, ' ' | '\n')) {
            let (before, after) = (&text[..at], &text[end..]);
            let (spoken, kind) = if is_letter {
                (letter(written, before, after, options), letter_kind(c, options))
            } else if let Some(digit) = digits::value(c) {
                (digit_of(c, digit, options), Kind::Number)
            } else {
                (signs::read(c, before, after, options), Kind::Sign)
            };
            match spoken {
                Some(spoken) if spoken.is_empty() => found.push(Rewrite::silent(at..end, kind)),
                Some(spoken) if spoken != written => found.push(Rewrite::text(at..end, spoken, kind)),
                _ => {}
            }
        }
        at = end;
    }
    found
}

/// The bytes from `at` to the first character that is not one of these.
fn run(text: &str, at: usize, of: impl Fn(char) -> bool) -> usize {
    text[at..].chars().take_while(|c| of(*c)).map(char::len_utf8).sum()
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && script::of(c) == Script::Latin && c.is_alphabetic()
}

fn is_arabic(c: char) -> bool {
    script::of(c) == Script::Arabic
}

fn letter_kind(c: char, options: &Options) -> Kind {
    match script::of_language(&options.language).contains(&script::of(c)) {
        true => Kind::LetterForm,
        false => Kind::OtherScript,
    }
}

/// A Latin word, or a letter of another script with its marks, as its reader knows it. None stands for: as written.
fn letter(written: &str, before: &str, after: &str, options: &Options) -> Option<String> {
    let base = written.chars().next()?;
    let script = script::of(base);
    let previous = before.chars().next_back();
    // Only letters of scripts: modifier letters and signs of phonetics have no sound by themselves.
    if script::is_shared(script) {
        return match base {
            // Hawaiian and others write the glottal stop so.
            '\u{02BB}' | '\u{02BC}' => Some("’".to_owned()),
            'ª' | 'º' if previous.is_some_and(|c| c.is_ascii_digit()) => None,
            // It lengthens the vowel before it.
            'ー' if previous.is_some_and(letters::is_lengthened) => None,
            _ => Some(String::new()),
        };
    }
    let Some(reader) = script::reader(script, &options.language) else { return Some(String::new()) };
    let reader = primary(reader);
    let next = after.chars().next();
    let alone = !previous.is_some_and(script::is_word) && !next.is_some_and(script::is_word);
    Some(match script {
        Script::Latin => latin::read(written, alone, &reader),
        // The joining alif has no sound of its own.
        Script::Arabic if base == '\u{0671}' && ![previous, next].into_iter().flatten().any(is_arabic) => {
            "ا".to_owned()
        }
        // A small tsu doubles the consonant behind it.
        _ if matches!(base, 'っ' | 'ッ') && !next.is_some_and(letters::is_doubled) => String::new(),
        Script::Han => letters::han(base, previous),
        _ => letters::read(written, previous, &reader, script),
    })
}

/// A digit as the language's reader knows it: its own script's, or a plain one.
fn digit_of(c: char, value: u32, options: &Options) -> Option<String> {
    let own = match script::of(c) {
        script if script::is_shared(script) => {
            script::of_language(&options.language).contains(&Script::Arabic)
        }
        script => script::of_language(&options.language).contains(&script),
    };
    // Burmese says its own digits wrongly.
    let native = own && !matches!(primary(&options.language).as_ref(), "my" | "th" | "lo" | "km");
    if c.is_ascii() || native { None } else { char::from_digit(value, 10).map(String::from) }
}

fn primary(tag: &str) -> Cow<'_, str> {
    script::in_lowercase(tag.split(['-', '_']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;

    fn left(text: &str, language: &str) -> String {
        let options = Options::new(language);
        Draft::new(text).apply(&rewrites(text, &options)).text().to_owned()
    }

    #[test]
    fn letters_that_the_reader_lacks_become_ones_that_it_knows() {
        for (language, text, expected) in [
            ("en", "Kṛṣṇa ʟᴏʀᴅ œuvre cafe\u{0301} Đức é", "Krsna lord œuvre café Duc e"),
            ("vi", "Đức Chúa Trời ở", "Đức Chúa Trời ở"),
            ("it", "Dio è amore", "Dio è amore"),
            ("ar", "خداوند کریم", "خداوند كريم"),
            ("ur", "الله كريم", "اللہ کريم"),
            ("ru", "любо́вь Ѣсть вѣра", "любовь Есть вера"),
            ("ja", "アーメン ァ", "アーメン ア"),
            ("zh", "人々 鬱", "人人 鬱"),
            ("hi", "ॲप कं", "ऑप कं"),
        ] {
            assert_eq!(left(text, language), expected, "{language}");
        }
    }

    #[test]
    fn marks_without_a_letter_and_letters_without_a_reader_are_dropped() {
        assert_eq!(left("क ि ा", "hi"), "क  ");
        assert_eq!(left("a ܐ b", "en"), "a  b");
    }

    #[test]
    fn signs_are_words_or_nothing() {
        for (language, text, expected) in [
            ("en", "and/or {x} a_b ~ ^ § ☩", "and or x a b    "),
            ("en", "R&B, salt & light", "R and B, salt and light"),
            ("hi", "राम & सीता", "राम और सीता"),
            ("en", "3-5, 2+2=4, 50% well-known - so", "3–5, 2+2=4, 50% well-known - so"),
            ("en", "१०८ ٣", "108 3"),
            ("en", "at 3:30 or 46:1", "at 3:30 or 46, 1"),
            ("hi", "१०८", "१०८"),
        ] {
            assert_eq!(left(text, language), expected, "{language} {text}");
        }
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for (language, text) in [
            (
                "en",
                "The LORD is my shepherd; I shall not want. “Yea,” (though) I walk—don't fear! Noël, naïve.",
            ),
            ("es", "¿Quién subirá? ¡Aleluya! El ángel y yo, mañana."),
            ("fr", "Où est-il ? « Là », dit-il… à l’aube, cœur."),
            ("de", "Größe, Übermut, Äpfel – und so weiter."),
            ("pt-BR", "Deus é amor, à luz da manhã, coração."),
            ("hi", "यहोवा मेरा चरवाहा है; मुझे कुछ घटी न होगी।"),
            ("ta", "கர்த்தர் என் மேய்ப்பராயிருக்கிறார்."),
            ("te", "యెహోవా నా కాపరి"),
            ("bn", "সদাপ্রভু আমার পালক"),
            ("gu", "યહોવા મારો પાળક છે"),
            ("kn", "ಯೆಹೋವನು ನನ್ನ ಕುರುಬನು"),
            ("ml", "യഹോവ എന്റെ ഇടയനാകുന്നു"),
            ("pa", "ਯਹੋਵਾਹ ਮੇਰਾ ਆਜੜੀ ਹੈ"),
            ("mr", "परमेश्वर माझा मेंढपाळ आहे"),
            ("ne", "परमप्रभु मेरो गोठालो हुनुहुन्छ"),
            ("ur", "خداوند میرا چوپان ہے۔"),
            ("fa", "خداوند شبان من است؛ محتاج به هیچ چیز نخواهم بود."),
            ("ru", "Господь — Пастырь мой; я ни в чём не буду нуждаться."),
            ("uk", "Господь то мій Пастир, тому в недостатку не буду"),
            ("pl", "Pan jest pasterzem moim, niczego mi nie braknie"),
            ("tr", "Rab çobanımdır, eksiğim olmaz. İşte"),
            ("el", "Ο Κύριος είναι ο ποιμένας μου"),
            ("ko", "여호와는 나의 목자시니"),
            ("zh", "耶和华是我的牧者，我必不致缺乏。"),
            ("vi", "Đức Giê-hô-va là Đấng chăn giữ tôi"),
            ("am", "እግዚአብሔር እረኛዬ ነው፥"),
        ] {
            assert_eq!(left(text, language), text, "{language}");
        }
    }
}
