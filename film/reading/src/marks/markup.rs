//! Marks of Markdown and of chats: headings, bullets, quotations, emphasis, rules, tags. Only the marks are silent.

use std::sync::LazyLock;

use regex::Regex;

use crate::draft::merge;
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};

/// What stands at the start of a line, in the order in which it may be nested: `> - # `.
static LINE_START: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?m)^[ \t]*(?:(?:>[ \t]?)+|#{1,6}[ \t]+|",
        // Bullets: those of Markdown, and the signs that people and word processors use.
        r"[-*+•‣⁃◦∙·▪▫■□●○◆◇★☆►▶➤➢❖✓✔✗✘»›][ \t]+(?:\[[ xX]\][ \t]+)?)+"
    ))
});

/// A rule across the page, the underline of a heading, or the fence of a block of code.
static RULE: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?m)^[ \t]*(?:(?:[-*_=~][ \t]*){3,}|[#]+|[`~]{3,}\w*)[ \t]*$"));

/// Number signs that close a heading.
static HEADING_END: LazyLock<Regex> = LazyLock::new(|| compile(r"(?m)^#{1,6}[ \t].*?([ \t]+#+)[ \t]*$"));

/// Emphasis: the marks touch the words that they enclose.
static EMPHASIS: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(\*{1,3})[^\s*](?:[^*\n]*[^\s*])?(\*{1,3})",
        r"|(~{1,2})[^\s~](?:[^~\n]*[^\s~])?(~{1,2})",
        r"|(`{1,3})[^`\n]+(`{1,3})"
    ))
});

/// Underscores count only around words: those within `a_b` are not emphasis.
static UNDERSCORES: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?:^|[^\p{L}\p{N}_])(_{1,3})[^\s_](?:[^_\n]*[^\s_])?(_{1,3})(?:[^\p{L}\p{N}_]|$)")
});

/// A tag of HTML. `<` before a space or a digit is a sign.
static TAG: LazyLock<Regex> = LazyLock::new(|| compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>\n]*)?/?>"));

pub(crate) fn rewrites(text: &str, _: &Options) -> Vec<Rewrite> {
    let silent = |range| Rewrite::silent(range, Kind::Markup);
    let all = |pattern: &Regex| pattern.find_iter(text).map(|mark| silent(mark.range())).collect::<Vec<_>>();
    let groups = |pattern: &Regex| {
        let groups = pattern.captures_iter(text).flat_map(|found| {
            found.iter().skip(1).flatten().map(|group| silent(group.range())).collect::<Vec<_>>()
        });
        groups.collect::<Vec<_>>()
    };
    let starts = LINE_START.find_iter(text).filter(|mark| !mark.as_str().trim().is_empty());
    let starts = starts.map(|mark| silent(mark.range())).collect();
    let mut emphasis = groups(&EMPHASIS);
    // Emphasis within emphasis (`**_word_**`): the marks within are found in what the outer ones enclose.
    emphasis.sort_by_key(|one| one.written.start);
    let tags = all(&TAG).into_iter().map(|tag| match text[tag.written.clone()].starts_with("<br") {
        true => Rewrite::text(tag.written, "\n", Kind::Markup),
        false => tag,
    });
    merge([all(&RULE), starts, groups(&HEADING_END), tags.collect(), emphasis, groups(&UNDERSCORES)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;

    fn left(text: &str) -> String {
        Draft::new(text).apply(&rewrites(text, &Options::default())).text().to_owned()
    }

    #[test]
    fn marks_are_silent_and_words_stay() {
        for (text, expected) in [
            ("*Good morning*", "Good morning"),
            ("# Blessing", "Blessing"),
            ("## Psalm 23 ##", "Psalm 23"),
            ("- God is **faithful**", "God is faithful"),
            ("> - ***so*** be _it_, ~~no~~ `yes`", "so be it, no yes"),
            ("un**believ**able", "unbelievable"),
            ("* one\n• two\n➤ three\n- [x] four", "one\ntwo\nthree\nfour"),
            ("Above\n---\nBelow\n* * *\nEnd", "Above\n\nBelow\n\nEnd"),
            ("mercy<br/>endure <b>for</b> ever", "mercy\nendure for ever"),
            ("**_both_**", "both"),
        ] {
            assert_eq!(left(text), expected);
        }
    }

    #[test]
    fn signs_and_dashes_within_text_stay() {
        for text in ["3 < 5", "a_b_c", "Lord - my rock", "— He said", "1. In the beginning", "2 * 3"] {
            assert_eq!(left(text), text);
        }
    }
}
