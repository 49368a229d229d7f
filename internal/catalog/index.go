package catalog

// Index answers which values of which columns a phrase may name. It is built
// once per table version from the distinct values and kept beside the table.
type Index struct{}

// BuildIndex makes an Index of the columns' values.
func BuildIndex(columns []ColumnValues) *Index { return &Index{} }

// MarshalBinary gives the form in which an index is stored.
func (x *Index) MarshalBinary() ([]byte, error) { return nil, nil }

// UnmarshalBinary reads what MarshalBinary wrote; a damaged form is an error.
func (x *Index) UnmarshalBinary(b []byte) error { return nil }
