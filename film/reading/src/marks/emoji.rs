//! Emoji and other pictographs are silent, by whole grapheme clusters: with skin tone, flag letters, keycap and
//! joiners.

use icu_properties::CodePointSetData;
use icu_properties::props::{EmojiPresentation, ExtendedPictographic, RegionalIndicator};
use std::sync::LazyLock;

use regex::Regex;
use unicode_segmentation::UnicodeSegmentation;

use crate::draft::merge;
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};

pub(crate) fn rewrites(text: &str, _: &Options) -> Vec<Rewrite> {
    let mut found: Vec<Rewrite> = Vec::new();
    if text.is_ascii() {
        return emoticons(text);
    }
    let mut clusters = text.grapheme_indices(true).peekable();
    let mut before = "";
    while let Some((at, cluster)) = clusters.next() {
        let after = clusters.peek().map_or("", |(_, next)| *next);
        if is_emoji(cluster) && !is_styled_letter(cluster, before, after) {
            match found.last_mut().filter(|last| last.written.end == at) {
                Some(last) => last.written.end += cluster.len(),
                None => found.push(Rewrite::silent(at..at + cluster.len(), Kind::Emoji)),
            }
        }
        before = cluster;
    }
    merge([found, emoticons(text)])
}

/// Faces and hearts of signs: `:)`, `;-)`, `<3`. They stand apart from words.
static EMOTICON: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?:^|\s)([:;=]['’]?-?[)(DPpO|*]+|<3+|\^_+\^|[xX]D|\(:)"));

fn emoticons(text: &str) -> Vec<Rewrite> {
    let found = EMOTICON.captures_iter(text).filter_map(|found| found.get(1));
    let apart = found.filter(|one| !text[one.end()..].starts_with(|c: char| c.is_alphanumeric()));
    apart.map(|one| Rewrite::silent(one.range(), Kind::Emoji)).collect()
}

/// The combining enclosing keycap, which makes an emoji of a digit.
const KEYCAP: char = '\u{20E3}';
/// Asks for the pictograph's look of the character before it.
const EMOJI_STYLE: char = '\u{FE0F}';

fn is_emoji(cluster: &str) -> bool {
    let pictographs = CodePointSetData::new::<ExtendedPictographic>();
    let presented = CodePointSetData::new::<EmojiPresentation>();
    let flags = CodePointSetData::new::<RegionalIndicator>();
    cluster.chars().any(|c| {
        let doubled_mark = matches!(c, '\u{203C}' | '\u{2049}');
        c == KEYCAP
            || c == EMOJI_STYLE
            || flags.contains(c)
            || !doubled_mark && (pictographs.contains(c) || presented.contains(c))
    })
}

/// 🅰 🅱 🅾 🅿 are pictographs, but in a row of squared letters they are letters.
fn is_styled_letter(cluster: &str, before: &str, after: &str) -> bool {
    let squared = |text: &str| {
        text.chars()
            .next()
            .is_some_and(|c| matches!(c, '\u{1F130}'..='\u{1F149}' | '\u{1F150}'..='\u{1F189}'))
    };
    squared(cluster) && (squared(before) || squared(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> String {
        let mut text = text.to_owned();
        for rewrite in rewrites(&text.clone(), &Options::default()).into_iter().rev() {
            text.replace_range(rewrite.written, "");
        }
        text
    }

    #[test]
    fn whole_clusters_are_silent() {
        for emoji in ["🙏", "🙏🏽", "❤️", "❤", "👩‍👩‍👧", "🇮🇳", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "✝️", "☦", "©", "™", "✨🕊️"]
        {
            assert_eq!(left(emoji), "", "{emoji}");
        }
    }

    #[test]
    fn faces_of_signs_are_silent() {
        assert_eq!(left("luv u <3 :) ;-) x"), "luv u    x");
        for text in ["He said :Peace", "(v. 3:)", "see 8) below", "<30"] {
            assert_eq!(left(text), text);
        }
        assert_eq!(left("(John 3:16) and 3 < 5"), "(John 3:16) and 3 < 5");
    }

    #[test]
    fn digits_and_marks_are_not_emoji() {
        assert_eq!(left("7 * 7 # 1, Wait‼ Why⁉ 🅱🅻🅴🆂🆂🅴🅳"), "7 * 7 # 1, Wait‼ Why⁉ 🅱🅻🅴🆂🆂🅴🅳");
    }
}
