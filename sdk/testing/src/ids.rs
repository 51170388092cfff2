//! Ids and tokens in the forms that the document gives them: the same in every run, so that tests may print them.

/// Hands out ids, no two alike.
#[derive(Debug)]
pub(crate) struct Ids {
    state: u64,
}

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Ids {
    pub(crate) fn new() -> Self {
        Self { state: 42 }
    }

    /// `prefix_` and ten letters or digits.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        let mut bits = scrambled(&mut self.state);
        let mut id = format!("{prefix}_");
        for _ in 0..10 {
            id.push(char::from(LETTERS[(bits % 62) as usize]));
            bits /= 62;
        }
        id
    }

    /// `prefix` and 32 hexadecimal digits.
    pub(crate) fn token(&mut self, prefix: &str) -> String {
        let (high, low) = (scrambled(&mut self.state), scrambled(&mut self.state));
        format!("{prefix}{high:016x}{low:016x}")
    }

    /// The digits of a number that 64 bits do not hold.
    pub(crate) fn session(&mut self) -> u128 {
        let (high, low) = (scrambled(&mut self.state), scrambled(&mut self.state));
        u128::from(high | 1) << 64 | u128::from(low)
    }
}

/// SplitMix64: the next of a sequence of well-mixed numbers.
pub(crate) fn scrambled(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
