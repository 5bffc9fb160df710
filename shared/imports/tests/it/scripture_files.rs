//! USFM, USX and OSIS.

use imports::{Format, ImportError, Kind, Options, Treatment, import};

use crate::{found, imported, with};

const USFM: &str = r#"\id PSA - King James Version
\ide UTF-8
\h Psalms
\toc1 The Book of Psalms
\mt1 The Book of Psalms
\c 23
\s1 The Good Shepherd
\r (John 10:11)
\d A Psalm of David.
\q1
\v 1 The \nd Lord\nd* \+w is|lemma="to be" strong="H1961"\+w*
my \w shepherd|strong="H7462"\w*;\f + \fr 23:1 \ft Or \fqa pastor\f*
\q2 I shall not want.
\q1
\v 2 He maketh me to lie down in green pastures:\x - \xo 23:2 \xt Ezek 34:14\x*
\q2 he leadeth me beside the still waters. \qs Selah\qs*
\b
\q1
\v 3-4 He restoreth \zmy-own my\zmy-own* soul.
"#;

#[test]
fn usfm_gives_its_verses_and_leaves_its_notes() {
    let psalm = imported(USFM);
    assert_eq!(psalm.format, Format::Usfm);
    assert_eq!(psalm.title.as_deref(), Some("Psalms 23"));
    assert_eq!(
        psalm.text,
        "A Psalm of David.\n¹ The Lord is my shepherd;\nI shall not want.\n² He maketh me to lie down in green \
         pastures:\nhe leadeth me beside the still waters. Selah\n\n³⁻⁴ He restoreth my soul."
    );
    assert_eq!(found(&psalm, Kind::Note), ["[Or pastor]"]);
    assert_eq!(found(&psalm, Kind::CrossReference), ["(John 10:11)", "[Ezek 34:14]"]);
    assert_eq!(found(&psalm, Kind::Heading), ["The Book of Psalms", "The Good Shepherd"]);
    assert_eq!(found(&psalm, Kind::ChapterNumber), ["23"]);
}

#[test]
fn a_choice_keeps_notes_and_headings() {
    let text = with(USFM, &[(Kind::Note, Treatment::Read), (Kind::Heading, Treatment::Read)]);
    assert!(text.contains("shepherd; [Or pastor]\n"), "{text}");
    assert!(text.starts_with("The Book of Psalms\n\nThe Good Shepherd\n\nA Psalm of David.\n"), "{text}");
}

#[test]
fn a_fragment_of_usfm_is_enough() {
    let verse = imported(r"\v 1 In the beginning was the Word,\f + \fr 1:1 \ft Or Logos\f* and …");
    assert_eq!(verse.text, "¹ In the beginning was the Word, and …");
    assert_eq!(verse.title, None);
    let damaged = imported("\\p \\v 1 In the \\nd beginning\n\\v 2 \\f + \\ft never closed\n\\p The earth");
    assert!(
        damaged.text.contains("In the beginning") && damaged.text.contains("The earth"),
        "{}",
        damaged.text
    );
}

#[test]
fn a_long_book_of_usfm_is_read_whole() {
    let verses =
        (1..=900).map(|n| format!("\\v {n} And word{n} was\\f + \\fr 1:{n} \\ft note{n}\\f* said.\n"));
    let book = imported(&format!("\\c 1\n\\p\n{}", verses.collect::<String>()));
    assert_eq!(found(&book, Kind::Note).len(), 900);
    assert_eq!(found(&book, Kind::VerseNumber).len(), 900);
    assert!((1..=900).all(|n| book.text.contains(&format!("And word{n} was said."))));
}

