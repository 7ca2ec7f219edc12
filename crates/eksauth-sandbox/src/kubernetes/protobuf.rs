//! Reviews in the protobuf of Kubernetes.
//!
//! kubectl sends them so, and does not fall back to JSON when that is refused (while it takes JSON
//! for an answer). There are three messages of a few strings: they are read into the JSON that they
//! stand for, by the field numbers of `k8s.io/api`, whose `generated.proto` files promise to keep
//! them.

use serde_json::{Map, Value, json};

use super::api::Review;

/// What the message with these fields holds.
type Fields = &'static [(u64, &'static str, Shape)];

enum Shape {
    Text,
    Message(Fields),
}

const ENVELOPE: Fields = &[(1, "type", Shape::Message(TYPE_META))];

const TYPE_META: Fields = &[(1, "apiVersion", Shape::Text), (2, "kind", Shape::Text)];

/// The field of the envelope that holds the object.
const RAW: u64 = 2;

const IDENTITY: Fields = &[];

const ACCESS: Fields = &[(2, "spec", Shape::Message(ACCESS_SPEC))];

const ACCESS_SPEC: Fields = &[
    (1, "resourceAttributes", Shape::Message(RESOURCE)),
    (2, "nonResourceAttributes", Shape::Message(PATH)),
];

const RESOURCE: Fields = &[
    (1, "namespace", Shape::Text),
    (2, "verb", Shape::Text),
    (3, "group", Shape::Text),
    (4, "version", Shape::Text),
    (5, "resource", Shape::Text),
    (6, "subresource", Shape::Text),
    (7, "name", Shape::Text),
];

const PATH: Fields = &[(1, "path", Shape::Text), (2, "verb", Shape::Text)];

const RULES: Fields = &[(2, "spec", Shape::Message(RULES_SPEC))];

const RULES_SPEC: Fields = &[(1, "namespace", Shape::Text)];

/// The review that `body` holds; `None` when it is not in this encoding.
pub(super) fn decode(review: Review, body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"k8s\0")?;
    let fields = match review {
        Review::Identity => IDENTITY,
        Review::Access => ACCESS,
        Review::Rules => RULES,
    };
    let raw = last_bytes(body, RAW)?;
    let mut object = message(raw, fields)?;
    let envelope = message(body, ENVELOPE)?;
    for (_, name, _) in TYPE_META {
        object.insert((*name).to_owned(), json!(envelope.get("type")?.get(name)?));
    }
    Some(Value::Object(object))
}

/// The known fields of a message. Go's encoder writes empty strings, which are the same as none.
fn message(bytes: &[u8], fields: Fields) -> Option<Map<String, Value>> {
    let mut found = Map::new();
    let mut reader = Reader(bytes);
    while !reader.0.is_empty() {
        let (number, payload) = reader.field()?;
        let Some((_, name, shape)) = fields.iter().find(|it| it.0 == number) else {
            continue;
        };
        // All of ours are length-delimited.
        let payload = payload?;
        let value = match shape {
            Shape::Text if payload.is_empty() => continue,
            Shape::Text => json!(std::str::from_utf8(payload).ok()?),
            Shape::Message(fields) => Value::Object(message(payload, fields)?),
        };
        found.insert((*name).to_owned(), value);
    }
    Some(found)
}

fn last_bytes(message: &[u8], wanted: u64) -> Option<&[u8]> {
    let mut found = None;
    let mut reader = Reader(message);
    while !reader.0.is_empty() {
        let (number, payload) = reader.field()?;
        if number == wanted {
            found = payload;
        }
    }
    found
}

/// What is left to read, in the wire format of <https://protobuf.dev/programming-guides/encoding/>.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The next field's number, and its bytes when it is length-delimited.
    fn field(&mut self) -> Option<(u64, Option<&'a [u8]>)> {
        let tag = self.varint()?;
        let payload = match tag & 7 {
            0 => self.varint().map(|_| None)?,
            1 => self.take(8).map(|_| None)?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Some(self.take(length)?)
            }
            5 => self.take(4).map(|_| None)?,
            // Groups, which Kubernetes does not use.
            _ => return None,
        };
        Some((tag >> 3, payload))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        // The last of ten bytes of seven bits reaches past the 64th: Go ignores that, too.
        for shift in (0..70).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As kubectl 1.32 sent them for `auth whoami`, `auth can-i list pods` and `auth can-i --list`.
    const SENT: [(Review, &[u8]); 3] = [
        (
            Review::Identity,
            b"k8s\0\n-\n\x18authentication.k8s.io/v1\x12\x11SelfSubjectReview\x12\x1a\n\x10\n\0\
              \x12\0\x1a\0\"\0*\x002\08\0B\0\x12\x06\n\x04\n\0\x12\0\x1a\0\"\0",
        ),
        (
            Review::Access,
            b"k8s\0\n2\n\x17authorization.k8s.io/v1\x12\x17SelfSubjectAccessReview\x12=\n\x10\n\0\
              \x12\0\x1a\0\"\0*\x002\08\0B\0\x12\x1f\n\x1d\n\x07default\x12\x04list\x1a\0\"\0*\
              \x04pods2\0:\0\x1a\x08\x08\0\x12\0\x1a\0 \0\x1a\0\"\0",
        ),
        (
            Review::Rules,
            b"k8s\0\n1\n\x17authorization.k8s.io/v1\x12\x16SelfSubjectRulesReview\x12#\n\x10\n\0\
              \x12\0\x1a\0\"\0*\x002\08\0B\0\x12\t\n\x07default\x1a\x04\x18\0\"\0\x1a\0\"\0",
        ),
    ];

    #[test]
    fn what_kubectl_sends_is_the_review_that_it_means() {
        let read = SENT.map(|(review, body)| decode(review, body).unwrap());
        assert_eq!(
            read,
            [
                json!({
                    "apiVersion": "authentication.k8s.io/v1",
                    "kind": "SelfSubjectReview",
                }),
                json!({
                    "apiVersion": "authorization.k8s.io/v1",
                    "kind": "SelfSubjectAccessReview",
                    "spec": { "resourceAttributes": {
                        "namespace": "default", "verb": "list", "resource": "pods",
                    }},
                }),
                json!({
                    "apiVersion": "authorization.k8s.io/v1",
                    "kind": "SelfSubjectRulesReview",
                    "spec": { "namespace": "default" },
                }),
            ]
        );
    }

    #[test]
    fn what_is_damaged_is_read_as_nothing_or_as_something_else_but_never_panics() {
        for (review, body) in SENT {
            for length in 0..body.len() {
                decode(review, &body[..length]);
                for byte in 0..=u8::MAX {
                    let mut damaged = body.to_vec();
                    damaged[length] = byte;
                    decode(review, &damaged);
                }
            }
            assert_eq!(decode(review, &body[4..]), None, "without its magic number");
            assert_eq!(decode(review, &body[..20]), None, "cut short");
            let endless = [b"k8s\0".as_slice(), &[0xff; 32]].concat();
            assert_eq!(decode(review, &endless), None, "a number without an end");
        }
    }
}
