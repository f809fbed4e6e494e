//! Draws a small picture and writes it as PNG (RFC 2083).

use super::coding::{Coding, encode};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A gradient with a circle in it, 8 bits a channel.
pub(super) async fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut rows = Vec::with_capacity((width as usize * 3 + 1) * height as usize);
    for y in 0..height {
        rows.push(0); // no filter
        (0..width).for_each(|x| rows.extend(colour(x, y, width, height)));
    }
    let mut head = Vec::new();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, 2, 0, 0, 0]); // depth, RGB, deflate, no filter method, not interlaced
    let mut out = SIGNATURE.to_vec();
    chunk(&mut out, *b"IHDR", &head);
    chunk(&mut out, *b"IDAT", &encode(Coding::Deflate, &rows).await);
    chunk(&mut out, *b"IEND", &[]);
    out
}

fn colour(x: u32, y: u32, width: u32, height: u32) -> [u8; 3] {
    let from_centre = |at: u32, size: u32| i64::from(at) * 2 + 1 - i64::from(size);
    let (dx, dy) = (from_centre(x, width), from_centre(y, height));
    let radius = i64::from(width.min(height)) * 2 / 3;
    if dx * dx + dy * dy < radius * radius {
        return [0xf4, 0xe8, 0xc1];
    }
    [(x * 160 / width) as u8 + 40, 125, (y * 120 / height) as u8 + 68]
}

fn chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    let start = out.len();
    out.extend(kind);
    out.extend(data);
    let sum = crc32(out.get(start..).unwrap_or_default());
    out.extend(sum.to_be_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_is_the_one_of_the_specification() {
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
