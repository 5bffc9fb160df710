//! Every script that has a font of its own: shown whole, inside the frame, in captions and titles.

use film_captions::{Limits, cues};

use super::assets::fonts;
use super::drawing::{FRAMES, assert_well_placed};
use super::script_samples::SAMPLES;

#[test]
fn every_script_is_shown_inside_the_frame_in_captions_and_titles() {
    for (name, language, text) in SAMPLES {
        assert_eq!(fonts().missing(text), Vec::<char>::new(), "{name}");
        for frame in FRAMES {
            let limits = Limits { fonts: fonts(), frame, scene_ms: 9_000 };
            // Two scenes' worth, so that captions are cut as well.
            let text = [text, text].join(" ");
            let cues = cues(&text, language, &[], &limits).unwrap();
            assert!(cues.len() > 1, "{name} {frame:?}");
            for cue in cues {
                assert_well_placed(&fonts().draw(&cue.text, language, frame).unwrap(), frame, name);
            }
            assert_well_placed(&fonts().draw_title(&text, None, language, frame).unwrap(), frame, name);
        }
    }
}

/// No word is cut where the script writes words apart, and no syllable is where it does not.
#[test]
fn captions_in_every_script_leave_words_whole() {
    for (name, language, text) in SAMPLES {
        let limits = Limits { fonts: fonts(), frame: (1080, 1920), scene_ms: 9_000 };
        let cues = cues(text, language, &[], &limits).unwrap();
        let shown: String = cues.iter().map(|cue| cue.text.as_str()).collect();
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(letters(&shown), letters(text), "{name}");
        if language == "ko" {
            assert!(cues.iter().all(|cue| text.split(' ').any(|word| cue.text.ends_with(word))), "{cues:?}");
        }
    }
}
