//! References by book, chapter and verse.

use crate::said::{assert_spoken, assert_unchanged};

#[test]
fn a_verse_is_said_with_its_book_and_chapter() {
    assert_spoken(
        "en",
        &[
            ("God is our refuge (Psalm 46:1).", "God is our refuge (Psalm 46, verse 1)."),
            ("Ps. 23:1–3", "Psalm 23, verses 1 to 3"),
            ("1 Cor. 13:4", "First Corinthians 13, verse 4"),
            ("2 Kings 4:8", "Second Kings 4, verse 8"),
            ("Lk 2:7", "Luke 2, verse 7"),
            ("JOHN 3:16", "John 3, verse 16"),
            ("john 3:16", "John 3, verse 16"),
            ("1Jn 4:8", "First John 4, verse 8"),
            ("First Corinthians 13:4", "First Corinthians 13, verse 4"),
            ("Song of Solomon 2:1", "Song of Solomon 2, verse 1"),
            ("Tobit 4:15 and Sir. 1:1", "Toebit 4, verse 15 and Sigh-rack 1, verse 1"),
            ("Ps 23.1", "Psalm 23, verse 1"),
            ("Psalm 46 v. 1", "Psalm 46, verse 1"),
            ("Gen. iii. 16", "Genesis 3, verse 16"),
        ],
    );
    assert_spoken(
        "es",
        &[
            ("Salmo 46:1", "Salmo 46, versículo 1"),
            ("Sal 23,1-3", "Salmo 23, versículos del 1 al 3"),
            ("1 Co 13:4", "Primera de Corintios 13, versículo 4"),
            ("2 Reyes 4:8", "Segundo de Reyes 4, versículo 8"),
            ("Lc 2:7", "Lucas 2, versículo 7"),
            ("Mt 5, 3-12", "Mateo 5, versículos del 3 al 12"),
            ("Sal. 23", "Salmo 23"),
            ("Sal. 23, 1", "Salmo 23, versículo 1"),
        ],
    );
    assert_spoken(
        "pt-BR",
        &[
            ("Salmo 46:1", "Salmo 46, versículo 1"),
            ("Sl 23.1-3", "Salmo 23, versículos 1 a 3"),
            ("1 Co 13.4", "Primeira Coríntios 13, versículo 4"),
            ("2 Reis 4:8", "Segundo Reis 4, versículo 8"),
            ("Jo 3.16 e Jó 1.1", "João 3, versículo 16 e Jó 1, versículo 1"),
        ],
    );
    assert_spoken(
        "fr",
        &[
            ("Psaume 46, 1", "Psaume 46, verset 1"),
            ("Ps 23, 1-3", "Psaume 23, versets 1 à 3"),
            ("1 Co 13, 4", "Première aux Corinthiens 13, verset 4"),
            ("2 Rois 4, 8", "Deuxième livre des Rois 4, verset 8"),
            ("Lc 2, 7", "Luc 2, verset 7"),
            ("Jn 3 : 16", "Jean 3, verset 16"),
            ("Jean 3, 16", "Jean 3, verset 16"),
        ],
    );
    assert_spoken(
        "it",
        &[
            ("Salmo 46,1", "Salmo 46, versetto 1"),
            ("Sal 23,1-3", "Salmo 23, versetti da 1 a 3"),
            ("1 Cor 13,4", "Prima lettera ai Corinzi 13, versetto 4"),
            ("2 Re 4,8", "Secondo libro dei Re 4, versetto 8"),
            ("Lc 2,7", "Luca 2, versetto 7"),
        ],
    );
    assert_spoken(
        "de",
        &[
            ("Psalm 46,2", "Psalm 46, Vers 2"),
            ("Ps 23,1-3", "Psalm 23, Ferse 1 bis 3"),
            ("1. Korinther 13,4", "Erster Korinther 13, Vers 4"),
            ("1. Mose 1,1", "Erstes Buch Mose 1, Vers 1"),
            ("2. Könige 4,8", "Zweites Buch der Könige 4, Vers 8"),
            ("Röm 8,28", "Römer 8, Vers 28"),
        ],
    );
    assert_spoken(
        "hi",
        &[
            ("भजन संहिता 46:1", "भजन संहिता 46, पद 1"),
            ("भजन 23:1-3", "भजन संहिता 23, पद 1 से 3"),
            ("1 कुरिन्थियों 13:4", "पहला कुरिन्थियों, अध्याय 13, पद 4"),
            ("2 राजा 4:8", "दूसरा राजा, अध्याय 4, पद 8"),
            ("लूका २:७", "लूका, अध्याय 2, पद 7"),
            ("रोमि. 8:28", "रोमियों, अध्याय 8, पद 28"),
            ("1 कुरि. 13:4", "पहला कुरिन्थियों, अध्याय 13, पद 4"),
            ("प्रका. 3:20 और भज. 23:1", "प्रकाशितवाक्य, अध्याय 3, पद 20 और भजन संहिता 23, पद 1"),
        ],
    );
    assert_spoken(
        "ta",
        &[
            ("சங்கீதம் 46:1", "சங்கீதம் 46, வசனம் 1"),
            ("சங்கீதம் 23:1-3", "சங்கீதம் 23, வசனங்கள் 1 முதல் 3 வரை"),
            ("1 கொரிந்தியர் 13:4", "முதலாம் கொரிந்தியர், அதிகாரம் 13, வசனம் 4"),
        ],
    );
}

