package llmtest

import (
	_ "embed" // the template
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// LocalDir is the variable that names the folder into which
// scripts/prepare-llm.sh put a server and a small model.
const LocalDir = "TABLETALK_TEST_LLM"

//go:embed testdata/tools.jinja
var toolsTemplate []byte

// loading is how long a small model may take to load on a busy machine.
const loading = 2 * time.Minute

// Local starts llama.cpp's server with a small model: a real one, on the real
// wire. It gives the address, which serves both formats like Server.URL.
func Local(t testing.TB) string {
	t.Helper()
	dir := os.Getenv(LocalDir)
	if dir == "" {
		t.Fatalf("%s names no folder: run make test-llm", LocalDir)
	}
	template := filepath.Join(t.TempDir(), "tools.jinja")
	if err := os.WriteFile(template, toolsTemplate, 0o600); err != nil {
		t.Fatal(err)
	}
	server, model := filepath.Join(dir, "bin", "llama-server"), filepath.Join(dir, "model.gguf")
	address := free(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(server, "-m", model, "--host", "127.0.0.1", "--port", port, "-c", "8192", "-np", "1", "-t", "2", "--temp", "0", "--no-webui",
		"--jinja", "--chat-template-file", template, "--api-key", Key)
	cmd.Env = []string{"LD_LIBRARY_PATH=" + filepath.Dir(server)}
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // with the error of having been killed
		_ = log.Close()        // for people only
	})
	url := "http://" + address
	for end := time.Now().Add(loading); ; time.Sleep(200 * time.Millisecond) {
		if resp, err := http.Get(url + "/health"); err == nil {
			_ = resp.Body.Close() // only the status counts
			if resp.StatusCode == http.StatusOK {
				return url
			}
		}
		if time.Now().After(end) {
			raw, _ := os.ReadFile(log.Name()) // whatever there is
			t.Fatalf("the model does not load:\n%s", raw)
		}
	}
}

// free gives an address that nobody uses.
func free(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr())
}
