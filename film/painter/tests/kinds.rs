//! Which kind a brief leads to: keywords, and what each tradition may have.

use film_painter::{Brief, SceneKind, scene_kind};
use film_vocabulary::Tradition;

const TRADITIONS: [Tradition; 7] = [
    Tradition::Universal,
    Tradition::Christian,
    Tradition::Hindu,
    Tradition::Islamic,
    Tradition::Jewish,
    Tradition::Buddhist,
    Tradition::Sikh,
];

fn brief(tradition: Tradition, keywords: &[&str], scene_seed: u64) -> Brief {
    Brief {
        prompt: String::new(),
        keywords: keywords.iter().map(|&k| k.to_owned()).collect(),
        tradition,
        film_seed: 1,
        scene_seed,
    }
}

#[test]
fn keywords_lead_to_their_kind() {
    use SceneKind::*;
    let table = [
        (Tradition::Universal, "shepherd", Pastures),
        (Tradition::Christian, "pastures", Pastures),
        (Tradition::Universal, "Valley", Valley),
        (Tradition::Universal, "mountains", Mountains),
        (Tradition::Universal, "sea", Ocean),
        (Tradition::Universal, "road", Path),
        (Tradition::Universal, "wilderness", Desert),
        (Tradition::Universal, "rainbow", Rainbow),
        (Tradition::Universal, "harvest", Harvest),
        (Tradition::Jewish, "olive", Garden),
        (Tradition::Universal, "stars", Cosmos),
        (Tradition::Hindu, "diya", FloatingLamps),
        (Tradition::Hindu, "temple", Temple),
        (Tradition::Buddhist, "temple", Stupa),
        (Tradition::Sikh, "temple", Gurdwara),
        (Tradition::Jewish, "temple", City),
        (Tradition::Islamic, "mosque", Mosque),
        (Tradition::Islamic, "lantern", Lanterns),
        (Tradition::Christian, "church", Church),
        (Tradition::Christian, "stained glass", RoseWindow),
        (Tradition::Buddhist, "mandala", Mandala),
        (Tradition::Islamic, "geometry", Screen),
        (Tradition::Jewish, "menorah", Candles),
        (Tradition::Hindu, "fire", AltarFire),
        (Tradition::Hindu, "gada", Mace),
        (Tradition::Christian, "bridegroom", Wedding),
        (Tradition::Universal, "door", Arcade),
        (Tradition::Universal, "storm", StormSea),
        (Tradition::Universal, "harbor", Harbour),
        (Tradition::Universal, "ships", Ship),
        (Tradition::Universal, "anchor", Anchor),
        (Tradition::Universal, "lighthouse", Lighthouse),
        (Tradition::Christian, "nets", Nets),
        (Tradition::Jewish, "ark", Ark),
        (Tradition::Universal, "home", House),
        (Tradition::Jewish, "tents", Tents),
        (Tradition::Universal, "well", Well),
        (Tradition::Christian, "grapes", Vineyard),
        (Tradition::Christian, "gate", CityGate),
        (Tradition::Hindu, "hospital", Sickroom),
        (Tradition::Christian, "manger", Manger),
        (Tradition::Christian, "tomb", EmptyTomb),
        (Tradition::Universal, "prison", PrisonDoor),
        (Tradition::Jewish, "bush", BurningBush),
        (Tradition::Islamic, "parted sea", PartedSea),
        (Tradition::Christian, "wine", BreadAndCup),
        (Tradition::Christian, "thorns", Thorns),
        (Tradition::Islamic, "dates", Dates),
        (Tradition::Jewish, "torah", Scroll),
        (Tradition::Islamic, "prayer hall", PrayerHall),
        (Tradition::Islamic, "niche", LampNiche),
        (Tradition::Islamic, "crescent", Crescent),
        (Tradition::Sikh, "diyas", Diyas),
        (Tradition::Buddhist, "bell", Bell),
        (Tradition::Hindu, "flute", FeatherAndFlute),
        (Tradition::Hindu, "cows", Cow),
        (Tradition::Hindu, "ganga", Ghat),
        (Tradition::Sikh, "khanda", Khanda),
        (Tradition::Buddhist, "wheel", DharmaWheel),
        (Tradition::Buddhist, "bodhi", BodhiTree),
        (Tradition::Jewish, "sukkah", Sukkah),
        (Tradition::Christian, "dove", Dove),
    ];
    for (tradition, keyword, kind) in table {
        assert_eq!(scene_kind(&brief(tradition, &[keyword], 5)), kind, "{tradition:?} {keyword}");
    }
}

#[test]
fn the_most_telling_keyword_decides_and_unknown_ones_are_passed_over() {
    let found = scene_kind(&brief(Tradition::Universal, &["verily", "valley", "mountain"], 3));
    assert_eq!(found, SceneKind::Valley);
}

#[test]
fn words_about_style_do_not_choose_the_place() {
    let mut brief = brief(Tradition::Hindu, &["sorrow"], 3);
    let without = scene_kind(&brief);
    brief.prompt = "one gentle light in a hall by the desert".to_owned();
    assert_eq!(scene_kind(&brief), without);
}

/// Every keyword of every kind, in every tradition, under several seeds: never another's symbol.
#[test]
fn no_word_brings_another_traditions_symbols() {
    let words = SceneKind::ALL.into_iter().flat_map(SceneKind::keywords);
    for word in words {
        for tradition in TRADITIONS {
            for seed in 0..6 {
                let kind = scene_kind(&brief(tradition, &[word], seed));
                assert!(kind.suits(tradition), "{word:?} brings {kind:?} to {tradition:?}");
            }
        }
    }
}

#[test]
fn houses_of_worship_belong_to_their_own() {
    use SceneKind::*;
    let owners = [
        (Temple, vec![Tradition::Hindu]),
        (Stupa, vec![Tradition::Buddhist]),
        (Church, vec![Tradition::Christian]),
        (RoseWindow, vec![Tradition::Christian]),
        (Mosque, vec![Tradition::Islamic]),
        (Gurdwara, vec![Tradition::Sikh]),
        (PrayerHall, vec![Tradition::Islamic]),
        (LampNiche, vec![Tradition::Islamic]),
        (Crescent, vec![Tradition::Islamic]),
        (EmptyTomb, vec![Tradition::Christian]),
        (Thorns, vec![Tradition::Christian]),
        (Manger, vec![Tradition::Christian]),
        (Khanda, vec![Tradition::Sikh]),
        (DharmaWheel, vec![Tradition::Buddhist]),
        (BodhiTree, vec![Tradition::Buddhist]),
        (FeatherAndFlute, vec![Tradition::Hindu]),
        (Cow, vec![Tradition::Hindu]),
        (Ghat, vec![Tradition::Hindu]),
        (Sukkah, vec![Tradition::Jewish]),
    ];
    for (kind, owners) in owners {
        for tradition in TRADITIONS {
            assert_eq!(kind.suits(tradition), owners.contains(&tradition), "{kind:?} {tradition:?}");
        }
    }
}

#[test]
fn without_telling_words_scenes_vary_within_what_is_fitting() {
    for tradition in TRADITIONS {
        let kinds: std::collections::HashSet<_> =
            (0..40).map(|seed| scene_kind(&brief(tradition, &[], seed))).collect();
        assert!(kinds.len() >= 3, "{tradition:?} has only {kinds:?}");
        assert!(kinds.iter().all(|kind| kind.suits(tradition)));
    }
}
