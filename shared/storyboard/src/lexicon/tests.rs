use proptest::prelude::*;

use super::*;

const LANGUAGES: &[&str] = &[
    "en", "es", "pt", "fr", "de", "it", "hi", "mr", "sa", "ta", "te", "bn", "pa", "ar", "ur", "he", "ru",
    "zh", "sw", "ko", "am", "mul",
];

fn names(text: &str, language: &str, expected: &[&str]) {
    let found = keywords(text, language, 12);
    for word in expected {
        assert!(found.iter().any(|k| k == word), "{language}: {word} not in {found:?} for {text}");
    }
}

#[test]
fn every_row_is_well_formed() {
    let mut concepts = BTreeSet::new();
    for line in SOURCE.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, weight, languages] = columns[..] else { panic!("three columns: {line}") };
        assert!((1..=9).contains(&weight.parse::<u32>().unwrap()), "{name}: weight {weight}");
        match name.strip_prefix('@') {
            Some(tradition) => assert!(tradition_of_sign(tradition).is_some(), "{name}"),
            None => {
                assert!(name.chars().all(|c| c.is_ascii_lowercase()), "{name}");
                assert!(concepts.insert(name), "{name} twice");
            }
        }
        let mut seen = BTreeSet::new();
        for entry in languages.split(' ') {
            let (language, words) = entry.split_once(':').unwrap_or_else(|| panic!("{name}: {entry:?}"));
            assert!(LANGUAGES.contains(&language) && seen.insert(language), "{name}: {language}");
            for word in words.split(',') {
                let folded = fold(word.strip_suffix('*').unwrap_or(word));
                assert!(!folded.is_empty() && !folded.contains('*'), "{name} {language}: {word:?}");
                if language == "zh" {
                    assert!(folded.chars().count() <= 4 && !word.ends_with('*'), "{name}: {word}");
                } else {
                    // What is no single word could never match one.
                    assert_eq!(
                        folded.unicode_words().collect::<Vec<_>>(),
                        [folded.as_str()],
                        "{name} {language}"
                    );
                }
                let script = Script::of(&folded);
                let asked =
                    [language, "hi", "ur", "en"].iter().any(|l| script.vocabularies(l).contains(&language));
                assert!(asked, "{name} {language}: {word} is in a script that never asks there");
            }
        }
    }
    assert!(concepts.len() >= 70, "{}", concepts.len());
}

#[test]
fn korean_words_are_known_with_their_particles_and_amharic_words_with_their_prefixes() {
    let korean = "여호와는 나의 목자시니 그가 나를 푸른 풀밭에 누이시며 쉴 만한 물 가로 인도하시는도다";
    names(korean, "ko", &["shepherd", "pasture", "water"]);
    names("내가 사망의 음침한 골짜기로 다닐지라도", "ko", &["valley", "shadow"]);
    names("የዕለት እንጀራችንን ዛሬ ስጠን፤ ፈቃድህ በሰማይ እንደ ሆነች", "am", &["bread", "sky"]);
    names("እግዚአብሔር እረኛዬ ነው፥ በዕረፍት ውኃ ዘንድ ይመራኛል", "am", &["shepherd", "water"]);
}

#[test]
fn scriptures_tell_their_tradition_by_name() {
    for (text, language, expected) in [
        ("श्रीमद्भगवद्गीता 2.47\n\nअर्थ: तुम्हारा अधिकार केवल कर्म करने में है।", "hi", Tradition::Hindu),
        ("여호와는 나의 목자시니 내게 부족함이 없으리로다", "ko", Tradition::Christian),
        ("አባታችን ሆይ፥ በሰማያት የምትኖር፤ ስምህ ይቀደስ፤ አሜን።", "am", Tradition::Christian),
        ("하늘에는 별이 빛나고", "ko", Tradition::Universal),
    ] {
        assert_eq!(tradition(text, language), expected, "{text}");
    }
}

