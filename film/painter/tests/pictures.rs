//! What every picture must be: the same each time, exposed well, at any aspect.

use film_painter::{Brief, Picture, SceneKind, Size, paint, scene_kind};
use film_vocabulary::Tradition;

const ASPECTS: [Size; 4] = [
    Size { width: 288, height: 162 },
    Size { width: 162, height: 288 },
    Size { width: 200, height: 200 },
    Size { width: 276, height: 155 },
];

fn brief(kind: SceneKind, film_seed: u64, scene_seed: u64) -> Brief {
    Brief {
        prompt: String::new(),
        keywords: vec![kind.keyword().to_owned()],
        tradition: kind.traditions().first().copied().unwrap_or(Tradition::Universal),
        film_seed,
        scene_seed,
    }
}

fn luma(pixel: &[u8]) -> f32 {
    0.2126 * f32::from(pixel[0]) + 0.7152 * f32::from(pixel[1]) + 0.0722 * f32::from(pixel[2])
}

/// Mean and standard deviation of luma, 0..255.
fn exposure(picture: &Picture) -> (f32, f32) {
    let lumas: Vec<f32> = picture.rgb.chunks_exact(3).map(luma).collect();
    let mean = lumas.iter().sum::<f32>() / lumas.len() as f32;
    let variance = lumas.iter().map(|l| (l - mean).powi(2)).sum::<f32>() / lumas.len() as f32;
    (mean, variance.sqrt())
}

#[test]
fn the_same_brief_and_size_give_the_same_bytes() {
    for kind in SceneKind::ALL {
        let brief = brief(kind, 11, 4);
        assert_eq!(paint(&brief, ASPECTS[0]), paint(&brief, ASPECTS[0]), "{kind:?}");
    }
}

#[test]
fn every_kind_is_well_exposed_at_every_aspect() {
    for kind in SceneKind::ALL {
        for (i, size) in ASPECTS.into_iter().enumerate() {
            let picture = paint(&brief(kind, 2 + i as u64, 9 + i as u64), size);
            assert_eq!(picture.rgb.len(), (size.width * size.height * 3) as usize);
            let blown = picture.rgb.chunks_exact(3).filter(|p| p.iter().all(|&c| c >= 253)).count();
            let share = blown as f32 / (size.width * size.height) as f32;
            assert!(share < 0.005, "{kind:?} at {size:?}: {share} blown");
            let (mean, spread) = exposure(&picture);
            assert!((14.0..200.0).contains(&mean), "{kind:?} at {size:?}: mean luma {mean}");
            assert!(spread > 9.0, "{kind:?} at {size:?}: flat, luma deviates {spread}");
            let (x, y) = picture.focus;
            assert!((0.02..=0.98).contains(&x) && (0.05..=0.90).contains(&y), "{kind:?}: focus {x} {y}");
        }
    }
}

/// Development builds, as this is, stop at light that is no number: many seeds, because noise seldom goes to its ends.
#[test]
fn every_pixel_has_light_whatever_the_seed() {
    for kind in SceneKind::ALL {
        for seed in 0..16 {
            paint(&brief(kind, seed / 4, seed), Size { width: 192, height: 108 });
        }
    }
}

/// Captions stand in the lower third: no brighter there, on the whole, than their white letters can bear.
#[test]
fn the_background_of_captions_is_dark_enough() {
    for kind in SceneKind::ALL {
        let picture = paint(&brief(kind, 5, 21), ASPECTS[0]);
        let row = picture.size.width as usize * 3;
        let below = &picture.rgb[picture.size.height as usize * 3 / 4 * row..];
        let mean = below.chunks_exact(3).map(luma).sum::<f32>() / (below.len() / 3) as f32;
        assert!(mean < 150.0, "{kind:?}: mean luma {mean} under the captions");
    }
}

