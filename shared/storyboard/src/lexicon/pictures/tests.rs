use std::collections::BTreeSet;

use film_painter::{Brief, SceneKind, scene_kind};
use proptest::prelude::*;

use super::*;
use crate::{About, Storyboard};

const TRADITIONS: [Tradition; 7] = [
    Tradition::Universal,
    Tradition::Christian,
    Tradition::Hindu,
    Tradition::Islamic,
    Tradition::Jewish,
    Tradition::Buddhist,
    Tradition::Sikh,
];

/// Scenes of their own: the text of each is long enough not to be joined with the next.
fn film(lines: &[&str], title: &str, language: &str, tradition: Tradition) -> Vec<SceneKind> {
    let text = lines.join("\n\n");
    let about = About { title, language, tradition };
    let board = Storyboard::compose(&text, &about).unwrap();
    let edits = lines.iter().map(|line| crate::SceneEdit {
        text: (*line).to_owned(),
        prompt: None,
        keywords: None,
        seed: None,
        pause_ms: None,
        image: None,
        focus: None,
    });
    let board = board.amend(&text, &about, edits.collect()).unwrap();
    board.scenes.iter().map(|scene| painted_kind(scene, tradition)).collect()
}

/// What the painter makes of a scene, not what this crate believes.
fn painted_kind(scene: &crate::Scene, tradition: Tradition) -> SceneKind {
    scene_kind(&Brief {
        prompt: scene.prompt.clone(),
        keywords: scene.keywords.clone(),
        tradition,
        film_seed: 1,
        scene_seed: u64::from(scene.seed),
    })
}

fn picture_of(line: &str, language: &str, tradition: Tradition) -> SceneKind {
    film(&[line], "", language, tradition)[0]
}

#[test]
fn every_row_of_pictures_is_well_formed() {
    let mut seen = BTreeSet::new();
    for line in SOURCE.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        if let Some(tradition) = columns[0].strip_prefix('@') {
            let tradition = tradition_named(tradition).unwrap();
            for name in columns[1].split(',') {
                let picture =
                    PICTURES.pictures.iter().find(|p| p.keyword == name).unwrap_or_else(|| panic!("{name}"));
                assert!(picture.suits(tradition), "{name} is not for {tradition:?}");
            }
            continue;
        }
        let [name, traditions, leads] = columns[..] else { panic!("three columns: {line}") };
        assert!(seen.insert(name), "{name} twice");
        for tradition in traditions.split(',').filter(|&t| t != "-") {
            assert!(tradition_named(tradition.trim_end_matches('~')).is_some(), "{name}: {tradition}");
        }
        for entry in leads.split(' ') {
            let lead = lead(entry).unwrap_or_else(|| panic!("{name}: {entry:?}"));
            assert!((1..=9).contains(&lead.strength), "{name}: {entry}");
        }
    }
    assert_eq!(PICTURES.usual.len(), TRADITIONS.len());
}

/// The table and the painter agree: each kind is here, with its traditions and with what the painter reads as it.
#[test]
fn the_table_says_what_the_painter_paints() {
    assert_eq!(PICTURES.pictures.len(), SceneKind::ALL.len());
    for kind in SceneKind::ALL {
        let picture = PICTURES.pictures.iter().find(|picture| picture.keyword == kind.keyword());
        let picture = picture.unwrap_or_else(|| panic!("{kind:?} is not in the table"));
        for tradition in TRADITIONS {
            assert_eq!(picture.is_painted_in(tradition), kind.suits(tradition), "{kind:?} in {tradition:?}");
        }
        let reads = |concept: &str| {
            let one = concept.strip_suffix('s').unwrap_or(concept);
            kind.keywords().iter().any(|word| *word == concept || *word == one)
        };
        let read: BTreeSet<_> =
            LEXICON.concepts.rows.iter().map(|row| row.name).filter(|c| reads(c)).collect();
        let marked: BTreeSet<_> = picture.leads.iter().filter(|l| l.painted).map(|l| l.concept).collect();
        assert_eq!(marked, read, "{kind:?}: what is marked with = and what the painter reads");
    }
}

