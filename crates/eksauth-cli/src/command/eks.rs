//! `eksauth eks get-token`: the same words as the AWS CLI, so that a kubeconfig written for it needs
//! no change but its `command:`.

use clap::error::ErrorKind;
use clap::{Args, Subcommand};
use eksauth::token::ClusterId;

use crate::api_version::ApiVersion;
use crate::aws_cli::{AwsField, AwsOutput, Ignored};
use crate::exec_credential::ExecCredential;
use crate::exec_info::ExecInfo;
use crate::failed::Failed;
use crate::global::Global;
use crate::incumbent_config::Config;
use crate::outcome::{Unsuccessful, usage};
use crate::output;
use crate::process::Process;
use crate::role_flags::RoleFlags;
use crate::token_request::Asked;

/// The session name of a role that the AWS CLI assumes for a token; trust policies may name it.
const SESSION_NAME: &str = "EKSGetTokenAuth";

/// Speak like the AWS CLI: `eksauth eks get-token` is `aws eks get-token`
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    GetToken(GetToken),
}

/// Sign a token for a cluster and print it as the AWS CLI does
#[derive(Debug, Args)]
#[command(args_override_self = true)]
struct GetToken {
    /// Name of the cluster
    #[arg(long, value_name = "NAME")]
    #[arg(conflicts_with = "cluster_id")]
    cluster_name: Option<ClusterId>,

    /// Id of a local cluster on AWS Outposts
    #[arg(long, value_name = "ID")]
    cluster_id: Option<ClusterId>,

    /// ARN of a role to assume before signing
    #[arg(long, visible_alias = "role", value_name = "ARN")]
    role_arn: Option<String>,

    /// How to print it
    #[arg(long, value_name = "FORMAT")]
    output: Option<AwsOutput>,

    /// Print one field alone
    #[arg(long, value_name = "FIELD")]
    query: Option<AwsField>,

    /// Do not keep credentials of assumed roles and SSO sign-ins on disk
    #[arg(long)]
    no_cache: bool,

    #[command(flatten)]
    ignored: Ignored,
}

impl Arguments {
    pub(crate) fn run(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        let Command::GetToken(arguments) = self.command;
        arguments.run(global, process)
    }
}

impl GetToken {
    fn run(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        self.ignored.tell();
        let exec_info = ExecInfo::of(process.context())?;
        if exec_info.api_version == ApiVersion::V1Alpha1 {
            output::note(
                "note: the kubeconfig asks for client.authentication.k8s.io/v1alpha1, which \
                 Kubernetes has removed: change it to v1beta1",
            );
        }
        let asked = Asked {
            cluster: self.cluster_name.or(self.cluster_id).or(global.cluster),
            region: global.region,
            profile: global.profile,
            role: RoleFlags {
                role_arn: self.role_arn,
                ..RoleFlags::default()
            },
            use_cache: !self.no_cache,
            default_session_name: Some(SESSION_NAME),
            config: Config::default(),
        };
        let Some(request) = asked.complete(&exec_info, process)? else {
            return Err(usage(
                "eks get-token",
                ErrorKind::MissingRequiredArgument,
                "expected `--cluster-name NAME` or `--cluster-id ID`, but found neither".to_owned(),
            ));
        };
        let token = request.sign(process)?;
        let credential = ExecCredential::of_aws_cli(&token, exec_info.api_version);
        let format = self.output.or(global.output).unwrap_or(AwsOutput::Json);
        match self.query.or(global.query) {
            Some(field) => print_field(&credential, field, format)?,
            None => print(&credential, format)?,
        }
        // The empty line that the AWS CLI ends with.
        output::data("\n")?;
        Ok(())
    }
}

/// Prints the whole.
fn print(credential: &ExecCredential<'_>, format: AwsOutput) -> Result<(), Failed> {
    let (version, expiration) = (credential.api_version(), credential.expiration());
    let token = credential.token();
    match format {
        AwsOutput::Json => output::json_indented(credential)?,
        AwsOutput::Text => output::data(format_args!(
            "{version}\tExecCredential\nSTATUS\t{expiration}\t{token}\n"
        ))?,
        // No value needs quotes but the time, which YAML would read as one.
        AwsOutput::Yaml => output::data(format_args!(
            "apiVersion: {version}\nkind: ExecCredential\nspec: {{}}\nstatus:\n  \
             expirationTimestamp: '{expiration}'\n  token: {token}\n"
        ))?,
    }
    Ok(())
}

fn print_field(
    credential: &ExecCredential<'_>,
    field: AwsField,
    format: AwsOutput,
) -> Result<(), Failed> {
    let value = match field {
        AwsField::Token => credential.token(),
        AwsField::Expiration => credential.expiration(),
        AwsField::ApiVersion => credential.api_version(),
        AwsField::Kind => "ExecCredential",
    };
    match format {
        AwsOutput::Json => output::data(format_args!("\"{value}\"\n")),
        AwsOutput::Text | AwsOutput::Yaml => output::data(format_args!("{value}\n")),
    }
}
