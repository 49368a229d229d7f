// Package markup reads XML of strangers front to back: start tags, end tags
// and texts, in memory bounded by the longest of them. It knows no document
// types and no entities but the five of XML itself, so that no file can ask
// for more than it brings, and it limits how deep elements nest.
//
// It is not a validating parser: names of end tags are not compared with those
// of start tags, but a document that ends inside an element is an error.
package markup