#[test]
fn the_twenty_third_psalm_is_seen_alike_in_every_language() {
    let lines = [
        (
            "en",
            "The LORD is my shepherd; I shall not want. He maketh me to lie down in green pastures: he leadeth me beside the still waters.",
        ),
        (
            "es",
            "Jehová es mi pastor; nada me faltará. En lugares de delicados pastos me hará descansar; junto a aguas de reposo me pastoreará.",
        ),
        (
            "pt",
            "O Senhor é o meu pastor; nada me faltará. Deitar-me faz em verdes pastos, guia-me mansamente a águas tranquilas.",
        ),
        (
            "fr",
            "L\u{2019}Éternel est mon berger: je ne manquerai de rien. Il me fait reposer dans de verts pâturages, il me dirige près des eaux paisibles.",
        ),
        (
            "de",
            "Der HERR ist mein Hirte, mir wird nichts mangeln. Er weidet mich auf einer grünen Aue und führet mich zum frischen Wasser.",
        ),
        (
            "it",
            "Il Signore è il mio pastore: nulla mi manca. Su pascoli erbosi mi fa riposare, ad acque tranquille mi conduce.",
        ),
        (
            "hi",
            "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी। वह मुझे हरी हरी चराइयों में बैठाता है; वह मुझे सुखदाई जल के पास ले चलता है;",
        ),
        (
            "ta",
            "கர்த்தர் என் மேய்ப்பராயிருக்கிறார். அவர் என்னைப் புல்லுள்ள இடங்களில் மேய்த்து, அமர்ந்த தண்ணீர்கள் அண்டையில் என்னைக் கொண்டுபோய் விடுகிறார்.",
        ),
        ("te", "యెహోవా నా కాపరి. పచ్చికగల చోట్లను ఆయన నన్ను పరుండజేయుచున్నాడు. శాంతికరమైన జలములయొద్ద నన్ను నడిపించుచున్నాడు."),
        ("bn", "সদাপ্রভু আমার পালক, তিনি তৃণভূষিত চরাণীতে আমাকে শয়ন করান, তিনি বিশ্রাম-জলের ধারে আমাকে চালান।"),
        ("ar", "الرَّبُّ رَاعِيَّ فَلاَ يُعْوِزُنِي شَيْءٌ. فِي مَرَاعٍ خُضْرٍ يُرْبِضُنِي. إِلَى مِيَاهِ الرَّاحَةِ يُورِدُنِي."),
        (
            "ur",
            "خُداوند میرا چَوپان ہے۔ وہ مُجھے ہری ہری چراگاہوں میں بِٹھاتا ہے۔ وہ مُجھے راحت کے پانی کے پاس لے جاتا ہے۔",
        ),
        ("he", "יְהוָה רֹעִי לֹא אֶחְסָר. בִּנְאוֹת דֶּשֶׁא יַרְבִּיצֵנִי עַל־מֵי מְנֻחוֹת יְנַהֲלֵנִי"),
        (
            "ru",
            "Господь — Пастырь мой; я ни в чем не буду нуждаться: Он покоит меня на злачных пажитях и водит меня к водам тихим",
        ),
        ("zh-Hans", "耶和华是我的牧者，我必不至缺乏。他使我躺卧在青草地上，领我在可安歇的水边。"),
        ("zh-Hant", "耶和華是我的牧者，我必不至缺乏。他使我躺臥在青草地上，領我在可安歇的水邊。"),
        (
            "sw",
            "Bwana ndiye mchungaji wangu, katika malisho ya majani mabichi hunilaza, kando ya maji ya utulivu huniongoza.",
        ),
    ];
    for (language, line) in lines {
        names(line, language, &["shepherd", "pasture", "water"]);
        assert_eq!(keywords(line, language, 1), ["shepherd"], "{language}");
    }
}

