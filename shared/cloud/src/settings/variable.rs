/// An environment variable that holds a text without a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The environment variable's name.
    pub name: &'static str,
    /// What it holds, as the error about a missing setting says it.
    pub holds: &'static str,
}

impl Variable {
    pub(crate) const fn new(name: &'static str, holds: &'static str) -> Self {
        Self { name, holds }
    }
}

/// The origin that links in mails and Stripe's return pages lead to, and that may use the cookies.
pub const FRONTEND_ORIGIN: Variable =
    Variable::new("FRONTEND_ORIGIN", "the origin that serves the front end, such as https://app.example.com");

/// The sender of every mail; SES must have verified the address or its domain.
pub const MAIL_FROM: Variable = Variable::new("MAIL_FROM", "the address that mail is sent from");

/// The `iss` and `aud` claims of access tokens.
pub const TOKEN_ISSUER: Variable = Variable::new("TOKEN_ISSUER", "the `iss` of access tokens");

/// The Stripe price of the plan Pro.
pub const STRIPE_PRICE_PRO: Variable =
    Variable::new("STRIPE_PRICE_PRO", "the id of the Stripe price of the plan Pro");

/// The Stripe price of the plan Enterprise.
pub const STRIPE_PRICE_ENTERPRISE: Variable =
    Variable::new("STRIPE_PRICE_ENTERPRISE", "the id of the Stripe price of the plan Enterprise");

/// The folder of fonts, voices and models. The render image sets it.
pub const ASSETS_ROOT: Variable = Variable::new("ASSETS_ROOT", "the folder of fonts, voices and models");

/// The FFmpeg executable. The render image sets it.
pub const FFMPEG_PROGRAM: Variable = Variable::new("FFMPEG_PROGRAM", "the path of the FFmpeg executable");

/// The `picture-pipe` executable, which decodes pictures that somebody sent. The render image sets it.
pub const PICTURE_PROGRAM: Variable =
    Variable::new("PICTURE_PROGRAM", "the path of the picture-pipe executable");

/// The `espeak-pipe` executable, which turns text into phonemes. The render image sets it.
pub const ESPEAK_PROGRAM: Variable =
    Variable::new("ESPEAK_PROGRAM", "the path of the espeak-pipe executable");
