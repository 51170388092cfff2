//! One run at a time in a folder.
//!
//! The lock belongs to the process: it ends with it, however the process ends, and leaves nothing behind.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// Time to wait for another run, which needs a moment to write.
const LONGEST: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// A lock on a folder, held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Option<File>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Exclusive,
    Shared,
}

impl Lock {
    /// Waits until nobody else reads or writes the folder.
    pub(super) fn exclusive(folder: &Path) -> io::Result<Self> {
        Self::wait(folder, Mode::Exclusive, LONGEST)
    }

    /// Waits until nobody else writes the folder. A folder that is not there needs no lock.
    pub(super) fn shared(folder: &Path) -> io::Result<Self> {
        if !folder.is_dir() {
            return Ok(Self { _file: None });
        }
        Self::wait(folder, Mode::Shared, LONGEST)
    }

    fn wait(folder: &Path, mode: Mode, longest: Duration) -> io::Result<Self> {
        let begun = Instant::now();
        loop {
            match acquire(folder, mode) {
                Ok(file) => return Ok(Self { _file: file }),
                Err(e) if e.kind() != io::ErrorKind::WouldBlock => return Err(e),
                Err(_) if begun.elapsed() < longest => std::thread::sleep(PAUSE),
                Err(_) => {
                    let message = "another run of codegen is working in this folder";
                    return Err(io::Error::new(io::ErrorKind::WouldBlock, message));
                }
            }
        }
    }
}

/// Locks the folder itself, which needs no file in it.
#[cfg(unix)]
fn acquire(folder: &Path, mode: Mode) -> io::Result<Option<File>> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    let folder = File::open(folder)?;
    let operation = match mode {
        Mode::Exclusive => FlockOperation::NonBlockingLockExclusive,
        Mode::Shared => FlockOperation::NonBlockingLockShared,
    };
    match flock(&folder, operation) {
        Ok(()) => Ok(Some(folder)),
        // Some network file systems have no locks.
        Err(Errno::NOTSUP | Errno::NOSYS | Errno::INVAL | Errno::NOLCK) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// Opens a file that nobody else can open meanwhile, and that is gone when it is closed.
#[cfg(windows)]
fn acquire(folder: &Path, mode: Mode) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt;

    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const SHARING_VIOLATION: i32 = 32;

    // Readers may stand in a folder that they cannot write to.
    if mode == Mode::Shared {
        return Ok(None);
    }
    let file = File::options()
        .write(true)
        .create(true)
        .share_mode(0)
        .custom_flags(DELETE_ON_CLOSE)
        .open(folder.join(".codegen.lock"));
    match file {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.raw_os_error() == Some(SHARING_VIOLATION) => {
            Err(io::ErrorKind::WouldBlock.into())
        }
        Err(e) => Err(e),
    }
}

#[cfg(not(any(unix, windows)))]
fn acquire(_folder: &Path, _mode: Mode) -> io::Result<Option<File>> {
    Ok(None)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn one_writer_or_several_readers() {
        let folder = tempfile::tempdir().unwrap();
        let soon = Duration::from_millis(50);
        let wait = |mode| Lock::wait(folder.path(), mode, soon);
        let reader = wait(Mode::Shared).unwrap();
        let second = wait(Mode::Shared).unwrap();
        let error = wait(Mode::Exclusive).unwrap_err();
        assert!(error.to_string().contains("another run"), "{error}");
        drop((reader, second));
        let writer = wait(Mode::Exclusive).unwrap();
        assert!(wait(Mode::Shared).is_err());
        assert!(wait(Mode::Exclusive).is_err());
        drop(writer);
        assert!(wait(Mode::Exclusive).is_ok());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
