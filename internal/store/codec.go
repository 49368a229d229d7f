package store

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// maxDocument bounds what a packed document may unfold to, so that a damaged
// row cannot take the memory of the process.
const maxDocument = 1 << 30

// codec packs JSON documents with zstd. Its parts are safe for many callers
// and cost megabytes, so a Store has one.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxDocument))
	return &codec{enc: enc, dec: dec}, err
}

// pack gives the stored form of a value; nil for nil.
func (c *codec) pack(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("pack %T: %w", v, err)
	}
	if bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	return c.enc.EncodeAll(raw, nil), nil
}

// unpack reads what pack wrote. Numbers below an any stay json.Number, for
// the caller knows the types. Nothing stored leaves v as it is. What is cut
// short here is a document, not the way to the database: the cause is told,
// not wrapped.
func (c *codec) unpack(b []byte, v any) error {
	if len(b) == 0 {
		return nil
	}
	raw, err := c.dec.DecodeAll(b, nil)
	if err != nil {
		return fmt.Errorf("unpack %T: %v", v, err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("unpack %T: %v", v, err)
	}
	return nil
}

// packBytes and unpackBytes are for what is JSON or bytes already.
func (c *codec) packBytes(raw []byte) ([]byte, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	return c.enc.EncodeAll(raw, nil), nil
}

func (c *codec) unpackBytes(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	raw, err := c.dec.DecodeAll(b, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack bytes: %v", err)
	}
	return raw, nil
}
