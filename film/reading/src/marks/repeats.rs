//! Marks that ask for a repetition: `(x2)`, `(3 times)`, `(bis)`, `// … //`, `|: … :|`. They are never spoken; how
//! often what is to be heard is reported, and by choice the words are said in place of the mark as often as it asks.

use std::ops::Range;
use std::sync::LazyLock;

use icu_properties::props::Script;
use regex::Regex;

use crate::draft::Draft;
use crate::marks::labels;
use crate::options::Options;
use crate::pattern::compile;
use crate::reading::Repeat;
use crate::rewrite::{Kind, Rewrite, Spoken};
use crate::tables::labels::{REPETITIONS, TIMES};

/// A mark and how often its stretch is heard.
struct Mark {
    written: Range<usize>,
    times: u32,
    /// True for a mark that stands on both sides of its stretch.
    encloses: bool,
}

impl Mark {
    fn repeat(&self, stretch: Range<usize>) -> Repeat {
        Repeat { mark: self.written.clone(), stretch, times: self.times, again: 0, spoken: 1 }
    }
}

/// `(x2)`, `[2x]`, `(3 times)`, `(bis)`, and the same without brackets at the end of a line.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    let times = TIMES.join("|");
    let words: Vec<&str> = REPETITIONS.iter().map(|(word, _)| *word).collect();
    let words = words.join("|");
    let count =
        r"[x×✕*]\s?(?P<NAME>\p{Nd}{1,2})|(?P<NAME2>\p{Nd}{1,2})\s?(?:[x×✕]|(?:TIMES)\b)|(?P<NAME3>WORDS)";
    let part = |names: [&str; 3]| {
        count
            .replace("NAME2", names[1])
            .replace("NAME3", names[2])
            .replace("NAME", names[0])
            .replace("TIMES", &times)
            .replace("WORDS", &words)
    };
    let inside = part(["a", "b", "c"]);
    // Without brackets a plain word could belong to the text, and `2 times` too.
    let said = r"(?:repeat|repetir|répéter|wiederholen|se repite|दोहराएँ)?[:\s]*";
    // Song sheets of India write the number alone: `துதி உமக்கே (2)`.
    let indian = r"[\u{0900}-\u{0DFF}][\s!।॥,.]*(?P<indian>\((?P<f>[2-9])\))[ \t]*$";
    let open = r"[x×✕]\s?(?P<d>\p{Nd}{1,2})|(?P<e>\p{Nd}{1,2})\s?[x×✕]|\bbis\b";
    compile(&format!(
        r"(?im)[(\[{{]\s*{said}(?:{inside})\s*\.?\s*[)\]}}]{}|{indian}",
        format_args!(r"|(?:^|[ \t])(?P<open>{open})[ \t]*\.?[ \t]*$")
    ))
});

/// Slashes and bars around what is repeated. Three slashes ask for three times.
static SIGNS: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?m)(?:^|\s)(/{2,4}|\|{1,2}:|:\|{1,2}|/:|:/|𝄆|𝄇)(?:\s|[.,;!?]|$)"));

pub(crate) fn rewrites(text: &str, _: &Options) -> Vec<Rewrite> {
    marks(text).into_iter().map(|mark| Rewrite::silent(mark.written, Kind::Repeat)).collect()
}

/// A text with more marks than this is no song; those behind are silent and repeat nothing, so that the time that a
/// text takes grows with its length.
const MOST_MARKS: usize = 200;

/// Every mark with the stretch that it repeats and how often that is heard in all. A mark of which the stretch cannot
/// be told is left out.
pub(crate) fn found(text: &str) -> Vec<Repeat> {
    let mut marks = marks(text);
    marks.truncate(MOST_MARKS);
    let mut found = Vec::new();
    let mut opened: Option<&Mark> = None;
    for mark in &marks {
        if !mark.encloses {
            found.extend(stretch(text, &mark.written).map(|stretch| mark.repeat(stretch)));
            continue;
        }
        match opened.take() {
            // A blank line between two of them: they do not belong together.
            Some(first) if !text[first.written.end..mark.written.start].contains("\n\n") => {
                let within = trimmed(text, first.written.end..mark.written.start);
                found.extend(within.map(|stretch| mark.repeat(stretch)));
            }
            _ => {
                let line = line_of(text, mark.written.start);
                let before = trimmed(text, line.start..mark.written.start);
                let closes = marks.iter().any(|other| {
                    other.encloses && other.written.start >= mark.written.end && other.written.end <= line.end
                });
                match before.filter(|_| !closes) {
                    Some(before) => found.push(mark.repeat(before)),
                    None => opened = Some(mark),
                }
            }
        }
    }
    found.extend(recalls(text));
    found
}

