/// UTF-8 strings.
module std::string {
    use std::option::{Self, Option};
    use std::vector;

    const EINVALID_UTF8: u64 = 1;

    struct String has copy, drop, store {
        bytes: vector<u8>
    }

    public fun utf8(bytes: vector<u8>): String {
        assert!(internal_check_utf8(&bytes), EINVALID_UTF8);
        String { bytes }
    }

    public fun try_utf8(bytes: vector<u8>): Option<String> {
        if (internal_check_utf8(&bytes)) option::some(String { bytes })
        else option::none()
    }

    public fun bytes(self: &String): &vector<u8> {
        &self.bytes
    }

    public fun length(self: &String): u64 {
        vector::length(&self.bytes)
    }

    public fun is_empty(self: &String): bool {
        vector::is_empty(&self.bytes)
    }

    native fun internal_check_utf8(v: &vector<u8>): bool;
}
