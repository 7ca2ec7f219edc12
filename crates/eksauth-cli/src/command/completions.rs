//! `eksauth completions`.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::outcome::Unsuccessful;
use crate::output;

/// Print the completions of a shell
///
/// Examples:
///   eksauth completions bash > ~/.local/share/bash-completion/completions/eksauth
///   eksauth completions zsh > ~/.zfunc/_eksauth
///   eksauth completions fish > ~/.config/fish/completions/eksauth.fish
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

impl Arguments {
    pub(crate) fn run(self, command: &mut Command) -> Result<(), Unsuccessful> {
        let name = command.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(self.shell, command, name, &mut script);
        output::data(String::from_utf8_lossy(&script))?;
        Ok(())
    }
}
