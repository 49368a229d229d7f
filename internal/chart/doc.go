// Package chart chooses and writes the chart of a result, as a Vega-Lite
// specification, or none where a chart would not help.
//
// Spec is the entrance. A specification is made from a closed set of Go types:
// it carries its data, and nothing from a plan or a cell can become an
// expression, an address or a property. Colours are left to the page, whose
// palette works in light and dark and without colour vision; the package sets
// none. It is pure.
package chart