/// Compares without points, which are ordered for the voice later.
fn bare(text: &str) -> String {
    let mark = |c: &char| matches!(c, '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{652}' | '\u{670}');
    text.chars().filter(|c| !mark(c)).collect()
}

#[test]
fn arabic_and_hebrew_references_are_said_by_their_custom() {
    for (text, said) in [
        ("مزمور 46: 1", "المزمور 46، الآية 1"),
        ("مز 23: 1-3", "المزمور 23، الآيات من 1 إلى 3"),
        ("1كو 13: 4", "كورنثوس الأولى، الأصحاح 13، الآية 4"),
        ("يوحنا ٣:١٦", "يوحنا، الأصحاح 3، الآية 16"),
    ] {
        assert_eq!(bare(&crate::said::spoken("ar", text)), said, "{text}");
    }
    for (text, said) in [
        ("תהילים 46:1", "תהלים 46, פסוק 1"),
        ("תהילים מ״ו, ב׳", "תהלים 46, פסוק 2"),
        ("תהלים כג, א-ג", "תהלים 23, פסוקים 1 עד 3"),
        ("שמואל א, ז, א", "שמואל אלף, פרק 7, פסוק 1"),
        ("דה\"א טז, ח", "דברי הימים אלף, פרק 16, פסוק 8"),
        ("שמ\"ב 7:1", "שמואל בית, פרק 7, פסוק 1"),
    ] {
        assert_eq!(bare(&crate::said::spoken("he", text)), said, "{text}");
    }
}

#[test]
fn ranges_lists_and_what_follows_are_said_in_words() {
    assert_spoken(
        "en",
        &[
            ("Luke 2:7, 9 and 12.", "Luke 2, verses 7, 9 and 12."),
            ("Luke 2:7,9", "Luke 2, verses 7 and 9"),
            ("John 3:16-18; 5:24", "John 3, verses 16 to 18, chapter 5, verse 24"),
            ("Rom 8:28; 1 Cor 13:4", "Romans 8, verse 28; First Corinthians 13, verse 4"),
            ("Gen 1:1–2:3", "Genesis 1, verse 1 to chapter 2, verse 3"),
            ("Genesis 1-3", "Genesis, chapters 1 to 3"),
            ("Gen. 1-2:3", "Genesis 1, verse 1 to chapter 2, verse 3"),
            ("Psalms 120-134", "Psalms 120 to 134"),
            ("Matt 5:3ff. shows", "Matthew 5, verses 3 and following shows"),
            ("Matt 5:3f.", "Matthew 5, verse 3 and the next."),
            ("Ps 119:1–8a", "Psalm 119, verses 1 to 8"),
            ("Luke 2:7, 9 men came", "Luke 2, verse 7, 9 men came"),
            ("Isa 40:31, 41:10", "Isaiah 40, verse 31, chapter 41, verse 10"),
            ("Rom 8:28, 7:00 PM", "Romans 8, verse 28, 7 PM"),
            ("Luke 2:7, 10:30 Mass", "Luke 2, verse 7, 10:30 Mass"),
            ("ch. 3:16, 4:5", "chapter 3, verse 16, chapter 4, verse 5"),
            ("Mt 5–7.", "Matthew, chapters 5 to 7."),
        ],
    );
    assert_spoken(
        "de",
        &[
            ("Mt 5,3.5-7", "Mattä-us 5, Ferse 3 und 5 bis 7"),
            ("Joh 3,16f", "Johannes 3, Vers 16 und folgender"),
        ],
    );
    assert_spoken("fr", &[("Lc 2, 7.9.12-14", "Luc 2, versets 7, 9 et 12 à 14")]);
}

