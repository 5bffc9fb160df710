//! Generated texts that are hard to segment and to draw.

use proptest::prelude::*;

/// Any text, with much white space, punctuation, marks and right-to-left in it.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "\\PC{1,8}",
        3 => "[ \n\r\t\u{200B}\u{A0}]{1,2}",
        2 => "[.,;:!?।۔。—\"»)]",
        2 => "[\u{300}-\u{310}\u{64B}-\u{652}\u{200D}\u{FE0F}🏽👩]{1,3}",
        2 => "[א-ת ا-ي]{1,9}",
        2 => "[क-ह्\u{93E}-\u{94D} ]{1,9}",
        2 => "[耶和华是我的牧者，。]{1,9}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}
