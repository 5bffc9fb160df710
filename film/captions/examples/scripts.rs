//! Draws a caption and a title in each script, on sheets of frames in two aspects, to be looked at.
//!
//! `cargo run -p film-captions --example scripts -- .local/assets out/`

use std::path::PathBuf;

use film_captions::{CaptionBitmap, Fonts, Limits, cues};
use tiny_skia::Pixmap;

#[path = "../tests/it/script_samples.rs"]
mod script_samples;

use script_samples::SAMPLES;

/// Frames of the sheets: name, size in pixels, columns and rows.
const SHEETS: [(&str, (u32, u32), u32, u32); 2] = [("wide", (800, 450), 2, 6), ("tall", (450, 800), 4, 3)];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (root, out) =
        arguments.next().zip(arguments.next()).ok_or("usage: scripts ASSETS_ROOT OUT_FOLDER")?;
    let fonts = Fonts::load(&root)?;
    std::fs::create_dir_all(&out)?;
    for (name, frame, columns, rows) in SHEETS {
        for (number, samples) in SAMPLES.chunks((columns * rows) as usize).enumerate() {
            let mut sheet = Pixmap::new(frame.0 * columns, frame.1 * rows).ok_or("sheet too large")?;
            sheet.fill(tiny_skia::Color::from_rgba8(70, 88, 104, 255));
            for (place, (_, language, text)) in samples.iter().enumerate() {
                let place = place as u32;
                let (left, top) = (place % columns * frame.0, place / columns * frame.1);
                let limits = Limits { fonts: &fonts, frame, scene_ms: 8_000 };
                let first = cues(text, language, &[], &limits)?.into_iter().next().ok_or("no caption")?;
                // A word in Latin letters, beside which the others should look as large.
                let title: String = text.split_inclusive(' ').take(2).chain(["Amen"]).collect();
                let title = fonts.draw_title(&title, None, language, frame)?;
                let caption = fonts.draw(&first.text, language, frame)?;
                // A film shows the title alone, in the middle; here it stands above the caption.
                let title = CaptionBitmap { y: 0, ..title };
                blend(&mut sheet, &title, left, top);
                blend(&mut sheet, &caption, left, top);
            }
            sheet.save_png(out.join(format!("{name}-{number}.png")))?;
        }
    }
    Ok(())
}

/// Draws what stands on a frame whose corner is given.
fn blend(sheet: &mut Pixmap, caption: &CaptionBitmap, left: u32, top: u32) {
    let width = sheet.width();
    for (index, pixel) in caption.rgba.chunks_exact(4).enumerate() {
        let x = left + caption.x + index as u32 % caption.width;
        let y = top + caption.y + index as u32 / caption.width;
        let at = ((y * width + x) * 4) as usize;
        let alpha = f32::from(pixel[3]) / 255.0;
        for (under, over) in sheet.data_mut()[at..at + 3].iter_mut().zip(pixel) {
            *under = (f32::from(*over) * alpha + f32::from(*under) * (1.0 - alpha)) as u8;
        }
    }
}
