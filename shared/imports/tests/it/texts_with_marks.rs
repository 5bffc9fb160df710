//! Plain text, and text with the marks of chats and word processors.

use imports::{Format, Kind, Options, Treatment, import};

use crate::{found, imported, spans_hold_their_words, with};

#[test]
fn plain_text_stays_plain_byte_for_byte_but_for_its_line_ends() {
    for text in [
        "The LORD is my shepherd;  I shall not want.\n\n  He leadeth me —\tbeside the still waters. \n",
        "1. The LORD is my shepherd. 2. He maketh me to lie down.",
        "In 1611 the 47 men (all of them) read Job 3:5 & wept < 3 days > \\ {so} *",
        "अ॒ग्निमी॑ळे पु॒रोहि॑तं य॒ज्ञस्य॑",
        "ذَٰلِكَ ٱلْكِتَٰبُ لَا رَيْبَ ۛ فِيهِ ۛ هُدًى ﷺ",
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
        "主は私の羊飼い。ＡＢＣ１",
        "Dear Ana, I pray. [God] is good. Amen",
        "",
        " \n ",
    ] {
        let plain = imported(text);
        assert_eq!((plain.format, plain.text.as_str()), (Format::Plain, text));
        assert_eq!(imported(&format!("\u{feff}{}", text.replace('\n', "\r\n"))).text, text);
        assert_eq!(imported(&text.replace('\n', "\r")).text, text);
    }
}

#[test]
fn labels_and_numbers_of_plain_text_are_found_and_stay() {
    let text = "[Verse 1]\nAmazing grace\n\n(Chorus) x2\nPraise God";
    let plain = imported(text);
    assert_eq!((plain.format, plain.text.as_str()), (Format::Plain, text));
    assert_eq!(found(&plain, Kind::Label), ["[Verse 1]", "(Chorus)"]);
    assert_eq!(found(&plain, Kind::Repeat), ["x2"]);
    assert_eq!(
        with(text, &[(Kind::Label, Treatment::LeaveOut), (Kind::Repeat, Treatment::LeaveOut)]),
        "Amazing grace\n\nPraise God"
    );
    spans_hold_their_words(text, &plain);
}

#[test]
fn a_forwarded_message_loses_its_marks() {
    let source = "*Good morning* 🙏🏽\n\n_God is faithful_ and ~never~ always near.\n• Pray\n• Give thanks\n\
                  https://example.org/x?a=1 #blessed\n";
    let message = imported(source);
    assert_eq!(message.format, Format::Marked);
    assert_eq!(message.title.as_deref(), Some("Good morning"));
    assert_eq!(message.text, "Good morning 🙏🏽\n\nGod is faithful and never always near.\nPray\nGive thanks");
    assert_eq!(found(&message, Kind::Link), ["https://example.org/x?a=1", "#blessed"]);
    assert_eq!(found(&message, Kind::Bullet).len(), 2);
    spans_hold_their_words(source, &message);
    // It can be undone.
    let plain = Options { format: Some(Format::Plain), ..Options::default() };
    assert_eq!(import(source, &plain).expect("plain text").text, source);
}

#[test]
fn a_chat_as_it_is_exported_is_its_messages() {
    let chat = imported(
        "[12/03/2024, 07:45:10] Ana: Messages and calls are end-to-end encrypted.\n\u{200e}[12/03/2024, 07:46:00] \
        Ana: The \
         LORD is my light:\nwhom shall I fear?\n[12/03/2024, 07:50:00] Ben Cohen: Amen\n",
    );
    assert_eq!(chat.format, Format::Chat);
    assert_eq!(chat.text, "The LORD is my light:\nwhom shall I fear?\n\nAmen");
    assert_eq!(found(&chat, Kind::Sender), ["Ana:", "Ana:", "Ben Cohen:"]);
    let android = imported("12/03/24, 7:45 am - Ana: Be still\n12/03/24, 7:46 am - Ben: and know");
    assert_eq!(android.text, "Be still\n\nand know");
}

#[test]
fn an_outline_from_a_word_processor_loses_bullets_and_numbers() {
    let source = "The Good Shepherd\r\n\r\nI.\tHe leads\r\n\u{f0b7}\tbeside still waters\r\n\u{f0a7}\u{a0}in right \
                  paths\r\nA.\tHe restores\r\no\tthe soul\r\n\u{f0e0} forever\r\n";
    let outline = imported(source);
    assert_eq!(outline.format, Format::Marked);
    assert_eq!(outline.title.as_deref(), Some("The Good Shepherd"));
    assert_eq!(
        outline.text.replace('\u{a0}', ""),
        "The Good Shepherd\n\nHe leads\nbeside still waters\nin right paths\nHe restores\nthe soul\nforever\n"
    );
    assert_eq!(found(&outline, Kind::Bullet).len(), 4);
    assert_eq!(found(&outline, Kind::ListNumber), ["I.", "A."]);
}

#[test]
fn callers_of_notes_are_left_out_and_letters_in_another_form_are_plain() {
    let source = "𝐅𝐨𝐫 𝐆𝐨𝐝 so loved the world,ᵃ that he gave his Son.[b] He will save* the ﬁrst world²";
    let text = imported(source);
    assert_eq!(text.text, "For God so loved the world, that he gave his Son. He will save the first world");
    assert_eq!(found(&text, Kind::NoteCaller), ["ᵃ", "[b]", "*", "²"]);
    assert_eq!(found(&text, Kind::LetterForm), ["𝐅𝐨𝐫", "𝐆𝐨𝐝", "ﬁ"]);
    let styled = with(source, &[(Kind::LetterForm, Treatment::Show)]);
    assert!(styled.starts_with("𝐅𝐨𝐫 𝐆𝐨𝐝 so"), "{styled}");
    spans_hold_their_words(source, &text);
}

#[test]
fn each_part_says_how_many_there_are_and_what_is_done_with_them() {
    let text = imported("The Word,[a] and the Word.[b] (All stand) Amen");
    let callers = text.parts.iter().find(|part| part.kind == Kind::NoteCaller).expect("callers");
    assert_eq!((callers.count, callers.treatment, callers.example.as_str()), (2, Treatment::LeaveOut, "[a]"));
    let directions = text.parts.iter().find(|part| part.kind == Kind::Direction).expect("directions");
    assert_eq!((directions.count, directions.default), (1, Treatment::Show));
}
