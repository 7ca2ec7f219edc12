//! `eksauth man`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;

use crate::failed::Failed;
use crate::outcome::Unsuccessful;
use crate::output;

/// Print the man page, or write those of all commands into a folder
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder, which is created; without it, the first page goes to stdout
    folder: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(self, mut command: Command) -> Result<(), Unsuccessful> {
        command.build();
        match self.folder {
            None => output::data(String::from_utf8_lossy(&page(&command)?))?,
            Some(folder) => {
                let created = fs::create_dir_all(&folder);
                created.map_err(|source| unwritable(&folder).because(source))?;
                write_pages(&command, &folder)?;
            }
        }
        Ok(())
    }
}

fn write_pages(command: &Command, folder: &Path) -> Result<(), Failed> {
    let man = Man::new(command.clone());
    let path = folder.join(man.get_filename());
    fs::write(&path, page(command)?).map_err(|source| unwritable(&path).because(source))?;
    for subcommand in command
        .get_subcommands()
        .filter(|it| it.get_name() != "help")
    {
        write_pages(subcommand, folder)?;
    }
    Ok(())
}

fn page(command: &Command) -> Result<Vec<u8>, Failed> {
    let mut page = Vec::new();
    let rendered = Man::new(command.clone()).render(&mut page);
    rendered.map_err(|source| Failed::new("could not render the man page").because(source))?;
    Ok(page)
}

fn unwritable(path: &Path) -> Failed {
    Failed::new(format!("could not write `{}`", path.display()))
}