/// Names of the part that a song comes back to.
const REFRAINS: &[&str] = &[
    "chorus",
    "refrain",
    "coro",
    "estribillo",
    "refrão",
    "chœur",
    "choeur",
    "ritornello",
    "rit",
    "kehrvers",
    "reff",
    "korus",
    "kiitikio",
    "कोरस",
    "टेक",
    "கோரஸ்",
    "பல்லவி",
    "పల్లవి",
    "കോറസ്",
    "പല്ലവി",
    "ಪಲ್ಲವಿ",
    "ধুয়া",
    "કોરસ",
    "припев",
    "приспів",
    "refren",
    "후렴",
    "副歌",
    "قرار",
    "القرار",
    "اللازمة",
    "פזמון",
];

/// Names of the refrain with nothing below them, which ask for the lines that stood under the name before: `[Chorus]`.
fn recalls(text: &str) -> Vec<Repeat> {
    let mut found = Vec::new();
    let mut sung: Vec<(String, Range<usize>)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(name) = labels::part(line).filter(|name| REFRAINS.contains(&name.as_str())) else {
            continue;
        };
        let known = sung.iter().find(|(own, _)| *own == name);
        match block_after(text, start + line.trim_end().len()) {
            Some(block) if known.is_none() => sung.push((name, block)),
            None if labels::part_alone(line).is_some() && found.len() < MOST_MARKS => {
                let mark = start + line.len() - line.trim_start().len()..start + line.trim_end().len();
                let recall = |(_, stretch): &(String, Range<usize>)| Repeat {
                    mark,
                    stretch: stretch.clone(),
                    times: 1,
                    again: 0,
                    spoken: 0,
                };
                found.extend(known.map(recall));
            }
            _ => {}
        }
    }
    found
}

/// What may be added to a text by repetitions: this many times its own length and this many bytes. A mark that asks for
/// more gets what is left.
const MOST_ADDED: (usize, usize) = (3, 2_000);

/// Says the words of each stretch in place of its mark, so that they are heard as often as it asks: `found` are the
/// rewrites of the marks' layer, in order. What they leave out of the stretch is left out of its repetition too.
pub(crate) fn sing(text: &str, found: &mut [Rewrite], repeats: &mut [Repeat]) {
    let mut left = text.len() * MOST_ADDED.0 + MOST_ADDED.1;
    for repeat in repeats {
        let Some(at) = found
            .iter()
            .position(|one| matches!(one.kind, Kind::Repeat | Kind::Label) && one.written == repeat.mark)
        else {
            continue;
        };
        let within = |one: &&Rewrite| {
            one.written.start >= repeat.stretch.start && one.written.end <= repeat.stretch.end
        };
        let moved = |one: &Rewrite| Rewrite {
            written: one.written.start - repeat.stretch.start..one.written.end - repeat.stretch.start,
            ..one.clone()
        };
        let own: Vec<Rewrite> = found.iter().filter(within).map(moved).collect();
        let draft = Draft::new(&text[repeat.stretch.clone()]).apply(&own);
        let words = draft.text().trim();
        // What stands elsewhere under the same name is not heard here yet.
        let apart = if repeat.stretch.end <= repeat.mark.start {
            repeat.stretch.end..repeat.mark.start
        } else {
            repeat.mark.end..repeat.stretch.start
        };
        let elsewhere = text.get(apart).is_some_and(|apart| apart.chars().any(char::is_alphanumeric));
        let wanted = if elsewhere { repeat.times } else { repeat.times - 1 };
        if words.is_empty() || wanted == 0 {
            continue;
        }
        let stop = stop_after(words);
        let one = words.len() + stop.len() + 1;
        let times = (wanted as usize).min(left / one);
        left -= times * one;
        repeat.again = times as u32;
        repeat.spoken = if elsewhere { times as u32 } else { times as u32 + 1 };
        if times == 0 {
            continue;
        }
        let mut spoken = String::with_capacity(times * one + one);
        let before = repeat.stretch.end <= repeat.mark.start;
        // The stretch itself lacks a mark at its end.
        if before && !elsewhere {
            spoken.push_str(stop);
            spoken.push('\n');
        }
        for index in 0..times {
            spoken.push_str(words);
            if !before || elsewhere || index + 1 < times {
                spoken.push_str(stop);
                spoken.push('\n');
            }
        }
        found[at].spoken = Spoken::Text(spoken);
        // A space before a mark would stand before the comma.
        if before && !elsewhere {
            let earliest =
                at.checked_sub(1).map_or(0, |before| found[before].written.end).max(repeat.stretch.end);
            let spaces =
                text[earliest..repeat.mark.start].len() - text[earliest..repeat.mark.start].trim_end().len();
            found[at].written.start -= spaces;
        }
    }
}

