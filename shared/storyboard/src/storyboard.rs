//! Storyboards: a text divided into scenes, and the hashes that prove that no word of it was changed.

use std::collections::BTreeSet;
use std::ops::Range;

use film_vocabulary::{Line, Tradition};
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, id};

use crate::fit::{Fit, Focus};
use crate::lexicon::{self, Told};
use crate::segmentation;
use crate::text::{self, TextError};

id!(
    /// A picture that a person uploaded for a project.
    UploadId,
    "up_"
);

/// Milliseconds that the picture stays after the last word of a scene, unless the scene has its own `pause_ms`.
const PAUSE_MS: u32 = 600;
/// The longest pause that a scene may have, in milliseconds.
pub const LONGEST_PAUSE_MS: u32 = 15_000;
/// The most keywords that are derived for a scene.
const KEYWORDS: usize = 6;

/// What a picture should show, in words.
pub type Prompt = Line<1000>;
/// One of the things that a picture shows.
pub type Keyword = Line<40>;
/// The most keywords that a scene may have.
pub const MOST_KEYWORDS: usize = 12;
/// What is known of a text besides its words.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Its title, whose words count for scenes that name nothing themselves; may be empty.
    pub title: &'a str,
    /// Its language, a BCP 47 tag.
    pub language: &'a str,
    /// The tradition that it belongs to.
    pub tradition: Tradition,
}

/// A text divided into scenes. The text itself is stored beside it; verses and scenes are byte ranges into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storyboard {
    /// The verses of the text in order, with their hashes: no later change of the scenes changes these.
    pub verses: Vec<Verse>,
    /// What is shown and spoken, in order.
    pub scenes: Vec<Scene>,
}

/// One line or sentence of the text, and the hash by which a change of it is noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verse {
    /// Byte range in the project's text.
    pub span: Range<usize>,
    /// SHA-256 of its words, joined by single spaces.
    pub sha256: ContentHash,
}

/// One picture and the words spoken over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// Byte range in the project's text.
    pub span: Range<usize>,
    /// What the picture should show, in words for an image model.
    pub prompt: String,
    /// Canonical English keywords, most telling first.
    pub keywords: Vec<String>,
    /// Chooses the composition of the picture. A client that edits a scene and wants to keep the picture sends it back.
    pub seed: u32,
    /// Silence after the last word, milliseconds.
    pub pause_ms: u32,
    /// An uploaded picture to show instead of a generated one.
    pub image: Option<UploadId>,
    /// How the uploaded picture comes into the frame; none for one that was chosen before there was a choice, which is
    /// cropped about its middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
}

/// What a scene's picture shows, as people read it and as an edit takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// What the picture should show: a [`Prompt`].
    pub prompt: String,
    /// Each a [`Keyword`], at most [`MOST_KEYWORDS`].
    pub keywords: Vec<String>,
}

/// A scene as a person wants it. The texts of all scenes together must have exactly the words of the project's text.
#[derive(Clone, Debug)]
pub struct SceneEdit {
    /// The words of the scene.
    pub text: String,
    /// What the picture should show; `None` derives it from the text.
    pub prompt: Option<String>,
    /// Canonical English keywords; `None` derives them from the text.
    pub keywords: Option<Vec<String>>,
    /// The seed of the composition; `None` derives it from the text and the index of the scene.
    pub seed: Option<u32>,
    /// Silence after the last word in milliseconds; `None` is the usual pause.
    pub pause_ms: Option<u32>,
    /// An uploaded picture to show instead of a generated one.
    pub image: Option<UploadId>,
    /// The point of the uploaded picture that must stay in view.
    pub focus: Option<Focus>,
}

/// The words of the scenes are not those of the project's text: a word was dropped, added, changed or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the scenes change verse {verse} of the text")]
pub struct ScriptureChanged {
    /// The first verse that differs, counted from one.
    pub verse: usize,
}

impl Storyboard {
    /// The uploaded pictures that the scenes show.
    #[must_use]
    pub fn uploads(&self) -> BTreeSet<UploadId> {
        self.scenes.iter().filter_map(|scene| scene.image).collect()
    }

    /// Divides a text into scenes and derives what each shows, with the word lists of [`lexicon`] alone:
    /// no model is called.
    ///
    /// # Errors
    /// [`TextError`] when the text has no words, is too long, or has a word or a character that cannot be
    /// shown; see its variants.
    pub fn compose(text: &str, about: &About<'_>) -> Result<Self, TextError> {
        text::check(text)?;
        Ok(Self::sketch(text, about))
    }

