//! Names of parts (`[Verse 2]`), directions (`(All stand)`), and who speaks (`Leader:`, `V. … R. …`).

use std::sync::LazyLock;

use regex::Regex;

use crate::choices::Treatment;
use crate::draft::merge;
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};
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
static VERSICLE: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?m)(?:^|[.!?…:;*”]\s+)[ \t]*(([VR])(?:[./:]|/\.)|[℣℟]\.?)[ \t]+[\p{Lu}“‘]"));

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let labels = if options.choices.labels != Treatment::Read { parts(text) } else { Vec::new() };
    if options.choices.directions == Treatment::Read {
        return labels;
    }
    let directions = DIRECTION.find_iter(text).map(|found| Rewrite::silent(found.range(), Kind::Direction));
    let speakers = SPEAKER.captures_iter(text).filter_map(|found| found.get(1));
    let speakers = speakers.map(|found| Rewrite::silent(found.range(), Kind::Direction));
    merge([labels, directions.collect(), speakers.collect(), versicles(text)])
}

/// The name of the part that a line or the start of a line names, in lower case.
pub(crate) fn part(line: &str) -> Option<String> {
    let line = line.trim();
    let found =
        BRACKETED_PART.captures(line).filter(|found| found.get(0).is_some_and(|all| all.start() == 0));
    let name = found.or_else(|| PART_LINE.captures(line))?;
    Some(name.name("name")?.as_str().to_lowercase())
}

fn parts(text: &str) -> Vec<Rewrite> {
    let silent = |range| Rewrite::silent(range, Kind::Label);
    let bracketed = BRACKETED_PART.find_iter(text).map(|found| silent(found.range())).collect();
    // The only line of a text is its words, whatever they are.
    let many = text.trim().contains('\n');
    let lines = PART_LINE.captures_iter(text).filter_map(|found| {
        let (all, colon) = (found.name("all")?, found.name("colon"));
        let end = colon.map_or(all.end(), |colon| colon.end());
        (many || colon.is_some()).then(|| silent(all.start()..end))
    });
    merge([bracketed, lines.collect()])
}

/// The letters V and R count only if both are there, because either may be an initial.
fn versicles(text: &str) -> Vec<Rewrite> {
    let found: Vec<_> =
        VERSICLE.captures_iter(text).filter_map(|found| Some((found.get(1)?, found.get(2)))).collect();
    let has = |letter| found.iter().any(|(_, own)| own.is_some_and(|own| own.as_str() == letter));
    let both = has("V") && has("R");
    let kept = found.iter().filter(|(_, letter)| letter.is_none() || both);
    kept.map(|(mark, _)| Rewrite::silent(mark.range(), Kind::Direction)).collect()
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
            ("(De pie) Oremos. (सब खड़े हों) आओ", " Oremos.  आओ"),
        ] {
            assert_eq!(left(text), expected);
        }
    }

    #[test]
    fn brackets_and_initials_of_the_text_stay() {
        for text in ["God (who is love) stands", "R. Smith wrote it. He was", "(standing stones) (all of us)"]
        {
            assert_eq!(left(text), text);
        }
    }

    #[test]
    fn a_choice_speaks_them() {
        let choices =
            ReadingChoices { labels: Treatment::Read, directions: Treatment::Read, ..Default::default() };
        let options = Options::with("en", choices, vec![]);
        assert!(rewrites("[Verse 2] (All stand)", &options).is_empty());
    }
}
