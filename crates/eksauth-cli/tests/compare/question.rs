//! What both programs are asked.

use eksauth_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::tokens::Signed;

/// A request, and what it is about in the words of the document.
pub(crate) struct Question<'a> {
    pub(crate) name: &'static str,
    method: &'static str,
    path: &'static str,
    body: Body<'a>,
    /// What goes wrong in STS meanwhile.
    pub(crate) fault: Option<Fault>,
}

enum Body<'a> {
    Text(String),
    Review(Signed<'a>),
}

impl<'a> Question<'a> {
    pub(crate) fn new(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        body: impl Into<String>,
    ) -> Self {
        Self {
            name,
            method,
            path,
            body: Body::Text(body.into()),
            fault: None,
        }
    }

    /// A body, sent to where reviews are sent to.
    pub(crate) fn posted(name: &'static str, body: impl Into<String>) -> Self {
        Self::new(name, "POST", "/authenticate", body)
    }

    /// A review of a token that is signed when it is asked for.
    pub(crate) fn review(name: &'static str, signed: Signed<'a>) -> Self {
        Self {
            body: Body::Review(signed),
            ..Self::posted(name, "")
        }
    }

    pub(crate) fn while_sts(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    pub(crate) fn method(&self) -> &'static str {
        self.method
    }

    pub(crate) fn path(&self) -> &'static str {
        self.path
    }

    pub(crate) fn body(&self, sandbox: &Sandbox) -> String {
        match &self.body {
            Body::Text(text) => text.clone(),
            Body::Review(signed) => review("v1", &signed.token(sandbox)).to_string(),
        }
    }
}

/// A TokenReview as an API server sends it.
pub(crate) fn review(version: &str, token: &str) -> Value {
    json!({
        "kind": "TokenReview",
        "apiVersion": format!("authentication.k8s.io/{version}"),
        "metadata": {"creationTimestamp": null},
        "spec": {"token": token, "audiences": ["https://kubernetes.default.svc"]},
        "status": {"user": {}},
    })
}
