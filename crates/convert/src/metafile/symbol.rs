pub(crate) fn unicode(_: &str, _: u8) -> Option<char> {
    None
}
