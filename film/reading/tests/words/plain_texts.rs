//! Scripture in ten languages, from translations in the public domain, in which nothing is a reference, an
//! abbreviation or a number that needs words: the stage must leave every byte of it.

use film_reading::{Kind, Options, read};

/// King James 1769, Reina-Valera 1909, Almeida 1898, Segond 1910, Diodati 1885, Luther 1912, Hindi Bible 1905,
/// Tamil Union Version 1871, Van Dyck 1865, and the Hebrew Bible without points.
const TEXTS: &[(&str, &str)] = &[
    (
        "en",
        "In the beginning God created the heaven and the earth. And the earth was without form, and void; and \
         darkness was upon the face of the deep. And the Spirit of God moved upon the face of the waters. And \
         God said, Let there be light: and there was light. I am the LORD thy God. Mark the perfect man, and \
         behold the upright. Is any among you afflicted? let him pray. Am I my brother's keeper? For I am \
         persuaded, that neither death, nor life, nor angels, shall be able to separate us. The song of \
         songs. Acts of kindness and numbers of days; judges and kings.",
    ),
    (
        "es",
        "EN el principio crió Dios los cielos y la tierra. Y la tierra estaba desordenada y vacía, y las \
         tinieblas estaban sobre la haz del abismo. Jehová es mi pastor; nada me faltará. En lugares de \
         delicados pastos me hará yacer. Mi alma le alaba. Los hechos de los romanos y los números de los \
         jueces, y los hebreos de Santiago.",
    ),
    (
        "pt",
        "No princípio criou Deus os céus e a terra. E a terra era sem forma e vazia; e havia trevas sobre a \
         face do abismo. O Senhor é o meu pastor, nada me faltará. Deitar-me faz em verdes pastos. Os atos de \
         João e a sabedoria de Judas.",
    ),
    (
        "fr",
        "Au commencement, Dieu créa les cieux et la terre. La terre était informe et vide; il y avait des \
         ténèbres à la surface de l'abîme. L'Éternel est mon berger: je ne manquerai de rien. Il me fait \
         reposer dans de verts pâturages. Les actes de Jean et la sagesse de Marc. Il s'en va.",
    ),
    (
        "it",
        "NEL principio Iddio creò i cieli e la terra. E la terra era una cosa deserta e vacua; e tenebre \
         erano sopra la faccia dell'abisso. Il Signore è il mio pastore: nulla mi mancherà. Egli mi fa \
         giacere in paschi erbosi. Gli atti di Marco vi sono di parte di molti.",
    ),
    (
        "de",
        "Am Anfang schuf Gott Himmel und Erde. Und die Erde war wüst und leer, und es war finster auf der \
         Tiefe; und der Geist Gottes schwebte auf dem Wasser. Der HERR ist mein Hirte; mir wird nichts \
         mangeln. Er weidet mich auf einer grünen Aue. Die Richter und die Könige, Markus und die Römer.",
    ),
    (
        "hi",
        "आदि में परमेश्वर ने आकाश और पृथ्वी की सृष्टि की। और पृथ्वी बेडौल और सुनसान पड़ी थी। यहोवा मेरा \
         चरवाहा है, मुझे कुछ घटी न होगी। राजा और न्यायियों की गिनती हुई, और मर गए लोग।",
    ),
    (
        "ta",
        "ஆதியிலே தேவன் வானத்தையும் பூமியையும் சிருஷ்டித்தார். பூமியானது ஒழுங்கின்மையும் வெறுமையுமாய் \
         இருந்தது. கர்த்தர் என் மேய்ப்பராயிருக்கிறார்; நான் தாழ்ச்சியடையேன்.",
    ),
    (
        "ar",
        "في البدء خلق الله السماوات والارض. وكانت الارض خربة وخالية وعلى وجه الغمر ظلمة. الرب راعي فلا يعوزني \
         شيء. متى جاء يوحنا والملوك في الخروج.",
    ),
    (
        "he",
        "בראשית ברא אלהים את השמים ואת הארץ. והארץ היתה תהו ובהו וחשך על פני תהום. מזמור לדוד רעי לא אחסר. \
         אלה שמות ודברים.",
    ),
];

#[test]
fn plain_scripture_is_left_as_it_is() {
    for (language, text) in TEXTS {
        let reading = read(text, &Options::new(*language));
        let found: Vec<_> = reading
            .rewrites
            .iter()
            .filter(|rewrite| !matches!(rewrite.kind, Kind::Accents | Kind::DivineName))
            .map(|rewrite| (&text[rewrite.written.clone()], &rewrite.spoken))
            .collect();
        assert!(found.is_empty(), "{language} {found:?}");
    }
}
