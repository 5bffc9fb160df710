//! Frames without an encoder.

use anyhow::Result;
use film_engine::VideoFormat;
use film_engine::frames::{Compositor, Shot};
use film_engine::motion::Camera;
use film_engine::timeline::{FrameRate, Mix};
use film_vocabulary::{Aspect, Resolution};

use crate::figures::Figures;
use crate::setup::Setup;
use crate::{cost, fixtures, table};

/// `frames_1080p_cpu_per_video_s` and what a shot costs to prepare.
pub(crate) fn run(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let mut rows = Vec::new();
    for (name, resolution) in
        [("720p", Resolution::P720), ("1080p", Resolution::P1080), ("4k", Resolution::P2160)]
    {
        let format = VideoFormat::new(resolution, Aspect::Landscape, FrameRate::F30);
        let scene = fixtures::painted(fixtures::TYPICAL[0], format.size);
        let frames = setup.seconds * format.rate.fps();
        let overlays = fixtures::captions(format.size, frames);
        let prepare = || {
            let picture = &scene.picture;
            let camera = Camera::ken_burns(8, picture.focus, picture.size, format.size, format.rate, frames);
            Shot::new(picture, camera, &overlays, format.size)
        };
        let shot = prepare()?;
        let mut compositor = Compositor::new(format.size);
        let mut bytes = vec![0; compositor.frame_bytes()];
        let mut draw = |mix: Mix, next: Option<&Shot>| -> Result<()> {
            Ok((0..frames).try_for_each(|frame| compositor.draw(&shot, frame, mix, next, &mut bytes))?)
        };
        let share = 0.5;
        let [alone] = cost::interleaved(setup.rounds, [&mut || draw(Mix::Alone, None)])?;
        let [black] = cost::interleaved(1, [&mut || draw(Mix::Black { share }, None)])?;
        let [crossfade] = cost::interleaved(1, [&mut || draw(Mix::Next { frame: 9, share }, Some(&shot))])?;
        let [prepared] = cost::interleaved(setup.rounds, [&mut || Ok(prepare().map(drop)?)])?;
        let per_second = [alone, black, crossfade].map(|cost| cost.cpu() / f64::from(setup.seconds));
        let cells = [per_second.to_vec(), vec![prepared.cpu()]].concat();
        rows.push([vec![name.to_owned()], cells.iter().map(|s| format!("{s:.4}")).collect()].concat());
        figures.set(&format!("frames_{name}_cpu_per_video_s"), per_second[0]);
        figures.set(&format!("shot_{name}_cpu_s"), prepared.cpu());
    }
    let head = ["CPU s per video s at 30 fps", "alone", "fading", "crossfading", "shot prepared, s"];
    table::print("Frames without an encoder", &head, &rows);
    Ok(())
}
