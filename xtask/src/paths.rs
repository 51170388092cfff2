//! Paths as text: made absolute, made relative, without asking the file system.

use std::path::{Component, Path, PathBuf};

/// Absolute, and without `.` and `..`, whether or not it exists.
pub fn absolute(path: &Path) -> PathBuf {
    clean(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// Without `.`, and without `..` where something stands before it.
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

/// The way from a folder to a path; the path itself, absolute, where there is none (another drive).
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
    let way: PathBuf = up.chain(path.components().skip(shared)).collect();
    if way.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_go() {
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
    fn the_way_from_a_folder() {
        for (path, folder, way) in [
            ("/a/b/c", "/a", "b/c"),
            ("/a/b", "/a/c/d", "../../b"),
            ("/a", "/a", "."),
            ("x/y", "x", "y"),
        ] {
            assert_eq!(
                relative(Path::new(path), Path::new(folder)),
                Path::new(way),
                "{path} from {folder}"
            );
        }
    }
}
