package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the reference that everything is compared with
)

// reference is the bare program: a process of its own that reads a CSV into
// Parquet, or runs a statement over Parquet, when it is told to. It also
// answers HTTP with nothing at all, which shows how long this machine lets
// any process wait.
type reference struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *json.Decoder
	empty string // the address that answers nothing
}

// order is one thing for the reference to do.
type order struct {
	Setup string // run first, not timed
	SQL   string
}

type reply struct {
	Took  time.Duration
	CPU   time.Duration
	Empty string
	Error string
}

const asReference = "reference"

// startReference runs this program again in that role.
func startReference() (*reference, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r := &reference{cmd: exec.Command(self, asReference)}
	r.cmd.Stderr = os.Stderr
	if r.in, err = r.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	r.out = json.NewDecoder(out)
	var first reply
	err = r.out.Decode(&first)
	r.empty = first.Empty
	return r, err
}

func (r *reference) stop() {
	r.in.Close()
	r.cmd.Wait()
}

// time runs a statement and gives how long it took.
func (r *reference) time(setup, statement string) (time.Duration, error) {
	a, err := r.do(order{setup, statement})
	return a.Took, err
}

func (r *reference) do(o order) (a reply, err error) {
	if err := json.NewEncoder(r.in).Encode(o); err != nil {
		return a, err
	}
	if err := r.out.Decode(&a); err != nil {
		return a, err
	}
	if a.Error != "" {
		return a, fmt.Errorf("the reference failed: %s", a.Error)
	}
	return a, nil
}

// beReference is the reference's side.
func beReference() error {
	db, err := sql.Open("duckdb", "?threads=2")
	if err != nil {
		return err
	}
	defer db.Close()
	l, err := listen()
	if err != nil {
		return err
	}
	go http.Serve(l, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(reply{Empty: "http://" + l.Addr().String()}); err != nil {
		return err
	}
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	for {
		var o order
		if err := in.Decode(&o); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := out.Encode(do(db, o)); err != nil {
			return err
		}
	}
}

// do runs one order and reads all its rows.
func do(db *sql.DB, o order) reply {
	if o.Setup != "" {
		if _, err := db.Exec(o.Setup); err != nil {
			return reply{Error: err.Error()}
		}
	}
	began, busy := time.Now(), processorTime()
	rows, err := db.Query(o.SQL)
	if err != nil {
		return reply{Error: err.Error()}
	}
	defer rows.Close()
	for rows.Next() {
	}
	if err := rows.Err(); err != nil {
		return reply{Error: err.Error()}
	}
	return reply{Took: time.Since(began), CPU: processorTime() - busy}
}

// processorTime is what this process took of the processors so far.
func processorTime() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
