package app_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"tabletalk/internal/account"
	"tabletalk/internal/audit"
	"tabletalk/internal/config"
)

// provider is an OpenID Connect provider that lets in whoever it is told to.
type provider struct {
	web      *httptest.Server
	key      *rsa.PrivateKey
	claims   map[string]any // of the next person
	nonces   map[string]string
	verifier map[string]string // the challenge of each code
}

func openProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key, nonces: map[string]string{}, verifier: map[string]string{}}
	keys := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "k", Algorithm: oidc.RS256}}}
	mux := http.NewServeMux()
	mux.Handle("/", keys)
	mux.HandleFunc("GET /auth", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	p.web = httptest.NewServer(mux)
	keys.SetIssuer(p.web.URL)
	t.Cleanup(p.web.Close)
	return p
}

// authorize is the login page of somebody who is logged in there.
func (p *provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	code := rand.Text()
	p.nonces[code], p.verifier[code] = q.Get("nonce"), q.Get("code_challenge")
	http.Redirect(w, r, q.Get("redirect_uri")+"?code="+code+"&state="+url.QueryEscape(q.Get("state")), http.StatusSeeOther)
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	code := r.FormValue("code")
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != p.verifier[code] || code == "" {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	claims := map[string]any{"iss": p.web.URL, "aud": "tabletalk-test", "sub": "7", "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(), "nonce": p.nonces[code]}
	for k, v := range p.claims {
		claims[k] = v
	}
	raw, err := json.Marshal(claims)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"access_token":"x","token_type":"Bearer","id_token":%q}`, oidctest.SignIDToken(p.key, "k", oidc.RS256, string(raw)))
}

// A login elsewhere makes an account, finds it again, and takes nobody's word
// for an address.
func TestLoginElsewhere(t *testing.T) {
	p := openProvider(t)
	var h *house
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.app.Handler().ServeHTTP(w, r) }))
	t.Cleanup(front.Close)
	h = withLogins(t, func(c *config.Config) {
		c.OpenIDIssuer, c.OpenIDClientID, c.PublicURL = p.web.URL, "tabletalk-test", front.URL
	})
	come := func(claims map[string]any) (email string, status int) {
		t.Helper()
		p.claims = claims
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: jar}
		res, err := browser.Get(front.URL + "/api/v1/auth/openid")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close() //nolint:errcheck // only the status counts
		if res.Request.URL.Path != "/" {
			return "", res.StatusCode
		}
		res, err = browser.Post(front.URL+"/api/v1/auth/refresh", "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close() //nolint:errcheck // it is read
		var got tokens
		if err := json.NewDecoder(res.Body).Decode(&got); err != nil || got.Access == "" || got.Refresh != "" {
			t.Fatalf("%d %v %+v", res.StatusCode, err, got)
		}
		var who me
		h.must(t, h.As(got.Access), "GET", "/auth/me", nil, &who)
		return who.Email, 200
	}
	if email, status := come(map[string]any{"email": "eve@example.org", "email_verified": true, "name": "Eve"}); email != "eve@example.org" {
		t.Fatal(email, status)
	}
	if email, _ := come(map[string]any{"email": "other@example.org", "email_verified": true}); email != "eve@example.org" {
		t.Errorf("the same person is now %s", email)
	}
	for name, claims := range map[string]map[string]any{
		"an address that nobody checked": {"sub": "8", "email": "mallory@example.org"},
		"the address of another":         {"sub": "9", "email": "eve@example.org", "email_verified": true},
		"for another program":            {"aud": "someone-else", "email_verified": true, "email": "a@example.org"},
		"of another provider":            {"iss": "https://evil.example", "email_verified": true, "email": "a@example.org"},
		"an old one":                     {"exp": time.Now().Add(-time.Hour).Unix()},
		"of another attempt":             {"nonce": "replayed"},
	} {
		if email, status := come(claims); status != http.StatusUnauthorized {
			t.Errorf("%s: %d, %s", name, status, email)
		}
	}
	res, err := http.Get(front.URL + "/api/v1/auth/openid/callback?code=x&state=y")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // only the status counts
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a browser that began nothing: %d", res.StatusCode)
	}
}

// Somebody who took an address before its owner came loses the account to
// them.
func TestOwnerOfTheAddressComesLater(t *testing.T) {
	p := openProvider(t)
	h := withLogins(t, func(c *config.Config) {
		c.OpenIDIssuer, c.OpenIDClientID, c.PublicURL = p.web.URL, "tabletalk-test", "http://127.0.0.1"
	})
	squatter := h.join(t, "eve@example.org")
	_, _, err := h.app.Accounts.Outside(t.Context(), personAt("eve@example.org"), place())
	if err != nil {
		t.Fatal(err)
	}
	wants(t, squatter.Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")
	wants(t, h.Do(t.Context(), "POST", "/auth/login", map[string]any{"email": "eve@example.org", "password": goodPassword}, nil), 401, "login_failed")
}

// A forgotten password is mended by a letter.
func TestLinkByMail(t *testing.T) {
	address, letters := mailbox(t)
	h := withLogins(t, func(c *config.Config) {
		c.SMTPURL, c.MailFrom, c.PublicURL = config.Secret("smtp://"+address), "tabletalk <data@example.org>", "https://data.example.org"
	})
	h.join(t, "ann@example.org")
	h.must(t, nil, "POST", "/auth/reset", map[string]any{"email": "ann@example.org"}, nil)
	letter := strings.ReplaceAll(strings.ReplaceAll(<-letters, "=\r\n", ""), "=3D", "=")
	_, rest, ok := strings.Cut(letter, "https://data.example.org/reset#token=")
	if !ok || !strings.Contains(letter, "To: <ann@example.org>") || !strings.Contains(letter, `From: "tabletalk" <data@example.org>`) {
		t.Fatal(letter)
	}
	h.must(t, nil, "POST", "/auth/reset/confirm", map[string]any{"token": strings.Fields(rest)[0], "password": "another good one"}, nil)
	h.enter(t, "ann@example.org", "another good one")
}

// mailbox is a mail server that takes letters.
func mailbox(t *testing.T) (address string, letters <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	got := make(chan string, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			takeLetter(c, got)
		}
	}()
	return l.Addr().String(), got
}

func takeLetter(c net.Conn, got chan<- string) {
	defer c.Close() //nolint:errcheck // the other end is done
	fmt.Fprint(c, "220 here\r\n")
	in, letter, inside := bufio.NewReader(c), "", false
	for {
		line, err := in.ReadString('\n')
		switch {
		case err != nil:
			return
		case inside && line == ".\r\n":
			got <- letter
			inside = false
			fmt.Fprint(c, "250 taken\r\n")
		case inside:
			letter += line
		case strings.HasPrefix(line, "DATA"):
			inside = true
			fmt.Fprint(c, "354 go on\r\n")
		case strings.HasPrefix(line, "QUIT"):
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

// What is kept of somebody is given to them, and nothing of others.
func TestTakeout(t *testing.T) {
	h := withLogins(t)
	ann, bob := h.join(t, "ann@example.org"), h.join(t, "bob@example.org")
	u, err := ann.Upload(t.Context(), "", file("mine.csv", "name,age\nx,41\n"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := bob.Upload(t.Context(), "", file("theirs.csv", "name,age\nx,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	h.must(t, ann, "POST", "/query/process", map[string]any{"session_id": u.SessionID, "query": "average age"}, nil)
	h.must(t, bob, "POST", "/sessions/"+other.SessionID+"/shares", map[string]any{"email": "ann@example.org", "role": "viewer"}, nil)
	var out struct {
		Account  struct{ Email string }
		Sessions []struct {
			Session   struct{ ID string }
			Files     []struct{ Name string }
			Questions []struct{ SQL string }
		}
	}
	var ticket struct{ Ticket string }
	h.must(t, ann, "POST", "/auth/ticket", nil, &ticket)
	res, err := h.Send(t.Context(), "GET", "/auth/me/export?ticket="+ticket.Ticket, http.NoBody) // as the browser does
	must(t, err)
	content, err := io.ReadAll(res.Body)
	must(t, errors.Join(err, res.Body.Close()))
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	must(t, err)
	var names []string
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		name := strings.ReplaceAll(strings.ReplaceAll(f.Name, u.SessionID, "SESSION"), u.Files[0].ID, "FILE")
		names, parts[name] = append(names, name), string(text)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "account.json audit.json files/SESSION/FILE/1-mine.csv" {
		t.Errorf("the archive holds %s", got)
	}
	if parts["files/SESSION/FILE/1-mine.csv"] != "name,age\nx,41\n" {
		t.Errorf("the upload came out as %q", parts["files/SESSION/FILE/1-mine.csv"])
	}
	must(t, json.Unmarshal([]byte(parts["account.json"]), &out))
	var entries []audit.Entry
	must(t, json.Unmarshal([]byte(parts["audit.json"]), &entries))
	for _, e := range entries {
		if e.Actor != "ann@example.org" && e.Actor != "" {
			t.Errorf("an entry of somebody else: %+v", e)
		}
	}
	if len(entries) == 0 || strings.Contains(string(content)+fmt.Sprint(parts), "theirs") || strings.Contains(fmt.Sprint(parts), "bob@") {
		t.Errorf("%d entries; others' things in %v", len(entries), parts)
	}
	if out.Account.Email != "ann@example.org" || len(out.Sessions) != 1 || out.Sessions[0].Session.ID != u.SessionID || out.Sessions[0].Files[0].Name != "mine.csv" ||
		len(out.Sessions[0].Questions) != 1 || out.Sessions[0].Questions[0].SQL == "" {
		t.Errorf("%+v", out)
	}
}

func personAt(email string) account.Person {
	return account.Person{Subject: "https://provider.example|1", Email: email}
}

func place() account.Place { return account.Place{Address: "192.0.2.1"} }
