// SPDX-License-Identifier: MIT OR Apache-2.0

/// The fixed header, 52 bytes, that every message begins with.
///
/// version 1, kind 1, step 2, fingerprint prefix 8, deadline 8, instance 32
module xcc_runtime::header {
    use xcc_runtime::message_kind;
    use xcc_runtime::reader::Reader;
    use xcc_runtime::writer;

    /// No header of this version, or one whose kind or deadline cannot be.
    const EHeader: u64 = 39;

    const VERSION: u8 = 1;
    const SIZE: u64 = 52;
    const PREFIX_SIZE: u64 = 8;
    const INSTANCE_SIZE: u64 = 32;

    /// A header.
    struct Header has copy, drop {
        kind: u8,
        step: u16,
        prefix: vector<u8>,
        deadline: u64,
        instance: vector<u8>,
    }

    /// A header of a message that is to be sent. `deadline` is in seconds since 1970, and 0 unless `kind` is Execute.
    public fun new(
        kind: u8,
        step: u16,
        fingerprint: &vector<u8>,
        deadline: u64,
        instance: vector<u8>,
    ): Header {
        Header { kind, step, prefix: prefix_of(fingerprint), deadline, instance }
    }

    /// Reads a header of this version, all of it, whose kind exists; only an Execute may have a deadline.
    public fun read(reader: &mut Reader): Header {
        assert!(reader.left() >= SIZE, EHeader);
        assert!(reader.read_u8() == VERSION, EHeader);
        let header = Header {
            kind: reader.read_u8(),
            step: reader.read_u16(),
            prefix: reader.read_fixed(PREFIX_SIZE),
            deadline: reader.read_u64(),
            instance: reader.read_fixed(INSTANCE_SIZE),
        };
        assert!(message_kind::is_known(header.kind), EHeader);
        assert!(header.deadline == 0 || header.kind == message_kind::execute(), EHeader);
        header
    }

    /// Writes the header.
    public fun write(self: &Header, out: &mut vector<u8>) {
        writer::write_u8(out, VERSION);
        writer::write_u8(out, self.kind);
        writer::write_u16(out, self.step);
        writer::write_fixed(out, self.prefix, PREFIX_SIZE);
        writer::write_u64(out, self.deadline);
        writer::write_fixed(out, self.instance, INSTANCE_SIZE);
    }

    /// What the message says, as in `message_kind`.
    public fun kind(self: &Header): u8 {
        self.kind
    }

    /// The number of the step it is about.
    public fun step(self: &Header): u16 {
        self.step
    }

    /// Seconds since 1970; 0 unless the kind is Execute.
    public fun deadline(self: &Header): u64 {
        self.deadline
    }

    /// The instance it is about, 32 bytes.
    public fun instance(self: &Header): vector<u8> {
        self.instance
    }

    /// Whether the message comes from a program with this fingerprint.
    public fun is_of(self: &Header, fingerprint: &vector<u8>): bool {
        self.prefix == prefix_of(fingerprint)
    }

    fun prefix_of(fingerprint: &vector<u8>): vector<u8> {
        let prefix = vector[];
        let index = 0;
        while (index < PREFIX_SIZE) {
            prefix.push_back(fingerprint[index]);
            index = index + 1;
        };
        prefix
    }
}
