//! HTTP/2 as only an attacker speaks it, frame by frame.

use std::time::Duration;

use eksauth_server::WebhookLimits;
use tokio::io::AsyncReadExt as _;

use crate::client::{Protocol, Raw};
use crate::scene::{Scene, Served, TOKEN, review};
use crate::stopped_time::{StoppedTime, settle};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

/// RFC 9113, section 6.5.2.
const INITIAL_WINDOW_SIZE: u8 = 4;

struct Frame {
    kind: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Frame {
    /// The number in the payload from a byte on: an error code.
    fn code(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.payload[at..at + 4].try_into().unwrap())
    }
}

/// The bytes of a frame.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// `POST https://a/authenticate`, in the static table of RFC 7541 where it is in there.
fn post() -> Vec<u8> {
    let mut block = vec![0x83, 0x87, 0x04, 13];
    block.extend(b"/authenticate");
    block.extend([0x01, 1, b'a']);
    block
}

fn hello(settings: &[u8]) -> Vec<u8> {
    [PREFACE, &frame(SETTINGS, 0, 0, settings)].concat()
}

/// The ids that a client gives its streams.
fn streams(number: u32) -> impl Iterator<Item = u32> {
    (0..number).map(|index| 2 * index + 1)
}

async fn read_frame(raw: &mut Raw) -> Option<Frame> {
    let mut head = [0; 9];
    raw.0.read_exact(&mut head).await.ok()?;
    let [a, b, c, kind, _flags, stream @ ..] = head;
    let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
    raw.0.read_exact(&mut payload).await.ok()?;
    Some(Frame {
        kind,
        stream: u32::from_be_bytes(stream),
        payload,
    })
}

/// Everything that comes up to the end of the connection.
async fn rest(raw: &mut Raw) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Some(frame) = read_frame(raw).await {
        frames.push(frame);
    }
    frames
}

/// Writes as far as the server lets it.
async fn pour(raw: &mut Raw, bytes: &[u8]) {
    let _cut_off = tokio::io::AsyncWriteExt::write_all(&mut raw.0, bytes).await;
    let _cut_off = tokio::io::AsyncWriteExt::flush(&mut raw.0).await;
}

async fn assert_told_to_calm_down(raw: &mut Raw) {
    let frames = rest(raw).await;
    let goaway = frames.iter().rfind(|frame| frame.kind == GOAWAY);
    let goaway = goaway.expect("a GOAWAY");
    assert_eq!(goaway.code(4), ENHANCE_YOUR_CALM);
}

async fn assert_others_are_served(served: &Served) {
    let mut client = served.client(Protocol::Http2).await;
    assert_eq!(client.review(review(None)).await.status, 200);
}

#[tokio::test]
async fn a_stream_too_many_is_refused_and_the_others_go_on() {
    let scene = Scene::new();
    let limits = WebhookLimits {
        max_streams: 10,
        ..WebhookLimits::default()
    };
    let served = scene.serve_within(limits).await;
    let mut raw = served.raw(Protocol::Http2).await;
    // Whose bodies do not come, so that they stay open.
    let mut opened = hello(&[]);
    for stream in streams(11) {
        opened.extend(frame(HEADERS, END_HEADERS, stream, &post()));
    }
    raw.write(&opened).await;
    let refused = loop {
        let frame = read_frame(&mut raw).await.unwrap();
        if frame.kind == RESET {
            break frame;
        }
    };
    assert_eq!((refused.stream, refused.code(0)), (21, REFUSED_STREAM));
    for stream in streams(10) {
        raw.write(frame(DATA, END_STREAM, stream, review(None).as_bytes()))
            .await;
    }
    let mut answered = std::collections::BTreeSet::new();
    while answered.len() < 10 {
        let frame = read_frame(&mut raw).await.unwrap();
        if frame.kind == HEADERS {
            answered.insert(frame.stream);
        }
    }
    assert!(answered.into_iter().eq(streams(10)));
    assert_eq!(scene.authenticator.asked(), [TOKEN; 10]);
}

