//! Gives every fuzz target its seeds, some of them changed, and what fuzzing found, without a fuzzing engine: no panic, and bounds on what an input may cost.
//!
//! Memory is counted in bytes that are in use at once, and work in bytes that are asked for in all, so neither depends on the machine.
//! Time is bounded by a limit that only a hang comes to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use xcc_tests::fuzz::Target;
use xcc_tests::fuzz::mutate::Stock;
use xcc_tests::fuzz::seeds::MOST_BYTES;

/// The most bytes that may be in use at once for one input, which has 16 KiB at most.
const MOST_IN_USE: usize = 8 << 20;

/// The most bytes that may be asked for in all for one input.
const MOST_ASKED_FOR: usize = 64 << 20;

/// How many seeds of a target are changed.
const CHANGED: u32 = 400;

/// Nothing takes this long.
const HANG: Duration = Duration::from_secs(120);

/// Counts what the thread that asks for it uses.
struct Counting;

thread_local! {
    static IN_USE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
    static ASKED_FOR: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is left to the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller keeps this function's contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// A thread that is ending counts no more.
fn count(bytes: isize) {
    let _ = IN_USE.try_with(|in_use| {
        let now = in_use.get() + bytes;
        in_use.set(now);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(now)));
    });
    if let Ok(bytes) = usize::try_from(bytes) {
        let _ = ASKED_FOR.try_with(|asked| asked.set(asked.get() + bytes));
    }
}

#[test]
fn parse() {
    replay(Target::Parse);
}

#[test]
fn check() {
    replay(Target::Check);
}

#[test]
fn import() {
    replay(Target::Import);
}

#[test]
fn manifest() {
    replay(Target::Manifest);
}

#[test]
fn decode() {
    replay(Target::Decode);
}

#[test]
fn the_corpus_stays_small_enough_to_be_kept() {
    for target in Target::ALL {
        let size = std::fs::metadata(target.corpus_file()).map_or(0, |file| file.len());
        assert!(
            size <= target.most_bytes() as u64,
            "{target:?}: {size} bytes"
        );
    }
}

/// The counter counts: an allocation is seen while it is there, and afterwards as one that was made.
#[test]
fn what_is_allocated_is_counted() {
    let (peak, asked) = measured(|| drop(vec![1_u8; 1 << 20]));
    assert!((1 << 20..2 << 20).contains(&peak), "{peak}");
    assert!((1 << 20..2 << 20).contains(&asked), "{asked}");
}

fn replay(target: Target) {
    let (begin, begun) = mpsc::channel();
    let worker = thread::spawn(move || run_all(target, &begin));
    let mut last = Vec::new();
    loop {
        match begun.recv_timeout(HANG) {
            Ok(input) => last = input,
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("{target:?} hangs: {}", show(&last)),
        }
    }
    if worker.join().is_err() {
        panic!("{target:?} fails: {}", show(&last));
    }
}

/// Announces each input before it is run.
#[expect(clippy::print_stdout, reason = "the figures are for people")]
fn run_all(target: Target, begin: &mpsc::Sender<Vec<u8>>) {
    // What is read once and kept belongs to no input.
    target.run(&[0; 2]);
    let found = target.corpus().expect("the corpus can be read");
    let (mut most_in_use, mut most_asked_for) = (0, 0);
    let seeds = target.seeds();
    let changed = changed(target, &seeds);
    for input in seeds.iter().chain(&found).chain(&changed) {
        begin.send(input.clone()).expect("somebody watches");
        let (in_use, asked_for) = measured(|| target.run(input));
        assert!(in_use <= MOST_IN_USE, "{in_use} bytes in use at once");
        assert!(asked_for <= MOST_ASKED_FOR, "{asked_for} bytes asked for");
        most_in_use = most_in_use.max(in_use);
        most_asked_for = most_asked_for.max(asked_for);
    }
    println!(
        "{target:?}: {} seeds, {} found, {} changed; at most {most_in_use} bytes in use at once, {most_asked_for} asked for",
        seeds.len(),
        found.len(),
        changed.len()
    );
}

/// Some seeds of each target of texts as the fuzzer would change them, the same on every run.
fn changed(target: Target, seeds: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let stock = Stock {
        donors: seeds.to_vec(),
        words: target.words(),
    };
    let chosen = seeds.iter().cycle().zip(0..CHANGED);
    chosen
        .filter(|_| target.is_text())
        .map(|(seed, number)| stock.mutate(seed, number, MOST_BYTES))
        .collect()
}

/// How many bytes this thread has in use at once beyond what it has now, and asks for in all.
fn measured(run: impl FnOnce()) -> (usize, usize) {
    let before = IN_USE.get();
    PEAK.set(before);
    ASKED_FOR.set(0);
    run();
    (PEAK.get().abs_diff(before), ASKED_FOR.get())
}

fn show(input: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(input))
}
