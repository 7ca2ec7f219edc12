//! An OIDC identity provider: the tokens of pods and of CI systems.
//!
//! At AWS these are signed with a public key algorithm, by others. Nobody but the local AWS reads
//! those of the local AWS, so a shared key will do: HS256 of RFC 7518.

use data_encoding::BASE64URL_NOPAD;
use hmac::Mac as _;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::random;
use super::sigv4::keyed;
use crate::World;

/// The only header that is minted, and the only one that is believed.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// More than any token that was minted here.
const MAX_LEN: usize = 20_000;

pub(super) struct WebIdentityIssuer {
    issuer: String,
    key: Zeroizing<[u8; 32]>,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Claims {
    iss: String,
    pub(super) sub: String,
    pub(super) aud: String,
    exp: i64,
    iat: i64,
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadToken {
    /// Not made here, or changed since.
    Forged,
    Audience,
    /// Its time is over.
    Expired {
        at: i64,
    },
}

impl WebIdentityIssuer {
    pub(super) fn new(world: &World) -> Result<Self, getrandom::Error> {
        let (region, suffix) = (&world.region, world.partition().dns_suffix());
        Ok(Self {
            issuer: format!("https://oidc.eks.{region}.{suffix}/id/SANDBOX"),
            key: random::bytes()?,
        })
    }

    /// The identity provider, as STS tells it: without scheme.
    pub(super) fn provider(&self) -> &str {
        self.issuer.trim_start_matches("https://")
    }

    pub(super) fn mint(
        &self,
        subject: &str,
        audience: &str,
        now: Timestamp,
        lifetime: SignedDuration,
    ) -> Zeroizing<String> {
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: subject.to_owned(),
            aud: audience.to_owned(),
            exp: now.as_second().saturating_add(lifetime.as_secs()),
            iat: now.as_second(),
        };
        let claims = serde_json::json!(claims).to_string();
        let signed = [HEADER, &claims]
            .map(|it| BASE64URL_NOPAD.encode(it.as_bytes()))
            .join(".");
        let signature = BASE64URL_NOPAD.encode(&self.mac(&signed).finalize().into_bytes());
        Zeroizing::new(format!("{signed}.{signature}"))
    }

    /// Reads a token for an audience.
    pub(super) fn verify(
        &self,
        token: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<Claims, BadToken> {
        let claims = self.authentic(token).ok_or(BadToken::Forged)?;
        if claims.aud != audience {
            return Err(BadToken::Audience);
        }
        if now.as_second() >= claims.exp {
            return Err(BadToken::Expired { at: claims.exp });
        }
        Ok(claims)
    }

    fn authentic(&self, token: &str) -> Option<Claims> {
        if token.len() > MAX_LEN {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decoded = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        // In constant time.
        self.mac(signed).verify_slice(&decoded(signature)?).ok()?;
        let claims: Claims = serde_json::from_slice(&decoded(claims)?).ok()?;
        (decoded(header)? == HEADER.as_bytes() && claims.iss == self.issuer).then_some(claims)
    }

    fn mac(&self, signed: &str) -> super::sigv4::HmacSha256 {
        let mut mac = keyed(&*self.key);
        mac.update(signed.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUDIENCE: &str = "sts.amazonaws.com";
    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn now() -> Timestamp {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_token_is_believed_until_its_end() {
        let issuer = WebIdentityIssuer::new(&World::default()).unwrap();
        let token = issuer.mint("subject", AUDIENCE, now(), HOUR);
        let claims = issuer.verify(&token, AUDIENCE, now()).unwrap();
        assert_eq!(claims.sub, "subject");
        let end = now() + HOUR;
        assert_eq!(
            issuer.verify(&token, AUDIENCE, end),
            Err(BadToken::Expired {
                at: end.as_second()
            })
        );
        assert_eq!(
            issuer.verify(&token, "other", now()),
            Err(BadToken::Audience)
        );
    }

    #[test]
    fn nothing_else_is_believed() {
        let issuer = WebIdentityIssuer::new(&World::default()).unwrap();
        let other = WebIdentityIssuer::new(&World::default()).unwrap();
        let token = issuer.mint("subject", AUDIENCE, now(), HOUR);
        let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("a token has three parts");
        };
        let none = BASE64URL_NOPAD.encode(br#"{"alg":"none"}"#);
        let forged = BASE64URL_NOPAD.encode(br#"{"iss":"i","sub":"s","aud":"a","exp":9,"iat":1}"#);
        for token in [
            String::new(),
            "a.b.c".to_owned(),
            other.mint("subject", AUDIENCE, now(), HOUR).to_string(),
            format!("{none}.{claims}."),
            format!("{none}.{claims}.{signature}"),
            format!("{header}.{forged}.{signature}"),
            format!("{header}.{claims}"),
            format!("{header}.{claims}.{signature}.x"),
            format!("{}x", *token),
        ] {
            let verdict = issuer.verify(&token, AUDIENCE, now());
            assert_eq!(verdict, Err(BadToken::Forged), "{token}");
        }
    }
}
