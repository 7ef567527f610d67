//! A coder of palette images to lossless WebP, for pages of text.
//!
//! libwebp spends 70 ms to bring a page of text at 2× under 120 KB, because it
//! must find out what it is given. A page is known to have a handful of
//! colours and long matches with the row above, so this coder does only that:
//! colour indexing, pixels packed into bytes, one pass of LZ77 over them, one
//! set of prefix codes. It follows the WebP Lossless Bitstream Specification
//! (RFC 9649 §3), whose names it uses. Photographs are libwebp's.

/// Longest copy the format allows.
const MAX_COPY: usize = 4096;
/// Furthest place a distance code reaches.
const MAX_DISTANCE: usize = (1 << 20) - 120;
/// Shortest copy worth its code, from the rows above and from elsewhere.
const MIN_NEAR: usize = 3;
const MIN_FAR: usize = 6;
/// A copy that is long enough to look for no longer one.
const LONG: usize = 64;
/// Earlier places looked at for a match.
const CHAIN: usize = 6;
/// Bits of the table of earlier places.
const HASH_BITS: u32 = 15;
/// Longest prefix code, of symbols and of code lengths.
const MAX_CODE: u8 = 15;
const MAX_LENGTH_CODE: u8 = 7;
/// Symbols of the five alphabets: green with lengths, red, blue, alpha, distance.
const GREEN: usize = 256 + 24;
const DISTANCE: usize = 40;
/// Distances with a short code, as columns to the left and rows above.
const NEAR: [(isize, usize); 10] = [
    (0, 1),
    (1, 0),
    (1, 1),
    (-1, 1),
    (0, 2),
    (2, 0),
    (1, 2),
    (-1, 2),
    (2, 1),
    (-2, 1),
];

/// Codes an image of palette indices; `palette` holds 1 to 256 colours as
/// red, green, blue, and every index is below its length.
pub(crate) fn encode(width: u32, height: u32, palette: &[[u8; 3]], indices: &[u8]) -> Vec<u8> {
    let mut out = Bits::default();
    out.put(0x2f, 8);
    out.put(width - 1, 14);
    out.put(height - 1, 14);
    // No alpha, version 0.
    out.put(0, 4);
    // A transform: colour indexing.
    out.put(1, 1);
    out.put(3, 2);
    out.put(palette.len() as u32 - 1, 8);
    put_palette(&mut out, palette);
    // No further transform, no colour cache, no meta prefix codes.
    out.put(0, 3);
    let per_byte = match palette.len() {
        0..=2 => 8,
        3..=4 => 4,
        5..=16 => 2,
        _ => 1,
    };
    let packed = pack(indices, width as usize, per_byte);
    let row = (width as usize).div_ceil(per_byte);
    let tokens = find_copies(&packed, row);
    put_image(&mut out, &tokens, row);
    wrap(out.finish())
}

/// The palette is an image of one row, each colour the difference to the last.
fn put_palette(out: &mut Bits, palette: &[[u8; 3]]) {
    // No colour cache.
    out.put(0, 1);
    let mut previous = [0_u8; 3];
    let mut deltas = Vec::with_capacity(palette.len());
    for color in palette {
        deltas.push([0, 1, 2].map(|i| color[i].wrapping_sub(previous[i])));
        previous = *color;
    }
    let count = |channel: usize, size: usize| {
        let mut counts = vec![0_u32; size];
        for delta in &deltas {
            counts[usize::from(delta[channel])] += 1;
        }
        counts
    };
    let mut alphas = vec![0_u32; 256];
    // The first alpha is 255, the others its difference to itself.
    alphas[255] += 1;
    alphas[0] += deltas.len() as u32 - 1;
    let green = put_code(out, &count(1, GREEN));
    let red = put_code(out, &count(0, 256));
    let blue = put_code(out, &count(2, 256));
    let alpha = put_code(out, &alphas);
    put_code(out, &[0; DISTANCE]);
    for (index, delta) in deltas.iter().enumerate() {
        green.put(out, usize::from(delta[1]));
        red.put(out, usize::from(delta[0]));
        blue.put(out, usize::from(delta[2]));
        alpha.put(out, if index == 0 { 255 } else { 0 });
    }
}

