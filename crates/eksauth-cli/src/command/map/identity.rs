//! The identity that is asked about.

use clap::Args;
use eksauth_map::Principal;

use crate::failed::Failed;
use crate::output;

/// An identity as STS would report it, as far as it is known.
#[derive(Debug, Args)]
#[command(next_help_heading = "Identity")]
pub(super) struct IdentityFlags {
    /// ARN of the user, the role, or a session of the role
    #[arg(long, value_name = "ARN")]
    arn: String,

    /// Unique id, such as AROA…, perhaps with `:` and the name of a session
    #[arg(long, value_name = "ID")]
    user_id: Option<String>,

    /// Name of the role's session [default: that in the ARN or the user id]
    #[arg(long, value_name = "NAME")]
    session_name: Option<String>,

    /// Access key id that signs the tokens
    #[arg(long, value_name = "ID")]
    access_key_id: Option<String>,

    /// Private DNS name of the EC2 instance, for `{{EC2PrivateDNSName}}`
    #[arg(long, value_name = "NAME")]
    pub(super) private_dns_name: Option<String>,
}

impl IdentityFlags {
    pub(super) fn principal(&self) -> Result<Principal, Failed> {
        let arn = without_role_path(&self.arn);
        let mut principal = Principal::from_arn(&arn)
            .map_err(|error| Failed::new("could not use the ARN of `--arn`").because(error))?;
        if let Some(user_id) = &self.user_id {
            let is_role = principal.canonical_arn.contains(":role/");
            match user_id.split_once(':').filter(|_| is_role) {
                Some((id, session)) => {
                    principal.user_id = id.to_owned();
                    if principal.session_name.is_empty() {
                        principal.session_name = session.to_owned();
                    }
                }
                None => principal.user_id.clone_from(user_id),
            }
        }
        if let Some(name) = &self.session_name {
            principal.session_name.clone_from(name);
        }
        if let Some(id) = &self.access_key_id {
            principal.access_key_id.clone_from(id);
        }
        Ok(principal)
    }
}

/// The ARN of a role as STS knows it: people copy it with its path.
fn without_role_path(arn: &str) -> String {
    let Some((before, role)) = arn.split_once(":role/") else {
        return arn.to_owned();
    };
    let Some((_, name)) = role.rsplit_once('/').filter(|_| before.contains(":iam:")) else {
        return arn.to_owned();
    };
    let short = format!("{before}:role/{name}");
    output::note(format_args!(
        "note: STS names the sessions of a role without its path, so this looks for `{}`",
        short.escape_default()
    ));
    short
}
