package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// The kinds of lines that AppendRows sends.
const (
	NDJSON = "application/x-ndjson" // one JSON object a line
	CSV    = "text/csv"             // the first line names the columns
)

// Appended says what became of rows that were sent.
type Appended struct {
	Table        Table      `json:"table"` // as it is now
	RowsAdded    int64      `json:"rows_added"`
	RowsRejected int64      `json:"rows_rejected"`
	Rejected     []Rejected `json:"rejected"` // the first of them
	Notes        []Note     `json:"notes"`
	Batches      int        `json:"batches"`
	Version      int64      `json:"version"` // of the file
}

// Rejected is a row that was left out.
type Rejected struct {
	Line   int64  `json:"line"`
	Column string `json:"column"`
	Reason string `json:"reason"`
	Text   string `json:"text"`
}

// AppendRows puts rows behind those of a table while they are read: questions
// see them in batches, each as a whole. After an error the batches before it
// stay. Rows that can be closed are closed.
func (c *Client) AppendRows(ctx context.Context, tableID, kind string, rows io.Reader, headers ...Header) (*Appended, error) {
	if closer, ok := rows.(io.Closer); ok { // net/http waits for the next row before it gives up
		defer context.AfterFunc(ctx, func() { _ = closer.Close() })()
	}
	res, err := c.send(ctx, http.MethodPost, "/tables/"+url.PathEscape(tableID)+"/rows", rows, append(headers, Header{"Content-Type", kind}))
	if gone := ctx.Err(); err != nil && gone != nil {
		return nil, fmt.Errorf("client: %w", gone) // and not that the rows were closed
	}
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	out := &Appended{}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		return nil, fmt.Errorf("client: decode the answer: %w", err)
	}
	return out, nil
}
