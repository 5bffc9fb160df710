//! From a storyboard to the graph of steps that makes its film. Pure: the same order gives the same plan.
//!
//! ```text
//! image[i] ────┐
//! image[i+1] ──┼─► clip[i] ──┐
//! narration[i] ┤             ├─► stitch
//! narration[i+1]             │
//!    └── all ──► soundtrack ─┘
//! ```
//!
//! A clip shows the beginning of the next scene in its crossfade, so it waits for that one's picture and
//! speech too; and it depends on nothing else, so that an edit of scene i renders the clips i−1 and i
//! again and no other.

use std::collections::HashMap;

use film_reading::{Reading, Unvowelled, VOWELS_VERSION, reading_time};
use film_vocabulary::Resolution;
use metering::Amounts;
use serde::{Deserialize, Serialize};
use storyboard::{Scene, UploadId, segmentation};
use tenancy::ContentHash;

use crate::ids::JobId;
use crate::job::Tally;
use crate::lexicon::Lexicon;
use crate::project::{Manuscript, Music, Project};
use crate::reader::Reader;
use crate::step::{Step, StepState};
use crate::step_input::{
    ClipInput, ImageInput, NarrationInput, SceneInput, SoundtrackInput, SpokenScene, StepInput, StitchInput,
    UPLOAD_DECODING,
};
use crate::step_kind::{StepId, StepKind};

/// The steps of one film, each distinct artefact once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Sorted so that each step comes after those that it waits for.
    pub steps: Vec<PlannedStep>,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// Names it within the job.
    pub id: StepId,
    /// What its artefact is made from.
    pub input: StepInput,
    /// The artefact's name.
    pub artefact: ContentHash,
    /// The steps that must end before it may run.
    pub after: Vec<StepId>,
    /// Milliseconds of speech or film that it works on, estimated from the text; a picture has none.
    pub estimate_ms: u64,
    /// The most that it may be charged, its share of the job's hold; zero when its artefact has been made already.
    #[serde(default)]
    pub allowance: Amounts,
}

/// Words of a text that no voice reads, although its language is written with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no voice reads {words:?} in scene {scene}")]
pub struct UnreadWords {
    /// The position of the scene, counted from zero.
    pub scene: usize,
    /// The words.
    pub words: String,
}

impl Plan {
    /// Plans a project's film at a resolution. `account` is the lexicon of its tenant.
    ///
    /// # Errors
    /// [`UnreadWords`] when a scene has words in the text's own script that no voice reads, such as kanji: without them
    /// what is said would make no sense.
    pub(crate) fn new(
        project: &Project,
        manuscript: &Manuscript,
        account: &Lexicon,
        resolution: Resolution,
    ) -> Result<Self, UnreadWords> {
        let style = &project.style;
        let reader = Reader::new(style, &manuscript.lexicon, account);
        let mut plan = PlanBuilder::default();
        let mut scenes = Vec::new();
        let mut sources = Vec::new();
        let mut silent = Vec::new();
        for (index, scene) in manuscript.storyboard.scenes.iter().enumerate() {
            let text = &manuscript.text[scene.span.clone()];
            let (image, picture) = plan.add(image_input(project, scene), Vec::new(), 0);
            let reading = reader.read(text);
            if let Some(words) = reader.unread(text, &reading) {
                return Err(UnreadWords { scene: index, words: words.to_owned() });
            }
            let is_spoken = !reader.is_silent();
            let speech_ms = u64::from(match is_spoken {
                true => speech_ms(text, &reading),
                false => reading_time(text, style.pace).length_ms,
            });
            let sung = reading.sung();
            let narration = NarrationInput {
                text: text.to_owned(),
                vowels: (is_spoken && lacks_vowels(&reading)).then_some(VOWELS_VERSION),
                spoken: (is_spoken && !reading.is_as_written()).then_some(reading.segments),
                language: style.language.clone(),
                voice: style.voice.clone(),
                pace: style.pace,
            };
            silent.push(narration.is_silent());
            let (narration, speech) = plan.add(StepInput::Narration(narration), Vec::new(), speech_ms);
            scenes.push(SceneInput {
                image: picture,
                narration: speech,
                text: text.to_owned(),
                hidden: reading.hidden,
                sung,
                pause_ms: scene.pause_ms,
                seed: scene.seed,
            });
            sources.push((image, narration, speech_ms + u64::from(scene.pause_ms)));
        }
        let mut clips = Vec::new();
        for (i, scene) in scenes.iter().enumerate() {
            let next = scenes.get(i + 1);
            let input = ClipInput {
                scene: scene.clone(),
                next: next.cloned(),
                opens: i == 0,
                language: style.language.clone(),
                aspect: style.aspect,
                resolution,
                motion: style.motion,
            };
            let shown = sources[i..].iter().take(2);
            let after = shown.flat_map(|(image, narration, _)| [image.clone(), narration.clone()]).collect();
            clips.push(plan.add(StepInput::Clip(input), after, sources[i].2));
        }
        let spoken = scenes.iter().zip(&silent).map(|(scene, silent)| SpokenScene {
            narration: scene.narration,
            pause_ms: scene.pause_ms,
            silent: *silent,
        });
        let soundtrack = SoundtrackInput {
            scenes: spoken.collect(),
            music: style.music,
            tradition: style.tradition,
            seed: style.seed,
        };
        let narrations = sources.iter().map(|(_, narration, _)| narration.clone()).collect();
        let film_ms = sources.iter().map(|(_, _, scene_ms)| scene_ms).sum();
        let (soundtrack, sound) = plan.add(StepInput::Soundtrack(soundtrack), narrations, film_ms);
        let stitch = StitchInput {
            clips: clips.iter().map(|(_, clip)| *clip).collect(),
            soundtrack: sound,
            scenes,
            silent: style.music == Music::None && silent.iter().all(|silent| *silent),
            title: project.title.clone(),
            language: style.language.clone(),
            aspect: style.aspect,
            resolution,
        };
        let parts = clips.into_iter().map(|(id, _)| id).chain([soundtrack]);
        plan.add(StepInput::Stitch(stitch), parts.collect(), film_ms);
        Ok(Self { steps: plan.steps })
    }

