// SPDX-License-Identifier: MIT OR Apache-2.0

/// The readers accept what the writers write, and nothing else.
#[test_only]
module xcc_runtime::codec_tests;

use xcc_runtime::{header, message_kind, reader, writer};

#[test]
fun numbers_are_big_endian() {
    let mut out = vector[];
    writer::write_bool(&mut out, true);
    writer::write_u8(&mut out, 0x01);
    writer::write_u16(&mut out, 0x0203);
    writer::write_u32(&mut out, 0x04050607);
    writer::write_u64(&mut out, 0x08090a0b0c0d0e0f);
    writer::write_u128(&mut out, 0x10);
    writer::write_u256(&mut out, 0xff << 248);
    assert!(
        out == x"01010203040506"
            .append_all(x"0708090a0b0c0d0e0f00000000000000000000000000000010")
            .append_all(x"ff00000000000000000000000000000000000000000000000000000000000000"),
    );
    let mut reader = reader::new(out);
    assert!(reader.read_bool());
    assert!(reader.read_u8() == 0x01);
    assert!(reader.read_u16() == 0x0203);
    assert!(reader.read_u32() == 0x04050607);
    assert!(reader.read_u64() == 0x08090a0b0c0d0e0f);
    assert!(reader.read_u128() == 0x10);
    assert!(reader.read_u256() == 0xff << 248);
    reader.finish();
}

#[test]
fun dynamic_values_carry_their_length() {
    let mut out = vector[];
    writer::write_bytes(&mut out, x"aabb", 2);
    writer::write_string(&mut out, std::string::utf8(b"h\xc3\xa9"), 3);
    writer::write_count(&mut out, 300, 300);
    writer::write_fixed(&mut out, x"cc", 1);
    writer::write_address(&mut out, @0x7);
    assert!(
        out == x"0002aabb000368c3a9012ccc"
            .append_all(x"0000000000000000000000000000000000000000000000000000000000000007"),
    );
    let mut reader = reader::new(out);
    assert!(reader.read_bytes(2) == x"aabb");
    assert!(reader.read_string(3) == std::string::utf8(b"h\xc3\xa9"));
    assert!(reader.read_count(300) == 300);
    assert!(reader.read_fixed(1) == x"cc");
    assert!(reader.read_address() == @0x7);
    reader.finish();
}

#[test, expected_failure(abort_code = reader::ETruncated)]
fun a_number_that_is_cut_off_is_refused() {
    reader::new(x"000102").read_u32_and_finish();
}

#[test, expected_failure(abort_code = reader::ETruncated)]
fun bytes_that_are_cut_off_are_refused() {
    reader::new(x"0002aa").read_bytes_and_finish(2);
}

#[test, expected_failure(abort_code = reader::ETruncated)]
fun nothing_is_no_byte() {
    reader::new(x"").read_bool_and_finish();
}

#[test, expected_failure(abort_code = reader::ETrailing)]
fun trailing_bytes_are_refused() {
    reader::new(x"0000000000").read_u32_and_finish();
}

#[test, expected_failure(abort_code = reader::EBool)]
fun two_is_no_boolean() {
    reader::new(x"02").read_bool_and_finish();
}

#[test, expected_failure(abort_code = reader::ETag)]
fun two_is_no_tag() {
    let mut reader = reader::new(x"02");
    reader.read_tag();
    reader.finish();
}

#[test, expected_failure(abort_code = reader::EVariant)]
fun a_variant_must_exist() {
    let mut reader = reader::new(x"03");
    assert!(reader.read_variant(3) == 3);
    reader.finish();
}

#[test]
fun an_enum_may_have_256_variants() {
    let mut reader = reader::new(x"ff");
    assert!(reader.read_variant(256) == 255);
    reader.finish();
}

#[test, expected_failure(abort_code = reader::EBound)]
fun a_length_over_its_bound_is_refused() {
    reader::new(x"0002aabb").read_bytes_and_finish(1);
}

#[test, expected_failure(abort_code = reader::EUtf8)]
fun an_overlong_form_is_no_utf8() {
    let mut reader = reader::new(x"0002c0af");
    reader.read_string(9);
    reader.finish();
}

#[test, expected_failure(abort_code = reader::EUtf8)]
fun a_surrogate_is_no_utf8() {
    let mut reader = reader::new(x"0003eda080");
    reader.read_string(9);
    reader.finish();
}

#[test, expected_failure(abort_code = writer::EBound)]
fun a_value_over_its_bound_is_not_written() {
    writer::write_bytes(&mut vector[], x"aabb", 1);
}

#[test, expected_failure(abort_code = writer::ESize)]
fun a_value_of_another_size_is_not_written() {
    writer::write_fixed(&mut vector[], x"aabb", 3);
}

#[test, expected_failure(abort_code = writer::ESize)]
fun an_array_of_another_length_is_not_written() {
    writer::check_length(2, 3);
}

const FINGERPRINT: vector<u8> = x"0102030405060708ffffffffffffffffffffffffffffffffffffffffffffffff";
const INSTANCE: vector<u8> = x"1111111111111111111111111111111111111111111111111111111111111122";

#[test]
fun a_header_has_fixed_places() {
    let mut out = vector[];
    header::new(message_kind::execute(), 0x0304, &FINGERPRINT, 0x77, INSTANCE).write(&mut out);
    assert!(out == x"0101030401020304050607080000000000000077".append_all(INSTANCE));
    let mut reader = reader::new(out);
    let header = header::read(&mut reader);
    reader.finish();
    assert!(header.kind() == message_kind::execute());
    assert!(header.step() == 0x0304);
    assert!(header.deadline() == 0x77);
    assert!(header.instance() == INSTANCE);
    assert!(header.is_of(&FINGERPRINT));
    assert!(!header.is_of(&INSTANCE));
}

#[test, expected_failure(abort_code = header::EHeader)]
fun another_version_is_refused() {
    read_header(x"0201000001020304050607080000000000000000");
}

#[test, expected_failure(abort_code = header::EHeader)]
fun kind_0_is_refused() {
    read_header(x"0100000001020304050607080000000000000000");
}

#[test, expected_failure(abort_code = header::EHeader)]
fun kind_8_is_refused() {
    read_header(x"0108000001020304050607080000000000000000");
}

#[test, expected_failure(abort_code = header::EHeader)]
fun a_deadline_on_a_cancel_is_refused() {
    read_header(x"0103000001020304050607080000000000000001");
}

#[test, expected_failure(abort_code = header::EHeader)]
fun a_header_that_is_cut_off_is_refused() {
    let mut reader = reader::new(x"01010000010203040506070800000000000000");
    header::read(&mut reader);
    reader.finish();
}

fun read_header(before_instance: vector<u8>) {
    let mut reader = reader::new(before_instance.append_all(INSTANCE));
    header::read(&mut reader);
    reader.finish();
}

use fun append_all as vector.append_all;
use fun read_u32_and_finish as reader::Reader.read_u32_and_finish;
use fun read_bool_and_finish as reader::Reader.read_bool_and_finish;
use fun read_bytes_and_finish as reader::Reader.read_bytes_and_finish;

fun append_all(mut head: vector<u8>, tail: vector<u8>): vector<u8> {
    head.append(tail);
    head
}

fun read_u32_and_finish(mut reader: reader::Reader) {
    reader.read_u32();
    reader.finish();
}

fun read_bool_and_finish(mut reader: reader::Reader) {
    reader.read_bool();
    reader.finish();
}

fun read_bytes_and_finish(mut reader: reader::Reader, max: u64) {
    reader.read_bytes(max);
    reader.finish();
}
