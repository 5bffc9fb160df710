//! A whole film with the product's own pictures and voices: 20 scenes, three minutes, 1080p; CPU seconds by stage.
//!
//! It is made as the render steps make it, one after the other on one thread, so that every stage can be charged with
//! its own processor time. In the product the pictures and narrations of all scenes, and then their clips, run side by
//! side: its steps depend on no more than what they are made from.

use anyhow::Result;
use film_captions::{Fonts, Limits, Word, chapters, cues};
use film_engine::VideoFormat;
use film_engine::clip::{ClipJob, SceneArt, render_clip};
use film_engine::frames::Overlay;
use film_engine::inspect::{Expected, inspect};
use film_engine::shots::Shots;
use film_engine::soundtrack::{Music, SoundtrackJob, SpeechSource, Voice, make_soundtrack};
use film_engine::stitch::{StitchJob, stitch};
use film_engine::thumbnail::thumbnail;
use film_engine::timeline::{FrameRate, SceneLength, Timeline};
use film_narrator::{SAMPLE_RATE, Script, Speech};
use film_painter::{Brief, Picture, paint};
use film_vocabulary::{Aspect, Resolution, Tradition};

use crate::cost::Cost;
use crate::figures::Figures;
use crate::narration::narrator;
use crate::setup::Setup;
use crate::{cost, table};

/// Psalms 23, 121 and 100 and the blessing of Numbers 6 in the King James Version: a scene and a keyword for each verse.
const VERSES: &str = include_str!("film_verses.txt");

/// Seconds of the film for each scene. Pauses make up what the voices leave.
const SCENE_S: f64 = 9.0;
const LEAD_IN_MS: u32 = 200;
const RATE: FrameRate = FrameRate::F30;
const CROSSFADE: u32 = RATE.default_crossfade();
const LANGUAGE: &str = "en";

/// A scene with what the stages have made of it so far.
struct Scene {
    text: &'static str,
    picture: Picture,
    speech: Speech,
    overlays: Vec<Overlay>,
}

/// Processor time by stage: name, name of the figure, cost.
#[derive(Default)]
struct Stages(Vec<(&'static str, &'static str, Cost)>);

impl Stages {
    fn charge<T>(
        &mut self,
        name: &'static str,
        figure: &'static str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let (made, cost) = cost::of(work)?;
        match self.0.iter_mut().find(|stage| stage.0 == name) {
            Some(stage) => {
                stage.2.own += cost.own;
                stage.2.children += cost.children;
            }
            None => self.0.push((name, figure, cost)),
        }
        Ok(made)
    }
}

