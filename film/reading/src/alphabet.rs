//! The last pass: what the reader would name is mapped to what it reads, or dropped.
//!
//! espeak-ng says the name, or the code point, of every character that its voice does not know. So only letters, marks,
//! digits and signs that were tried with the voice pass; everything else is written with letters that it knows.

use std::sync::LazyLock;

use icu_properties::props::Script;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::digits;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};
use crate::script;
use crate::tables::alphabets::{
    ALPHABETS, AND, HAN_UNREAD, HANGUL, KANA, LATIN, REPLACEMENTS, Span, VIETNAMESE, WORDS_OF_ONE_LETTER,
};

static UNREAD_HAN: LazyLock<Vec<char>> = LazyLock::new(|| HAN_UNREAD.chars().collect());

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    let mut index = 0;
    while let Some(&(at, c)) = characters.get(index) {
        // A letter is looked at with the marks on it.
        let marks = characters[index + 1..].iter().take_while(|(_, c)| script::is_mark(*c)).count();
        let letter = c.is_alphabetic() && !script::is_mark(c);
        let count = if letter { 1 + marks } else { 1 };
        let end = characters.get(index + count).map_or(text.len(), |(at, _)| *at);
        let written = &text[at..end];
        let around = Around { before: &text[..at], after: &text[end..] };
        let plain = c.is_ascii_alphanumeric() && count == 1 || matches!(c, ' ' | '\n' | '.' | ',');
        if !plain {
            let (spoken, kind) = if letter {
                (read_letter(written, &around, options), letter_kind(c, options))
            } else if let Some(digit) = digits::value(c) {
                (digit_of(c, digit, options), Kind::Number)
            } else {
                (sign(c, &around, options), Kind::Sign)
            };
            match spoken {
                Some(spoken) if spoken.is_empty() => found.push(Rewrite::silent(at..end, kind)),
                Some(spoken) if spoken != written => found.push(Rewrite::text(at..end, spoken, kind)),
                _ => {}
            }
        }
        index += count;
    }
    found
}

/// What stands before and after a character.
struct Around<'a> {
    before: &'a str,
    after: &'a str,
}

impl Around<'_> {
    fn previous(&self) -> Option<char> {
        self.before.chars().next_back()
    }

    fn next(&self) -> Option<char> {
        self.after.chars().next()
    }

    fn previous_visible(&self) -> Option<char> {
        self.before.trim_end_matches(' ').chars().next_back()
    }

    fn next_visible(&self) -> Option<char> {
        self.after.trim_start_matches(' ').chars().next()
    }
}

fn letter_kind(c: char, options: &Options) -> Kind {
    match script::of_language(&options.language).contains(&script::of(c)) {
        true => Kind::LetterForm,
        false => Kind::OtherScript,
    }
}

/// A letter with its marks as its reader knows them. None stands for: as written.
fn read_letter(written: &str, around: &Around<'_>, options: &Options) -> Option<String> {
    let base = written.chars().next()?;
    let script = script::of(base);
    // Only letters of scripts: modifier letters and signs of phonetics have no sound by themselves.
    if script::is_shared(script) {
        return match base {
            // Hawaiian and others write the glottal stop so.
            '\u{02BB}' | '\u{02BC}' => Some("’".to_owned()),
            'ª' | 'º' if around.previous().is_some_and(|c| c.is_ascii_digit()) => None,
            'ー' => None,
            _ => Some(String::new()),
        };
    }
    let Some(reader) = script::reader(script, &options.language) else { return Some(String::new()) };
    let reader = primary(reader);
    match script {
        Script::Latin => Some(latin(written, around, &reader)),
        Script::Han => Some(match (base, around.previous()) {
            // The sign of repetition.
            ('々', Some(before)) if script::of(before) == Script::Han => before.to_string(),
            _ if is_read_han(base) => base.to_string(),
            _ => String::new(),
        }),
        _ => Some(by_alphabet(written, &reader, script)),
    }
}