#[test]
fn the_other_number_of_a_psalm_and_ordinals_of_books_are_custom() {
    assert_spoken(
        "es",
        &[
            ("Salmo 22 (23), 1-3", "Salmo 22, versículos del 1 al 3"),
            ("2da Tim 3:16", "Segunda de Timoteo 3, versículo 16"),
            ("1a Jn 4:8", "Primera de Juan 4, versículo 8"),
        ],
    );
    assert_spoken("fr", &[("Ps 22 (23), 1-3", "Psaume 22, versets 1 à 3")]);
    assert_spoken("pt", &[("Is 40,1-5.9-11", "Isaías 40, versículos 1 a 5 e 9 a 11")]);
    assert_spoken("hi", &[("गीता अध्याय 2 श्लोक 47", "गीता अध्याय 2, श्लोक 47")]);
}

#[test]
fn verses_and_chapters_without_a_book_are_said() {
    assert_spoken(
        "en",
        &[
            ("See v. 4.", "See verse 4."),
            ("verses 3-5", "verses 3 to 5"),
            ("vv. 1-3", "verses 1 to 3"),
            ("see vs. 4", "see verse 4"),
            ("ch. 3:16", "chapter 3, verse 16"),
            ("chapters 3-5", "chapters 3 to 5"),
            ("cf. Ps. 23:1", "compare Psalm 23, verse 1"),
        ],
    );
    assert_spoken("es", &[("v. 4", "versículo 4"), ("versículos 3-5", "versículos del 3 al 5")]);
    assert_spoken("pt", &[("v. 4", "versículo 4"), ("versículos 3-5", "versículos 3 a 5")]);
    assert_spoken("fr", &[("v. 4", "verset 4"), ("versets 3-5", "versets 3 à 5")]);
    assert_spoken("it", &[("v. 4", "versetto 4"), ("versetti 3-5", "versetti da 3 a 5")]);
    assert_spoken("de", &[("V. 4", "Vers 4"), ("Vers 3-5", "Vers 3 bis 5")]);
    assert_spoken("hi", &[("पद 3-5", "पद 3 से 5")]);
}

#[test]
fn books_of_one_chapter_are_counted_by_verse() {
    assert_spoken(
        "en",
        &[
            ("Jude 3", "Jude, verse 3"),
            ("3 John 4", "Third John, verse 4"),
            ("Obad 1:15", "Obadiah, verse 15"),
        ],
    );
}

#[test]
fn numbered_books_are_said_without_a_chapter_too() {
    assert_spoken(
        "en",
        &[
            ("In II Samuel we read", "In Second Samuel we read"),
            ("2 Kings tells us", "Second Kings tells us"),
            ("1 Cor 13", "First Corinthians 13"),
            ("I Samuel 3:4", "First Samuel 3, verse 4"),
        ],
    );
    assert_spoken(
        "en",
        &[
            ("1 & 2 Samuel", "First and Second Samuel"),
            ("Read 1, 2 and 3 John.", "Read First, Second and Third John."),
            ("1 and 2 Cor. are", "First and Second Corinthians are"),
            ("1 & 2 Kings 4:8", "First and Second Kings 4, verse 8"),
        ],
    );
    assert_spoken("es", &[("1 y 2 Samuel", "Primero y Segundo de Samuel")]);
    assert_spoken("de", &[("1. und 2. Korinther", "Erster und Zweiter Korinther")]);
    assert_unchanged("en", &["rooms 1 and 2, 1 and 2 kings", "2 and 4 Samuel"]);
    assert_unchanged("en", &["I John saw these things", "two kings came", "I Peter 5 times denied it"]);
    assert_unchanged("es", &["Los 3 Reyes Magos"]);
    assert_unchanged("de", &["Es waren 2 Könige", "In Rom 5 Tage lang"]);
}