#[test]
fn each_new_kind_is_what_its_words_tell() {
    use SceneKind::*;
    use Tradition::{Buddhist, Christian, Hindu, Islamic, Jewish, Sikh, Universal};
    let table = [
        (Universal, "The storm broke over them, and the waves beat into the boat.", StormSea),
        (Universal, "The boats came safe into the harbour before evening.", Harbour),
        (Universal, "In the morning there is a harbour, and the water is calm.", Harbour),
        (Universal, "By night they came to the house of bread and the lighthouse.", Lighthouse),
        (Universal, "The ship set out with all her sails.", Ship),
        (Universal, "Which hope we have as an anchor of the soul.", Anchor),
        (Universal, "Be a lighthouse for those who are lost.", Lighthouse),
        (Christian, "They left their nets, for they were fishermen.", Nets),
        (Jewish, "Noah went into the ark with his sons.", Ark),
        (Universal, "He saw the window of his home, and knew that he was awaited.", House),
        (Jewish, "How goodly are thy tents, O Jacob.", Tents),
        (Hindu, "They came to the cistern and let the bucket down.", Well),
        (Christian, "I am the vine, ye are the branches.", Vineyard),
        (Christian, "Lift up your heads, O ye gates.", CityGate),
        (Universal, "We pray for the sick in the hospital.", Sickroom),
        (Christian, "She laid him in a manger.", Manger),
        (Christian, "He is not here, he is risen; the tomb is empty.", EmptyTomb),
        (Universal, "He bringeth out the captives from their prison.", PrisonDoor),
        (Jewish, "The bush burned with fire, and the bush was not consumed.", BurningBush),
        (Christian, "Pharaoh and the Egyptians followed into the midst of the sea.", PartedSea),
        (Christian, "He took the bread, and after supper the cup.", BreadAndCup),
        (Christian, "They platted a crown of thorns.", Thorns),
        (Islamic, "At iftar we break the fast.", Dates),
        (Jewish, "He unrolled the scroll of the Torah.", Scroll),
        (Islamic, "Row by row they bow down in prayer.", PrayerHall),
        (Islamic, "His light is as a niche wherein is a lamp.", LampNiche),
        (Islamic, "The crescent of Ramadan is seen.", Crescent),
        (Hindu, "Rows of lamps for Diwali, incense and praise.", Diyas),
        (Hindu, "The bell rings out, again and again.", Bell),
        (Hindu, "He plays the flute, the peacock dances.", FeatherAndFlute),
        (Hindu, "The cow and her calf come home.", Cow),
        (Hindu, "On the ghats of the Ganga.", Ghat),
        (Sikh, "The khanda of the Khalsa.", Khanda),
        (Buddhist, "He set the wheel of the dharma in motion.", DharmaWheel),
        (Buddhist, "He sat beneath the bodhi tree.", BodhiTree),
        (Jewish, "Ye shall dwell in the sukkah seven days.", Sukkah),
        (Christian, "The dove came back with a leaf.", Dove),
        (Jewish, "We kindle the menorah.", Candles),
    ];
    for (tradition, line, kind) in table {
        assert_eq!(picture_of(line, "en", tradition), kind, "{tradition:?}: {line}");
    }
}

#[test]
fn nouns_decide_in_every_language_of_the_lexicon() {
    use SceneKind::*;
    use Tradition::{Christian, Hindu, Islamic, Jewish, Sikh, Universal};
    let table = [
        ("es", Christian, "Se levantó una gran tempestad y las olas cubrían la barca.", StormSea),
        ("pt", Universal, "Os barcos chegaram ao porto.", Harbour),
        ("fr", Christian, "Elle le coucha dans une crèche.", Manger),
        ("de", Universal, "Er ließ den Anker fallen.", Anchor),
        ("it", Christian, "Lasciarono le reti, perché erano pescatori.", Nets),
        ("hi", Hindu, "मुरलीधर की बांसुरी बजती है", FeatherAndFlute),
        ("mr", Universal, "वादळ आले आणि लाटा उसळल्या", StormSea),
        ("sa", Hindu, "गङ्गे च यमुने चैव", Ghat),
        ("ta", Universal, "புயல் வீசியது, அலைகள் எழுந்தன", StormSea),
        ("te", Universal, "తుఫాను లేచెను, అలలు ఎగిసెను", StormSea),
        ("bn", Universal, "ঝড় উঠল, ঢেউ নৌকায় আছড়ে পড়ল", StormSea),
        ("pa", Sikh, "ਵਾਹਿਗੁਰੂ ਜੀ ਕਾ ਖਾਲਸਾ", Khanda),
        ("ar", Islamic, "مَثَلُ نُورِهِ كَمِشْكَاةٍ فِيهَا مِصْبَاحٌ", LampNiche),
        ("ur", Islamic, "رمضان کا ہلال نظر آیا", Crescent),
        ("he", Jewish, "בַּסֻּכּוֹת תֵּשְׁבוּ שִׁבְעַת יָמִים, סוכה", Sukkah),
        ("ru", Universal, "Поднялась буря, и волны били в лодку", StormSea),
        ("zh", Universal, "海裡忽然起了暴風，甚至船被波浪掩蓋", StormSea),
        ("sw", Universal, "Dhoruba ilivuma na mawimbi yakapiga mashua", StormSea),
    ];
    for (language, tradition, line, kind) in table {
        assert_eq!(picture_of(line, language, tradition), kind, "{language}: {line}");
    }
}

