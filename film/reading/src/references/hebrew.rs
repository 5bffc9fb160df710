//! Numbers that are written with Hebrew letters.

/// The value of a number such as `כ״ג`, `א׳` or, without marks, `קיט`: hundreds, tens, ones in falling order, or 15 and
/// 16 as טו and טז. `folded` has plain marks.
pub(crate) fn value(folded: &str) -> Option<u32> {
    let mut total = 0;
    let mut last = u32::MAX;
    let mut letters = 0;
    for c in folded.chars().filter(|c| !matches!(c, '\'' | '"')) {
        let worth = match c {
            'א'..='ט' => c as u32 - 'א' as u32 + 1,
            'י' => 10,
            'כ' => 20,
            'ל' => 30,
            'מ' => 40,
            'נ' => 50,
            'ס' => 60,
            'ע' => 70,
            'פ' => 80,
            'צ' => 90,
            'ק' => 100,
            'ר' => 200,
            'ש' => 300,
            'ת' => 400,
            _ => return None,
        };
        let nine = last == 9 && (worth == 6 || worth == 7);
        if worth >= last && !nine {
            return None;
        }
        (total, last, letters) = (total + worth, worth, letters + 1);
    }
    (1..=4).contains(&letters).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_count_as_they_do_in_scripture() {
        for (written, number) in
            [("א'", 1), ("כ\"ג", 23), ("טו", 15), ("ט\"ז", 16), ("קיט", 119), ("קע\"ו", 176), ("מ\"ו", 46)]
        {
            assert_eq!(value(written), Some(number), "{written}");
        }
        for word in ["", "שלום", "אב", "בראשית", "x"] {
            assert_eq!(value(word), None, "{word}");
        }
    }
}
