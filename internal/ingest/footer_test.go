//go:build cgo

package ingest

import (
	"path/filepath"
	"testing"

	"tabletalk/internal/fault"
)

// Encryption is found in what a file says of itself, and told.
func TestEncryptedParquet(t *testing.T) {
	root := publicData(t, "messy")
	for name, want := range map[string]string{
		"parquet-testing/data/encrypt_columns_plaintext_footer.parquet.encrypted":        "is a Parquet file with 2 encrypted columns.",
		"parquet-testing/data/aes256/encrypt_columns_plaintext_footer.parquet.encrypted": "is a Parquet file with 8 encrypted columns.",
		"parquet-testing/data/encrypt_columns_and_footer_ctr.parquet.encrypted":          "is an encrypted Parquet file.",
		"duckdb/data/parquet-testing/encryption/encrypted_column.parquet":                "is a Parquet file with 2 encrypted columns.",
		"duckdb/data/parquet-testing/encryption/arrow_uniform_encryption_gist.parquet":   "is an encrypted Parquet file.",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := ingestFile(t, Spec{File: filepath.Join(root, filepath.FromSlash(name)), Name: "t.parquet"})
			if f := fault.Of(err); err == nil || f.Code != "file_encrypted" || f.Message != `"t.parquet" `+want {
				t.Errorf("%v", err)
			}
		})
	}
}

// FuzzFooter gives bytes that say they describe a Parquet file.
func FuzzFooter(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0x15, 2, 0x19, 0xfc, 0xff, 0xff, 0xff, 0x0f})
	f.Add([]byte{0x4c, 0x8c, 0x1c, 0, 0, 0})
	f.Add([]byte{0x49, 0x1c, 0x19, 0x1c, 0x8c, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, _, err := encryptedColumns(b); err == nil && n > len(b) {
			t.Errorf("%d columns in %d bytes", n, len(b))
		}
	})
}