#[test]
fn scene_seeds_vary_the_composition() {
    let changes = |kind: &SceneKind| {
        let (a, b) = (paint(&brief(*kind, 3, 1), ASPECTS[0]), paint(&brief(*kind, 3, 2), ASPECTS[0]));
        let differing = a.rgb.iter().zip(&b.rgb).filter(|(a, b)| a.abs_diff(**b) > 6).count();
        differing * 10 > a.rgb.len()
    };
    let same: Vec<SceneKind> = SceneKind::ALL.into_iter().filter(|kind| !changes(kind)).collect();
    assert!(same.is_empty(), "hardly changed by the seed: {same:?}");
}

/// At one hour of the day, pictures of one film are nearer to each other in hue than to another film's.
#[test]
fn a_film_keeps_its_palette() {
    let kinds = [SceneKind::DawnWater, SceneKind::Path, SceneKind::Harvest, SceneKind::Arcade];
    let size = Size { width: 96, height: 54 };
    let tint = |film, kind, scene| {
        let mut brief = brief(kind, film, scene);
        brief.keywords.push("dawn".to_owned());
        let picture = paint(&brief, size);
        let sum = picture.rgb.chunks_exact(3).fold([0.0_f32; 3], |s, p| {
            [s[0] + f32::from(p[0]), s[1] + f32::from(p[1]), s[2] + f32::from(p[2])]
        });
        let total = sum.iter().sum::<f32>();
        [sum[0] / total, sum[1] / total, sum[2] / total]
    };
    let distance = |a: [f32; 3], b: [f32; 3]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f32>();
    let (mut within, mut between) = (0.0, 0.0);
    for film in 0..10 {
        for (i, kind) in kinds.into_iter().enumerate() {
            let i = i as u64;
            within += distance(tint(film, kind, i), tint(film, kind, i + 50));
            between += distance(tint(film, kind, i), tint(film + 1, kind, i));
        }
    }
    assert!(within < between * 0.8, "within films {within}, between films {between}");
}

/// Mean colours of 16 × 9 blocks: what the eye keeps of a picture when the next one comes.
fn glance(picture: &Picture) -> Vec<f32> {
    let (columns, rows) = (16, 9);
    let (width, height) = (picture.size.width as usize, picture.size.height as usize);
    let mut sums = vec![0.0; columns * rows * 3];
    for (i, pixel) in picture.rgb.chunks_exact(3).enumerate() {
        let block = i / width * rows / height * columns + i % width * columns / width;
        let share = (columns * rows) as f32 / (width * height) as f32;
        sums[block * 3..][..3].iter_mut().zip(pixel).for_each(|(sum, c)| *sum += f32::from(*c) * share);
    }
    sums
}

/// Whatever a film is of, no two of its scenes are taken for the same picture.
#[test]
fn the_scenes_of_a_film_differ_at_a_glance() {
    let traditions = [
        Tradition::Universal,
        Tradition::Christian,
        Tradition::Hindu,
        Tradition::Islamic,
        Tradition::Jewish,
        Tradition::Buddhist,
        Tradition::Sikh,
    ];
    for (film, tradition) in (40..).zip(traditions) {
        let scene = |scene_seed| {
            let prompt = String::new();
            Brief {
                prompt,
                keywords: vec![],
                tradition,
                film_seed: film,
                scene_seed: film * 100 + scene_seed,
            }
        };
        let size = Size { width: 96, height: 54 };
        let kinds: std::collections::HashSet<SceneKind> = (0..12).map(|i| scene_kind(&scene(i))).collect();
        assert!(kinds.len() >= 4, "{tradition:?}: only {kinds:?}");
        let glances: Vec<Vec<f32>> = (0..12).map(|i| glance(&paint(&scene(i), size))).collect();
        for (i, a) in glances.iter().enumerate() {
            for (j, b) in glances.iter().enumerate().skip(i + 1) {
                let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f32>();
                // Against how light they are: the eye measures by ratios.
                let share = 2.0 * apart / (a.iter().sum::<f32>() + b.iter().sum::<f32>());
                let both = [i as u64, j as u64].map(|n| scene_kind(&scene(n)));
                assert!(share > 0.03, "{tradition:?}: scenes {i} and {j}, {both:?}, differ by {share}");
            }
        }
    }
}

