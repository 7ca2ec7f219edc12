//! What a signature is good for: `20150830/us-east-1/iam/aws4_request`.

use std::fmt;

use super::SignatureFault;
use super::claim::AmzDate;

const TERMINATOR: &str = "aws4_request";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::aws) struct Scope {
    pub(super) day: String,
    pub(in crate::aws) region: String,
    pub(in crate::aws) service: String,
    terminator: String,
}

impl Scope {
    /// Splits a credential into the access key id and the scope.
    pub(super) fn split(credential: &str) -> Result<(&str, Self), SignatureFault> {
        let parts: Vec<_> = credential.split('/').collect();
        match parts[..] {
            [id, day, region, service, terminator] if !id.is_empty() => Ok((
                id,
                Self {
                    day: day.to_owned(),
                    region: region.to_owned(),
                    service: service.to_owned(),
                    terminator: terminator.to_owned(),
                },
            )),
            _ => Err(SignatureFault::Incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term"
                    .to_owned(),
            )),
        }
    }

    /// Whether the scope is that of a service in a region (any, if it has none of its own), on the
    /// day of the signature.
    pub(in crate::aws) fn check(
        &self,
        service: &str,
        region: Option<&str>,
        date: &AmzDate,
    ) -> Result<(), SignatureFault> {
        let wrong = |text: String| Err(SignatureFault::Scope(text));
        if self.terminator != TERMINATOR {
            return wrong(format!(
                "Credential should be scoped with a valid terminator: '{TERMINATOR}'."
            ));
        }
        if self.service != service {
            return wrong(format!(
                "Credential should be scoped to correct service: '{service}'."
            ));
        }
        if self.region.is_empty() || region.is_some_and(|it| it != self.region) {
            let region = shown(&self.region);
            return wrong(format!(
                "Credential should be scoped to a valid region, not '{region}'."
            ));
        }
        if self.day != date.day() {
            let (found, day, date) = (shown(&self.day), date.day(), date.text());
            return wrong(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '{found}' != '{day}', from '{date}'."
            ));
        }
        Ok(())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            day,
            region,
            service,
            terminator,
        } = self;
        write!(f, "{day}/{region}/{service}/{terminator}")
    }
}

fn shown(text: &str) -> String {
    text.escape_debug().take(64).collect()
}
