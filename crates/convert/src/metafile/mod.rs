//! Windows metafiles to SVG.
pub(crate) mod symbol;
