//! The mappings of the configuration file as they were judged when the server began.

use std::hash::{BuildHasher as _, RandomState};

use crate::mapping_files::LoadedFile;

/// Mappings, and of which text they are. The backend reads the file by itself, and parses it only if
/// something else is there by then.
pub(crate) struct FirstReading {
    pub(crate) file: LoadedFile,
    /// Instead of the text, which may be long.
    hash: u64,
    hashes: RandomState,
}

impl FirstReading {
    pub(crate) fn new(text: &str, file: LoadedFile) -> Self {
        let hashes = RandomState::new();
        Self {
            file,
            hash: hashes.hash_one(text),
            hashes,
        }
    }

    /// What was read, if it is of this text.
    pub(crate) fn of(self, text: &str) -> Option<LoadedFile> {
        (self.hashes.hash_one(text) == self.hash).then_some(self.file)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::incumbent_config::MappingsText;
    use crate::mapping_rules::MappingRules;

    const TEXT: &str =
        "server: {mapUsers: [{userarn: 'arn:aws:iam::012345678901:user/a', username: a}]}";

    fn first_reading() -> FirstReading {
        let mappings = MappingsText::of(Path::new("c.yaml"), TEXT).unwrap();
        let file = LoadedFile::mounted(&mappings, MappingRules::default()).unwrap();
        FirstReading::new(TEXT, file)
    }

    #[test]
    fn it_stands_for_its_own_text_only() {
        assert_eq!(first_reading().of(TEXT).unwrap().set.len(), 1);
        assert!(first_reading().of(&format!("{TEXT}\n")).is_none());
        assert!(first_reading().of("").is_none());
    }
}
