// Teaches a copy of Rust's standard library the Solana target: node edit_std.mjs LIBRARY_DIR.
//
// Each edit names an anchor that must occur exactly as often as stated. Anything else stops the run, so that a newer
// library is looked at by a person and never half-edited. Checked against the library of rustc 1.96.0.
import fs from "node:fs";
import path from "node:path";

const ABORT = 'unsafe extern "C" { safe fn abort() -> !; }';

const EDITS = [
  {
    why: "The linker refuses writable statics, so running out of memory goes straight to `abort`.",
    file: "std/src/alloc.rs",
    anchor: "pub fn rust_oom(layout: Layout) -> ! {\n",
    after: `    #[cfg(target_os = "solana")]\n    { ${ABORT} let _ = layout; if true { abort() } }\n`,
  },
  {
    why: "There is no entropy on chain; fixed keys also keep programs deterministic.",
    file: "std/src/hash/random.rs",
    anchor: "        thread_local!(static KEYS",
    before:
      '        #[cfg(target_os = "solana")]\n        if true { return RandomState { k0: 0, k1: 0 }; }\n',
  },
  {
    why: "A panic calls the program's `custom_panic` and aborts, without the hook's statics.",
    file: "std/src/panicking.rs",
    anchor: "#[cfg(not(any(test, doctest)))]\n#[panic_handler]\n",
    replacement:
      '#[cfg(all(not(any(test, doctest)), target_os = "solana"))]\n#[panic_handler]\n' +
      "pub fn panic_handler(info: &core::panic::PanicInfo<'_>) -> ! {\n" +
      "    unsafe extern \"Rust\" { fn custom_panic(info: &core::panic::PanicInfo<'_>); }\n" +
      `    ${ABORT}\n    unsafe { custom_panic(info) };\n    abort()\n}\n\n` +
      '#[cfg(all(not(any(test, doctest)), not(target_os = "solana")))]\n#[panic_handler]\n',
  },
  {
    why: "The same for panics that std itself starts.",
    file: "std/src/panicking.rs",
    anchor: "    let must_abort = panic_count::increase(true);\n",
    before: `    #[cfg(target_os = "solana")]\n    { ${ABORT} if true { abort() } }\n`,
  },
  {
    why: "The minimal alignment of the architecture.",
    file: "std/src/sys/alloc/mod.rs",
    anchor: '    target_arch = "riscv64",\n',
    after: '    target_arch = "bpf",\n',
  },
  {
    why: "`System` has to exist, though programs bring their own global allocator.",
    file: "std/src/sys/alloc/mod.rs",
    anchor: '    target_os = "zkvm" => {\n',
    before: '    target_os = "solana" => {\n        mod solana;\n    }\n',
  },
  {
    why: "There are no operating system errors.",
    file: "std/src/sys/io/error/mod.rs",
    anchor: 'target_os = "zkvm",\n',
    after: '        target_os = "solana",\n',
  },
  {
    why: "Randomness is unsupported rather than missing.",
    file: "std/src/sys/random/mod.rs",
    anchor: 'target_os = "vexos",\n',
    times: 2,
    after: '    target_os = "solana",\n',
  },
  {
    why: "There is one thread.",
    file: "std/src/sys/thread_local/mod.rs",
    anchor: 'target_os = "zkvm",\n',
    times: 2,
    after: '        target_os = "solana",\n',
  },
  {
    why: "LLVM returns 128-bit values in r0:r2, which for rustc is the calling convention `unadjusted`.",
    file: "compiler-builtins/compiler-builtins/src/macros.rs",
    anchor: 'any(windows, target_os = "cygwin", all(',
    times: 2,
    replacement: 'any(windows, target_os = "solana", target_os = "cygwin", all(',
  },
  {
    why: "Signed division has no such routine among Solana's own.",
    file: "compiler-builtins/compiler-builtins/src/int/sdiv.rs",
    anchor: "sdiv!(__udivti3, __divti3, u128, i128,);",
    replacement: "sdiv!(__udivti3, __divti3, u128, i128, unadjusted_on_win64);",
  },
  {
    why: "Nor has the signed remainder.",
    file: "compiler-builtins/compiler-builtins/src/int/sdiv.rs",
    anchor: "smod!(__umodti3, __modti3, u128, i128,);",
    replacement: "smod!(__umodti3, __modti3, u128, i128, unadjusted_on_win64);",
  },
];

const SYSTEM_ALLOCATOR = `use crate::alloc::{GlobalAlloc, Layout, System};

#[stable(feature = "alloc_system_type", since = "1.28.0")]
unsafe impl GlobalAlloc for System {
    #[inline]
    unsafe fn alloc(&self, _layout: Layout) -> *mut u8 {
        crate::ptr::null_mut()
    }
    #[inline]
    unsafe fn dealloc(&self, _ptr: *mut u8, _layout: Layout) {}
}
`;

const library = process.argv[2];
for (const { file, anchor, times = 1, before = "", after = "", replacement } of EDITS) {
  const name = path.join(library, file);
  const parts = fs.readFileSync(name, "utf8").split(anchor);
  if (parts.length - 1 !== times) {
    console.error(`edit_std: ${file}: expected ${times} of ${JSON.stringify(anchor)}, found ${parts.length - 1}`);
    process.exit(1);
  }
  fs.writeFileSync(name, parts.join(replacement ?? before + anchor + after));
}
fs.writeFileSync(path.join(library, "std/src/sys/alloc/solana.rs"), SYSTEM_ALLOCATOR);
