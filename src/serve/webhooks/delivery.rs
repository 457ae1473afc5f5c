//! One attempt to deliver a message: the event, its signature and the answer.

use super::config::Webhook;
use super::reach::CheckedResolver;
use crate::engine::Outgoing;
use data_encoding::BASE64;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;
use ureq::unversioned::resolver::{DefaultResolver, Resolver};
use ureq::unversioned::transport::DefaultConnector;

/// Bytes of an answer's body that are read, so that the connection can be used again.
const ANSWER_MAX: u64 = 64 << 10;
/// Bytes of an answer's headers.
const HEADERS_MAX: usize = 16 << 10;
/// Longest pause that a receiver can ask for, and that attempts come to.
const PAUSE_MAX: Duration = Duration::from_secs(6 * 3600);

/// Outcome of an attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The receiver has it.
    Delivered,
    /// The receiver wants no more messages (410).
    Gone,
    /// It must be tried again.
    Failed {
        /// Reason of the failure.
        why: String,
        /// Pause that the receiver asks for.
        pause: Option<Duration>,
    },
}

/// The event of a message: CloudEvents 1.0, structured mode.
pub(super) fn event(origin: &str, message: &Outgoing) -> Vec<u8> {
    let event = json!({
        "specversion": "1.0",
        "id": message.id,
        "source": format!("//{origin}"),
        "type": format!("stampbook.message.{}", message.template),
        "subject": message.member,
        "time": message.at,
        "datacontenttype": "application/json",
        "data": {
            "position": message.position,
            "member": message.member,
            "campaign": message.campaign,
            "template": message.template,
            "vars": message.vars,
        },
    });
    bytes(&event)
}

/// An event that shows whether a webhook works; `id` names this attempt.
pub fn test_event(id: &str, now: &str) -> Vec<u8> {
    bytes(&json!({
        "specversion": "1.0",
        "id": id,
        "source": "//stampbook",
        "type": "stampbook.test",
        "time": now,
    }))
}

fn bytes(event: &Value) -> Vec<u8> {
    event.to_string().into_bytes()
}

/// Signature of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body.
fn signature(key: &[u8], id: &str, seconds: i64, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    Some(format!(
        "v1,{}",
        BASE64.encode(&mac.finalize().into_bytes())
    ))
}

/// Pause after a number of failed attempts: four times as long each time, and up to a
/// fifth shorter or longer, by the message and the attempt, so that receivers that come
/// back are not asked by all at once.
pub(super) fn pause(webhook: &Webhook, id: &str, attempts: u32) -> Duration {
    let plain = 4_u64.saturating_pow(attempts.saturating_sub(1));
    let plain = plain.saturating_mul(u64::from(webhook.retry_after) * 1000);
    let longest = u64::try_from(PAUSE_MAX.as_millis()).unwrap_or(u64::MAX);
    let plain = plain.min(longest);
    let hash = blake3::hash(format!("{}/{id}/{attempts}", webhook.id).as_bytes());
    let share = u64::from(u16::from_le_bytes([hash.as_bytes()[0], hash.as_bytes()[1]]));
    Duration::from_millis(plain / 5 * 4 + plain * 2 / 5 * share / 65_536)
}

/// Sender of one webhook's messages.
#[derive(Debug)]
pub struct Sender {
    agent: ureq::Agent,
    url: String,
    key: Vec<u8>,
}

impl Sender {
    /// Makes the sender of a webhook.
    pub fn new(webhook: &Webhook) -> Sender {
        Sender::naming(webhook, DefaultResolver::default())
    }

    /// Makes one that finds addresses by a resolver of names.
    fn naming(webhook: &Webhook, names: impl Resolver) -> Sender {
        let names = CheckedResolver::new(webhook.reach, names);
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(webhook.timeout.into())))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(HEADERS_MAX)
            .proxy(None)
            .user_agent(concat!("stampbook/", env!("CARGO_PKG_VERSION")));
        Sender {
            agent: ureq::Agent::with_parts(config.build(), DefaultConnector::default(), names),
            url: webhook.url.clone(),
            key: webhook.key(),
        }
    }

    /// Sends an event; waits at most as long as the webhook allows.
    pub fn send(&self, id: &str, seconds: i64, body: &[u8]) -> Outcome {
        let failed = |why: String, pause| Outcome::Failed { why, pause };
        let Some(signature) = signature(&self.key, id, seconds, body) else {
            return failed("the webhook has no usable secret".into(), None);
        };
        let sent = self
            .agent
            .post(&self.url)
            .header(
                "content-type",
                "application/cloudevents+json; charset=utf-8",
            )
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signature)
            .send(body);
        let mut answer = match sent {
            Ok(answer) => answer,
            Err(error) => return failed(shortened(&error.to_string()), None),
        };
        let status = answer.status();
        let pause = answer.headers().get("retry-after");
        let pause = pause.and_then(|v| v.to_str().ok()?.trim().parse().ok());
        let pause = pause.map(|seconds| Duration::from_secs(seconds).min(PAUSE_MAX));
        // Its content says nothing that matters.
        let body = answer.body_mut().with_config().limit(ANSWER_MAX);
        let _ = body.read_to_vec();
        match status.as_u16() {
            200..=299 => Outcome::Delivered,
            410 => Outcome::Gone,
            300..=399 => failed(format!("status {status}; redirects are not followed"), None),
            _ => failed(format!("status {status}"), pause),
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::super::reach::Reach;
    use super::*;
    use std::io::Write;
    use std::net::{SocketAddr, TcpListener};
    use std::sync::Mutex;
    use ureq::unversioned::resolver::ResolvedSocketAddrs;
    use ureq::unversioned::transport::NextTimeout;

    /// The example of Standard Webhooks' reference libraries.
    #[test]
    fn a_signature_is_that_of_the_standard() {
        let key = BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed.as_deref(), Some(expected));
    }

    /// Names that lead where they are told to, one list after another.
    #[derive(Debug)]
    struct Names(Mutex<Vec<Vec<SocketAddr>>>);

    impl Resolver for Names {
        fn resolve(
            &self,
            _: &ureq::http::Uri,
            _: &ureq::config::Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            let mut found = self.empty();
            for addr in self.0.lock().unwrap().remove(0) {
                found.push(addr);
            }
            Ok(found)
        }
    }

    // proves: KEEP18
    #[test]
    fn a_name_that_leads_to_this_machine_is_not_connected_to() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let here = listener.local_addr().unwrap();
        // Nobody is there; TEST-NET would be refused as well.
        let away: SocketAddr = "10.255.255.1:9".parse().unwrap();
        let sender = |reach, names: Vec<Vec<SocketAddr>>| {
            let webhook = Webhook::to("http://shop.example/hook", reach);
            Sender::naming(&webhook, Names(Mutex::new(names)))
        };
        let public = sender(Reach::Public, vec![vec![here], vec![away, here]]);
        for _ in 0..2 {
            let Outcome::Failed { why, .. } = public.send("m", 0, b"{}") else {
                panic!("it was sent");
            };
            assert!(why.contains("--allow-private"), "{why}");
        }
        assert!(listener.accept().is_err(), "somebody connected");
        // Where it is allowed, it gets there.
        let private = sender(Reach::Private, vec![vec![here]]);
        std::thread::scope(|scope| {
            let sent = scope.spawn(|| private.send("m", 0, b"{}"));
            listener.set_nonblocking(false).unwrap();
            let (mut stream, _) = listener.accept().unwrap();
            stream
                .write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
                .unwrap();
            assert_eq!(sent.join().unwrap(), Outcome::Delivered);
        });
    }
}
