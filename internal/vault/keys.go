package vault

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Keys seal and open. The newest seals, all of them open. They are safe for
// concurrent use.
type Keys struct {
	handle  *keyset.Handle
	aead    tink.AEAD
	primary uint32
}

// NewKeys makes Keys with one new key.
func NewKeys() (*Keys, error) { return withKey(keyset.NewManager()) }

// ReadKeys reads what Keys.Text wrote.
func ReadKeys(text []byte) (*Keys, error) {
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, fmt.Errorf("vault: read keys: %w", err)
	}
	return keysOf(h)
}

// Text gives the keys as JSON, in clear: it belongs into a file that nobody
// else can read.
func (k *Keys) Text() ([]byte, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(k.handle, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("vault: write keys: %w", err)
	}
	return append(b.Bytes(), '\n'), nil
}

// Rotated gives Keys with a new key before those that there are.
func (k *Keys) Rotated() (*Keys, error) { return withKey(keyset.NewManagerFromHandle(k.handle)) }

// Place is where a sealed text belongs: it opens nowhere else.
type Place struct{ Workspace, Name string }

// bound is the place as one text that no other place has.
func (p Place) bound() []byte {
	return fmt.Appendf(nil, "tabletalk secret %d:%s%d:%s", len(p.Workspace), p.Workspace, len(p.Name), p.Name)
}

// Seal encrypts what belongs to a place.
func (k *Keys) Seal(plain []byte, p Place) ([]byte, error) {
	sealed, err := k.aead.Encrypt(plain, p.bound())
	if err != nil {
		return nil, fmt.Errorf("vault: seal: %w", err)
	}
	return sealed, nil
}

// Open decrypts what was sealed for a place. It fails for what is of another
// place, of another's keys, or changed.
func (k *Keys) Open(sealed []byte, p Place) ([]byte, error) {
	plain, err := k.aead.Decrypt(sealed, p.bound())
	if err != nil {
		return nil, fmt.Errorf("vault: open: %w", err)
	}
	return plain, nil
}

// keyIDAt is where a sealed text says which key sealed it, after one byte of
// its form.
const keyIDAt = 1

// Current reports whether the newest key sealed a text.
func (k *Keys) Current(sealed []byte) bool {
	return len(sealed) >= keyIDAt+4 && binary.BigEndian.Uint32(sealed[keyIDAt:]) == k.primary
}

func withKey(m *keyset.Manager) (*Keys, error) {
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err == nil {
		err = m.SetPrimary(id)
	}
	if err != nil {
		return nil, fmt.Errorf("vault: add a key: %w", err)
	}
	h, err := m.Handle()
	if err != nil {
		return nil, fmt.Errorf("vault: add a key: %w", err)
	}
	return keysOf(h)
}

func keysOf(h *keyset.Handle) (*Keys, error) {
	first, err := h.Primary()
	if err != nil {
		return nil, fmt.Errorf("vault: keys without a first one: %w", err)
	}
	a, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("vault: keys of another kind: %w", err)
	}
	return &Keys{handle: h, aead: a, primary: first.KeyID()}, nil
}
