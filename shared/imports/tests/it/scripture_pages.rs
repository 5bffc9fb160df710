//! Scripture as copied from web sites and apps.

use imports::{Format, Kind, Treatment};

use crate::{found, imported, spans_hold_their_words, with};

const PAGE: &str = "John 3:16-18\nKing James Version\n\n16For God so loved the world,[a] that he gave his only \
        begotten \
Son, that whosoever believeth in him should not perish.\u{a0}17For God sent not his Son into the world to condemn the \
world;(A) but that the world through him might be saved. 18He that believeth on him is not condemned.\n\nRead full \
chapter\nFootnotes\nJohn 3:16 Or for God loved the world so\nJohn 3:18 Some manuscripts add not\nCross \
        references\nJohn \
3:17 : Luke 9:56\n\nKing James Version (KJV)\nPublic Domain\nJohn 3 in all English translations\n";

#[test]
fn a_page_of_a_bible_site_leaves_its_verses() {
    let page = imported(PAGE);
    assert_eq!(page.format, Format::ScripturePage);
    assert_eq!(page.title.as_deref(), Some("John 3:16-18"));
    assert_eq!(
        page.text,
        "¹⁶ For God so loved the world, that he gave his only begotten Son, that whosoever believeth in him should not \
         perish.\n¹⁷ For God sent not his Son into the world to condemn the world; but that the world through him \
         might \
         be saved.\n¹⁸ He that believeth on him is not condemned."
    );
    assert_eq!(found(&page, Kind::NoteCaller), ["[a]", "(A)"]);
    assert_eq!(found(&page, Kind::Note).len(), 2);
    assert_eq!(found(&page, Kind::CrossReference), ["John 3:17 : Luke 9:56"]);
    assert_eq!(found(&page, Kind::Copyright), ["Public Domain"]);
    assert_eq!(found(&page, Kind::PageFurniture).len(), 4);
    let without_numbers = with(PAGE, &[(Kind::VerseNumber, Treatment::LeaveOut)]);
    assert!(without_numbers.starts_with("For God so loved"), "{without_numbers}");
    assert!(without_numbers.contains("perish.\nFor God sent"), "{without_numbers}");
}

#[test]
fn a_passage_without_numbers_is_known_by_what_is_around_it() {
    let page = imported(
        "Psalm 46:1-2\n\nGod is our refuge and strength,\n    a very present help in trouble.\n\nKing James Version (KJV)\n\
         Public Domain\n",
    );
    assert_eq!(page.format, Format::ScripturePage);
    assert_eq!(page.title.as_deref(), Some("Psalm 46:1-2"));
    assert_eq!(page.text, "God is our refuge and strength,\na very present help in trouble.");
}

#[test]
fn the_first_number_of_a_chapter_is_the_chapters() {
    let page = imported(
        "Jesus Teaches Nicodemus\n3 There was a man of the Pharisees, named Nicodemus, a ruler of the Jews: 2The \
        same came \
         to Jesus by night, and said unto him, Rabbi. 3Jesus answered and said unto him, Verily.",
    );
    assert_eq!(found(&page, Kind::ChapterNumber), ["3"]);
    assert_eq!(found(&page, Kind::Heading), ["Jesus Teaches Nicodemus"]);
    assert_eq!(page.title.as_deref(), Some("Jesus Teaches Nicodemus"));
    assert!(page.text.starts_with("There was a man"), "{}", page.text);
    assert!(page.text.contains("Jews:\n² The same"), "{}", page.text);
}

#[test]
fn numbers_in_superscript_begin_lines_and_callers_do_not() {
    let page =
        imported("¹⁶ For God so loved the world¹ that he gave. ¹⁷ For God sent not his Son² to condemn.");
    assert_eq!(page.format, Format::ScripturePage);
    assert_eq!(
        page.text,
        "¹⁶ For God so loved the world that he gave.\n¹⁷ For God sent not his Son to condemn."
    );
    assert_eq!(found(&page, Kind::NoteCaller), ["¹", "²"]);
}

