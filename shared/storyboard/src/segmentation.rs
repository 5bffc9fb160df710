//! Divides a text into verses, and verses into scenes, by the segmentation rules of Unicode (UAX #29).
//!
//! Every function returns byte ranges into the text that it was given, never text of its own, so that no function can
//! drop, add, change or reorder a word.

use std::ops::Range;

use film_vocabulary::punctuation::{CLAUSE_MARKS, SENTENCE_MARKS, is_emoji};
use unicode_segmentation::UnicodeSegmentation;

/// The length of speech that a scene aims at, in milliseconds: long enough to look at one picture, short enough not to
/// tire of it.
const TARGET_MS: u32 = 10_000;

/// The longest speech of a scene in milliseconds, unless a single word takes longer.
const LONGEST_MS: u32 = 18_000;

/// The verses of a text: lines and sentences with at least one letter, as byte ranges without surrounding white space.
/// Together they hold every character of the text that is not white space, in order.
pub(crate) fn verses(text: &str) -> Vec<Range<usize>> {
    let mut verses: Vec<Range<usize>> = Vec::new();
    let mut pending: Option<usize> = None;
    for (start, sentence) in text.split_sentence_bound_indices() {
        let Some(mut trimmed) = trim(text, start..start + sentence.len()) else { continue };
        if let (Some(last), None) = (verses.last_mut(), pending)
            && !text[last.end..trimmed.start].contains(['\n', '\u{2029}'])
        {
            let emoji = leading_emoji(&text[trimmed.clone()]);
            last.end = trim(text, last.end..trimmed.start + emoji).map_or(last.end, |emoji| emoji.end);
            trimmed.start += emoji;
        }
        // `23.` before a capital is a sentence to Unicode and a verse number to us: it belongs to what
        // follows. Marks without a letter at the very end, and those that close a verse, belong to what went before.
        let start = pending.take().unwrap_or(trimmed.start);
        if let Some(last) = verses.last_mut()
            && (!may_part(&text[..last.end], &text[last.end..]) || closes_verse(&text[last.end..trimmed.end]))
        {
            last.end = trimmed.end;
            continue;
        }
        if text[trimmed.clone()].chars().any(char::is_alphabetic) {
            verses.push(start..trimmed.end);
        } else {
            pending = Some(start);
        }
    }
    if let Some(start) = pending {
        match verses.last_mut() {
            Some(last) => last.end = text.trim_end().len(),
            None => verses.extend(trim(text, start..text.len())),
        }
    }
    verses.into_iter().flat_map(|verse| shorten(text, verse)).collect()
}

/// The bytes of the emoji at the beginning of a sentence and of the white space after them. People write emoji after the
/// sentence that they are meant for; Unicode counts them with the next one.
fn leading_emoji(sentence: &str) -> usize {
    let rest =
        sentence.trim_start_matches(|c: char| is_emoji(c) || c.is_whitespace() || JOINING.contains(&c));
    match sentence.len() - rest.len() {
        emoji if !rest.is_empty() && sentence[..emoji].ends_with(char::is_whitespace) => emoji,
        _ => 0,
    }
}

/// What joins emoji to one, and what asks for the pictorial form of a character.
const JOINING: [char; 2] = ['\u{200D}', '\u{FE0F}'];

/// Whether what follows a verse on the same line belongs to it: signs without a letter and a number, such as `🙏.`, and
/// its number before a double danda, as in `॥ १ ॥`.
fn closes_verse(following: &str) -> bool {
    let is_number = following.ends_with('॥') && !following.chars().any(char::is_alphabetic);
    !following.contains(['\n', '\u{2029}']) && (is_number || !following.chars().any(char::is_alphanumeric))
}

/// Groups verses into scenes of about [`TARGET_MS`] within each stanza: the division with the least sum of squared
/// departures from the target, with a penalty for each scene that ends in mid-sentence.
pub(crate) fn scenes(text: &str, verses: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut scenes = Vec::new();
    for stanza in stanzas(text, verses) {
        scenes.extend(divide(text, &verses[stanza]));
    }
    scenes
}

/// The estimated time to speak a text in milliseconds, from its graphemes and their script. The figures are the median
/// pace of the voices that ship with the product; a grapheme is about a syllable or a sound.
#[must_use]
pub fn speech_ms(text: &str) -> u32 {
    text.graphemes(true).map(grapheme_ms).sum()
}

