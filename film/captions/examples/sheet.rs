//! Draws every script over a picture from bright to dark, one PNG for each aspect, to be looked at.
//!
//! `cargo run -p film-captions --example sheet -- .local/assets out/`

use std::path::PathBuf;

use film_captions::{CaptionBitmap, Fonts};
use tiny_skia::Pixmap;

/// Language and text: psalms, prayers and verses of the traditions served.
const SAMPLES: [(&str, &str); 16] = [
    ("en", "The LORD is my shepherd; I shall not want. He maketh me to lie down in green pastures"),
    ("pt", "Elevo os meus olhos para os montes: de onde me virá o socorro?"),
    ("ru", "Господь — Пастырь мой; я ни в чём не буду нуждаться: Он покоит меня на злачных пажитях"),
    ("el", "Κύριος ποιμαίνει με, καὶ οὐδέν με ὑστερήσει."),
    ("hi", "यदा यदा हि धर्मस्य ग्लानिर्भवति भारत। श्री कृष्ण, क्षत्रिय, ज्ञानविज्ञान, ट्रस्ट"),
    ("ta", "கர்த்தர் என் மேய்ப்பராயிருக்கிறார்; நான் தாழ்ச்சியடையேன். ஸ்ரீ க்ஷேத்திரம்"),
    ("bn", "আমার মাথা নত করে দাও হে তোমার চরণধুলার তলে। শ্রীকৃষ্ণ, ক্ষত্রিয়"),
    ("te", "యెహోవా నా కాపరి, నాకు లేమి కలుగదు. శ్రీకృష్ణ, స్త్రీ, క్షత్రియ"),
    ("ar", "بِسْمِ ٱللَّهِ ٱلرَّحْمَـٰنِ ٱلرَّحِيمِ ۝ ٱلْحَمْدُ لِلَّهِ رَبِّ ٱلْعَـٰلَمِينَ"),
    ("ur", "خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔ وہ مجھے ہری ہری چراگاہوں میں بٹھاتا ہے"),
    ("fa", "به نام خداوند جان و خرد، کزین برتر اندیشه برنگذرد"),
    ("he", "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃"),
    ("zh", "耶和华是我的牧者，我必不至缺乏。他使我躺卧在青草地上，领我在可安歇的水边。"),
    ("pa", "ੴ ਸਤਿ ਨਾਮੁ ਕਰਤਾ ਪੁਰਖੁ ਨਿਰਭਉ ਨਿਰਵੈਰੁ ਅਕਾਲ ਮੂਰਤਿ"),
    ("th", "พระเจ้าทรงเป็นผู้เลี้ยงแกะของข้าพเจ้า ข้าพเจ้าจะไม่ขัดสน"),
    ("ar", "قال (Psalm 23:1): «الرب راعيَّ» — the Lord is my shepherd 🙏"),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (root, out) = arguments.next().zip(arguments.next()).ok_or("usage: sheet ASSETS_ROOT OUT_FOLDER")?;
    let fonts = Fonts::load(&root)?;
    std::fs::create_dir_all(&out)?;
    for (name, frame) in [("wide", (1920, 1080)), ("tall", (1080, 1920)), ("square", (1080, 1080))] {
        let captions = SAMPLES
            .iter()
            .map(|(language, text)| fonts.draw(text, language, frame))
            .collect::<Result<Vec<CaptionBitmap>, _>>()?;
        let height = captions.iter().map(|caption| caption.height).sum();
        let mut sheet = Pixmap::new(frame.0, height).ok_or("sheet too large")?;
        let mut top = 0;
        for (row, caption) in captions.iter().enumerate() {
            sky(&mut sheet, top, caption.height, row);
            blend(&mut sheet, caption, caption.x, top);
            top += caption.height;
        }
        sheet.save_png(out.join(format!("{name}.png")))?;

        let mut card = Pixmap::new(frame.0, frame.1).ok_or("card too large")?;
        sky(&mut card, 0, frame.1, 1);
        let title = fonts.draw_title("The Lord Is My Shepherd", Some("Psalm 23"), "en", frame)?;
        blend(&mut card, &title, title.x, title.y);
        let caption = fonts.draw(SAMPLES[0].1, "en", frame)?;
        blend(&mut card, &caption, caption.x, caption.y);
        card.save_png(out.join(format!("{name}-title.png")))?;
    }
    Ok(())
}

/// Bright on the left to dark on the right, with coarse grain: the picture a caption must bear.
fn sky(sheet: &mut Pixmap, top: u32, height: u32, seed: usize) {
    let width = sheet.width();
    for y in top..top + height {
        for x in 0..width {
            let across = x as f32 / width as f32;
            let grain = (((x / 24) * 7 + (y / 24) * 13 + seed as u32 * 5) % 11) as f32 * 5.0 - 25.0;
            let value = |light: f32, dark: f32| {
                let even = light + (dark - light) * across;
                (even + grain).clamp(0.0, 255.0) as u8
            };
            let at = ((y * width + x) * 4) as usize;
            let pixel = [value(255.0, 12.0), value(244.0, 18.0), value(224.0, 44.0), 255];
            sheet.data_mut()[at..at + 4].copy_from_slice(&pixel);
        }
    }
}

fn blend(sheet: &mut Pixmap, caption: &CaptionBitmap, left: u32, top: u32) {
    let width = sheet.width();
    for (index, pixel) in caption.rgba.chunks_exact(4).enumerate() {
        let (x, y) = (left + index as u32 % caption.width, top + index as u32 / caption.width);
        if y >= sheet.height() {
            break;
        }
        let at = ((y * width + x) * 4) as usize;
        let alpha = f32::from(pixel[3]) / 255.0;
        for (under, over) in sheet.data_mut()[at..at + 3].iter_mut().zip(pixel) {
            *under = (f32::from(*over) * alpha + f32::from(*under) * (1.0 - alpha)) as u8;
        }
    }
}
