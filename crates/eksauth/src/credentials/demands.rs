//! What resolving credentials takes beside time.

use super::plan::{Base, Plan};
use crate::Settings;
use crate::settings::value;

/// Longer than any chain of source profiles that people write, and an end to one that runs in circles.
const LONGEST: usize = 16;

/// What resolving credentials takes, as far as profiles tell it beforehand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Demands {
    /// A code of an MFA device, which somebody has to be asked for.
    pub mfa: bool,
    /// A command that runs in the environment of this process (`credential_process`), whatever
    /// variables the [`Context`](crate::Context) holds.
    pub command: bool,
}

impl Plan {
    pub(super) fn demands(&self, settings: &Settings) -> Demands {
        let asks = |role: &super::AssumeRole| role.mfa_serial().is_some();
        let mut demands = Demands {
            mfa: self.roles.iter().any(asks),
            command: false,
        };
        let Base::Chain { profile } = &self.base else {
            return demands;
        };
        let mut name = profile.as_str();
        for _ in 0..LONGEST {
            let Some(section) = settings.section(name) else {
                break;
            };
            demands.mfa |= value(section, "mfa_serial").is_some();
            demands.command |= value(section, "credential_process").is_some();
            match value(section, "source_profile") {
                Some(source) => name = source,
                None => break,
            }
        }
        demands
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::chain;
    use super::*;

    fn demands(config: &str) -> (bool, bool) {
        let Demands { mfa, command } = chain(&[], config, Some("start")).demands().unwrap();
        (mfa, command)
    }

    #[test]
    fn a_plain_key_demands_nothing() {
        let key = "[profile start]\naws_access_key_id = A\naws_secret_access_key = s\n";
        assert_eq!(demands(key), (false, false));
    }

    #[test]
    fn a_command_is_found_at_the_end_of_the_source_profiles() {
        let direct = "[profile start]\ncredential_process = get\n";
        assert_eq!(demands(direct), (false, true));
        let behind = "[profile start]\nrole_arn = arn:aws:iam::111122223333:role/R\n\
                      source_profile = base\n[profile base]\ncredential_process = get\n";
        assert_eq!(demands(behind), (false, true));
    }

    #[test]
    fn a_device_is_found_wherever_a_role_demands_it() {
        let role = "role_arn = arn:aws:iam::111122223333:role/R\nmfa_serial = device\n";
        let key = "aws_access_key_id = A\naws_secret_access_key = s\n";
        let direct = format!("[profile start]\n{role}source_profile = base\n[profile base]\n{key}");
        assert_eq!(demands(&direct), (true, false));
    }

    #[test]
    fn profiles_that_lead_in_circles_have_an_end() {
        let role = "role_arn = arn:aws:iam::111122223333:role/R\n";
        let circle = format!(
            "[profile start]\n{role}source_profile = other\n[profile other]\n{role}source_profile = start\n"
        );
        assert_eq!(demands(&circle), (false, false));
    }
}
