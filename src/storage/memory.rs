//! How much memory a command may take.

/// The most that is taken unless somebody says more, in bytes.
const DEFAULT_MAX: u64 = 2 << 30;
/// What is taken where the machine does not say how much it has, in bytes.
const UNKNOWN: u64 = 1 << 30;

/// The default bound: a quarter of the machine's memory, at most 2 GiB.
pub fn default_bound() -> u64 {
    machine()
        .map_or(UNKNOWN, |bytes| bytes / 4)
        .min(DEFAULT_MAX)
}

/// The machine's memory in bytes, where it can be told.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn machine() -> Option<u64> {
    let info = rustix::system::sysinfo();
    info.totalram.checked_mul(info.mem_unit.into())
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn machine() -> Option<u64> {
    None
}
