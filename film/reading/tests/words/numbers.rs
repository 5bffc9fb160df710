//! Roman numerals, ordinals, money, dates, eras, times, ranges.

use crate::said::{assert_spoken, assert_unchanged, spoken};

#[test]
fn kings_and_popes_are_counted_with_ordinals() {
    assert_spoken(
        "en",
        &[
            ("John Paul II", "John Paul the second"),
            ("Henry VIII", "Henry the eighth"),
            ("Pope John XXIII.", "Pope John the twenty-third."),
            ("Louis XIV's palace", "Louis the fourteenth's palace"),
            ("King James I wrote", "King James the first wrote"),
            ("Elizabeth I, Queen", "Elizabeth the first, Queen"),
        ],
    );
    assert_spoken(
        "fr",
        &[("Louis XIV", "Louis 14"), ("François Ier", "François premier"), ("Jean-Paul II", "Jean-Paul 2")],
    );
    assert_spoken(
        "es",
        &[
            ("Juan Pablo II", "Juan Pablo segundo"),
            ("Isabel II", "Isabel segunda"),
            ("Luis XIV", "Luis 14"),
            ("Benedicto XVI", "Benedicto 16"),
        ],
    );
    assert_spoken(
        "pt",
        &[("João Paulo II", "João Paulo segundo"), ("Pio X", "Pio décimo"), ("Bento XVI", "Bento 16")],
    );
    assert_spoken(
        "it",
        &[
            ("Giovanni Paolo II", "Giovanni Paolo secondo"),
            ("Elisabetta II", "Elisabetta seconda"),
            ("Leone XIV", "Leone quattordicesimo"),
        ],
    );
    assert_spoken(
        "de",
        &[
            (
                "Johannes Paul II. und Heinrich VIII. war",
                "Johannes Paul der Zweite und Heinrich der Achte war",
            ),
            ("Elisabeth II. von England", "Elisabeth die Zweite von England"),
            ("Es war Ludwig XIV.", "Es war Ludwig der Vierzehnte."),
        ],
    );
    assert_spoken("hi", &[("पोप जॉन पॉल II आए", "पोप जॉन पॉल द्वितीय आए")]);
    assert_spoken("nl", &[("Willem III", "Willem de derde")]);
}

#[test]
fn chapters_wars_and_centuries_are_counted_by_their_custom() {
    assert_spoken(
        "en",
        &[
            ("chapter IV", "chapter 4"),
            ("World War II", "World War 2"),
            ("World War I ended", "World War 1 ended"),
            ("Part I: The Call", "Part 1: The Call"),
            ("Psalm XXIII", "Psalm 23"),
            ("chapter iv", "chapter 4"),
            ("the XIX century", "the nineteenth century"),
        ],
    );
    assert_spoken(
        "fr",
        &[
            ("chapitre IV", "chapitre 4"),
            ("au XIVe siècle", "au quatorzième siècle"),
            ("Le Seigneur est mon berger. Ce jour-là.", "Le Seigneur est mon berger. Ce jour-là."),
            ("IIe partie", "deuxième partie"),
        ],
    );
    assert_spoken(
        "es",
        &[("capítulo IV", "capítulo 4"), ("siglo XX", "siglo 20"), ("siglo V", "siglo quinto")],
    );
    assert_spoken("it", &[("capitolo IV", "capitolo 4"), ("secolo XX", "secolo ventesimo")]);
    assert_spoken("pt", &[("capítulo IV", "capítulo 4"), ("século XX", "século 20")]);
    assert_spoken("de", &[("Kapitel IV", "Kapitel 4"), ("im XX. Jahrhundert", "im zwanzigsten Jahrhundert")]);
    assert_spoken("hi", &[("अध्याय IV", "अध्याय 4")]);
}

#[test]
fn a_letter_alone_is_no_numeral() {
    assert_unchanged(
        "en",
        &[
            "I am what I am.",
            "When I met Elizabeth I smiled.",
            "the book I read, this chapter I love",
            "Malcolm X said vitamin C helps.",
            "an IV drip, a CD, my CV",
            "MIX and CIVIL and DIM",
            "Xi Jinping",
        ],
    );
    assert_unchanged("it", &["il libro di vita, parte di molti", "vi dico: mi ami?"]);
}

