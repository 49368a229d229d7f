//go:build cgo

package ingest

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/fault"
	"tabletalk/internal/golden"
)

var allFiles = flag.Bool("all-files", false, "read every file of the public corpora, not a part of them, and hold the score to its floors")

var onlyFiles = flag.String("only", "", "with -all-files: only those whose path begins so, and only shown")

// TestMain makes the test binary its own worker, as the real one is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "engine-worker" {
		os.Exit(worker.Main(context.Background(), map[string]worker.JobHandler{
			KindIngest: func(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error) {
				var spec Spec
				if err := json.Unmarshal(body, &spec); err != nil {
					return nil, err
				}
				return Work(ctx, db, spec, progress)
			},
		}))
	}
	os.Exit(m.Run())
}

// The ways in which the reading of a file can end.
const (
	right          = "right"           // as its makers expect
	loaded         = "loaded"          // with nothing to compare with
	wrong          = "wrong"           // not as its makers expect
	refusedRightly = "refused rightly" // it is no table, or damaged on purpose
	refusedWrongly = "refused wrongly"
	timedOut       = "timed out"
	crashed        = "crashed" // the worker; the server never
)

var verdicts = []string{right, loaded, wrong, refusedRightly, refusedWrongly, timedOut, crashed}

// publicFile is one file of the corpora.
type publicFile struct {
	corpus string
	rel    string // path below the corpora
	path   string
	about  judge
}

// outcome is how the reading of one file ended.
type outcome struct {
	corpus, rel, verdict, detail string
	share                        float64 // of what is right
}

func (o outcome) line() string { return o.rel + "\t" + o.verdict + "\t" + o.detail }

const (
	outcomesFile = "testdata/corpora/outcomes.txt"
	scoreFile    = "testdata/corpora/score.txt"
)

// TestFiles reads the files of the public corpora in workers under limits.
// Without -all-files it replays a part of them and compares with what was
// recorded of these; with it, all are read, and -update records.
func TestFiles(t *testing.T) {
	files := publicFiles(t)
	if !*allFiles {
		files = slices.DeleteFunc(files, func(f publicFile) bool { return !sampled(f.rel) })
	}
	if *onlyFiles != "" {
		files = slices.DeleteFunc(files, func(f publicFile) bool { return !strings.HasPrefix(f.rel, *onlyFiles) })
	}
	got := readPublic(t, files)
	if *onlyFiles != "" {
		t.Log("\n" + outcomeLines(got))
		return
	}
	if *allFiles {
		got = slices.Concat(got, decodedPublic(t), expectedSheets(t), twinSheets(t))
		score := scoreOf(got)
		holdFloors(t, got)
		golden.Compare(t, scoreFile, score)
		golden.Compare(t, outcomesFile, outcomeLines(got))
		return
	}
	recorded, err := os.ReadFile(outcomesFile)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(string(recorded)) {
		if rel, _, _ := strings.Cut(line, "\t"); sampled(rel) {
			want = append(want, strings.TrimSuffix(line, "\n"))
		}
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(outcomeLines(got)), "\n")); diff != "" {
		t.Errorf("the outcome of some files is another than recorded; make bench-files records anew\n%s", diff)
	}
}

// sampled reports whether a file is among those that every test run reads.
func sampled(rel string) bool {
	h := fnv.New32a()
	h.Write([]byte(rel))
	return h.Sum32()%16 == 0 && !strings.ContainsAny(rel, "#~")
}

func outcomeLines(list []outcome) string {
	var b strings.Builder
	for _, o := range list {
		b.WriteString(o.line() + "\n")
	}
	return b.String()
}

