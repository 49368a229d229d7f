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
	if c.ModelFallbackProvider == "same" && (c.ModelFallbackURL != "" || c.ModelFallbackKey != "" || c.ModelFallbackKeyFile != "") {
		return wrong("model-fallback-provider", "A server or a key is given for the model that steps in, but not which format it speaks.").WithHint("Set --model-fallback-provider to anthropic or openai.")
	}
	for _, p := range c.ModelPlaces() {
		if err := p.check(); err != nil {
			return err
		}
	}
	return nil
}

func (p *ModelPlace) check() *fault.Error {
	switch {
	case p.Name == "":
		return wrong("model", "--model-provider is %s, but --model names no model.", p.Provider).WithHint("Name the model as its server does.")
	case p.key != "" && p.keyFile != "":
		return wrong(p.Setting+"-key", "The key of the model is given twice: as --%s-key and as --%s-key-file.", p.Setting, p.Setting).WithHint("Give one of them.")
	case strings.ContainsAny(p.key.Reveal(), " \t\r\n"):
		return wrong(p.Setting+"-key", "--%s-key holds a space or a line's end, as no key does.", p.Setting).WithHint("Copy it again.")
	}
	return p.checkURL()
}

func (p *ModelPlace) checkURL() *fault.Error {
	if p.URL == "" {
		return nil
	}
	name := p.Setting + "-url"
	u, err := url.Parse(p.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return wrong(name, "--%s is no address of a server.", name).WithHint("Write it like https://models.example.org/v1.")
	}
	if u.User != nil {
		return wrong(name, "--%s holds a name or a password.", name).WithHint("Give the key with --%s-key.", p.Setting)
	}
	if host := u.Hostname(); u.Scheme == "http" && !loopback(host) && strings.Contains(host, ".") && !private(host) {
		return wrong(name, "--%s would send data to %s without encryption.", name, host).WithHint("Use https, or a server on this machine or network.")
	}
	return nil
}

// private reports whether an address is of the own network.
func private(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsPrivate()
}

func checkModelLimits(c *Config) *fault.Error {
	for name, dollars := range map[string]float64{"model-max-cost": c.ModelMaxCost, "model-day-cost": c.ModelDayCost, "model-month-cost": c.ModelMonthCost, "model-user-day-cost": c.ModelUserDayCost} {
		if !(dollars >= 0 && dollars <= 1e6) {
			return wrong(name, "--%s is %v; it must be from 0 to 1000000 dollars.", name, dollars)
		}
	}
	return checkSpans([]span{
		{"model-timeout", int64(c.ModelTimeout), int64(time.Second), int64(day), lengths},
		{"model-idle", int64(c.ModelIdle), int64(time.Second), int64(day), lengths},
		{"model-max-calls", int64(c.ModelMaxCalls), 1, 100, numbers},
		{"model-user-day-calls", int64(c.ModelUserDayCalls), 0, 1 << 30, numbers},
		{"model-max-tools", int64(c.ModelMaxTools), 1, 100, numbers},
		{"model-max-tokens", int64(c.ModelMaxTokens), 1000, 1 << 30, numbers},
	})
}