#[test]
fn ordinals_are_words_in_their_gender() {
    assert_spoken(
        "en",
        &[
            ("2nd 3rd 46th", "second third forty-sixth"),
            ("the 100th and 1000th", "the one hundredth and one thousandth"),
            ("12th", "twelfth"),
        ],
    );
    assert_unchanged("en", &["22th", "3rdly"]);
    assert_spoken("es", &[("1.º 3.er 2do 2ª", "primero tercer segundo segunda")]);
    assert_spoken("pt", &[("1º 3ª", "primeiro terceira")]);
    assert_spoken("it", &[("1º 2ª", "primo seconda")]);
    assert_spoken("fr", &[("1er 1re 2e 2ème 2nd", "premier première deuxième deuxième second")]);
    assert_spoken(
        "de",
        &[
            ("am 3. Mai", "am dritten Mai"),
            ("der 2. Tag", "der zweite Tag"),
            ("in der 3. Strophe", "in der dritten Strophe"),
        ],
    );
    assert_unchanged("de", &["Es waren 3. Dann kam er.", "1. Punkt eins"]);
    assert_spoken("hi", &[("1ला 2रा 5वां 10वीं", "पहला दूसरा पाँचवाँ दसवीं")]);
    assert_spoken("ta", &[("2வது", "இரண்டாவது")]);
    assert_spoken("nl", &[("de 2e dag", "de tweede dag")]);
}

#[test]
fn money_is_said_with_its_currency_behind_it() {
    assert_spoken(
        "en",
        &[
            ("It cost $25.", "It cost 25 dollars."),
            ("$1", "1 dollar"),
            ("£3.50", "3 pounds and 50 pence"),
            ("$0.50", "50 cents"),
            ("$5 million", "5 million dollars"),
            ("$1,000", "1000 dollars"),
            ("€10", "10 euros"),
            ("$100k", "100 thousand dollars"),
            ("₹1,00,000", "100000 rupees"),
            ("$2.5 million", "2.5 million dollars"),
            ("It is $20/child, $5 / $10", "It is 20 dollars per child, 5 dollars , 10 dollars"),
        ],
    );
    assert_spoken("es", &[("$25", "25 dólares"), ("3,50 €", "3 euros con 50 céntimos"), ("1 €", "un euro")]);
    assert_spoken("pt", &[("R$ 25,50", "25 reais e 50 centavos"), ("US$ 5 milhões", "5 milhões de dólares")]);
    assert_spoken("fr", &[("25 €", "25 euros"), ("3,50 €", "3 euros 50"), ("1 €", "un euro")]);
    assert_spoken("it", &[("25 €", "25 euro"), ("$1", "un dollaro")]);
    assert_spoken("de", &[("25 €", "25 Euro"), ("1.000,50 €", "1000 Euro 50")]);
    assert_spoken("hi", &[("₹100", "100 रुपये"), ("₹2.50", "2 रुपये 50 पैसे"), ("$25", "25 डॉलर")]);
    assert_spoken("ta", &[("₹100", "100 ரூபாய்")]);
}

#[test]
fn eras_are_said_with_years() {
    assert_spoken(
        "en",
        &[
            ("in 33 AD, and", "in 33 A.D., and"),
            ("AD 33", "A.D. 33"),
            ("c. AD 33", "circa A.D. 33"),
            ("c. 1450 BC", "circa fourteen fifty B.C."),
            ("In 70 CE.", "In 70 C.E."),
            ("586 B.C. fell", "586 B.C. fell"),
        ],
    );
    assert_spoken(
        "es",
        &[("33 d.C. fue", "33 después de Cristo fue"), ("1450 a. C.", "1450 antes de Cristo.")],
    );
    assert_spoken("pt", &[("33 d.C. foi", "33 depois de Cristo foi")]);
    assert_spoken("fr", &[("586 av. J.-C. et", "586 avant Jésus-Christ et")]);
    assert_spoken("it", &[("33 d.C. fu", "33 dopo Cristo fu")]);
    assert_spoken("de", &[("33 n. Chr. war", "33 nach Christus war")]);
    assert_spoken("hi", &[("586 ई.पू. में", "586 ईसा पूर्व में")]);
    assert_spoken("ta", &[("கி.பி. 33", "கிறிஸ்துவுக்குப் பின் 33")]);
    assert!(spoken("ar", "586 ق.م.").contains("الْمِيلَاد"));
}

