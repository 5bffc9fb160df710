//! The catalogue itself.
//!
//! Names and scripts follow CLDR (English, and each language's own name for itself; without a locale there,
//! the language's Wikipedia). The rules are the voices of espeak-ng 1.52 as its folder `lang` names them. Its invented
//! languages with letters of their own (Klingon, Pyash, Belter) are left out, and Hakka, Shan, Classical Nahuatl and
//! Totontepec Mixe, whose rules read another spelling than people use. Cherokee, Faroese and Karakalpak have a voice
//! there that says nothing.

use crate::language::{Language, Speaker};
use crate::voice::Quality::{self, Draft, Good};

type Names = &'static [&'static str];

const AMERICAN: Names = &["af_heart", "am_michael", "af_bella", "am_fenrir"];
const BRITISH: Names = &["bf_emma", "bm_george"];
const SPANISH: Names = &["ef_dora", "em_alex"];
const FRENCH: Names = &["ff_siwis"];
const HINDI: Names = &["hf_alpha", "hm_omega", "hf_beta", "hm_psi"];
const CHINESE: Names = &["zf_xiaoxiao", "zm_yunjian"];
/// The voices of [`HINDI`], the man's first: he is understood better in Russian.
const SLAVIC: Names = &["hm_omega", "hf_alpha", "hf_beta", "hm_psi"];
const ITALIAN: Names = &["if_sara", "im_nicola"];
const PORTUGUESE: Names = &["pf_dora", "pm_alex"];

type Text = &'static str;

const fn row(tag: Text, name: Text, own_name: Text, script: Text, speaker: Speaker) -> Language {
    Language { tag, name, own_name, script, speaker }
}

const fn kokoro(rules: Text, voices: Names, quality: Quality) -> Speaker {
    Speaker::Kokoro { rules, voices, quality }
}

const fn espeak(rules: Text) -> Speaker {
    Speaker::Espeak { rules }
}

const fn nobody() -> Speaker {
    Speaker::Nobody { neighbour: None }
}

const fn like(neighbour: Text) -> Speaker {
    Speaker::Nobody { neighbour: Some(neighbour) }
}

