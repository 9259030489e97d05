/// Printing, which the wasm virtual machine discards.
module std::debug;

public native fun print<T>(x: &T);
