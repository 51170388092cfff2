//! Connections that can be closed after any number of bytes of a response, or before the first.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// A listener whose connections can be closed after a number of bytes.
pub(crate) struct LimitedListener(pub(crate) TcpListener);

impl Listener for LimitedListener {
    type Io = LimitedStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (LimitedStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Responses are small, so buffering them would only slow down the tests.
        let _ = stream.set_nodelay(true);
        let write_limit = WriteLimit(Arc::new(AtomicUsize::new(UNLIMITED)));
        (
            LimitedStream {
                stream,
                write_limit,
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Listener::local_addr(&self.0)
    }
}

/// A connection with a limit on the bytes written to it.
pub(crate) struct LimitedStream {
    stream: TcpStream,
    write_limit: WriteLimit,
}

/// Number of bytes that may still be written to a connection.
#[derive(Clone)]
pub(crate) struct WriteLimit(Arc<AtomicUsize>);

const UNLIMITED: usize = usize::MAX;

impl WriteLimit {
    /// Allows this many more bytes; then the connection breaks.
    pub(crate) fn cut_after(&self, bytes: usize) {
        self.0.store(bytes, Ordering::SeqCst);
    }

    fn remaining(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn wrote(&self, bytes: usize) {
        let remaining = self.remaining();
        if remaining != UNLIMITED {
            self.0
                .store(remaining.saturating_sub(bytes), Ordering::SeqCst);
        }
    }
}

impl Connected<IncomingStream<'_, LimitedListener>> for WriteLimit {
    fn connect_info(stream: IncomingStream<'_, LimitedListener>) -> Self {
        stream.io().write_limit.clone()
    }
}

impl AsyncRead for LimitedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for LimitedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let allowed = bytes.len().min(self.write_limit.remaining());
        if allowed == 0 && !bytes.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let rfc3339 = Pin::new(&mut self.stream).poll_write(context, &bytes[..allowed]);
        if let Poll::Ready(Ok(bytes)) = rfc3339 {
            self.write_limit.wrote(bytes);
        }
        rfc3339
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
