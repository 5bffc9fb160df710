//! What every picture must be: the same each time, exposed well, at any aspect.

use film_painter::{
    Brief, Illustrator, IllustratorError, Painter, Picture, SceneKind, Size, Tradition, paint,
};

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

/// Captions stand in the lower third: no brighter there, on the whole, than their white letters can bear.
#[test]
fn the_ground_for_captions_is_quiet() {
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
    for kind in SceneKind::ALL {
        let (a, b) = (paint(&brief(kind, 3, 1), ASPECTS[0]), paint(&brief(kind, 3, 2), ASPECTS[0]));
        let differing = a.rgb.iter().zip(&b.rgb).filter(|(a, b)| a.abs_diff(**b) > 6).count();
        assert!(differing * 10 > a.rgb.len(), "{kind:?} hardly changes with the seed");
    }
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

#[tokio::test]
async fn the_painter_illustrates_and_refuses_what_it_cannot_hold() {
    let brief = brief(SceneKind::Mountains, 1, 1);
    let picture = Painter.illustrate(&brief, ASPECTS[0]).await.expect("a small picture");
    assert_eq!(picture.size, ASPECTS[0]);
    let refused = Painter.illustrate(&brief, Size { width: 0, height: 90 }).await;
    assert!(matches!(refused, Err(IllustratorError::Rejected { provider: "painter", .. })));
}
