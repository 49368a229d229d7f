// Package redislink is the one connection to Redis that the nodes of an
// installation share. The product works without Redis: while it does not
// answer nobody waits for it, and an outage is told once, as is its end.
package redislink
