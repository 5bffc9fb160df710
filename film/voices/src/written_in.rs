//! The language that a text seems to be written in, where it is not the one that was named.
//!
//! Only to ask, never to refuse: `whatlang` (0.18 of 2026, MIT, no model files, a microsecond a letter) is right on two
//! lines of a prayer in most cases, not in all. `lingua` is right more often on single words, at a hundred megabytes of
//! models, which no function that answers requests could load.

use icu_properties::props::Script;
use icu_properties::{CodePointMapData, PropertyNamesShort};
use whatlang::{Detector, Lang};

use crate::find::find;

/// What speaks against the language that was named for a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The language that the text seems to be in, if one can be told.
    pub suggested: Option<&'static str>,
    /// ISO 15924 code of the script that most of the text is written in.
    pub script: &'static str,
    /// True if the named language is not written in this script; false if only the words speak against it.
    pub by_script: bool,
}

/// Letters below which nothing is said of a script: a heading or a name says nothing of a text.
const FEWEST_LETTERS: usize = 8;

/// The part of a text's letters that one script must have, of a hundred, to be that of the text.
const MOST_OF_IT: usize = 60;

/// Letters below which words are not looked at. Two short lines of a prayer have about this many.
const FEWEST_LETTERS_OF_WORDS: usize = 60;

/// The least that the first language must lead by, as `whatlang` says it, 0 to 1.
const SURE: f64 = 0.9;

/// Languages that words tell apart only over pages, or not at all: within a group nothing is asked.
const ALIKE: &[&[&str]] = &[
    &["sr", "hr", "bs", "sl", "mk"],
    &["hi", "mr", "sa", "ne", "mai", "bho", "awa", "bra", "doi", "kok", "brx"],
    &["id", "ms", "jv", "su"],
    &["ar", "fa", "ur", "ps", "pnb", "skr", "ks", "sd", "ckb", "ug"],
    &["cs", "sk"],
    &["nb", "da", "sv", "fo"],
    &["af", "nl", "fy"],
    &["ru", "uk", "be", "bg", "mk", "sr", "cu"],
    &["es", "gl", "an", "ca", "oc"],
    &["pt", "gl"],
    &["tr", "az", "tk", "uz", "kaa"],
    &["zu", "xh", "ss", "nr", "sn"],
    &["tl", "ceb", "hil", "war", "ilo", "bik", "pam"],
    &["ak", "tw"],
    &["am", "ti", "gez"],
    &["hy", "hyw"],
    &["bn", "as", "bpy", "mni"],
    &["zh", "yue"],
];

/// Whether a text seems to be in another language than the named one. Silent if it is unsure, if the text is short, or if
/// the catalogue does not know the language.
#[must_use]
pub fn mismatch(text: &str, language: &str) -> Option<Mismatch> {
    let named = find(language)?;
    let scripts = Scripts::of(text);
    let (script, letters) = scripts.most()?;
    if letters < FEWEST_LETTERS || letters * 100 < scripts.letters() * MOST_OF_IT {
        return None;
    }
    let code = PropertyNamesShort::<Script>::new().get(script).unwrap_or("Zzzz");
    if !written_in(language, named.script).contains(&script) {
        return Some(Mismatch { suggested: scripts.language(script, text), script: code, by_script: true });
    }
    // Languages of other scripts have one each, or are too much alike.
    if script != Script::Latin || letters < FEWEST_LETTERS_OF_WORDS {
        return None;
    }
    let expected = lang_of(named.tag)?;
    let suggested = of_words(text)?;
    let alike = ALIKE.iter().any(|group| group.contains(&named.tag) && group.contains(&suggested));
    if primary(suggested) == primary(named.tag) || alike {
        return None;
    }
    // The two alone, so that a third that is near to either takes nothing from it.
    let two = Detector::with_allowlist(vec![expected, lang_of(suggested)?]).detect(text)?;
    let sure = two.lang() != expected && two.confidence() >= SURE;
    sure.then_some(Mismatch { suggested: Some(suggested), script: code, by_script: false })
}

