//! The presigned URL with holes for what changes from token to token: the date, twice, and the
//! signature.
//!
//! Everything else is written and encoded once, so that a token is mostly copied.

use std::ops::Range;

use data_encoding::BASE64URL_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::amz_date::AmzDate;
use crate::token::TOKEN_PREFIX;
use crate::{SigningCredentials, StsEndpoint};

/// A SHA-256 in hex.
pub(super) const SIGNATURE_LEN: usize = 64;

/// The day in the credential scope: `YYYYMMDD`.
const DAY_LEN: usize = 8;

/// What a query value keeps unencoded: the unreserved characters of RFC 3986, section 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const SIGNATURE_PARAMETER: &str = "&X-Amz-Signature=";

/// Base64 turns three bytes into four characters; a hole is widened to whole groups.
const GROUP: usize = 3;
const WIDEST_HOLE: usize = SIGNATURE_LEN + 2 * GROUP;

pub(super) struct Template {
    /// Holds the session token. Names are in canonical order, so the query that is signed and the
    /// one in the URL are the same bytes.
    url: Zeroizing<String>,
    /// The URL in base64, its holes filled with anything.
    encoded: Zeroizing<String>,
    query_at: usize,
    day: Range<usize>,
    date: Range<usize>,
    signature: Range<usize>,
}

impl Template {
    pub(super) fn new(credentials: &SigningCredentials, endpoint: &StsEndpoint) -> Self {
        let access_key_id = utf8_percent_encode(credentials.access_key_id(), ENCODED);
        let region = endpoint.signing_region();
        let session_token = credentials.session_token();
        // Long enough that it does not grow, which would leave a copy behind that nobody erases.
        let longest = 1024
            + 3 * credentials.access_key_id().len()
            + 3 * session_token.map_or(0, str::len)
            + endpoint.host().len();
        let mut url = Zeroizing::new(String::with_capacity(longest));

        url.push_str(&format!("https://{}/?", endpoint.host()));
        let query_at = url.len();
        url.push_str(
            "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256",
        );
        url.push_str(&format!("&X-Amz-Credential={access_key_id}%2F"));
        let day = hole(&mut url, DAY_LEN);
        url.push_str(&format!("%2F{region}%2Fsts%2Faws4_request&X-Amz-Date="));
        let date = hole(&mut url, AmzDate::LEN);
        // STS ignores the value, but it is signed: every client of the protocol sends 60.
        url.push_str("&X-Amz-Expires=60");
        if let Some(session_token) = session_token {
            url.push_str("&X-Amz-Security-Token=");
            url.extend(utf8_percent_encode(session_token, ENCODED));
        }
        url.push_str("&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id");
        url.push_str(SIGNATURE_PARAMETER);
        let signature = hole(&mut url, SIGNATURE_LEN);

        let encoded = Zeroizing::new(BASE64URL_NOPAD.encode(url.as_bytes()));
        Self {
            url,
            encoded,
            query_at,
            day,
            date,
            signature,
        }
    }

    /// Hands out the query that is signed, in parts, in order.
    pub(super) fn query(&self, date: AmzDate, mut write: impl FnMut(&[u8])) {
        let url = self.url.as_bytes();
        write(&url[self.query_at..self.day.start]);
        write(&date.day());
        write(&url[self.day.end..self.date.start]);
        write(date.as_bytes());
        write(&url[self.date.end..self.signature.start - SIGNATURE_PARAMETER.len()]);
    }

    /// The token with its holes filled.
    pub(super) fn token(
        &self,
        date: AmzDate,
        signature: &[u8; SIGNATURE_LEN],
    ) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.token_len()));
        text.push_str(TOKEN_PREFIX);
        let mut copied = 0;
        let fillings: [(&Range<usize>, &[u8]); 3] = [
            (&self.day, &date.day()),
            (&self.date, date.as_bytes()),
            (&self.signature, signature),
        ];
        for (hole, filling) in fillings {
            let groups = self.whole_groups(hole);
            text.push_str(&self.encoded[copied..groups.start / GROUP * 4]);
            let mut bytes = Zeroizing::new([0; WIDEST_HOLE]);
            let bytes = &mut bytes[..groups.len()];
            bytes.copy_from_slice(&self.url.as_bytes()[groups.clone()]);
            bytes[hole.start - groups.start..][..filling.len()].copy_from_slice(filling);
            BASE64URL_NOPAD.encode_append(bytes, &mut text);
            copied = groups.end.div_ceil(GROUP) * 4;
        }
        text
    }

    pub(super) fn token_len(&self) -> usize {
        TOKEN_PREFIX.len() + self.encoded.len()
    }

    /// A hole, widened to what base64 encodes as a whole. The last one, the signature, reaches to
    /// the end of the URL.
    fn whole_groups(&self, hole: &Range<usize>) -> Range<usize> {
        let start = hole.start / GROUP * GROUP;
        let end = hole.end.next_multiple_of(GROUP).min(self.url.len());
        start..end
    }
}

/// Leaves a hole at the end of the text.
fn hole(text: &mut String, len: usize) -> Range<usize> {
    let start = text.len();
    text.extend(std::iter::repeat_n('0', len));
    start..text.len()
}
