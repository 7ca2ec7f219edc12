//! What one call costs in process: the `benches/` of the crates.

use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, passed_on: &[String]) -> Result<(), Failure> {
    workspace
        .cargo(["bench", "--workspace"])
        .args(passed_on)
        .run()
}