/// A letter of another script than Latin and Han: composed if the reader knows it so, else with the marks that it knows.
fn by_alphabet(written: &str, reader: &str, script: Script) -> String {
    let known = |c: char| is_read(c, reader, script);
    if written.chars().all(known) {
        return tidy(written, reader);
    }
    let composed: String = written.nfc().collect();
    if composed.chars().all(known) {
        return tidy(&composed, reader);
    }
    let mut spoken = String::new();
    for c in composed.chars() {
        if known(c) {
            spoken.push(c);
        } else if let Some(replacement) = replacement(c, reader) {
            spoken.push_str(&replacement);
        } else {
            // A letter that the reader lacks, without what it lacks of it.
            let parts: String = std::iter::once(c).nfkd().filter(|part| known(*part)).collect();
            spoken.push_str(&parts);
        }
    }
    // Marks without their letter would be named.
    match spoken.chars().next() {
        Some(first) if script::is_mark(first) => String::new(),
        _ => tidy(&spoken, reader),
    }
}

/// The stress mark of Russian and Ukrainian changes the reader's vowels wrongly; a mark twice on one letter is named.
fn tidy(spoken: &str, reader: &str) -> String {
    let stress = matches!(reader, "ru" | "uk" | "be" | "bg");
    let mut before = None;
    let mut tidied = String::with_capacity(spoken.len());
    for c in spoken.chars() {
        let dropped =
            script::is_mark(c) && (before == Some(c) || stress && matches!(c, '\u{0300}'..='\u{036F}'));
        if !dropped {
            tidied.push(c);
        }
        before = Some(c);
    }
    tidied
}

fn replacement(c: char, reader: &str) -> Option<String> {
    let lower = c.to_lowercase().next().unwrap_or(c);
    let row = |language: &str| {
        let rows = REPLACEMENTS.iter().filter(|(own, _)| *own == language);
        rows.flat_map(|(_, letters)| letters.iter()).find(|(letter, _)| *letter == lower).map(|(_, to)| *to)
    };
    let found = row(reader).or_else(|| row(relative(reader)))?;
    Some(if lower == c { found.to_owned() } else { found.to_uppercase() })
}

/// The listed reader whose rules read another language of the same script.
fn relative(reader: &str) -> &str {
    match reader {
        "sa" | "mr" | "ne" | "awa" | "bho" | "mai" | "doi" | "bra" => "hi",
        "iw" => "he",
        _ => reader,
    }
}

fn is_read(c: char, reader: &str, script: Script) -> bool {
    let lower = c.to_lowercase().next().unwrap_or(c);
    match script {
        Script::Hangul => within(c, HANGUL),
        Script::Hiragana | Script::Katakana => within(c, KANA),
        _ => {
            let table = |name: &str| ALPHABETS.iter().find(|(own, _)| *own == name).map(|(_, spans)| *spans);
            match table(reader).or_else(|| table(relative(reader))) {
                Some(spans) => within(lower, spans) || is_greek_accent(c, script),
                // A voice that was not tried is taken to know its script.
                None => script::of(c) == script || script::is_mark(c),
            }
        }
    }
}

/// Greek's accents may follow their letter where no composed letter exists.
fn is_greek_accent(c: char, script: Script) -> bool {
    script == Script::Greek
        && matches!(
            c,
            '\u{0300}' | '\u{0301}' | '\u{0308}' | '\u{0313}' | '\u{0314}' | '\u{0342}' | '\u{0345}'
        )
}

fn is_read_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{9FA5}') && UNREAD_HAN.binary_search(&c).is_err()
}

