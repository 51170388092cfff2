//! Lock on an output folder, so that only one run writes to it at a time.
//!
//! The operating system releases the lock when the process ends, even if it is killed, and no file remains.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// Maximum time to wait for another run.
const TIMEOUT: Duration = Duration::from_secs(60);
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
    /// Waits until no other process reads or writes the folder.
    pub(super) fn exclusive(folder: &Path) -> io::Result<Self> {
        Self::wait(folder, Mode::Exclusive, TIMEOUT)
    }

    /// Waits until no other process writes the folder. A missing folder needs no lock.
    pub(super) fn shared(folder: &Path) -> io::Result<Self> {
        if !folder.is_dir() {
            return Ok(Self { _file: None });
        }
        Self::wait(folder, Mode::Shared, TIMEOUT)
    }

    fn wait(folder: &Path, mode: Mode, timeout: Duration) -> io::Result<Self> {
        let begun = Instant::now();
        loop {
            match acquire(folder, mode) {
                Ok(file) => return Ok(Self { _file: file }),
                Err(e) if e.kind() != io::ErrorKind::WouldBlock => return Err(e),
                Err(_) if begun.elapsed() < timeout => std::thread::sleep(PAUSE),
                Err(_) => {
                    let message = "another run of codegen has locked this folder; try again when it has ended";
                    return Err(io::Error::new(io::ErrorKind::WouldBlock, message));
                }
            }
        }
    }
}

/// Locks the folder itself, without a lock file.
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
        // Some network file systems do not support locks.
        Err(Errno::NOTSUP | Errno::NOSYS | Errno::INVAL | Errno::NOLCK) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// Opens a lock file exclusively. The system deletes the file when it is closed.
#[cfg(windows)]
fn acquire(folder: &Path, mode: Mode) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt;

    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const SHARING_VIOLATION: i32 = 32;

    // A reader may have no permission to create the lock file.
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
    fn admits_one_writer_or_several_readers() {
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