#[test]
fn numbers_of_the_text_itself_stay() {
    let page = imported(
        "Genesis 7\n\n11 In the 600th year of Noah’s life were the fountains broken up.\n12 And the rain was upon \
        the earth \
         40 days and 40 nights.\n13 In the selfsame day entered Noah, and 3 wives of his sons with them, 14 They, and \
         every beast.",
    );
    assert_eq!(found(&page, Kind::VerseNumber), ["¹¹", "¹²", "¹³", "¹⁴"]);
    assert!(page.text.contains("upon the earth 40 days and 40 nights.\n¹³ In"), "{}", page.text);
    assert!(page.text.contains("and 3 wives"), "{}", page.text);
}

#[test]
fn poetry_keeps_its_lines_and_stanzas() {
    let page = imported(
        "Psalm 23\nA Psalm of David.\n\n1The LORD is my shepherd;\nI shall not want.\n2He maketh me to lie down in \
        green \
         pastures:\nhe leadeth me beside the still waters.\n\n3He restoreth my soul.\n",
    );
    assert_eq!(page.title.as_deref(), Some("Psalm 23"));
    assert_eq!(
        page.text,
        "A Psalm of David.\n\n¹ The LORD is my shepherd;\nI shall not want.\n² He maketh me to lie down in green \
         pastures:\nhe leadeth me beside the still waters.\n\n³ He restoreth my soul."
    );
}

#[test]
fn two_chapters_with_notes_of_their_own_are_both_there() {
    let page = imported(
        "Jonah 1\n1Now the word of the LORD came unto Jonah. 2Arise, go to Nineveh.[a]\nFootnotes\na. 1:2 A \
        city\n\nJonah \
         2\n1Then Jonah prayed. 2And said, I cried.\n",
    );
    assert!(page.text.ends_with("¹ Then Jonah prayed.\n² And said, I cried."), "{}", page.text);
    assert_eq!(found(&page, Kind::Note), ["a. 1:2 A city"]);
}

#[test]
fn a_page_in_spanish_has_its_own_buttons() {
    let page = imported(
        "Juan 3:16-17\nReina-Valera Antigua\n16 Porque de tal manera amó Dios al mundo, que ha dado a su Hijo.\n17 \
        Porque \
         no envió Dios a su Hijo al mundo.\nLeer capítulo completo\nNotas al pie\nJuan 3:16 O unigénito\n",
    );
    assert_eq!(page.title.as_deref(), Some("Juan 3:16-17"));
    assert!(page.text.starts_with("¹⁶ Porque de tal") && page.text.ends_with("al mundo."), "{}", page.text);
}

#[test]
fn ayat_with_their_numbers_are_lines() {
    let source = "قُلْ هُوَ اللَّهُ أَحَدٌ ﴿١﴾ اللَّهُ الصَّمَدُ ﴿٢﴾ لَمْ يَلِدْ وَلَمْ يُولَدْ ﴿٣﴾ وَلَمْ يَكُن \
    لَّهُ كُفُوًا أَحَدٌ ﴿٤﴾";
    let page = imported(source);
    assert_eq!(page.format, Format::ScripturePage);
    assert_eq!(page.text.lines().count(), 4);
    assert_eq!(
        page.text.split_whitespace().collect::<String>(),
        source.split_whitespace().collect::<String>()
    );
    let without = with(source, &[(Kind::VerseNumber, Treatment::LeaveOut)]);
    assert!(without.starts_with("قُلْ هُوَ اللَّهُ أَحَدٌ\nاللَّهُ الصَّمَدُ\n"), "{without}");
    spans_hold_their_words(source, &page);
}

#[test]
fn couplets_with_their_numbers_are_lines_in_devanagari_and_tamil() {
    let hindi =
        "जय हनुमान ज्ञान गुन सागर। जय कपीस तिहुँ लोक उजागर॥१॥ राम दूत अतुलित बल धामा। अंजनि-पुत्र पवनसुत नामा॥२॥";
    let page = imported(hindi);
    assert_eq!(page.text.lines().count(), 2);
    assert_eq!(found(&page, Kind::VerseNumber).len(), 2);
    let without = with(hindi, &[(Kind::VerseNumber, Treatment::LeaveOut)]);
    assert!(without.starts_with("जय हनुमान ज्ञान गुन सागर। जय कपीस तिहुँ लोक उजागर॥\n"), "{without}");
    let tamil = "அகர முதல எழுத்தெல்லாம் ஆதி ||1|| கற்றதனால் ஆய பயனென்கொல் வாலறிவன் ||2||";
    assert_eq!(imported(tamil).text.lines().count(), 2);
}
