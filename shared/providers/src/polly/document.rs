//! What is sent for a part of a script, and the way back from a byte of it to a byte of the script.

use std::ops::Range;

/// A part of a script as Polly reads it: plain, or SSML where the pace is not the voice's own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    /// The text or the SSML.
    pub(super) body: String,
    pub(super) is_ssml: bool,
    /// For every character of the part its first byte in `body` and in the script, in order.
    origins: Vec<(usize, usize)>,
    /// The end of the part in the script.
    end: usize,
}

impl Document {
    /// The part `span` of a script, at `percent` of the voice's pace.
    ///
    /// The whole part is one prosody element: generative voices take it around full sentences only.
    pub(super) fn new(script: &str, span: Range<usize>, percent: u32) -> Self {
        let is_ssml = percent != 100;
        let mut body = String::new();
        if is_ssml {
            body.push_str(&format!(r#"<speak><prosody rate="{percent}%">"#));
        }
        let mut origins = Vec::with_capacity(span.len());
        for (at, c) in script[span.clone()].char_indices() {
            origins.push((body.len(), span.start + at));
            match escaped(c) {
                Some(entity) if is_ssml => body.push_str(entity),
                // Control characters are not allowed in XML in any spelling, and nobody can hear them.
                _ if c.is_control() => body.push(' '),
                _ => body.push(c),
            }
        }
        if is_ssml {
            body.push_str("</prosody></speak>");
        }
        Self { body, is_ssml, origins, end: span.end }
    }

    /// The bytes of the script that bytes of the body stand for: whole characters, whatever the offsets were.
    pub(super) fn in_script(&self, bytes: Range<usize>) -> Range<usize> {
        let containing = self.origins.partition_point(|(body, _)| *body <= bytes.start).saturating_sub(1);
        let after = self.origins.partition_point(|(body, _)| *body < bytes.end);
        let byte = |index: usize| self.origins.get(index).map_or(self.end, |(_, script)| *script);
        let start = byte(containing);
        start..byte(after).max(start)
    }
}

/// Five characters mean something else in XML
/// (<https://docs.aws.amazon.com/polly/latest/dg/escapees.html>).
pub(super) fn escaped(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&apos;"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn at_the_voices_own_pace_the_text_is_sent_as_it_stands() {
        let text = "Rock & यहोवा";
        let document = Document::new(text, 5..text.len(), 100);
        assert_eq!((document.body.as_str(), document.is_ssml), ("& यहोवा", false));
        let start = document.body.find("यहोवा").unwrap();
        assert_eq!(&text[document.in_script(start..document.body.len())], "यहोवा");
    }

    #[test]
    fn at_another_pace_marks_lead_back_through_tags_and_entities() {
        let text = "Salt & <light>: don't fear.\u{7}";
        let document = Document::new(text, 0..text.len(), 85);
        assert_eq!(
            document.body,
            "<speak><prosody rate=\"85%\">Salt &amp; &lt;light&gt;: don&apos;t fear. </prosody></speak>"
        );
        for (sent, written) in [("Salt", "Salt"), ("light", "light"), ("don&apos;t", "don't"), ("&amp;", "&")]
        {
            let start = document.body.find(sent).unwrap();
            assert_eq!(&text[document.in_script(start..start + sent.len())], written);
        }
    }

    proptest! {
        #[test]
        fn offsets_lead_to_whole_characters_of_the_part(
            text in "\\PC{0,40}[&<>'\"\u{0}-\u{1f}]{0,4}\\PC{0,40}",
            percent in prop::sample::select(vec![50_u32, 100, 200]),
            start in 0_usize..400,
            length in 0_usize..400,
        ) {
            let document = Document::new(&text, 0..text.len(), percent);
            let span = document.in_script(start..start + length);
            prop_assert!(span.start <= span.end && text.get(span).is_some());
            prop_assert_eq!(document.in_script(0..document.body.len()), 0..text.len());
        }
    }
}
