package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tabletalk/internal/engine"
)

// TestEncodings decodes the corpus of a character-set detector as a file's
// text is decoded, and compares with its decoding by the right encoding.
func TestEncodings(t *testing.T) {
	dir := publicData(t, "messy", "chardet", "tests")
	folders, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	total, right := 0, 0
	for _, folder := range folders {
		name := strings.ToLower(folder.Name())
		for _, lang := range []string{"-czech", "-hungarian", "-slovak", "-bulgarian", "-russian", "-greek", "-turkish", "-hebrew", "-arabic"} {
			name = strings.TrimSuffix(name, lang)
		}
		if n, ok := encodingNames[name]; ok && name != "ascii" {
			name = n
		}
		dec, _, err := decoderOf(name)
		if err != nil {
			continue // an encoding that no browser knows
		}
		files, _ := filepath.Glob(filepath.Join(dir, folder.Name(), "*"))
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			want, err := dec.Bytes(b)
			if err != nil {
				continue
			}
			total++
			got, as := decodeAsFile(t, f, b)
			if got == string(trimBOM(want)) {
				right++
			} else if testing.Verbose() {
				t.Logf("%s read as %s", strings.TrimPrefix(f, dir), as)
			}
		}
	}
	t.Logf("%d of %d files decoded right", right, total)
	if right*100 < total*90 {
		t.Errorf("%d of %d decoded right, want 90 %%", right, total)
	}
}

func decodeAsFile(t *testing.T, file string, b []byte) (text, name string) {
	t.Helper()
	j := &job{spec: Spec{File: file, Dir: t.TempDir()}, path: file, progress: func(p engine.Progress) {}}
	if err := j.readHead(); err != nil {
		t.Fatal(err)
	}
	if err := j.settleEncoding(t.Context()); err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(out) {
		t.Errorf("%s: what came out is not UTF-8", file)
	}
	return string(trimBOM(out)), j.out.Receipt.Encoding
}