#[test]
fn years_and_dates_are_said_as_such() {
    assert_spoken(
        "en",
        &[
            ("in 1995", "in nineteen ninety-five"),
            ("1914–1918", "nineteen fourteen to nineteen eighteen"),
            ("the 1990s", "the nineteen nineties"),
            ("May 3, 2024", "May third, twenty twenty-four"),
            ("May 1st, 2024", "May first, twenty twenty-four"),
            ("From 1939 to 1945.", "From nineteen thirty-nine to nineteen forty-five."),
            ("3 May 2024", "the third of May twenty twenty-four"),
            ("on Dec. 25", "on December twenty-fifth"),
            ("12/25/2023", "December twenty-fifth, twenty twenty-three"),
            ("2023-12-25", "December twenty-fifth, twenty twenty-three"),
        ],
    );
    assert_spoken("en-GB", &[("25/12/2023", "the twenty-fifth of December twenty twenty-three")]);
    assert_unchanged("en", &["in 1500 cities", "1500 people", "may 3 of them come"]);
    assert_spoken("es", &[("25/12/2023", "25 de diciembre de 2023"), ("1º de mayo", "primero de mayo")]);
    assert_spoken("pt", &[("01/05/2024", "primeiro de maio de 2024")]);
    assert_spoken("fr", &[("25/12/2023", "25 décembre 2023")]);
    assert_spoken("it", &[("1 maggio", "primo maggio")]);
    assert_spoken(
        "de",
        &[
            ("am 25.12.2023", "am fünfundzwanzigsten Dezember 2023"),
            ("seit 1517", "seit fünfzehnhundertsiebzehn"),
        ],
    );
    assert_spoken("hi", &[("सन् 1995 में", "सन् 19 सौ 95 में")]);
}

#[test]
fn times_of_day_are_said_without_zeros() {
    assert_spoken(
        "en",
        &[("7:00 AM", "7 AM"), ("at 7:00", "at 7 o'clock"), ("10:05", "10 oh 5"), ("at 3:30", "at 3:30")],
    );
    assert_spoken("fr", &[("à 15h30", "à 15 heures 30"), ("15 h", "15 heures")]);
    assert_spoken(
        "de",
        &[("15:30 Uhr", "15 Uhr 30"), ("7:00 Uhr", "7 Uhr"), ("um 18.30 Uhr", "um 18 Uhr 30")],
    );
    assert_spoken(
        "it",
        &[("alle ore 18.30", "alle ore 18 e 30"), ("dalle 9.05 in poi", "dalle 9 e 5 in poi")],
    );
    assert_unchanged("it", &["pesa 18.30 chili"]);
    assert_spoken("pt", &[("às 15h30", "às 15 e 30")]);
    assert_spoken("es", &[("a las 7:00", "a las 7 en punto")]);
    assert_spoken("hi", &[("7:00 बजे", "7 बजे")]);
}

#[test]
fn ranges_and_products_are_said_in_words() {
    assert_spoken("en", &[("70x7", "70 times 7"), ("70 × 7", "70 times 7"), ("pages 3-5", "pages 3 to 5")]);
    for (language, said) in [
        ("es", "70 veces 7"),
        ("pt", "70 vezes 7"),
        ("fr", "70 fois 7"),
        ("it", "70 volte 7"),
        ("de", "70 mal 7"),
        ("hi", "70 गुणा 7"),
    ] {
        assert_eq!(spoken(language, "70x7"), said, "{language}");
    }
    assert_unchanged("en", &["room 3-B"]);
}

