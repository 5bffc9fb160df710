//! Which composition suits a brief: by keyword, then by what the tradition has, then by seed.
//!
//! # To add a kind of picture
//!
//! 1. Write the composition: a function `pub(crate) fn name(s: &Setting<'_>) -> Scene` in the file of `scenes/` whose
//!    landscape or room is nearest (`mountains` in `scenes/lands.rs` is a good one to read first). Take every random
//!    number from `s.stream("name")`, with a name that no other composition uses, and every colour from `s.style`.
//!    Paint people and animals only where `s.permits.figures` is true.
//! 2. Add one line to the table `kinds!` below: variant, stable name, traditions, keywords (the first is its own, and
//!    no other kind may begin with it), function. The order of the lines is the order of [`SceneKind::ALL`].
//! 3. If texts without any telling keyword may get it, add it to `fallback_kinds` for its traditions. That changes
//!    which picture such texts get, in films that are rendered again.
//! 4. Add a line to `shared/storyboard/src/lexicon/pictures.tsv`, which says how strongly words lead to it, and words that
//!    no text leads to yet to `shared/storyboard/src/lexicon.tsv`. A test there compares that table with this one.
//! 5. Look at it at three aspects and with several seeds:
//!    `cargo run -p film-painter --example contact_sheet -- sheet.png name`.
//! 6. Add a keyword of it to the table in `tests/kinds.rs`, and run `cargo nextest run -p film-painter`. The tests of
//!    `tests/pictures.rs` (exposure, banding, calm ground for captions, variety) and of `tests/layered.rs` (masks,
//!    what is behind a layer) go through all kinds by themselves.

use film_vocabulary::Tradition::{self, Buddhist, Christian, Hindu, Islamic, Jewish, Sikh, Universal};

use crate::brief::Brief;
use crate::scenes;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};

/// A kind that suits every tradition: landscape and light. An empty list stands for all.
const ALL: &[Tradition] = &[];

/// Makes [`SceneKind`] and its tables from one line for each kind: its documentation, variant, stable name, the
/// traditions that may have it, its keywords, and the function that composes it.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident $name:literal $traditions:expr, $words:expr, $compose:expr;)+) => {
        /// A kind of picture that the painter knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum SceneKind {
            $($(#[doc = $doc])* $kind,)+
        }

        impl SceneKind {
            /// Every kind, in the order of the table.
            pub const ALL: [Self; [$(Self::$kind),+].len()] = [$(Self::$kind),+];

            /// A stable name in snake case, for file names and tables.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// The traditions whose pictures it may be; empty for all.
            pub fn traditions(self) -> &'static [Tradition] {
                match self { $(Self::$kind => $traditions,)+ }
            }

            /// The keywords that lead to it, in lower case; the first is its own and leads to no other kind of the same
            /// tradition.
            pub fn keywords(self) -> &'static [&'static str] {
                match self { $(Self::$kind => $words,)+ }
            }

            pub(crate) fn compose(self, setting: &Setting<'_>) -> Scene {
                match self { $(Self::$kind => $compose(setting),)+ }
            }
        }
    };
}