fn pack(indices: &[u8], width: usize, per_byte: usize) -> Vec<u8> {
    match per_byte {
        8 => pack_by::<8>(indices, width),
        4 => pack_by::<4>(indices, width),
        2 => pack_by::<2>(indices, width),
        _ => indices.to_vec(),
    }
}

fn pack_by<const N: usize>(indices: &[u8], width: usize) -> Vec<u8> {
    let byte = |group: &[u8]| {
        let places = group.iter().enumerate();
        places.fold(0, |byte, (place, index)| byte | index << (place * (8 / N)))
    };
    let mut packed = Vec::with_capacity(indices.len() / N + indices.len() / width);
    for row in indices.chunks(width) {
        let (groups, rest) = row.as_chunks::<N>();
        packed.extend(groups.iter().map(|group| byte(group)));
        if !rest.is_empty() {
            packed.push(byte(rest));
        }
    }
    packed
}

#[derive(Clone, Copy)]
enum Token {
    Literal(u8),
    Copy { length: u32, distance: u32 },
}

/// One greedy pass: the row above, the byte before, and earlier places that
/// begin with the same four bytes.
fn find_copies(data: &[u8], row: usize) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(data.len() / 8);
    let mut heads = vec![u32::MAX; 1 << HASH_BITS];
    let mut links = vec![u32::MAX; data.len()];
    let hash = |at: usize| -> Option<usize> {
        let four: [u8; 4] = data.get(at..at + 4)?.try_into().ok()?;
        let key = u32::from_le_bytes(four).wrapping_mul(0x9e37_79b1);
        Some((key >> (32 - HASH_BITS)) as usize)
    };
    let mut at = 0;
    while at < data.len() {
        let mut best = (0, 0);
        for distance in [row, 1, row + 1, row - 1] {
            if best.0 >= LONG {
                break;
            }
            if distance > 0 && distance <= at {
                let length = match_length(data, at, distance);
                if length > best.0 {
                    best = (length, distance);
                }
            }
        }
        if best.0 < LONG
            && let Some(slot) = hash(at)
        {
            let mut place = heads[slot];
            for _ in 0..CHAIN {
                if place == u32::MAX {
                    break;
                }
                let distance = at - place as usize;
                if distance > MAX_DISTANCE {
                    break;
                }
                // Compares the byte that would make it longer first.
                let beyond = data.get(at + best.0) == data.get(place as usize + best.0);
                if beyond {
                    let length = match_length(data, at, distance);
                    if length >= MIN_FAR && length > best.0 + 1 {
                        best = (length, distance);
                    }
                }
                place = links[place as usize];
            }
        }
        let (length, distance) = best;
        let worth = length >= MIN_FAR || (length >= MIN_NEAR && is_near(distance, row));
        let step = if worth {
            tokens.push(Token::Copy {
                length: length as u32,
                distance: distance as u32,
            });
            length
        } else {
            tokens.push(Token::Literal(data[at]));
            1
        };
        // Inside a long copy, which is mostly paper, nothing new begins.
        let places = at..at + step.min(32);
        for (link, place) in links[places.clone()].iter_mut().zip(places) {
            if let Some(slot) = hash(place) {
                *link = heads[slot];
                heads[slot] = place as u32;
            }
        }
        at += step;
    }
    tokens
}

fn is_near(distance: usize, row: usize) -> bool {
    distance == 1 || (row > 1 && (row - 1..=row + 1).contains(&distance))
}

fn match_length(data: &[u8], at: usize, distance: usize) -> usize {
    let limit = MAX_COPY.min(data.len() - at);
    let here = &data[at..at + limit];
    let there = &data[at - distance..];
    let mut length = 0;
    while length + 8 <= limit && here[length..length + 8] == there[length..length + 8] {
        length += 8;
    }
    while length < limit && here[length] == there[length] {
        length += 1;
    }
    length
}

