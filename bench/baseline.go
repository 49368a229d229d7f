package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// baseline is another server with the same wire contract, and an account on it.
type baseline struct {
	base, token string
	dir         string   // where it was started; "" when it was there
	run         string   // its files
	env         []string // of its start
}

// openBaseline registers on the other server, which it starts where none is
// named; nil without one, which it says.
func openBaseline(o options) (*baseline, error) {
	b := &baseline{base: o.baseline}
	if b.base == "none" {
		return nil, nil
	}
	if b.base == "" {
		if missing := b.start(o.shared); missing != "" {
			fmt.Printf("The other server does not take part: %s.\n", missing)
			return nil, nil
		}
	}
	err := b.register()
	if err != nil && b.dir != "" {
		b.stop()
		fmt.Printf("The other server does not take part: %v.\n", err)
		return nil, nil
	}
	return b, err
}

// baselinePackages are those of Python that the other server is made of.
const baselinePackages = "fastapi, uvicorn, multipart, pandas, chardet, jose, passlib, bcrypt, redis, sqlalchemy, asyncpg"

// start starts the server of a folder in its fair variant, and says what is
// missing for that.
func (b *baseline) start(dir string) (missing string) {
	script := filepath.Join(dir, "start.sh")
	if _, err := os.Stat(script); err != nil {
		return "there is no " + script
	}
	if _, err := exec.LookPath("redis-server"); err != nil {
		return "redis-server is missing"
	}
	if !has(baselinePackages) {
		return "Python lacks one of the packages " + baselinePackages
	}
	l, err := listen()
	if err != nil {
		return err.Error()
	}
	address := l.Addr().String()
	l.Close()
	if b.run, err = os.MkdirTemp("", "bench-other-"); err != nil {
		return err.Error()
	}
	b.base, b.dir = "http://"+address, dir
	b.env = append(os.Environ(), "CHARDET_SAMPLE=65536", "RUN="+b.run, "PORT="+portOf(address))
	if out, err := b.script("start.sh", "1"); err != nil {
		b.stop()
		return fmt.Sprintf("%s failed: %v: %.300s", script, err, out)
	}
	return ""
}

// script runs a script of the folder. Its output goes to a file, for what it
// starts keeps that open.
func (b *baseline) script(name, arg string) (string, error) {
	out, err := os.CreateTemp("", "bench-script-")
	if err != nil {
		return "", err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	c := exec.Command("./"+name, arg)
	c.Dir, c.Env, c.Stdout, c.Stderr = b.dir, b.env, out, out
	err = c.Run()
	said, _ := os.ReadFile(out.Name())
	return string(said), err
}

// stop ends what start began.
func (b *baseline) stop() {
	if b == nil || b.dir == "" {
		return
	}
	_, _ = b.script("stop.sh", "all")
	_ = os.RemoveAll(b.run)
	_ = os.RemoveAll(b.run + "-pg") // of its database
}

func (b *baseline) register() error {
	account := map[string]string{"email": fmt.Sprintf("bench-%d@example.test", os.Getpid()), "password": "benchmark-Pw-2024!"}
	var made any
	if err := call(b.base+"/api/v1/auth/register", "", account, &made); err != nil {
		return err
	}
	var login struct {
		Token string `json:"access_token"`
	}
	if err := call(b.base+"/api/v1/auth/login", "", account, &login); err != nil {
		return err
	}
	b.token = login.Token
	return nil
}
