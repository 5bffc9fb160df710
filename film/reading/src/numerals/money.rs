//! Amounts of money: `$25`, `£3.50`, `3,50 €`, `₹100`, `$5 million`.

use crate::characters::{Cursor, is_currency, is_word};
use crate::numerals::amounts::{self, Amount};
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// The words of one language for money.
struct Money {
    language: &'static str,
    currencies: &'static [Currency],
    /// Between the two parts of an amount, and whether the name of the small unit follows the second.
    between: &'static str,
    small_named: bool,
    /// Words behind an amount that belong to it, and what stands between them and the currency.
    scales: &'static [&'static str],
    of: &'static str,
    /// Said for the slash in `$20/child`; empty if the slash stays.
    per: &'static str,
}

/// A currency: its signs, the amount one, its plural, the plural of its hundredth (empty if there is none).
type Currency = (&'static [&'static str], &'static str, &'static str, &'static str);

const DOLLAR: &[&str] = &["$", "US$", "＄"];
const EURO: &[&str] = &["€"];
const POUND: &[&str] = &["£"];
const RUPEE: &[&str] = &["₹", "₨", "Rs.", "Rs"];
const YEN: &[&str] = &["¥"];
const SHEKEL: &[&str] = &["₪"];
const REAL: &[&str] = &["R$"];

