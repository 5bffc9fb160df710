//! What is said of a text's speech before anything is spent: who speaks it and how well, and what to look at. Projects,
//! quotes and previews of imports all tell it from here.

use film_reading::Reading;
use film_voices::{Language, Mismatch, NO_VOICE, Provider, Quality, chosen, find, mismatch};
use serde::Serialize;
use utoipa::ToSchema;

use crate::project::Manuscript;
use crate::reader::Reader;

/// Who speaks a film, and how well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Narration {
    /// How well the voice speaks the language: fit to publish, a draft, or nobody speaks.
    pub quality: Quality,
    /// The voice that is tried first; null where nobody speaks. A remote provider of the service may come before it.
    pub voice: Option<&'static str>,
    /// Who provides it; `silence` where no voice is wanted, null where there is none.
    pub provider: Option<&'static str>,
}

impl Narration {
    /// The narration of a language by a voice, or by its default.
    #[must_use]
    pub fn of(language: &str, voice: Option<&str>) -> Self {
        match chosen(language, voice) {
            Some(voice) => {
                Self { quality: voice.quality, voice: Some(voice.id), provider: Some(voice.provider.name()) }
            }
            None => Self {
                quality: Quality::None,
                voice: None,
                provider: (voice == Some(NO_VOICE)).then_some("silence"),
            },
        }
    }
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeCode {
    /// The text seems to be in another language than the one that is given. A question, never a refusal.
    LanguageMismatch,
    /// The voice is understandable, but not fit to publish.
    DraftVoice,
    /// Nobody speaks the language: a render is refused until another voice is chosen.
    NoVoice,
    /// Words in the language's own script that no voice reads: a render with a voice is refused.
    Unread,
    /// Words in other scripts that no voice reads: they are shown, and the voice passes over them.
    Silent,
}

/// Something to look at before a film is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Notice {
    /// What it is about.
    pub code: NoticeCode,
    /// What was found and what can be done, for people.
    pub detail: String,
    /// For `language_mismatch`: the language that the text seems to be in, where it can be told.
    pub suggested: Option<&'static str>,
    /// For `no_voice`: what can be chosen as the project's `voice`. Those of the neighbouring language first, as
    /// drafts, then `none`.
    pub voices: Vec<&'static str>,
    /// For `unread` and `silent`: the first few of the words.
    pub words: Vec<String>,
}

/// How many words a notice names: enough to find them.
const NAMED_WORDS: usize = 5;

/// Words of a text that no voice reads, the first few of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadText {
    own_script: Vec<String>,
    other_scripts: Vec<String>,
}

impl UnreadText {
    /// Adds those of a scene with this text.
    pub fn add(&mut self, text: &str, reading: &Reading) {
        for run in &reading.unread {
            let words = if run.own_script { &mut self.own_script } else { &mut self.other_scripts };
            let word = text.get(run.written.clone()).unwrap_or_default();
            if words.len() < NAMED_WORDS && !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
    }
}

impl Reader {
    /// Who speaks what is read.
    #[must_use]
    pub fn narration(&self) -> Narration {
        Narration::of(self.language(), self.voice())
    }

    /// Everything that is to be said of a project's text. Cost: one reading of the text, at most 2 ms of CPU a scene.
    #[must_use]
    pub fn notices_of(&self, manuscript: &Manuscript) -> Vec<Notice> {
        let mut unread = UnreadText::default();
        for scene in &manuscript.storyboard.scenes {
            // A span that is not one of the text is found, and told, where the film is planned.
            let text = manuscript.text.get(scene.span.clone()).unwrap_or_default();
            unread.add(text, &self.read(text));
        }
        self.notices(&manuscript.text, &unread)
    }

