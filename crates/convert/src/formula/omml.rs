//! Office's formulas to the tree of formulas.
