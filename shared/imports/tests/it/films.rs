//! What becomes of an imported text: its verses, its scenes, and what is spoken of it.

use film_reading::read;
use film_vocabulary::Tradition;
use storyboard::{About, Storyboard};

use crate::imported;

/// The scenes of a text.
fn scenes(text: &str, language: &str) -> Vec<String> {
    let about = About { title: "", language, tradition: Tradition::Christian };
    let storyboard = Storyboard::compose(text, &about).unwrap_or_else(|error| panic!("{error}"));
    storyboard.scenes.iter().map(|scene| text[scene.span.clone()].to_owned()).collect()
}

/// What a voice says of a text.
fn spoken(text: &str, language: &str) -> String {
    let reading = read(text, &film_reading::Options::new(language));
    let segments = reading.segments.iter().map(|segment| segment.spoken.as_str());
    segments.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn verses_begin_scenes_with_their_numbers_and_the_numbers_are_silent() {
    let verse = "The heavens declare the glory of God; and the firmament sheweth his handywork.";
    let source = format!("\\c 19\n\\q1\n\\v 1 {verse}\n\\v 2 {verse}\n\\b\n\\q1\n\\v 3 {verse}\n");
    let text = imported(&source).text;
    let scenes = scenes(&text, "en");
    assert!(scenes.iter().all(|scene| scene.starts_with(['¹', '²', '³'])), "{scenes:#?}");
    assert_eq!(scenes.last(), Some(&format!("³ {verse}")));
    assert_eq!(spoken(&text, "en"), [verse; 3].join(" "));
}

#[test]
fn numbers_behind_couplets_stay_in_their_scene() {
    let couplet = "जय हनुमान ज्ञान गुन सागर। जय कपीस तिहुँ लोक उजागर। राम दूत अतुलित बल धामा";
    let text = imported(&format!("{couplet}॥१॥ {couplet}॥२॥ {couplet}॥३॥")).text;
    assert_eq!(text.lines().count(), 3);
    let scenes = scenes(&text, "hi");
    assert_eq!(scenes.join("\n").lines().filter(|line| line.ends_with('॥')).count(), 3, "{scenes:#?}");
    assert!(scenes.iter().all(|scene| scene.starts_with(char::is_alphabetic)), "{scenes:#?}");
    assert!(!spoken(&text, "hi").contains(['१', '२', '३', '1', '2', '3']));
}
