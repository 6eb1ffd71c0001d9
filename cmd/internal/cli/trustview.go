package cli

import (
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/trustlist"
)

// A shownList is a trust list for `kakuin trust show`, JSON and text alike.
type shownList struct {
	ID         string         `json:"id"`
	Sequence   int64          `json:"sequence"`
	Issued     string         `json:"issued,omitempty"`
	NextUpdate string         `json:"nextUpdate,omitempty"`
	Operator   string         `json:"operator,omitempty"`
	Source     string         `json:"source,omitempty"`
	SHA256     string         `json:"sha256"`
	BuiltIn    bool           `json:"builtIn"`
	Services   []shownService `json:"services"`
}

type shownText struct {
	JA string `json:"ja,omitempty"`
	EN string `json:"en,omitempty"`
}

type shownService struct {
	Name       shownText       `json:"name"`
	Type       string          `json:"type"`
	Framework  string          `json:"framework"`
	List       string          `json:"list,omitempty"`
	URL        string          `json:"url,omitempty"`
	Source     string          `json:"source,omitempty"`
	Anchors    []shownAnchor   `json:"anchors,omitempty"`
	Identity   []shownIdentity `json:"identity,omitempty"`
	Status     []shownStatus   `json:"status,omitempty"`
	Purposes   []string        `json:"purposes,omitempty"`
	Policies   []string        `json:"policies,omitempty"`
	Explicit   bool            `json:"explicitPolicy,omitempty"`
	Revocation string          `json:"revocationCheckable,omitempty"`
	Level      string          `json:"assuranceLevel,omitempty"`
	Basis      string          `json:"assuranceBasis,omitempty"`
}

type shownAnchor struct {
	SHA256     string `json:"sha256"`
	Kind       string `json:"kind"` // certificate, or pin: the fingerprint alone
	Subject    string `json:"subject,omitempty"`
	KeyID      string `json:"keyID,omitempty"`
	NotBefore  string `json:"notBefore,omitempty"`
	NotAfter   string `json:"notAfter,omitempty"`
	Confidence string `json:"confidence,omitempty"`
	URL        string `json:"url,omitempty"`
	Until      string `json:"until,omitempty"`
	Source     string `json:"source,omitempty"`
}

type shownIdentity struct {
	SHA256              string   `json:"sha256,omitempty"`
	Subject             []string `json:"subject,omitempty"`
	CertificatePolicies []string `json:"certificatePolicies,omitempty"`
	TokenPolicies       []string `json:"tokenPolicies,omitempty"`
}

type shownStatus struct {
	From   string `json:"from"`
	Status string `json:"status"`
}

func shown(l *trustlist.List) shownList {
	out := shownList{
		ID: l.ID, Sequence: l.Sequence, Issued: moment(l.Issued), NextUpdate: moment(l.NextUpdate),
		Operator: l.Operator, Source: l.Source, SHA256: hexOf(l.SHA256[:]), BuiltIn: l.BuiltIn,
	}
	for i := range l.Services {
		out.Services = append(out.Services, showService(&l.Services[i]))
	}
	return out
}

func showService(s *trustlist.Service) shownService {
	out := shownService{
		Name: shownText(s.Name), Type: s.Type, Framework: s.Framework, List: s.List, URL: s.URL, Source: s.Source,
		Purposes: s.Purposes, Policies: dotted(s.Policies.Accept), Explicit: s.Policies.Explicit,
		Revocation: s.Revocation.Checkable, Level: s.Assurance.Level, Basis: s.Assurance.Basis,
	}
	for i := range s.Anchors {
		out.Anchors = append(out.Anchors, showAnchor(&s.Anchors[i]))
	}
	for _, id := range s.Identity {
		out.Identity = append(out.Identity, showIdentity(id))
	}
	for _, st := range s.Status {
		out.Status = append(out.Status, shownStatus{moment(st.From), st.Status})
	}
	return out
}

func showAnchor(a *trustlist.Anchor) shownAnchor {
	out := shownAnchor{
		SHA256: hexOf(a.SHA256[:]), Kind: "pin", Subject: a.Subject, KeyID: hexOf(a.KeyID), NotBefore: moment(a.NotBefore), NotAfter: moment(a.NotAfter),
		Confidence: a.Confidence, URL: a.URL, Until: moment(a.Until), Source: a.Source,
	}
	if c := a.Certificate; c != nil {
		out.Kind, out.Subject = "certificate", c.Subject.String()
		out.NotBefore, out.NotAfter = moment(c.NotBefore), moment(c.NotAfter)
	}
	return out
}

func showIdentity(id trustlist.Identity) shownIdentity {
	out := shownIdentity{CertificatePolicies: dotted(id.CertificatePolicies), TokenPolicies: dotted(id.TokenPolicies)}
	if id.SHA256 != nil {
		out.SHA256 = hexOf(id.SHA256[:])
	}
	for _, a := range id.Subject {
		out.Subject = append(out.Subject, string(a.Type)+"="+a.Value)
	}
	return out
}

func dotted(oids []ber.OID) (out []string) {
	for _, o := range oids {
		out = append(out, string(o))
	}
	return out
}
