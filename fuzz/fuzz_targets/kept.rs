#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    stampbook_fuzz::run("kept", input);
});
