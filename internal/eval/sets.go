package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tabletalk/internal/definition"
	"tabletalk/internal/fault"
	"tabletalk/internal/question"
)

// Set is a set of questions.
type Set struct {
	Name    string
	Threads []Thread
}

// Thread is a conversation over files; most have one question.
type Thread struct {
	Files  []string             // paths; "samples/…" that is no path is a file that ships with the program
	Taught []definition.Meaning // of the files, before the questions
	Now    time.Time
	Turns  []Turn
}

// Turn is a question and what is wanted.
type Turn struct {
	ID, Text string
	Category string          // a part of the set; empty where it has none
	Gold     string          // the answer's query, for a person to read
	Expect   question.Status // empty means answered
	Chart    string          // the wanted mark of the chart; empty where the set says nothing
	Want     any             // the wanted rows or values, for a person to read
	Judge    func(rows [][]any) bool
}

// Now is the clock of sets that name none: late enough for all of them.
func Now() time.Time { return time.Date(2025, 6, 18, 9, 0, 0, 0, time.UTC) }

// The bounds of what is read as questions.
const (
	maxLine   = 16 << 20
	sniffLine = 1 << 20
)

// Load reads the sets of files and folders. What the golden files name is
// looked for below root, beside the file, and among the shipped samples. A
// folder's files that hold no questions are passed over. Errors:
// file_not_found, questions_unknown, questions_invalid.
func Load(root string, paths ...string) ([]Set, error) {
	l := loader{root: root}
	for _, p := range paths {
		if err := l.path(p); err != nil {
			return nil, err
		}
	}
	return l.sets, nil
}

type loader struct {
	root string
	sets []Set
}

func (l *loader) path(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fault.New(fault.NotFound, "file_not_found", "There is no file or folder %s.", path).
			WithHint("Check the name and the folder.").Because(err).At("eval.Load")
	}
	found := len(l.sets)
	if !info.IsDir() {
		err = l.file(path)
	} else {
		err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			return l.file(p)
		})
	}
	if err == nil && len(l.sets) == found {
		return fault.New(fault.Invalid, "questions_unknown", "%s holds no questions that can be read.", path).
			WithHint("Give a golden file (files, ask, follow), or a set in the layout of Spider, GeoQuery, nvBench, WikiTableQuestions or SQA.").At("eval.Load")
	}
	return err
}

// file adds what a file holds; a file of something else adds nothing.
func (l *loader) file(path string) error {
	read, err := recognise(path)
	if read == nil || err != nil {
		return err
	}
	sets, err := read(l, path)
	if err != nil {
		var f *fault.Error
		if errors.As(err, &f) {
			return f
		}
		return fault.New(fault.Invalid, "questions_invalid", "The questions of %s cannot be read: %v.", path, err).At("eval.Load")
	}
	for _, s := range sets {
		l.add(s, path)
	}
	return nil
}

// add gathers golden files in one set; others are told apart by their file
// where two have the same layout.
func (l *loader) add(s Set, path string) {
	if len(s.Threads) == 0 {
		return
	}
	for i := range l.sets {
		if l.sets[i].Name != s.Name {
			continue
		}
		if s.Name == goldenSet {
			l.sets[i].Threads = append(l.sets[i].Threads, s.Threads...)
			return
		}
		s.Name += ":" + stem(path)
		break
	}
	l.sets = append(l.sets, s)
}

func stem(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

type reader func(l *loader, path string) ([]Set, error)

// recognise tells a layout by the first lines.
func recognise(path string) (reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file_unreadable", "The file %s cannot be read.", path).
			WithHint("Check its permissions.").Because(err).At("eval.Load")
	}
	defer f.Close()
	in := bufio.NewReader(io.LimitReader(f, sniffLine))
	line, err := in.ReadBytes('\n')
	if err != nil && err != io.EOF {
		return nil, nil // a folder's special file
	}
	head := string(bytes.TrimSpace(line))
	switch {
	case strings.HasPrefix(head, "{"):
		return recogniseJSON(line), nil
	case strings.HasPrefix(head, "id\tutterance\tcontext\ttargetValue"):
		return (*loader).wikiTables, nil
	case strings.HasPrefix(head, "id\tannotator\tposition\tquestion\ttable_file"):
		return (*loader).sequences, nil
	}
	return recogniseGolden(head, in), nil
}

// recogniseJSON tells the layouts of JSON lines by their names.
func recogniseJSON(line []byte) reader {
	var names map[string]json.RawMessage
	if json.Unmarshal(line, &names) != nil {
		return nil
	}
	has := func(list ...string) bool {
		for _, n := range list {
			if _, ok := names[n]; !ok {
				return false
			}
		}
		return true
	}
	switch {
	case has("nl_queries", "vega_lite", "main_table"):
		return (*loader).charts
	case has("question", "answer", "db_id", "single_table"):
		return (*loader).databases
	case has("question", "answer", "sql"):
		return (*loader).geography
	}
	return nil
}

// JSONLines reads one value per line.
func JSONLines[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	var out []T
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, lines.Err()
}