const USX: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<usx version="3.0">
  <book code="JHN" style="id">KJV</book>
  <para style="h">John</para>
  <para style="mt1">The Gospel According to St John</para>
  <chapter number="1" style="c" sid="JHN 1"/>
  <para style="s1">The Word</para>
  <para style="p">
    <verse number="1" style="v" sid="JHN 1:1"/>In the beginning was the
    <char style="w" strong="G3056">Word</char>,<note caller="+" style="f"><char style="fr">1:1 </char><char
    style="ft">Or Logos</char></note> and the Word was with God.<verse eid="JHN 1:1"/>
    <verse number="2" style="v" sid="JHN 1:2"/>The same was in the beginning with God.<verse eid="JHN 1:2"/></para>
  <para style="q1"><verse number="3" style="v" sid="JHN 1:3"/>All things &amp; more were made by him;</para>
  <para style="q2">and without him was not any thing made.<verse eid="JHN 1:3"/></para>
  <chapter eid="JHN 1"/>
</usx>"#;

#[test]
fn usx_gives_its_verses_and_leaves_its_notes() {
    let john = imported(USX);
    assert_eq!(john.format, Format::Usx);
    assert_eq!(john.title.as_deref(), Some("John 1"));
    assert_eq!(
        john.text,
        "¹ In the beginning was the Word, and the Word was with God.\n² The same was in the beginning with God.\n³ All \
         things & more were made by him;\nand without him was not any thing made."
    );
    assert_eq!(found(&john, Kind::Note), ["[Or Logos]"]);
}

const OSIS: &str = r#"<osis xmlns="http://www.bibletechnologies.net/2003/OSIS/namespace">
<osisText osisIDWork="KJV" xml:lang="en">
<header><work osisWork="KJV"><title>King James Version</title></work></header>
<div type="book" osisID="Gen"><title type="main">Genesis</title>
<chapter sID="Gen.1" osisID="Gen.1"/><title>The Creation</title>
<p><verse sID="Gen.1.1" osisID="Gen.1.1"/>In the beginning
<w lemma="strong:H0430">God</w> created the heaven<note type="study">Or sky</note> and the earth.<verse eID="Gen.1.1"/>
<verse sID="Gen.1.2" osisID="Gen.1.2"/>And the
<transChange type="added">earth</transChange> was without form.<verse eID="Gen.1.2"/></p>
<chapter eID="Gen.1"/></div></osisText></osis>"#;

#[test]
fn osis_with_milestones_gives_its_verses() {
    let genesis = imported(OSIS);
    assert_eq!(genesis.format, Format::Osis);
    assert_eq!(genesis.title.as_deref(), Some("Genesis 1"));
    assert_eq!(genesis.language.as_deref(), Some("en"));
    assert_eq!(
        genesis.text,
        "¹ In the beginning God created the heaven and the earth.\n² And the earth was without form."
    );
}

#[test]
fn osis_with_containers_gives_its_verses() {
    let psalm = imported(
        r#"<chapter osisID="Ps.23"><title type="psalm" canonical="true">A Psalm of David.</title>
        <lg><l><verse osisID="Ps.23.1">The <divineName>Lord</divineName> is my shepherd;</verse></l>
        <l>I shall not want.</l></lg></chapter>"#,
    );
    assert_eq!(psalm.format, Format::Osis);
    assert_eq!(psalm.text, "A Psalm of David.\n\n¹ The Lord is my shepherd;\nI shall not want.");
}

#[test]
fn document_types_and_entities_are_refused_and_damage_is_named() {
    let refused = |source| import(source, &Options::default()).expect_err("a refusal");
    let bomb = r#"<!DOCTYPE osis [<!ENTITY a "aaaa">]><osis><verse osisID="Gen.1.1">&a;</verse></osis>"#;
    assert_eq!(refused(bomb), ImportError::DocumentType);
    assert_eq!(refused("<usx><para style=\"p\">&bomb;</para></usx>"), ImportError::DocumentType);
    let damaged = refused("<usx><para style=\"p\">Amen</usx>");
    assert!(matches!(damaged, ImportError::Xml { at: 25, .. }), "{damaged:?}");
    assert!(damaged.to_string().contains("`plain`"));
}
