//! Numbers in words, by the rules of Unicode's CLDR (rule-based number format, RBNF).
//!
//! The files in `data/rbnf` are taken from the npm package `cldr-rbnf` 48.2.0 (licence Unicode-3.0, beside them), cut
//! to the rule sets that are asked for here and to whole numbers below a thousand million. A line is `base: text;` or
//! `base/radix: text;`, where a rule serves every number from its base up to the next rule's.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Numbers from here on are left as digits. Every language's rules reach this far.
const LIMIT: u64 = 1_000_000_000;

/// Sets refer to one another; a file that refers in a circle would never end.
const DEEPEST: u32 = 32;

static LANGUAGES: LazyLock<HashMap<&'static str, Language>> = LazyLock::new(|| {
    [
        ("ar", include_str!("../../data/rbnf/ar.txt")),
        ("de", include_str!("../../data/rbnf/de.txt")),
        ("en", include_str!("../../data/rbnf/en.txt")),
        ("es", include_str!("../../data/rbnf/es.txt")),
        ("fr", include_str!("../../data/rbnf/fr.txt")),
        ("he", include_str!("../../data/rbnf/he.txt")),
        ("hi", include_str!("../../data/rbnf/hi.txt")),
        ("it", include_str!("../../data/rbnf/it.txt")),
        ("nl", include_str!("../../data/rbnf/nl.txt")),
        ("pt", include_str!("../../data/rbnf/pt.txt")),
        ("ta", include_str!("../../data/rbnf/ta.txt")),
    ]
    .into_iter()
    .map(|(language, rules)| (language, Language::parse(rules)))
    .collect()
});

/// A number in words by a rule set such as `spellout-ordinal`. None if the language has no such set, or the number is
/// too large.
pub(crate) fn spell(language: &str, set: &str, number: u64) -> Option<String> {
    let rules = LANGUAGES.get(language)?;
    let mut out = String::new();
    rules.format(rules.set(set)?, number, &mut out, 0).then_some(out)
}

/// The rule sets of a language.
struct Language {
    names: HashMap<&'static str, usize>,
    sets: Vec<Vec<Rule>>,
}

struct Rule {
    base: u64,
    /// The power of the radix by which `<<` divides.
    divisor: u64,
    parts: Vec<Part>,
}

