//! Flat pictures: the way in that most callers use.

use crate::brief::Brief;
use crate::kind::scene_kind;
use crate::picture::{Picture, Size};
use crate::setting::Setting;
use crate::tone;

/// Paints the picture of a brief. The same brief and size give the same bytes.
///
/// Sides of less than 16 pixels are painted as 16 and the picture's `size` says so.
pub fn paint(brief: &Brief, size: Size) -> Picture {
    let setting = Setting::new(brief, size);
    let scene = scene_kind(brief).compose(&setting);
    let frame = scene.canvas.frame;
    Picture {
        size: Size { width: frame.width as u32, height: frame.height as u32 },
        rgb: tone::tone_map(frame, &scene.canvas.pixels, &setting.style),
        focus: (scene.focus.0.clamp(0.0, 1.0), scene.focus.1.clamp(0.0, 1.0)),
    }
}
