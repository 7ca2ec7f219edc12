//! Codes of MFA devices.

use std::fmt;

use zeroize::Zeroizing;

/// Asks a person for the code that an MFA device shows.
///
/// Called at most once for each role that demands a code, on a thread where it may block.
pub trait MfaPrompt: fmt::Debug + Send + Sync {
    /// The current code of the device with this serial number or ARN.
    ///
    /// # Errors
    ///
    /// When nobody can be asked, or nobody answers.
    fn code(&self, serial: &str) -> Result<MfaCode, MfaError>;
}

/// A code of six digits. Secret for as long as it can be used.
#[derive(Clone)]
pub struct MfaCode(Zeroizing<String>);

impl MfaCode {
    const LEN: usize = 6;

    /// Checks and takes a code; blanks around it are dropped.
    ///
    /// # Errors
    ///
    /// [`MfaError::Malformed`] when it is not six digits.
    pub fn new(text: impl Into<String>) -> Result<Self, MfaError> {
        let text = Zeroizing::new(text.into());
        let code = text.trim();
        if code.len() != Self::LEN || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(MfaError::Malformed {
                length: code.chars().count(),
            });
        }
        Ok(Self(Zeroizing::new(code.to_owned())))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MfaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MfaCode(** redacted **)")
    }
}

/// Why there is no code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MfaError {
    /// Nobody to ask.
    #[error(
        "expected a terminal to ask for the MFA code, but there is none: run the command once in a \
         terminal, the credentials are then kept in the cache (unless caching is off)"
    )]
    NoTerminal,
    /// Not a code.
    #[error("expected an MFA code of six digits, but found {length} characters or other ones")]
    Malformed {
        /// How many characters there were.
        length: usize,
    },
    /// The terminal failed.
    #[error("expected an MFA code, but could not read it")]
    Read(#[source] std::io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_never_shown() {
        let code = MfaCode::new(" 123456\n").unwrap();
        assert_eq!(code.expose(), "123456");
        assert!(!format!("{code:?}").contains("123456"));
        for text in ["", "12345", "1234567", "12a456", "١٢٣٤٥٦"] {
            let error = MfaCode::new(text).unwrap_err();
            assert!(matches!(error, MfaError::Malformed { .. }));
            assert!(text.is_empty() || !error.to_string().contains(text));
        }
    }
}