/// The letters of a text by script.
struct Scripts(Vec<(Script, usize)>);

impl Scripts {
    fn of(text: &str) -> Self {
        let scripts = CodePointMapData::<Script>::new();
        let mut found: Vec<(Script, usize)> = Vec::new();
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            let script = scripts.get(c);
            if matches!(script, Script::Common | Script::Inherited | Script::Unknown) {
                continue;
            }
            match found.iter_mut().find(|(known, _)| *known == script) {
                Some((_, count)) => *count += 1,
                None => found.push((script, 1)),
            }
        }
        Self(found)
    }

    fn count(&self, script: Script) -> usize {
        self.0.iter().find(|(known, _)| *known == script).map_or(0, |(_, count)| *count)
    }

    fn letters(&self) -> usize {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// The script of most letters, and how many it has. Those that Japanese mixes count together.
    fn most(&self) -> Option<(Script, usize)> {
        let (script, letters) = self.0.iter().copied().max_by_key(|(_, count)| *count)?;
        let kana = self.count(Script::Hiragana) + self.count(Script::Katakana);
        match script {
            Script::Hiragana | Script::Katakana => Some((script, kana + self.count(Script::Han))),
            Script::Han if kana > 0 => Some((script, kana + letters)),
            Script::Han => {
                Some((script, letters + self.count(Script::Hangul) + self.count(Script::Bopomofo)))
            }
            _ => Some((script, letters)),
        }
    }

    /// The language of a text in a script.
    fn language(&self, script: Script, text: &str) -> Option<&'static str> {
        let has = |letters: &str| text.chars().any(|c| letters.contains(c));
        Some(match script {
            Script::Latin if self.letters() >= FEWEST_LETTERS_OF_WORDS => of_words(text)?,
            Script::Cyrillic if has("іїєґ") => "uk",
            Script::Cyrillic if has("ўі") => "be",
            Script::Cyrillic if has("ыэё") => "ru",
            // Letters that Arabic lacks: those of Pashto, of Urdu, and those that Persian has as well.
            Script::Arabic if has("ټډړښږ") => "ps",
            Script::Arabic if has("ٹڈڑےں") => "ur",
            Script::Arabic if has("پچژگ") => "fa",
            Script::Arabic => "ar",
            // A breath at the end of a word is frequent in Sanskrit and rare in all others.
            Script::Devanagari if text.matches('ः').count() * 50 >= self.letters() => "sa",
            Script::Devanagari => "hi",
            Script::Han if self.count(Script::Hiragana) > 0 => "ja",
            Script::Han => "zh",
            Script::Hiragana | Script::Katakana => "ja",
            Script::Hangul => "ko",
            Script::Greek => "el",
            Script::Hebrew => "he",
            Script::Bengali => "bn",
            Script::Gurmukhi => "pa",
            Script::Gujarati => "gu",
            Script::Oriya => "or",
            Script::Tamil => "ta",
            Script::Telugu => "te",
            Script::Kannada => "kn",
            Script::Malayalam => "ml",
            Script::Sinhala => "si",
            Script::Thai => "th",
            Script::Lao => "lo",
            Script::Khmer => "km",
            Script::Myanmar => "my",
            Script::Tibetan => "bo",
            Script::Armenian => "hy",
            Script::Georgian => "ka",
            Script::Ethiopic => "am",
            Script::Syriac => "syc",
            Script::Coptic => "cop",
            Script::Cherokee => "chr",
            _ => return None,
        })
    }
}

