//! Abbreviations, capitals and the names of scripture.

use crate::said::{assert_spoken, assert_unchanged};

#[test]
fn clergy_and_saints_are_said_in_full() {
    assert_spoken(
        "en",
        &[
            ("Rev. John and Fr. Brown", "Reverend John and Father Brown"),
            ("Sr. Mary of St. Paul", "Sister Mary of Saint Paul"),
            ("Msgr. Smith, Bp. Lee", "Monsignor Smith, Bishop Lee"),
            ("Fr Brown", "Father Brown"),
            ("Martin Luther King, Jr.", "Martin Luther King, Junior."),
        ],
    );
    assert_spoken(
        "es",
        &[("Sto. Tomás y S. Juan", "Santo Tomás y San Juan"), ("Mons. Romero", "Monseñor Romero")],
    );
    assert_spoken(
        "pt",
        &[("S. José e Pe. João", "São José e Padre João"), ("o Sr. Silva", "o Senhor Silva")],
    );
    assert_spoken(
        "fr",
        &[
            ("S. Paul et Mgr Roy", "saint Paul et Monseigneur Roy"),
            ("N.-D. de Lourdes", "Notre-Dame de Lourdes"),
        ],
    );
    assert_spoken("it", &[("S. Paolo, S. Maria, S. Andrea", "San Paolo, Santa Maria, Sant'Andrea")]);
    assert_spoken(
        "de",
        &[
            ("des hl. Geistes", "des heiligen Geistes"),
            ("der Hl. Geist", "der Heilige Geist"),
            ("St. Martin", "Sankt Martin"),
        ],
    );
    assert_spoken("hi", &[("डॉ. राम", "डॉक्टर राम")]);
}

#[test]
fn abbreviations_of_texts_are_said_in_full() {
    assert_spoken(
        "en",
        &[
            ("i.e. love, e.g. hope", "that is love, for example hope"),
            ("light vs. darkness", "light versus darkness"),
            ("pp. 3-5", "pages 3 to 5"),
            ("the OT and NT", "the Old Testament and New Testament"),
        ],
    );
    assert_spoken("es", &[("p. ej. esto", "por ejemplo esto")]);
    assert_spoken("fr", &[("c.-à-d. lui", "c'est-à-dire lui")]);
    assert_spoken("de", &[("z. B. hier", "zum Beispiel hier"), ("usw. Er", "und so weiter. Er")]);
    assert_spoken("it", &[("p. es. questo", "per esempio questo"), ("ecc.", "eccetera.")]);
}

#[test]
fn a_short_name_is_a_book_or_a_title_by_what_follows() {
    assert_spoken(
        "en",
        &[
            ("Mt. Sinai and Mt. 5:3", "Mount Sinai and Matthew 5, verse 3"),
            ("Rev. Lee read Rev. 3:4", "Reverend Lee read Revelation 3, verse 4"),
            ("Ps. John read Ps. 23:1", "Pastor John read Psalm 23, verse 1"),
        ],
    );
}

#[test]
fn words_that_are_no_abbreviations_are_left() {
    assert_unchanged(
        "en",
        &[
            "Main St. is long.",
            "no. He said no.",
            "The cat sat. v.",
            "etc. The end",
            "He is a frank man, Sr or not",
            "A.M. and P.M.",
        ],
    );
    assert_unchanged("fr", &["Il a dit M. et S."]);
    assert_unchanged("de", &["Das ist S. und P."]);
}

#[test]
fn lines_in_capitals_are_words() {
    assert_spoken("en", &[("IT IS FINISHED. HE SAVED US", "it IS FINISHED. HE SAVED us")]);
    assert_unchanged(
        "en",
        &["THE LORD IS MY SHEPHERD. AMEN. Amen.", "JESUS wept in the US today. KJV, NIV."],
    );
    assert_unchanged("es", &["EL SEÑOR ES MI PASTOR"]);
}

#[test]
fn names_of_scripture_are_respelled_for_the_voice() {
    assert_spoken(
        "en",
        &[
            ("Job sat.", "Jobe sat."),
            ("Philemon 6", "Fileemun, verse 6"),
            ("Nahum 1:7", "Nayhum 1, verse 7"),
            ("saith the LORD, thou hast", "seth the LORD, thou hasst"),
            ("he doeth", "he dooeth"),
            ("blessèd and crownèd", "blessid and crownid"),
            ("Blessed are the meek; he blessed them", "Blessid are the meek; he blessed them"),
            ("Guru Nanak and the Quran", "Goo-roo Naanuk and the Koran"),
            ("Eccl. 3:1", "Ecklee-zee-asteez 3, verse 1"),
            ("Melchizedek's", "Mel-kizza-dek's"),
        ],
    );
    assert_unchanged("en", &["job", "a hasty word", "Jobs"]);
    assert_spoken("fr", &[("Ésaïe 53, 5", "Ézahie 53, verset 5"), ("Zacharie", "Zacarie")]);
}

#[test]
fn wishes_in_brackets_are_said_behind_a_name() {
    assert_spoken(
        "en",
        &[
            ("The Prophet Muhammad (PBUH) said", "The Prophet Muhammad peace be upon him said"),
            ("Muhammad(SAW)", "Muhammad peace be upon him"),
        ],
    );
    assert!(crate::said::spoken("en", "Ali (RA) said").contains("<ar: رَضِيَ"));
    assert_unchanged("en", &["He saw (as we saw) it"]);
    let silent =
        film_reading::ReadingChoices { honorifics: film_reading::Treatment::LeaveOut, ..Default::default() };
    let text = "Muhammad (PBUH) said";
    let reading = film_reading::read(text, &film_reading::Options::with("en", silent, vec![]));
    assert_eq!(film_reading::Shown::new(text, &reading.hidden, &reading.sung()).text, "Muhammad said");
}

#[test]
fn chords_above_a_line_are_silent() {
    assert_spoken("en", &[("G   C   D\nAmazing grace", "\nAmazing grace")]);
}
