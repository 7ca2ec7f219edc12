//! What a command came to.

use std::process::Output;

use serde_json::Value;

#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        let ran = Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        // Data may be a token. What people are told never holds one.
        assert_tells_no_secret("stderr", &ran.stderr);
        ran
    }

    pub(crate) fn is_good(&self) -> bool {
        self.code == Some(0)
    }

    /// It worked: what is on stdout.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert!(self.is_good(), "{self:#?}");
        self.stdout
    }

    /// It failed: what is on stderr.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{self:#?}");
        self.stderr
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.succeeded()).expect("JSON on stdout")
    }
}

/// No token and no presigned URL. All tokens begin with `https` in base64.
#[track_caller]
pub(crate) fn assert_tells_no_secret(place: &str, text: &str) {
    for part in [
        "k8s-aws-v1.aHR0c",
        "X-Amz-Signature",
        "X-Amz-Security-Token",
    ] {
        assert!(!text.contains(part), "SECRET LEAKED: {place} holds a token");
    }
}

#[track_caller]
pub(crate) fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "expected {word:?} in:\n{text}");
    }
}
