package account

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"tabletalk/internal/fault"
)

func ring(t *testing.T, now time.Time, secrets ...string) *Keyring {
	t.Helper()
	list := make([][]byte, len(secrets))
	for i, s := range secrets {
		list[i] = []byte(s)
	}
	k, err := NewKeyring(list, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return k
}

const (
	secretOne = "kOnQ2-XdCdx8qKcr9L85kc2ftny3__4TBt_NjFsz1vo"
	secretTwo = "toRDfL02TxTcsseuB005jvqUfrxyV23yVTaRiHrvnsA"
)

// Every way in which a token may be wrong, signed with the right key where
// that is not what is wrong.
func TestTokensThatAreRefused(t *testing.T) {
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	k := ring(t, now, secretOne)
	key := k.signing[k.current]
	good := func() (jwt.MapClaims, map[string]any) {
		return jwt.MapClaims{"iss": issuer, "aud": audience, "sub": "u", "sid": "l", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()},
			map[string]any{"alg": "HS256", "kid": k.current, "typ": tokenType}
	}
	sign := func(c jwt.MapClaims, h map[string]any, key any) string {
		method := jwt.GetSigningMethod(h["alg"].(string))
		token := &jwt.Token{Header: h, Claims: c, Method: method}
		text, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	c, h := good()
	valid := sign(c, h, key)
	if user, login, err := k.check(valid); err != nil || user != "u" || login != "l" {
		t.Fatalf("a good token: %q %q %v", user, login, err)
	}
	for name, spoil := range map[string]func(c jwt.MapClaims, h map[string]any){
		"over":                        func(c jwt.MapClaims, _ map[string]any) { c["exp"] = now.Add(-time.Minute).Unix() },
		"without an end":              func(c jwt.MapClaims, _ map[string]any) { delete(c, "exp") },
		"an end that is text":         func(c jwt.MapClaims, _ map[string]any) { c["exp"] = "tomorrow" },
		"not yet":                     func(c jwt.MapClaims, _ map[string]any) { c["nbf"] = now.Add(time.Hour).Unix() },
		"another issuer":              func(c jwt.MapClaims, _ map[string]any) { c["iss"] = "tabletalk2" },
		"no issuer":                   func(c jwt.MapClaims, _ map[string]any) { delete(c, "iss") },
		"another audience":            func(c jwt.MapClaims, _ map[string]any) { c["aud"] = "elsewhere" },
		"no audience":                 func(c jwt.MapClaims, _ map[string]any) { delete(c, "aud") },
		"no subject":                  func(c jwt.MapClaims, _ map[string]any) { delete(c, "sub") },
		"no login":                    func(c jwt.MapClaims, _ map[string]any) { delete(c, "sid") },
		"an unknown key":              func(_ jwt.MapClaims, h map[string]any) { h["kid"] = "0000000000000000" },
		"a path for a key":            func(_ jwt.MapClaims, h map[string]any) { h["kid"] = "../../../../dev/null" },
		"a number for a key":          func(_ jwt.MapClaims, h map[string]any) { h["kid"] = 7 },
		"no key":                      func(_ jwt.MapClaims, h map[string]any) { delete(h, "kid") },
		"another type":                func(_ jwt.MapClaims, h map[string]any) { h["typ"] = "JWT" },
		"another algorithm":           func(_ jwt.MapClaims, h map[string]any) { h["alg"] = "HS512" },
		"a longer one than it may be": func(c jwt.MapClaims, _ map[string]any) { c["x"] = strings.Repeat("x", maxToken) },
	} {
		c, h := good()
		spoil(c, h)
		refuses(t, k, name, sign(c, h, key))
	}
	c, h = good()
	refuses(t, k, "another key", sign(c, h, []byte(strings.Repeat("k", 32))))
	refuses(t, k, "an empty key", sign(c, h, []byte{}))
	h["alg"] = "none"
	refuses(t, k, "no signature", sign(c, h, jwt.UnsafeAllowNoneSignatureType))
	for name, text := range map[string]string{
		"nothing": "", "a word": "x", "dots": "..", "cut": valid[:len(valid)-2], "stripped": valid[:strings.LastIndex(valid, ".")+1], "longer": valid + "A",
		"padded": valid + "=", "of four parts": valid + ".x", "with a space": " " + valid, "with a line": valid + "\n", "control characters": "\x00\x1b[31m",
	} {
		refuses(t, k, name, text)
	}
}

func refuses(t *testing.T, k *Keyring, name, token string) {
	t.Helper()
	if user, _, err := k.check(token); !fault.Is(err, "token_invalid") || user != "" {
		t.Errorf("%s: %q, %v", name, user, err)
	}
}

// After a rotation the tokens of the secret before are believed, and those of
// one that is gone are not.
func TestRotation(t *testing.T) {
	now := time.Now()
	old := ring(t, now, secretOne)
	token, err := old.sign("u", "l", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	both := ring(t, now, secretTwo, secretOne)
	if _, _, err := both.check(token); err != nil {
		t.Errorf("a token of the secret before: %v", err)
	}
	fresh, err := both.sign("u", "l", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	refuses(t, old, "a token of a secret that comes later", fresh)
	refuses(t, ring(t, now, secretTwo), "a token of a secret that is gone", token)
}

func FuzzCheckToken(f *testing.F) {
	k, err := NewKeyring([][]byte{[]byte(secretOne)}, time.Now)
	if err != nil {
		f.Fatal(err)
	}
	good, err := k.sign("u", "l", time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		if _, _, err := k.check(token); err == nil && token != good {
			t.Errorf("a token that nobody made: %q", token)
		}
	})
}
