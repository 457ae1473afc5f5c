//! Memory bounds of a command.

/// Least bound, in bytes: an import, a rebuild and a verification of a million members
/// stay within it (benches/README.md).
pub const BOUND_MIN: u64 = 512 << 20;
/// Largest default bound, in bytes.
const DEFAULT_MAX: u64 = 2 << 30;
/// Bound if the machine's memory is unknown, in bytes.
const UNKNOWN: u64 = 1 << 30;

/// The default bound: a quarter of the machine's memory, at least [`BOUND_MIN`], at most
/// 2 GiB.
pub fn default_bound() -> u64 {
    machine()
        .map_or(UNKNOWN, |bytes| bytes / 4)
        .clamp(BOUND_MIN, DEFAULT_MAX)
}

/// Memory of the machine in bytes, if known.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn machine() -> Option<u64> {
    let info = rustix::system::sysinfo();
    info.totalram.checked_mul(info.mem_unit.into())
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn machine() -> Option<u64> {
    None
}
