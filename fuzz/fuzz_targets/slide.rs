#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wenyuan_convert::fuzz::slide(bytes));