/// The scripts that a language is written in; a script in its tag decides alone.
fn written_in(tag: &str, usual: &str) -> Vec<Script> {
    let names = icu_properties::PropertyParser::<Script>::new();
    let code = |code: &str| match code {
        "Hans" | "Hant" => Some(Script::Han),
        "Aran" => Some(Script::Arabic),
        other => names.get_loose(other),
    };
    if let Some(tagged) = tag.split(['-', '_']).skip(1).find(|part| part.len() == 4).and_then(code) {
        return vec![tagged];
    }
    let mut scripts: Vec<Script> = match usual {
        "Jpan" => vec![Script::Hiragana, Script::Katakana, Script::Han],
        "Kore" => vec![Script::Hangul, Script::Han],
        "Hans" | "Hant" => vec![Script::Han, Script::Bopomofo],
        "Copt" => vec![Script::Coptic, Script::Greek],
        usual => code(usual).into_iter().collect(),
    };
    let others: &[Script] = match primary(tag) {
        "sr" | "bs" | "kk" | "ky" | "tt" | "tg" | "mn" => &[Script::Latin, Script::Cyrillic, Script::Arabic],
        "uz" | "az" | "tk" | "kaa" | "ku" | "ha" | "ms" | "so" | "wo" => &[Script::Cyrillic, Script::Arabic],
        "pa" => &[Script::Arabic],
        "sd" | "ks" => &[Script::Devanagari],
        "sa" | "pi" => &[
            Script::Latin,
            Script::Devanagari,
            Script::Bengali,
            Script::Gujarati,
            Script::Grantha,
            Script::Kannada,
            Script::Malayalam,
            Script::Oriya,
            Script::Tamil,
            Script::Telugu,
            Script::Thai,
            Script::Sinhala,
            Script::Khmer,
            Script::Lao,
            Script::Myanmar,
            Script::Tibetan,
        ],
        "kok" => &[Script::Latin, Script::Kannada],
        "ug" => &[Script::Latin, Script::Cyrillic],
        "mni" => &[Script::MeeteiMayek, Script::Latin],
        "vi" | "yue" => &[Script::Han],
        _ => &[],
    };
    scripts.extend(others);
    scripts
}

/// The language that the words of a text in Latin letters are in, if that is sure.
fn of_words(text: &str) -> Option<&'static str> {
    let info = whatlang::detect(text)?;
    if !info.is_reliable() || info.confidence() < SURE {
        return None;
    }
    LANGS.iter().find(|(_, lang)| *lang == info.lang()).map(|(tag, _)| *tag)
}

fn lang_of(tag: &str) -> Option<Lang> {
    LANGS.iter().find(|(known, _)| primary(known) == primary(tag)).map(|(_, lang)| *lang)
}

fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or_default()
}

