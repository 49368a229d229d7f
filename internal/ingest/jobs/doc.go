// Package jobs gives a worker process the jobs of ingest: a job's body in, the
// result of ingest.Work or ingest.Profile out. It is a package of its own so
// that ingest, whose receipts everybody reads, does not bring the engine's
// driver along.
package jobs
