//! Signatures of deliveries: `t=<unix seconds>,v1=<hex HMAC-SHA256(key, "{t}.{body}")>`.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use sha2::Sha256;

use super::error::WebhookError;
use super::trigger::{TriggerEvent, peek};
use crate::credentials::SecretString;

/// Name of the signature header.
pub const SIGNATURE_HEADER: &str = "x-pd-signature";

/// Default tolerance between the time of a delivery and the local clock.
const TOLERANCE: Duration = Duration::from_secs(300);

/// Length of an HMAC-SHA256 in bytes.
const LENGTH: usize = 32;

/// Verifies deliveries with one or several signing keys.
#[derive(Clone)]
#[must_use]
#[doc(alias = "hmac")]
#[doc(alias = "signature")]
pub struct Verifier {
    keys: Vec<SecretString>,
    tolerance: Duration,
}

impl Verifier {
    /// Creates a verifier that accepts signatures of any of these keys, for example during a key rotation.
    ///
    /// Also accepts an `Option` of a key, as in responses of the API. Without a key, every delivery is rejected.
    pub fn new<K: Into<SecretString>>(keys: impl IntoIterator<Item = K>) -> Self {
        let keys = keys.into_iter().map(Into::into);
        Self {
            keys: keys.filter(|key| !key.is_blank()).collect(),
            tolerance: TOLERANCE,
        }
    }

    /// Sets the tolerance between the time of a delivery and the local clock. Default: 300 seconds.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies signature and time of a delivery and returns its event.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<TriggerEvent, WebhookError> {
        self.verify_at(headers, body, SystemTime::now())
    }

    /// Verifies a delivery like [`verify`](Self::verify), at another time than now.
    pub fn verify_at(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<TriggerEvent, WebhookError> {
        if self.keys.is_empty() {
            return Err(WebhookError::NoKey);
        }
        let signature = Signature::of(headers)?;
        if !signature.is_of_any(&self.keys, body) {
            return Err(WebhookError::Mismatch);
        }
        // The time is checked last, so that a forged delivery is always reported as a mismatch.
        let age_seconds = seconds(now).saturating_sub(signature.seconds);
        if age_seconds.unsigned_abs() > self.tolerance.as_secs() {
            return Err(WebhookError::Untimely { age_seconds });
        }
        Ok(TriggerEvent::new(peek(headers), signature.seconds, body))
    }
}

/// Writes the number of keys and omits the keys.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("keys", &self.keys.len())
            .field("tolerance", &self.tolerance)
            .finish()
    }
}

fn seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |it| -it),
    }
}

/// Parsed signature header.
struct Signature<'a> {
    /// The time as written, which is the form that is signed.
    time: &'a str,
    seconds: i64,
    /// All `v1` values: during a key rotation, the sender may sign with both keys.
    values: Vec<[u8; LENGTH]>,
}

impl<'a> Signature<'a> {
    fn of(headers: &'a HeaderMap) -> Result<Self, WebhookError> {
        let mut all = headers.get_all(SIGNATURE_HEADER).iter();
        let header = all.next().ok_or(WebhookError::NotSigned)?;
        if all.next().is_some() {
            return Err(WebhookError::Malformed("it occurs more than once"));
        }
        let text = header
            .to_str()
            .map_err(|_| WebhookError::Malformed("it is not valid text"))?;
        Self::parse(text).map_err(WebhookError::Malformed)
    }

    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let mut time = None;
        let mut values = Vec::new();
        for part in text.split(',') {
            let (name, value) = part
                .trim()
                .split_once('=')
                .ok_or("it has a part that is not of the form name=value")?;
            match name {
                "t" if time.is_some() => return Err("it has more than one time (t)"),
                "t" => time = Some(value),
                "v1" => values.push(hex_decode(value).ok_or("a v1 is not 64 hexadecimal digits")?),
                // Ignores signatures of other versions.
                _ => {}
            }
        }
        let time = time.ok_or("it has no time (t)")?;
        // `parse` would accept a sign.
        let seconds = if time.bytes().all(|byte| byte.is_ascii_digit()) {
            time.parse().ok()
        } else {
            None
        };
        if values.is_empty() {
            return Err("it has no signature (v1)");
        }
        Ok(Self {
            time,
            seconds: seconds.ok_or("the time (t) is not a number of seconds")?,
            values,
        })
    }

    /// Compares every key with every value. Takes the same time whether one matches or not.
    fn is_of_any(&self, keys: &[SecretString], body: &[u8]) -> bool {
        let mut matched = false;
        for key in keys {
            // Cannot fail, because HMAC accepts keys of any length.
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()) else {
                continue;
            };
            mac.update(self.time.as_bytes());
            mac.update(b".");
            mac.update(body);
            for value in &self.values {
                matched |= mac.clone().verify_slice(value).is_ok();
            }
        }
        matched
    }
}

fn hex_decode(hex: &str) -> Option<[u8; LENGTH]> {
    let digits = hex.as_bytes();
    if digits.len() != 2 * LENGTH {
        return None;
    }
    let digit = |byte: u8| {
        (byte as char)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    let mut bytes = [0; LENGTH];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        if let [high, low] = pair {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
    }
    Some(bytes)
}