enum Part {
    Text(&'static str),
    /// `<<`: the quotient, in this rule set or another.
    Quotient(Option<&'static str>),
    /// `>>`: the remainder.
    Remainder(Option<&'static str>),
    /// `=…=`: the number itself.
    Same(&'static str),
    /// `[…]`: left out if the remainder is zero.
    Optional(Vec<Part>),
}

impl Language {
    fn parse(text: &'static str) -> Self {
        let mut language = Self { names: HashMap::new(), sets: Vec::new() };
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('%') {
                let name = name.trim_start_matches('%').trim_end_matches(':');
                language.names.insert(name, language.sets.len());
                language.sets.push(Vec::new());
            } else if let (Some(rule), Some(set)) = (Rule::parse(line), language.sets.last_mut()) {
                set.push(rule);
            }
        }
        language
    }

    fn set(&self, name: &str) -> Option<&[Rule]> {
        self.names.get(name).and_then(|at| self.sets.get(*at)).map(Vec::as_slice)
    }

    /// Writes the number, and says whether the rules could.
    fn format(&self, set: &[Rule], number: u64, out: &mut String, depth: u32) -> bool {
        if number >= LIMIT || depth > DEEPEST {
            return false;
        }
        let Some(mut at) = set.partition_point(|rule| rule.base <= number).checked_sub(1) else {
            return false;
        };
        // A number that a rule's divisor divides, but not its base, belongs to the rule before, if the rule splits it
        // (the rollback of ICU's documentation).
        let rule = &set[at];
        if rule.splits()
            && !rule.base.is_multiple_of(rule.divisor)
            && number.is_multiple_of(rule.divisor)
            && at > 0
        {
            at -= 1;
        }
        self.write(&set[at].parts, &set[at], set, number, out, depth)
    }

    fn write(
        &self,
        parts: &[Part],
        rule: &Rule,
        set: &[Rule],
        number: u64,
        out: &mut String,
        depth: u32,
    ) -> bool {
        let named = |name: &Option<&str>| match name {
            None => Some(set),
            Some(name) => self.set(name),
        };
        parts.iter().all(|part| match part {
            Part::Text(text) => {
                out.push_str(text);
                true
            }
            Part::Quotient(name) => {
                named(name).is_some_and(|set| self.format(set, number / rule.divisor, out, depth + 1))
            }
            Part::Remainder(name) => {
                named(name).is_some_and(|set| self.format(set, number % rule.divisor, out, depth + 1))
            }
            Part::Same(name) if name.starts_with('#') || name.starts_with('0') => {
                out.push_str(&number.to_string());
                true
            }
            Part::Same(name) => self.set(name).is_some_and(|set| self.format(set, number, out, depth + 1)),
            Part::Optional(parts) => {
                number.is_multiple_of(rule.divisor) || self.write(parts, rule, set, number, out, depth)
            }
        })
    }
}

impl Rule {
    fn parse(line: &'static str) -> Option<Self> {
        let (head, body) = line.split_once(':')?;
        let (base, radix) = match head.split_once('/') {
            Some((base, radix)) => (base.parse().ok()?, radix.parse().ok()?),
            None => (head.parse().ok()?, 10_u64),
        };
        let mut divisor = 1_u64;
        while divisor.saturating_mul(radix) <= base {
            divisor *= radix;
        }
        let body = body.trim_start().trim_end_matches(';');
        // An apostrophe keeps the space at the beginning of a text.
        Some(Self { base, divisor, parts: parts(body.strip_prefix('\'').unwrap_or(body)) })
    }

    /// True if the rule has both a quotient and a remainder.
    fn splits(&self) -> bool {
        fn any(parts: &[Part], wanted: fn(&Part) -> bool) -> bool {
            parts.iter().any(|part| match part {
                Part::Optional(parts) => any(parts, wanted),
                part => wanted(part),
            })
        }
        any(&self.parts, |part| matches!(part, Part::Quotient(_)))
            && any(&self.parts, |part| matches!(part, Part::Remainder(_)))
    }
}

fn parts(mut body: &'static str) -> Vec<Part> {
    let mut parts = Vec::new();
    while let Some(first) = body.chars().next() {
        let inside = |close: char| body.get(1..)?.split_once(close);
        let name = |name: &'static str| (!name.is_empty()).then(|| name.trim_start_matches('%'));
        let (part, rest) = match (first, inside(if first == '[' { ']' } else { first })) {
            ('<', Some((set, rest))) => (Part::Quotient(name(set)), rest),
            ('>', Some((set, rest))) => (Part::Remainder(name(set)), rest),
            ('=', Some((set, rest))) => (Part::Same(set.trim_start_matches('%')), rest),
            ('[', Some((optional, rest))) => (Part::Optional(self::parts(optional)), rest),
            _ => {
                let next = body.char_indices().skip(1).find(|(_, c)| matches!(c, '<' | '>' | '=' | '['));
                let (text, rest) = body.split_at(next.map_or(body.len(), |(at, _)| at));
                (Part::Text(text), rest)
            }
        };
        parts.push(part);
        body = rest;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values are those of the PyPI package `unicode-rbnf` 2.4.1 with the same rules, or, where it has no such
    /// set, of the language's grammars.
    #[test]
    fn numbers_are_spelled_as_the_rules_say() {
        for (language, set, number, expected) in EXPECTED {
            assert_eq!(
                spell(language, set, *number).as_deref(),
                Some(*expected),
                "{language} {set} {number}"
            );
        }
    }

    #[test]
    fn every_rule_set_spells_every_number_of_its_range() {
        for (language, rules) in LANGUAGES.iter() {
            for (name, at) in &rules.names {
                // Sets that only continue another one do not begin with zero.
                let from = rules.sets[*at].first().map_or(0, |rule| rule.base);
                for number in
                    (from..1300).chain([2_000, 2_024, 12_345, 144_000, 600_000, 1_000_000, 7_654_321])
                {
                    let words = spell(language, name, number);
                    assert!(words.is_some(), "{language} {name} {number}");
                }
            }
        }
        assert_eq!(spell("en", "spellout-cardinal", LIMIT), None);
        assert_eq!(spell("en", "spellout-nothing", 1), None);
        assert_eq!(spell("xx", "spellout-cardinal", 1), None);
    }

    const EXPECTED: &[(&str, &str, u64, &str)] = &[
        ("en", "spellout-numbering-year", 33, "thirty-three"),
        ("en", "spellout-numbering-year", 586, "five hundred eighty-six"),
        ("en", "spellout-numbering-year", 1066, "ten sixty-six"),
        ("en", "spellout-numbering-year", 1517, "fifteen seventeen"),
        ("en", "spellout-numbering-year", 1900, "nineteen hundred"),
        ("en", "spellout-numbering-year", 1905, "nineteen oh-five"),
        ("en", "spellout-numbering-year", 1995, "nineteen ninety-five"),
        ("en", "spellout-numbering-year", 2000, "two thousand"),
        ("en", "spellout-numbering-year", 2005, "two thousand five"),
        ("en", "spellout-numbering-year", 2024, "twenty twenty-four"),
        ("en", "spellout-ordinal", 1, "first"),
        ("en", "spellout-ordinal", 2, "second"),
        ("en", "spellout-ordinal", 3, "third"),
        ("en", "spellout-ordinal", 8, "eighth"),
        ("en", "spellout-ordinal", 11, "eleventh"),
        ("en", "spellout-ordinal", 16, "sixteenth"),
        ("en", "spellout-ordinal", 21, "twenty-first"),
        ("en", "spellout-ordinal", 46, "forty-sixth"),
        ("en", "spellout-ordinal", 100, "one hundredth"),
        ("en", "spellout-ordinal", 101, "one hundred first"),
        ("en", "spellout-ordinal", 119, "one hundred nineteenth"),
        ("en", "spellout-ordinal", 1000, "one thousandth"),
        ("en", "spellout-ordinal", 1234, "one thousand two hundred thirty-fourth"),
        ("en", "spellout-cardinal", 1, "one"),
        ("en", "spellout-cardinal", 2, "two"),
        ("en", "spellout-cardinal", 3, "three"),
        ("en", "spellout-cardinal", 8, "eight"),
        ("en", "spellout-cardinal", 11, "eleven"),
        ("en", "spellout-cardinal", 16, "sixteen"),
        ("en", "spellout-cardinal", 21, "twenty-one"),
        ("en", "spellout-cardinal", 46, "forty-six"),
        ("en", "spellout-cardinal", 100, "one hundred"),
        ("en", "spellout-cardinal", 101, "one hundred one"),
        ("en", "spellout-cardinal", 119, "one hundred nineteen"),
        ("en", "spellout-cardinal", 1000, "one thousand"),
        ("en", "spellout-cardinal", 1234, "one thousand two hundred thirty-four"),
        ("es", "spellout-ordinal-masculine-adjective", 1, "primer"),
        ("es", "spellout-ordinal-masculine-adjective", 2, "segundo"),
        ("es", "spellout-ordinal-masculine-adjective", 3, "tercer"),
        ("es", "spellout-ordinal-masculine-adjective", 8, "octavo"),
        ("es", "spellout-ordinal-masculine-adjective", 11, "undécimo"),
        ("es", "spellout-ordinal-masculine-adjective", 16, "decimosexto"),
        ("es", "spellout-ordinal-masculine-adjective", 21, "vigésimo primer"),
        ("es", "spellout-ordinal-masculine-adjective", 46, "cuadragésimo sexto"),
        ("es", "spellout-ordinal-masculine-adjective", 100, "centésimo"),
        ("es", "spellout-ordinal-masculine-adjective", 101, "centésimo primer"),
        ("es", "spellout-ordinal-masculine-adjective", 119, "centésimo decimonoveno"),
        ("es", "spellout-ordinal-masculine-adjective", 1000, "milésimo"),
        ("es", "spellout-ordinal-masculine-adjective", 1234, "milésimo ducentésimo trigésimo cuarto"),
        ("es", "spellout-ordinal-masculine", 1, "primero"),
        ("es", "spellout-ordinal-masculine", 2, "segundo"),
        ("es", "spellout-ordinal-masculine", 3, "tercero"),
        ("es", "spellout-ordinal-masculine", 8, "octavo"),
        ("es", "spellout-ordinal-masculine", 11, "decimoprimero"),
        ("es", "spellout-ordinal-masculine", 16, "decimosexto"),
        ("es", "spellout-ordinal-masculine", 21, "vigésimo primero"),
        ("es", "spellout-ordinal-masculine", 46, "cuadragésimo sexto"),
        ("es", "spellout-ordinal-masculine", 100, "centésimo"),
        ("es", "spellout-ordinal-masculine", 101, "centésimo primero"),
        ("es", "spellout-ordinal-masculine", 119, "centésimo decimonoveno"),
        ("es", "spellout-ordinal-masculine", 1000, "milésimo"),
        ("es", "spellout-ordinal-masculine", 1234, "milésimo ducentésimo trigésimo cuarto"),
        ("es", "spellout-ordinal-feminine", 1, "primera"),
        ("es", "spellout-ordinal-feminine", 2, "segunda"),
        ("es", "spellout-ordinal-feminine", 3, "tercera"),
        ("es", "spellout-ordinal-feminine", 8, "octava"),
        ("es", "spellout-ordinal-feminine", 11, "decimoprimera"),
        ("es", "spellout-ordinal-feminine", 16, "decimosexta"),
        ("es", "spellout-ordinal-feminine", 21, "vigésima primera"),
        ("es", "spellout-ordinal-feminine", 46, "cuadragésima sexta"),
        ("es", "spellout-ordinal-feminine", 100, "centésima"),
        ("es", "spellout-ordinal-feminine", 101, "centésima primera"),
        ("es", "spellout-ordinal-feminine", 119, "centésima decimonovena"),
        ("es", "spellout-ordinal-feminine", 1000, "milésima"),
        ("es", "spellout-ordinal-feminine", 1234, "milésima ducentésima trigésima cuarta"),
        ("pt", "spellout-ordinal-masculine", 1, "primeiro"),
        ("pt", "spellout-ordinal-masculine", 2, "segundo"),
        ("pt", "spellout-ordinal-masculine", 3, "terceiro"),
        ("pt", "spellout-ordinal-masculine", 8, "oitavo"),
        ("pt", "spellout-ordinal-masculine", 11, "décimo primeiro"),
        ("pt", "spellout-ordinal-masculine", 16, "décimo sexto"),
        ("pt", "spellout-ordinal-masculine", 21, "vigésimo primeiro"),
        ("pt", "spellout-ordinal-masculine", 46, "quadragésimo sexto"),
        ("pt", "spellout-ordinal-masculine", 100, "centésimo"),
        ("pt", "spellout-ordinal-masculine", 101, "centésimo primeiro"),
        ("pt", "spellout-ordinal-masculine", 119, "centésimo décimo nono"),
        ("pt", "spellout-ordinal-masculine", 1000, "milésimo"),
        ("pt", "spellout-ordinal-masculine", 1234, "milésimo ducentésimo trigésimo quarto"),
        ("pt", "spellout-ordinal-feminine", 1, "primeira"),
        ("pt", "spellout-ordinal-feminine", 2, "segunda"),
        ("pt", "spellout-ordinal-feminine", 3, "terceira"),
        ("pt", "spellout-ordinal-feminine", 8, "oitava"),
        ("pt", "spellout-ordinal-feminine", 11, "décima primeira"),
        ("pt", "spellout-ordinal-feminine", 16, "décima sexta"),
        ("pt", "spellout-ordinal-feminine", 21, "vigésima primeira"),
        ("pt", "spellout-ordinal-feminine", 46, "quadragésima sexta"),
        ("pt", "spellout-ordinal-feminine", 100, "centésima"),
        ("pt", "spellout-ordinal-feminine", 101, "centésima primeira"),
        ("pt", "spellout-ordinal-feminine", 119, "centésima décima nona"),
        ("pt", "spellout-ordinal-feminine", 1000, "milésima"),
        ("pt", "spellout-ordinal-feminine", 1234, "milésima ducentésima trigésima quarta"),
        ("fr", "spellout-ordinal-masculine", 1, "premier"),
        ("fr", "spellout-ordinal-masculine", 2, "deuxième"),
        ("fr", "spellout-ordinal-masculine", 3, "troisième"),
        ("fr", "spellout-ordinal-masculine", 8, "huitième"),
        ("fr", "spellout-ordinal-masculine", 11, "onzième"),
        ("fr", "spellout-ordinal-masculine", 16, "seizième"),
        ("fr", "spellout-ordinal-masculine", 21, "vingt-et-unième"),
        ("fr", "spellout-ordinal-masculine", 46, "quarante-sixième"),
        ("fr", "spellout-ordinal-masculine", 100, "centième"),
        ("fr", "spellout-ordinal-masculine", 101, "cent-et-unième"),
        ("fr", "spellout-ordinal-masculine", 119, "cent dix-neuvième"),
        ("fr", "spellout-ordinal-masculine", 1000, "millième"),
        ("fr", "spellout-ordinal-masculine", 1234, "mille deux cent trente-quatrième"),
        ("fr", "spellout-ordinal-feminine", 1, "première"),
        ("fr", "spellout-ordinal-feminine", 2, "deuxième"),
        ("fr", "spellout-ordinal-feminine", 3, "troisième"),
        ("fr", "spellout-ordinal-feminine", 8, "huitième"),
        ("fr", "spellout-ordinal-feminine", 11, "onzième"),
        ("fr", "spellout-ordinal-feminine", 16, "seizième"),
        ("fr", "spellout-ordinal-feminine", 21, "vingt-et-unième"),
        ("fr", "spellout-ordinal-feminine", 46, "quarante-sixième"),
        ("fr", "spellout-ordinal-feminine", 100, "centième"),
        ("fr", "spellout-ordinal-feminine", 101, "cent-et-unième"),
        ("fr", "spellout-ordinal-feminine", 119, "cent dix-neuvième"),
        ("fr", "spellout-ordinal-feminine", 1000, "millième"),
        ("fr", "spellout-ordinal-feminine", 1234, "mille deux cent trente-quatrième"),
        ("it", "spellout-ordinal-masculine", 1, "primo"),
        ("it", "spellout-ordinal-masculine", 2, "secondo"),
        ("it", "spellout-ordinal-masculine", 3, "terzo"),
        ("it", "spellout-ordinal-masculine", 8, "ottavo"),
        ("it", "spellout-ordinal-masculine", 11, "undicesimo"),
        ("it", "spellout-ordinal-masculine", 16, "sedicesimo"),
        ("it", "spellout-ordinal-masculine", 21, "ventunesimo"),
        ("it", "spellout-ordinal-masculine", 46, "quarantaseiesimo"),
        ("it", "spellout-ordinal-masculine", 100, "centesimo"),
        ("it", "spellout-ordinal-masculine", 101, "centunesimo"),
        ("it", "spellout-ordinal-masculine", 119, "centodiciannovesimo"),
        ("it", "spellout-ordinal-masculine", 1000, "millesimo"),
        ("it", "spellout-ordinal-masculine", 1234, "milleduecentotrentaquattresimo"),
        ("it", "spellout-ordinal-feminine", 1, "prima"),
        ("it", "spellout-ordinal-feminine", 2, "seconda"),
        ("it", "spellout-ordinal-feminine", 3, "terza"),
        ("it", "spellout-ordinal-feminine", 8, "ottava"),
        ("it", "spellout-ordinal-feminine", 11, "undicesima"),
        ("it", "spellout-ordinal-feminine", 16, "sedicesima"),
        ("it", "spellout-ordinal-feminine", 21, "ventunesima"),
        ("it", "spellout-ordinal-feminine", 46, "quarantaseiesima"),
        ("it", "spellout-ordinal-feminine", 100, "centesima"),
        ("it", "spellout-ordinal-feminine", 101, "centunesima"),
        ("it", "spellout-ordinal-feminine", 119, "centodiciannovesima"),
        ("it", "spellout-ordinal-feminine", 1000, "millesima"),
        ("it", "spellout-ordinal-feminine", 1234, "milleduecentotrentaquattresima"),
        ("de", "spellout-ordinal", 1, "erste"),
        ("de", "spellout-ordinal", 2, "zweite"),
        ("de", "spellout-ordinal", 3, "dritte"),
        ("de", "spellout-ordinal", 8, "achte"),
        ("de", "spellout-ordinal", 11, "elfte"),
        ("de", "spellout-ordinal", 16, "sechzehnte"),
        ("de", "spellout-ordinal", 21, "einundzwanzigste"),
        ("de", "spellout-ordinal", 46, "sechsundvierzigste"),
        ("de", "spellout-ordinal", 100, "einhundertste"),
        ("de", "spellout-ordinal", 101, "einhunderterste"),
        ("de", "spellout-ordinal", 119, "einhundertneunzehnte"),
        ("de", "spellout-ordinal", 1000, "eintausendste"),
        ("de", "spellout-ordinal", 1234, "eintausendzweihundertvierunddreißigste"),
        ("de", "spellout-ordinal-n", 1, "ersten"),
        ("de", "spellout-ordinal-n", 2, "zweiten"),
        ("de", "spellout-ordinal-n", 3, "dritten"),
        ("de", "spellout-ordinal-n", 8, "achten"),
        ("de", "spellout-ordinal-n", 11, "elften"),
        ("de", "spellout-ordinal-n", 16, "sechzehnten"),
        ("de", "spellout-ordinal-n", 21, "einundzwanzigsten"),
        ("de", "spellout-ordinal-n", 46, "sechsundvierzigsten"),
        ("de", "spellout-ordinal-n", 100, "einhundertsten"),
        ("de", "spellout-ordinal-n", 101, "einhundertersten"),
        ("de", "spellout-ordinal-n", 119, "einhundertneunzehnten"),
        ("de", "spellout-ordinal-n", 1000, "eintausendsten"),
        ("de", "spellout-ordinal-n", 1234, "eintausendzweihundertvierunddreißigsten"),
        ("de", "spellout-ordinal-r", 1, "erster"),
        ("de", "spellout-ordinal-r", 2, "zweiter"),
        ("de", "spellout-ordinal-r", 3, "dritter"),
        ("de", "spellout-ordinal-r", 8, "achter"),
        ("de", "spellout-ordinal-r", 11, "elfter"),
        ("de", "spellout-ordinal-r", 16, "sechzehnter"),
        ("de", "spellout-ordinal-r", 21, "einundzwanzigster"),
        ("de", "spellout-ordinal-r", 46, "sechsundvierzigster"),
        ("de", "spellout-ordinal-r", 100, "einhundertster"),
        ("de", "spellout-ordinal-r", 101, "einhunderterster"),
        ("de", "spellout-ordinal-r", 119, "einhundertneunzehnter"),
        ("de", "spellout-ordinal-r", 1000, "eintausendster"),
        ("de", "spellout-ordinal-r", 1234, "eintausendzweihundertvierunddreißigster"),
        ("de", "spellout-ordinal-s", 1, "erstes"),
        ("de", "spellout-ordinal-s", 2, "zweites"),
        ("de", "spellout-ordinal-s", 3, "drittes"),
        ("de", "spellout-ordinal-s", 8, "achtes"),
        ("de", "spellout-ordinal-s", 11, "elftes"),
        ("de", "spellout-ordinal-s", 16, "sechzehntes"),
        ("de", "spellout-ordinal-s", 21, "einundzwanzigstes"),
        ("de", "spellout-ordinal-s", 46, "sechsundvierzigstes"),
        ("de", "spellout-ordinal-s", 100, "einhundertstes"),
        ("de", "spellout-ordinal-s", 101, "einhunderterstes"),
        ("de", "spellout-ordinal-s", 119, "einhundertneunzehntes"),
        ("de", "spellout-ordinal-s", 1000, "eintausendstes"),
        ("de", "spellout-ordinal-s", 1234, "eintausendzweihundertvierunddreißigstes"),
        ("de", "spellout-numbering-year", 33, "dreiunddreißig"),
        ("de", "spellout-numbering-year", 586, "fünfhundertsechsundachtzig"),
        ("de", "spellout-numbering-year", 1066, "eintausendsechsundsechzig"),
        ("de", "spellout-numbering-year", 1517, "fünfzehnhundertsiebzehn"),
        ("de", "spellout-numbering-year", 1900, "neunzehnhundert"),
        ("de", "spellout-numbering-year", 1905, "neunzehnhundertfünf"),
        ("de", "spellout-numbering-year", 1995, "neunzehnhundertfünfundneunzig"),
        ("de", "spellout-numbering-year", 2000, "zweitausend"),
        ("de", "spellout-numbering-year", 2005, "zweitausendfünf"),
        ("de", "spellout-numbering-year", 2024, "zweitausendvierundzwanzig"),
        ("hi", "spellout-ordinal-masculine", 1, "पहला"),
        ("hi", "spellout-ordinal-masculine", 2, "दूसरा"),
        ("hi", "spellout-ordinal-masculine", 3, "तीसरा"),
        ("hi", "spellout-ordinal-masculine", 8, "आठवाँ"),
        ("hi", "spellout-ordinal-masculine", 11, "ग्यारहवाँ"),
        ("hi", "spellout-ordinal-masculine", 16, "सोलहवाँ"),
        ("hi", "spellout-ordinal-masculine", 21, "इक्कीसवाँ"),
        ("hi", "spellout-ordinal-masculine", 46, "छियालीसवाँ"),
        ("hi", "spellout-ordinal-masculine", 100, "एक सौवाँ"),
        ("hi", "spellout-ordinal-masculine", 101, "एक सौ एकवाँ"),
        ("hi", "spellout-ordinal-masculine", 119, "एक सौ उन्नीसवाँ"),
        ("hi", "spellout-ordinal-masculine", 1000, "एक हज़ारवाँ"),
        ("hi", "spellout-ordinal-masculine", 1234, "एक हज़ार दो सौ चौंतीसवाँ"),
        ("hi", "spellout-ordinal-feminine", 1, "पहली"),
        ("hi", "spellout-ordinal-feminine", 2, "दूसरी"),
        ("hi", "spellout-ordinal-feminine", 3, "तीसरी"),
        ("hi", "spellout-ordinal-feminine", 8, "आठवी"),
        ("hi", "spellout-ordinal-feminine", 11, "ग्यारहवी"),
        ("hi", "spellout-ordinal-feminine", 16, "सोलहवी"),
        ("hi", "spellout-ordinal-feminine", 21, "इक्कीसवी"),
        ("hi", "spellout-ordinal-feminine", 46, "छियालीसवी"),
        ("hi", "spellout-ordinal-feminine", 100, "एक सौवी"),
        ("hi", "spellout-ordinal-feminine", 101, "एक सौ एकवी"),
        ("hi", "spellout-ordinal-feminine", 119, "एक सौ उन्नीसवी"),
        ("hi", "spellout-ordinal-feminine", 1000, "एक हज़ारवी"),
        ("hi", "spellout-ordinal-feminine", 1234, "एक हज़ार दो सौ चौंतीसवी"),
        ("ta", "spellout-ordinal", 1, "முதலாவது"),
        ("ta", "spellout-ordinal", 2, "இரண்டாவது"),
        ("ta", "spellout-ordinal", 3, "மூன்றாவது"),
        ("ta", "spellout-ordinal", 8, "எட்டாவது"),
        ("ta", "spellout-ordinal", 11, "பதினொன்றாவது"),
        ("ta", "spellout-ordinal", 16, "பதினாறாவது"),
        ("ar", "spellout-ordinal-masculine", 1, "الأول"),
        ("ar", "spellout-ordinal-masculine", 2, "الثاني"),
        ("ar", "spellout-ordinal-masculine", 3, "الثالث"),
        ("ar", "spellout-ordinal-masculine", 8, "الثامن"),
        ("ar", "spellout-ordinal-masculine", 11, "الحادي عشر"),
        ("ar", "spellout-ordinal-masculine", 16, "السادس عشر"),
        ("ar", "spellout-ordinal-masculine", 21, "الحادي  والعشرون"),
        ("ar", "spellout-ordinal-masculine", 46, "السادس والأربعون"),
        ("ar", "spellout-ordinal-masculine", 100, "المائة"),
        ("ar", "spellout-ordinal-masculine", 101, "المائة وواحد"),
        ("ar", "spellout-ordinal-masculine", 119, "المائة وتسعة عشر"),
        ("ar", "spellout-ordinal-masculine", 1000, "الألف"),
        ("ar", "spellout-ordinal-masculine", 1234, "الألف ومائتان وأربعة وثلاثون"),
        ("ar", "spellout-ordinal-feminine", 1, "الأولى"),
        ("ar", "spellout-ordinal-feminine", 2, "الثانية"),
        ("ar", "spellout-ordinal-feminine", 3, "الثالثة"),
        ("ar", "spellout-ordinal-feminine", 8, "الثامنة"),
        ("ar", "spellout-ordinal-feminine", 11, "الحادية عشرة"),
        ("ar", "spellout-ordinal-feminine", 16, "السادسة عشرة"),
        ("ar", "spellout-ordinal-feminine", 21, "الحادية  والعشرون"),
        ("ar", "spellout-ordinal-feminine", 46, "السادسة والأربعون"),
        ("ar", "spellout-ordinal-feminine", 100, "المائة"),
        ("ar", "spellout-ordinal-feminine", 101, "المائة وواحدة"),
        ("ar", "spellout-ordinal-feminine", 119, "المائة وتسعة عشر"),
        ("ar", "spellout-ordinal-feminine", 1000, "الألف"),
        ("ar", "spellout-ordinal-feminine", 1234, "الألف ومائتان وأربعة وثلاثون"),
        ("he", "spellout-ordinal-masculine", 1, "ראשון"),
        ("he", "spellout-ordinal-masculine", 2, "שני"),
        ("he", "spellout-ordinal-masculine", 3, "שלישי"),
        ("he", "spellout-ordinal-masculine", 8, "שמיני"),
        ("he", "spellout-ordinal-masculine", 11, "אחד עשר"),
        ("he", "spellout-ordinal-masculine", 16, "שישה עשר"),
        ("he", "spellout-ordinal-masculine", 21, "עשרים ואחד"),
        ("he", "spellout-ordinal-masculine", 46, "ארבעים ושישה"),
        ("he", "spellout-ordinal-masculine", 100, "מאה"),
        ("he", "spellout-ordinal-masculine", 101, "מאה ואחד"),
        ("he", "spellout-ordinal-masculine", 119, "מאה ותשעה עשר"),
        ("he", "spellout-ordinal-masculine", 1000, "אלף"),
        ("he", "spellout-ordinal-masculine", 1234, "אלף מאתיים שלושים וארבעה"),
        ("he", "spellout-ordinal-feminine", 1, "ראשונה"),
        ("he", "spellout-ordinal-feminine", 2, "שניה"),
        ("he", "spellout-ordinal-feminine", 3, "שלישית"),
        ("he", "spellout-ordinal-feminine", 8, "שמינית"),
        ("he", "spellout-ordinal-feminine", 11, "אחת עשרה"),
        ("he", "spellout-ordinal-feminine", 16, "שש עשרה"),
        ("he", "spellout-ordinal-feminine", 21, "עשרים ואחת"),
        ("he", "spellout-ordinal-feminine", 46, "ארבעים ושש"),
        ("he", "spellout-ordinal-feminine", 100, "מאה"),
        ("he", "spellout-ordinal-feminine", 101, "מאה ואחת"),
        ("he", "spellout-ordinal-feminine", 119, "מאה ותשע עשרה"),
        ("he", "spellout-ordinal-feminine", 1000, "אלף"),
        ("he", "spellout-ordinal-feminine", 1234, "אלף מאתיים שלושים וארבע"),
        ("nl", "spellout-ordinal", 1, "eerste"),
        ("nl", "spellout-ordinal", 2, "tweede"),
        ("nl", "spellout-ordinal", 3, "derde"),
        ("nl", "spellout-ordinal", 8, "achtste"),
        ("nl", "spellout-ordinal", 11, "elfde"),
        ("nl", "spellout-ordinal", 16, "zestiende"),
        ("nl", "spellout-ordinal", 21, "eenentwintigste"),
        ("nl", "spellout-ordinal", 46, "zesenveertigste"),
        ("nl", "spellout-ordinal", 100, "honderdste"),
        ("nl", "spellout-ordinal", 101, "honderdeerste"),
        ("nl", "spellout-ordinal", 119, "honderdnegentiende"),
        ("nl", "spellout-ordinal", 1000, "duizendste"),
        ("nl", "spellout-ordinal", 1234, "duizendtweehonderdvierendertigste"),
        ("nl", "spellout-numbering-year", 33, "drieëndertig"),
        ("nl", "spellout-numbering-year", 586, "vijfhonderdzesentachtig"),
        ("nl", "spellout-numbering-year", 1066, "duizendzesenzestig"),
        ("nl", "spellout-numbering-year", 1517, "vijftienzeventien"),
        ("nl", "spellout-numbering-year", 1900, "negentienhonderd"),
        ("nl", "spellout-numbering-year", 1905, "negentienvijf"),
        ("nl", "spellout-numbering-year", 1995, "negentienvijfennegentig"),
        ("nl", "spellout-numbering-year", 2000, "tweeduizend"),
        ("nl", "spellout-numbering-year", 2005, "tweeduizendvijf"),
        ("nl", "spellout-numbering-year", 2024, "tweeduizendvierentwintig"),
    ];
}