#[rustfmt::skip]
pub(crate) const LANGUAGES: &[Language] = &[
    row("en", "English", "English", "Latn", kokoro("en-us", AMERICAN, Good)),
    row("en-GB", "British English", "British English", "Latn", kokoro("en", BRITISH, Good)),
    row("es", "Spanish", "español", "Latn", kokoro("es", SPANISH, Good)),
    row("fr", "French", "français", "Latn", kokoro("fr", FRENCH, Good)),
    row("hi", "Hindi", "हिन्दी", "Deva", kokoro("hi", HINDI, Good)),
    row("it", "Italian", "italiano", "Latn", kokoro("it", ITALIAN, Good)),
    row("pt-BR", "Brazilian Portuguese", "português (Brasil)", "Latn", kokoro("pt-br", PORTUGUESE, Good)),
    row("pt", "Portuguese", "português", "Latn", kokoro("pt-br", PORTUGUESE, Good)),
    // Its tones are right, but a character with several readings often gets the wrong one.
    row("zh", "Chinese", "中文", "Hans", kokoro("cmn", CHINESE, Draft)),
    // Languages without a voice of their own, spoken by a neighbour's whose sounds are nearest, with its accent. All
    // are understood far better than espeak-ng: half its character error or less wherever a recogniser could tell.
    row("ur", "Urdu", "اردو", "Arab", kokoro("ur", HINDI, Draft)),
    row("ta", "Tamil", "தமிழ்", "Taml", kokoro("ta", HINDI, Draft)),
    row("te", "Telugu", "తెలుగు", "Telu", kokoro("te", HINDI, Draft)),
    row("bn", "Bangla", "বাংলা", "Beng", kokoro("bn", HINDI, Draft)),
    row("mr", "Marathi", "मराठी", "Deva", kokoro("mr", HINDI, Draft)),
    row("ne", "Nepali", "नेपाली", "Deva", kokoro("ne", HINDI, Draft)),
    row("pa", "Punjabi", "ਪੰਜਾਬੀ", "Guru", kokoro("pa", HINDI, Draft)),
    row("gu", "Gujarati", "ગુજરાતી", "Gujr", kokoro("gu", HINDI, Draft)),
    row("kn", "Kannada", "ಕನ್ನಡ", "Knda", kokoro("kn", HINDI, Draft)),
    row("ml", "Malayalam", "മലയാളം", "Mlym", kokoro("ml", HINDI, Draft)),
    // espeak-ng has no rules for Sanskrit and the languages near to Hindi; those of Hindi read their script.
    row("sa", "Sanskrit", "संस्कृतम्", "Deva", kokoro("hi", HINDI, Draft)),
    row("mai", "Maithili", "मैथिली", "Deva", kokoro("hi", HINDI, Draft)),
    row("bho", "Bhojpuri", "भोजपुरी", "Deva", kokoro("hi", HINDI, Draft)),
    row("awa", "Awadhi", "अवधी", "Deva", kokoro("hi", HINDI, Draft)),
    row("bra", "Braj", "ब्रजभाषा", "Deva", kokoro("hi", HINDI, Draft)),
    row("doi", "Dogri", "डोगरी", "Deva", kokoro("hi", HINDI, Draft)),
    row("fa", "Persian", "فارسی", "Arab", kokoro("fa", HINDI, Draft)),
    row("de", "German", "Deutsch", "Latn", kokoro("de", HINDI, Draft)),
    row("nl", "Dutch", "Nederlands", "Latn", kokoro("nl", FRENCH, Draft)),
    row("ru", "Russian", "русский", "Cyrl", kokoro("ru", SLAVIC, Draft)),
    row("uk", "Ukrainian", "українська", "Cyrl", kokoro("uk", SLAVIC, Draft)),
    row("pl", "Polish", "polski", "Latn", kokoro("pl", HINDI, Draft)),
    row("tr", "Turkish", "Türkçe", "Latn", kokoro("tr", HINDI, Draft)),
    row("el", "Greek", "Ελληνικά", "Grek", kokoro("el", SPANISH, Draft)),
    row("id", "Indonesian", "Bahasa Indonesia", "Latn", kokoro("id", ITALIAN, Draft)),
    row("sw", "Swahili", "Kiswahili", "Latn", kokoro("sw", ITALIAN, Draft)),
    row("la", "Latin", "Latina", "Latn", kokoro("la", ITALIAN, Draft)),
    // Written without vowels, which the narrator's models add. They know modern prose, so what they add is a draft.
    row("ar", "Arabic", "العربية", "Arab", kokoro("ar", HINDI, Draft)),
    row("he", "Hebrew", "עברית", "Hebr", kokoro("he", HINDI, Draft)),
    // Their tones and sounds are in no voice's training.
    row("ko", "Korean", "한국어", "Kore", espeak("ko")),
    row("vi", "Vietnamese", "Tiếng Việt", "Latn", espeak("vi")),
    // Kana only: kanji have no reading there.
    row("ja", "Japanese", "日本語", "Jpan", espeak("ja")),
    // The others of espeak-ng, by English name. No neural voice was tried with them.
    row("af", "Afrikaans", "Afrikaans", "Latn", espeak("af")),
    row("sq", "Albanian", "shqip", "Latn", espeak("sq")),
    row("am", "Amharic", "አማርኛ", "Ethi", espeak("am")),
    row("grc", "Ancient Greek", "Ἑλληνική", "Grek", espeak("grc")),
    row("an", "Aragonese", "aragonés", "Latn", espeak("an")),
    row("hy", "Armenian", "հայերեն", "Armn", espeak("hy")),
    row("as", "Assamese", "অসমীয়া", "Beng", espeak("as")),
    row("az", "Azerbaijani", "azərbaycan", "Latn", espeak("az")),
    row("ba", "Bashkir", "башҡорт теле", "Cyrl", espeak("ba")),
    row("eu", "Basque", "euskara", "Latn", espeak("eu")),
    row("be", "Belarusian", "беларуская", "Cyrl", espeak("be")),
    row("bpy", "Bishnupriya", "বিষ্ণুপ্রিয়া মণিপুরী", "Beng", espeak("bpy")),
    row("bs", "Bosnian", "bosanski", "Latn", espeak("bs")),
    row("bg", "Bulgarian", "български", "Cyrl", espeak("bg")),
    row("my", "Burmese", "မြန်မာ", "Mymr", espeak("my")),
    row("yue", "Cantonese", "粵語", "Hant", espeak("yue")),
    row("ca", "Catalan", "català", "Latn", espeak("ca")),
    row("cv", "Chuvash", "чӑваш", "Cyrl", espeak("cv")),
    row("hr", "Croatian", "hrvatski", "Latn", espeak("hr")),
    row("cs", "Czech", "čeština", "Latn", espeak("cs")),
    row("da", "Danish", "dansk", "Latn", espeak("da")),
    row("eo", "Esperanto", "esperanto", "Latn", espeak("eo")),
    row("et", "Estonian", "eesti", "Latn", espeak("et")),
    row("fi", "Finnish", "suomi", "Latn", espeak("fi")),
    row("ka", "Georgian", "ქართული", "Geor", espeak("ka")),
    row("kl", "Greenlandic", "kalaallisut", "Latn", espeak("kl")),
    row("gn", "Guarani", "avañe’ẽ", "Latn", espeak("gn")),
    row("ht", "Haitian Creole", "kreyòl ayisyen", "Latn", espeak("ht")),
    row("haw", "Hawaiian", "ʻŌlelo Hawaiʻi", "Latn", espeak("haw")),
    row("hu", "Hungarian", "magyar", "Latn", espeak("hu")),
    row("is", "Icelandic", "íslenska", "Latn", espeak("is")),
    row("io", "Ido", "Ido", "Latn", espeak("io")),
    row("ia", "Interlingua", "interlingua", "Latn", espeak("ia")),
    row("ga", "Irish", "Gaeilge", "Latn", espeak("ga")),
    row("quc", "Kʼicheʼ", "Kʼicheʼ", "Latn", espeak("quc")),
    row("kk", "Kazakh", "қазақ тілі", "Cyrl", espeak("kk")),
    row("kok", "Konkani", "कोंकणी", "Deva", espeak("kok")),
    row("ku", "Kurdish", "kurdî", "Latn", espeak("ku")),
    row("ky", "Kyrgyz", "кыргызча", "Cyrl", espeak("ky")),
    row("ltg", "Latgalian", "latgalīšu", "Latn", espeak("ltg")),
    row("lv", "Latvian", "latviešu", "Latn", espeak("lv")),
    row("lfn", "Lingua Franca Nova", "lingua franca nova", "Latn", espeak("lfn")),
    row("lt", "Lithuanian", "lietuvių", "Latn", espeak("lt")),
    row("jbo", "Lojban", "la lojban", "Latn", espeak("jbo")),
    row("smj", "Lule Sámi", "julevsámegiella", "Latn", espeak("smj")),
    row("lb", "Luxembourgish", "Lëtzebuergesch", "Latn", espeak("lb")),
    row("mk", "Macedonian", "македонски", "Cyrl", espeak("mk")),
    row("ms", "Malay", "Melayu", "Latn", espeak("ms")),
    row("mt", "Maltese", "Malti", "Latn", espeak("mt")),
    row("mi", "Māori", "Māori", "Latn", espeak("mi")),
    row("nog", "Nogai", "ногайша", "Cyrl", espeak("nog")),
    row("nb", "Norwegian", "norsk bokmål", "Latn", espeak("nb")),
    row("or", "Odia", "ଓଡ଼ିଆ", "Orya", espeak("or")),
    row("om", "Oromo", "Oromoo", "Latn", espeak("om")),
    row("pap", "Papiamento", "Papiamentu", "Latn", espeak("pap")),
    row("qu", "Quechua", "Runasimi", "Latn", espeak("qu")),
    row("qya", "Quenya", "Quenya", "Latn", espeak("qya")),
    row("ro", "Romanian", "română", "Latn", espeak("ro")),
    row("gd", "Scottish Gaelic", "Gàidhlig", "Latn", espeak("gd")),
    row("sr", "Serbian", "српски", "Cyrl", espeak("sr")),
    row("sjn", "Sindarin", "Sindarin", "Latn", espeak("sjn")),
    row("sd", "Sindhi", "سنڌي", "Arab", espeak("sd")),
    row("si", "Sinhala", "සිංහල", "Sinh", espeak("si")),
    row("sk", "Slovak", "slovenčina", "Latn", espeak("sk")),
    row("sl", "Slovenian", "slovenščina", "Latn", espeak("sl")),
    row("sv", "Swedish", "svenska", "Latn", espeak("sv")),
    row("tt", "Tatar", "татар", "Cyrl", espeak("tt")),
    row("th", "Thai", "ไทย", "Thai", espeak("th")),
    row("ti", "Tigrinya", "ትግርኛ", "Ethi", espeak("ti")),
    row("tn", "Tswana", "Setswana", "Latn", espeak("tn")),
    row("tk", "Turkmen", "türkmen dili", "Latn", espeak("tk")),
    row("ug", "Uyghur", "ئۇيغۇرچە", "Arab", espeak("ug")),
    row("uz", "Uzbek", "o‘zbek", "Latn", espeak("uz")),
    row("cy", "Welsh", "Cymraeg", "Latn", espeak("cy")),
    row("hyw", "Western Armenian", "արեւմտահայերէն", "Armn", espeak("hyw")),
    // Nobody speaks these. A neighbour is one whose reader gives most letters their sound: Swahili's for African
    // languages with five to seven vowels (their tones are lost), Indonesian's for the islands between Madagascar and
    // the Philippines (Spanish, nearer to Filipino by its loan words, leaves h and ng unread), Urdu's and Persian's for
    // their neighbours' Arabic letters.
    row("ak", "Akan", "Akan", "Latn", like("sw")),
    row("bem", "Bemba", "Ichibemba", "Latn", like("sw")),
    row("bik", "Bikol", "Bikol", "Latn", like("id")),
    row("bo", "Tibetan", "བོད་སྐད་", "Tibt", nobody()),
    row("br", "Breton", "brezhoneg", "Latn", nobody()),
    row("brx", "Bodo", "बर’", "Deva", like("hi")),
    row("ceb", "Cebuano", "Cebuano", "Latn", like("id")),
    row("chr", "Cherokee", "ᏣᎳᎩ", "Cher", nobody()),
    row("ckb", "Central Kurdish", "کوردیی ناوەندی", "Arab", nobody()),
    row("cop", "Coptic", "ϯⲙⲉⲧⲣⲉⲙⲛ̀ⲭⲏⲙⲓ", "Copt", nobody()),
    row("cu", "Church Slavonic", "словѣньскъ", "Cyrl", like("ru")),
    row("dz", "Dzongkha", "རྫོང་ཁ", "Tibt", nobody()),
    row("ee", "Ewe", "Eʋegbe", "Latn", like("sw")),
    row("fj", "Fijian", "Na Vosa Vakaviti", "Latn", like("mi")),
    row("fo", "Faroese", "føroyskt", "Latn", nobody()),
    row("fy", "Western Frisian", "Frysk", "Latn", like("nl")),
    row("gez", "Geez", "ግዕዝ", "Ethi", like("am")),
    row("gl", "Galician", "galego", "Latn", like("es")),
    row("ha", "Hausa", "Hausa", "Latn", like("sw")),
    row("hil", "Hiligaynon", "Hiligaynon", "Latn", like("id")),
    row("hmn", "Hmong", "Hmoob", "Latn", nobody()),
    row("ig", "Igbo", "Igbo", "Latn", like("sw")),
    row("ilo", "Iloko", "Ilokano", "Latn", like("id")),
    row("jv", "Javanese", "Jawa", "Latn", like("id")),
    row("kaa", "Karakalpak", "qaraqalpaqsha", "Latn", nobody()),
    row("kha", "Khasi", "Khasi", "Latn", nobody()),
    row("ki", "Kikuyu", "Gikuyu", "Latn", like("sw")),
    row("km", "Khmer", "ខ្មែរ", "Khmr", nobody()),
    row("ks", "Kashmiri", "کٲشُر", "Arab", like("ur")),
    row("lg", "Ganda", "Luganda", "Latn", like("sw")),
    row("ln", "Lingala", "lingála", "Latn", like("sw")),
    row("lo", "Lao", "ລາວ", "Laoo", nobody()),
    row("lus", "Mizo", "Mizo ṭawng", "Latn", nobody()),
    row("mg", "Malagasy", "Malagasy", "Latn", like("id")),
    row("mn", "Mongolian", "монгол", "Cyrl", nobody()),
    row("mni", "Manipuri", "মৈতৈলোন্", "Beng", like("bn")),
    row("nr", "South Ndebele", "isiNdebele", "Latn", like("sw")),
    row("nso", "Northern Sotho", "Sesotho sa Leboa", "Latn", like("tn")),
    row("ny", "Nyanja", "Nyanja", "Latn", like("sw")),
    row("oc", "Occitan", "occitan", "Latn", like("ca")),
    row("pam", "Pampanga", "Kapampangan", "Latn", like("id")),
    row("pi", "Pali", "Pāḷi", "Latn", like("id")),
    row("pnb", "Western Punjabi", "پنجابی", "Arab", like("ur")),
    row("ps", "Pashto", "پښتو", "Arab", like("ur")),
    row("rn", "Rundi", "Ikirundi", "Latn", like("sw")),
    row("rw", "Kinyarwanda", "Ikinyarwanda", "Latn", like("sw")),
    row("skr", "Saraiki", "سرائیکی", "Arab", like("ur")),
    row("sm", "Samoan", "Gagana faʻa Sāmoa", "Latn", like("mi")),
    row("sn", "Shona", "chiShona", "Latn", like("sw")),
    row("so", "Somali", "Soomaali", "Latn", nobody()),
    row("ss", "Swati", "siSwati", "Latn", like("sw")),
    row("st", "Southern Sotho", "Sesotho", "Latn", like("tn")),
    row("su", "Sundanese", "Basa Sunda", "Latn", like("id")),
    row("syc", "Syriac", "ܣܘܪܝܝܐ", "Syrc", nobody()),
    row("tet", "Tetum", "tetun", "Latn", like("id")),
    row("tg", "Tajik", "тоҷикӣ", "Cyrl", nobody()),
    row("tl", "Filipino", "Filipino", "Latn", like("id")),
    row("to", "Tongan", "lea fakatonga", "Latn", like("mi")),
    row("tpi", "Tok Pisin", "Tok Pisin", "Latn", like("id")),
    row("ts", "Tsonga", "Xitsonga", "Latn", like("sw")),
    row("tw", "Twi", "Twi", "Latn", like("sw")),
    row("ve", "Venda", "Tshivenḓa", "Latn", like("sw")),
    row("war", "Waray", "Winaray", "Latn", like("id")),
    row("wo", "Wolof", "Wolof", "Latn", nobody()),
    row("xh", "Xhosa", "IsiXhosa", "Latn", like("sw")),
    row("yi", "Yiddish", "ייִדיש", "Hebr", nobody()),
    row("yo", "Yoruba", "Èdè Yorùbá", "Latn", like("sw")),
    row("zu", "Zulu", "isiZulu", "Latn", like("sw")),
];
