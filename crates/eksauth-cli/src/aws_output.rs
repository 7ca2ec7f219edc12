//! Output formats of the AWS CLI.

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// The AWS CLI's formats, as far as they suit an ExecCredential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AwsOutput {
    Json,
    Text,
    Yaml,
}

impl ValueEnum for AwsOutput {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Json, Self::Text, Self::Yaml]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::Yaml => "yaml",
        }))
    }
}