fn put_image(out: &mut Bits, tokens: &[Token], row: usize) {
    let mut green = vec![0_u32; GREEN];
    let mut distances = vec![0_u32; DISTANCE];
    for token in tokens {
        match *token {
            Token::Literal(byte) => green[usize::from(byte)] += 1,
            Token::Copy { length, distance } => {
                green[256 + prefix(length).0] += 1;
                distances[prefix(distance_code(distance, row)).0] += 1;
            }
        }
    }
    let mut only = vec![0_u32; 256];
    only[0] = 1;
    let mut opaque = vec![0_u32; 256];
    opaque[255] = 1;
    let green = put_code(out, &green);
    put_code(out, &only);
    put_code(out, &only);
    put_code(out, &opaque);
    let distances = put_code(out, &distances);
    for token in tokens {
        match *token {
            // Red, blue and alpha have one symbol each, which takes no bits.
            Token::Literal(byte) => green.put(out, usize::from(byte)),
            Token::Copy { length, distance } => {
                let (symbol, bits, extra) = prefix(length);
                green.put(out, 256 + symbol);
                out.put(extra, bits);
                let (symbol, bits, extra) = prefix(distance_code(distance, row));
                distances.put(out, symbol);
                out.put(extra, bits);
            }
        }
    }
}

/// The code of a distance: a small number for a place close by.
fn distance_code(distance: u32, row: usize) -> u32 {
    let near = NEAR.iter().position(|(left, above)| {
        (above * row).checked_add_signed(*left) == Some(distance as usize)
    });
    match near {
        Some(index) => index as u32 + 1,
        None => distance + 120,
    }
}

/// Splits a value from 1 into its prefix symbol and extra bits.
fn prefix(value: u32) -> (usize, u32, u32) {
    let rest = value - 1;
    if rest < 4 {
        return (rest as usize, 0, 0);
    }
    let high = 31 - rest.leading_zeros();
    let second = (rest >> (high - 1)) & 1;
    let bits = high - 1;
    ((2 * high + second) as usize, bits, rest & ((1 << bits) - 1))
}

/// A prefix code ready to write: per symbol its bits, first bit lowest.
struct Code {
    codes: Vec<(u16, u8)>,
}

impl Code {
    fn put(&self, out: &mut Bits, symbol: usize) {
        let (bits, length) = self.codes[symbol];
        out.put(u32::from(bits), u32::from(length));
    }
}

/// Writes the code lengths for an alphabet and gives the code.
fn put_code(out: &mut Bits, counts: &[u32]) -> Code {
    let used: Vec<usize> = (0..counts.len()).filter(|i| counts[*i] > 0).collect();
    if used.len() <= 2 && used.iter().all(|symbol| *symbol < 256) {
        return put_simple_code(out, counts.len(), &used);
    }
    let lengths = code_lengths(counts, MAX_CODE);
    let runs = run_lengths(&lengths);
    let mut counts_of_lengths = [0_u32; 19];
    for (symbol, _, _) in &runs {
        counts_of_lengths[*symbol] += 1;
    }
    let mut length_lengths = code_lengths(&counts_of_lengths, MAX_LENGTH_CODE);
    if length_lengths.iter().filter(|length| **length > 0).count() == 1 {
        // A lone symbol is read without bits, whatever its length says.
        for length in &mut length_lengths {
            *length = (*length).min(1);
        }
    }
    const ORDER: [usize; 19] = [
        17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ];
    let given = ORDER
        .iter()
        .rposition(|symbol| length_lengths[*symbol] > 0)
        .map_or(4, |last| (last + 1).max(4));
    out.put(0, 1);
    out.put(given as u32 - 4, 4);
    for symbol in &ORDER[..given] {
        out.put(u32::from(length_lengths[*symbol]), 3);
    }
    // The lengths of all symbols follow.
    out.put(0, 1);
    let alone = length_lengths.iter().filter(|length| **length > 0).count() == 1;
    let code = canonical(&length_lengths);
    for (symbol, bits, extra) in runs {
        if !alone {
            code.put(out, symbol);
        }
        out.put(extra, bits);
    }
    canonical(&lengths)
}

