package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tabletalk/internal/export"
	"tabletalk/internal/fault"
)

// splitQuestion tells files from the question: the last argument is the
// question if it is no existing file. What looks like a file's name and is
// none is an error, not a question.
func splitQuestion(args []string) (files []string, question string, err error) {
	files = args
	if last := args[len(args)-1]; !exists(last) && (len(args) > 1 || !looksLikeFile(last)) {
		files, question = args[:len(args)-1], last
	}
	if looksLikeFile(question) {
		files, question = args, ""
	}
	if len(files) == 0 {
		return nil, "", fault.New(fault.Invalid, "no_file", "There is no file to ask.").
			WithHint(`Name the file first: tabletalk ask orders.csv "revenue by region".`).At("cli.Ask")
	}
	for _, f := range files {
		if err := checkFile(f); err != nil {
			return nil, "", err
		}
	}
	return files, question, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// looksLikeFile reports whether a word can only be meant as a file's name.
func looksLikeFile(word string) bool {
	if word == "" || strings.ContainsAny(word, " \t\n?") {
		return false
	}
	switch strings.ToLower(filepath.Ext(word)) {
	case ".csv", ".tsv", ".txt", ".xlsx", ".xls", ".json", ".ndjson", ".jsonl", ".parquet", ".gz", ".zst", ".zip":
		return true
	}
	return strings.ContainsRune(word, filepath.Separator)
}

func checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(fault.NotFound, "file_not_found", "There is no file %s.", path).
			WithHint("Check the name and the folder.").At("cli.Ask")
	case err != nil:
		return fault.New(fault.Invalid, "file_unreadable", "The file %s cannot be read.", path).
			WithHint("Check its permissions.").Because(err).At("cli.Ask")
	case !info.Mode().IsRegular():
		return fault.New(fault.Invalid, "file_unreadable", "%s is no file.", path).At("cli.Ask")
	}
	return nil
}

// parseNow reads the clock for relative dates: a day, or a time with or
// without an offset.
func parseNow(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "now_invalid", "--now is %q, which is no date.", text).
		WithHint("Write a date or a time like 2025-06-30 or 2025-06-30T12:00:00Z.").At("cli.Ask")
}

// outputFormat decides the format of an export by name or, without one, by
// the ending of the file.
func outputFormat(name, file string) (export.Format, error) {
	if name == "" {
		name = strings.TrimPrefix(filepath.Ext(file), ".")
	}
	return export.ParseFormat(name)
}
