// Package vault keeps what must be read again and may be read by nobody else:
// keys of language models, passwords of connections. What it stores is
// encrypted (AES-256-GCM, by Tink); the keys are not in the database, so that
// a copy of it tells nothing.
//
//	err := v.Put(ctx, workspace, "model-key", []byte("sk-…"))  // the value before is gone
//	key, err := v.Get(ctx, workspace, "model-key")             // secret_not_found, secret_sealed
//	list, err := v.List(ctx, workspace)                        // names and times, never values
//	err = v.Delete(ctx, workspace, "model-key")
//
// A name is of small letters, digits and hyphens, as a setting's is. What is
// sealed is bound to its workspace and name: a row that somebody moves
// to another workspace, or gives another name, does not open. Values never belong in
// errors, logs and answers: a page shows that there is one, and since when.
//
// Keys are rotated by adding one (Keys.Rotated): the newest seals, all of
// them open, and Reseal seals again what is stored. A Vault that meets a key
// that it does not know reads its keys again, so that a server need not be
// started anew after a rotation.
//
// It comes in as bytes and goes out as bytes; the database is behind Store,
// and where the keys are kept is the business of who makes the Vault.
//
// Start reading at Vault.
package vault
