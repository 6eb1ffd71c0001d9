package trustlist

import (
	"strings"
	"time"
)

// StatusAt is the entry of the history that holds at a moment; false before
// the first one. A status begins at its moment and not after it.
func (s *Service) StatusAt(t time.Time) (Status, bool) {
	for i := len(s.Status) - 1; i >= 0; i-- {
		if !t.Before(s.Status[i].From) {
			return s.Status[i], true
		}
	}
	return Status{}, false
}

// GrantedAt tells whether the service stood in good order at a moment.
func (s *Service) GrantedAt(t time.Time) bool {
	st, ok := s.StatusAt(t)
	return ok && (st.Status == Granted || st.Status == Recognised)
}

// Accreditation tells whether the framework of the service is one that a
// state body grants to single services. Whether it held for a certificate is
// told by Identifies and GrantedAt together.
func (s *Service) Accreditation() bool {
	return strings.HasPrefix(s.Framework, "accredited-")
}
