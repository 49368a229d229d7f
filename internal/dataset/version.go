package dataset

import (
	"time"

	"tabletalk/internal/ingest"
)

// Kind says how a version of a file came to be.
type Kind string

// The kinds of versions.
const (
	Uploaded Kind = "upload"
	Reread   Kind = "reread"  // the same bytes, read with other decisions
	Replaced Kind = "replace" // other bytes in place of the ones before
	Appended Kind = "append"  // more rows behind the ones before
)

// Origin is what a version of a file was made from.
type Origin struct {
	Decisions ingest.Decisions `json:"decisions"`
	Sources   []Source         `json:"sources,omitempty"` // in the order of their rows; none where they are not kept
	Drift     []Drift          `json:"drift,omitempty"`   // what differs from the version before
	Stream    string           `json:"stream,omitempty"`  // of rows that were posted: the batches of one make one version
}

// Source is what was uploaded, as it came.
type Source struct {
	Key    string `json:"key"` // of its content
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Version is one state of a file. The newest is what questions see, unless an
// earlier one was brought back.
type Version struct {
	Number    int64           `json:"number"`
	Kind      Kind            `json:"kind"`
	Current   bool            `json:"current"`
	Name      string          `json:"name"` // of what was uploaded
	Size      int64           `json:"size"`
	SHA256    string          `json:"sha256"`
	Tables    []Table         `json:"tables"`
	Receipt   *ingest.Receipt `json:"receipt,omitempty"`
	Origin    Origin          `json:"origin"`
	CreatedAt time.Time       `json:"created_at"`
}

// AsVersion gives the state that a file is in.
func (f *File) AsVersion() Version {
	return Version{Number: f.Version, Kind: f.Kind, Current: true, Name: f.Name, Size: f.Size, SHA256: f.SHA256, Tables: f.Tables,
		Receipt: f.Receipt, Origin: f.Origin, CreatedAt: f.UpdatedAt}
}

// Rereads reports whether what was uploaded can be read again.
func (f *File) Rereads() bool {
	return f.Status == Completed && f.Kind != Appended && len(f.Origin.Sources) == 1
}

// Take brings a file into the state of a version.
func (f *File) Take(v Version) {
	f.Version, f.Kind, f.Name, f.Size, f.SHA256 = v.Number, v.Kind, v.Name, v.Size, v.SHA256
	f.Tables, f.Receipt, f.Origin, f.Status, f.Error = v.Tables, v.Receipt, v.Origin, Completed, nil
}

// Keys gives the keys of all content that a version needs.
func (v *Version) Keys() []string {
	var keys []string
	for _, t := range v.Tables {
		keys = append(keys, t.BlobKey, t.IndexKey)
	}
	for _, s := range v.Origin.Sources {
		keys = append(keys, s.Key)
	}
	return keys
}
