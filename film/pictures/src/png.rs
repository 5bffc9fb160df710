//! The chunks of a PNG file (<https://www.w3.org/TR/png-3/>).

/// Whether the file goes on to its last chunk, IEND. Decoders are content with the picture's own chunks, and with fewer
/// of an animation's.
pub(crate) fn is_complete(file: &[u8]) -> bool {
    let mut at = 8;
    loop {
        let Some(&[a, b, c, d, ref name @ ..]) = file.get(at..).and_then(|rest| rest.first_chunk::<8>())
        else {
            return false;
        };
        // Length and name stand before the data, a checksum behind.
        let end = at.saturating_add(u32::from_be_bytes([a, b, c, d]) as usize).saturating_add(12);
        if end > file.len() {
            return false;
        }
        if name == b"IEND" {
            return true;
        }
        at = end;
    }
}