#[test]
fn a_storm_at_sea_is_told_as_one() {
    let lines = [
        "The waves were high, and the storm did not end that night.",
        "The captain looked at the waves and the storm, and was afraid.",
        "He dropped the anchor, and waited.",
        "The rain fell, and after the rain the storm was past.",
        "Then came the rain no more, and the cloud parted in the morning.",
        "And they came into the harbour.",
    ];
    let kinds = film(&lines, "The storm", "en", Tradition::Universal);
    assert_eq!(kinds[0], SceneKind::StormSea);
    assert_eq!((kinds[2], kinds[5]), (SceneKind::Anchor, SceneKind::Harbour));
    assert!(kinds.iter().filter(|&&kind| kind == SceneKind::Rainbow).count() <= 1, "{kinds:?}");
    assert!(kinds.windows(2).all(|pair| pair[0] != pair[1]), "{kinds:?}");
}

const PSALM_23: [&str; 6] = [
    "The LORD is my shepherd; I shall not want.",
    "He maketh me to lie down in green pastures: he leadeth me beside the still waters.",
    "He restoreth my soul: he leadeth me in the paths of righteousness for his name's sake.",
    "Yea, though I walk through the valley of the shadow of death, I will fear no evil: for thou art with me.",
    "Thou preparest a table before me in the presence of mine enemies: thou anointest my head with oil; my cup runneth over.",
    "Surely goodness and mercy shall follow me all the days of my life: and I will dwell in the house of the LORD for ever.",
];

#[test]
fn a_table_is_prepared_and_the_house_of_the_lord_is_the_traditions_own() {
    use SceneKind::*;
    let of = |tradition| film(&PSALM_23, "Psalm 23", "en", tradition);
    let christian = of(Tradition::Christian);
    assert_eq!((christian[3], christian[4], christian[5]), (Valley, Feast, Church), "{christian:?}");
    let jewish = of(Tradition::Jewish);
    assert_eq!(jewish[4], Feast, "{jewish:?}");
    for tradition in [Tradition::Christian, Tradition::Universal] {
        assert!(!of(tradition).contains(&Screen), "a lattice in {:?}", of(tradition));
    }
    for tradition in TRADITIONS {
        let kinds = of(tradition);
        assert!(kinds.windows(2).all(|pair| pair[0] != pair[1]), "{tradition:?}: {kinds:?}");
    }
}

#[test]
fn the_title_and_the_neighbours_are_nearer_than_what_is_usual() {
    let silent = "And it was so, as it had been from the first.";
    let by_title = film(&[silent], "The lighthouse", "en", Tradition::Universal);
    assert_eq!(by_title, [SceneKind::Lighthouse]);
    let wanderers = "The desert lay before them, and the tents of their fathers.";
    let by_neighbour = film(&[wanderers, silent], "", "en", Tradition::Universal);
    assert_eq!(by_neighbour, [SceneKind::Tents, SceneKind::Desert]);
}

#[test]
fn what_a_person_asked_for_stands_and_its_neighbour_differs() {
    let text = "Rain and cloud, rain over the hills.\n\nRain again, and cloud, and rain.";
    let about = About { title: "", language: "en", tradition: Tradition::Universal };
    let board = Storyboard::compose(text, &about).unwrap();
    let edit = |line: &str, keywords: Option<Vec<String>>| crate::SceneEdit {
        text: line.to_owned(),
        prompt: None,
        keywords,
        seed: None,
        pause_ms: None,
        image: None,
        focus: None,
    };
    let (first, second) = text.split_once("\n\n").unwrap();
    let asked = vec!["rainbow".to_owned()];
    let edits = vec![edit(first, None), edit(second, Some(asked.clone()))];
    let board = board.amend(text, &about, edits).unwrap();
    assert_eq!(board.scenes[1].keywords, asked);
    assert_ne!(painted_kind(&board.scenes[0], about.tradition), SceneKind::Rainbow);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever a film tells: the painter paints what was chosen, in the tradition, no kind beside itself and one
    /// rainbow at most.
    #[test]
    fn films_vary_within_their_tradition(
        words in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..4), 1..9),
        tradition in any::<prop::sample::Index>(),
    ) {
        let tradition = TRADITIONS[tradition.index(TRADITIONS.len())];
        let rows = &LEXICON.concepts.rows;
        let lines: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(i, line)| {
                let named: Vec<&str> = line.iter().map(|at| rows[at.index(rows.len())].name).collect();
                format!("Line {i} {}.", named.join(" and "))
            })
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let kinds = film(&lines, "", "en", tradition);
        prop_assert!(kinds.iter().all(|kind| kind.suits(tradition)));
        prop_assert!(kinds.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", kinds);
        prop_assert!(kinds.iter().filter(|&&kind| kind == SceneKind::Rainbow).count() <= 1);
        if tradition == Tradition::Universal {
            prop_assert!(!kinds.contains(&SceneKind::Screen));
        }
    }
}