const LANGUAGES: &[Money] = &[
    Money {
        language: "en",
        currencies: &[
            (REAL, "1 real", "reais", "centavos"),
            (DOLLAR, "1 dollar", "dollars", "cents"),
            (EURO, "1 euro", "euros", "cents"),
            (POUND, "1 pound", "pounds", "pence"),
            (RUPEE, "1 rupee", "rupees", "paise"),
            (YEN, "1 yen", "yen", ""),
            (SHEKEL, "1 shekel", "shekels", "agorot"),
        ],
        between: " and ",
        small_named: true,
        scales: &["hundred", "thousand", "million", "billion", "trillion", "lakh", "crore"],
        of: " ",
        per: "per",
    },
    Money {
        language: "es",
        currencies: &[
            (REAL, "un real", "reales", "centavos"),
            (DOLLAR, "un dólar", "dólares", "centavos"),
            (EURO, "un euro", "euros", "céntimos"),
            (POUND, "una libra", "libras", "peniques"),
            (RUPEE, "una rupia", "rupias", "paisas"),
            (YEN, "un yen", "yenes", ""),
            (SHEKEL, "un séquel", "séqueles", ""),
        ],
        between: " con ",
        small_named: true,
        scales: &["mil", "millón", "millones", "billones"],
        of: " de ",
        per: "por",
    },
    Money {
        language: "pt",
        currencies: &[
            (REAL, "um real", "reais", "centavos"),
            (DOLLAR, "um dólar", "dólares", "centavos"),
            (EURO, "um euro", "euros", "cêntimos"),
            (POUND, "uma libra", "libras", "centavos"),
            (RUPEE, "uma rúpia", "rúpias", "paisas"),
            (YEN, "um iene", "ienes", ""),
            (SHEKEL, "um shekel", "shekels", ""),
        ],
        between: " e ",
        small_named: true,
        scales: &["mil", "milhão", "milhões", "bilhões", "mil milhões"],
        of: " de ",
        per: "por",
    },
    Money {
        language: "fr",
        currencies: &[
            (REAL, "un réal", "réaux", "centavos"),
            (DOLLAR, "un dollar", "dollars", "cents"),
            (EURO, "un euro", "euros", "centimes"),
            (POUND, "une livre", "livres", "pence"),
            (RUPEE, "une roupie", "roupies", "paisas"),
            (YEN, "un yen", "yens", ""),
            (SHEKEL, "un shekel", "shekels", ""),
        ],
        between: " ",
        small_named: false,
        scales: &["mille", "million", "millions", "milliard", "milliards"],
        of: " de ",
        per: "par",
    },
    Money {
        language: "it",
        currencies: &[
            (REAL, "un real", "real", "centavos"),
            (DOLLAR, "un dollaro", "dollari", "centesimi"),
            (EURO, "un euro", "euro", "centesimi"),
            (POUND, "una sterlina", "sterline", "pence"),
            (RUPEE, "una rupia", "rupie", "paisa"),
            (YEN, "uno yen", "yen", ""),
            (SHEKEL, "uno shekel", "shekel", ""),
        ],
        between: " e ",
        small_named: false,
        scales: &["mila", "milione", "milioni", "miliardo", "miliardi"],
        of: " di ",
        per: "a",
    },
    Money {
        language: "de",
        currencies: &[
            (REAL, "ein Real", "Real", "Centavos"),
            (DOLLAR, "ein Dollar", "Dollar", "Cent"),
            (EURO, "ein Euro", "Euro", "Cent"),
            (POUND, "ein Pfund", "Pfund", "Pence"),
            (RUPEE, "eine Rupie", "Rupien", "Paisa"),
            (YEN, "ein Yen", "Yen", ""),
            (SHEKEL, "ein Schekel", "Schekel", ""),
        ],
        between: " ",
        small_named: false,
        scales: &["tausend", "Million", "Millionen", "Milliarde", "Milliarden"],
        of: " ",
        per: "pro",
    },
    Money {
        language: "hi",
        currencies: &[
            (DOLLAR, "1 डॉलर", "डॉलर", "सेंट"),
            (EURO, "1 यूरो", "यूरो", "सेंट"),
            (POUND, "1 पाउंड", "पाउंड", "पेंस"),
            (RUPEE, "1 रुपया", "रुपये", "पैसे"),
            (YEN, "1 येन", "येन", ""),
            (SHEKEL, "1 शेकेल", "शेकेल", ""),
        ],
        between: " ",
        small_named: true,
        scales: &["सौ", "हज़ार", "हजार", "लाख", "करोड़", "मिलियन", "अरब"],
        of: " ",
        per: "प्रति",
    },
    Money {
        language: "ta",
        currencies: &[
            (DOLLAR, "1 டாலர்", "டாலர்", "சென்ட்"),
            (EURO, "1 யூரோ", "யூரோ", "சென்ட்"),
            (POUND, "1 பவுண்டு", "பவுண்டு", "பென்ஸ்"),
            (RUPEE, "1 ரூபாய்", "ரூபாய்", "பைசா"),
        ],
        between: " ",
        small_named: true,
        scales: &["ஆயிரம்", "லட்சம்", "கோடி", "மில்லியன்"],
        of: " ",
        per: "",
    },
    Money {
        language: "ar",
        currencies: &[
            (DOLLAR, "دُولَار", "دُولَار", "سِنْت"),
            (EURO, "يُورُو", "يُورُو", "سِنْت"),
            (POUND, "جُنَيْه", "جُنَيْه", "بِنْس"),
            (RUPEE, "رُوبِيَّة", "رُوبِيَّة", ""),
            (SHEKEL, "شِيكِل", "شِيكِل", ""),
        ],
        between: " وَ ",
        small_named: true,
        scales: &["ألف", "مليون", "مليار"],
        of: " ",
        per: "لِكُلِّ",
    },
    Money {
        language: "he",
        currencies: &[
            (DOLLAR, "דּוֹלָר", "דּוֹלָר", "סֶנְט"),
            (EURO, "אֵירוֹ", "אֵירוֹ", "סֶנְט"),
            (POUND, "פָּאוּנְד", "פָּאוּנְד", "פֶּנִי"),
            (SHEKEL, "שֶׁקֶל", "שְׁקָלִים", "אֲגוֹרוֹת"),
        ],
        between: " וְ ",
        small_named: true,
        scales: &["אלף", "מיליון", "מיליארד"],
        of: " ",
        per: "לְכָל",
    },
];

/// Amounts with the currency in words behind the number.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let Some(money) = LANGUAGES.iter().find(|money| money.language == language) else { return Vec::new() };
    if !text.contains(is_currency) && !text.contains("Rs") {
        return Vec::new();
    }
    let mut found: Vec<Rewrite> = Vec::new();
    for at in amounts::starts(text).chain(behind_letters(text)) {
        let Some(amount) = amounts::amount(text, at) else { continue };
        let Some((currency, start, end)) = money.sign(text, &amount) else { continue };
        if found.last().is_some_and(|last| last.written.end > start) {
            continue;
        }
        let (scale, end) = money.scale(text, &amount, end);
        if text[end..].starts_with(is_word) {
            continue;
        }
        let mut spoken = money.spoken(&amount, currency, scale);
        let each = text[end..].strip_prefix('/').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
        let each = each && !money.per.is_empty();
        if each {
            spoken = format!("{spoken} {} ", money.per);
        }
        found.push(Rewrite::text(start..end + usize::from(each), spoken, Kind::Money));
    }
    found.sort_by_key(|rewrite| rewrite.written.start);
    found
}

