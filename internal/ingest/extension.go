package ingest

import (
	"path/filepath"
	"slices"
	"strings"
)

// extensions are the formats that files of a name are expected to have.
var extensions = map[string][]string{
	".csv": {"csv"}, ".tsv": {"csv"}, ".tab": {"csv"}, ".json": {"json", "ndjson"}, ".ndjson": {"json", "ndjson"}, ".jsonl": {"json", "ndjson"},
	".xlsx": {"xlsx"}, ".xlsm": {"xlsx"}, ".xlsb": {"xlsb"}, ".xls": {"xls", "xml"}, ".ods": {"ods"}, ".parquet": {"parquet"}, ".zip": {"zip"},
}

// tellExtension notes a name that promises another format than was read.
func (j *job) tellExtension() {
	ext := extensionOf(j.spec.Name)
	if want, ok := extensions[ext]; ok && !slices.Contains(want, j.out.Receipt.Format) {
		j.note("wrong_extension", "The name ends in %s, but the file is %s; it was read as that.", ext, strings.ToUpper(j.out.Receipt.Format))
	}
}

// extensionOf is how a name ends, in small letters; what tells of packing is no
// part of it.
func extensionOf(name string) string {
	name = strings.ToLower(name)
	for _, packed := range []string{".gz", ".zst", ".bz2"} {
		name = strings.TrimSuffix(name, packed)
	}
	return filepath.Ext(name)
}