/// `film_cpu_per_video_s`, and one figure for each stage.
pub(crate) fn run(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let format = VideoFormat::new(Resolution::P1080, Aspect::Landscape, RATE);
    let frame = (format.size.width, format.size.height);
    let mut stages = Stages::default();
    let fonts = Fonts::load(&setup.assets)?;
    let voice = narrator(setup, 1)?;
    let mut scenes = Vec::new();
    for (number, line) in (1..=u64::from(setup.scenes)).zip(VERSES.lines()) {
        let (keyword, text) = line.split_once(": ").unwrap_or(("light", line));
        let brief = Brief {
            prompt: String::new(),
            keywords: vec![keyword.to_owned()],
            tradition: Tradition::Christian,
            film_seed: 3,
            scene_seed: number,
        };
        let picture =
            stages.charge("pictures", "film_pictures_cpu_per_video_s", || Ok(paint(&brief, format.size)))?;
        let script = Script { text: text.to_owned(), language: LANGUAGE.to_owned(), voice: None, pace: 1.0 };
        let speech =
            stages.charge("narration", "film_narration_cpu_per_video_s", || Ok(voice.speak(&script)?))?;
        scenes.push(Scene { text, picture, speech, overlays: Vec::new() });
    }

    let spoken = scenes.iter().map(|s| s.speech.samples.len() as f64 / f64::from(SAMPLE_RATE)).sum::<f64>();
    let between = SCENE_S - spoken / scenes.len() as f64 - f64::from(LEAD_IN_MS) / 1000.0;
    let pause_ms = (between * 1000.0).max(900.0) as u32;
    let length =
        |s: &Scene| SceneLength::new(RATE, CROSSFADE, LEAD_IN_MS, s.speech.samples.len() as u64, pause_ms);
    let timeline = Timeline::new(RATE, CROSSFADE, scenes.iter().map(length).collect())?;
    let seconds = timeline.ms() as f64 / 1000.0;
    for (scene, length) in scenes.iter_mut().zip(timeline.scenes()) {
        scene.overlays = stages.charge("captions", "film_captions_cpu_per_video_s", || {
            captions(&fonts, scene, *length, frame)
        })?;
    }

    let clips: Vec<_> = (0..scenes.len()).map(|i| setup.scratch().join(format!("scene{i}.mp4"))).collect();
    let art = |i: usize| SceneArt {
        picture: &scenes[i].picture,
        layers: None,
        seed: i as u64,
        frames: timeline.scenes()[i].frames(CROSSFADE),
        shots: Shots::Several,
        overlays: &scenes[i].overlays,
    };
    for (i, clip) in clips.iter().enumerate() {
        let next = (i + 1 < scenes.len()).then(|| art(i + 1));
        let job = ClipJob { format, span: timeline.clip(i), scene: art(i), next };
        stages.charge("clips", "film_clips_cpu_per_video_s", || {
            Ok(render_clip(&job, &setup.ffmpeg, clip, &mut |_| {})?)
        })?;
    }
    let (sound, film) = (setup.scratch().join("film.m4a"), setup.scratch().join("film.mp4"));
    let voices = scenes.iter().enumerate().map(|(i, scene)| Voice {
        start: timeline.speech_start(i),
        speech: SpeechSource::Samples(scene.speech.samples.clone()),
    });
    let music = Music::pad(Tradition::Christian, 3);
    let job = SoundtrackJob { samples: timeline.samples(), voices: voices.collect(), music };
    stages.charge("sound", "film_sound_cpu_per_video_s", || {
        Ok(make_soundtrack(&job, &setup.ffmpeg, &sound)?)
    })?;
    let begins = scenes.iter().enumerate().map(|(i, scene)| (scene.text, timeline.scene_start_ms(i)));
    let job = StitchJob {
        clips,
        sound,
        title: "Psalms".to_owned(),
        language: LANGUAGE.to_owned(),
        chapters: chapters(begins, timeline.ms()),
    };
    stages.charge("stitch", "film_stitch_cpu_per_video_s", || Ok(stitch(&job, &setup.ffmpeg, &film)?))?;
    let expected =
        Expected { frames: timeline.frames(), rate: RATE, size: format.size, fade: CROSSFADE, sound: true };
    let found = stages.charge("inspection", "film_inspection_cpu_per_video_s", || {
        Ok(inspect(&film, &expected, &setup.ffmpeg)?)
    })?;
    anyhow::ensure!(found.problems.is_empty(), "the film is not clean: {:?}", found.problems);
    stages.charge("thumbnail", "film_thumbnail_cpu_per_video_s", || {
        Ok(thumbnail(&scenes[0].picture, Aspect::Landscape, None)?)
    })?;

    let total: f64 = stages.0.iter().map(|stage| stage.2.cpu()).sum();
    let mut rows = Vec::new();
    for (name, figure, cost) in &stages.0 {
        let share = 100.0 * cost.cpu() / total;
        let each = cost.cpu() / seconds;
        rows.push(vec![
            (*name).to_owned(),
            format!("{:.1}", cost.cpu()),
            format!("{each:.3}"),
            format!("{share:.0} %"),
        ]);
        figures.set(figure, each);
    }
    rows.push(vec![
        "film".to_owned(),
        format!("{total:.1}"),
        format!("{:.3}", total / seconds),
        "100 %".to_owned(),
    ]);
    figures.set("film_cpu_per_video_s", total / seconds);
    let title = format!("{} scenes, {seconds:.0} s of 1080p30, {spoken:.0} s of speech", scenes.len());
    table::print(&title, &["stage", "CPU s", "CPU s per video s", "share"], &rows);
    Ok(())
}

/// A scene's captions, drawn.
fn captions(fonts: &Fonts, scene: &Scene, length: SceneLength, frame: (u32, u32)) -> Result<Vec<Overlay>> {
    let ms = |frames: u32| RATE.ms(u64::from(frames)) as u32;
    let begins = ms(length.speech_frame(CROSSFADE));
    let words = scene.speech.words.iter().map(|word| Word {
        span: word.span.clone(),
        start_ms: begins + word.start_ms,
        end_ms: begins + word.end_ms,
    });
    let limits = Limits { fonts, frame, scene_ms: ms(length.frames(CROSSFADE) - CROSSFADE) };
    let drawn = cues(scene.text, LANGUAGE, &words.collect::<Vec<_>>(), &limits)?.into_iter().map(|cue| {
        let bitmap = fonts.draw(&cue.text, LANGUAGE, frame)?;
        Ok(Overlay::caption(&cue, bitmap, RATE))
    });
    drawn.collect()
}
