//! HTML and Markdown.

use imports::{Format, Kind, Options, Treatment, import};

use crate::{found, imported, with};

#[test]
fn a_fragment_of_html_is_its_words() {
    let fragment = imported("God&rsquo;s love &amp; mercy<br/>endure");
    assert_eq!((fragment.format, fragment.text.as_str()), (Format::Html, "God’s love & mercy\nendure"));
    let entities = imported("God&rsquo;s love &amp; mercy\nendure\n\nfor ever");
    assert_eq!(entities.text, "God’s love & mercy\nendure\n\nfor ever");
}

#[test]
fn a_page_of_html_leaves_what_is_not_its_text() {
    let page = imported(
        r#"<!DOCTYPE html><html lang="en-GB"><head><title>Psalm 23 | A site</title><style>p{color:red}</style>
        <script>if (a < b) { alert("<p>no</p>") }</script>
        </head><body><nav><a href="/">Home</a> <a href="/n">Next</a></nav>
        <h1>Psalm 23</h1><h3>The  Shepherd</h3>
        <p><span class="chapternum">23 </span>The <span style="font-variant: small-caps">Lord</span> is my
        shepherd;<sup class="footnote">[<a href="f">a</a>]</sup> I shall not want.
        <sup class="versenum">2&nbsp;</sup>He maketh me to <i>lie</i> down.</p>
        <p style="display: none">hidden</p><p hidden>gone</p><img src="x" alt="a lamb">
        <div class="footnotes"><h4>Footnotes</h4><ol><li>Or <b>pastor</b></li></ol></div>
        <p class="copyright">Public domain.</p></body></html>"#,
    );
    assert_eq!(page.format, Format::Html);
    assert_eq!(page.title.as_deref(), Some("Psalm 23"));
    assert_eq!(page.language.as_deref(), Some("en-GB"));
    assert_eq!(
        page.text,
        "Psalm 23\n\nThe Shepherd\n\nThe Lord is my shepherd; I shall not want.\n² He maketh me to lie down."
    );
    assert_eq!(found(&page, Kind::NoteCaller), ["[a]"]);
    assert_eq!(found(&page, Kind::Note), ["[Footnotes Or pastor]"]);
    assert_eq!(found(&page, Kind::ChapterNumber), ["23"]);
    assert_eq!(found(&page, Kind::Picture), ["[a lamb]"]);
}

#[test]
fn raised_numbers_are_verses_or_callers_by_what_is_around_them() {
    let text = imported(
        "<p><sup>1</sup>In the beginning<sup>2</sup> was the Word. <sup>2</sup>The same, the 2<sup>nd</sup></p>",
    );
    assert_eq!(text.text, "¹ In the beginning was the Word.\n² The same, the 2nd");
}

#[test]
fn html_that_is_damaged_keeps_its_words() {
    let text = imported("<p>The <b>LORD is <p>my shepherd</i></div> I <span class=x>shall < not & want");
    assert_eq!(text.text, "The LORD is\n\nmy shepherd\nI shall < not & want");
}

#[test]
fn markdown_is_its_words_in_their_lines() {
    let source = "# Blessing\n\n- God is **faithful**\n- God is _near_\n\nSee [Psalm 23](https://example.org/ps23) and \
                  \\*this\\*,\nline by line.\n\n1. First\n2. Second\n\n> So be it\n\n---\n\n[ref]: \
                  https://example.org\n[Chorus]: Praise";
    let text = imported(source);
    assert_eq!(text.format, Format::Markdown);
    assert_eq!(text.title.as_deref(), Some("Blessing"));
    assert_eq!(
        text.text,
        "Blessing\n\nGod is faithful\nGod is near\n\nSee Psalm 23 and *this*,\nline by line.\n\nFirst\nSecond\n\nSo \
        be it\n\n\
         [Chorus]: Praise"
    );
    assert_eq!(found(&text, Kind::Heading), ["Blessing"]);
    assert_eq!(found(&text, Kind::ListNumber), ["1.", "2."]);
    assert_eq!(found(&text, Kind::Bullet).len(), 2);
    assert!(found(&text, Kind::Link).iter().any(|link| link.contains("https://example.org/ps23")));
    let plain = Options { format: Some(Format::Plain), ..Options::default() };
    assert_eq!(import(source, &plain).expect("plain text").text, source);
}

#[test]
fn stars_in_a_poem_are_no_markdown() {
    let poem = "O day * of light\nO night * of stars\n2 * 3";
    assert_eq!((imported(poem).format, imported(poem).text.as_str()), (Format::Plain, poem));
}

#[test]
fn headings_of_markdown_can_be_left_out() {
    let text = with("# Blessing\n\n**Amen**", &[(Kind::Heading, Treatment::LeaveOut)]);
    assert_eq!(text, "Amen");
}
