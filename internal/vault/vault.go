package vault

import (
	"context"
	"regexp"
	"sync"
	"time"

	"tabletalk/internal/fault"
)

// Secret is what is stored of a secret.
type Secret struct {
	Place
	Sealed    []byte
	UpdatedAt time.Time
}

// Store keeps sealed secrets.
type Store interface {
	// PutSecret stores a secret in the place of the one before.
	PutSecret(ctx context.Context, s Secret) error
	// Secret gives one. Error: secret_not_found.
	Secret(ctx context.Context, p Place) (*Secret, error)
	// Secrets lists those of a workspace by name; of all workspaces for "".
	Secrets(ctx context.Context, workspace string) ([]Secret, error)
	// DeleteSecret forgets one. Error: secret_not_found.
	DeleteSecret(ctx context.Context, p Place) error
	// ResealSecret stores a secret's text under another key, unless it is not
	// the one any more that was sealed again.
	ResealSecret(ctx context.Context, s Secret, sealed []byte) error
}

// Source gives the keys, as they are now.
type Source func() (*Keys, error)

// Vault keeps the secrets of workspaces. It is safe for concurrent use.
type Vault struct {
	store  Store
	source Source
	now    func() time.Time
	mu     sync.Mutex
	keys   *Keys
}

// New makes a Vault with the keys of a source.
func New(s Store, source Source, now func() time.Time) (*Vault, error) {
	keys, err := source()
	if err != nil {
		return nil, err
	}
	return &Vault{store: s, source: source, now: now, keys: keys}, nil
}

// maxSecret bounds a secret: keys and passwords are short.
const maxSecret = 64 << 10

var validName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)

// Put keeps a secret, in the place of the one before. Errors: secret_invalid,
// and those of the database.
func (v *Vault) Put(ctx context.Context, workspace, name string, plain []byte) error {
	if len(plain) == 0 || len(plain) > maxSecret || !validName.MatchString(name) {
		return fault.New(fault.Invalid, "secret_invalid", "That cannot be kept as a secret.").WithHint("Give 1 to %d bytes.", maxSecret).At("vault.Put")
	}
	p := Place{workspace, name}
	sealed, err := v.current().Seal(plain, p)
	if err != nil {
		return err
	}
	return v.store.PutSecret(ctx, Secret{Place: p, Sealed: sealed, UpdatedAt: v.now().UTC().Truncate(time.Microsecond)})
}

// Get gives a secret. Errors: secret_not_found, secret_sealed.
func (v *Vault) Get(ctx context.Context, workspace, name string) ([]byte, error) {
	s, err := v.store.Secret(ctx, Place{workspace, name})
	if err != nil {
		return nil, err
	}
	return v.open(*s)
}

// open opens a secret; the keys may have been rotated beside this process.
func (v *Vault) open(s Secret) ([]byte, error) {
	plain, err := v.current().Open(s.Sealed, s.Place)
	if err == nil {
		return plain, nil
	}
	keys, again := v.source()
	if again == nil {
		if plain, err = keys.Open(s.Sealed, s.Place); err == nil {
			v.take(keys)
			return plain, nil
		}
	}
	return nil, fault.New(fault.Unavailable, "secret_sealed", "The secret %s cannot be read with the keys of this server.", s.Name).
		WithHint("Give the keys that it was sealed with (--vault-file), or enter the secret again.").At("vault.Get").Because(err)
}

// Kept is what may be shown of a secret.
type Kept struct {
	Name      string    `json:"name"`
	UpdatedAt time.Time `json:"updated_at"`
}

// List gives the names of a workspace's secrets.
func (v *Vault) List(ctx context.Context, workspace string) ([]Kept, error) {
	out := []Kept{}
	if workspace == "" {
		return out, nil // no workspace is not all of them
	}
	list, err := v.store.Secrets(ctx, workspace)
	for _, s := range list {
		out = append(out, Kept{s.Name, s.UpdatedAt})
	}
	return out, err
}

// Delete forgets a secret. Error: secret_not_found.
func (v *Vault) Delete(ctx context.Context, workspace, name string) error {
	return v.store.DeleteSecret(ctx, Place{workspace, name})
}

// Reseal seals with the newest key what older ones sealed, and gives how many
// there were. What cannot be opened stays as it is, and is counted as lost.
func (v *Vault) Reseal(ctx context.Context) (done, lost int, err error) {
	keys, err := v.source()
	if err != nil {
		return 0, 0, err
	}
	v.take(keys)
	list, err := v.store.Secrets(ctx, "")
	if err != nil {
		return 0, 0, err
	}
	for _, s := range list {
		if keys.Current(s.Sealed) {
			continue
		}
		plain, bad := keys.Open(s.Sealed, s.Place)
		if bad != nil {
			lost++
			continue
		}
		sealed, err := keys.Seal(plain, s.Place)
		if err == nil {
			err = v.store.ResealSecret(ctx, s, sealed)
		}
		if err != nil {
			return done, lost, err
		}
		done++
	}
	return done, lost, nil
}

func (v *Vault) current() *Keys {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.keys
}

func (v *Vault) take(k *Keys) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.keys = k
}
