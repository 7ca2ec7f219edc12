//! The flags of each program, and what they mean for a token that is signed in process.

use super::Program;
use super::command_line::{Flags, Place};

/// What becomes of a flag.
pub(super) enum Meaning {
    /// It has a value, which belongs here.
    Value(fn(&mut Flags) -> &mut Option<String>),
    /// It is on, or off with `=false`.
    Switch(fn(&mut Flags) -> &mut Option<bool>),
    /// It has a value, which makes no difference to a token.
    IgnoredValue,
    /// It makes no difference to a token.
    IgnoredSwitch,
    /// It asks for what is not done in process.
    Unsupported,
}

use Meaning::{IgnoredSwitch, IgnoredValue, Switch, Unsupported, Value};

/// The meaning of a flag at a place of the command line; `None` when it is not known there.
pub(super) fn meaning(program: Program, place: Place, flag: &str) -> Option<Meaning> {
    let of_subcommand = match place {
        Place::Start | Place::Eks => None,
        Place::GetToken => of_get_token(program, flag),
        Place::Token => of_token(program, flag),
    };
    of_subcommand.or_else(|| match program {
        Program::AwsCli => of_aws_cli(flag),
        Program::AwsIamAuthenticator => of_authenticator(flag),
        Program::Eksauth => of_eksauth(flag),
    })
}

/// What the AWS CLI takes everywhere.
fn of_aws_cli(flag: &str) -> Option<Meaning> {
    Some(match flag {
        "--region" => Value(|flags| &mut flags.region),
        "--profile" => Value(|flags| &mut flags.profile),
        "--output" => Value(|flags| &mut flags.output),
        "--debug" | "--v2-debug" | "--no-cli-pager" | "--no-cli-auto-prompt" | "--no-paginate" => {
            IgnoredSwitch
        }
        "--color" | "--cli-read-timeout" | "--cli-connect-timeout" | "--cli-binary-format" => {
            IgnoredValue
        }
        "--query" | "--endpoint-url" | "--ca-bundle" | "--no-verify-ssl" | "--no-sign-request" => {
            Unsupported
        }
        _ => return None,
    })
}

/// What `aws-iam-authenticator` takes everywhere.
fn of_authenticator(flag: &str) -> Option<Meaning> {
    Some(match flag {
        "-i" | "--cluster-id" => Value(|flags| &mut flags.cluster),
        "-l" | "--log-format" | "-v" | "--log-verbosity" | "--feature-gates" => IgnoredValue,
        // Reading the file is left to the command.
        "-c" | "--config" => Unsupported,
        _ => return None,
    })
}

/// What `eksauth` takes everywhere: all of the AWS CLI's, and some of its own.
fn of_eksauth(flag: &str) -> Option<Meaning> {
    Some(match flag {
        "-i" | "--cluster-id" | "--cluster-name" => Value(|flags| &mut flags.cluster),
        "-l" | "--log-format" | "-v" | "--log-verbosity" => IgnoredValue,
        _ => return of_aws_cli(flag),
    })
}

fn of_get_token(program: Program, flag: &str) -> Option<Meaning> {
    Some(match flag {
        "--cluster-name" => Value(|flags| &mut flags.cluster),
        "--cluster-id" => Value(|flags| &mut flags.cluster_id),
        // To the AWS CLI the short one is an abbreviation, which it writes into kubeconfigs itself.
        "--role-arn" | "--role" => Value(|flags| &mut flags.role.arn),
        "--no-cache" if program == Program::Eksauth => Switch(|flags| &mut flags.no_cache),
        _ => return None,
    })
}

fn of_token(program: Program, flag: &str) -> Option<Meaning> {
    of_role(flag).or_else(|| {
        Some(match flag {
            "--region" => Value(|flags| &mut flags.region),
            "--token-only" => Switch(|flags| &mut flags.token_only),
            "--cache" => IgnoredSwitch,
            _ if program != Program::Eksauth => return None,
            "--no-cache" => Switch(|flags| &mut flags.no_cache),
            "-o" => Value(|flags| &mut flags.output),
            "--feature-gates" => IgnoredValue,
            "-c" | "--config" => Unsupported,
            _ => return None,
        })
    })
}

fn of_role(flag: &str) -> Option<Meaning> {
    Some(match flag {
        "-r" | "--role" | "--role-arn" => Value(|flags| &mut flags.role.arn),
        "-e" | "--external-id" => Value(|flags| &mut flags.role.external_id),
        "-s" | "--session-name" => Value(|flags| &mut flags.role.session_name),
        "--forward-session-name" => Switch(|flags| &mut flags.role.forward_session_name),
        "--duration" => Value(|flags| &mut flags.role.duration),
        "--mfa-serial" => Value(|flags| &mut flags.role.mfa_serial),
        _ => return None,
    })
}