/// Ground goes on to the frame's lower edge: no sky shows below a slope that begins at the eye's feet.
#[test]
fn land_leaves_no_hole_at_the_bottom() {
    let kinds =
        [SceneKind::Valley, SceneKind::Path, SceneKind::Mountains, SceneKind::Garden, SceneKind::Desert];
    for kind in kinds {
        for seed in 0..8 {
            for size in [Size { width: 192, height: 108 }, Size { width: 81, height: 144 }] {
                let picture = paint(&brief(kind, seed, seed * 7 + 3), size);
                let row = size.width as usize * 3;
                let lumas =
                    |y: usize| picture.rgb[y * row..][..row].chunks_exact(3).map(luma).collect::<Vec<_>>();
                let sky = lumas(size.height as usize / 3).into_iter().fold(0.0, f32::max);
                let lowest = lumas(size.height as usize - 1);
                let middle = lowest.iter().sum::<f32>() / lowest.len() as f32;
                let lightest = lowest.into_iter().fold(0.0, f32::max);
                // A path in the sun is lighter than the grass; the sky behind it is lighter still.
                let hole = lightest > middle + 70.0 && lightest > sky * 0.7;
                assert!(!hole, "{kind:?} {seed} {size:?}: {lightest} among {middle}, sky {sky}");
            }
        }
    }
}

/// Skies are dithered: no run of equal bytes is long enough to be seen as a band (a gradient of one step
/// in a hundred pixels would have runs of a hundred).
#[test]
fn skies_have_no_bands() {
    for kind in [SceneKind::DawnWater, SceneKind::MoonLake, SceneKind::Cosmos, SceneKind::Candles] {
        let picture = paint(&brief(kind, 6, 2), Size { width: 480, height: 270 });
        let rows = picture.rgb.chunks_exact(480 * 3).take(90);
        let longest = rows.flat_map(|row| {
            (0..3).map(move |c| {
                let channel: Vec<u8> = row.iter().skip(c).step_by(3).copied().collect();
                channel.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0)
            })
        });
        let longest = longest.max().unwrap_or(0);
        assert!(longest <= 40, "{kind:?}: {longest} pixels of one value in a row");
    }
}

/// The seven-branched lamp and the Sabbath's two lights are drawn where they belong and nowhere else.
#[test]
fn sacred_lights_belong_to_their_own() {
    let size = Size { width: 192, height: 108 };
    let picture = |tradition, word: &str| {
        let keywords = vec!["candle".to_owned(), word.to_owned()];
        paint(&Brief { prompt: String::new(), keywords, tradition, film_seed: 4, scene_seed: 9 }, size)
    };
    for word in ["menorah", "sabbath"] {
        assert_ne!(picture(Tradition::Jewish, word), picture(Tradition::Jewish, "vigil"), "{word}");
        assert_eq!(picture(Tradition::Christian, word), picture(Tradition::Christian, "vigil"), "{word}");
    }
}

/// A preview shows what the film will: the same composition at every size of one aspect.
#[test]
fn size_changes_the_sharpness_not_the_composition() {
    for kind in [SceneKind::DawnWater, SceneKind::Valley, SceneKind::Candles, SceneKind::RoseWindow] {
        let brief = brief(kind, 4, 8);
        let (large, small) =
            (paint(&brief, Size { width: 384, height: 216 }), paint(&brief, Size { width: 128, height: 72 }));
        let mut difference = 0.0;
        for (i, pixel) in small.rgb.chunks_exact(3).enumerate() {
            let (x, y) = (i % 128 * 3, i / 128 * 3);
            let block = (0..9).map(|k| {
                let at = ((y + k / 3) * 384 + x + k % 3) * 3;
                luma(&large.rgb[at..at + 3])
            });
            difference += (luma(pixel) - block.sum::<f32>() / 9.0).abs();
        }
        let mean = difference / (128.0 * 72.0);
        assert!(mean < 7.0, "{kind:?}: luma differs by {mean} on average");
        assert!((large.focus.0 - small.focus.0).abs() < 0.01 && (large.focus.1 - small.focus.1).abs() < 0.01);
    }
}
