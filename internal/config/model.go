package config

import (
	"net/netip"
	"net/url"
	"strings"
	"time"

	"tabletalk/internal/fault"
)

// checkModel wants a model that can be asked, or none.
func checkModel(c *Config) *fault.Error {
	if err := checkModelLimits(c); err != nil || c.ModelProvider == "none" {
		return err
	}
	switch {
	case c.Model == "":
		return wrong("model", "--model-provider is %s, but --model names no model.", c.ModelProvider).WithHint("Name the model as its server does.")
	case c.ModelKey != "" && c.ModelKeyFile != "":
		return wrong("model-key", "The key of the model is given twice: as --model-key and as --model-key-file.").WithHint("Give one of them.")
	case strings.ContainsAny(c.ModelKey.Reveal(), " \t\r\n"):
		return wrong("model-key", "--model-key holds a space or a line's end, as no key does.").WithHint("Copy it again.")
	}
	return checkModelURL(c)
}

func checkModelURL(c *Config) *fault.Error {
	if c.ModelURL == "" {
		return nil
	}
	u, err := url.Parse(c.ModelURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return wrong("model-url", "--model-url is no address of a server.").WithHint("Write it like https://models.example.org/v1.")
	}
	if u.User != nil {
		return wrong("model-url", "--model-url holds a name or a password.").WithHint("Give the key with --model-key.")
	}
	if host := u.Hostname(); u.Scheme == "http" && !loopback(host) && strings.Contains(host, ".") && !private(host) {
		return wrong("model-url", "--model-url would send data to %s without encryption.", host).WithHint("Use https, or a server on this machine or network.")
	}
	return nil
}

// private reports whether an address is of the own network.
func private(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsPrivate()
}

func checkModelLimits(c *Config) *fault.Error {
	for name, dollars := range map[string]float64{"model-max-cost": c.ModelMaxCost, "model-day-cost": c.ModelDayCost, "model-month-cost": c.ModelMonthCost} {
		if !(dollars >= 0 && dollars <= 1e6) {
			return wrong(name, "--%s is %v; it must be from 0 to 1000000 dollars.", name, dollars)
		}
	}
	return checkSpans([]span{
		{"model-timeout", int64(c.ModelTimeout), int64(time.Second), int64(day), lengths},
		{"model-idle", int64(c.ModelIdle), int64(time.Second), int64(day), lengths},
		{"model-max-calls", int64(c.ModelMaxCalls), 1, 100, numbers},
		{"model-max-tools", int64(c.ModelMaxTools), 1, 100, numbers},
		{"model-max-tokens", int64(c.ModelMaxTokens), 1000, 1 << 30, numbers},
	})
}
