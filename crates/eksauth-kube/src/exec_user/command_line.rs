//! From the arguments of a command to what they say.

use std::ffi::OsString;

use lexopt::{Arg, Parser};

use super::flag::{self, Meaning};
use super::role_flags::RoleFlags;
use super::{NotTaken, Program};

/// What the flags of a command line say. Of a flag that is repeated, the last one counts.
#[derive(Default)]
pub(super) struct Flags {
    pub(super) cluster: Option<String>,
    /// The AWS CLI's `--cluster-id`, for a local cluster on AWS Outposts.
    pub(super) cluster_id: Option<String>,
    pub(super) region: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) role: RoleFlags,
    pub(super) output: Option<String>,
    pub(super) token_only: Option<bool>,
    pub(super) no_cache: Option<bool>,
}

/// How far the words of a command line have come; it decides which flags may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// No subcommand yet.
    Start,
    /// `eks`
    Eks,
    /// `eks get-token`
    GetToken,
    /// `token`
    Token,
}

/// Where the command line ends, which is at a subcommand, and what its flags say.
pub(super) fn parse(program: Program, arguments: &[String]) -> Result<(Place, Flags), NotTaken> {
    // What follows is no flag to some of the programs, and an error to others.
    if arguments.iter().any(|it| it == "--") {
        return Err(NotTaken::unknown_flag("--"));
    }
    let mut place = Place::Start;
    let mut flags = Flags::default();
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Word::Plain(word) => place = place.after(program, &word)?,
            Word::Flag(flag) => {
                let meaning = flag::meaning(program, place, &flag);
                let meaning = meaning.ok_or_else(|| NotTaken::unknown_flag(&flag))?;
                flags.take(meaning, flag, &mut parser)?;
            }
        }
    }
    match place {
        Place::GetToken | Place::Token => Ok((place, flags)),
        Place::Start | Place::Eks => Err(NotTaken::NoSubcommand),
    }
}

enum Word {
    Plain(String),
    /// With its hyphens, without its value.
    Flag(String),
}

/// The parser fails on a value that nobody took, which does not happen here; its own error would
/// repeat the value.
fn next(parser: &mut Parser) -> Result<Option<Word>, NotTaken> {
    let argument = parser.next().map_err(|_| NotTaken::unknown_flag("-"))?;
    Ok(argument.map(|argument| match argument {
        Arg::Short(letter) => Word::Flag(format!("-{letter}")),
        Arg::Long(name) => Word::Flag(format!("--{name}")),
        Arg::Value(word) => Word::Plain(text(word)),
    }))
}

impl Place {
    fn after(self, program: Program, word: &str) -> Result<Self, NotTaken> {
        use Program::{AwsCli, AwsIamAuthenticator, Eksauth};
        match (self, program, word) {
            (Self::Start, AwsCli | Eksauth, "eks") => Ok(Self::Eks),
            (Self::Eks, _, "get-token") => Ok(Self::GetToken),
            (Self::Start, AwsIamAuthenticator | Eksauth, "token") => Ok(Self::Token),
            // It ignores further arguments.
            (Self::Token, AwsIamAuthenticator, _) => Ok(Self::Token),
            _ => Err(NotTaken::other_subcommand(word)),
        }
    }
}

impl Flags {
    fn take(
        &mut self,
        meaning: Meaning,
        flag: String,
        parser: &mut Parser,
    ) -> Result<(), NotTaken> {
        match meaning {
            Meaning::Value(slot) => *slot(self) = Some(value(flag, parser)?),
            Meaning::Switch(slot) => *slot(self) = Some(switch(flag, parser)?),
            Meaning::IgnoredValue => drop(value(flag, parser)?),
            Meaning::IgnoredSwitch => drop(switch(flag, parser)?),
            Meaning::Unsupported => return Err(NotTaken::UnsupportedFlag { flag }),
        }
        Ok(())
    }

    /// What can only be judged when the last flag has been read.
    pub(super) fn check(&self) -> Result<(), NotTaken> {
        let unsupported = |flag: &str| {
            Err(NotTaken::UnsupportedFlag {
                flag: flag.to_owned(),
            })
        };
        let conflict = |one, other| Err(NotTaken::Conflict { one, other });
        if self.output.as_deref().is_some_and(|it| it != "json") {
            return unsupported("--output");
        }
        if self.token_only == Some(true) {
            return unsupported("--token-only");
        }
        if self.cluster.is_some() && self.cluster_id.is_some() {
            return conflict("--cluster-name", "--cluster-id");
        }
        if self.role.session_name.is_some() && self.role.forward_session_name == Some(true) {
            return conflict("--session-name", "--forward-session-name");
        }
        Ok(())
    }
}

/// The value in the same argument or in the next one. What looks like a flag there is a value to some
/// of the programs, and an error to others.
fn value(flag: String, parser: &mut Parser) -> Result<String, NotTaken> {
    if let Some(attached) = parser.optional_value() {
        return Ok(text(attached));
    }
    match parser.value().map(text) {
        Ok(next) if !next.starts_with('-') => Ok(next),
        _ => Err(NotTaken::MissingValue { flag }),
    }
}

fn switch(flag: String, parser: &mut Parser) -> Result<bool, NotTaken> {
    match parser.optional_value().map(text).as_deref() {
        None | Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(NotTaken::NoSwitch { flag }),
    }
}

/// Arguments were texts before the parser took them.
fn text(argument: OsString) -> String {
    argument.to_string_lossy().into_owned()
}
