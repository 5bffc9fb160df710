//! Why a text cannot be imported.

/// Why a text cannot be imported as what it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A document type or an entity of its own: neither is needed for scripture, and both can be used for attacks.
    #[error("the XML declares a document type or entities; remove the DOCTYPE and send it again")]
    DocumentType,
    /// XML that is not well formed.
    #[error("the XML is damaged at byte {at}: {problem}; mend it, or send the text with the format `plain`")]
    Xml {
        /// Byte offset in the source.
        at: usize,
        /// What is wrong there.
        problem: String,
    },
}