/// Marks between words or syllables, of Ethiopic and Tibetan, where others write a space.
const WORD_MARKS: [char; 2] = ['\u{1361}', '\u{0F0B}'];

fn grapheme_ms(grapheme: &str) -> u32 {
    let mut characters = grapheme.chars();
    let Some(c) = characters.next() else { return 0 };
    match c {
        _ if c.is_whitespace() => 20,
        '.' | '!' | '?' | ';' | ':' | '।' | '॥' | '۔' | '؟' | '。' | '！' | '？' => 350,
        _ if SENTENCE_MARKS.contains(c) => 350,
        ',' | '،' | '、' | '，' => 200,
        _ if CLAUSE_MARKS.contains(c) => 200,
        _ if !c.is_alphanumeric() => 20,
        // Where vowels are written above and below, each makes a syllable of its letter.
        '\u{0590}'..='\u{06FF}' => 90 + if characters.next().is_some() { 70 } else { 0 },
        '\u{0900}'..='\u{0DFF}' => 125,
        // Stacks and syllables of Tibetan, Burmese, Khmer, Balinese, Javanese; their short marks count as nothing.
        '\u{0F00}'..='\u{109F}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{1B00}'..='\u{1B7F}'
        | '\u{A980}'..='\u{A9DF}' => 125,
        // Syllabaries: Ethiopic, Cherokee, Canadian, Yi, Vai.
        '\u{1200}'..='\u{167F}' | '\u{A000}'..='\u{A63F}' | '\u{AB70}'..='\u{ABBF}' => 150,
        '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7FF}' | '\u{20000}'..='\u{3FFFF}' => 240,
        _ => 68,
    }
}

/// The stanzas, as ranges of indices into `verses`: runs of verses with no blank line between them. A heading (a stanza
/// of one very short verse) joins the stanza that it stands above.
fn stanzas(text: &str, verses: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut stanzas: Vec<Range<usize>> = Vec::new();
    for (i, verse) in verses.iter().enumerate() {
        let continues = i > 0 && !blank_line(&text[verses[i - 1].end..verse.start]);
        let heading = stanzas
            .last()
            .is_some_and(|s| speech_ms(&text[verses[s.start].start..verses[s.end - 1].end]) < 3000);
        match stanzas.last_mut() {
            Some(last) if continues || heading => last.end = i + 1,
            _ => stanzas.push(i..i + 1),
        }
    }
    stanzas
}

fn blank_line(between: &str) -> bool {
    between.matches('\n').count() > 1 || between.contains('\u{2029}')
}

fn divide(text: &str, verses: &[Range<usize>]) -> Vec<Range<usize>> {
    let lengths: Vec<u32> = verses.iter().map(|v| speech_ms(&text[v.clone()])).collect();
    // best[i]: the least price of dividing the first i verses, and where its last scene begins.
    let mut best: Vec<(u64, usize)> = vec![(0, 0)];
    for end in 1..=verses.len() {
        let mut length = 0;
        let mut choice = (u64::MAX, end - 1);
        for start in (0..end).rev() {
            length += lengths[start];
            if length > LONGEST_MS && start + 1 < end {
                break;
            }
            let price = best[start].0 + price(length, &text[verses[end - 1].clone()], end == verses.len());
            if price < choice.0 {
                choice = (price, start);
            }
        }
        best.push(choice);
    }
    let mut scenes = Vec::new();
    let mut end = verses.len();
    while end > 0 {
        let start = best[end].1;
        scenes.push(verses[start].start..verses[end - 1].end);
        end = start;
    }
    scenes.reverse();
    scenes
}

fn price(length_ms: u32, last_verse: &str, is_last: bool) -> u64 {
    let departure = u64::from(length_ms.abs_diff(TARGET_MS)) / 100;
    let closes =
        is_last || last_verse.trim_end_matches(['"', '\'', '”', '’', '»', ')']).ends_with(is_terminal);
    departure * departure + if closes { 0 } else { 2_500 }
}

fn is_terminal(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '।' | '॥' | '۔' | '؟' | '。' | '！' | '？' | '׃')
        || SENTENCE_MARKS.contains(c)
}

