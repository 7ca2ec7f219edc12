//! `--feature-gates`.

use std::str::FromStr;

use crate::failed::Failed;
use crate::go_bool::go_bool;

/// A switch that aws-iam-authenticator calls experimental. Off unless it is turned on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Mappings with `sso` match.
    SsoRoleMatch,
    /// `init` writes where the server reads.
    ConfiguredInitDirectories,
    /// Without effect: the backend `CRD` works without it.
    IamIdentityMappingCrd,
}

/// What stands for all of one stage. None of the gates is beta.
const ALL_ALPHA: &str = "AllAlpha";
const ALL_BETA: &str = "AllBeta";

impl Gate {
    const ALL: [Self; 3] = [
        Self::SsoRoleMatch,
        Self::ConfiguredInitDirectories,
        Self::IamIdentityMappingCrd,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::SsoRoleMatch => "SSORoleMatch",
            Self::ConfiguredInitDirectories => "ConfiguredInitDirectories",
            Self::IamIdentityMappingCrd => "IAMIdentityMappingCRD",
        }
    }
}

/// `NAME=BOOL,NAME=BOOL`, as far as it is said. A gate by its name wins over `AllAlpha`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FeatureGates {
    /// In the order of [`Gate::ALL`].
    named: [Option<bool>; Gate::ALL.len()],
    all_alpha: Option<bool>,
}

impl FeatureGates {
    /// Several flags are as good as one; of a gate that is named twice, the last value counts.
    pub(crate) fn merged(flags: &[Self]) -> Self {
        flags.iter().fold(Self::default(), |mut all, flag| {
            for (gate, value) in all.named.iter_mut().zip(flag.named) {
                *gate = value.or(*gate);
            }
            all.all_alpha = flag.all_alpha.or(all.all_alpha);
            all
        })
    }

    pub(crate) fn has(&self, gate: Gate) -> bool {
        let mut named = Gate::ALL.into_iter().zip(self.named);
        let named = named.find_map(|(it, value)| value.filter(|_| it == gate));
        named.or(self.all_alpha).unwrap_or(false)
    }

    fn set(&mut self, name: &str, value: bool) -> Result<(), Failed> {
        match name {
            ALL_ALPHA => self.all_alpha = Some(value),
            ALL_BETA => {}
            _ => {
                let mut gates = Gate::ALL.into_iter().zip(&mut self.named);
                let Some((_, gate)) = gates.find(|(gate, _)| gate.name() == name) else {
                    return Err(unknown(name));
                };
                *gate = Some(value);
            }
        }
        Ok(())
    }
}

impl FromStr for FeatureGates {
    type Err = Failed;

    fn from_str(text: &str) -> Result<Self, Failed> {
        let mut gates = Self::default();
        for part in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            let Some((name, value)) = part.split_once('=') else {
                return Err(Failed::new(format!(
                    "expected NAME=true or NAME=false, but found `{}`",
                    part.escape_default()
                )));
            };
            let Some(value) = go_bool(value.trim()) else {
                return Err(Failed::new(format!(
                    "expected `true` or `false` for the feature gate `{}`, but found `{}`",
                    name.trim().escape_default(),
                    value.escape_default()
                )));
            };
            gates.set(name.trim(), value)?;
        }
        Ok(gates)
    }
}

fn unknown(name: &str) -> Failed {
    let known: Vec<_> = Gate::ALL
        .into_iter()
        .map(Gate::name)
        .chain([ALL_ALPHA, ALL_BETA])
        .map(|it| format!("`{it}`"))
        .collect();
    Failed::new(format!(
        "expected one of the feature gates {}, but found `{}`",
        known.join(", "),
        name.escape_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_by_its_name_wins_over_all_alpha() {
        for (flags, sso, directories) in [
            (&[][..], false, false),
            (&["SSORoleMatch=true"], true, false),
            (&["AllAlpha=true"], true, true),
            (&["AllAlpha=true,SSORoleMatch=false"], false, true),
            (&["SSORoleMatch=false,AllAlpha=true"], false, true),
            (&["SSORoleMatch=false", "AllAlpha=T"], false, true),
            (&["SSORoleMatch=1", "SSORoleMatch=0"], false, false),
            (&["AllBeta=true, IAMIdentityMappingCRD=true,"], false, false),
        ] {
            let parsed: Vec<FeatureGates> = flags.iter().map(|it| it.parse().unwrap()).collect();
            let gates = FeatureGates::merged(&parsed);
            let found = [Gate::SsoRoleMatch, Gate::ConfiguredInitDirectories];
            assert_eq!(
                found.map(|it| gates.has(it)),
                [sso, directories],
                "{flags:?}"
            );
        }
    }

    #[test]
    fn what_is_no_gate_is_told_with_those_there_are() {
        for (text, words) in [
            ("Foo=true", "`SSORoleMatch`"),
            ("SSORoleMatch", "NAME=true"),
            ("SSORoleMatch=yes", "`true` or `false`"),
            ("ssorolematch=true", "`ssorolematch`"),
        ] {
            let error = text.parse::<FeatureGates>().unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