#[test]
fn the_quran_is_quoted_by_number_and_by_name() {
    assert_spoken(
        "en",
        &[
            ("Surah 2:255", "soo-ra 2, verse 255"),
            ("Al-Baqarah 2:255", "Al-Baqarah, verse 255"),
            ("Surah Maryam, 16", "Soo-ra Maryam, verse 16"),
            ("The Quran says it (2:255).", "The Koran says it (soo-ra 2, verse 255)."),
            ("Quran 94:5-6", "Koran, soo-ra 94, verses 5 to 6"),
        ],
    );
    assert_spoken("fr", &[("Coran 2:255", "Coran, sourate 2, verset 255")]);
    assert_spoken("de", &[("Sure 2:255", "Sure 2, Vers 255")]);
    assert_eq!(bare(&crate::said::spoken("ar", "سورة البقرة: 255")), "سورة البقره، الآية 255");
    assert_eq!(bare(&crate::said::spoken("ar", "[البقرة: ٢٥٥]")), "[سورة البقره، الآية 255]");
    assert_unchanged("en", &["The score was (2:25) today", "Maryam 12 years old"]);
}

#[test]
fn the_gita_and_the_granth_are_quoted_by_their_custom() {
    assert_spoken(
        "hi",
        &[
            ("गीता 2.47", "गीता, अध्याय 2, श्लोक 47"),
            ("गीता २.४७", "गीता, अध्याय 2, श्लोक 47"),
            ("भगवद्गीता 2:47-48", "भगवद्गीता, अध्याय 2, श्लोक 47 से 48"),
        ],
    );
    assert_spoken(
        "en",
        &[
            ("Gita 2.47", "Gita, chapter 2, verse 47"),
            ("BG 2.47-48", "Bhagavad Gita, chapter 2, verses 47 to 48"),
            ("Ang 1-8", "Ang 1 to 8"),
        ],
    );
    assert_unchanged("en", &["Ang 462", "Gita 19.1"]);
}

#[test]
fn a_latin_reference_in_another_script_is_read_by_an_english_voice() {
    assert_spoken("hi", &[("देखें Psalm 23:1", "देखें <en: Psalm 23, verse 1>")]);
}

#[test]
fn what_only_looks_like_a_reference_is_left() {
    assert_unchanged(
        "en",
        &[
            "This is 2.5% of it.",
            "Job 1 of 3 is done.",
            "Meet at 3:30.",
            "Is 5 enough? Am 2.5 hours late.",
            "Mark 3 boxes. Acts 2 and 3 of the play.",
            "Numbers 1 to 10. I am 5.",
            "Matthew 25 years old",
            "John 3.5 kilos",
            "Kings 4 and queens 5",
            "Luke and 7 friends",
            "Isaiah 53",
            "Gen X and Gen Z",
            "Psalm 46",
        ],
    );
    assert_unchanged("es", &["Mi 3 hijos", "Marcos 3 veces"]);
    assert_unchanged("fr", &["Jean 3 fois", "Marc, 16 ans"]);
    assert_unchanged("it", &["Marco 3 volte", "Es 5 minuti"]);
    assert_unchanged("de", &["Markus 3 Mal", "Johannes und 12 Jünger"]);
    assert_unchanged("hi", &["गिनती 5 तक", "राजा 4 थे"]);
    assert_unchanged("ar", &["في 3 ايام", "متى 3 مرات"]);
}

mod properties {
    use film_reading::{Options, read};
    use proptest::prelude::*;

    const LANGUAGES: &[&str] = &["en", "es", "pt", "fr", "it", "de", "hi", "ta", "ar", "he", "nl", "ru"];
    const BOOKS: &[&str] = &["Ps", "1 Cor.", "Gen", "Jude", "II Samuel", "Sura", "Gita", "Ang", "v.", "ch."];

    proptest! {
        #[test]
        fn any_text_is_read_and_its_spans_fit(
            text in "[a-zA-Z0-9 .,:;()\\-–א-תا-ي०-९क-ह٠-٩IVXLC$€₹°ºª'\"]{0,60}",
            language in prop::sample::select(LANGUAGES),
        ) {
            let reading = read(&text, &Options::new(language));
            let mut end = 0;
            for rewrite in &reading.rewrites {
                prop_assert!(rewrite.written.start >= end && text.get(rewrite.written.clone()).is_some());
                end = rewrite.written.end;
            }
        }

        #[test]
        fn references_of_any_numbers_are_read(
            book in prop::sample::select(BOOKS),
            numbers in "[0-9]{1,4}[:.,\\-– ;fa]{0,3}[0-9]{0,4}[:.,\\-–;f ]{0,3}[0-9]{0,7}",
        ) {
            let text = format!("{book} {numbers}");
            let spoken: String = read(&text, &Options::new("en")).segments.into_iter().map(|one| one.spoken).collect();
            prop_assert!(!spoken.is_empty());
        }
    }
}
