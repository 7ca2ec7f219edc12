//! The backends that mappings come from.

use std::fmt;
use std::str::FromStr;

/// Where mappings are kept.
///
/// # Examples
///
/// ```
/// use eksauth_map::BackendMode;
///
/// let mode: BackendMode = "EKSConfigMap".parse()?;
/// assert_eq!(mode, BackendMode::EksConfigMap);
/// // The name it had before.
/// assert_eq!("ConfigMap".parse::<BackendMode>()?, BackendMode::EksConfigMap);
/// # Ok::<(), eksauth_map::UnknownBackendMode>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum BackendMode {
    /// The lists in the configuration file of the server.
    MountedFile,
    /// The ConfigMap `kube-system/aws-auth`.
    EksConfigMap,
    /// Objects of the kind `IAMIdentityMapping`.
    Crd,
    /// A JSON file that other programs write.
    DynamicFile,
}

impl BackendMode {
    /// Every backend.
    pub const ALL: [Self; 4] = [
        Self::MountedFile,
        Self::EksConfigMap,
        Self::Crd,
        Self::DynamicFile,
    ];

    /// The name in configuration files.
    pub fn name(self) -> &'static str {
        match self {
            Self::MountedFile => "MountedFile",
            Self::EksConfigMap => "EKSConfigMap",
            Self::Crd => "CRD",
            Self::DynamicFile => "DynamicFile",
        }
    }

    /// Whether a text is one of the names that two backends had before, which are still understood.
    pub fn is_deprecated_name(text: &str) -> bool {
        matches!(text, "File" | "ConfigMap")
    }
}

impl FromStr for BackendMode {
    type Err = UnknownBackendMode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "File" => Ok(Self::MountedFile),
            "ConfigMap" => Ok(Self::EksConfigMap),
            _ => Self::ALL
                .into_iter()
                .find(|mode| mode.name() == text)
                .ok_or_else(|| UnknownBackendMode {
                    found: text.escape_default().take(80).collect(),
                }),
        }
    }
}

impl fmt::Display for BackendMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that is no backend's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected one of the backends `MountedFile`, `EKSConfigMap`, `CRD` and `DynamicFile` (the case \
     counts), but found `{found}`"
)]
pub struct UnknownBackendMode {
    found: String,
}
