//! Fixtures of the benchmarks: painted pictures, and captions over them.

use film_captions::CaptionBitmap;
use film_engine::frames::Overlay;
use film_painter::{Brief, Picture, SceneKind, Size, paint};
use film_vocabulary::Tradition;

/// A picture with its name.
pub(crate) struct NamedPicture {
    pub(crate) name: String,
    pub(crate) picture: Picture,
}

/// The pictures of the comparisons: fine detail, flat sky and water, and the dark, which encoders find hard in
/// different ways.
pub(crate) const TYPICAL: [SceneKind; 3] = [SceneKind::Pastures, SceneKind::DawnWater, SceneKind::Cosmos];

/// A painted scene of a kind.
pub(crate) fn painted(kind: SceneKind, size: Size) -> NamedPicture {
    NamedPicture { name: kind.name().to_owned(), picture: paint(&brief(kind), size) }
}

/// The brief of a kind's own picture.
pub(crate) fn brief(kind: SceneKind) -> Brief {
    Brief {
        prompt: String::new(),
        keywords: kind.keywords().first().map(|word| (*word).to_owned()).into_iter().collect(),
        tradition: kind.traditions().first().copied().unwrap_or(Tradition::Universal),
        film_seed: 3,
        scene_seed: 7,
    }
}

/// Three captions, one after the other, each a translucent plate of letters' density in the lower fifth.
pub(crate) fn captions(frame: Size, frames: u32) -> Vec<Overlay> {
    let even = |n: u32| n / 2 * 2;
    let (width, height) = (even(frame.width * 2 / 3), even(frame.height / 9));
    let bitmap = CaptionBitmap {
        x: even((frame.width - width) / 2),
        y: even(frame.height * 4 / 5),
        width,
        height,
        rgba: strokes(width, height),
    };
    (0..3)
        .map(|i| {
            let frames = frames * i / 3..frames * (i + 1) / 3;
            Overlay { bitmap: bitmap.clone(), frames, fade: 3 }
        })
        .collect()
}

/// White upright strokes over a dark, half transparent plate, premultiplied.
fn strokes(width: u32, height: u32) -> Vec<u8> {
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            let letter = (height / 4..height * 3 / 4).contains(&y) && x % 24 < 6 && x % 200 > 40;
            if letter { [255; 4] } else { [8, 8, 10, 128] }
        })
        .collect()
}
