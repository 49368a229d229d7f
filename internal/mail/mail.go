package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/netip"
	"net/smtp"
	"net/url"
	"strings"
	"time"
)

// sendTime is what sending one letter may take.
const sendTime = 30 * time.Second

// Sender sends letters.
type Sender struct {
	host, address string
	direct        bool // encrypted from the first byte
	auth          smtp.Auth
	from          mail.Address
	now           func() time.Time
}

// NewSender makes a Sender for an address like smtp://USER:PASSWORD@HOST:587,
// or smtps://HOST:465, and the address that letters come from.
func NewSender(address, from string, now func() time.Time) (*Sender, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("mail: no address of a mail server")
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	s := &Sender{host: u.Hostname(), direct: u.Scheme == "smtps", from: *sender, now: now}
	port := u.Port()
	if port == "" {
		port = map[bool]string{false: "587", true: "465"}[s.direct]
	}
	s.address = net.JoinHostPort(s.host, port)
	if password, ok := u.User.Password(); ok {
		s.auth = smtp.PlainAuth("", u.User.Username(), password, s.host)
	}
	return s, nil
}

// Send sends a letter.
func (s *Sender) Send(ctx context.Context, to, subject, text string) error {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	conn, err := s.dial(ctx)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	defer conn.Close() //nolint:errcheck // Quit says how it went
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return s.talk(c, to, s.letter(to, subject, text))
}

func (s *Sender) dial(ctx context.Context) (net.Conn, error) {
	if s.direct {
		d := tls.Dialer{Config: &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}}
		return d.DialContext(ctx, "tcp", s.address)
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", s.address)
}

func (s *Sender) talk(c *smtp.Client, to, letter string) error {
	if ok, _ := c.Extension("STARTTLS"); ok && !s.direct {
		if err := c.StartTLS(&tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}); err != nil {
			return fmt.Errorf("mail: %w", err)
		}
	} else if !s.direct && !here(s.host) {
		return errors.New("mail: the server offers no encryption, and a link that sets a password must not travel in the open")
	}
	if s.auth != nil {
		if err := c.Auth(s.auth); err != nil {
			return fmt.Errorf("mail: %w", err)
		}
	}
	if err := errors.Join(c.Mail(s.from.Address), c.Rcpt(to)); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if _, err := w.Write([]byte(letter)); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return errors.Join(w.Close(), c.Quit())
}

// letter writes headers and text. The address was checked to be one line.
func (s *Sender) letter(to, subject, text string) string {
	var b strings.Builder
	recipient := mail.Address{Address: to}
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\n", s.from.String(), recipient.String(), mime.QEncoding.Encode("utf-8", subject), s.now().Format(time.RFC1123Z))
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nAuto-Submitted: auto-generated\r\n\r\n")
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n"))) // a builder takes everything
	_ = w.Close()
	return b.String()
}

func here(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
