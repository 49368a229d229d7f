// Package limit says how often something may happen: so many times at once,
// then as many over each period, by key. In the process by default, on Redis
// when several nodes count together; without Redis each node counts for itself.
package limit
