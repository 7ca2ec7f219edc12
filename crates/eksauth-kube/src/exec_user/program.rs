//! The programs whose command lines are understood.

use std::fmt;

use super::NotTaken;

/// A program that gives out tokens, and that this crate can stand in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Program {
    /// `aws`, the AWS CLI.
    AwsCli,
    /// `aws-iam-authenticator`.
    AwsIamAuthenticator,
    /// `eksauth`, this project's own command line.
    Eksauth,
}

impl Program {
    /// The program by the last part of its path.
    pub(super) fn of_command(command: &str) -> Result<Self, NotTaken> {
        match file_stem(command).as_str() {
            "aws" => Ok(Self::AwsCli),
            "aws-iam-authenticator" => Ok(Self::AwsIamAuthenticator),
            "eksauth" => Ok(Self::Eksauth),
            _ => Err(NotTaken::other_command(command)),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AwsCli => "aws",
            Self::AwsIamAuthenticator => "aws-iam-authenticator",
            Self::Eksauth => "eksauth",
        })
    }
}

/// A kubeconfig written on Windows is read on Windows, where case says nothing.
fn file_stem(command: &str) -> String {
    let name = command.rsplit(['/', '\\']).next().unwrap_or(command);
    let lower = name.to_ascii_lowercase();
    let stem = [".exe", ".cmd"]
        .into_iter()
        .find_map(|extension| lower.strip_suffix(extension));
    stem.unwrap_or(name).to_owned()
}