// readPublic reads files, two at a time.
func readPublic(t *testing.T, files []publicFile) []outcome {
	t.Helper()
	p, err := worker.NewPool(worker.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	r := &publicReader{pool: p, dir: t.TempDir()}
	r.conn = openEngine(t, r.dir)
	out := make([]outcome, len(files))
	var wg sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				out[i] = r.read(t, files[i])
			}
		}()
	}
	for i := range files {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

// publicReader reads files as an upload is read.
type publicReader struct {
	pool *worker.Pool
	dir  string
	conn *sql.Conn
}

// readTime is how long a file of the corpora may take; they are all small.
const readTime = time.Minute

func (r *publicReader) read(t *testing.T, f publicFile) outcome {
	dir, err := os.MkdirTemp(r.dir, "in")
	if err != nil {
		t.Error(err)
		return outcome{}
	}
	defer os.RemoveAll(dir)
	res, err := r.ingest(f, dir)
	o := outcome{corpus: f.corpus, rel: f.rel}
	if err == nil {
		o.verdict, o.detail = loaded, shapeOf(res)
		if f.about.loaded != nil {
			f.about.loaded(&o, r.content(t, dir, res))
		}
		return o
	}
	switch code := fault.Of(err).Code; {
	case fault.IsKind(err, fault.Internal):
		o.verdict, o.detail = crashed, code
	case code == "import_timeout":
		o.verdict, o.detail = timedOut, code
	case code == "engine_crashed" || code == "query_quarantined":
		o.verdict, o.detail = crashed, code
	case f.about.mayRefuse(f, code):
		o.verdict, o.detail = refusedRightly, code
	default:
		o.verdict, o.detail = refusedWrongly, code+": "+fault.Of(err).Message
	}
	return o
}

func (r *publicReader) ingest(f publicFile, dir string) (*Result, error) {
	spec := Spec{Name: filepath.Base(f.path), File: engine.JobFile(0), Dir: engine.JobDir, Decisions: f.about.decisions}
	answer, err := r.pool.Import(context.Background(), engine.Job{Kind: KindIngest, Body: spec, Read: []string{f.path}, Dir: dir, Key: f.rel, Timeout: readTime})
	if err != nil {
		return nil, err
	}
	return DecodeResult(answer)
}

// shapeOf tells in a few words what was read.
func shapeOf(res *Result) string {
	var list []string
	for _, tab := range res.Tables[:min(len(res.Tables), 4)] {
		list = append(list, fmt.Sprintf("%dx%d", tab.Rows, len(tab.Columns)))
	}
	if more := len(res.Tables) - len(list); more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	if res.Receipt.RowsRejected > 0 {
		list = append(list, fmt.Sprintf("%d rejected", res.Receipt.RowsRejected))
	}
	return res.Receipt.Format + " " + strings.Join(list, ", ")
}

// content gives the tables of a result as texts, the header first. Parquet is
// kept as strangers wrote it, and not opened here.
func (r *publicReader) content(t *testing.T, dir string, res *Result) [][][]string {
	var out [][][]string
	for _, tab := range res.Tables {
		var head []string
		for _, c := range tab.Columns {
			head = append(head, c.Name)
		}
		rows := [][]string{head}
		if res.Receipt.Format != "parquet" {
			rows = append(rows, tableRows(t, r.conn, filepath.Join(dir, tab.File), 1_000_000)...)
		}
		out = append(out, rows)
	}
	return out
}

// scoreOf counts how the files of each corpus ended, and lists the losses.
func scoreOf(list []outcome) string {
	var b strings.Builder
	b.WriteString("How every file of the public corpora is read, in workers under limits (make bench-files).\n\n")
	fmt.Fprintf(&b, "%-20s", "")
	for _, v := range verdicts {
		fmt.Fprintf(&b, "%17s", v)
	}
	b.WriteString("\n")
	var losses strings.Builder
	for _, corpus := range corporaOf(list) {
		count := map[string]int{}
		lost := ""
		for _, o := range list {
			if o.corpus != corpus {
				continue
			}
			count[o.verdict]++
			if o.verdict != right && o.verdict != loaded && o.verdict != refusedRightly {
				lost += fmt.Sprintf("  %s: %s: %s%s\n", strings.TrimPrefix(o.rel, corpus+"/"), o.verdict, o.detail, causeOf(o.rel))
			}
		}
		fmt.Fprintf(&b, "%-20s", corpus)
		for _, v := range verdicts {
			fmt.Fprintf(&b, "%17d", count[v])
		}
		b.WriteString("\n")
		if lost != "" {
			losses.WriteString("\n" + corpus + "\n" + lost)
		}
	}
	b.WriteString("\nFloors\n")
	for _, f := range floors {
		fmt.Fprintf(&b, "  %-44s %6.2f %% of %d files, floor %d %%\n", f.what, 100*f.share(list), len(f.of(list)), f.percent)
	}
	return b.String() + "\nWhat is lost, and why\n" + losses.String()
}

// causeOf gives the cause of a loss as it was found out by people.
func causeOf(rel string) string {
	for _, c := range causes {
		if strings.Contains(rel, c.in) {
			return "\n      " + c.why
		}
	}
	return ""
}

func corporaOf(list []outcome) []string {
	seen := map[string]bool{}
	for _, o := range list {
		seen[o.corpus] = true
	}
	return sortedKeys(seen)
}

// floor is what a part of the files must reach.
type floor struct {
	what    string
	prefix  string // of the files
	percent int
}

var floors = []floor{
	{"JSONTestSuite, read or refused as it says", "JSONTestSuite/test_parsing", 100},
	{"csv-spectrum, rows equal", "csv-spectrum/", 100},
	{"SheetJS, sheets equal to the expected csv", "SheetJS#", 90},
	{"SheetJS, equal to the same workbook as xlsx", "SheetJS~", 90},
	{"chardet, decoded to the same text", "chardet#", 90},
	{"Pollock survey, cells right", "Pollock/survey_sample", 85},
	{"Pollock polluted, cells right", "Pollock/polluted_files", 95},
}

func (f floor) of(list []outcome) []outcome {
	var out []outcome
	for _, o := range list {
		if strings.HasPrefix(o.rel, f.prefix) && o.verdict != loaded {
			out = append(out, o)
		}
	}
	return out
}

// share is how much is right on average.
func (f floor) share(list []outcome) float64 {
	of, sum := f.of(list), 0.0
	for _, o := range of {
		switch {
		case o.share > 0:
			sum += o.share
		case o.verdict == right || o.verdict == refusedRightly:
			sum++
		}
	}
	return sum / float64(max(len(of), 1))
}

func holdFloors(t *testing.T, list []outcome) {
	t.Helper()
	for _, f := range floors {
		if got := 100 * f.share(list); got < float64(f.percent) || len(f.of(list)) == 0 {
			t.Errorf("%s: %.2f %% of %d files, want %d %%", f.what, got, len(f.of(list)), f.percent)
		}
	}
	for _, o := range list {
		if o.verdict == crashed || o.verdict == timedOut {
			t.Errorf("%s: %s: %s", o.rel, o.verdict, o.detail)
		}
	}
}
