//! Lexical operations on paths, without access to the file system.

use std::path::{Component, Path, PathBuf};

/// Returns an absolute path without `.` and `..`. The path need not exist.
pub fn absolute(path: &Path) -> PathBuf {
    clean(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// Removes `.`, and each `..` together with the component before it.
pub fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match (part, clean.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(clean.pop()),
            (part, _) => clean.push(part),
        }
    }
    clean
}

/// Returns a path relative to a folder, or the absolute path if they are on different drives.
pub fn relative(path: &Path, folder: &Path) -> PathBuf {
    let (path, folder) = (absolute(path), absolute(folder));
    let shared = path
        .components()
        .zip(folder.components())
        .take_while(|(a, b)| a == b)
        .count();
    if shared == 0 {
        return path;
    }
    let up = folder
        .components()
        .skip(shared)
        .map(|_| Component::ParentDir);
    let relative: PathBuf = up.chain(path.components().skip(shared)).collect();
    if relative.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        relative
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_dots() {
        for (path, cleaned) in [
            ("a/./b/../c", "a/c"),
            ("../a/..", ".."),
            ("/../a", "/a"),
            ("a/../../b", "../b"),
        ] {
            assert_eq!(clean(Path::new(path)), Path::new(cleaned), "{path}");
        }
        assert!(absolute(Path::new("a/../b")).ends_with("b"));
        assert!(absolute(Path::new("a")).is_absolute());
    }

    #[test]
    fn returns_the_path_relative_to_a_folder() {
        for (path, folder, expected) in [
            ("/a/b/c", "/a", "b/c"),
            ("/a/b", "/a/c/d", "../../b"),
            ("/a", "/a", "."),
            ("x/y", "x", "y"),
        ] {
            assert_eq!(
                relative(Path::new(path), Path::new(folder)),
                Path::new(expected),
                "{path} from {folder}"
            );
        }
    }
}