kinds! {
    /// Sunrise over still water, with reeds, and lotus where it belongs.
    DawnWater "dawn_water" ALL, &["dawn", "sunrise", "morning", "lotus", "awakening", "hope", "new", "sun", "joy"], scenes::waters::dawn;
    /// A lake under the moon.
    MoonLake "moon_lake" ALL, &["moonlight", "moon", "night", "sleep", "silence", "evening"], |s| scenes::waters::moon_lake(s, false);
    /// Oil lamps afloat on a moonlit lake.
    FloatingLamps "floating_lamps" &[Hindu, Buddhist, Sikh], &["diya", "lamp", "deepa", "night", "lamps"], |s| scenes::waters::moon_lake(s, true);
    /// Ranges behind ranges, with snow.
    Mountains "mountains" ALL, &["mountain", "hill", "peak", "rock", "refuge", "fortress", "strength", "high"], scenes::lands::mountains;
    /// A dark gorge with light at its end.
    Valley "valley" ALL, &["valley", "shadow", "death", "fear", "darkness", "gorge", "evil"], scenes::lands::valley;
    /// Dunes under stars or a low sun.
    Desert "desert" ALL, &["desert", "wilderness", "sand", "dune", "thirst", "exodus"], scenes::lands::desert;
    /// The Milky Way over a skyline.
    Cosmos "cosmos" ALL, &["cosmos", "galaxy", "star", "heaven", "universe", "eternity", "creation", "infinite", "sky", "glory"], scenes::lands::cosmos;
    /// The open sea.
    Ocean "ocean" ALL, &["ocean", "sea", "wave", "deep"], scenes::waters::ocean;
    /// Still waters and green pastures.
    Pastures "pastures" ALL, &["pasture", "shepherd", "sheep", "flock", "lamb", "meadow", "water", "river", "rest"], scenes::fields::pastures;
    /// A way through hills towards the light.
    Path "path" ALL, &["path", "way", "road", "journey", "pilgrim", "guide", "walk", "righteousness"], scenes::fields::path;
    /// Ripe grain against a low sun.
    Harvest "harvest" ALL, &["wheat", "harvest", "bread", "grain", "field", "seed", "abundance"], scenes::seasons::harvest;
    /// An old olive tree.
    Garden "garden" ALL, &["garden", "olive", "tree", "vine", "fruit", "root", "oil", "flower"], scenes::seasons::garden;
    /// Tall trees with light falling between them.
    Forest "forest" ALL, &["forest", "wood", "grove", "cedar", "leaf", "hermitage", "tree"], scenes::woods::forest;
    /// The storm passes, with a rainbow.
    Rainbow "rainbow" ALL, &["rainbow", "rain", "storm", "cloud", "promise", "covenant"], scenes::seasons::rainbow;
    /// A temple with curved towers by the water.
    Temple "temple" &[Hindu], &["temple", "mandir", "shrine", "worship", "pilgrimage"], scenes::sanctuaries::temple;
    /// A stupa on a rise.
    Stupa "stupa" &[Buddhist], &["stupa", "pagoda", "temple", "shrine", "relic"], scenes::sanctuaries::stupa;
    /// A country church.
    Church "church" &[Christian], &["church", "chapel", "cathedral", "temple", "congregation", "cross", "gospel"], scenes::sanctuaries::church;
    /// A mosque with domes and minarets.
    Mosque "mosque" &[Islamic], &["mosque", "masjid", "minaret", "prayer", "dome", "temple", "ramadan"], scenes::sanctuaries::mosque;
    /// A gurdwara by the water.
    Gurdwara "gurdwara" &[Sikh], &["gurdwara", "temple", "guru", "sarovar", "amritsar"], scenes::sanctuaries::gurdwara;
    /// A walled city of stone on its hill.
    City "city" &[Jewish, Christian, Universal], &["city", "jerusalem", "zion", "wall", "gate", "temple"], scenes::sanctuaries::city;
    /// A rose window, its colours falling into the room.
    RoseWindow "rose_window" &[Christian], &["stained glass", "window", "glory", "church", "grace", "saint"], scenes::patterns::rose_window;
    /// A mandala glowing on a dark ground.
    Mandala "mandala" &[Hindu, Buddhist], &["mandala", "meditation", "mantra", "om", "enlightenment", "peace"], scenes::patterns::mandala;
    /// A pierced screen of geometric stars, the sun behind it.
    Screen "screen" &[Islamic, Jewish, Sikh, Universal], &["pattern", "geometry", "screen", "mercy", "names", "wisdom", "law"], scenes::patterns::screen;
    /// Candles on a table.
    Candles "candles" &[Christian, Jewish, Buddhist, Universal], &["candle", "menorah", "sabbath", "vigil", "lamp", "prayer", "flame", "light"], scenes::interiors::candles;
    /// A fire in a stone bowl.
    AltarFire "altar_fire" &[Hindu, Jewish, Christian, Buddhist, Universal], &["fire", "altar", "flame", "sacrifice", "offering", "spirit", "agni"], scenes::interiors::altar_fire;
    /// Pierced lanterns hanging in the dusk.
    Lanterns "lanterns" &[Islamic], &["lantern", "lamp", "ramadan", "light", "night"], scenes::interiors::lanterns;
    /// A laid table in window light.
    Feast "feast" ALL, &["table", "feast", "banquet", "supper", "bread", "cup", "communion", "gratitude", "langar"], scenes::still_life::feast;
    /// An arcade with daylight at its end.
    Arcade "arcade" ALL, &["house", "door", "dwell", "court", "gate", "threshold", "light", "hall", "throne", "king"], scenes::interiors::arcade;
    /// A storm at sea: dark waves, a boat, lightning or light that breaks through.
    StormSea "storm_sea" ALL, &["storm", "tempest", "thunder", "lightning", "wave", "billow"], scenes::voyages::storm;
    /// Boats at rest in a harbour.
    Harbour "harbour" ALL, &["harbour", "harbor", "haven", "port", "boat"], scenes::harbours::harbour;
    /// A ship under full sail.
    Ship "ship" ALL, &["ship", "voyage", "sail"], scenes::voyages::ship;
    /// An anchor and its rope on a quay.
    Anchor "anchor" ALL, &["anchor", "rope"], scenes::shores::anchor;
    /// A lighthouse and its beam.
    Lighthouse "lighthouse" ALL, &["lighthouse", "beacon"], scenes::harbours::lighthouse;
    /// A boat on the shore, nets hung to dry.
    Nets "nets" &[Christian, Universal], &["net", "fisherman", "fish"], scenes::shores::nets;
    /// The ark on the flood.
    Ark "ark" &[Christian, Jewish, Islamic, Universal], &["ark", "noah", "flood"], scenes::voyages::ark;
    /// A house at evening, a light in its window.
    House "house" ALL, &["home", "hearth", "cottage", "household"], scenes::dwellings::house;
    /// Tents in the desert with lamps in them.
    Tents "tents" &[Christian, Jewish, Islamic, Universal], &["tent", "camp", "sojourner"], scenes::dwellings::tents;
    /// A well of old stone.
    Well "well" ALL, &["well", "cistern", "spring"], scenes::dwellings::well;
    /// Rows of vines and ripe grapes.
    Vineyard "vineyard" &[Christian, Jewish, Universal], &["vineyard", "grape", "vine", "branch"], scenes::vineyard::vineyard;
    /// A gate in a city's wall, its doors open.
    CityGate "city_gate" &[Christian, Jewish, Universal], &["gate", "city gate", "portal"], scenes::gates::gate;
    /// A room by night: a bed, a lamp beside it, the moon in the window.
    Sickroom "sickroom" ALL, &["sickroom", "hospital", "sickness", "bed", "healing"], scenes::rooms::sickroom;
    /// A manger in a stable by night.
    Manger "manger" &[Christian], &["manger", "stable", "bethlehem", "nativity"], scenes::stable::manger;
    /// An empty tomb seen from within, the morning outside.
    EmptyTomb "empty_tomb" &[Christian], &["empty tomb", "tomb", "resurrection", "risen"], scenes::thresholds::tomb;
    /// A prison's open door.
    PrisonDoor "prison_door" &[Christian, Jewish, Islamic, Universal], &["prison", "captive", "chain", "dungeon"], scenes::thresholds::prison;
    /// A bush that burns and is not consumed.
    BurningBush "burning_bush" &[Christian, Jewish, Universal], &["burning bush", "bush"], scenes::exodus::burning_bush;
    /// The sea parted, a dry way through it.
    PartedSea "parted_sea" &[Christian, Jewish, Islamic, Universal], &["parted sea", "red sea"], scenes::exodus::parted_sea;
    /// A loaf and a cup.
    BreadAndCup "bread_and_cup" &[Christian, Jewish, Universal], &["bread and cup", "communion", "eucharist", "wine"], scenes::tables::bread_and_cup;
    /// A wedding's table: jars of stone, cups, a garland.
    Wedding "wedding" &[Christian, Jewish, Universal], &["wedding", "marriage", "bridegroom"], scenes::wedding::feast;
    /// A crown of thorns.
    Thorns "thorns" &[Christian], &["thorns", "passion", "crucified"], scenes::signs::thorns;
    /// Dates and a glass of water.
    Dates "dates" &[Islamic], &["dates", "iftar", "fast"], scenes::tables::dates;
    /// A scroll on its rollers.
    Scroll "scroll" &[Jewish, Christian, Universal], &["scroll", "torah", "scripture", "book"], scenes::signs::scroll;
    /// A prayer hall with hanging lamps and a carpet.
    PrayerHall "prayer_hall" &[Islamic], &["prayer hall", "salah", "congregation", "prostration", "prayer"], scenes::mosques::hall;
    /// A lamp in a niche of a carved wall.
    LampNiche "lamp_niche" &[Islamic], &["niche", "lamp", "light"], scenes::mosques::niche;
    /// A thin crescent over the land before sunrise.
    Crescent "crescent" &[Islamic], &["crescent", "new moon", "ramadan", "dawn prayer"], scenes::mosques::crescent;
    /// Rows of clay lamps, petals between them.
    Diyas "diyas" &[Hindu, Sikh, Buddhist], &["diyas", "diwali", "aarti", "lamps"], scenes::ghats::diyas;
    /// A temple's bell in its arch.
    Bell "bell" &[Hindu, Buddhist], &["bell", "ghanta"], scenes::bhakti::bell;
    /// A peacock's feather and a flute.
    FeatherAndFlute "feather_and_flute" &[Hindu], &["flute", "peacock", "feather", "krishna"], scenes::feathers::feather_and_flute;
    /// Hanuman's mace before the mountains.
    Mace "mace" &[Hindu], &["mace", "gada", "hanuman"], scenes::mace::mace;
    /// A cow and her calf at evening.
    Cow "cow" &[Hindu], &["cow", "calf", "cattle"], scenes::bhakti::cow;
    /// Broad steps to a sacred river at dawn.
    Ghat "ghat" &[Hindu], &["ganga", "ghat", "pilgrim", "river"], scenes::ghats::ghat;
    /// The khanda in gold on silk.
    Khanda "khanda" &[Sikh], &["khanda", "khalsa", "sword"], scenes::emblems::khanda;
    /// The wheel of the dharma in gold on silk.
    DharmaWheel "dharma_wheel" &[Buddhist], &["dharma wheel", "wheel", "dharma"], scenes::emblems::wheel;
    /// The bodhi tree, an empty seat beneath it.
    BodhiTree "bodhi_tree" &[Buddhist], &["bodhi tree", "bodhi", "tree"], scenes::shelters::bodhi_tree;
    /// The booth of Sukkot by night.
    Sukkah "sukkah" &[Jewish], &["sukkah", "sukkot", "booth", "tabernacle"], scenes::shelters::sukkah;
    /// A dove in the light.
    Dove "dove" &[Christian, Universal], &["dove", "holy spirit", "wing"], scenes::skies::dove;
}

