//! Proof that nothing secret got out, whole, cut or encoded.

mod forms;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use forms::Form;

/// So long a piece of a secret counts as a leak of it.
const WINDOW: usize = 16;

/// What would be found everywhere is no use as a secret.
const SHORTEST: usize = 6;

/// Looks for secrets in logs, errors, `Debug` output and whatever else people get to see.
///
/// A secret is found as it is, percent-encoded, in base64 or base64url at any alignment, in hex,
/// or escaped as `Debug` and JSON do; and of each of these any 16 consecutive bytes are enough, so
/// that truncation does not hide it. Forms shorter than that are looked for whole.
///
/// ```
/// # use eksauth_testing::SecretScan;
/// let scan = SecretScan::new().secret("secret access key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY");
/// scan.assert_clean("the error", "the profile `prod` has no credentials");
/// ```
#[derive(Default)]
pub struct SecretScan {
    secrets: Vec<Secret>,
}

struct Secret {
    name: String,
    forms: Vec<Form>,
}

struct Leak<'a> {
    name: &'a str,
    form: &'static str,
    offset: usize,
}

impl SecretScan {
    /// A scan that knows no secret yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a secret. Its name is what a failure tells.
    ///
    /// # Panics
    ///
    /// When the value has fewer than six bytes, which would be found everywhere.
    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        assert!(
            value.len() >= SHORTEST,
            "the {name} is too short to be looked for"
        );
        self.secrets.push(Secret {
            name: name.to_owned(),
            forms: forms::of(value),
        });
        self
    }

    /// Adds what is secret in a token: its session token and its signature, bare, in the URL and in
    /// the token. The rest of the URL is the same for everyone, or no secret, so what all tokens
    /// start with is no leak; the whole token is one by its signature.
    ///
    /// # Panics
    ///
    /// When it is not `k8s-aws-v1.` and the base64url of a URL with a signature.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        let url = url_of(token);
        let scan = match parameter(&url, "X-Amz-Security-Token") {
            Some(session_token) => self.secret("session token in the token", &session_token),
            None => self,
        };
        let signature = parameter(&url, "X-Amz-Signature").expect("a token has X-Amz-Signature");
        scan.secret("signature in the token", &signature)
    }

    /// Panics when `text` holds a secret, with the secret's name and `place`, and never its value.
    #[track_caller]
    pub fn assert_clean(&self, place: &str, text: impl AsRef<[u8]>) {
        if let Some(Leak { name, form, offset }) = self.find(text.as_ref()) {
            panic!("SECRET LEAKED: {place} shows the {name} ({form}), from byte {offset} on");
        }
    }

    fn find(&self, text: &[u8]) -> Option<Leak<'_>> {
        let mut pieces: HashMap<&[u8], (&str, &'static str)> = HashMap::new();
        let mut wholes = Vec::new();
        for secret in &self.secrets {
            for form in &secret.forms {
                let bytes = form.text.as_bytes();
                if bytes.len() < WINDOW {
                    wholes.push((secret, form, bytes));
                } else {
                    for piece in bytes.windows(WINDOW) {
                        pieces.entry(piece).or_insert((&secret.name, form.name));
                    }
                }
            }
        }
        let piece = text
            .windows(WINDOW)
            .enumerate()
            .find_map(|(offset, window)| {
                pieces
                    .get(window)
                    .map(|&(name, form)| Leak { name, form, offset })
            });
        piece.or_else(|| {
            wholes.into_iter().find_map(|(secret, form, bytes)| {
                let offset = text
                    .windows(bytes.len())
                    .position(|window| window == bytes)?;
                Some(Leak {
                    name: &secret.name,
                    form: form.name,
                    offset,
                })
            })
        })
    }
}

/// Only names: a scan must not be the leak.
impl fmt::Debug for SecretScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.secrets.iter().map(|secret| &secret.name))
            .finish()
    }
}

fn url_of(token: &str) -> Zeroizing<String> {
    let encoded = token
        .strip_prefix("k8s-aws-v1.")
        .expect("a token starts with k8s-aws-v1.");
    let url = BASE64URL_NOPAD
        .decode(encoded.as_bytes())
        .expect("a token is base64url");
    Zeroizing::new(String::from_utf8(url).expect("a token holds a URL"))
}

fn parameter(url: &str, name: &str) -> Option<Zeroizing<String>> {
    let (_, query) = url.split_once('?')?;
    let (_, value) = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
    Some(Zeroizing::new(decoded.into_owned()))
}