#[tokio::test]
async fn who_sends_no_body_keeps_nobody_out() {
    let scene = Scene::new();
    let limits = WebhookLimits {
        max_requests: 2,
        ..WebhookLimits::default()
    };
    let served = scene.serve_within(limits).await;
    let mut raw = served.raw(Protocol::Http2).await;
    let mut opened = hello(&[]);
    for stream in streams(100) {
        opened.extend(frame(HEADERS, END_HEADERS, stream, &post()));
    }
    raw.write(&opened).await;
    settle().await;
    assert_eq!(served.metrics.requests_in_flight(), 0);
    assert_others_are_served(&served).await;
}

#[tokio::test]
async fn there_is_no_more_of_unfinished_bodies_than_there_is_room_for() {
    let scene = Scene::new();
    let limits = WebhookLimits {
        max_requests: 2,
        max_body_len: 1_000,
        ..WebhookLimits::default()
    };
    let served = scene.serve_within(limits).await;
    let mut raw = served.raw(Protocol::Http2).await;
    let mut opened = hello(&[]);
    for stream in streams(3) {
        opened.extend(frame(HEADERS, END_HEADERS, stream, &post()));
        opened.extend(frame(DATA, 0, stream, &[b' '; 900]));
    }
    raw.write(&opened).await;
    // The third is answered before its end, and the other two have room.
    let answered = loop {
        let frame = read_frame(&mut raw).await.unwrap();
        if frame.kind == HEADERS {
            break frame.stream;
        }
    };
    assert_eq!(answered, 5);
    let mut client = served.client(Protocol::Http2).await;
    assert_eq!(client.review(review(None)).await.status, 200);
    let metrics = client.get("/metrics").await.body;
    let name = "aws_iam_authenticator_webhook_limited_total";
    assert!(
        metrics.contains(&format!("{name}{{limit=\"bodies\"}} 1\n")),
        "{metrics}"
    );
    // Who leaves makes room.
    drop(raw);
    served.until_connections(1).await;
    settle().await;
    let mut longest = review(None);
    longest.push_str(&" ".repeat(1_000 - longest.len()));
    assert_eq!(client.review(longest).await.status, 200);
}

#[tokio::test]
async fn streams_without_end_that_are_too_many_end_the_connection() {
    let scene = Scene::new();
    let limits = WebhookLimits {
        max_streams: 1,
        ..WebhookLimits::default()
    };
    let served = scene.serve_within(limits).await;
    let mut raw = served.raw(Protocol::Http2).await;
    let mut flood = hello(&[]);
    for stream in streams(1_200) {
        flood.extend(frame(HEADERS, END_HEADERS, stream, &post()));
    }
    pour(&mut raw, &flood).await;
    assert_told_to_calm_down(&mut raw).await;
    served.until_connections(0).await;
    assert_others_are_served(&served).await;
}

#[tokio::test]
async fn streams_that_are_opened_and_reset_end_the_connection() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut raw = served.raw(Protocol::Http2).await;
    let mut flood = hello(&[]);
    for stream in streams(2_000) {
        flood.extend(frame(HEADERS, END_HEADERS, stream, &post()));
        flood.extend(frame(RESET, 0, stream, &8_u32.to_be_bytes()));
    }
    pour(&mut raw, &flood).await;
    assert_told_to_calm_down(&mut raw).await;
    served.until_connections(0).await;
    while served.metrics.requests_in_flight() != 0 {
        tokio::task::yield_now().await;
    }
    assert!(scene.authenticator.asked().is_empty());
    assert_others_are_served(&served).await;
}

