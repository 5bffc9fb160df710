use identity::Directory;
use metering::Meter;

/// What the routes share.
pub(crate) struct Accounts {
    pub(crate) directory: Directory,
    pub(crate) meter: Meter,
}
