//! The text or SSML that is sent for a part of the text, and the mapping from its bytes back to bytes of the text.

use std::ops::Range;

/// A part of the text in the form that Polly gets: plain, or as SSML when the pace is not the voice's own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    /// Plain text, or an SSML document.
    pub(super) body: String,
    pub(super) is_ssml: bool,
    /// For every character of the part, in order: its first byte in `body`, and its first byte in the text.
    origins: Vec<(usize, usize)>,
    /// The end of the part in the text, in bytes.
    end: usize,
}

impl Document {
    /// The part `span` (bytes) of `text`, spoken at `percent` of the voice's pace.
    ///
    /// One prosody element encloses the whole part, because generative voices accept it around whole sentences only.
    pub(super) fn new(text: &str, span: Range<usize>, percent: u32) -> Self {
        let is_ssml = percent != 100;
        let mut body = String::new();
        if is_ssml {
            body.push_str(&format!(r#"<speak><prosody rate="{percent}%">"#));
        }
        let mut origins = Vec::with_capacity(span.len());
        for (at, c) in text[span.clone()].char_indices() {
            origins.push((body.len(), span.start + at));
            match escaped(c) {
                Some(entity) if is_ssml => body.push_str(entity),
                // XML allows control characters neither literally nor as references, and they are not audible.
                _ if c.is_control() => body.push(' '),
                _ => body.push(c),
            }
        }
        if is_ssml {
            body.push_str("</prosody></speak>");
        }
        Self { body, is_ssml, origins, end: span.end }
    }

    /// The bytes of the text that `bytes` of the body stand for, widened to whole characters.
    pub(super) fn span_in_text(&self, bytes: Range<usize>) -> Range<usize> {
        let containing = self.origins.partition_point(|(body, _)| *body <= bytes.start).saturating_sub(1);
        let after = self.origins.partition_point(|(body, _)| *body < bytes.end);
        let byte = |index: usize| self.origins.get(index).map_or(self.end, |(_, text)| *text);
        let start = byte(containing);
        start..byte(after).max(start)
    }
}

/// The XML entity of a character that has a meaning in XML, as Polly requires
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
    fn at_the_voices_own_pace_the_text_is_sent_unchanged() {
        let text = "Rock & यहोवा";
        let document = Document::new(text, 5..text.len(), 100);
        assert_eq!((document.body.as_str(), document.is_ssml), ("& यहोवा", false));
        let start = document.body.find("यहोवा").unwrap();
        assert_eq!(&text[document.span_in_text(start..document.body.len())], "यहोवा");
    }

    #[test]
    fn at_another_pace_spans_map_back_through_tags_and_entities() {
        let text = "Salt & <light>: don't fear.\u{7}";
        let document = Document::new(text, 0..text.len(), 85);
        assert_eq!(
            document.body,
            "<speak><prosody rate=\"85%\">Salt &amp; &lt;light&gt;: don&apos;t fear. </prosody></speak>"
        );
        for (sent, written) in [("Salt", "Salt"), ("light", "light"), ("don&apos;t", "don't"), ("&amp;", "&")]
        {
            let start = document.body.find(sent).unwrap();
            assert_eq!(&text[document.span_in_text(start..start + sent.len())], written);
        }
    }

    proptest! {
        #[test]
        fn spans_map_back_to_whole_characters(
            text in "\\PC{0,40}[&<>'\"\u{0}-\u{1f}]{0,4}\\PC{0,40}",
            percent in prop::sample::select(vec![50_u32, 100, 200]),
            start in 0_usize..400,
            length in 0_usize..400,
        ) {
            let document = Document::new(&text, 0..text.len(), percent);
            let span = document.span_in_text(start..start + length);
            prop_assert!(span.start <= span.end && text.get(span).is_some());
            prop_assert_eq!(document.span_in_text(0..document.body.len()), 0..text.len());
        }
    }
}
