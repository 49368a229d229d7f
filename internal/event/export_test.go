package event

// What the tests of the package reach beside its doors.

func (l *Local) SetMaxLogs(n int) { l.max = n }

func (l *Local) Logs() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.logs)
}
