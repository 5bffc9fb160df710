//! JPEG files of flat blocks, with any number of components, segments and kind of coding: what encoders do not write.

/// One MCU is a block of 8 × 8 samples of each component, all of one value.
pub struct FlatJpeg {
    /// The marker of the frame header: 0xc0 baseline, 0xc2 progressive.
    pub frame: u8,
    /// Bits a sample, as the header says.
    pub precision: u8,
    pub components: u8,
    /// Segments before the frame: marker and data.
    pub segments: Vec<(u8, Vec<u8>)>,
}

/// Adobe's segment, with its code for the transformation of colours: 0 none, 1 YCbCr, 2 YCCK.
pub fn adobe(transform: u8) -> (u8, Vec<u8>) {
    (0xee, [b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat())
}

impl FlatJpeg {
    /// Writes the file. `samples` gives those of the block in a column and row of blocks.
    pub fn write(&self, width: u16, height: u16, samples: impl Fn(u16, u16) -> [u8; 4]) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8];
        for (marker, data) in &self.segments {
            segment(&mut file, *marker, data);
        }
        // Every coefficient is divided by 8, so that the first one of a flat block is its value less 128.
        segment(&mut file, 0xdb, &[[0].as_slice(), &[8; 64]].concat());
        let components = self.components;
        let ids = (1..=components).flat_map(|id| [id, 0x11, 0]);
        let mut frame = vec![self.precision];
        frame.extend(height.to_be_bytes());
        frame.extend(width.to_be_bytes());
        frame.push(components);
        frame.extend(ids);
        segment(&mut file, self.frame, &frame);
        // First coefficients: twelve symbols of four bits. The others: one symbol of one bit, the end of the block.
        let mut counts = [0; 16];
        counts[3] = 12;
        segment(&mut file, 0xc4, &[[0x00].as_slice(), &counts, &(0..12).collect::<Vec<u8>>()].concat());
        counts = [0; 16];
        counts[0] = 1;
        segment(&mut file, 0xc4, &[[0x10].as_slice(), &counts, &[0]].concat());
        let is_progressive = self.frame == 0xc2;
        let mut scan = vec![components];
        scan.extend((1..=components).flat_map(|id| [id, 0]));
        scan.extend([0, if is_progressive { 0 } else { 63 }, 0]);
        segment(&mut file, 0xda, &scan);
        let mut bits = Bits::default();
        let mut before = [0_i32; 4];
        for row in 0..height.div_ceil(8) {
            for column in 0..width.div_ceil(8) {
                for (value, before) in samples(column, row).iter().zip(&mut before).take(components.into()) {
                    let level = i32::from(*value) - 128;
                    bits.coefficient(level - *before);
                    *before = level;
                    if !is_progressive {
                        bits.push(0, 1);
                    }
                }
            }
        }
        file.extend(bits.finish());
        file.extend([0xff, 0xd9]);
        file
    }
}

fn segment(file: &mut Vec<u8>, marker: u8, data: &[u8]) {
    file.extend([0xff, marker]);
    file.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
    file.extend(data);
}

/// Entropy-coded bits.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    /// A difference: the number of its bits as a symbol, then its bits (ITU-T T.81, F.1.2.1).
    fn coefficient(&mut self, difference: i32) {
        let length = 32 - difference.unsigned_abs().leading_zeros();
        self.push(length, 4);
        let bits = if difference < 0 { difference - 1 } else { difference };
        self.push(bits as u32 & ((1 << length) - 1), length);
    }

    fn push(&mut self, bits: u32, length: u32) {
        self.pending = self.pending << length | bits;
        self.count += length;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.pending >> self.count) as u8;
            self.bytes.push(byte);
            if byte == 0xff {
                self.bytes.push(0);
            }
        }
        self.pending &= (1 << self.count) - 1;
    }

    fn finish(mut self) -> Vec<u8> {
        let padding = (8 - self.count) % 8;
        self.push((1 << padding) - 1, padding);
        self.bytes
    }
}
