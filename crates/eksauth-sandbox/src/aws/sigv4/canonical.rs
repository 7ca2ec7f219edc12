//! The canonical form of a request, which is what is signed.

use std::borrow::Cow;

use data_encoding::HEXLOWER;
use http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::SignatureFault;
use super::claim::{Claim, SIGNATURE_PARAMETER};
use crate::aws::parameters::Parameters;
use crate::aws::received::Received;

/// All but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const ENCODED_IN_PATH: &AsciiSet = &ENCODED.remove(b'/');

const CONTENT_HASH: &str = "x-amz-content-sha256";

/// The canonical request. It holds the session token.
pub(super) fn request(
    request: &Received,
    claim: &Claim,
) -> Result<Zeroizing<Vec<u8>>, SignatureFault> {
    check_what_must_be_signed(request.headers(), &claim.signed_headers)?;
    let query = request
        .query()
        .map_err(|_| SignatureFault::MalformedQuery)?;
    let hash = payload_hash(request)?;
    let mut text = Zeroizing::new(Vec::new());
    let mut line = |content: &[u8]| {
        text.extend_from_slice(content);
        text.push(b'\n');
    };
    line(request.method().as_str().as_bytes());
    line(path(request.path()).as_bytes());
    line(canonical_query(query).as_bytes());
    for name in &claim.signed_headers {
        line(&header(request, name)?);
    }
    line(b"");
    line(claim.signed_headers.join(";").as_bytes());
    text.extend_from_slice(hash.as_bytes());
    Ok(text)
}

/// "You must include the host header (HTTP/1.1) …, and any x-amz-* headers in the request."
fn check_what_must_be_signed(headers: &HeaderMap, signed: &[String]) -> Result<(), SignatureFault> {
    let is_signed = |name: &str| signed.iter().any(|it| it == name);
    if !is_signed("host") {
        return Err(SignatureFault::Scope(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
        ));
    }
    let mut amz = headers.keys().map(http::HeaderName::as_str);
    match amz.find(|it| it.starts_with("x-amz-") && !is_signed(it)) {
        Some(name) => Err(SignatureFault::Scope(format!(
            "'{name}' must be a 'SignedHeader' in the AWS Authorization."
        ))),
        None => Ok(()),
    }
}

/// Encoded once more than it was sent, as for all services but S3, and without `.`, `..` and empty
/// segments.
fn path(sent: &str) -> String {
    let mut segments = Vec::new();
    for segment in sent.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let end = if sent.ends_with('/') && !segments.is_empty() {
        "/"
    } else {
        ""
    };
    let normalised = format!("/{}{end}", segments.join("/"));
    utf8_percent_encode(&normalised, ENCODED_IN_PATH).to_string()
}

/// Sorted by encoded name.
fn canonical_query(query: &Parameters) -> Zeroizing<String> {
    let signed = query
        .iter()
        .filter(|(name, _)| *name != SIGNATURE_PARAMETER);
    let mut pairs: Vec<_> = signed.map(|(name, value)| (encoded(name), value)).collect();
    // No name is there twice, so values decide nothing.
    pairs.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let mut text = Zeroizing::new(String::new());
    for (at, (name, value)) in pairs.iter().enumerate() {
        let value = Zeroizing::new(encoded(value).into_owned());
        let separator = if at > 0 { "&" } else { "" };
        for part in [separator, name, "=", &value] {
            text.push_str(part);
        }
    }
    text
}

fn encoded(text: &str) -> Cow<'_, str> {
    percent_encode(text.as_bytes(), ENCODED).into()
}

/// `name:value`, the values of a header that is there several times joined with commas.
fn header(request: &Received, name: &str) -> Result<Zeroizing<Vec<u8>>, SignatureFault> {
    let mut line = Zeroizing::new([name.as_bytes(), b":"].concat());
    if name == "host" {
        collapse(request.host().as_bytes(), &mut line);
        return Ok(line);
    }
    let mut values = request.headers().get_all(name).iter();
    // A header that is not there cannot have been signed, not even as an empty one.
    let first = values.next().ok_or(SignatureFault::Mismatch)?;
    collapse(first.as_bytes(), &mut line);
    for value in values {
        line.push(b',');
        collapse(value.as_bytes(), &mut line);
    }
    Ok(line)
}

/// Trims a value, and makes each run of spaces in it one.
fn collapse(value: &[u8], into: &mut Vec<u8>) {
    let words = value
        .split(|b| *b == b' ' || *b == b'\t')
        .filter(|it| !it.is_empty());
    for (at, word) in words.enumerate() {
        if at > 0 {
            into.push(b' ');
        }
        into.extend_from_slice(word);
    }
}

/// Of the body as it was received. What `x-amz-content-sha256` says must be true: nothing here
/// takes unsigned bodies.
fn payload_hash(request: &Received) -> Result<String, SignatureFault> {
    let hash = HEXLOWER.encode(&Sha256::digest(request.body()));
    let said = request.headers().get_all(CONTENT_HASH).iter();
    let mut said = said.map(|it| it.as_bytes().trim_ascii());
    if said.all(|it| it == hash.as_bytes()) {
        Ok(hash)
    } else {
        Err(SignatureFault::Mismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_and_encoded_again() {
        for (sent, canonical) in [
            ("/", "/"),
            ("", "/"),
            ("//", "/"),
            ("/clusters/demo", "/clusters/demo"),
            ("/clusters/", "/clusters/"),
            ("/./clusters//a/../demo", "/clusters/demo"),
            ("/..", "/"),
            ("/clusters/a%20b", "/clusters/a%2520b"),
            ("/clusters/a~b", "/clusters/a~b"),
        ] {
            assert_eq!(path(sent), canonical, "{sent}");
        }
    }

    #[test]
    fn queries_are_sorted_by_encoded_name_and_lose_the_signature() {
        let query = Parameters::parse("b=2&a=x%2Fy&B=&X-Amz-Signature=s&%C3%A4=+");
        // Equal but for case, these two are refused: which order they have does not matter.
        assert!(query.is_err());
        let query = Parameters::parse("b=2&a=x%2Fy&C=&X-Amz-Signature=s&%C3%A4=+~").unwrap();
        assert_eq!(*canonical_query(&query), "%C3%A4=%20~&C=&a=x%2Fy&b=2");
    }

    #[test]
    fn spaces_in_headers_do_not_count() {
        for (value, canonical) in [
            ("a", "a"),
            ("  a   b\t c  ", "a b c"),
            ("\"a   b\"", "\"a b\""),
            ("", ""),
        ] {
            let mut line = Vec::new();
            collapse(value.as_bytes(), &mut line);
            assert_eq!(line, canonical.as_bytes(), "{value:?}");
        }
    }
}