/// Splits a verse that is too long for one scene at its clauses, else between its words.
fn shorten(text: &str, verse: Range<usize>) -> Vec<Range<usize>> {
    if speech_ms(&text[verse.clone()]) <= LONGEST_MS {
        return vec![verse];
    }
    let mut parts = Vec::new();
    let mut start = verse.start;
    let mut length = 0;
    let mut last_break = None;
    for (offset, word) in text[verse.clone()].split_word_bound_indices() {
        let at = verse.start + offset;
        if at > start && may_part(&text[..at], &text[at..]) {
            last_break = Some(at);
        }
        length += speech_ms(word);
        let next = at + word.len();
        let mark = |c: char| {
            matches!(c, ',' | ';' | ':' | '—' | '،' | '؛' | '、' | '，' | '；') || CLAUSE_MARKS.contains(c)
        };
        let clause = word.ends_with(mark);
        if clause && length > TARGET_MS / 2 && may_part(&text[..next], &text[next..]) {
            parts.extend(trim(text, start..next));
            (start, length, last_break) = (next, 0, None);
        } else if length > LONGEST_MS
            && let Some(cut) = last_break.filter(|cut| *cut > start)
        {
            parts.extend(trim(text, start..cut));
            length = speech_ms(&text[cut..at + word.len()]);
            (start, last_break) = (cut, None);
        }
    }
    parts.extend(trim(text, start..verse.end));
    parts
}

/// Whether a scene may end between these two pieces of text: at white space or a mark that stands for it, or next to a
/// script that writes no spaces between words.
pub(crate) fn may_part(before: &str, after: &str) -> bool {
    let ends = [before.graphemes(true).next_back(), after.graphemes(true).next()];
    before.ends_with(char::is_whitespace)
        || after.starts_with(char::is_whitespace)
        || before.ends_with(WORD_MARKS)
        || !after.starts_with(WORD_MARKS) && ends.into_iter().flatten().any(|end| !has_spaces(end))
}

/// Whether the script of this word separates words by spaces.
pub(crate) fn has_spaces(word: &str) -> bool {
    !word.chars().any(|c| {
        WORD_MARKS.contains(&c) || matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1B00}'..='\u{1B7F}' | '\u{A980}'..='\u{A9DF}'
            | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
            | '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
    })
}

