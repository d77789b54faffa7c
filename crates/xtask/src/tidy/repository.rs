//! The files that the rules look at: what git tracks or would take in.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use super::Finding;
use super::rust::RustFile;

/// A file that is text.
pub struct TextFile {
    /// Path relative to the root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// All files of the repository, read once.
#[derive(Default)]
pub struct Repository {
    /// Every file that is UTF-8 text.
    pub texts: Vec<TextFile>,
    /// Every Rust file that parses.
    pub rust: Vec<RustFile>,
    /// Every file with its size in bytes, text or not.
    pub sizes: Vec<(String, u64)>,
    /// Rust files that do not parse.
    pub unreadable: Vec<Finding>,
}

impl Repository {
    /// Reads the repository at `root`.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    pub fn load(root: &Path) -> io::Result<Self> {
        let paths = match listed_by_git(root) {
            Some(paths) => paths,
            None => walked(root)?,
        };
        let mut files = Vec::new();
        for path in paths {
            // A tracked file may be gone from the work tree: then no rule applies.
            if let Ok(bytes) = fs::read(root.join(&path)) {
                files.push((path, bytes));
            }
        }
        Ok(Self::from_files(files))
    }

    /// A repository of the given files; what tests build by hand.
    #[must_use]
    pub fn from_files(files: Vec<(String, Vec<u8>)>) -> Self {
        let mut repository = Self::default();
        for (path, bytes) in files {
            repository.sizes.push((path.clone(), bytes.len() as u64));
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            if path.ends_with(".rs") {
                match RustFile::parse(&path, &text) {
                    Ok(file) => repository.rust.push(file),
                    Err(finding) => repository.unreadable.push(finding),
                }
            }
            repository.texts.push(TextFile { path, text });
        }
        let test_only: BTreeSet<String> = repository
            .rust
            .iter()
            .flat_map(RustFile::test_modules)
            .collect();
        for file in &mut repository.rust {
            file.is_test |= test_only.contains(&file.path);
        }
        repository
    }

    /// The text file at `path`.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        let found = self.texts.iter().find(|file| file.path == path);
        found.map(|file| file.text.as_str())
    }

    /// The manifests of the crates.
    pub fn manifests(&self) -> impl Iterator<Item = &TextFile> {
        self.texts.iter().filter(|file| {
            file.path.starts_with("crates/")
                && file.path.ends_with("/Cargo.toml")
                && file.path.matches('/').count() == 2
        })
    }
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .ok()?;
    let listed = String::from_utf8(output.stdout).ok()?;
    let paths: BTreeSet<String> = listed
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect();
    (output.status.success() && !paths.is_empty()).then(|| paths.into_iter().collect())
}

/// Without git (an unpacked archive) everything is read but what builds leave behind.
fn walked(root: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if name == ".git" || name == "target" || name == "node_modules" {
                continue;
            }
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(root) {
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_history_is_walked_and_build_output_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("src/a.rs", "fn a() {}"),
            ("target/b.rs", "x"),
            ("c.bin", "c"),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        assert_eq!(walked(folder.path()).unwrap(), ["c.bin", "src/a.rs"]);
    }

    #[test]
    fn a_module_declared_for_tests_is_test_code_in_its_own_file() {
        let files = [
            (
                "crates/law/src/lib.rs",
                "#[cfg(test)] mod property; mod treaty;",
            ),
            ("crates/law/src/property.rs", "fn a() {}"),
            ("crates/law/src/treaty.rs", "fn a() {}"),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let repository = Repository::from_files(files.into());
        let tests: Vec<bool> = repository.rust.iter().map(|file| file.is_test).collect();
        assert_eq!(tests, [false, true, false]);
    }

    #[test]
    fn only_manifests_of_crates_are_manifests() {
        let files = [
            "Cargo.toml",
            "crates/law/Cargo.toml",
            "crates/law/src/data/Cargo.toml",
        ];
        let files = files.map(|path| (path.to_owned(), Vec::new()));
        let repository = Repository::from_files(files.into());
        let paths: Vec<&str> = repository
            .manifests()
            .map(|file| file.path.as_str())
            .collect();
        assert_eq!(paths, ["crates/law/Cargo.toml"]);
    }
}
