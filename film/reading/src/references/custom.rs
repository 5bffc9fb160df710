//! How each language writes and says references: separators, the words for chapter and verse, ranges and lists.

use std::sync::LazyLock;

use crate::characters::folded;
use crate::references::phrases::Names;

/// The custom of one language.
pub(crate) struct Custom {
    /// The primary language of a BCP 47 tag.
    pub(crate) language: &'static str,
    /// What may stand between chapter and verse.
    pub(crate) separators: &'static [char],
    /// The word for a chapter behind a book's name, where the language does not say the bare number.
    pub(crate) chapter_of_book: Option<&'static str>,
    /// One chapter, and several.
    pub(crate) chapter: [&'static str; 2],
    /// The Psalms, several of them.
    pub(crate) psalms: &'static str,
    /// One verse, and several.
    pub(crate) verse: [&'static str; 2],
    /// One ayah of the Quran, and several.
    pub(crate) ayah: [&'static str; 2],
    /// One shloka of the Gita, and several.
    pub(crate) shloka: [&'static str; 2],
    pub(crate) sura: &'static str,
    pub(crate) ang: &'static str,
    /// A range that stands alone. `{a}` and `{b}` are its ends.
    pub(crate) range: &'static str,
    /// A range within a list.
    pub(crate) listed_range: &'static str,
    /// What leads from a verse to one of another chapter, before and behind the two.
    pub(crate) across: [&'static str; 2],
    pub(crate) comma: &'static str,
    pub(crate) and: &'static str,
    /// Said for `f` and `ff`.
    pub(crate) next: &'static str,
    pub(crate) following: &'static str,
    /// How `f` and `ff` are written, in that order.
    pub(crate) next_marks: &'static [&'static str],
    pub(crate) following_marks: &'static [&'static str],
    /// Words before the number of a verse, in small letters without a full stop: written out, and short.
    pub(crate) verse_words: &'static [&'static str],
    pub(crate) verse_short: &'static [&'static str],
    pub(crate) chapter_words: &'static [&'static str],
    pub(crate) chapter_short: &'static [&'static str],
    /// Ordinal words before the name of a numbered book, folded.
    pub(crate) ordinals: &'static [(&'static str, u32)],
    pub(crate) quran: &'static [&'static str],
    pub(crate) sura_words: &'static [&'static str],
    pub(crate) gita: &'static [&'static str],
    pub(crate) granth: &'static [&'static str],
    pub(crate) granth_spoken: &'static str,
    pub(crate) ang_words: &'static [&'static str],
}

/// The customs of a language, if there is a table of it.
pub(crate) fn custom(language: &str) -> Option<&'static Custom> {
    CUSTOMS.iter().find(|custom| custom.language == language)
}

/// The names that a language's references begin with, folded once.
pub(crate) struct Sought {
    pub(crate) quran: Names,
    pub(crate) sura: Names,
    pub(crate) gita: Names,
    pub(crate) granth: Names,
    pub(crate) ang: Names,
    pub(crate) ordinals: Vec<(String, u32)>,
}

/// In the order of `CUSTOMS`.
static SOUGHT: LazyLock<Vec<Sought>> = LazyLock::new(|| {
    let sought = CUSTOMS.iter().map(|custom| Sought {
        quran: Names::new(custom.quran),
        sura: Names::new(custom.sura_words),
        gita: Names::new(custom.gita),
        granth: Names::new(custom.granth),
        ang: Names::new(custom.ang_words),
        ordinals: custom.ordinals.iter().map(|(name, number)| (folded(name), *number)).collect(),
    });
    sought.collect()
});

impl Custom {
    /// The folded names of this language.
    pub(crate) fn sought(&self) -> &'static Sought {
        let at = CUSTOMS.iter().position(|custom| custom.language == self.language).unwrap_or(0);
        &SOUGHT[at]
    }
}

const COLON: &[char] = &[':', '.'];
const COLON_OR_COMMA: &[char] = &[':', ',', '.'];
const LATIN_QURAN: &[&str] =
    &["quran", "qur'an", "koran", "qur'aan", "coran", "corano", "alcorao", "alcorano"];
const LATIN_GITA: &[&str] =
    &["gita", "bhagavad gita", "bhagavadgita", "bhagavad-gita", "bg", "gītā", "srimad bhagavad gita"];
