//! The stream of a connection: its writes have a deadline, and errors that the HTTP
//! library answers by itself get a body.

use super::reply::bare_http;
use crate::answer::catalogue::ErrorCode;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Stream whose reader must keep reading: a write that makes no progress within
/// `patience` fails, so that nobody holds a connection and its answer for ever.
pub(super) struct TimedStream<I> {
    io: I,
    patience: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
    /// Response that is written in place of an empty one.
    instead: Option<Instead>,
}

/// A response and the number of its bytes that are written.
struct Instead {
    response: Vec<u8>,
    written: usize,
}

impl<I: Unpin> TimedStream<I> {
    pub(super) fn new(io: I, patience: Duration) -> TimedStream<I> {
        TimedStream {
            io,
            patience,
            deadline: None,
            instead: None,
        }
    }

    fn watch<T>(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.deadline = None;
            return done;
        }
        let patience = self.patience;
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        match deadline.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// The response in place of one that the HTTP library made by itself, because it could
/// not read the request: it has no body, and none of the headers of this service. One
/// that shares a write with an earlier response stays as it is.
fn instead_of(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 4")?;
    let fields: Vec<String> = lines.map(str::to_ascii_lowercase).collect();
    let has = |start: &str| fields.iter().any(|field| field.starts_with(start));
    if !has("content-length: 0") || has(super::PROTOCOL_HEADER) {
        return None;
    }
    let text = match status.get(..2)? {
        "31" => "the request's line and headers are too long, or too many; send fewer",
        "14" => "the request's path is too long",
        _ => "this is no request by HTTP/1.1 (RFC 9112); check its line, headers and lengths",
    };
    Some(bare_http(
        &format!("4{status}"),
        ErrorCode::BadHttp,
        text,
        "",
    ))
}

impl<I: AsyncRead + Unpin> AsyncRead for TimedStream<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, into)
    }
}

impl<I: AsyncWrite + Unpin> TimedStream<I> {
    /// Writes the response that is in place of another; ready once it is all written.
    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(instead) = &mut self.instead {
            let rest = &instead.response[instead.written..];
            if rest.is_empty() {
                self.instead = None;
                break;
            }
            let written = ready!(Pin::new(&mut self.io).poll_write(cx, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            instead.written += written;
        }
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for TimedStream<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.instead.is_none() {
            let response = instead_of(bytes);
            self.instead = response.map(|response| Instead {
                response,
                written: 0,
            });
        }
        let done = match self.instead.is_some() {
            true => self.poll_instead(cx).map_ok(|()| bytes.len()),
            false => Pin::new(&mut self.io).poll_write(cx, bytes),
        };
        self.watch(cx, done)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.io).poll_flush(cx);
        self.watch(cx, done)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.io).poll_shutdown(cx);
        self.watch(cx, done)
    }
}
