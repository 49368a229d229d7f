package account

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"tabletalk/internal/fault"
)

const (
	issuer     = "tabletalk"
	audience   = "tabletalk-api"
	tokenType  = "at+jwt"
	maxToken   = 8 << 10
	leeway     = 30 * time.Second
	secretSize = 32
)

// Keyring signs and checks short tokens. Its keys come from the secrets of the
// installation: the first signs, all of them are believed.
type Keyring struct {
	current string
	signing map[string][]byte
	derived []byte // for what is never shown: successors of long tokens
	naming  []byte // for names in logs
	now     func() time.Time
}

// NewKeyring makes a Keyring of secrets, the newest first.
func NewKeyring(secrets [][]byte, now func() time.Time) (*Keyring, error) {
	if len(secrets) == 0 {
		return nil, errors.New("account: a keyring needs a secret")
	}
	k := &Keyring{signing: map[string][]byte{}, now: now}
	for i, secret := range secrets {
		key, err := derive(secret, "signing")
		if err != nil {
			return nil, err
		}
		id := hashOf("key " + string(key))[:16]
		k.signing[id] = key
		if i == 0 {
			k.current = id
		}
	}
	var err error
	if k.derived, err = derive(secrets[0], "successor"); err != nil {
		return nil, err
	}
	k.naming, err = derive(secrets[0], "naming")
	return k, err
}

func derive(secret []byte, purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, nil, "tabletalk "+purpose, secretSize)
}

// claims are what a short token says.
type claims struct {
	jwt.RegisteredClaims
	Login string `json:"sid"`
}

// sign makes a short token of a login.
func (k *Keyring) sign(userID, loginID string, life time.Duration) (string, error) {
	now := k.now()
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{Login: loginID, RegisteredClaims: jwt.RegisteredClaims{
		Issuer: issuer, Audience: jwt.ClaimStrings{audience}, Subject: userID,
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(life)),
	}})
	t.Header["kid"], t.Header["typ"] = k.current, tokenType
	return t.SignedString(k.signing[k.current])
}

// check gives the user and the login of a short token. Error: token_invalid.
func (k *Keyring) check(token string) (userID, loginID string, err error) {
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") { // which the decoding of base64 skips
		return "", "", badToken(nil)
	}
	var c claims
	_, err = jwt.ParseWithClaims(token, &c, k.keyOf, jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(issuer),
		jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithLeeway(leeway), jwt.WithTimeFunc(k.now), jwt.WithStrictDecoding())
	if err != nil || c.Subject == "" || c.Login == "" {
		return "", "", badToken(err)
	}
	return c.Subject, c.Login, nil
}

func (k *Keyring) keyOf(t *jwt.Token) (any, error) {
	id, _ := t.Header["kid"].(string)
	key, known := k.signing[id]
	if kind, _ := t.Header["typ"].(string); !known || kind != tokenType {
		return nil, errors.New("a key or a type that is not known")
	}
	return key, nil
}

// successor gives the long token that another is exchanged for: the same one
// each time, so that an answer which was lost can be given again.
func (k *Keyring) successor(token string) string {
	return refreshPrefix + base64.RawURLEncoding.EncodeToString(k.mac(k.derived, token))
}

// Pseudonym names a person in logs: the same name for the same person, which
// leads nobody to them.
func (k *Keyring) Pseudonym(id string) string {
	return hex.EncodeToString(k.mac(k.naming, id)[:8])
}

func (k *Keyring) mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

// The kinds of secrets can be told by their beginning: people and scanners
// find one that was left lying about.
const (
	refreshPrefix = "ttr_"
	keyPrefix     = "ttk_"
	linkPrefix    = "ttl_"
)

// newSecret gives 256 random bits as text.
func newSecret() string {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashOf is what is stored of a random secret. A fast hash is right: nobody
// guesses 256 bits.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func badToken(err error) error {
	return fault.New(fault.Unauthenticated, "token_invalid", "The token is not valid, or its time is over.").
		WithHint("Log in, or refresh the token.").Because(err)
}
