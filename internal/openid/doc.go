// Package openid logs people in at an OpenID Connect provider: it sends a
// browser there, and makes a person of the code that the browser brings back.
// The code flow with PKCE; the token is checked for signature, issuer,
// audience, time and nonce by the library. It asks the provider that the
// settings name, and nobody else. Start reading at Provider.
package openid