/// The digits of `Rs100`, which follow a letter.
fn behind_letters(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.match_indices("Rs")
        .map(|(at, sign)| at + sign.len())
        .filter(|at| text[*at..].starts_with(|c: char| c.is_ascii_digit()))
}

impl Money {
    /// The currency before or behind an amount, and the range of both.
    fn sign(&self, text: &str, amount: &Amount) -> Option<(&'static Currency, usize, usize)> {
        let head = text[..amount.written.start].trim_end_matches([' ', '\u{A0}', '\u{202F}']);
        let before = self.currencies.iter().find_map(|currency| {
            let sign =
                currency.0.iter().filter(|sign| head.ends_with(**sign)).max_by_key(|sign| sign.len())?;
            let start = head.len() - sign.len();
            let joined = sign.starts_with(char::is_alphabetic) && text[..start].ends_with(is_word);
            (!joined).then_some((currency, start, amount.written.end))
        });
        if before.is_some() {
            return before;
        }
        let mut cursor = Cursor::new(text, amount.written.end);
        cursor.spaces();
        let rest = cursor.rest();
        self.currencies.iter().find_map(|currency| {
            let sign = currency.0.iter().find(|sign| !sign.starts_with('R') && rest.starts_with(**sign))?;
            let end = cursor.at + sign.len();
            // `5 $10` is five, then ten dollars.
            let next = Cursor::new(text, end).peek().is_some_and(|c| c.is_ascii_digit());
            (!next).then_some((currency, amount.written.start, end))
        })
    }

    /// A word such as *million* behind the amount, and the end of both.
    fn scale(&self, text: &str, amount: &Amount, end: usize) -> (&'static str, usize) {
        let mut cursor = Cursor::new(text, end);
        cursor.spaces();
        let word = cursor.word();
        // `$100k`, `$5M`: a letter right behind the number.
        let letter = match (self.language, word) {
            ("en", "k" | "K") => Some(&"thousand"),
            ("en", "m" | "M" | "mn") => Some(&"million"),
            ("en", "b" | "B" | "bn") => Some(&"billion"),
            _ => None,
        };
        let spelled = self.scales.iter().find(|scale| scale.to_lowercase() == word.to_lowercase());
        let known = spelled.or(letter.filter(|_| cursor.at == end));
        match known.filter(|_| end == amount.written.end) {
            Some(scale) => (scale, cursor.at + word.len()),
            None => ("", end),
        }
    }

    fn spoken(&self, amount: &Amount, currency: &Currency, scale: &str) -> String {
        let (_, one, many, small) = currency;
        if !scale.is_empty() {
            let mark = if matches!(self.language, "en" | "hi" | "ta" | "he" | "ar") { '.' } else { ',' };
            let decimals =
                if amount.decimals.is_empty() { String::new() } else { format!("{mark}{}", amount.decimals) };
            // *Thousand* is no noun in Romance languages: `5 mil dólares`, but `5 millones de dólares`.
            let of = if matches!(scale, "mil" | "mila" | "mille") { " " } else { self.of };
            return format!("{}{decimals} {scale}{of}{many}", amount.whole);
        }
        let whole = amount.whole.trim_start_matches('0');
        let unit = match whole {
            "1" => (*one).to_owned(),
            "" => format!("0 {many}"),
            whole => format!("{whole} {many}"),
        };
        let cents = match amount.decimals.as_str() {
            decimals if decimals.len() == 2 && !small.is_empty() => decimals.trim_start_matches('0'),
            _ => "",
        };
        match (cents, amount.decimals.len()) {
            ("", 0 | 2) => unit,
            ("", _) => format!("{}.{} {many}", amount.whole, amount.decimals),
            (cents, _) if whole.is_empty() => format!("{cents} {small}"),
            (cents, _) if self.small_named => format!("{unit}{}{cents} {small}", self.between),
            (cents, _) => format!("{unit}{}{cents}", self.between),
        }
    }
}