fn put_simple_code(out: &mut Bits, size: usize, used: &[usize]) -> Code {
    let mut codes = vec![(0, 0); size];
    let first = used.first().copied().unwrap_or(0);
    out.put(1, 1);
    out.put(u32::from(used.len() == 2), 1);
    if first < 2 {
        out.put(0, 1);
        out.put(first as u32, 1);
    } else {
        out.put(1, 1);
        out.put(first as u32, 8);
    }
    if let [first, second] = used {
        out.put(*second as u32, 8);
        codes[*first] = (0, 1);
        codes[*second] = (1, 1);
    }
    Code { codes }
}

/// Code lengths with their repetitions: symbol, extra bits, their value.
fn run_lengths(lengths: &[u8]) -> Vec<(usize, u32, u32)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < lengths.len() {
        let length = lengths[at];
        let mut count = lengths[at..]
            .iter()
            .take_while(|other| **other == length)
            .count();
        at += count;
        if length == 0 {
            while count >= 3 {
                let part = count.min(138);
                if part <= 10 {
                    runs.push((17, 3, part as u32 - 3));
                } else {
                    runs.push((18, 7, part as u32 - 11));
                }
                count -= part;
            }
            runs.extend(std::iter::repeat_n((0, 0, 0), count));
        } else {
            runs.push((usize::from(length), 0, 0));
            count -= 1;
            while count >= 3 {
                let part = count.min(6);
                runs.push((16, 2, part as u32 - 3));
                count -= part;
            }
            runs.extend(std::iter::repeat_n((usize::from(length), 0, 0), count));
        }
    }
    runs
}

/// Huffman code lengths, none longer than `limit`: rare symbols are counted up
/// until the tree is flat enough.
fn code_lengths(counts: &[u32], limit: u8) -> Vec<u8> {
    let mut floor = 1_u32;
    loop {
        let lengths = huffman(counts, floor);
        if lengths.iter().all(|length| *length <= limit) {
            return lengths;
        }
        floor *= 2;
    }
}

fn huffman(counts: &[u32], floor: u32) -> Vec<u8> {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;
    let mut heap = BinaryHeap::new();
    // Parent of each node; leaves first.
    let mut parents: Vec<usize> = vec![usize::MAX; counts.len()];
    for (symbol, count) in counts.iter().enumerate() {
        if *count > 0 {
            heap.push(Reverse((u64::from((*count).max(floor)), symbol)));
        }
    }
    let mut lengths = vec![0_u8; counts.len()];
    if heap.len() == 1 {
        if let Some(Reverse((_, symbol))) = heap.pop() {
            lengths[symbol] = 1;
        }
        return lengths;
    }
    while let (Some(Reverse(first)), Some(Reverse(second))) = (heap.pop(), heap.pop()) {
        let node = parents.len();
        parents.push(usize::MAX);
        parents[first.1] = node;
        parents[second.1] = node;
        heap.push(Reverse((first.0 + second.0, node)));
        if heap.len() == 1 {
            break;
        }
    }
    // A parent comes after its children, so depths are filled from the root.
    let mut depths = vec![0_u8; parents.len()];
    for node in (0..parents.len()).rev() {
        if parents[node] != usize::MAX {
            depths[node] = depths[parents[node]].saturating_add(1);
        }
    }
    for (symbol, count) in counts.iter().enumerate() {
        if *count > 0 {
            lengths[symbol] = depths[symbol];
        }
    }
    lengths
}

/// The canonical code of given lengths.
fn canonical(lengths: &[u8]) -> Code {
    let mut next = [0_u16; 17];
    let mut per_length = [0_u16; 17];
    for length in lengths {
        per_length[usize::from(*length)] += 1;
    }
    per_length[0] = 0;
    for length in 1..17 {
        next[length] = (next[length - 1] + per_length[length - 1]) << 1;
    }
    let codes = lengths
        .iter()
        .map(|length| {
            if *length == 0 {
                return (0, 0);
            }
            let code = next[usize::from(*length)];
            next[usize::from(*length)] += 1;
            (code.reverse_bits() >> (16 - length), *length)
        })
        .collect();
    Code { codes }
}

