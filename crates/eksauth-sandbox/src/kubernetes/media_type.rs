//! What a client accepts.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};

use super::failure::Failure;

/// What represents an object in place of itself: the `as`, `g` and `v` of a media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Substitute<'a> {
    pub(super) kind: &'a str,
    pub(super) group: &'a str,
    pub(super) version: &'a str,
}

/// The first kind of JSON that the client accepts and `choose` can make; to it, `None` is the plain
/// object.
pub(super) fn negotiate<T>(
    headers: &HeaderMap,
    choose: impl Fn(Option<Substitute<'_>>) -> Option<T>,
) -> Result<T, Failure> {
    let lines = headers.get_all(ACCEPT).iter();
    let text: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let text = text.join(",");
    let mut ranges: Vec<MediaRange<'_>> = match text.trim() {
        "" => vec![MediaRange::parse("*/*")],
        text => text.split(',').map(MediaRange::parse).collect(),
    };
    // Stable: of two that are as welcome, the first wins.
    ranges.sort_by(|one, other| other.quality.total_cmp(&one.quality));
    ranges
        .iter()
        .filter(|range| range.quality > 0.0 && range.includes_json())
        .find_map(|range| choose(range.substitute()))
        .ok_or_else(Failure::not_acceptable)
}

/// That the plain object will do.
pub(super) fn accept_plain(headers: &HeaderMap) -> Result<(), Failure> {
    negotiate(headers, |substitute| substitute.is_none().then_some(()))
}

/// How the body of a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    Protobuf,
}

impl Encoding {
    /// What the request says; JSON when it says nothing.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Failure> {
        let Some(value) = headers.get(CONTENT_TYPE) else {
            return Ok(Self::Json);
        };
        let range = MediaRange::parse(value.to_str().unwrap_or_default());
        match range.essence.to_ascii_lowercase().as_str() {
            "application/json" => Ok(Self::Json),
            "application/vnd.kubernetes.protobuf" => Ok(Self::Protobuf),
            _ => Err(Failure::unsupported_media_type()),
        }
    }
}

/// One member of an `Accept` header (RFC 9110, section 12.5.1).
struct MediaRange<'a> {
    essence: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
    quality: f32,
}

impl<'a> MediaRange<'a> {
    fn parse(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default();
        let parameters: Vec<_> = parts.filter_map(|part| part.split_once('=')).collect();
        let quality = parameters.iter().find(|(name, _)| *name == "q");
        let quality = quality.map_or(1.0, |(_, value)| value.parse().unwrap_or(0.0));
        Self {
            essence,
            parameters,
            quality,
        }
    }

    fn includes_json(&self) -> bool {
        let kinds = ["application/json", "application/*", "*/*"];
        kinds.iter().any(|it| it.eq_ignore_ascii_case(self.essence))
    }

    fn substitute(&self) -> Option<Substitute<'a>> {
        let parameter = |name| self.parameters.iter().find(|it| it.0 == name);
        let value = |name| parameter(name).map_or("", |it| it.1);
        parameter("as").map(|(_, kind)| Substitute {
            kind,
            group: value("g"),
            version: value("v"),
        })
    }
}