/// What keeps a stretch and its repetition apart, if it has no punctuation of its own.
fn stop_after(words: &str) -> &'static str {
    match words.chars().rev().find(|c| !matches!(c, ')' | ']' | '”' | '’' | '"' | '\'' | '»')) {
        Some(c) if !crate::script::is_word(c) => "",
        Some(c) => match crate::script::of(c) {
            Script::Arabic => "،",
            Script::Han | Script::Hiragana | Script::Katakana => "，",
            _ => ",",
        },
        None => "",
    }
}

fn marks(text: &str) -> Vec<Mark> {
    let counted = COUNTED.captures_iter(text).filter_map(|found| {
        let written = found.name("open").or_else(|| found.name("indian")).or_else(|| found.get(0))?.range();
        let digits = ["a", "b", "d", "e", "f"].iter().find_map(|name| found.name(name));
        let times = match (digits, found.name("c")) {
            (Some(digits), _) => number(digits.as_str()),
            (None, Some(word)) => times_of(&word.as_str().to_lowercase()),
            (None, None) => Some(2),
        };
        // `70 x 7` at the end of a line is a product.
        let product =
            found.name("d").is_some() && text[..written.start].trim_end().ends_with(char::is_numeric);
        let times = times.filter(|times| (1..=20).contains(times) && !product)?;
        Some(Mark { written, times, encloses: false })
    });
    let signs = SIGNS.captures_iter(text).filter_map(|found| {
        let mark = found.get(1)?;
        let times = if mark.as_str().starts_with("//") { mark.len() as u32 } else { 2 };
        Some(Mark { written: mark.range(), times, encloses: true })
    });
    let mut marks: Vec<Mark> = counted.chain(signs).collect();
    marks.sort_by_key(|mark| mark.written.start);
    marks.dedup_by(|next, before| next.written.start < before.written.end);
    marks
}

fn times_of(word: &str) -> Option<u32> {
    REPETITIONS.iter().find(|(written, _)| *written == word).map(|(_, times)| *times)
}

/// A number in the digits of any script.
fn number(digits: &str) -> Option<u32> {
    digits.chars().try_fold(0_u32, |all, c| Some(all * 10 + crate::digits::value(c)?))
}

/// What a mark behind or before its stretch repeats: the line before it; if it stands alone or only behind the name
/// of a part, the lines after it, else the earlier lines under the same name, else the lines before it.
fn stretch(text: &str, mark: &Range<usize>) -> Option<Range<usize>> {
    let line = line_of(text, mark.start);
    let before = &text[line.start..mark.start];
    let name = labels::part_alone(before);
    if name.is_none() && before.chars().any(char::is_alphanumeric) {
        let label = labels::length(before);
        return trimmed(text, line.start + label..mark.start);
    }
    let alone = !text[mark.end..line.end].chars().any(char::is_alphanumeric);
    if !alone {
        return trimmed(text, mark.end..line.end);
    }
    let above = text[..line.start].trim_end_matches([' ', '\t']).trim_end_matches('\n');
    let directly_above = text[..line.start].len() - above.len() == 1 && !above.is_empty();
    let below = block_after(text, line.end);
    if name.is_none() && directly_above {
        let start = above.rfind("\n\n").map_or(0, |at| at + 2);
        return trimmed(text, start..above.len());
    }
    below.or_else(|| {
        let name = name?;
        let mut at = 0;
        for earlier in text[..line.start].split_inclusive('\n') {
            at += earlier.len();
            if labels::part(earlier).is_some_and(|part| part == name) {
                return block_after(text, at);
            }
        }
        None
    })
}