    /// Everything that is to be said of a text whose scenes have been read.
    #[must_use]
    pub fn notices(&self, text: &str, unread: &UnreadText) -> Vec<Notice> {
        let mut notices: Vec<Notice> = mismatch(text, self.language())
            .map(|found| Notice::language_mismatch(self.language(), &found))
            .into_iter()
            .collect();
        if self.is_silent() {
            return notices;
        }
        match chosen(self.language(), self.voice()) {
            // Nothing of the text is read then, whatever its letters.
            None => notices.push(Notice::no_voice(self.language())),
            Some(voice) => {
                let is_draft = voice.quality != Quality::Good;
                notices.extend(is_draft.then(|| Notice::draft_voice(self.language(), voice.provider)));
                notices.extend(Notice::unread(&unread.own_script));
                notices.extend(Notice::silent(&unread.other_scripts));
            }
        }
        notices
    }
}

impl Notice {
    /// That nobody speaks a language, and what can be done.
    #[must_use]
    pub fn no_voice(language: &str) -> Self {
        let named = name(language);
        let neighbour = find(language).and_then(Language::neighbour);
        let detail = match neighbour {
            Some(neighbour) => format!(
                "No voice speaks {named}. Choose a voice of {} by its name, which reads it as a draft, or the voice \
                 \"none\" for captions and music only.",
                neighbour.name
            ),
            None => {
                format!("No voice speaks {named}. Choose the voice \"none\" for captions and music only.")
            }
        };
        let neighbours = neighbour.into_iter().flat_map(Language::voices).map(|voice| voice.id);
        Self { voices: neighbours.chain([NO_VOICE]).collect(), ..Self::new(NoticeCode::NoVoice, detail) }
    }

    fn language_mismatch(language: &str, found: &Mismatch) -> Self {
        let named = name(language);
        let detail = match found.suggested {
            Some(suggested) => format!(
                "The text seems to be in {}, and its language is given as {named}. Is this right? If not, change the \
                 `language` to {suggested}.",
                name(suggested)
            ),
            None => format!(
                "The text is in a script ({}) that {named} is not usually written in. Is this right? If not, change \
                 the `language`.",
                found.script
            ),
        };
        Self { suggested: found.suggested, ..Self::new(NoticeCode::LanguageMismatch, detail) }
    }

    fn draft_voice(language: &str, provider: Provider) -> Self {
        let how = match provider {
            Provider::Espeak => "by a machine's voice",
            Provider::Kokoro | Provider::Hibari => {
                "with a foreign accent, by a voice that was trained on another language"
            }
        };
        let detail = format!(
            "{} is spoken {how}: a draft, to be listened to before it is published. Choose the voice \"none\" for \
             captions and music only.",
            name(language)
        );
        Self::new(NoticeCode::DraftVoice, detail)
    }

    fn unread(words: &[String]) -> Option<Self> {
        let detail = format!(
            "No voice reads {}. Write it in letters that the voice reads, say in a lexicon how it is read, or choose \
             the voice \"none\" for captions and music only; until then a render is refused.",
            words.join(", ")
        );
        (!words.is_empty()).then(|| Self { words: words.to_vec(), ..Self::new(NoticeCode::Unread, detail) })
    }

    fn silent(words: &[String]) -> Option<Self> {
        let detail = format!(
            "No voice reads {}, which is shown, and passed over by the voice. Say in a lexicon how it is read, if it is \
             to be heard.",
            words.join(", ")
        );
        (!words.is_empty()).then(|| Self { words: words.to_vec(), ..Self::new(NoticeCode::Silent, detail) })
    }

    const fn new(code: NoticeCode, detail: String) -> Self {
        Self { code, detail, suggested: None, voices: Vec::new(), words: Vec::new() }
    }
}

/// The language's English name, or its tag where it is not known.
fn name(language: &str) -> &str {
    find(language).map_or(language, |found| found.name)
}

#[cfg(test)]
mod tests {
    use film_reading::{LexiconEntry, ReadingChoices};

    use super::*;
    use crate::lexicon::Lexicon;

    fn reader(language: &str, voice: Option<&str>, own: &[LexiconEntry]) -> Reader {
        Reader::with(language, voice, ReadingChoices::default(), own, &Lexicon::default())
    }

    fn told(reader: &Reader, text: &str) -> Vec<Notice> {
        let mut unread = UnreadText::default();
        unread.add(text, &reader.read(text));
        reader.notices(text, &unread)
    }

    fn codes(language: &str, voice: Option<&str>, text: &str) -> Vec<NoticeCode> {
        told(&reader(language, voice, &[]), text).iter().map(|notice| notice.code).collect()
    }

