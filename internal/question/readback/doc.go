// Package readback proves that the product understands what it says: a plan is
// said in words by explain, and the question engine reads those words as the
// same plan. It holds tests only: of plans that are drawn over several
// catalogs, of the same question in other words, of questions that look alike
// and differ, and of the same question over renamed columns and values.
package readback
