//! The film engine.
