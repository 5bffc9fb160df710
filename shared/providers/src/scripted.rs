//! A provider for tests that gives answers from a list.

use std::sync::{Arc, Mutex};

use crate::image::{ImageError, ImageProvider, ImageRequest, Picture};
use crate::narration::{NarrationError, NarrationProvider, NarrationRequest, Speech};

/// Gives one answer of its list for each call, and panics when it is called more often.
pub(crate) struct Scripted<T> {
    name: &'static str,
    answers: Mutex<Vec<T>>,
}

impl<T> Scripted<T> {
    pub(crate) fn new(name: &'static str, mut answers: Vec<T>) -> Arc<Self> {
        answers.reverse();
        Arc::new(Self { name, answers: Mutex::new(answers) })
    }

    fn next(&self) -> T {
        self.answers.lock().unwrap().pop().expect("called more often than expected")
    }

    pub(crate) fn left(&self) -> usize {
        self.answers.lock().unwrap().len()
    }
}

#[async_trait::async_trait]
impl ImageProvider for Scripted<Result<Picture, ImageError>> {
    fn name(&self) -> &'static str {
        self.name
    }
    async fn generate(&self, _: &ImageRequest) -> Result<Picture, ImageError> {
        self.next()
    }
}

#[async_trait::async_trait]
impl NarrationProvider for Scripted<Result<Speech, NarrationError>> {
    fn name(&self) -> &'static str {
        self.name
    }
    async fn speak(&self, _: &NarrationRequest) -> Result<Speech, NarrationError> {
        self.next()
    }
}