    #[test]
    fn a_language_without_a_voice_says_so_and_what_can_be_done() {
        for (language, text, neighbour) in [
            ("yo", "Olúwa ni olùṣọ́ àgùntàn mi; èmi kì yóò ṣe aláìní.", Some("if_sara")),
            ("tl", "Ang Panginoon ay aking pastor; hindi ako mangangailangan.", Some("if_sara")),
            ("ig", "Onyenwe anyị bụ onye ọzụzụ atụrụ m; ọ dịghị ihe ga-akọ m.", Some("if_sara")),
            ("ps", "څښتن زما شپون دی، زه به هېڅ کمی ونه لرم.", Some("hf_alpha")),
            ("bo", "བཅོམ་ལྡན་འདས།", None),
        ] {
            assert_eq!(codes(language, None, text), [NoticeCode::NoVoice], "{language}");
            let notice = told(&reader(language, None, &[]), text).remove(0);
            assert_eq!(notice.voices.first().copied(), neighbour.or(Some("none")), "{language}");
            assert_eq!(notice.voices.last(), Some(&"none"), "{language}");
            assert!(notice.detail.contains("\"none\""), "{}", notice.detail);
            assert_eq!(Narration::of(language, None).quality, Quality::None);
            if let Some(voice) = neighbour {
                assert_eq!(codes(language, Some(voice), text), [NoticeCode::DraftVoice], "{language}");
                assert_eq!(Narration::of(language, Some(voice)).voice, Some(voice));
            }
            assert_eq!(codes(language, Some("none"), text), [], "{language}");
        }
    }

    #[test]
    fn a_draft_is_called_a_draft_and_a_good_voice_needs_no_word() {
        assert_eq!(codes("en", None, "The LORD is my shepherd; I shall not want."), []);
        assert_eq!(codes("hi", None, "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी।"), []);
        for (language, text) in [
            ("ko", "여호와는 나의 목자시니 내게 부족함이 없으리로다"),
            ("ta", "கர்த்தர் என் மேய்ப்பராயிருக்கிறார்"),
            ("am", "እግዚአብሔር እረኛዬ ነው"),
        ] {
            assert_eq!(codes(language, None, text), [NoticeCode::DraftVoice], "{language}");
        }
        let silent = Narration::of("en", Some("none"));
        assert_eq!((silent.quality, silent.voice, silent.provider), (Quality::None, None, Some("silence")));
        assert_eq!(Narration::of("yo", None).provider, None, "nobody can, which is not nobody shall");
    }

    #[test]
    fn words_of_the_own_script_that_nobody_reads_are_named_while_a_voice_is_wanted() {
        let text = "主は私の羊飼い。";
        let notices = told(&reader("ja", None, &[]), text);
        let unread = notices.iter().find(|notice| notice.code == NoticeCode::Unread).unwrap();
        assert!(unread.words.concat().contains('主') && unread.detail.contains('主'), "{unread:?}");
        assert_eq!(codes("ja", Some("none"), text), []);
        assert!(!codes("ja", None, "しゅは わたしの ひつじかい。").contains(&NoticeCode::Unread));
    }

    #[test]
    fn a_lexicon_that_says_how_a_word_is_read_leaves_nothing_to_tell() {
        let entry =
            |written: &str, spoken: &str| LexiconEntry { written: written.into(), spoken: spoken.into() };
        let own = [entry("主", "しゅ")];
        let notices = told(&reader("ja", None, &own), "主");
        assert!(!notices.iter().any(|notice| notice.code == NoticeCode::Unread), "{notices:?}");
    }

    #[test]
    fn words_of_another_script_that_nobody_reads_are_told_as_silent() {
        assert_eq!(codes("en", None, "The word བོད is a name."), [NoticeCode::Silent]);
        for read in ["The word ἀγάπη is love.", "The word 愛 is love."] {
            assert_eq!(codes("en", None, read), [], "its own reader reads it");
        }
        let notice = told(&reader("en", None, &[]), "The word བོད is a name, བོད is all.").remove(0);
        assert_eq!(notice.words, ["བོད"], "each once");
    }

    #[test]
    fn a_text_in_another_language_is_asked_about_with_the_language_that_it_seems_to_be_in() {
        for (language, text, suggested) in [
            (
                "hi",
                "The LORD is my shepherd; I shall not want. He maketh me to lie down in green pastures.",
                "en",
            ),
            ("en", "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी।", "hi"),
            ("en", "여호와는 나의 목자시니 내게 부족함이 없으리로다", "ko"),
        ] {
            // Also where no voice is wanted: pictures and fonts are chosen by the language.
            for voice in [None, Some("none")] {
                let notices = told(&reader(language, voice, &[]), text);
                let asked = notices.iter().find(|notice| notice.code == NoticeCode::LanguageMismatch);
                assert_eq!(asked.and_then(|notice| notice.suggested), Some(suggested), "{language}");
            }
        }
    }
}
