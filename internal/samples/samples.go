package samples

import (
	"bytes"
	_ "embed"
	"io"
)

//go:embed orders.csv
var orders []byte

//go:embed customers.csv
var customers []byte

// Sample is one file.
type Sample struct {
	Name  string // the file's name
	About string // one sentence for a person
	data  []byte
}

// Open gives the bytes of the file.
func (s Sample) Open() io.Reader { return bytes.NewReader(s.data) }

// Size is the number of bytes.
func (s Sample) Size() int64 { return int64(len(s.data)) }

// Files lists the samples.
func Files() []Sample {
	return []Sample{
		{Name: "orders.csv", About: "Order lines of a home and garden shop in ten countries, 2023 to 2025.", data: orders},
		{Name: "customers.csv", About: "The customers of that shop, with segment, industry and country.", data: customers},
	}
}