#[test]
fn the_valley_and_the_table_are_seen() {
    names(
        "Yea, though I walk through the valley of the shadow of death",
        "en-GB",
        &["valley", "shadow", "danger"],
    );
    names("גַּם כִּי אֵלֵךְ בְּגֵיא צַלְמָוֶת לֹא אִירָא רָע", "he", &["valley", "shadow", "danger"]);
    names("أَيْضًا إِذَا سِرْتُ فِي وَادِي ظِلِّ الْمَوْتِ لاَ أَخَافُ شَرًّا", "ar", &["valley", "shadow", "danger"]);
    names("Если я пойду и долиною смертной тени, не убоюсь зла", "ru", &["valley", "shadow", "danger"]);
    names("我虽然行过死荫的幽谷，也不怕遭害", "zh", &["valley", "shadow", "danger"]);
    names(
        "Thou preparest a table before me: thou anointest my head with oil; my cup runneth over.",
        "en",
        &["table", "oil", "cup"],
    );
    names("மேய்ப்பர் பந்தியை ஆயத்தப்படுத்தி, என் தலையை எண்ணெயால்; என் பாத்திரம்", "ta", &["table", "oil", "cup"]);
    names("मेरे सामने मेज़ बिछाता है; सिर पर तेल मला है, मेरा कटोरा उमड़ रहा है।", "hi", &["table", "oil", "cup"]);
    names(
        "Du bereitest vor mir einen Tisch; du salbest mein Haupt mit Öl und schenkest mir den Kelch voll ein",
        "de",
        &["table", "oil", "cup"],
    );
    names("تَعْرِفُ قُدَّامِي مَائِدَةً. مَسَحْتَ بِالدُّهْنِ رَأْسِي. كَأْسِي رَيَّا.", "ar", &["table", "oil", "cup"]);
}

#[test]
fn prayers_show_what_they_name_and_whose_they_are() {
    let aarti = "ॐ जय जगदीश हरे, स्वामी जय जगदीश हरे। दीपक की ज्योति, फूल और धूप से आरती";
    names(aarti, "hi", &["lamp", "light", "flower", "incense"]);
    assert_eq!(keywords(aarti, "hi", 1), ["lamp"]);
    assert_eq!((tradition(aarti, "hi"), mood(aarti, "hi")), (Tradition::Hindu, Mood::Praise));

    let dua = "اللهم اجعل في قلبي نوراً وفي بصري نوراً";
    assert_eq!(keywords(dua, "ar", 1), ["light"]);
    assert_eq!(tradition(dua, "ar"), Tradition::Islamic);

    let candles = "בָּרוּךְ אַתָּה יְיָ אֱלֹהֵינוּ מֶלֶךְ הָעוֹלָם, לְהַדְלִיק נֵר שֶׁל שַׁבָּת";
    names(candles, "he", &["lamp", "king", "praise"]);
    assert_eq!(tradition(candles, "he"), Tradition::Jewish);

    assert_eq!(tradition("ਵਾਹਿਗੁਰੂ ਜੀ ਕਾ ਖਾਲਸਾ", "pa"), Tradition::Sikh);
    assert_eq!(tradition("Buddham saranam gacchami", "en"), Tradition::Buddhist);
}

#[test]
fn an_arabic_psalm_is_christian_and_the_name_of_god_alone_decides_nothing() {
    assert_eq!(tradition("الرَّبُّ رَاعِيَّ فَلاَ يُعْوِزُنِي شَيْءٌ", "ar"), Tradition::Christian);
    assert_eq!(tradition("رنموا للرب ترنيمة جديدة", "ar"), Tradition::Christian);
    assert_eq!(tradition("في البدء خلق الله السماوات والأرض. وقال الله ليكن نور", "ar"), Tradition::Universal);
    assert_eq!(tradition("الحمد لله رب العالمين الرحمن الرحيم", "ar"), Tradition::Islamic);
    assert_eq!(tradition("The LORD is my shepherd; he that keepeth Israel", "en"), Tradition::Universal);
    assert_eq!(
        tradition("Dios te salve, María, llena eres de gracia, el Señor es contigo", "es"),
        Tradition::Christian
    );
    assert_eq!(tradition("Jesus wept, and Krishna smiled", "en"), Tradition::Universal);
    assert_eq!(tradition("שיר", "he-IL"), Tradition::Jewish);
    assert_eq!(tradition("ישוע המשיח", "he"), Tradition::Christian);
}