    /// The storyboard of a text that is not checked: to show what a text would become that cannot become a film yet.
    #[must_use]
    pub fn sketch(text: &str, about: &About<'_>) -> Self {
        let verses = segmentation::verses(text);
        let spans = segmentation::scenes(text, &verses);
        let given = vec![Given::default(); spans.len()];
        Self {
            scenes: Scene::derive_all(text, spans, &given, about),
            verses: verses
                .into_iter()
                .map(|span| Verse { sha256: digest(&text[span.clone()]), span })
                .collect(),
        }
    }

    /// The storyboard with scenes as a person edited them. Scenes may be divided, joined and described differently, but
    /// their words must be those of the text. A pause longer than [`LONGEST_PAUSE_MS`] is cut to it. Prompt and
    /// keywords that come back as [`Scene::description`] gave them stay as they are stored, to the letter: they are a
    /// part of the picture's name, and another name would be another picture.
    ///
    /// # Errors
    /// [`ScriptureChanged`] with the first verse that differs.
    pub fn amend(
        &self,
        text: &str,
        about: &About<'_>,
        edits: Vec<SceneEdit>,
    ) -> Result<Self, ScriptureChanged> {
        let mut spans = Vec::with_capacity(edits.len());
        let mut at = 0;
        for edit in &edits {
            let span = self.take(text, at, &edit.text)?;
            at = span.end;
            spans.push(span);
        }
        let given = edits.iter().map(|edit| Given { keywords: edit.keywords.as_deref(), seed: edit.seed });
        let given: Vec<Given<'_>> = given.collect();
        let derived = Scene::derive_all(text, spans, &given, about);
        let scenes = derived.into_iter().zip(edits).map(|(derived, edit)| {
            let prompt = edit.prompt.unwrap_or(derived.prompt);
            let keywords = edit.keywords.unwrap_or(derived.keywords);
            let before = self.scenes.iter().find(|scene| scene.span == derived.span);
            let read = before.map(|scene| (scene, scene.description(text, about.language, about.tradition)));
            let (prompt, keywords) = match read {
                Some((scene, read)) => (
                    if read.prompt == prompt { scene.prompt.clone() } else { prompt },
                    if read.keywords == keywords { scene.keywords.clone() } else { keywords },
                ),
                None => (prompt, keywords),
            };
            Scene {
                prompt,
                keywords,
                seed: edit.seed.unwrap_or(derived.seed),
                pause_ms: edit.pause_ms.unwrap_or(PAUSE_MS).min(LONGEST_PAUSE_MS),
                image: edit.image,
                fit: edit.image.and_then(|image| self.fit(image, edit.focus)),
                span: derived.span,
            }
        });
        let scenes = scenes.collect();
        match text[at..].find(|c: char| !c.is_whitespace()) {
            Some(left_out) => Err(self.changed_at(at + left_out)),
            None => Ok(Self { verses: self.verses.clone(), scenes }),
        }
    }

    /// The same scenes with the pictures of another storyboard, scene by scene, so that a translation shows what its
    /// original shows. `None` when the other storyboard has a different number of scenes.
    #[must_use]
    pub fn with_pictures_of(mut self, other: &Self) -> Option<Self> {
        if self.scenes.len() != other.scenes.len() {
            return None;
        }
        for (scene, shown) in self.scenes.iter_mut().zip(&other.scenes) {
            scene.prompt.clone_from(&shown.prompt);
            scene.keywords.clone_from(&shown.keywords);
            scene.seed = shown.seed;
            scene.image = shown.image;
            scene.fit = shown.fit;
        }
        Some(self)
    }

    /// How an uploaded picture comes into the frame that an edit gives a focus or none. One that is shown already as it
    /// was before there was a choice stays so without a focus: its artefact keeps its name.
    fn fit(&self, image: UploadId, focus: Option<Focus>) -> Option<Fit> {
        let is_as_before = |scene: &Scene| scene.image == Some(image) && scene.fit.is_none();
        match focus {
            Some(focus) => Some(Fit::About(focus)),
            None if self.scenes.iter().any(is_as_before) => None,
            None => Some(Fit::Whole),
        }
    }

