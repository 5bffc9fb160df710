//! Addresses and hashtags are not read.

use std::sync::LazyLock;

use regex::Regex;

use crate::draft::merge;
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};

/// Top-level domains by which an address without `www.` is known. Others would hide missing spaces after a full stop.
const DOMAINS: &str = "com|org|net|info|edu|gov|church|bible|tv|io|app|page|link|in|uk|de|fr|it|es|br";

/// The name before the @ has at most 64 characters (RFC 5321, 4.5.3.1.1). Without this bound, a row of addresses with a
/// plus between them would be read to its end, in search of an @, from each of them.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"(?ix)
        <? (?: (?: https? | ftp ) :// | www\. | mailto: ) [^\s<>]+ >?
        | \b (?-u: [\w.+-] ){{1,64}} @ [\w-]+ (?: \. [\w-]+ )+
        | \b [a-z0-9-]+ (?: \. [a-z0-9-]+ )* \. (?: {DOMAINS} ) (?: / [^\s<>]* | \b )"
    ))
});

/// A link or picture of Markdown: `[text](address "title")`.
static MARKDOWN: LazyLock<Regex> = LazyLock::new(|| {
    compile(r#"(!?)\[([^\[\]\n]*)\]\(\s*<?[^\s()<>]+(?:\([^\s()]*\))?[^\s()<>]*>?(?:\s+"[^"\n]*")?\s*\)"#)
});

/// A hashtag is a word that begins with a letter; `#1` is a number.
static HASHTAG: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?:^|[\s(\[{,;.!?])([#＃][\p{L}\p{M}\p{N}_]*[\p{L}][\p{L}\p{M}\p{N}_]*)"));

pub(crate) fn rewrites(text: &str, _: &Options) -> Vec<Rewrite> {
    let mut found: Vec<Rewrite> = Vec::new();
    if !text.contains(['.', '#', '＃', '(', ':']) {
        return found;
    }
    for link in MARKDOWN.captures_iter(text) {
        let (Some(all), Some(words)) = (link.get(0), link.get(2)) else { continue };
        let picture = link.get(1).is_some_and(|mark| !mark.is_empty());
        // A picture's words describe it; they are no part of the text.
        if picture || words.is_empty() {
            found.push(Rewrite::silent(all.range(), Kind::Markup));
            continue;
        }
        found.push(Rewrite::silent(all.start()..words.start(), Kind::Markup));
        // The text of an address that is its own link is an address too.
        if ADDRESS.is_match(words.as_str()) {
            found.push(Rewrite::silent(words.range(), Kind::Link));
        }
        found.push(Rewrite::silent(words.end()..all.end(), Kind::Markup));
    }
    let addresses = ADDRESS.find_iter(text).map(|address| {
        let end = match address.as_str().starts_with('<') {
            true => address.end(),
            false => address.start() + address.as_str().trim_end_matches(CLOSING).len(),
        };
        Rewrite::silent(address.start()..end, Kind::Link)
    });
    let hashtags =
        HASHTAG.captures_iter(text).filter_map(|tag| Some(Rewrite::silent(tag.get(1)?.range(), Kind::Link)));
    merge([found, addresses.collect(), hashtags.collect()])
}

/// Punctuation after an address that belongs to the sentence.
const CLOSING: &[char] =
    &['.', ',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '”', '’', '»', '…', '*', '_'];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;

    fn left(text: &str) -> String {
        Draft::new(text).apply(&rewrites(text, &Options::default())).text().to_owned()
    }

    #[test]
    fn addresses_and_hashtags_are_not_read() {
        for (text, expected) in [
            ("See https://example.org/x?a=1 #blessed", "See  "),
            ("(www.example.org/a), and", "(), and"),
            ("Write to info@example.org. Amen", "Write to . Amen"),
            ("<https://example.org> end", " end"),
            ("on bible.com/en/1 today", "on  today"),
            ("We are #1 (#prayer) #भजन", "We are #1 () "),
        ] {
            assert_eq!(left(text), expected);
        }
    }

    #[test]
    fn the_name_in_an_address_has_at_most_64_characters() {
        let name = |letters: usize| format!("{}@example.org", "a".repeat(letters));
        assert_eq!(left(&name(64)), "");
        assert!(left(&name(65)).starts_with("aaaa"));
    }

    #[test]
    fn the_words_of_a_link_are_read() {
        assert_eq!(
            left("Read [Psalm 23](https://example.org/ps23 \"t\") ![a lake](lake.png)now"),
            "Read Psalm 23 now"
        );
        assert_eq!(left("[https://example.org](https://example.org)"), "");
    }

    #[test]
    fn sentences_without_a_space_are_no_addresses() {
        assert_eq!(
            left("He rose.Amen. John 3:16, e.g. this: a/b"),
            "He rose.Amen. John 3:16, e.g. this: a/b"
        );
    }
}
