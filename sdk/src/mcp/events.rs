//! Server-sent events with a limit of their size.

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use rmcp::transport::streamable_http_client::SseError;
use sse_stream::{Sse, SseStream};

use crate::call::ByteStream;
use crate::{Error, ErrorKind};

/// Reads the events of a response. The stream ends with an error if an event has more than `limit` bytes, because the
/// parser collects an event in memory.
pub(super) fn events(body: ByteStream, limit: usize) -> BoxStream<'static, Result<Sse, SseError>> {
    let mut size = EventSize::default();
    let limited = body.map(move |chunk| {
        let chunk = chunk?;
        match size.add(&chunk) > limit {
            true => {
                let message = format!("an event has more than {limit} bytes");
                let error = std::io::Error::other(message);
                Err(Error::caused(ErrorKind::TooLarge, error))
            }
            false => Ok(chunk),
        }
    });
    SseStream::from_bytes_stream(limited).boxed()
}

/// Number of bytes since the last end of an event, which is an empty line.
#[derive(Default)]
struct EventSize {
    size: usize,
    /// `true` after the end of a line.
    is_line_start: bool,
}

impl EventSize {
    /// Returns the size of the largest event that a chunk continues or contains.
    fn add(&mut self, chunk: &Bytes) -> usize {
        let mut largest = 0;
        for byte in chunk {
            self.size += 1;
            largest = largest.max(self.size);
            match byte {
                b'\n' if self.is_line_start => self.size = 0,
                b'\n' => self.is_line_start = true,
                // Part of the end of a line, or a line without a byte of its own.
                b'\r' => {}
                _ => self.is_line_start = false,
            }
        }
        largest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_line_ends_an_event() {
        let mut size = EventSize::default();
        assert_eq!(size.add(&Bytes::from_static(b"data: 1\n\ndata: 12")), 9);
        assert_eq!(size.add(&Bytes::from_static(b"34\r\n")), 12);
        assert_eq!(size.add(&Bytes::from_static(b"\r\n:")), 14);
        assert_eq!(size.add(&Bytes::from_static(b" ok\n\n")), 6);
        assert_eq!(size.add(&Bytes::new()), 0);
    }
}