fn within(c: char, spans: &[Span]) -> bool {
    spans.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// A Latin letter, composed; one that the readers do not know as the plain letters nearest to it.
fn latin(written: &str, around: &Around<'_>, reader: &str) -> String {
    let composed: String = written.nfc().collect();
    let alone =
        !around.previous().is_some_and(script::is_word) && !around.next().is_some_and(script::is_word);
    let mut spoken = String::with_capacity(composed.len());
    for c in composed.chars() {
        let lower = c.to_lowercase().next().unwrap_or(c);
        let known = c.is_ascii_alphabetic()
            || (within(c, LATIN) || within(lower, LATIN))
            || reader == "vi" && within(lower, VIETNAMESE);
        let stands = match WORDS_OF_ONE_LETTER.iter().find(|(language, _)| *language == reader) {
            Some((_, words)) => words.contains(c),
            None => reader == "vi",
        };
        if known && (c.is_ascii() || !alone || stands) {
            spoken.push(c);
        } else if !is_combining_mark(c) {
            let base = std::iter::once(c).nfd().next().filter(char::is_ascii_alphabetic);
            match base {
                Some(base) => spoken.push(base),
                None => {
                    let plain = deunicode::deunicode_char(c).unwrap_or_default().chars();
                    // Small capitals are small letters, which the table of names spells as capitals.
                    let plain =
                        plain.map(|plain| if c.is_lowercase() { plain.to_ascii_lowercase() } else { plain });
                    spoken.extend(plain.filter(char::is_ascii_alphabetic));
                }
            }
        }
    }
    spoken
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
    let native = own && !matches!(primary(&options.language).as_str(), "my" | "th" | "lo" | "km");
    if c.is_ascii() || native { None } else { char::from_digit(value, 10).map(String::from) }
}

/// A sign: punctuation that no voice names stands, a few signs stand where they are words, others are dropped.
fn sign(c: char, around: &Around<'_>, options: &Options) -> Option<String> {
    let number = |c: Option<char>| c.is_some_and(|c| digits::value(c).is_some());
    let (before, after) = (around.previous(), around.next());
    let stands = match c {
        '\t' | '\r' => true,
        '!'
        | '?'
        | ';'
        | ':'
        | '\''
        | '"'
        | '('
        | ')'
        | '['
        | ']'
        | '¡'
        | '¿'
        | '«'
        | '»'
        | '‹'
        | '›'
        | '‘'..='‟'
        | '–'
        | '—'
        | '―'
        | '‒'
        | '…'
        | '、'
        | '。'
        | '〈'..='】'
        | '〔'..='〛'
        | '！'
        | '（'
        | '）'
        | '，'
        | '：'
        | '；'
        | '？'
        | '．'
        | '،'
        | '؛'
        | '؟'
        | '۔'
        | '।'
        | '॥'
        | '፡'..='፨'
        | '՝'
        | '՞'
        | '՜'
        | '։'
        | '·'
        | '\u{0387}'
        | '\u{037E}'
        | '၊'
        | '။' => true,
        '-' | '‐' | '‑' => !(number(before) && number(after)),
        '%' | '°' => number(around.previous_visible()),
        '+' | '=' | '×' | '÷' => number(around.previous_visible()) && number(around.next_visible()),
        '$' | '£' | '€' | '¥' | '₹' | '¢' => {
            number(around.previous_visible()) || number(around.next_visible())
        }
        '½' | '¼' | '¾' => true,
        _ => false,
    };
    match c {
        _ if stands && c == '·' => (!after.is_some_and(char::is_alphabetic)).then(|| ",".to_owned()),
        _ if stands => None,
        '-' | '‐' | '‑' => Some("–".to_owned()),
        '&' => {
            let language = primary(&options.language);
            let word = AND.iter().find(|(own, _)| *own == language).map(|(_, word)| *word);
            let spaced = |c: Option<char>| if c.is_none_or(char::is_whitespace) { "" } else { " " };
            Some(word.map_or_else(String::new, |word| format!("{}{word}{}", spaced(before), spaced(after))))
        }
        _ => Some(String::new()),
    }
}

fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_lowercase()
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
            ("en", "Kṛṣṇa ʟᴏʀᴅ œuvre cafe\u{0301} Đức é", "Krsna lord œuvre café Đuc e"),
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
