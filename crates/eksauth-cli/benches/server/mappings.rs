//! Whom the configuration of both programs maps.

use std::fmt::Write as _;

/// The role whose sessions sign.
pub(crate) const ROLE_ARN: &str = "arn:aws:iam::111122223333:role/Developer";

/// The cluster that they sign for.
pub(crate) const CLUSTER: &str = "demo";

/// Far more calls of STS than a benchmark makes: neither program is to wait.
const LIMITS: &str = "  stsQps: 1000000\n  stsBurst: 1000000\n  healthPort: 0\n";

#[derive(Clone, Copy)]
pub(crate) enum Mappings {
    /// The role whose sessions are in the reviews.
    OfTheSandbox,
    /// As many others before it.
    OthersToo(usize),
}

impl Mappings {
    /// The lines of the section `server`.
    pub(crate) fn section(self) -> String {
        let others = match self {
            Self::OfTheSandbox => 0,
            Self::OthersToo(count) => count,
        };
        let mut text = format!("{LIMITS}  mapRoles:\n");
        for n in 0..others {
            let arn = format!("arn:aws:iam::111122223333:role/Other{n}");
            entry(&mut text, &arn);
        }
        entry(&mut text, ROLE_ARN);
        text
    }
}

fn entry(text: &mut String, role_arn: &str) {
    writeln!(
        text,
        "    - rolearn: {role_arn}\n      username: \"developer:{{{{SessionName}}}}\"\n      groups: [developers, viewers]"
    )
    .unwrap();
}
