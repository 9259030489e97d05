//! Ctrl-C: the first one asks the work to stop, so that what was covered can be printed; a second one ends the process.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user has asked to stop.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on an interrupt sets what is returned; a second one ends the process.
pub(super) fn stop_on_interrupt() -> &'static AtomicBool {
    // Where there is no such signal, the process ends as it always did.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    &INTERRUPTED
}
