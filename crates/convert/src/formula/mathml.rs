//! MathML to the tree of formulas.