    /// The same scenes where the text turns out to be in another language: what was derived from its words is derived
    /// anew, what a person wrote stays.
    #[must_use]
    pub fn in_language(mut self, text: &str, before: &About<'_>, after: &About<'_>) -> Self {
        let spans: Vec<Range<usize>> = self.scenes.iter().map(|scene| scene.span.clone()).collect();
        let given: Vec<Given<'_>> =
            self.scenes.iter().map(|scene| Given { keywords: None, seed: Some(scene.seed) }).collect();
        let derived = Scene::derive_all(text, spans.clone(), &given, before);
        let anew = Scene::derive_all(text, spans, &given, after);
        for ((scene, derived), anew) in self.scenes.iter_mut().zip(derived).zip(anew) {
            if scene.image.is_none() && scene.prompt == derived.prompt && scene.keywords == derived.keywords {
                scene.prompt = anew.prompt;
                scene.keywords = anew.keywords;
            }
        }
        self
    }

    /// Gives one scene a new seed and so another picture of the same subject. Returns `false`, and changes nothing,
    /// when there is no such scene or it shows an uploaded picture.
    pub fn repaint(&mut self, index: usize) -> bool {
        let painted = self.scenes.get_mut(index).filter(|scene| scene.image.is_none());
        // Adding one is a bijection on seeds: no two seeds have the same successor.
        let repainted = painted.map(|scene| scene.seed = scene.seed.wrapping_add(1));
        repainted.is_some()
    }

    /// The byte range of `text`, from `at` on, that has exactly the words of `piece`.
    fn take(&self, text: &str, at: usize, piece: &str) -> Result<Range<usize>, ScriptureChanged> {
        let mut given = piece.chars().filter(|c| !c.is_whitespace());
        let mut span: Option<Range<usize>> = None;
        for (i, c) in text[at..].char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let i = at + i;
            match given.next() {
                Some(same) if same == c => span.get_or_insert(i..i).end = i + c.len_utf8(),
                Some(_) => return Err(self.changed_at(i)),
                None => break,
            }
        }
        let span = span.ok_or_else(|| self.changed_at(at))?;
        // The characters are the same; so must be where words begin and end.
        let mut pairs = text[span.clone()].split_whitespace().zip(piece.split_whitespace());
        if let Some((word, _)) = pairs.find(|(word, given)| word != given) {
            return Err(self.changed_at(word.as_ptr().addr() - text.as_ptr().addr()));
        }
        let parts_a_word = at > 0 && !segmentation::may_part(&text[..at], &text[at..]);
        match given.next() {
            // Words too many, behind the text's last.
            Some(_) => Err(self.changed_at(span.end)),
            None if parts_a_word => Err(self.changed_at(span.start)),
            None => Ok(span),
        }
    }

    /// Checks that text and scenes are what they were when the project was created: the hash of every verse matches,
    /// and the scenes hold every verse in order. Called again before a render spends anything.
    ///
    /// # Errors
    /// [`ScriptureChanged`] with the first verse that differs.
    pub fn verify(&self, text: &str) -> Result<(), ScriptureChanged> {
        for (i, verse) in self.verses.iter().enumerate() {
            if text.get(verse.span.clone()).map(digest) != Some(verse.sha256) {
                return Err(ScriptureChanged { verse: i + 1 });
            }
        }
        let is_blank = |from: usize, to: usize| text.get(from..to).is_some_and(|gap| gap.trim().is_empty());
        for spans in [
            self.verses.iter().map(|v| &v.span).collect::<Vec<_>>(),
            self.scenes.iter().map(|s| &s.span).collect(),
        ] {
            let mut at = 0;
            for span in spans {
                if !is_blank(at, span.start) {
                    return Err(self.changed_at(at));
                }
                at = span.end;
            }
            if !is_blank(at, text.len()) {
                return Err(self.changed_at(at));
            }
        }
        Ok(())
    }

    fn changed_at(&self, byte: usize) -> ScriptureChanged {
        let before = self.verses.partition_point(|verse| verse.span.end <= byte);
        ScriptureChanged { verse: (before + 1).min(self.verses.len().max(1)) }
    }
}

impl Scene {
    /// What the picture shows, as [`Storyboard::amend`] takes it back. What was stored before prompts and keywords had
    /// rules is made good; a prompt of which nothing is left is derived from the words.
    #[must_use]
    pub fn description(&self, text: &str, language: &str, tradition: Tradition) -> Description {
        let keywords = self.keywords.iter().filter_map(|keyword| Keyword::of_stored(keyword));
        let prompt = Prompt::of_stored(&self.prompt).map(String::from);
        let derived = || {
            let about = About { title: "", language, tradition };
            let alone = [Given { keywords: None, seed: None }];
            let scenes = Self::derive_all(text, vec![self.span.clone()], &alone, &about);
            scenes.into_iter().map(|scene| scene.prompt).collect()
        };
        Description {
            prompt: prompt.unwrap_or_else(derived),
            keywords: keywords.take(MOST_KEYWORDS).map(String::from).collect(),
        }
    }

