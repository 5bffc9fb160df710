//! Names and words of Hebrew scripture and prayer that the model, which was trained on modern prose, points wrongly or
//! not reliably. The points are those of the Masoretic text and of the common prayer books.

/// Names, also behind one letter that is written together with them (*and*, *in*, *to*, *the*, *from*, *as*, *that*).
const NAMES: &[(&str, &str)] = &[
    ("אברהם", "אַבְרָהָם"),
    ("אהרן", "אַהֲרֹן"),
    ("אליהו", "אֵלִיָּהוּ"),
    ("דוד", "דָּוִד"),
    ("יהודה", "יְהוּדָה"),
    ("יוסף", "יוֹסֵף"),
    ("יעקב", "יַעֲקֹב"),
    ("יצחק", "יִצְחָק"),
    ("ירושלים", "יְרוּשָׁלַיִם"),
    ("ירושלם", "יְרוּשָׁלַיִם"),
    ("ישוע", "יֵשׁוּעַ"),
    ("ישעיהו", "יְשַׁעְיָהוּ"),
    ("ישראל", "יִשְׂרָאֵל"),
    ("לאה", "לֵאָה"),
    ("מרים", "מִרְיָם"),
    ("משה", "מֹשֶׁה"),
    ("נח", "נֹחַ"),
    ("ציון", "צִיּוֹן"),
    ("רבקה", "רִבְקָה"),
    ("רות", "רוּת"),
    ("רחל", "רָחֵל"),
    ("שלמה", "שְׁלֹמֹה"),
    ("שרה", "שָׂרָה"),
];

/// Words that are read in one way only.
const WORDS: &[(&str, &str)] = &[
    ("אדני", "אֲדֹנָי"),
    ("אחד", "אֶחָד"),
    ("אלהיך", "אֱלֹהֶיךָ"),
    ("אלהיכם", "אֱלֹהֵיכֶם"),
    ("אלהינו", "אֱלֹהֵינוּ"),
    ("אלוהינו", "אֱלוֹהֵינוּ"),
    ("אמן", "אָמֵן"),
    ("במצותיו", "בְּמִצְווֹתָיו"),
    ("במצוותיו", "בְּמִצְווֹתָיו"),
    ("הללויה", "הַלְלוּיָהּ"),
    ("ואהבת", "וְאָהַבְתָּ"),
    ("וצונו", "וְצִוָּנוּ"),
    ("וציוונו", "וְצִוָּנוּ"),
    ("לבבך", "לְבָבְךָ"),
    ("מאדך", "מְאֹדֶךָ"),
    ("נפשך", "נַפְשְׁךָ"),
    ("סלה", "סֶלָה"),
    ("קדשנו", "קִדְּשָׁנוּ"),
    ("תהלים", "תְּהִלִּים"),
];

/// Words that are read so before or behind another word: *hear, O Israel*, *the Lord is my shepherd*, *king of the
/// world*.
const BESIDE: &[(&str, &str, &str)] =
    &[("שמע", "ישראל", "שְׁמַע"), ("רעי", "אדוני", "רֹעִי"), ("רעי", "אדני", "רֹעִי"), ("מלך", "העולם", "מֶלֶךְ")];

/// What may stand before a name within its word.
const PREFIXES: &[char] = &['ו', 'ב', 'ל', 'ה', 'מ', 'כ', 'ש'];

/// The points of a word that stands in the tables, from the word as the model has pointed it and the words beside it.
pub(super) fn points(pointed: &str, beside: [&str; 2]) -> Option<String> {
    // Points count as alphabetic in Unicode.
    let is_letter = |c: &char| matches!(c, 'א'..='ת');
    let letters = |word: &str| word.chars().filter(is_letter).collect::<String>();
    let bare = letters(pointed);
    let beside = beside.map(letters);
    let by_neighbour =
        BESIDE.iter().find(|(word, near, _)| *word == bare && beside.iter().any(|word| word == near));
    if let Some((_, _, points)) = by_neighbour {
        return Some((*points).to_owned());
    }
    if let Some((_, points)) = WORDS.iter().chain(NAMES).find(|(word, _)| *word == bare) {
        return Some((*points).to_owned());
    }
    let name = bare.strip_prefix(PREFIXES)?;
    let (_, points) = NAMES.iter().find(|(word, _)| *word == name)?;
    let second = pointed.char_indices().filter(|(_, c)| is_letter(c)).nth(1)?.0;
    Some(format!("{}{points}", &pointed[..second]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_points_behind_a_prefix() {
        assert_eq!(points("דּוֹד", ["", ""]).as_deref(), Some("דָּוִד"));
        assert_eq!(points("לְדוֹד", ["מזמור", ""]).as_deref(), Some("לְדָּוִד"));
        assert_eq!(points("דּוֹדִי", ["", ""]), None);
    }

    #[test]
    fn a_word_is_read_by_its_neighbour() {
        assert_eq!(points("שָׁמַע", ["", "ישראל"]).as_deref(), Some("שְׁמַע"));
        assert_eq!(points("שָׁמַע", ["", "קול"]), None);
        assert_eq!(points("רֵעִי", ["אדוני", "לא"]).as_deref(), Some("רֹעִי"));
    }
}
