package cli_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tabletalk/client"
	"tabletalk/internal/cli"
	"tabletalk/internal/samples"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tabletalk": func() {
		os.Exit(cli.Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}})
}

// The transcripts in testdata are sessions as a person would have them; each
// starts in a folder with the sample files.
func TestSessions(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TMPDIR", filepath.Join(env.WorkDir, "tmp"))
			if err := os.MkdirAll(filepath.Join(env.WorkDir, "tmp"), 0o700); err != nil {
				return err
			}
			return writeSamples(env.WorkDir)
		},
	})
}

func writeSamples(dir string) error {
	for _, s := range samples.Files() {
		data, err := io.ReadAll(s.Open())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, s.Name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// start runs the program as a process of its own in a folder with the samples.
func start(t *testing.T, args ...string) (cmd *exec.Cmd, in io.Writer, out *output, temp string) {
	t.Helper()
	dir, temp := t.TempDir(), t.TempDir()
	if err := writeSamples(dir); err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command("tabletalk", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, stdin, &output{bufio.NewReader(stdout), stdout}, temp
}

// output is what a program writes, until it is closed.
type output struct {
	*bufio.Reader
	io.Closer
}

// serve runs a server and gives its address.
func serve(t *testing.T) (*exec.Cmd, string) {
	t.Helper()
	cmd, _, out, _ := start(t, "serve", "--listen", "127.0.0.1:0", "--data", "data", "--log-level", "error")
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, address, ok := strings.Cut(line, "ready on ")
	address, _, _ = strings.Cut(address, " ")
	if !ok {
		t.Fatalf("serve began with %q", line)
	}
	return cmd, address
}

func TestAppendToAServer(t *testing.T) {
	_, address := serve(t)
	u, err := client.New(address, nil).Upload(t.Context(), "", client.File{Name: "log.csv", Content: strings.NewReader("id\n1\n")})
	if err != nil {
		t.Fatal(err)
	}
	run := func(in string, args ...string) string {
		t.Helper()
		cmd := exec.Command("tabletalk", append([]string{"append", "--server", address}, args...)...)
		cmd.Stdin = strings.NewReader(in)
		out, _ := cmd.CombinedOutput() // what failed is in the output
		return string(out)
	}
	id := u.Files[0].Tables[0].ID
	if got, want := run("{\"id\":2}\nx\n", id), "1 rows added to log in 1 batches, 1 rejected; it has 2 now.\nLine 2: not a JSON object on one line: x\n"; got != want {
		t.Errorf("got %q", got)
	}
	if got := run("id\n3\n4\n", "--csv", id); !strings.HasPrefix(got, "2 rows added to log") {
		t.Errorf("got %q", got)
	}
	if got := run("{}\n", "nothing"); !strings.HasPrefix(got, "Error: There is no such table.") {
		t.Errorf("got %q", got)
	}
	if got := run("{}\n", "--server", "http://127.0.0.1:1", id); !strings.HasPrefix(got, "Error: The server at http://127.0.0.1:1 could not be reached") {
		t.Errorf("got %q", got)
	}
}

func TestServeUntilInterrupted(t *testing.T) {
	cmd, address := serve(t)
	response, err := http.Get(address + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("/healthz gave %s", response.Status)
	}
	interrupt(t, cmd)
	if err := cmd.Wait(); err != nil {
		t.Errorf("an interrupted server ended with %v", err)
	}
}

func TestInterruptLeavesNothingBehind(t *testing.T) {
	cmd, in, out, temp := start(t, "ask", "orders.csv")
	if _, err := io.WriteString(in, "how many rows\n"); err != nil {
		t.Fatal(err)
	}
	if line, err := out.ReadString('\n'); err != nil || line != "> how many rows\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	interrupt(t, cmd)
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err == nil {
		t.Error("an interrupted ask ended as if it had answered everything")
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestReaderThatGoesAwayLeavesNothingBehind(t *testing.T) {
	cmd, _, out, temp := start(t, "ask", "-f", "csv", "orders.csv", "list rows where quantity is over 0")
	if line, err := out.ReadString('\n'); err != nil || !strings.HasPrefix(line, "order_id,") {
		t.Fatalf("got %q, %v", line, err)
	}
	if err := out.Close(); err != nil { // the pipe holds less than the answer
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("an output that nobody read ended as if all was well")
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func interrupt(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}