/// The lines from `at` to the next blank line or the next name of a part.
fn block_after(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + text[at..].strip_prefix('\n').map_or(0, |_| 1);
    let mut end = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim().is_empty() || labels::part(line).is_some() {
            break;
        }
        end += line.len();
    }
    trimmed(text, start..end)
}

fn line_of(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |line| line + 1);
    let end = text[at..].find('\n').map_or(text.len(), |line| at + line);
    start..end
}

/// The range without white space around it; none if no word is in it.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    part.chars().any(char::is_alphanumeric).then(|| start..start + part.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeats(text: &str) -> Vec<(&str, u32)> {
        found(text).into_iter().map(|repeat| (&text[repeat.stretch], repeat.times)).collect()
    }

    #[test]
    fn what_is_asked_for_is_reported() {
        for (text, stretch, times) in [
            ("Bless the Lord, O my soul (2x)", "Bless the Lord, O my soul", 2),
            ("Bless the Lord (x3)\nHis holy name", "Bless the Lord", 3),
            ("राम राम (x2)", "राम राम", 2),
            ("राम राम (२ बार)", "राम राम", 2),
            ("Free at last, free at last //", "Free at last, free at last", 2),
            ("// Glory to God // on high", "Glory to God", 2),
            ("|: Alleluia :| Amen", "Alleluia", 2),
            ("Sing glory! (three times)", "Sing glory!", 3),
            ("(Chorus) x2\nPraise him\nall ye lands\n\nEnd", "Praise him\nall ye lands", 2),
            ("[Chorus]\nPraise him\n\n[Verse]\nGlory\n\n[Chorus] x2", "Praise him", 2),
            ("Holy, holy\nholy Lord\n(x2)", "Holy, holy\nholy Lord", 2),
            ("Gloria bis", "Gloria", 2),
            ("Chorus: Praise him (x2)\nWe come", "Praise him", 2),
            ("Unending love (Repeat 3x)", "Unending love", 3),
            ("துதி உமக்கே (2)", "துதி உமக்கே", 2),
        ] {
            assert_eq!(repeats(text), [(stretch, times)], "{text}");
        }
    }

    #[test]
    fn a_bare_name_of_the_refrain_asks_for_its_words() {
        let text = "[Chorus]\nPraise him\n\n[Verse 2]\nGlory\n\n[Chorus]";
        assert_eq!(repeats(text), [("Praise him", 1)]);
        let said = crate::read(text, &Options::default());
        assert_eq!((said.spoken().as_str(), said.repeats[0].spoken), ("Praise him\nGlory\nPraise him,", 1));
        let once = crate::ReadingChoices { repeats: crate::Repeats::Once, ..Default::default() };
        let said = crate::read(text, &Options::with("en", once, vec![]));
        assert_eq!((said.spoken().as_str(), said.repeats[0].spoken), ("Praise him\nGlory", 0));
        assert_eq!(repeats("[Verse 1]\nGlory\n\n[Verse 2]"), []);
    }

    #[test]
    fn numbers_and_slashes_within_text_are_no_repetition() {
        for text in [
            "seventy times 70x7 he said",
            "forgive him 70 x 7",
            "and/or",
            "1/2 of it",
            "He came 3 times",
            "https://example.org",
            "the reasons (2)",
        ] {
            assert_eq!(repeats(text), [], "{text}");
            assert!(rewrites(text, &Options::default()).is_empty(), "{text}");
        }
    }
}