    /// The uploads that pictures of the film are made from.
    pub(crate) fn uploads(&self) -> impl Iterator<Item = UploadId> {
        self.steps.iter().filter_map(|step| match &step.input {
            StepInput::Image(picture) => picture.upload,
            _ => None,
        })
    }

    /// How many steps of each kind there are.
    #[must_use]
    pub(crate) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for step in &self.steps {
            tally.expect(step.input.kind());
        }
        tally
    }

    /// The steps as items of the table, before any of them ran.
    #[must_use]
    pub(crate) fn to_steps(&self, job: JobId) -> Vec<Step> {
        let mut dependents: HashMap<&StepId, Vec<StepId>> = HashMap::new();
        for step in &self.steps {
            for before in &step.after {
                dependents.entry(before).or_default().push(step.id.clone());
            }
        }
        let step = |(position, planned): (usize, &PlannedStep)| Step {
            job,
            id: planned.id.clone(),
            position,
            state: if planned.after.is_empty() { StepState::Ready } else { StepState::Waiting },
            waits: planned.after.len(),
            dependents: dependents.remove(&planned.id).unwrap_or_default(),
            input: planned.input.clone(),
            artefact: planned.artefact,
            estimate_ms: planned.estimate_ms,
            allowance: planned.allowance,
            attempts: 0,
            fence: 0,
            rival: None,
            attempt_ids: Vec::new(),
            deletes: None,
            ready_at: cloud::clock::now_ms(),
            started_at: 0,
            due: None,
            failures: Vec::new(),
            report: None,
        };
        self.steps.iter().enumerate().map(step).collect()
    }
}

/// The estimated length of a scene's speech, in milliseconds: of what is said, or of the silence in which a text is read
/// of which nothing is said.
#[must_use]
pub fn speech_ms(text: &str, reading: &Reading) -> u32 {
    if reading.is_as_written() {
        segmentation::speech_ms(text)
    } else if reading.segments.is_empty() {
        reading_time(text, 1.0).length_ms
    } else {
        segmentation::speech_ms(&reading.spoken())
    }
}

/// Whether a voice is to say words of Arabic or Hebrew whose vowels are not written.
fn lacks_vowels(reading: &Reading) -> bool {
    reading.segments.iter().any(|segment| {
        Unvowelled::of(&segment.language).is_some_and(|language| !language.words(&segment.spoken).is_empty())
    })
}

fn image_input(project: &Project, scene: &Scene) -> StepInput {
    let (width, height) = project.style.aspect.picture();
    if scene.image.is_some() {
        // A person's own picture is the same whatever the scene says: nothing else may stand in its name.
        let upload = scene.image;
        let (decoding, fit) = (Some(UPLOAD_DECODING), scene.fit);
        return StepInput::Image(ImageInput {
            width,
            height,
            upload,
            decoding,
            fit,
            ..ImageInput::default()
        });
    }
    StepInput::Image(ImageInput {
        prompt: scene.prompt.clone(),
        keywords: scene.keywords.clone(),
        tradition: project.style.tradition,
        film_seed: project.style.seed,
        scene_seed: scene.seed,
        width,
        height,
        upload: None,
        decoding: None,
        fit: None,
    })
}

