//! IDs and tokens in the formats of the document. They are the same in every run, so that tests may print them.

/// Generator of unique IDs.
#[derive(Debug)]
pub(crate) struct Ids {
    state: u64,
}

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Ids {
    pub(crate) fn new() -> Self {
        Self { state: 42 }
    }

    /// Returns `prefix_` followed by ten letters or digits.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        let mut bits = splitmix64(&mut self.state);
        let mut id = format!("{prefix}_");
        for _ in 0..10 {
            id.push(char::from(LETTERS[(bits % 62) as usize]));
            bits /= 62;
        }
        id
    }

    /// Returns `prefix` followed by 32 hexadecimal digits.
    pub(crate) fn token(&mut self, prefix: &str) -> String {
        let (high, low) = (splitmix64(&mut self.state), splitmix64(&mut self.state));
        format!("{prefix}{high:016x}{low:016x}")
    }

    /// Returns a number that does not fit into 64 bits.
    pub(crate) fn session(&mut self) -> u128 {
        let (high, low) = (splitmix64(&mut self.state), splitmix64(&mut self.state));
        u128::from(high | 1) << 64 | u128::from(low)
    }
}

/// SplitMix64: returns the next number of the pseudorandom sequence.
pub(crate) fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