const LATIN_GRANTH: &[&str] = &[
    "guru granth sahib",
    "sri guru granth sahib",
    "guru granth sahib ji",
    "sri guru granth sahib ji",
    "sggs",
    "ggs",
];
const LATIN_SURA: &[&str] =
    &["surah", "sura", "surat", "soorah", "surat al", "sourate", "azora", "sure", "sūra"];

/// What most languages in Latin letters have in common; the language and its words are missing.
const LATIN: Custom = Custom {
    language: "",
    separators: COLON_OR_COMMA,
    chapter_of_book: None,
    chapter: ["", ""],
    psalms: "",
    verse: ["", ""],
    ayah: ["", ""],
    shloka: ["", ""],
    sura: "sura",
    ang: "ang",
    range: "{a} a {b}",
    listed_range: "{a} a {b}",
    across: ["al", ""],
    comma: ", ",
    and: "",
    next: "",
    following: "",
    next_marks: &["f"],
    following_marks: &["ff"],
    verse_words: &[],
    verse_short: &["v", "vv", "vers"],
    chapter_words: &[],
    chapter_short: &["cap", "caps"],
    ordinals: &[],
    quran: LATIN_QURAN,
    sura_words: LATIN_SURA,
    gita: LATIN_GITA,
    granth: LATIN_GRANTH,
    granth_spoken: "Guru Granth Sahib",
    ang_words: &[],
};

