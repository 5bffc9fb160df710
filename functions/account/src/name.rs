//! The names that people give to an account or to an API key.

use film_vocabulary::Line;

/// A name: one line on a phone and in a mail.
pub(crate) type Name = Line<80>;
