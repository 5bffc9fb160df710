//! Chapters: where a viewer may jump to.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::breaks::{Quality, breaks, trimmed};
use crate::timing::is_wide;

/// A part of the film that players list by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// What it is called: its first words.
    pub title: String,
    /// Milliseconds from the start of the film; the first chapter begins at 0.
    pub start_ms: u64,
    /// Where the next chapter begins, or the film ends. Milliseconds.
    pub end_ms: u64,
}

/// A chapter lasts at least ten seconds, and a film has at least three chapters or none: YouTube's rule. In a shorter
/// film a list of chapters would help nobody.
const MIN_CHAPTER_MS: u64 = 10_000;
const MIN_CHAPTERS: usize = 3;

/// Letters of a title. Players cut longer ones off, in the middle of a word.
const MAX_TITLE_COLUMNS: usize = 42;
/// Fewer than these say too little: not "Yea", but "Yea, though I walk through the valley".
const MIN_TITLE_COLUMNS: usize = 12;

/// The chapters of a film from its scenes, each with its text and the millisecond on which it begins, in
/// order. Scenes shorter than ten seconds join the chapter before; a film of fewer than three chapters
/// has none.
pub fn chapters<'t>(scenes: impl IntoIterator<Item = (&'t str, u64)>, film_ms: u64) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for (text, start_ms) in scenes {
        let title = opening(text);
        let room = film_ms.saturating_sub(start_ms) >= MIN_CHAPTER_MS;
        match chapters.last_mut() {
            None => chapters.push(Chapter { title, start_ms: 0, end_ms: film_ms }),
            Some(last) if room && !title.is_empty() && start_ms >= last.start_ms + MIN_CHAPTER_MS => {
                last.end_ms = start_ms;
                chapters.push(Chapter { title, start_ms, end_ms: film_ms });
            }
            Some(last) if last.title.is_empty() => last.title = title,
            Some(_) => {}
        }
    }
    let named = chapters.iter().all(|chapter| !chapter.title.is_empty());
    if chapters.len() < MIN_CHAPTERS || !named { Vec::new() } else { chapters }
}

/// The first line, sentence or clause of a text that says enough and is short enough, or as many of its
/// words as a title holds, with an ellipsis.
fn opening(text: &str) -> String {
    let whole = trimmed(text, 0..text.len());
    let columns = |end: &usize| columns(&text[trimmed(text, whole.start..*end)]);
    let inside = |at: &usize| *at > whole.start && *at < whole.end;
    let ends: Vec<_> = breaks(text).into_iter().filter(|b| inside(&b.at)).collect();
    let sensible = ends.iter().filter(|b| b.quality <= Quality::Clause).map(|b| b.at).chain([whole.end]);
    let sense = sensible
        .take_while(|at| columns(at) <= MAX_TITLE_COLUMNS)
        .find(|at| columns(at) >= MIN_TITLE_COLUMNS);
    let sense = sense.or(Some(whole.end).filter(|end| columns(end) <= MAX_TITLE_COLUMNS));
    let fits = |at: &usize| columns(at) < MAX_TITLE_COLUMNS;
    let words = || ends.iter().map(|b| b.at).take_while(fits).last();
    let letters = || {
        let letters = text[whole.clone()].grapheme_indices(true).skip(1).map(|(at, _)| whole.start + at);
        letters.take_while(fits).last().unwrap_or(whole.end)
    };
    let end = sense.or_else(words).unwrap_or_else(letters);
    let title = text[whole.start..end].split(|c: char| c.is_whitespace() || c.is_control());
    let title = title.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let bare = title.trim_end_matches([',', ';', ':', '،', '؛', '，', '；', '：', '、', '—', '–', '-', ' ']);
    if sense.is_some() { bare.to_owned() } else { format!("{bare}…") }
}

/// Letters, of which Han and kana count twice.
fn columns(text: &str) -> usize {
    text.graphemes(true).map(|grapheme| if is_wide(grapheme) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PSALM: [(&str, u64); 4] = [
        ("The LORD is my shepherd; I shall not want.", 500),
        ("He maketh me to lie down\nin green pastures", 6_000),
        ("Yea, though I walk through the valley of the shadow of death", 14_000),
        ("Surely goodness and mercy shall follow me all the days of my life, and I will dwell", 30_000),
    ];

    #[test]
    fn scenes_become_chapters_of_ten_seconds_or_more() {
        let made = chapters(PSALM, 60_000);
        let told: Vec<_> = made.iter().map(|c| (c.title.as_str(), c.start_ms, c.end_ms)).collect();
        let wanted = [
            ("The LORD is my shepherd", 0, 14_000),
            ("Yea, though I walk through the valley of…", 14_000, 30_000),
            ("Surely goodness and mercy shall follow me…", 30_000, 60_000),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn short_films_have_none() {
        assert_eq!(chapters(PSALM, 33_000), []);
        assert_eq!(chapters([], 60_000), []);
    }

    #[test]
    fn titles_end_where_the_sense_does_in_any_script() {
        assert_eq!(
            opening("यदा यदा हि धर्मस्य ग्लानिर्भवति भारत। अभ्युत्थानम्"),
            "यदा यदा हि धर्मस्य ग्लानिर्भवति भारत।"
        );
        assert_eq!(opening("耶和华是我的牧者，我必不至缺乏。"), "耶和华是我的牧者");
        assert_eq!(opening("خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔"), "خداوند میرا چوپان ہے");
        assert_eq!(opening(&"शिव".repeat(60)).graphemes(true).count(), MAX_TITLE_COLUMNS);
    }

    proptest! {
        #[test]
        fn chapters_tile_the_film(texts in prop::collection::vec("\\PC{0,60}", 0..12), step in 1..30_000_u64) {
            let scenes: Vec<_> = texts.iter().enumerate().map(|(i, t)| (t.as_str(), i as u64 * step)).collect();
            let film = texts.len() as u64 * step;
            let made = chapters(scenes, film);
            if let (Some(first), Some(last)) = (made.first(), made.last()) {
                prop_assert_eq!((first.start_ms, last.end_ms), (0, film));
            }
            prop_assert!(made.windows(2).all(|pair| pair[0].end_ms == pair[1].start_ms));
            for chapter in &made {
                prop_assert!(chapter.end_ms - chapter.start_ms >= MIN_CHAPTER_MS && !chapter.title.is_empty());
                prop_assert!(columns(&chapter.title) <= MAX_TITLE_COLUMNS, "{}", chapter.title);
            }
        }
    }
}