/// The languages in Latin letters that words are known of.
const LANGS: &[(&str, Lang)] = &[
    ("en", Lang::Eng),
    ("es", Lang::Spa),
    ("pt", Lang::Por),
    ("it", Lang::Ita),
    ("fr", Lang::Fra),
    ("de", Lang::Deu),
    ("nl", Lang::Nld),
    ("pl", Lang::Pol),
    ("cs", Lang::Ces),
    ("sk", Lang::Slk),
    ("sl", Lang::Slv),
    ("hr", Lang::Hrv),
    ("hu", Lang::Hun),
    ("ro", Lang::Ron),
    ("fi", Lang::Fin),
    ("et", Lang::Est),
    ("lv", Lang::Lav),
    ("lt", Lang::Lit),
    ("sv", Lang::Swe),
    ("da", Lang::Dan),
    ("nb", Lang::Nob),
    ("tr", Lang::Tur),
    ("az", Lang::Aze),
    ("vi", Lang::Vie),
    ("id", Lang::Ind),
    ("jv", Lang::Jav),
    ("tl", Lang::Tgl),
    ("la", Lang::Lat),
    ("ca", Lang::Cat),
    ("eo", Lang::Epo),
    ("cy", Lang::Cym),
    ("af", Lang::Afr),
    ("zu", Lang::Zul),
    ("sn", Lang::Sna),
    ("ak", Lang::Aka),
    ("uz", Lang::Uzb),
    ("tk", Lang::Tuk),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of the Lord's prayer, two lines.
    const PRAYERS: &[(&str, &str)] = &[
        (
            "en",
            "Our Father, who art in heaven, hallowed be thy name;\nthy kingdom come, thy will be done on earth as it is in heaven.",
        ),
        (
            "es",
            "Padre nuestro que estás en el cielo, santificado sea tu nombre;\nvenga a nosotros tu reino, hágase tu voluntad en la tierra como en el cielo.",
        ),
        (
            "fr",
            "Notre Père, qui es aux cieux, que ton nom soit sanctifié,\nque ton règne vienne, que ta volonté soit faite sur la terre comme au ciel.",
        ),
        (
            "pt",
            "Pai nosso, que estais nos céus, santificado seja o vosso nome;\nvenha a nós o vosso reino, seja feita a vossa vontade assim na terra como no céu.",
        ),
        (
            "it",
            "Padre nostro che sei nei cieli, sia santificato il tuo nome,\nvenga il tuo regno, sia fatta la tua volontà, come in cielo così in terra.",
        ),
        (
            "de",
            "Vater unser im Himmel, geheiligt werde dein Name.\nDein Reich komme. Dein Wille geschehe, wie im Himmel so auf Erden.",
        ),
        (
            "nl",
            "Onze Vader, die in de hemel zijt, uw naam worde geheiligd,\nuw koninkrijk kome, uw wil geschiede, op aarde zoals in de hemel.",
        ),
        (
            "pl",
            "Ojcze nasz, któryś jest w niebie, święć się imię Twoje,\nprzyjdź królestwo Twoje, bądź wola Twoja jako w niebie, tak i na ziemi.",
        ),
        (
            "id",
            "Bapa kami yang di surga, dikuduskanlah nama-Mu,\ndatanglah kerajaan-Mu, jadilah kehendak-Mu di bumi seperti di surga.",
        ),
        (
            "tl",
            "Ama namin, sumasalangit ka, sambahin ang ngalan mo.\nMapasaamin ang kaharian mo. Sundin ang loob mo dito sa lupa para nang sa langit.",
        ),
        (
            "la",
            "Pater noster, qui es in caelis, sanctificetur nomen tuum.\nAdveniat regnum tuum. Fiat voluntas tua, sicut in caelo et in terra.",
        ),
        (
            "hu",
            "Mi Atyánk, aki a mennyekben vagy, szenteltessék meg a te neved;\njöjjön el a te országod; legyen meg a te akaratod, amint a mennyben, úgy a földön is.",
        ),
        (
            "sv",
            "Vår Fader, du som är i himlen, låt ditt namn bli helgat.\nLåt ditt rike komma. Låt din vilja ske på jorden så som i himlen.",
        ),
        (
            "ro",
            "Tatăl nostru, care ești în ceruri, sfințească-se numele tău,\nvie împărăția ta, facă-se voia ta, precum în cer așa și pe pământ.",
        ),
    ];

    #[test]
    fn a_prayer_in_its_own_language_is_never_asked_about() {
        for (language, text) in PRAYERS {
            assert_eq!(mismatch(text, language), None, "{language}");
        }
        for (language, text) in [
            ("hi", "हे हमारे स्वर्गिक पिता, तेरा नाम पवित्र माना जाए, तेरा राज्य आए।"),
            ("mr", "हे आमच्या स्वर्गातील पित्या, तुझे नाव पवित्र मानले जावो, तुझे राज्य येवो."),
            ("sa", "धर्मक्षेत्रे कुरुक्षेत्रे समवेता युयुत्सवः। मामकाः पाण्डवाश्चैव किमकुर्वत सञ्जय॥"),
            ("sa", "dharmakṣetre kurukṣetre samavetā yuyutsavaḥ māmakāḥ pāṇḍavāś caiva kim akurvata"),
            ("ur", "اے ہمارے باپ تو جو آسمان پر ہے تیرا نام پاک مانا جائے"),
            ("ja", "主は私の羊飼い。私は乏しいことがありません。"),
            ("ko", "여호와는 나의 목자시니 내게 부족함이 없으리로다"),
            ("sr", "Оче наш, који си на небесима, да се свети име твоје"),
            (
                "sr",
                "Oče naš, koji si na nebesima, da se sveti ime tvoje, da dođe carstvo tvoje, da bude volja tvoja",
            ),
            ("yo", "Olúwa ni olùṣọ́ àgùntàn mi; èmi kì yóò ṣe aláìní. Ó mú mi dùbúlẹ̀ nínú pápá oko tútù."),
            (
                "sw",
                "Bwana ndiye mchungaji wangu, sitapungukiwa na kitu. Katika malisho ya majani mabichi hunilaza.",
            ),
            (
                "hr",
                "Oče naš, koji jesi na nebesima, sveti se ime tvoje, dođi kraljevstvo tvoje, budi volja tvoja",
            ),
            (
                "ms",
                "Bapa kami yang di syurga, dikuduskanlah nama-Mu, datanglah kerajaan-Mu, jadilah kehendak-Mu",
            ),
            ("xx", "Our Father, who art in heaven, hallowed be thy name"),
        ] {
            assert_eq!(mismatch(text, language), None, "{language} {text}");
        }
    }

    #[test]
    fn a_text_in_another_script_is_asked_about_with_the_language_that_is_written_so() {
        for (language, text, suggested) in [
            ("hi", PRAYERS[0].1, Some("en")),
            ("en", "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी।", Some("hi")),
            ("en", "धर्मक्षेत्रे कुरुक्षेत्रे समवेता युयुत्सवः। मामकाः पाण्डवाश्चैव", Some("sa")),
            ("en", "여호와는 나의 목자시니", Some("ko")),
            ("zh", "主は私の羊飼い。私は乏しいことがありません。", Some("ja")),
            ("en", "耶和華是我的牧者，我必不致缺乏。", Some("zh")),
            ("en", "بسم الله الرحمن الرحيم", Some("ar")),
            ("ar", PRAYERS[1].1, Some("es")),
            ("en", "اے ہمارے باپ تو جو آسمان پر ہے", Some("ur")),
            ("en", "Отче наш, сущий на небесах! да святится имя Твоё", Some("ru")),
            ("ta", "אֲדֹנָי רֹעִי לֹא אֶחְסָר", Some("he")),
            ("en", "የሰማዩ አባታችን ሆይ ስምህ ይቀደስ", Some("am")),
            // Hindi in Latin letters is no language that words are known of: no guess.
            ("hi", "Om jai jagdish hare", None),
            ("sr-Latn", "Оче наш, који си на небесима", None),
        ] {
            let found = mismatch(text, language);
            let expected = found.is_some_and(|found| found.by_script && found.suggested == suggested);
            assert!(expected, "{language} {text}: {found:?}");
        }
    }

    #[test]
    fn a_text_in_the_words_of_another_language_is_asked_about_when_that_is_sure() {
        let mut missed = Vec::new();
        let mut asked = 0;
        for (language, text) in PRAYERS {
            for (named, _) in PRAYERS.iter().filter(|(named, _)| named != language) {
                match mismatch(text, named) {
                    Some(found) => {
                        assert_eq!(found.suggested, Some(*language), "{named}: {text}");
                        asked += 1;
                    }
                    None => missed.push((*language, *named)),
                }
            }
        }
        // It may stay silent, but not often, and never for the commonest languages.
        assert!(asked * 4 >= (asked + missed.len()) * 3, "{asked} asked, missed {missed:?}");
        for pair in [("en", "es"), ("es", "en"), ("fr", "en"), ("de", "en"), ("en", "fr"), ("en", "it")] {
            assert!(!missed.contains(&pair), "{pair:?}");
        }
    }

    #[test]
    fn nothing_is_said_of_short_texts() {
        for text in ["Amen.", "Padre nuestro", "Ave Maria, gratia plena", "आमीन", "", "123 45"] {
            assert_eq!(mismatch(text, "en"), None, "{text}");
        }
    }
}
