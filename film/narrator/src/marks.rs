//! The marks that end a sentence or a verse in each script, and the two liturgical words that stand alone: *selah* and
//! *amen*.

/// *Selah* as translations of the Psalms spell it, in lower case and without vowel points.
const SELAH: &[&str] = &[
    "selah",
    "sela",
    "selá",
    "séla",
    "sélah",
    "села",
    "סלה",
    "سلاه",
    "سلاہ",
    "सेला",
    "সেলা",
    "சேலா",
    "సెలా",
    "细拉",
    "細拉",
];

/// *Amen* as translations and prayer books spell it, in lower case and without vowel points.
const AMEN: &[&str] = &[
    "amen",
    "amén",
    "amém",
    "ameen",
    "amin",
    "amīn",
    "аминь",
    "αμήν",
    "אמן",
    "آمين",
    "آمین",
    "आमीन",
    "आमेन",
    "আমেন",
    "ஆமென்",
    "ఆమేన్",
    "阿们",
    "阿門",
];

/// True for a sentence that is the word *selah* and nothing else.
pub(crate) fn is_selah(sentence: &str) -> bool {
    SELAH.contains(&normalized(sentence).as_str())
}

/// True for a sentence that is the word *amen* and nothing else.
pub(crate) fn is_amen(sentence: &str) -> bool {
    AMEN.contains(&normalized(sentence).as_str())
}

/// A sentence for comparison: lower case, words joined by single spaces, without punctuation and without Hebrew and
/// Arabic vowel points.
pub(crate) fn normalized(sentence: &str) -> String {
    let points =
        |c: &char| matches!(c, '\u{0591}'..='\u{05BD}' | '\u{05BF}'..='\u{05C2}' | '\u{064B}'..='\u{0652}');
    let lower = sentence.to_lowercase();
    lower
        .split(|c: char| c.is_whitespace() || (c.is_ascii_punctuation() && c != '\''))
        .map(|word| word.chars().filter(|c| !points(c)).collect::<String>())
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).to_owned())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The marks that end a verse but no sentence by Unicode's rules: Hebrew's sof pasuq and the Arabic end of ayah.
pub(crate) fn ends_verse(c: char) -> bool {
    matches!(c, '\u{05C3}' | '\u{06DD}')
}

/// True for combining marks (accents, Indic vowel signs), which Unicode does not count as alphanumeric although they
/// are part of their word.
pub(crate) fn is_combining_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0900}'..='\u{0903}' | '\u{093A}'..='\u{094F}'
        | '\u{0981}'..='\u{0983}' | '\u{09BC}'..='\u{09CD}' | '\u{0B82}' | '\u{0BBE}'..='\u{0BCD}'
        | '\u{0C00}'..='\u{0C04}' | '\u{0C3E}'..='\u{0C4D}')
}

/// The punctuation mark that ends a sentence. Closing quotes and brackets after it are skipped, and so is the number
/// of the verse after an end of ayah. None for a sentence that ends without a mark.
pub(crate) fn closing_mark(sentence: &str) -> Option<char> {
    let unnumbered = sentence.trim_end_matches(|c: char| c.is_numeric() || c.is_whitespace());
    if let Some(mark) = unnumbered.chars().next_back().filter(|c| ends_verse(*c)) {
        return Some(mark);
    }
    sentence
        .trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '」', '』', '）'])
        .chars()
        .next_back()
        .filter(|c| !c.is_alphanumeric() && !is_combining_mark(*c))
        .filter(|c| {
            matches!(c, '.' | '!' | '?' | '…' | '।' | '॥' | '。' | '！' | '？' | '؟' | '۔' | '።')
                || ends_verse(*c)
        })
}
