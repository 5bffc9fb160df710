//! Sends the mail that the mail queue asks for.

mod letter;
mod post;
mod quoted;

use cloud::settings;
use identity::Mail;

use crate::letter::Letter;
use crate::post::{Post, PostError};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let post = &Post::new(&cloud::config().await, settings::text("MAIL_FROM")?);
    let send = async |mail: Mail| {
        let letter = Letter::write(&mail).map_err(PostError::Template)?;
        post.send(letter).await
    };
    cloud::queue::serve(send).await.map_err(anyhow::Error::from_boxed)
}
