package blob

// Failed gives the fault that the package makes of an error.
func Failed(err error) error { return failed("test", err) }
