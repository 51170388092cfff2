//! The generator as it is called.