#[tokio::test]
async fn streams_that_break_the_protocol_end_the_connection() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut raw = served.raw(Protocol::Http2).await;
    // HTTP/2 knows no header of the name `connection`.
    let wrong = [post(), b"\x00\x0aconnection\x01x".to_vec()].concat();
    let mut flood = hello(&[]);
    for stream in streams(1_200) {
        flood.extend(frame(HEADERS, END_HEADERS | END_STREAM, stream, &wrong));
    }
    pour(&mut raw, &flood).await;
    assert_told_to_calm_down(&mut raw).await;
    served.until_connections(0).await;
    assert!(scene.authenticator.asked().is_empty());
    assert_others_are_served(&served).await;
}

#[tokio::test]
async fn headers_without_end_end_the_connection() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut raw = served.raw(Protocol::Http2).await;
    let mut flood = hello(&[]);
    flood.extend(frame(HEADERS, 0, 1, &post()));
    // A field after the other: `x: ` and a hundred letters.
    let field = [&[0x00, 1, b'x', 100][..], &[b'y'; 100]].concat();
    for _ in 0..2_000 {
        flood.extend(frame(CONTINUATION, 0, 1, &field.repeat(10)));
    }
    pour(&mut raw, &flood).await;
    rest(&mut raw).await;
    served.until_connections(0).await;
    assert!(scene.authenticator.asked().is_empty());
    assert_others_are_served(&served).await;
}

#[tokio::test]
async fn frames_that_ask_for_nothing_are_no_activity() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let mut raw = served.raw(Protocol::Http2).await;
    raw.write(hello(&[])).await;
    for _ in 0..9 {
        time.pass(Duration::from_secs(1)).await;
        raw.write(frame(PING, 0, 0, &[0; 8])).await;
        raw.write(frame(SETTINGS, 0, 0, &[])).await;
    }
    assert_eq!(served.metrics.connections(), 1);
    time.pass(Duration::from_secs(2)).await;
    time.pass(Duration::from_secs(3)).await;
    served.until_connections(0).await;
    assert!(rest(&mut raw).await.iter().any(|it| it.kind == GOAWAY));
}

#[tokio::test]
async fn an_answer_for_which_there_is_no_room_is_not_kept_for_ever() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let mut raw = served.raw(Protocol::Http2).await;
    let no_room = [&[0, INITIAL_WINDOW_SIZE][..], &[0; 4]].concat();
    let mut asked = hello(&no_room);
    for stream in streams(20) {
        asked.extend(frame(HEADERS, END_HEADERS, stream, &post()));
        asked.extend(frame(DATA, END_STREAM, stream, review(None).as_bytes()));
    }
    raw.write(&asked).await;
    while scene.authenticator.asked().len() < 20 {
        tokio::task::yield_now().await;
    }
    settle().await;
    assert_eq!(served.metrics.requests_in_flight(), 0);
    time.pass(WebhookLimits::default().idle_timeout + Duration::from_millis(10))
        .await;
    assert_eq!(served.metrics.connections(), 1, "it is told to close first");
    time.pass(Duration::from_secs(3)).await;
    served.until_connections(0).await;
    let frames = rest(&mut raw).await;
    assert!(frames.iter().any(|frame| frame.kind == GOAWAY));
    let bodies = frames.iter().filter(|frame| frame.kind == DATA);
    assert!(bodies.into_iter().all(|frame| frame.payload.is_empty()));
}

#[tokio::test]
async fn no_more_of_a_body_comes_than_is_read() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut raw = served.raw(Protocol::Http2).await;
    raw.write(hello(&[])).await;
    let settings = read_frame(&mut raw).await.unwrap();
    assert_eq!(settings.kind, SETTINGS);
    let pairs = settings.payload.chunks(6).map(|setting| {
        let (name, value) = setting.split_at(2);
        (name[1], u32::from_be_bytes(value.try_into().unwrap()))
    });
    let settings: std::collections::BTreeMap<_, _> = pairs.collect();
    // 3 is how many streams there may be at the same time, 6 how long headers.
    assert_eq!(settings.get(&3), Some(&250));
    assert_eq!(settings.get(&INITIAL_WINDOW_SIZE), Some(&(64 * 1024 + 1)));
    assert_eq!(settings.get(&6), Some(&(16 * 1024)));
}