    /// The scenes of a whole film. `given` has what a person gave for each, which its neighbours' pictures take account
    /// of.
    fn derive_all(text: &str, spans: Vec<Range<usize>>, given: &[Given<'_>], about: &About<'_>) -> Vec<Self> {
        let told = spans.iter().zip(given).enumerate().map(|(index, (span, given))| {
            let words = &text[span.clone()];
            #[allow(clippy::cast_possible_truncation, reason = "any 32 bits of the hash do as a seed")]
            let derived = ContentHash::of(format!("{index}:{words}").as_bytes()).seed() as u32;
            let seed = given.seed.unwrap_or(derived);
            Told { named: lexicon::named(words, about.language), seed, given: given.keywords }
        });
        let told: Vec<Told<'_>> = told.collect();
        let title = lexicon::named(about.title, about.language);
        let pictures = lexicon::choose(&told, &title, about.tradition);
        let scenes = spans.into_iter().zip(&told).zip(pictures);
        scenes
            .map(|((span, told), picture)| {
                let words = &text[span.clone()];
                let keywords = lexicon::keywords(words, about.language, KEYWORDS);
                let mood = lexicon::mood(words, about.language);
                let keywords = match picture {
                    Some(picture) => lexicon::leading_to(picture, keywords, KEYWORDS, about.tradition),
                    None => keywords,
                };
                let prompt = lexicon::prompt(&keywords, mood, about.tradition);
                Self { span, prompt, keywords, seed: told.seed, pause_ms: PAUSE_MS, image: None, fit: None }
            })
            .collect()
    }
}

/// What a person gave for a scene instead of what its text leads to.
#[derive(Clone, Copy, Debug, Default)]
struct Given<'a> {
    keywords: Option<&'a [String]>,
    seed: Option<u32>,
}

