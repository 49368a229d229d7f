package cli_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal: what a person types goes into keys and
// what they see comes out of it; the program gets tty.
func terminal(t *testing.T) (keys, tty *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	fd := int(keys.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.Close() })
	if err := unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 100}); err != nil {
		t.Fatal(err)
	}
	return keys, tty
}

// seen reads what a person sees until text appears, and gives everything
// since the last call.
type seen struct {
	from io.Reader
	rest string
}

func (s *seen) until(t *testing.T, text string) string {
	t.Helper()
	buf := make([]byte, 4096)
	for !strings.Contains(s.rest, text) {
		n, err := s.from.Read(buf)
		s.rest += ansi.Strip(string(buf[:n]))
		if err != nil {
			t.Fatalf("the terminal ended without %q: %v; it showed\n%s", text, err, s.rest)
		}
	}
	i := strings.Index(s.rest, text) + len(text)
	shown := s.rest[:i]
	s.rest = s.rest[i:]
	return shown
}

func TestConversation(t *testing.T) {
	keys, tty := terminal(t)
	dir, temp := t.TempDir(), t.TempDir()
	if err := writeSamples(dir); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("tabletalk", "ask", "orders.csv")
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, tty, tty, tty
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, "TERM=xterm-256color")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	screen := &seen{from: keys}
	say := func(text string) {
		screen.until(t, "› ")
		if _, err := io.WriteString(keys, text); err != nil {
			t.Fatal(err)
		}
	}

	screen.until(t, "orders: 1,405 rows, 16 columns")
	screen.until(t, "Ask a question, or :help.")
	say(":sing\r")
	screen.until(t, "There is no command :sing; :help lists them.")
	say("total revenue by regiom\x7fn\r") // a typing error, mended
	if shown := screen.until(t, "highest first"); !strings.Contains(shown, "╭") || !strings.Contains(shown, "█") {
		t.Errorf("the answer has no table with bars:\n%s", shown)
	}
	say(":sql\r")
	screen.until(t, "SELECT ")
	say(":export answer.csv\r")
	screen.until(t, "Wrote 4 rows to answer.csv.")
	say("\x1b[A\x1b[A\x1b[A\r") // three lines up in the history: the question again
	screen.until(t, "highest first")
	say(":teach takings = revenue\r")
	screen.until(t, "“takings” is a synonym of orders now.")
	say(":right\r")
	screen.until(t, "Remembered for this question.")
	say(":cases right.txt\r")
	screen.until(t, "Wrote right.txt.")
	say("average reve\t\r") // completed with a column, or with more
	screen.until(t, "Average revenue by ")
	screen.until(t, "Go on with: ")
	say("1\r") // what stands first there
	screen.until(t, "Average revenue by ")
	say(":columns\r")
	screen.until(t, "ship_date")
	say(":quit\r")
	if err := cmd.Wait(); err != nil {
		t.Errorf("the conversation ended with %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "answer.csv")); err != nil {
		t.Errorf("the export is not there: %v", err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
