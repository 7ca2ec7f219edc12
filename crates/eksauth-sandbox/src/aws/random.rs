//! Random keys, tokens and ids, in the shapes of AWS's.

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER};
use zeroize::Zeroizing;

/// With what the session tokens of many AWS regions start, and the two characters of base64 that
/// break in a URL unless they are encoded. 20 characters, so that the whole is base64 too.
const SESSION_TOKEN_START: &str = "IQoJb3JpZ2luX2VjEJ+/";

/// One more than a multiple of three, so that the base64 ends with `==`.
const SESSION_TOKEN_BYTES: usize = 256;

/// An access key id; `kind` is the prefix that tells long-term keys (`AKIA`) and those of sessions
/// (`ASIA`) apart.
pub(super) fn access_key_id(kind: &str) -> Result<String, getrandom::Error> {
    Ok(format!("{kind}{}", BASE32_NOPAD.encode(&*bytes::<10>()?)))
}

pub(super) fn secret_access_key() -> Result<Zeroizing<String>, getrandom::Error> {
    Ok(Zeroizing::new(BASE64.encode(&*bytes::<30>()?)))
}

pub(super) fn session_token() -> Result<Zeroizing<String>, getrandom::Error> {
    let random = Zeroizing::new(BASE64.encode(&*bytes::<SESSION_TOKEN_BYTES>()?));
    Ok(Zeroizing::new(format!("{SESSION_TOKEN_START}{}", *random)))
}

/// In the shape of a UUID. Only for people to find a request by, so no randomness is no reason to
/// fail.
pub(super) fn request_id() -> String {
    let hex = HEXLOWER.encode(&*bytes::<16>().unwrap_or_default());
    let (a, b, c) = (&hex[..8], &hex[8..12], &hex[12..16]);
    format!("{a}-{b}-{c}-{}-{}", &hex[16..20], &hex[20..])
}

pub(super) fn bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, getrandom::Error>
where
    [u8; N]: zeroize::Zeroize,
{
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tokens_have_the_shapes_of_awss() {
        let id = access_key_id("ASIA").unwrap();
        assert_eq!((id.len(), &id[..4]), (20, "ASIA"));
        assert_eq!(secret_access_key().unwrap().len(), 40);
        let token = session_token().unwrap();
        assert!(token.len() > 300);
        assert!("+/=".chars().all(|c| token.contains(c)));
        assert!(BASE64.decode(token.as_bytes()).is_ok());
        assert_eq!(request_id().len(), 36);
        assert_ne!(request_id(), request_id());
    }
}
