//! `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::super::{ALGORITHM, SignatureFault};
use super::{Claim, Parts, Place, incomplete};
use crate::aws::received::Received;

const DATE: &str = "x-amz-date";
const SESSION_TOKEN: &str = "x-amz-security-token";

pub(super) fn claim(request: &Received) -> Result<Claim, SignatureFault> {
    let headers = request.headers();
    let authorization = only(headers, AUTHORIZATION.as_str())?.unwrap_or_default();
    let components = authorization.strip_prefix(ALGORITHM);
    let components = components
        .and_then(|it| it.strip_prefix(' '))
        .ok_or_else(|| {
            incomplete(
                "Unsupported AWS 'algorithm': the Authorization header must start with \
                    'AWS4-HMAC-SHA256'.",
            )
        })?;
    let components = Components::parse(components)?;
    let claim = Claim::new(
        Place::Header,
        Parts {
            credential: components.get("Credential")?,
            date: only(headers, DATE)?.ok_or_else(|| {
                incomplete("Authorization header requires existence of a 'X-Amz-Date' header.")
            })?,
            session_token: only(headers, SESSION_TOKEN)?,
            signed_headers: components.get("SignedHeaders")?,
            signature: components.get("Signature")?,
        },
    )?;
    Ok(claim)
}

struct Components<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Components<'a> {
    fn parse(text: &'a str) -> Result<Self, SignatureFault> {
        let mut components = Self(Vec::new());
        for component in text.split(',') {
            let (name, value) = component.trim().split_once('=').ok_or_else(|| {
                incomplete("Authorization header requires components of the form 'Name=Value'.")
            })?;
            if components.find(name).is_some() {
                return Err(incomplete(
                    "Authorization header requires each component once.",
                ));
            }
            components.0.push((name, value));
        }
        Ok(components)
    }

    fn get(&self, name: &'static str) -> Result<&'a str, SignatureFault> {
        let value = self.find(name).filter(|it| !it.is_empty());
        value.ok_or_else(|| {
            incomplete(&format!(
                "Authorization header requires '{name}' parameter."
            ))
        })
    }

    fn find(&self, name: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(it, _)| *it == name)
            .map(|(_, value)| *value)
    }
}

/// The value of a header that can be there only once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, SignatureFault> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(incomplete(&format!(
            "Header '{name}' must be given only once."
        )));
    }
    let value = value.to_str().map(str::trim);
    value
        .map(Some)
        .map_err(|_no_ascii| incomplete(&format!("Header '{name}' must be ASCII text.")))
}