#[test]
fn telephone_numbers_are_said_digit_by_digit() {
    assert_spoken(
        "en",
        &[
            ("(555) 123-4567", "5 5 5, 1 2 3, 4 5 6 7"),
            ("555-987-6543 or 555-1234", "5 5 5, 9 8 7, 6 5 4 3 or 5 5 5, 1 2 3 4"),
            ("+91 98765 43210", "9 1, 9 8 7 6 5, 4 3 2 1 0"),
            ("No. 9876543210", "Number 9 8 7 6 5 4 3 2 1 0"),
        ],
    );
    assert_spoken("es", &[("(55) 1234-5678", "5 5, 1 2 3 4, 5 6 7 8")]);
    assert_spoken("pt", &[("(11) 98765-4321", "1 1, 9 8 7 6 5, 4 3 2 1")]);
    assert_spoken("de", &[("0711/123456", "0 7 1 1, 1 2 3 4 5 6")]);
    assert_spoken("hi", &[("98765 43210", "9 8 7 6 5, 4 3 2 1 0")]);
    assert_unchanged("en", &["10000000 people", "3.14159265"]);
    assert_unchanged("fr", &["01 23 45 67 89"]);
}

#[test]
fn times_and_days_of_a_bulletin_are_said_in_full() {
    assert_spoken(
        "en",
        &[
            ("Sat. 5:30pm, Sun. 8:00am", "Saturday 5:30pm, Sunday 8 am"),
            ("9am-12pm, 4–5pm", "9am to 12pm, 4 to 5pm"),
            ("June 10-14", "June tenth to fourteenth"),
            ("December 24 & 25, 2023", "December twenty-fourth and twenty-fifth, twenty twenty-three"),
            ("12/25 and 12/31/23", "December twenty-fifth and December thirty-first, twenty twenty-three"),
            ("on 5/4", "on May fourth"),
            ("Rm. 204 @ 8", "Room 204 at 8"),
        ],
    );
    assert_spoken("en", &[("open 24/7, 9/11, 50/50", "open 24 7, 9 11, 50 50")]);
    assert_spoken("en", &[("metre 10.10.10.10", "metre 10, 10, 10, 10")]);
    assert_unchanged("en", &["He rose on a Sun. Then"]);
    assert_spoken("es", &[("25/12", "25 de diciembre"), ("18:00 hrs", "18 horas")]);
    assert_spoken("fr", &[("dim. 9h et 10h30", "dimanche 9 heures et 10 heures 30")]);
    assert_spoken("de", &[("am 24.12., 10 Uhr", "am vierundzwanzigsten Dezember, 10 Uhr")]);
    assert_spoken("hi", &[("24/12", "24 दिसंबर")]);
}

#[test]
fn numbers_with_several_points_are_no_decimals() {
    assert_spoken("en", &[("SB 1.2.6", "SB 1, 2, 6")]);
    assert_spoken("hi", &[("ऋग्वेद १.१.१", "ऋग्वेद 1, 1, 1")]);
}

#[test]
fn outlines_are_counted_and_articles_are_no_numerals() {
    assert_spoken(
        "en",
        &[("II. The Cross\nIII. Hope", "2. The Cross\n3. Hope"), ("10x Hail Mary", "10 times Hail Mary")],
    );
    assert_unchanged("fr", &["Le Seigneur est mon berger. Ce jour-là."]);
    assert_spoken("ru", &[("XIX век", "19 век")]);
}

#[test]
fn simple_fractions_are_said_in_words() {
    assert_spoken("en", &[("1/2 cup", "one half cup"), ("3/4", "three quarters")]);
    assert_spoken("es", &[("1/2 taza", "un medio taza")]);
    assert_spoken("fr", &[("3/4", "trois quarts")]);
    assert_spoken("de", &[("1/4", "ein Viertel")]);
    assert_spoken("hi", &[("1/2", "आधा")]);
}

#[test]
fn digits_of_another_script_are_read_by_the_texts_reader() {
    assert_spoken("en", &[("verse ४७", "verse 47")]);
    assert_unchanged("hi", &["१०८ बार"]);
}