impl SceneKind {
    /// Its own keyword: the one that always leads to it, whatever the seed.
    pub fn keyword(self) -> &'static str {
        self.keywords().first().copied().unwrap_or_else(|| self.name())
    }

    /// True when pictures of this kind may stand beside a text of `tradition`.
    pub fn suits(self, tradition: Tradition) -> bool {
        self.traditions().is_empty() || self.traditions().contains(&tradition)
    }

    /// Whether a word is one of its keywords, in any case and with or without a plural `s`.
    fn matches_keyword(self, word: &str) -> bool {
        let same = |keyword: &&str| {
            word.eq_ignore_ascii_case(keyword)
                || word.strip_suffix(['s', 'S']).is_some_and(|one| one.eq_ignore_ascii_case(keyword))
        };
        self.keywords().iter().any(same)
    }
}

/// The kind of picture that [`paint`](crate::paint()) makes for a brief.
///
/// The first keyword that any suitable kind has decides. Where several kinds have it, a kind's own
/// keyword wins, then the scene seed chooses. Without any such word the seed chooses among what the
/// tradition has most of. The prompt is for image models: its words are as often about style (`soft light`)
/// as about what is to be seen.
pub fn scene_kind(brief: &Brief) -> SceneKind {
    let mut rng = Stream::new(brief.scene_seed, "kind");
    for word in brief.keywords.iter().map(String::as_str) {
        let suitable = || SceneKind::ALL.into_iter().filter(|kind| kind.suits(brief.tradition));
        if let Some(own) = suitable().find(|kind| word.eq_ignore_ascii_case(kind.keyword())) {
            return own;
        }
        let answering: Vec<SceneKind> = suitable().filter(|kind| kind.matches_keyword(word)).collect();
        if !answering.is_empty() {
            return rng.pick(&answering);
        }
    }
    rng.pick(fallback_kinds(brief.tradition))
}

/// The kinds to choose from when no keyword of the brief leads to any.
fn fallback_kinds(tradition: Tradition) -> &'static [SceneKind] {
    use SceneKind::*;
    match tradition {
        Universal => &[DawnWater, Mountains, Path, Pastures, Ocean, Garden, Cosmos, Arcade],
        Christian => &[DawnWater, RoseWindow, Church, Candles, Path, Pastures, Mountains, Arcade],
        Hindu => &[DawnWater, FloatingLamps, Temple, Mandala, AltarFire, Mountains, Ocean],
        Islamic => &[Mosque, Screen, Lanterns, Desert, DawnWater, Garden, Cosmos, Arcade],
        Jewish => &[City, Candles, Screen, Desert, Garden, Mountains, Path, Arcade],
        Buddhist => &[Stupa, Mandala, FloatingLamps, DawnWater, Mountains, MoonLake],
        Sikh => &[Gurdwara, FloatingLamps, DawnWater, Ocean, Harvest, Cosmos, Arcade],
    }
}
