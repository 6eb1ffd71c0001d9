package verifytest

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// TrustListTemplate is what a trust list file is made from; zero fields take good defaults.
type TrustListTemplate struct {
	ID                 string // default mihon.sample
	Sequence           int    // default 1
	Issued, NextUpdate time.Time
	Services           []Service // default: the world's services
	Pins               bool      // anchors as fingerprints only
}

// Service is one trust service of a list.
type Service struct {
	Ja, En, Type, Framework string
	Anchors                 []*Cert
	Until                   time.Time // sunset date of the anchors
	Identity                []*Cert   // the unit, or the CA that issues for it alone
	TokenPolicies           []string
	Status                  []ServiceStatus // default: granted since 2023-04-01
	Purposes                []string
	Restricted              bool   // revocation data goes to certified verifiers only
	Level, Basis            string // assurance
}

// ServiceStatus is one entry of a service's history.
type ServiceStatus struct {
	From   time.Time
	Status string
}

// Services are those of the world: the government's CA for posts, the accredited seal service, personal
// certificates, the accredited time-stamp service.
func (w *World) Services() []Service {
	return []Service{
		{Ja: "見本国政府 官職認証局", En: "Mihon Government Official Status CA", Type: "ca", Framework: "gpki",
			Anchors: []*Cert{w.Root, w.RootNext}, Identity: []*Cert{w.OfficeCA}, Purposes: []string{"seal"}},
		{Ja: "見本トラストセンター eシール認証局", En: "Mihon Electronic Seal CA", Type: "seal-ca", Framework: "accredited-seal",
			Anchors: []*Cert{w.Root, w.RootNext}, Identity: []*Cert{w.SealCA}, Purposes: []string{"seal"},
			Level: "認定", Basis: "見本（制度上の認定ではありません）"},
		{Ja: "見本個人認証サービス", En: "Mihon JPKI", Type: "ca", Framework: "jpki", Anchors: []*Cert{w.PersonCA},
			Purposes: []string{"seal"}, Restricted: true},
		{Ja: "見本タイムスタンプサービス", En: "Mihon Timestamp Service", Type: "tsa", Framework: "accredited-tsa",
			Anchors: []*Cert{w.TSARoot}, Identity: []*Cert{w.TSA}, TokenPolicies: []string{TokenPolicy},
			Purposes: []string{"timestamping"}, Level: "認定", Basis: "見本（制度上の認定ではありません）"},
	}
}

// TrustList makes a trust list file, with the anchors inside.
func (w *World) TrustList(t TrustListTemplate) []byte {
	if t.Services == nil {
		t.Services = w.Services()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# A sample trust list for the sample documents. Its keys are public test keys: it vouches for nothing.\n")
	fmt.Fprintf(&b, "schema: kakuin/trustlist/v1\nid: %s\nsequence: %d\nissued: %s\nnextUpdate: %s\n", or(t.ID, "mihon.sample"),
		max(t.Sequence, 1), stamp(orTime(t.Issued, date(2026, 10, 1))), stamp(orTime(t.NextUpdate, date(2027, 10, 1))))
	fmt.Fprintf(&b, "operator: The kakuin project; samples, not real services\nservices:\n")
	for _, s := range t.Services {
		s.write(&b, t.Pins)
	}
	return []byte(b.String())
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (s Service) write(b *strings.Builder, pins bool) {
	fmt.Fprintf(b, "  - name: {ja: %s, en: %s}\n    type: %s\n    framework: %s\n    anchors:\n", s.Ja, s.En, s.Type, s.Framework)
	for _, a := range s.Anchors {
		fmt.Fprintf(b, "      # %s, %s to %s\n      - sha256: %q\n", a.Subject.value("CN")+a.Subject.value("OU"),
			a.NotBefore.Format(time.DateOnly), a.NotAfter.Format(time.DateOnly), a.SHA256())
		if pins {
			fmt.Fprintf(b, "        confidence: bytes\n")
		} else {
			fmt.Fprintf(b, "        der: |\n%s", wrap(base64.StdEncoding.EncodeToString(a.DER), "          "))
		}
		if !s.Until.IsZero() {
			fmt.Fprintf(b, "        until: %s\n", stamp(s.Until))
		}
	}
	s.writeRest(b)
}

func (s Service) writeRest(b *strings.Builder) {
	if s.Identity != nil {
		fmt.Fprintf(b, "    identity:\n")
	}
	for _, c := range s.Identity {
		fmt.Fprintf(b, "      - sha256: %q\n", c.SHA256())
		if s.TokenPolicies != nil {
			fmt.Fprintf(b, "        tokenPolicies: [%s]\n", strings.Join(s.TokenPolicies, ", "))
		}
	}
	if s.Status == nil {
		s.Status = []ServiceStatus{{date(2023, 4, 1), "granted"}}
	}
	fmt.Fprintf(b, "    status:\n")
	for _, h := range s.Status {
		fmt.Fprintf(b, "      - {from: %s, status: %s}\n", stamp(h.From), h.Status)
	}
	if s.Purposes != nil {
		fmt.Fprintf(b, "    purposes: [%s]\n", strings.Join(s.Purposes, ", "))
	}
	if s.Restricted {
		fmt.Fprintf(b, "    revocation: {checkable: restricted}\n")
	}
	if s.Level != "" {
		fmt.Fprintf(b, "    assurance: {level: %s, basis: %s}\n", s.Level, s.Basis)
	}
}

func wrap(s, indent string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := min(100, len(s))
		b.WriteString(indent + s[:n] + "\n")
		s = s[n:]
	}
	return b.String()
}
