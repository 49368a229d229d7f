// Package cache keeps small results for a while: in process by default, in
// Redis by one setting. A cache may forget at any time and its failure is
// never an error of the product: a Get that cannot be answered is a miss.
package cache
