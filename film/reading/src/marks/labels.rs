//! Names of parts (`[Verse 2]`), directions (`(All stand)`), and who speaks (`Leader:`, `V. … R. …`).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::choices::Treatment;
use crate::draft::merge;
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};
use crate::script::is_word;
use crate::tables::labels::{ACTIONS, DIRECTIONS, PARTS, SPEAKERS};

/// The number behind a part's name: `2`, `II`, `A`, `1-3`.
const NUMBER: &str =
    r"(?:[ \t]*[#.]?[ \t]*(?:\p{Nd}{1,2}(?:[ \t]*[-–&,][ \t]*\p{Nd}{1,2})*|[IVX]{1,4}\b|[A-D]\b))?";

static BRACKETED_PART: LazyLock<Regex> = LazyLock::new(|| {
    let parts = PARTS.join("|");
    compile(&format!(r"(?i)[(\[{{<]\s*(?P<name>{parts}){NUMBER}\s*[:.]?\s*[)\]}}>](?:[ \t]*:)?"))
});

/// A line that is nothing but a part's name, or a name with a colon before the part's first words. A name that another
/// pass finds a repetition behind (`Chorus x2`) counts too.
static PART_LINE: LazyLock<Regex> = LazyLock::new(|| {
    let parts = PARTS.join("|");
    let times = r"(?:[(\[]?[ \t]*(?:[x×]\s?\p{Nd}|\p{Nd}\s?[x×])[ \t]*[)\]]?)?";
    compile(&format!(r"(?im)^[ \t]*(?P<all>(?P<name>{parts}){NUMBER})[ \t]*(?:(?P<colon>:)|{times}[ \t]*$)"))
});

static DIRECTION: LazyLock<Regex> = LazyLock::new(|| {
    let opening: Vec<&str> =
        DIRECTIONS.iter().copied().filter(|words| words.contains(' ') || ACTIONS.contains(words)).collect();
    let (opening, alone) = (opening.join("|"), DIRECTIONS.join("|"));
    compile(&format!(
        r"(?i)[(\[]\s*(?:(?:{opening})(?:[\s.!,;][^()\[\]\n]{{0,60}})?|(?:{alone})[.!]?)\s*[)\]]"
    ))
});

static SPEAKER: LazyLock<Regex> = LazyLock::new(|| {
    let speakers = SPEAKERS.join("|");
    compile(&format!(r"(?im)^[ \t]*((?:{speakers})[ \t]*:)[ \t]"))
});

/// Versicle and response, as letters or as their own signs ℣ and ℟.
static VERSICLE: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?m)(?:^|[.!?…:;*”]\s+)[ \t]*(([VR])([./:]|/\.)|[℣℟]\.?)[ \t]+[\p{Lu}“‘«¡¿\x22]")
});

/// A capital and a colon at the start of a line.
static INITIAL: LazyLock<Regex> = LazyLock::new(|| compile(r"(?m)^[ \t]*(\p{Lu}:)[ \t]+[\p{Lu}“‘«¡¿\x22]"));

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let labels = if options.choices.labels != Treatment::Read { parts(text) } else { Vec::new() };
    if options.choices.directions == Treatment::Read {
        return merge([labels, versicles(text, options)]);
    }
    let directions = DIRECTION.find_iter(text).filter(|found| !is_within_sentence(text, &found.range()));
    let directions = directions.map(|found| Rewrite::silent(found.range(), Kind::Direction));
    let speakers = SPEAKER.captures_iter(text).filter_map(|found| found.get(1));
    let speakers = speakers.map(|found| Rewrite::silent(found.range(), Kind::Direction));
    merge([labels, directions.collect(), speakers.collect(), versicles(text, options), initials(text)])
}

