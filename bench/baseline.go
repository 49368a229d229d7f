package main

import (
	"fmt"
	"os"
)

// baseline is another server with the same wire contract, and an account on it.
type baseline struct {
	base, token string
}

// openBaseline registers on the other server; nil without one.
func openBaseline(base string) (*baseline, error) {
	if base == "" {
		return nil, nil
	}
	account := map[string]string{"email": fmt.Sprintf("bench-%d@example.test", os.Getpid()), "password": "benchmark-Pw-2024!"}
	var made any
	if err := call(base+"/api/v1/auth/register", "", account, &made); err != nil {
		return nil, err
	}
	var login struct {
		Token string `json:"access_token"`
	}
	if err := call(base+"/api/v1/auth/login", "", account, &login); err != nil {
		return nil, err
	}
	return &baseline{base: base, token: login.Token}, nil
}