#[test]
fn moods_follow_the_words() {
    assert_eq!(mood("By the rivers of Babylon we wept; tears and mourning", "en"), Mood::Sorrow);
    assert_eq!(mood("As the deer panteth, my soul thirsteth and longs", "en"), Mood::Longing);
    assert_eq!(mood("The storm, the enemy and the flood", "en"), Mood::Danger);
    assert_eq!(mood("Gozo y alegría en la mañana", "es"), Mood::Joy);
    assert_eq!(mood("The heavens declare the glory", "en"), Mood::Awe);
    assert_eq!(mood("", "en"), Mood::Calm);
}

#[test]
fn what_is_not_known_gives_nothing() {
    assert!(keywords("Quarterly revenue was revised downward", "en", 5).is_empty());
    assert!(
        keywords("De zee en de zon", "nl", 5).is_empty(),
        "Dutch is not served: no guesses by look-alikes"
    );
    assert!(keywords("", "", 5).is_empty() && keywords("light", "en", 0).is_empty());
}

#[test]
fn repeated_words_count_and_equals_keep_their_order() {
    assert_eq!(keywords("cup cup cup table oil", "en", 9), ["cup", "table", "oil"]);
    assert_eq!(keywords("oil table cup", "en", 2), ["oil", "table"]);
    // One word with two spellings in the lexicon is one occurrence: the cloud weighs as much and comes first.
    assert_eq!(keywords("बादल अँधेरा", "hi", 2), ["cloud", "shadow"]);
}

#[test]
fn a_wrong_language_tag_does_not_blind_other_scripts() {
    names("दीपक और कमल", "en", &["lamp", "lotus"]);
    names("diya and lotus", "hi", &["lamp", "lotus"]);
}

#[test]
fn prompts_name_the_scene_and_keep_living_beings_out_where_they_do_not_belong() {
    let words: Vec<String> = ["shepherd", "pasture", "king"].map(str::to_owned).into();
    let prompt_of = |tradition| prompt(&words, Mood::Calm, tradition);
    assert!(prompt_of(Tradition::Christian).starts_with("shepherd, pasture, king; soft golden"));
    for tradition in [Tradition::Islamic, Tradition::Jewish, Tradition::Sikh] {
        assert!(prompt_of(tradition).starts_with("pasture, throne;"), "{}", prompt_of(tradition));
        assert!(prompt_of(tradition).contains("no people"));
    }
    assert!(prompt(&[], Mood::Awe, Tradition::Universal).contains("no text"));
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_alike_each_time(text in any::<String>(), language in "[a-zA-Z-]{0,6}", limit in 0_usize..8) {
        let found = keywords(&text, &language, limit);
        prop_assert!(found.len() <= limit);
        prop_assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len());
        prop_assert_eq!(&found, &keywords(&text, &language, limit));
        let _ = prompt(&found, mood(&text, &language), tradition(&text, &language));
    }

    #[test]
    fn words_of_every_script_mix_without_panic(text in "[ا-يוא-ת한一-龥अ-ह़ािंँ்கaé'’ ־ٰ]{0,60}") {
        for language in LANGUAGES {
            let _ = (keywords(&text, language, 5), tradition(&text, language));
        }
    }
}

#[test]
fn the_best_known_aarti_is_hindu() {
    let text = "ॐ जय जगदीश हरे, स्वामी जय जगदीश हरे।\nभक्त जनों के संकट, दास जनों के संकट, क्षण में दूर करे॥";
    assert_eq!(super::tradition(text, "hi"), super::Tradition::Hindu);
}
