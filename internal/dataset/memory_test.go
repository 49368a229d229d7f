package dataset_test

import (
	"context"
	"slices"
	"sync"

	"tabletalk/internal/catalog"
	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// memory is a store with one session, "s" of workspace "w".
type memory struct {
	mu       sync.Mutex
	version  int64
	files    []dataset.File
	profiles map[string][]byte
	broken   error    // what AddFile fails with
	released []string // of imports that failed
}

func newMemory() *memory { return &memory{profiles: map[string][]byte{}} }

func missing() error { return fault.New(fault.NotFound, "not_found", "There is no such thing.") }

func (m *memory) Session(_ context.Context, workspace, id string) (*session.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if workspace != "w" || id != "s" {
		return nil, missing()
	}
	return &session.Session{ID: id, Workspace: workspace, Version: m.version}, nil
}

func (m *memory) AddFile(_ context.Context, f dataset.File) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	m.version++
	m.files = append(m.files, f)
	return nil
}

func (m *memory) File(_ context.Context, workspace, id string) (*dataset.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.files {
		if f.ID == id && workspace == "w" {
			return &f, nil
		}
	}
	return nil, missing()
}

func (m *memory) Files(_ context.Context, _ string, _ session.Page) ([]dataset.File, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.files), "", nil
}

func (m *memory) DeleteFile(_ context.Context, _, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.version++
	m.files = slices.DeleteFunc(m.files, func(f dataset.File) bool { return f.ID == id })
	return nil
}

func (m *memory) Tables(context.Context, string) ([]dataset.Table, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []dataset.Table
	for _, f := range m.files {
		out = append(out, f.Tables...)
	}
	return out, nil
}

func (m *memory) Table(ctx context.Context, workspace, id string) (*dataset.Table, error) {
	tables, _ := m.Tables(ctx, "s")
	for _, t := range tables {
		if t.ID == id && workspace == "w" {
			return &t, nil
		}
	}
	return nil, missing()
}

func (m *memory) SameFiles(_ context.Context, _, sha256 string) ([]dataset.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.files), func(f dataset.File) bool { return f.SHA256 != sha256 || f.Status != dataset.Completed }), nil
}

func (m *memory) AddFileLater(context.Context, dataset.File, string) error { return missing() }

func (m *memory) AddProfileJob(context.Context, dataset.Table, string, bool) (string, error) {
	return "", missing()
}

func (m *memory) Claim(context.Context, dataset.Claim, func(dataset.Stored) error) error {
	return nil
}
func (m *memory) Unclaim(context.Context, string) error    { return nil }
func (m *memory) UnclaimAll(context.Context, string) error { return nil }

// Versions are kept by the real stores, under test with them.
func (m *memory) ChangeFile(context.Context, dataset.File, int64, bool) (int64, error) {
	return 0, missing()
}
func (m *memory) Versions(context.Context, string, string) ([]dataset.Version, error) {
	return nil, missing()
}
func (m *memory) RestoreVersion(context.Context, dataset.File, int64, int64) error { return missing() }
func (m *memory) DeleteVersion(context.Context, string, string, int64) error       { return missing() }

func (m *memory) SetProfile(_ context.Context, tableID, sha256 string, columns []catalog.Column, profile []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.version++
	for i := range m.files {
		for k := range m.files[i].Tables {
			if t := &m.files[i].Tables[k]; t.ID == tableID && t.SHA256 == sha256 {
				t.Columns, t.Profiled = columns, true
				m.profiles[tableID] = profile
				return nil
			}
		}
	}
	return missing()
}

func (m *memory) Profile(_ context.Context, tableID string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.profiles[tableID], nil
}

func (m *memory) ReleaseBlobs(_ context.Context, keys []string) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.released = append(m.released, keys...)
	return len(keys), nil
}