/// Bits, first bit lowest.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        self.pending |= u64::from(value) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.pending as u8);
        }
        self.bytes
    }
}

/// Puts the RIFF container around a stream.
fn wrap(stream: Vec<u8>) -> Vec<u8> {
    let padding = stream.len() % 2;
    let mut file = Vec::with_capacity(stream.len() + 21);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&((stream.len() + padding + 12) as u32).to_le_bytes());
    file.extend_from_slice(b"WEBPVP8L");
    file.extend_from_slice(&(stream.len() as u32).to_le_bytes());
    file.extend_from_slice(&stream);
    file.extend(std::iter::repeat_n(0, padding));
    file
}

#[cfg(test)]
mod tests {
    use super::encode;

    /// Decodes with libwebp, which is not ours.
    fn assert_round_trip(width: u32, height: u32, palette: &[[u8; 3]], indices: &[u8]) {
        let file = encode(width, height, palette, indices);
        let decoded = webp::Decoder::new(&file).decode().unwrap();
        assert_eq!((decoded.width(), decoded.height()), (width, height));
        let channels = if decoded.is_alpha() { 4 } else { 3 };
        for (at, pixel) in decoded.chunks(channels).enumerate() {
            assert_eq!(
                pixel[..3],
                palette[usize::from(indices[at])],
                "pixel {at} of {width}×{height}"
            );
        }
    }

    #[test]
    fn every_palette_size_round_trips() {
        for colors in [1_usize, 2, 3, 4, 5, 16, 17, 200, 256] {
            let palette: Vec<[u8; 3]> = (0..colors)
                .map(|i| [(i * 7) as u8, (i * 13) as u8, i as u8])
                .collect();
            for (width, height) in [(1, 1), (3, 5), (33, 17), (160, 90)] {
                let mut state = 1_u32;
                let indices: Vec<u8> = (0..width * height)
                    .map(|at| {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        // Half paper, half noise, as a page is.
                        if at / width % 2 == 0 {
                            0
                        } else {
                            ((state >> 16) as usize % colors) as u8
                        }
                    })
                    .collect();
                assert_round_trip(width, height, &palette, &indices);
            }
        }
    }

    #[test]
    fn skewed_counts_stay_within_the_longest_code() {
        // Fibonacci counts make the deepest tree.
        let mut indices = Vec::new();
        let (mut a, mut b) = (1_usize, 1);
        for symbol in 0..22_u8 {
            indices.extend(std::iter::repeat_n(symbol, a));
            (a, b) = (b, a + b);
        }
        let mut state = 7_u64;
        for at in (1..indices.len()).rev() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            indices.swap(at, (state >> 33) as usize % (at + 1));
        }
        let height = indices.len() / 100;
        indices.truncate(height * 100);
        let palette: Vec<[u8; 3]> = (0..22).map(|i| [i, i, i]).collect();
        assert_round_trip(100, height as u32, &palette, &indices);
    }

    #[test]
    fn what_repeats_far_away_stays_within_the_window() {
        // Two like strips of noise, two million bytes of paper between them.
        let strip: Vec<u8> = (0..4000_u32).map(|at| (at * at % 251) as u8).collect();
        let mut indices = strip.clone();
        indices.resize(2_004_000, 0);
        indices.extend_from_slice(&strip);
        let palette: Vec<[u8; 3]> = (0..=255).map(|i| [i, i, i]).collect();
        assert_round_trip(2000, 1004, &palette, &indices);
    }

    #[test]
    fn paper_costs_next_to_nothing() {
        let file = encode(1600, 2262, &[[255; 3]], &vec![0; 1600 * 2262]);
        assert!(file.len() < 400, "{}", file.len());
    }
}