/// The range without white space at its ends; `None` when nothing is left.
fn trim(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = range.start + piece.trim_end().len();
    (start < end).then_some(start..end)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> (Vec<&str>, Vec<&str>) {
        let verses = verses(text);
        let scenes = scenes(text, &verses);
        let of = |ranges: &[Range<usize>]| ranges.iter().map(|r| &text[r.clone()]).collect();
        (of(&verses), of(&scenes))
    }

    #[test]
    fn verse_numbers_stay_with_their_verse() {
        let (verses, _) =
            texts("1. The LORD is my shepherd. 2. He maketh me to lie down.\n(3) He restoreth my soul. ॥३॥");
        assert_eq!(
            verses,
            ["1. The LORD is my shepherd.", "2. He maketh me to lie down.", "(3) He restoreth my soul. ॥३॥"]
        );
    }

    #[test]
    fn a_number_in_dandas_stays_with_the_verse_before_it() {
        let (verses, _) = texts(
            "राम दूत अतुलित बल धामा।\nअंजनि पुत्र पवनसुत नामा॥ २ ॥\nमहाबीर बिक्रम बजरंगी। सङ्गोऽस्त्वकर्मणि॥ २.४७ ॥ अर्थ: तुम्हारा",
        );
        assert_eq!(
            verses,
            [
                "राम दूत अतुलित बल धामा।",
                "अंजनि पुत्र पवनसुत नामा॥ २ ॥",
                "महाबीर बिक्रम बजरंगी।",
                "सङ्गोऽस्त्वकर्मणि॥ २.४७ ॥",
                "अर्थ: तुम्हारा"
            ]
        );
    }

    #[test]
    fn an_emoji_after_a_sentence_stays_with_it() {
        let (verses, _) = texts("Lord, help us. 🙏. The sea is loud. ✨\n🕊️ Peace, be still.");
        assert_eq!(verses, ["Lord, help us. 🙏.", "The sea is loud. ✨", "🕊️ Peace, be still."]);
        let (verses, _) = texts("He said, “Be still!” 🙏🏽 ✨ A lighthouse shines. ⚓ Three boats came. 🕊️");
        assert_eq!(verses, ["He said, “Be still!” 🙏🏽 ✨", "A lighthouse shines. ⚓", "Three boats came. 🕊️"]);
    }

    #[test]
    fn dandas_and_arabic_marks_end_verses() {
        assert_eq!(texts("यहोवा मेरा चरवाहा है। मुझे कुछ घटी न होगी॥").0.len(), 2);
        assert_eq!(texts("هل تسمع؟ نعم۔ الحمد لله").0.len(), 3);
    }

    #[test]
    fn every_script_has_its_own_ends_of_sentences() {
        for text in ["እረኛዬ ነው። የሚያሳጣኝም የለም።", "Հայր մեր։ Եկեսցէ", "သိုးထိန်း၏။ ငါသည်", "មិនខ្វះ។ នមោ", "ܫܡܟ܂ ܬܐܬܐ"]
        {
            assert_eq!(texts(text).0.len(), 2, "{text}");
        }
    }

    #[test]
    fn a_long_text_in_tibetan_is_divided_between_its_syllables_and_clauses() {
        let syllables = "སངས་རྒྱས་ཆོས་དང་ཚོགས་ཀྱི་མཆོག་རྣམས་".repeat(20);
        let (_, scenes) = texts(&syllables);
        assert!(
            scenes.len() > 1 && scenes.iter().all(|s| s.ends_with('\u{0F0B}') && speech_ms(s) <= LONGEST_MS)
        );
        assert_eq!(scenes.concat(), syllables);
        let clauses = "སངས་རྒྱས་ཆོས་དང་ཚོགས་ཀྱི་མཆོག་རྣམས་ལ། །བྱང་ཆུབ་བར་དུ་བདག་ནི་སྐྱབས་སུ་མཆི། །".repeat(12);
        assert!(texts(&clauses).1.iter().all(|s| s.ends_with('།') && speech_ms(s) <= LONGEST_MS));
    }

    #[test]
    fn a_blank_line_always_ends_a_scene_but_for_a_heading() {
        let line = "The heavens declare the glory of God and the firmament sheweth his handywork.";
        let first = format!("Psalm 19\n\n{line}");
        let text = format!("{first}\n\n{line}");
        assert_eq!(texts(&text).1, [first.as_str(), line]);
    }

    #[test]
    fn scenes_are_of_watchable_length() {
        let verse = "Yea, though I walk through the valley of the shadow of death, I will fear no evil: for thou art with me. ";
        let text = verse.repeat(20);
        let (_, scenes) = texts(&text);
        assert!(scenes.iter().all(|s| (5_000..=LONGEST_MS).contains(&speech_ms(s))), "{scenes:#?}");
        let endless = "and the waters were upon the face of the earth ".repeat(80);
        let (_, scenes) = texts(&endless);
        assert!(scenes.len() > 10 && scenes.iter().all(|s| speech_ms(s) <= LONGEST_MS), "{scenes:#?}");
    }

    /// Text in any script, with marks, joiners, bidirectional controls, emoji and odd white space.
    pub(crate) fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "\\PC{1,12}",
            "[ \\t\\n\\r\u{85}\u{2028}\u{2029}\u{3000}]{1,3}",
            "[a-zA-Z0-9.,;:!?'\"() ]{1,30}",
            "[\u{0900}-\u{097F}\u{200C}\u{200D} ]{1,20}",
            "[\u{0B80}-\u{0BFF} ]{1,20}",
            "[\u{0600}-\u{06FF}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069} ]{1,20}",
            "[\u{0590}-\u{05FF} ]{1,20}",
            "[\u{4E00}-\u{4FFF}。，！]{1,40}",
            "[\u{0300}-\u{036F}]{1,4}",
            "[👨‍👩‍👧🙏🏽🕉️✝️☪️]{1,5}",
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn no_word_is_dropped_changed_or_moved(text in any_text()) {
            let verses = verses(&text);
            let scenes = scenes(&text, &verses);
            for ranges in [&verses, &scenes] {
                let mut at = 0;
                for range in ranges {
                    prop_assert!(range.start >= at && range.start < range.end);
                    prop_assert!(text[at..range.start].chars().all(char::is_whitespace));
                    at = range.end;
                }
                prop_assert!(text[at..].chars().all(char::is_whitespace));
            }
            let spoken: Vec<&str> = scenes.iter().flat_map(|s| text[s.clone()].split_whitespace()).collect();
            if text.chars().all(has_no_scriptio_continua) {
                prop_assert_eq!(spoken, text.split_whitespace().collect::<Vec<_>>());
            } else {
                prop_assert_eq!(spoken.concat(), text.split_whitespace().collect::<String>());
            }
        }
    }

    fn has_no_scriptio_continua(c: char) -> bool {
        has_spaces(c.encode_utf8(&mut [0; 4]))
    }
}
