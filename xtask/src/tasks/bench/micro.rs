//! What one call costs in process: the `benches/` of the crates.

use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, passed_on: &[String]) -> Result<(), Failure> {
    workspace
        // Without the pattern, cargo would also optimise every unit test for nothing.
        .cargo(["bench", "--workspace", "--bench", "*"])
        .args(passed_on)
        .run()
}
