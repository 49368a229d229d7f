package worker

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/batch"
	"tabletalk/internal/fault"
)

// A frame is a byte that names it, four bytes of length, and that many bytes.
const (
	frameSetup  = 'S' // server: setup
	frameOpen   = 'O' // server: openRequest
	frameQuery  = 'Q' // server: queryRequest
	frameJob    = 'J' // server: jobRequest
	frameCancel = 'C' // server: end what is running

	frameReady    = 'R' // worker: readyReply
	frameColumns  = 'H' // worker: []batch.Column
	frameBatch    = 'B' // worker: a batch
	frameEnd      = 'E' // worker: duckdb.Outcome, or what a job answers
	frameProgress = 'P' // worker: engine.Progress
	frameFault    = 'F' // worker: faultReply
)

// maxFrame bounds what a reader allocates for a frame.
const maxFrame = 256 << 20

var errFrame = errors.New("worker: broken frame")

// setup is the first thing a worker is told.
type setup struct {
	Limits   limits   `json:"limits"`
	Engine   settings `json:"engine"`
	Dir      string   `json:"dir"`      // private: see room
	Job      bool     `json:"job"`      // one job, no queries
	Rehearse bool     `json:"rehearse"` // there is time for one job about nothing
	Nice     int      `json:"nice"`
	Confine  bool     `json:"confine"`
}

// limits are what the kernel holds a worker to; zero is no limit.
type limits struct {
	AddressSpace uint64 `json:"address_space"`
	FileBytes    uint64 `json:"file_bytes"`
	OpenFiles    uint64 `json:"open_files"`
}

type settings struct {
	MemoryBytes int64 `json:"memory_bytes"`
	TempBytes   int64 `json:"temp_bytes"`
	Threads     int   `json:"threads"`
}

type readyReply struct {
	Version string  `json:"version"`
	Layers  []Layer `json:"layers"`
}

type openRequest struct {
	Tables   []openTable `json:"tables"`
	InMemory int64       `json:"in_memory"`
}

type openTable struct {
	Name string `json:"name"`
	File string `json:"file"`
}

type queryRequest struct {
	SQL      string     `json:"sql"`
	Args     []argument `json:"args"`
	MaxRows  int        `json:"max_rows"`
	MaxBytes int64      `json:"max_bytes"`
	Count    bool       `json:"count"`
	Unjudged bool       `json:"unjudged"`
}

type jobRequest struct {
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
}

// faultReply is a fault on its way through the pipe; Cause is for the log.
type faultReply struct {
	Kind     fault.Kind `json:"kind"`
	Code     string     `json:"code"`
	Message  string     `json:"message"`
	Hint     string     `json:"hint"`
	Cause    string     `json:"cause"`
	Poisoned bool       `json:"poisoned"`
}

func newFaultReply(err error, poisoned bool) faultReply {
	f := fault.Of(err)
	r := faultReply{Kind: f.Kind, Code: f.Code, Message: f.Message, Hint: f.Hint, Poisoned: poisoned}
	if f.Err != nil {
		r.Cause = f.Err.Error()
	}
	return r
}

func (r faultReply) fault() *fault.Error {
	f := &fault.Error{Kind: r.Kind, Code: r.Code, Message: r.Message, Hint: r.Hint}
	if r.Cause != "" {
		f.Err = errors.New(r.Cause)
	}
	return f
}

// argument is a value with its type, which plain JSON numbers would lose.
type argument struct {
	Type  string `json:"t"`
	Value string `json:"v,omitempty"`
}

func newArguments(args []any) ([]argument, error) {
	list := make([]argument, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case nil:
			list[i] = argument{Type: "null"}
		case bool:
			list[i] = argument{Type: "bool", Value: strconv.FormatBool(a)}
		case int:
			list[i] = argument{Type: "int", Value: strconv.Itoa(a)}
		case int64:
			list[i] = argument{Type: "int", Value: strconv.FormatInt(a, 10)}
		case float64:
			list[i] = argument{Type: "float", Value: strconv.FormatUint(math.Float64bits(a), 16)}
		case string:
			list[i] = argument{Type: "text", Value: a}
		default:
			return nil, fmt.Errorf("worker: argument %d is a %T", i+1, a)
		}
	}
	return list, nil
}

func (a argument) value() (any, error) {
	switch a.Type {
	case "null":
		return nil, nil
	case "bool":
		return a.Value == "true", nil
	case "int":
		return strconv.ParseInt(a.Value, 10, 64)
	case "float":
		bits, err := strconv.ParseUint(a.Value, 16, 64)
		return math.Float64frombits(bits), err
	case "text":
		return a.Value, nil
	}
	return nil, errFrame
}

// pipe reads and writes frames. Any goroutine may write; one reads.
type pipe struct {
	in  *bufio.Reader
	mu  sync.Mutex
	out io.Writer
	buf []byte // of the frame read last
}

func newPipe(in io.Reader, out io.Writer) *pipe {
	return &pipe{in: bufio.NewReaderSize(in, 64<<10), out: out}
}

func (p *pipe) write(kind byte, data []byte) error {
	if len(data) > maxFrame {
		return errFrame
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	head := [5]byte{kind}
	binary.LittleEndian.PutUint32(head[1:], uint32(len(data)))
	if len(data) < 4096 { // small frames go in one write
		_, err := p.out.Write(append(head[:], data...))
		return err
	}
	if _, err := p.out.Write(head[:]); err != nil {
		return err
	}
	_, err := p.out.Write(data)
	return err
}

func (p *pipe) send(kind byte, message any) error {
	data, err := json.Marshal(message)
	if err != nil {
		return err
	}
	return p.write(kind, data)
}

// read gives the next frame; its bytes hold until the next call.
func (p *pipe) read() (kind byte, data []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(p.in, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > maxFrame {
		return 0, nil, errFrame
	}
	if cap(p.buf) < int(n) || cap(p.buf) > 1<<20 && n < 1<<16 {
		p.buf = make([]byte, n)
	}
	p.buf = p.buf[:n]
	_, err = io.ReadFull(p.in, p.buf)
	return head[0], p.buf, err
}

// sink sends a result as it is made.
type sink struct{ pipe *pipe }

func (s sink) Columns(columns []batch.Column) error { return s.pipe.send(frameColumns, columns) }
func (s sink) Batch(data []byte) error              { return s.pipe.write(frameBatch, data) }

var _ engine.Engine = (*Pool)(nil)