const CUSTOMS: &[Custom] = &[
    Custom {
        language: "en",
        separators: COLON,
        chapter: ["chapter", "chapters"],
        psalms: "Psalms",
        verse: ["verse", "verses"],
        ayah: ["verse", "verses"],
        shloka: ["verse", "verses"],
        sura: "surah",
        range: "{a} to {b}",
        listed_range: "{a} to {b}",
        across: ["to", ""],
        and: " and ",
        next: " and the next",
        following: " and following",
        verse_words: &["verse", "verses"],
        verse_short: &["v", "vv", "vs", "vss", "ver"],
        chapter_words: &["chapter", "chapters"],
        chapter_short: &["ch", "chs", "chap", "chaps"],
        ordinals: &[("first", 1), ("second", 2), ("third", 3), ("fourth", 4)],
        ang_words: &["ang", "page", "p", "pannaa", "panna"],
        ..LATIN
    },
    Custom {
        language: "es",
        chapter: ["capítulo", "capítulos"],
        psalms: "Salmos",
        verse: ["versículo", "versículos"],
        ayah: ["aleya", "aleyas"],
        shloka: ["verso", "versos"],
        range: "del {a} al {b}",
        listed_range: "{a} al {b}",
        and: " y ",
        next: " y siguiente",
        following: " y siguientes",
        next_marks: &["s", "sig"],
        following_marks: &["ss", "sigs"],
        verse_words: &["versículo", "versículos", "verso", "versos"],
        chapter_words: &["capítulo", "capítulos"],
        ordinals: &[
            ("primera", 1),
            ("primero", 1),
            ("primer", 1),
            ("segunda", 2),
            ("segundo", 2),
            ("tercera", 3),
        ],
        ang_words: &["ang", "página", "p"],
        ..LATIN
    },
    Custom {
        language: "pt",
        chapter: ["capítulo", "capítulos"],
        psalms: "Salmos",
        verse: ["versículo", "versículos"],
        ayah: ["versículo", "versículos"],
        shloka: ["verso", "versos"],
        across: ["ao", ""],
        and: " e ",
        next: " e seguinte",
        following: " e seguintes",
        next_marks: &["s", "seg"],
        following_marks: &["ss", "segs"],
        verse_words: &["versículo", "versículos", "verso", "versos"],
        chapter_words: &["capítulo", "capítulos"],
        ordinals: &[("primeira", 1), ("primeiro", 1), ("segunda", 2), ("segundo", 2), ("terceira", 3)],
        ang_words: &["ang", "página", "p"],
        ..LATIN
    },
    Custom {
        language: "fr",
        chapter: ["chapitre", "chapitres"],
        psalms: "Psaumes",
        verse: ["verset", "versets"],
        ayah: ["verset", "versets"],
        shloka: ["verset", "versets"],
        sura: "sourate",
        range: "{a} à {b}",
        listed_range: "{a} à {b}",
        across: ["au", ""],
        and: " et ",
        next: " et suivant",
        following: " et suivants",
        next_marks: &["s", "sv"],
        following_marks: &["ss", "svv"],
        verse_words: &["verset", "versets"],
        verse_short: &["v", "vv", "vs", "vers"],
        chapter_words: &["chapitre", "chapitres"],
        chapter_short: &["ch", "chap", "chapp"],
        ordinals: &[
            ("premiere", 1),
            ("premier", 1),
            ("deuxieme", 2),
            ("seconde", 2),
            ("second", 2),
            ("troisieme", 3),
        ],
        ang_words: &["ang", "page", "p"],
        ..LATIN
    },
    Custom {
        language: "it",
        chapter: ["capitolo", "capitoli"],
        psalms: "Salmi",
        verse: ["versetto", "versetti"],
        ayah: ["versetto", "versetti"],
        shloka: ["verso", "versi"],
        range: "da {a} a {b}",
        listed_range: "da {a} a {b}",
        and: " e ",
        next: " e seguente",
        following: " e seguenti",
        next_marks: &["s", "seg"],
        following_marks: &["ss", "segg"],
        verse_words: &["versetto", "versetti"],
        chapter_words: &["capitolo", "capitoli"],
        chapter_short: &["cap", "capp"],
        ordinals: &[("prima", 1), ("primo", 1), ("seconda", 2), ("secondo", 2), ("terza", 3)],
        ang_words: &["ang", "pagina", "p"],
        ..LATIN
    },
    Custom {
        language: "de",
        chapter: ["Kapitel", "Kapitel"],
        psalms: "Psalmen",
        verse: ["Vers", "Verse"],
        ayah: ["Vers", "Verse"],
        shloka: ["Vers", "Verse"],
        sura: "Sure",
        ang: "Ang",
        range: "{a} bis {b}",
        listed_range: "{a} bis {b}",
        across: ["bis", ""],
        and: " und ",
        next: " und folgender",
        following: " und folgende",
        verse_words: &["vers", "verse", "versen"],
        verse_short: &["v", "vv"],
        chapter_words: &["kapitel", "kapiteln"],
        chapter_short: &["kap"],
        ordinals: &[
            ("erster", 1),
            ("erste", 1),
            ("erstes", 1),
            ("zweiter", 2),
            ("zweite", 2),
            ("zweites", 2),
            ("dritter", 3),
        ],
        ang_words: &["ang", "seite", "s"],
        ..LATIN
    },
    Custom {
        language: "hi",
        separators: COLON,
        chapter_of_book: Some("अध्याय"),
        chapter: ["अध्याय", "अध्याय"],
        psalms: "भजन संहिता",
        verse: ["पद", "पद"],
        ayah: ["आयत", "आयत"],
        shloka: ["श्लोक", "श्लोक"],
        sura: "सूरह",
        ang: "अंग",
        range: "{a} से {b}",
        listed_range: "{a} से {b}",
        across: ["से", " तक"],
        comma: ", ",
        and: " और ",
        next: " और अगला",
        following: " और आगे",
        next_marks: &[],
        following_marks: &[],
        verse_words: &["पद", "श्लोक", "आयत", "वचन"],
        verse_short: &[],
        chapter_words: &["अध्याय"],
        chapter_short: &["अ"],
        ordinals: &[("पहला", 1), ("पहली", 1), ("दूसरा", 2), ("दूसरी", 2), ("तीसरा", 3)],
        quran: &["क़ुरआन", "कुरआन", "कुरान", "क़ुरान"],
        sura_words: &["सूरह", "सूरा", "सूरत"],
        gita: &["गीता", "भगवद्गीता", "भगवद गीता", "भगवद् गीता", "श्रीमद्भगवद्गीता", "श्रीमद भगवद गीता", "भ गी"],
        granth: &[
            "गुरु ग्रंथ साहिब",
            "श्री गुरु ग्रंथ साहिब",
            "गुरु ग्रन्थ साहिब",
            "श्री गुरु ग्रन्थ साहिब",
            "श्री गुरु ग्रंथ साहिब जी",
        ],
        granth_spoken: "गुरु ग्रंथ साहिब",
        ang_words: &["अंग", "पृष्ठ"],
    },
    Custom {
        language: "ta",
        separators: COLON,
        chapter_of_book: Some("அதிகாரம்"),
        chapter: ["அதிகாரம்", "அதிகாரங்கள்"],
        psalms: "சங்கீதம்",
        verse: ["வசனம்", "வசனங்கள்"],
        ayah: ["வசனம்", "வசனங்கள்"],
        shloka: ["சுலோகம்", "சுலோகங்கள்"],
        sura: "சூரா",
        ang: "அங்",
        range: "{a} முதல் {b} வரை",
        listed_range: "{a} முதல் {b} வரை",
        across: ["முதல்", " வரை"],
        comma: ", ",
        and: ", ",
        next: ", அடுத்தது",
        following: ", தொடர்ந்து",
        next_marks: &[],
        following_marks: &[],
        verse_words: &["வசனம்", "வசனங்கள்"],
        verse_short: &["வ"],
        chapter_words: &["அதிகாரம்", "அத்தியாயம்"],
        chapter_short: &["அதி"],
        ordinals: &[("முதலாம்", 1), ("இரண்டாம்", 2), ("மூன்றாம்", 3)],
        quran: &["குர்ஆன்", "திருக்குர்ஆன்", "குரான்"],
        sura_words: &["சூரா", "ஸூரா", "சூரத்து"],
        gita: &["கீதை", "பகவத் கீதை", "பகவத்கீதை"],
        granth: &["குரு கிரந்த் சாகிப்"],
        granth_spoken: "குரு கிரந்த் சாகிப்",
        ang_words: &["அங்"],
    },
    Custom {
        language: "ar",
        separators: &[':', ',', '،', '.'],
        chapter_of_book: Some("الْأَصْحَاح"),
        chapter: ["الْأَصْحَاح", "الْأَصْحَاحَات"],
        psalms: "الْمَزَامِير",
        // Unpointed, because the voice knows this word, and says the pointed one with a final t.
        verse: ["الآية", "الْآيَات"],
        ayah: ["الآية", "الْآيَات"],
        shloka: ["الآية", "الْآيَات"],
        sura: "سورة",
        ang: "صَفْحَة",
        range: "مِنْ {a} إِلَى {b}",
        listed_range: "مِنْ {a} إِلَى {b}",
        across: ["إِلَى", ""],
        comma: "، ",
        and: " وَ ",
        next: " وَمَا بَعْدَهَا",
        following: " وَمَا بَعْدَهَا",
        next_marks: &[],
        following_marks: &[],
        verse_words: &["الآية", "آية", "الآيات", "آيات", "العدد", "الأعداد"],
        verse_short: &["ع", "عد"],
        chapter_words: &["الأصحاح", "أصحاح", "الإصحاح", "إصحاح", "الفصل"],
        chapter_short: &["ص"],
        ordinals: &[],
        quran: &["القرآن", "قرآن", "القرآن الكريم"],
        sura_words: &["سورة"],
        gita: &["غيتا", "بهاغافاد غيتا"],
        granth: &["جورو جرانث صاحب"],
        granth_spoken: "جورو جرانث صاحب",
        ang_words: &["صفحة"],
    },
    Custom {
        language: "he",
        separators: &[':', ',', '.'],
        chapter_of_book: Some("פֶּרֶק"),
        chapter: ["פֶּרֶק", "פְּרָקִים"],
        psalms: "תְּהִלִּים, פְּרָקִים",
        verse: ["פָּסוּק", "פְּסוּקִים"],
        ayah: ["פָּסוּק", "פְּסוּקִים"],
        shloka: ["פָּסוּק", "פְּסוּקִים"],
        sura: "סוּרָה",
        ang: "עַמּוּד",
        range: "{a} עַד {b}",
        listed_range: "{a} עַד {b}",
        across: ["עַד", ""],
        comma: ", ",
        and: " וְ ",
        next: " וָאֵילָךְ",
        following: " וָאֵילָךְ",
        next_marks: &[],
        following_marks: &[],
        verse_words: &["פסוק", "פסוקים"],
        verse_short: &["פס'"],
        chapter_words: &["פרק", "פרקים"],
        chapter_short: &[],
        ordinals: &[],
        quran: &["הקוראן", "קוראן"],
        sura_words: &["סורה", "סורת"],
        gita: &["גיטה", "בהגווד גיטה"],
        granth: &["גורו גרנת סאהיב"],
        granth_spoken: "גורו גרנת סאהיב",
        ang_words: &["עמוד"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::references::books;

    #[test]
    fn every_language_with_books_has_a_custom_and_sound_templates() {
        for language in ["ar", "de", "en", "es", "fr", "he", "hi", "it", "pt", "ta"] {
            assert!(books::names(language).is_some() && custom(language).is_some(), "{language}");
        }
        for custom in CUSTOMS {
            for template in [custom.range, custom.listed_range] {
                assert_eq!(template.matches("{a}").count(), 1, "{}", custom.language);
                assert_eq!(template.matches("{b}").count(), 1, "{}", custom.language);
            }
        }
    }
}