/// True for one word in small letters in brackets within a sentence, which translators add: `to You is the [final]
/// destination`. What the congregation does (`(pause)`) stands within sentences too.
fn is_within_sentence(text: &str, range: &Range<usize>) -> bool {
    let inside = text[range.clone()].trim_matches(|c: char| !is_word(c));
    if inside.contains(char::is_whitespace)
        || !inside.starts_with(char::is_lowercase)
        || ACTIONS.contains(&inside)
    {
        return false;
    }
    let before = text[..range.start].trim_end_matches([' ', '\t']).chars().next_back();
    let after = text[range.end..].trim_start_matches([' ', '\t']).chars().next();
    before.is_some_and(|c| c.is_alphanumeric() || c == ',')
        && after.is_some_and(|c| c.is_lowercase() || matches!(c, ',' | '.' | ';' | ':' | ')'))
}

/// One capital before a colon at the start of a line says who speaks, if two lines have it: `P: …`, `C: …`.
fn initials(text: &str) -> Vec<Rewrite> {
    let found: Vec<_> = INITIAL.captures_iter(text).filter_map(|found| found.get(1)).collect();
    let marks = found.iter().map(|mark| Rewrite::silent(mark.range(), Kind::Direction));
    if found.len() > 1 { marks.collect() } else { Vec::new() }
}

/// *Versicle* and *response* where directions are read, by language.
const VERSICLE_WORDS: &[(&str, [&str; 2])] = &[
    ("en", ["Versicle", "Response"]),
    ("es", ["Versículo", "Respuesta"]),
    ("pt", ["Versículo", "Resposta"]),
    ("fr", ["Verset", "Répons"]),
    ("it", ["Versetto", "Responsorio"]),
    ("de", ["Vers", "Antwort"]),
    ("la", ["Versus", "Responsum"]),
];

/// A line with the name of a part is not longer than this, in bytes.
const LONGEST_LABEL: usize = 120;

/// The name of the part that a line or the start of a line names, in lower case.
pub(crate) fn part(line: &str) -> Option<String> {
    label(line).map(|(name, _)| name)
}

/// The name of the part, if the line has nothing else.
pub(crate) fn part_alone(line: &str) -> Option<String> {
    let (name, length) = label(line)?;
    (!line[length..].chars().any(char::is_alphanumeric)).then_some(name)
}

/// The bytes before the first words of a part: `Chorus: ` in `Chorus: Praise him`.
pub(crate) fn length(line: &str) -> usize {
    label(line).map_or(0, |(_, length)| length)
}

/// The name of a part in lower case, and the bytes to the end of its label.
fn label(line: &str) -> Option<(String, usize)> {
    let start = line.len() - line.trim_start().len();
    let words = line.trim();
    // Only the beginning of a long line is looked at.
    let mut end = words.len().min(LONGEST_LABEL);
    while !words.is_char_boundary(end) {
        end -= 1;
    }
    let words = &words[..end];
    let found =
        BRACKETED_PART.captures(words).filter(|found| found.get(0).is_some_and(|all| all.start() == 0));
    let name = found.or_else(|| PART_LINE.captures(words))?;
    let end = name.get(0)?.end();
    Some((name.name("name")?.as_str().to_lowercase(), start + end))
}

fn parts(text: &str) -> Vec<Rewrite> {
    let silent = |range| Rewrite::silent(range, Kind::Label);
    let bracketed = BRACKETED_PART.find_iter(text).filter(|found| !is_within_sentence(text, &found.range()));
    let bracketed = bracketed.map(|found| silent(found.range())).collect();
    // The only line of a text is its words, whatever they are.
    let many = text.trim().contains('\n');
    let lines = PART_LINE.captures_iter(text).filter_map(|found| {
        let (all, colon) = (found.name("all")?, found.name("colon"));
        let end = colon.map_or(all.end(), |colon| colon.end());
        (many || colon.is_some()).then(|| silent(all.start()..end))
    });
    merge([bracketed, lines.collect()])
}

