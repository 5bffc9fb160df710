//! Who makes pictures and speech: a remote provider where the settings name one, and the embedded one
//! behind it.