/// How often one step may be used. Each use can make two clips wait for it, and the transaction that ends
/// a step has two items for each that it releases into the backlog: DynamoDB takes 100 of them.
const USES: usize = 20;

/// A plan under construction.
#[derive(Default)]
struct PlanBuilder {
    steps: Vec<PlannedStep>,
    /// For each artefact its latest step, and how often that is used.
    known: HashMap<ContentHash, (StepId, usize)>,
    counts: HashMap<StepKind, usize>,
}

impl PlanBuilder {
    /// Adds a step unless one with the same artefact is there. A refrain that comes back more than
    /// [`USES`] times gets a relay: a step that waits for the one before it and finds its artefact made.
    fn add(&mut self, input: StepInput, mut after: Vec<StepId>, estimate_ms: u64) -> (StepId, ContentHash) {
        let artefact = input.artefact();
        match self.known.get_mut(&artefact) {
            Some((id, uses)) if *uses < USES => {
                *uses += 1;
                return (id.clone(), artefact);
            }
            Some((id, _)) => after = vec![id.clone()],
            None => {}
        }
        after.sort_unstable();
        after.dedup();
        let count = self.counts.entry(input.kind()).or_default();
        let id = StepId::new(input.kind(), *count);
        *count += 1;
        self.known.insert(artefact, (id.clone(), 1));
        let allowance = Amounts::default();
        self.steps.push(PlannedStep { id: id.clone(), input, artefact, after, estimate_ms, allowance });
        (id, artefact)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::lexicon::LanguageEntry;
    use crate::project::{Motion, Music, ProjectId, Style};
    use film_reading::{LexiconEntry, ReadingChoices, Treatment};
    use film_vocabulary::{Aspect, Tradition};
    use storyboard::{About, SceneEdit, Storyboard};

    fn project() -> Project {
        let style = Style {
            language: "en".into(),
            aspect: Aspect::Landscape,
            tradition: Tradition::Universal,
            voice: None,
            pace: 1.0,
            music: Music::Pad,
            seed: 7,
            reading: ReadingChoices::legacy(),
            motion: Some(Motion::Still),
        };
        let now = cloud::clock::now();
        Project {
            id: ProjectId::new(),
            title: "t".into(),
            style,
            template: None,
            scenes: 0,
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }

    const ABOUT: About<'_> = About { title: "", language: "en", tradition: Tradition::Universal };

    fn manuscript(lines: &[&str]) -> Manuscript {
        let text = lines.join("\n\n");
        let board = Storyboard::compose(&text, &ABOUT).unwrap();
        let edits = lines.iter().map(|line| SceneEdit {
            text: (*line).to_owned(),
            prompt: None,
            keywords: None,
            seed: Some(1),
            pause_ms: None,
            image: None,
            focus: None,
        });
        let storyboard = board.amend(&text, &ABOUT, edits.collect()).unwrap();
        Manuscript { text, storyboard, lexicon: Vec::new(), written_by: None }
    }

    fn plan(project: &Project, manuscript: &Manuscript) -> Plan {
        Plan::new(project, manuscript, &Lexicon::default(), Resolution::P480).unwrap()
    }

    fn artefacts(plan: &Plan) -> HashSet<ContentHash> {
        plan.steps.iter().map(|step| step.artefact).collect()
    }

    const LINES: [&str; 5] = ["One line.", "Two lines.", "Three lines.", "Four lines.", "Five lines."];

    /// DynamoDB takes 4 MB in a transaction, and the plan shares it with the other items that accept a job.
    #[test]
    fn the_plan_of_the_longest_storyboard_fits_the_transaction_that_accepts_it() {
        let lines: Vec<String> = (0..2000).map(|line| format!("Verse {line}.")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut manuscript = manuscript(&lines);
        for (index, scene) in (0_u32..).zip(&mut manuscript.storyboard.scenes) {
            // Prompts that hardly shrink, as many as fit the item of the manuscript.
            scene.prompt = [0, 1, 2]
                .map(|part| ContentHash::of(format!("{index} {part}").as_bytes()).to_string())
                .join(" ");
            scene.seed = index;
        }
        assert!(manuscript.fits());
        let plan = plan(&project(), &manuscript);
        assert!(plan.steps.len() > 5_000, "{}", plan.steps.len());
        let deflated = crate::deflated_json::encode(&plan).unwrap();
        eprintln!("{} steps: {} bytes", plan.steps.len(), deflated.len());
        assert!(deflated.len() < 3_000_000, "{} bytes", deflated.len());
        assert_eq!(crate::deflated_json::decode::<Plan>(&deflated).unwrap(), plan);
    }

    #[test]
    fn every_step_comes_after_what_it_waits_for_and_everything_leads_to_the_film() {
        let plan = plan(&project(), &manuscript(&LINES));
        let mut seen = HashSet::new();
        for step in &plan.steps {
            assert!(step.after.iter().all(|id| seen.contains(id)), "{:?}", step.id);
            seen.insert(step.id.clone());
        }
        let steps = plan.to_steps(JobId::new());
        assert!(steps.iter().all(|s| s.dependents.is_empty() == (s.input.kind() == StepKind::Stitch)));
        let edges: usize = steps.iter().map(|s| s.dependents.len()).sum();
        assert_eq!(edges, steps.iter().map(|s| s.waits).sum::<usize>());
        let tally = plan.tally();
        assert_eq!(
            (tally.image_total, tally.narration_total, tally.clip_total),
            (2, 5, 5),
            "equal pictures are made once, and none stands beside itself"
        );
        assert_eq!((tally.soundtrack_total, tally.stitch_total), (1, 1));
    }

    #[test]
    fn editing_one_scene_renews_that_scene_its_two_crossfades_sound_and_film_only() {
        let project = project();
        let before = artefacts(&plan(&project, &manuscript(&LINES)));
        let mut lines = LINES;
        lines[2] = "Three other lines.";
        let after = plan(&project, &manuscript(&lines));
        let renewed: Vec<&str> =
            after.steps.iter().filter(|s| !before.contains(&s.artefact)).map(|s| s.id.as_str()).collect();
        assert_eq!(renewed, ["narration-0002", "clip-0001", "clip-0002", "soundtrack-0000", "stitch-0000"]);
    }

    /// The position of each scene whose narration is not among those of another plan.
    fn renewed_narrations(before: &Plan, after: &Plan) -> Vec<String> {
        let before = artefacts(before);
        let spoken = after.steps.iter().filter(|step| step.input.kind() == StepKind::Narration);
        spoken
            .filter(|step| !before.contains(&step.artefact))
            .map(|step| step.id.as_str().to_owned())
            .collect()
    }

    #[test]
    fn a_project_of_before_has_no_choices_and_keeps_its_narrations() {
        let stored = serde_json::json!({
            "language": "en", "aspect": "16:9", "tradition": "universal", "voice": null, "pace": 1.0, "music": "pad",
            "seed": 7,
        });
        let style: Style = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(&style).unwrap(), stored);
        let project = Project { style, ..project() };
        // A label of which nothing is said is not shown less than before, either.
        let plan = plan(&project, &manuscript(&["The LORD is my shepherd.", "[Chorus] Praise him (x2)"]));
        let scenes: Vec<&SceneInput> = plan
            .steps
            .iter()
            .filter_map(|step| match &step.input {
                StepInput::Clip(clip) => Some(&clip.scene),
                _ => None,
            })
            .collect();
        let name = "31c61240cc1ec4aa203b9f8e6a150e53ba3052c5d75ae5184b87c9860fb1f33d";
        assert_eq!(scenes[0].narration.to_string(), name);
        assert!(scenes.iter().all(|scene| scene.hidden.is_empty()));
    }

    #[test]
    fn a_choice_or_an_entry_renews_only_the_scenes_whose_words_it_changes() {
        let mut project = project();
        project.style.reading = ReadingChoices::default();
        let lines = ["Ps. 23:1 is read. (x2)", "[Chorus] Praise him.", "Amen, Zarephath.", "Praise."];
        let mut text = manuscript(&lines);
        let before = plan(&project, &text);
        let spoken: Vec<&NarrationInput> = before
            .steps
            .iter()
            .filter_map(|step| match &step.input {
                StepInput::Narration(narration) => Some(narration),
                _ => None,
            })
            .collect();
        assert!(spoken[0].spoken.as_ref().is_some_and(|said| said[0].spoken.contains("Psalm 23, verse 1")));
        assert_eq!(spoken[3].spoken, None, "said as it is written");

        let mut louder = project.clone();
        louder.style.reading.labels = Treatment::Read;
        assert_eq!(renewed_narrations(&before, &plan(&louder, &text)), ["narration-0001"]);
        // What is shown changes no speech, but the clip and its neighbour's crossfade.
        louder.style.reading.labels = Treatment::Show;
        let shown = plan(&louder, &text);
        assert_eq!(renewed_narrations(&before, &shown), Vec::<String>::new());
        let known = artefacts(&before);
        let renewed = shown.steps.iter().filter(|step| !known.contains(&step.artefact));
        let renewed: Vec<&str> = renewed.map(|step| step.id.as_str()).collect();
        assert_eq!(renewed, ["clip-0000", "clip-0001", "stitch-0000"]);

        let entry = |spoken: &str| LexiconEntry { written: "Zarephath".into(), spoken: spoken.into() };
        let account = Lexicon {
            entries: vec![LanguageEntry {
                language: "en".into(),
                written: "Zarephath".into(),
                spoken: "Zaarefath".into(),
            }],
            ..Lexicon::default()
        };
        let of_account = Plan::new(&project, &text, &account, Resolution::P480).unwrap();
        assert_eq!(renewed_narrations(&before, &of_account), ["narration-0002"]);
        text.lexicon = vec![entry("Zarrefath")];
        let of_project = Plan::new(&project, &text, &account, Resolution::P480).unwrap();
        assert_eq!(
            renewed_narrations(&of_account, &of_project),
            ["narration-0002"],
            "the project's own goes first"
        );
        // Longer words make a longer estimate.
        text.lexicon = vec![entry(&"Zarrefath ".repeat(9))];
        let longer = Plan::new(&project, &text, &account, Resolution::P480).unwrap();
        assert!(longer.film_ms() > of_project.film_ms() + 3_000);
    }

    #[test]
    fn words_without_vowels_are_named_by_the_rules_that_give_them_vowels() {
        let mut project = project();
        project.style.language = "he".into();
        let plan = plan(&project, &manuscript(&["בראשית", "בָּרָא"]));
        let versions = plan.steps.iter().filter_map(|step| match &step.input {
            StepInput::Narration(narration) => Some(narration.vowels),
            _ => None,
        });
        assert_eq!(versions.collect::<Vec<_>>(), [Some(VOWELS_VERSION), None]);
    }

    #[test]
    fn a_text_in_letters_that_no_voice_reads_is_not_planned() {
        let mut project = project();
        project.style.language = "ja".into();
        let text = manuscript(&["あめん。", "主は私の羊飼い。"]);
        let silent = Style { voice: Some(film_voices::NO_VOICE.into()), ..project.style.clone() };
        plan(&Project { style: silent, ..project.clone() }, &text);
        let refused = Plan::new(&project, &text, &Lexicon::default(), Resolution::P480).unwrap_err();
        assert_eq!((refused.scene, refused.words.starts_with('主')), (1, true), "{refused}");
    }

    #[test]
    fn a_scene_of_which_nothing_is_said_is_shown_for_as_long_as_it_takes_to_read() {
        let mut project = project();
        project.style.reading = ReadingChoices::default();
        let plan = plan(&project, &manuscript(&["Amen.", "🙏🙏🙏"]));
        let silent = plan.steps.iter().find(|step| match &step.input {
            StepInput::Narration(narration) => narration.spoken.as_ref().is_some_and(Vec::is_empty),
            _ => false,
        });
        assert!(silent.is_some_and(|step| step.estimate_ms >= 1_000), "{silent:?}");
    }

    #[test]
    fn a_refrain_never_makes_more_wait_than_one_transaction_takes() {
        // A rosary's fifty Hail Marys and more: pairs of scenes that differ in their neighbours only.
        let lines: Vec<String> =
            (0..400).map(|i| if i % 2 == 0 { "Hail Mary.".into() } else { format!("Bead {i}.") }).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let plan = plan(&project(), &manuscript(&lines));
        let steps = plan.to_steps(JobId::new());
        assert!(steps.iter().all(|step| 2 * step.dependents.len() + 12 <= 100));
        let refrain: HashSet<ContentHash> = plan
            .steps
            .iter()
            .filter(|s| matches!(&s.input, StepInput::Narration(n) if n.text == "Hail Mary."))
            .map(|s| s.artefact)
            .collect();
        assert_eq!(refrain.len(), 1);
        let relays = plan.steps.iter().filter(|s| refrain.contains(&s.artefact)).count();
        assert_eq!(relays, 200_usize.div_ceil(USES));
    }

    #[test]
    fn a_translation_under_the_same_pictures_makes_none() {
        let original = manuscript(&LINES);
        let before = artefacts(&plan(&project(), &original));
        let mut project = project();
        project.style.language = "es".into();
        let lines = ["Una línea.", "Dos líneas.", "Tres líneas.", "Cuatro líneas.", "Cinco líneas."];
        let mut translated = manuscript(&lines);
        assert!(
            translated.storyboard.clone().with_pictures_of(&manuscript(&LINES[1..]).storyboard).is_none()
        );
        translated.storyboard = translated.storyboard.with_pictures_of(&original.storyboard).unwrap();
        let after = plan(&project, &translated);
        let reused = after.steps.iter().filter(|s| before.contains(&s.artefact)).map(|s| s.input.kind());
        assert_eq!(reused.collect::<HashSet<_>>(), HashSet::from([StepKind::Image]));
        assert!(
            after.steps.iter().all(|s| s.input.kind() != StepKind::Image || before.contains(&s.artefact))
        );
    }

    #[test]
    fn another_motion_makes_clips_and_film_anew_and_nothing_else() {
        let mut project = project();
        let manuscript = manuscript(&LINES);
        project.style.motion = None;
        let before = artefacts(&plan(&project, &manuscript));
        for motion in [Motion::Still, Motion::Living] {
            project.style.motion = Some(motion);
            let after = plan(&project, &manuscript);
            for step in &after.steps {
                let is_new = matches!(step.input.kind(), StepKind::Clip | StepKind::Stitch);
                assert_eq!(!before.contains(&step.artefact), is_new, "{:?}", step.id);
            }
        }
    }

    #[test]
    fn a_film_without_a_voice_is_not_charged_for_speech_and_is_silent_only_without_music() {
        let mut project = project();
        let manuscript = manuscript(&LINES);
        let spoken = plan(&project, &manuscript);
        project.style.voice = Some("none".into());
        let mut shown = plan(&project, &manuscript);
        let missing = vec![false; shown.steps.len()];
        let quote = shown.quote(&missing);
        assert_eq!(quote.speech_ms, 0);
        assert!(quote.film_ms >= 1_000 * LINES.len() as u64, "{quote:?}");
        assert_eq!(shown.set_allowances(&missing).speech_ms, 0);
        let film = |plan: &Plan| match &plan.steps.last().unwrap().input {
            StepInput::Stitch(film) => film.silent,
            other => panic!("{other:?}"),
        };
        assert!(!film(&spoken) && !film(&shown));
        project.style.music = Music::None;
        assert!(film(&plan(&project, &manuscript)));
        project.style.voice = None;
        assert!(!film(&plan(&project, &manuscript)));
    }

    #[test]
    fn a_scene_of_which_nothing_is_said_leaves_the_music_as_it_is_and_costs_no_speech() {
        let mut project = project();
        project.style.reading = ReadingChoices::default();
        let mixed = plan(&project, &manuscript(&["Amen.", "🙏🙏🙏"]));
        let heard: Vec<bool> = mixed
            .steps
            .iter()
            .filter_map(|step| match &step.input {
                StepInput::Soundtrack(sound) => Some(sound.scenes.iter().map(|scene| scene.silent)),
                _ => None,
            })
            .flatten()
            .collect();
        assert_eq!(heard, [false, true]);
        let alone = plan(&project, &manuscript(&["Amen."]));
        let speech = |plan: &Plan| plan.quote(&vec![false; plan.steps.len()]).speech_ms;
        assert_eq!(speech(&mixed), speech(&alone));
    }

    #[test]
    fn soundtrack_and_film_keep_the_names_that_they_had_before_films_could_be_silent() {
        for step in plan(&project(), &manuscript(&LINES)).steps {
            let stored = serde_json::to_value(&step.input).unwrap().to_string();
            assert!(!stored.contains("silent"), "{stored}");
        }
    }

    #[test]
    fn another_aspect_reuses_speech_and_sound() {
        let mut project = project();
        let manuscript = manuscript(&LINES);
        let before = artefacts(&plan(&project, &manuscript));
        project.style.aspect = Aspect::Portrait;
        let after = plan(&project, &manuscript);
        let reused = after.steps.iter().filter(|s| before.contains(&s.artefact)).map(|s| s.input.kind());
        assert_eq!(
            reused.collect::<HashSet<_>>(),
            HashSet::from([StepKind::Narration, StepKind::Soundtrack])
        );
    }
}