/// The letters V and R with a full stop count only if both are there, or one of them twice, because either may be an
/// initial; with a slash (`R/`, `R/.`) always. Where directions are read, a word says them.
fn versicles(text: &str, options: &Options) -> Vec<Rewrite> {
    let found: Vec<_> = VERSICLE
        .captures_iter(text)
        .filter_map(|found| Some((found.get(1)?, found.get(2), found.get(3))))
        .collect();
    let count =
        |letter| found.iter().filter(|(_, own, _)| own.is_some_and(|own| own.as_str() == letter)).count();
    let (versicles, responses) = (count("V"), count("R"));
    let sure = versicles > 0 && responses > 0 || versicles > 1 || responses > 1;
    let kept = found.iter().filter(|(_, letter, sign)| {
        letter.is_none() || sure || sign.is_some_and(|sign| sign.as_str().contains('/'))
    });
    let language = options.primary();
    let words = VERSICLE_WORDS.iter().find(|(own, _)| *own == language).map(|(_, words)| words);
    let rewrite = |mark: &regex::Match<'_>| {
        let word = words.filter(|_| options.choices.directions == Treatment::Read);
        let response = mark.as_str().starts_with(['R', '℟']);
        match word {
            Some(words) => {
                Rewrite::text(mark.range(), format!("{}:", words[usize::from(response)]), Kind::Direction)
            }
            None => Rewrite::silent(mark.range(), Kind::Direction),
        }
    };
    kept.map(|(mark, ..)| rewrite(mark)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::ReadingChoices;
    use crate::draft::Draft;

    fn left(text: &str) -> String {
        Draft::new(text).apply(&rewrites(text, &Options::default())).text().to_owned()
    }

    #[test]
    fn names_of_parts_are_silent() {
        for (text, expected) in [
            ("[Verse 2]\nAmazing grace", "\nAmazing grace"),
            ("(Chorus) Praise him", " Praise him"),
            ("Chorus:\nPraise him", "\nPraise him"),
            ("Verse II\nAmazing grace", "\nAmazing grace"),
            ("Coro\nSanto, santo", "\nSanto, santo"),
            ("[कोरस]\nजय जय", "\nजय जय"),
        ] {
            assert_eq!(left(text), expected);
        }
        assert_eq!(left("Chorus"), "Chorus");
        assert_eq!(left("The verse 2 of the final chapter"), "The verse 2 of the final chapter");
    }

    #[test]
    fn directions_and_speakers_are_silent() {
        for (text, expected) in [
            ("(All stand) Let us pray.", " Let us pray."),
            ("Let us pray. [Please be seated.]", "Let us pray. "),
            (
                "Leader: The Lord be with you.\nAll: And also with you.",
                " The Lord be with you.\n And also with you.",
            ),
            (
                "V. O Lord, open my lips. R. And my mouth shall praise.",
                " O Lord, open my lips.  And my mouth shall praise.",
            ),
            ("℣. Pray for us. ℟. Amen", " Pray for us.  Amen"),
            ("R/. El Señor es mi pastor", " El Señor es mi pastor"),
            ("R. ¡Aleluya! R. Amén", " ¡Aleluya!  Amén"),
            (
                "P: The Lord be with you.\nC: And also with you.",
                " The Lord be with you.\n And also with you.",
            ),
            ("(De pie) Oremos. (सब खड़े हों) आओ", " Oremos.  आओ"),
        ] {
            assert_eq!(left(text), expected);
        }
    }

    #[test]
    fn brackets_and_initials_of_the_text_stay() {
        for text in [
            "God (who is love) stands",
            "R. Smith wrote it. He was",
            "(standing stones) (all of us)",
            "to You is the [final] destination",
            "los [todos] comparecerán",
            "A: one line",
        ] {
            assert_eq!(left(text), text);
        }
    }

    #[test]
    fn a_choice_speaks_them() {
        let choices =
            ReadingChoices { labels: Treatment::Read, directions: Treatment::Read, ..Default::default() };
        let options = Options::with("en", choices, vec![]);
        assert!(rewrites("[Verse 2] (All stand)", &options).is_empty());
        let said =
            Draft::new("V. Pray for us.\nR. Amen.").apply(&rewrites("V. Pray for us.\nR. Amen.", &options));
        assert_eq!(said.text(), "Versicle: Pray for us.\nResponse: Amen.");
    }
}