fn digest(verse: &str) -> ContentHash {
    ContentHash::of(verse.split_whitespace().collect::<Vec<_>>().join(" ").as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::segmentation::tests::any_text;

    const PSALM: &str = "The LORD is my shepherd; I shall not want. He maketh me to lie down in green pastures: \
        he leadeth me beside the still waters.\n\nHe restoreth my soul: he leadeth me in the paths of righteousness \
        for his name's sake.";

    #[test]
    fn a_text_that_is_in_another_language_is_told_in_it_but_for_what_a_person_wrote() {
        let text = "Jehová es mi pastor; nada me faltará. En lugares de delicados pastos me hará descansar; junto a \
            aguas de reposo me pastoreará. Confortará mi alma; me guiará por sendas de justicia por amor de su \
            nombre.\n\nAderezas mesa delante de mí en presencia de mis angustiadores; unges mi cabeza con aceite; mi \
            copa está rebosando. Ciertamente el bien y la misericordia me seguirán todos los días de mi vida, y en la \
            casa de Jehová moraré por largos días.";
        let tradition = Tradition::Christian;
        let (wrong, right) =
            (About { title: "", language: "en", tradition }, About { title: "", language: "es", tradition });
        let mut board = Storyboard::compose(text, &wrong).unwrap();
        let told = Storyboard::compose(text, &right).unwrap();
        assert!(told.scenes.len() > 1);
        assert_ne!(board.scenes[1], told.scenes[1]);
        assert_eq!(board.clone().in_language(text, &wrong, &right), told);
        board.scenes[0].prompt = "A shepherd of my own".to_owned();
        let mended = board.in_language(text, &wrong, &right);
        assert_eq!(mended.scenes[0].prompt, "A shepherd of my own");
        assert_eq!(mended.scenes[1..], told.scenes[1..]);
    }

    fn about(tradition: Tradition) -> About<'static> {
        About { title: "", language: "en", tradition }
    }

    fn board(text: &str) -> Storyboard {
        Storyboard::sketch(text, &about(Tradition::Universal))
    }

    fn edit(text: &str) -> SceneEdit {
        SceneEdit {
            text: text.to_owned(),
            prompt: None,
            keywords: None,
            seed: None,
            pause_ms: None,
            image: None,
            focus: None,
        }
    }

    fn edits(text: &str, board: &Storyboard) -> Vec<SceneEdit> {
        board.scenes.iter().map(|s| edit(&text[s.span.clone()])).collect()
    }

    #[test]
    fn a_picture_of_before_stays_as_it_was_until_it_gets_a_focus_and_a_new_one_is_shown_whole() {
        let amend = |board: &Storyboard, image, focus| {
            let mut scenes = edits(PSALM, board);
            (scenes[0].image, scenes[0].focus) = (image, focus);
            board.amend(PSALM, &about(Tradition::Universal), scenes).unwrap()
        };
        let (image, focus) = (Some(UploadId::new()), Focus::new(0.5, 0.2));
        let chosen = amend(&board(PSALM), image, None);
        assert_eq!(chosen.scenes[0].fit, Some(Fit::Whole));
        assert!(chosen.scenes[1..].iter().all(|scene| scene.fit.is_none()));
        let focused = amend(&chosen, image, Some(focus));
        assert_eq!(focused.scenes[0].fit, Some(Fit::About(focus)));
        assert_eq!(amend(&focused, image, None).scenes[0].fit, Some(Fit::Whole));
        assert_eq!(amend(&focused, None, None).scenes[0].fit, None);

        let mut before = chosen;
        before.scenes[0].fit = None;
        let stored = serde_json::to_value(&before.scenes[0]).unwrap();
        assert!(stored.get("fit").is_none(), "as it was stored then");
        assert_eq!(amend(&before, image, None).scenes[0].fit, None);
        assert_eq!(amend(&before, image, Some(focus)).scenes[0].fit, Some(Fit::About(focus)));
        assert_eq!(amend(&before, Some(UploadId::new()), None).scenes[0].fit, Some(Fit::Whole));
    }

    #[test]
    fn scenes_may_be_divided_and_joined() {
        let board = board(PSALM);
        let words: Vec<&str> = PSALM.split_whitespace().collect();
        let divided = words.chunks(5).map(|w| edit(&w.join("\n"))).collect();
        let amended = board.amend(PSALM, &about(Tradition::Christian), divided).unwrap();
        assert_eq!(amended.scenes.len(), words.len().div_ceil(5));
        assert_eq!(amended.verify(PSALM), Ok(()));
        let joined = board.amend(PSALM, &about(Tradition::Christian), vec![edit(PSALM)]).unwrap();
        assert_eq!(joined.scenes.len(), 1);
        assert_eq!(&PSALM[joined.scenes[0].span.clone()], PSALM);
    }

    /// A prayer or verse in Korean and in each script whose letters were once refused.
    #[test]
    fn texts_in_all_scripts_that_a_font_shows_become_storyboards() {
        for text in [
            "여호와는 나의 목자시니 내게 부족함이 없으리로다",
            "እግዚአብሔር እረኛዬ ነው፥ የሚያሳጣኝም የለም።",
            "Հայր մեր որ յերկինս ես, սուրբ եղիցի անուն քո։",
            "მამაო ჩვენო, რომელი ხარ ცათა შინა",
            "ພຣະເຈົ້າຢາເວເປັນຜູ້ລ້ຽງແກະຂອງຂ້າພະເຈົ້າ",
            "ព្រះយេហូវ៉ាទ្រង់ជាអ្នកគង្វាលខ្ញុំ ខ្ញុំនឹងមិនខ្វះអ្វីសោះ ។",
            "ထာဝရဘုရားသည် ငါ၏သိုးထိန်းဖြစ်တော်မူ၏။",
            "ସଦାପ୍ରଭୁ ମୋହର ପାଳକ; ମୋହର ଅଭାବ ହେବ ନାହିଁ।",
            "ༀ་མ་ཎི་པདྨེ་ཧཱུྃ། སངས་རྒྱས་ཆོས་དང་ཚོགས་ཀྱི་མཆོག་རྣམས་ལ། །",
            "ܐܰܒ݂ܽܘܢ ܕ݁ܒ݂ܰܫܡܰܝܳܐ ܢܶܬ݂ܩܰܕ݁ܰܫ ܫܡܳܟ݂܂",
            "ⲡⲉⲛⲓⲱⲧ ⲉⲧϧⲉⲛ ⲛⲓⲫⲏⲟⲩⲓ ⲙⲁⲣⲉϥⲧⲟⲩⲃⲟ ⲛ̀ϫⲉ ⲡⲉⲕⲣⲁⲛ",
            "ꦥꦔꦺꦫꦤ꧀ꦲꦶꦏꦸꦥꦔꦺꦴꦤ꧀ꦏꦸ꧈ꦄꦏꦸꦎꦫꦏꦼꦏꦸꦫꦔꦤ꧀꧉",
            "યહોવા મારો પાળક છે",
            "ಯೆಹೋವನು ನನಗೆ ಕುರುಬನು",
            "യഹോവ എന്റെ ഇടയനാകുന്നു",
            "සමිඳාණෝ මාගේ එඬේරා ය",
            "ੴ ਸਤਿ ਨਾਮੁ",
            "พระเจ้าทรงเป็นผู้เลี้ยงแกะ",
            "主は私の羊飼い。",
        ] {
            let board = Storyboard::compose(text, &about(Tradition::Universal));
            assert_eq!(board.map(|board| board.verify(text)), Ok(Ok(())), "{text}");
        }
    }

    #[test]
    fn a_touched_word_names_its_verse() {
        let board = board(PSALM);
        let amend = |text: String| board.amend(PSALM, &about(Tradition::Christian), vec![edit(&text)]);
        for changed in [
            PSALM.replace("still waters", "waters"),
            PSALM.replace("still waters", "waters still"),
            PSALM.replace("still", "quiet"),
            PSALM.replace("still waters", "very still waters"),
            PSALM.replace("still waters", "stillwaters"),
        ] {
            assert_eq!(amend(changed), Err(ScriptureChanged { verse: 2 }));
        }
        assert_eq!(amend(format!("{PSALM} Amen.")), Err(ScriptureChanged { verse: board.verses.len() }));
        assert!(amend(String::new()).is_err());
    }

    #[test]
    fn what_was_stored_before_prompts_had_rules_is_read_as_a_line_and_kept_when_it_comes_back() {
        let mut board = board(PSALM);
        let derived = board.scenes[0].prompt.clone();
        for (prompt, shown) in [
            ("A\0 hill\u{202e}s", "A  hills".to_owned()),
            ("a\u{301}", "á".to_owned()),
            ("", derived.clone()),
            ("\u{200b}", derived),
            ("hill ".repeat(300).as_str(), "hill ".repeat(200).trim().to_owned()),
        ] {
            board.scenes[0].prompt = prompt.to_owned();
            board.scenes[0].keywords = ["sea\n", "", "\u{2066}", "hill"].map(str::to_owned).to_vec();
            let read: Vec<Description> = board
                .scenes
                .iter()
                .map(|scene| scene.description(PSALM, "en", Tradition::Universal))
                .collect();
            assert_eq!(read[0], Description { prompt: shown, keywords: vec!["sea".into(), "hill".into()] });
            assert!(Prompt::parse(&read[0].prompt).is_ok_and(|line| line.as_str() == read[0].prompt));

            let sent_back = |read: &[Description]| {
                let scenes = edits(PSALM, &board).into_iter().zip(read.to_vec());
                let scenes = scenes.map(|(scene, Description { prompt, keywords })| SceneEdit {
                    prompt: Some(prompt),
                    keywords: Some(keywords),
                    ..scene
                });
                board.amend(PSALM, &about(Tradition::Universal), scenes.collect()).unwrap()
            };
            let described = |board: &Storyboard| -> Vec<(String, Vec<String>)> {
                board.scenes.iter().map(|scene| (scene.prompt.clone(), scene.keywords.clone())).collect()
            };
            assert_eq!(described(&sent_back(&read)), described(&board), "{prompt:?}");
            let mut edited = read;
            edited[0].prompt = "A lake".to_owned();
            assert_eq!(sent_back(&edited).scenes[0].prompt, "A lake");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn an_unedited_storyboard_holds_and_a_dropped_character_does_not(text in any_text(), at in any::<prop::sample::Index>()) {
            let board = board(&text);
            prop_assert_eq!(board.verify(&text), Ok(()));
            let same = board.amend(&text, &about(Tradition::Universal), edits(&text, &board)).unwrap();
            prop_assert_eq!(same.verify(&text), Ok(()));

            let solid: Vec<usize> = text.char_indices().filter(|(_, c)| !c.is_whitespace()).map(|(i, _)| i).collect();
            if !solid.is_empty() {
                let mut changed = text.clone();
                changed.remove(solid[at.index(solid.len())]);
                prop_assert!(board.amend(&text, &about(Tradition::Universal), vec![edit(&changed)]).is_err());
            }
        }
    }
}
