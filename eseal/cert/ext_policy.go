package cert

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
)

const (
	oidCPS    ber.OID = "1.3.6.1.5.5.7.2.1"
	oidNotice ber.OID = "1.3.6.1.5.5.7.2.2"
)

func decodePolicies(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	list, err := s.policies(r)
	if err != nil {
		return err
	}
	c.Policies = list
	return nil
}

// policies reads CertificatePolicies (RFC 5280 4.2.1.4).
func (s *scan) policies(r *ber.Reader) ([]PolicyInformation, error) {
	in, err := sequence(r, "certificatePolicies")
	if err != nil {
		return nil, err
	}
	var list []PolicyInformation
	seen := map[ber.OID]bool{}
	err = each(&in, func() error {
		e, p, err := in.ExpectEnter(ber.Sequence, "PolicyInformation")
		if err != nil {
			return err
		}
		info, err := s.policy(&p)
		if err != nil {
			return fmt.Errorf("PolicyInformation[%d]: %w", len(list), err)
		}
		if seen[info.OID] {
			s.note(CodeDuplicatePolicy, "certificatePolicies", e.Offset, map[string]string{"policy": string(info.OID)})
		}
		seen[info.OID] = true
		list = append(list, info)
		return s.hold(costExtension)
	})
	return list, err
}

func (s *scan) policy(p *ber.Reader) (PolicyInformation, error) {
	var info PolicyInformation
	var err error
	if info.OID, err = expectOID(p, "policyIdentifier"); err != nil || p.Empty() {
		return info, err
	}
	_, list, err := p.ExpectEnter(ber.Sequence, "policyQualifiers")
	if err != nil {
		return info, err
	}
	err = each(&list, func() error {
		_, q, err := list.ExpectEnter(ber.Sequence, "PolicyQualifierInfo")
		if err != nil {
			return err
		}
		one, err := s.qualifier(&q)
		info.Qualifiers = append(info.Qualifiers, one)
		return err
	})
	if err != nil {
		return info, err
	}
	return info, end(p)
}

func (s *scan) qualifier(q *ber.Reader) (PolicyQualifier, error) {
	var out PolicyQualifier
	var err error
	if out.OID, err = expectOID(q, "policyQualifierId"); err != nil {
		return out, err
	}
	v, err := q.Next()
	if err != nil {
		return out, fmt.Errorf("qualifier: %w", err)
	}
	out.Raw = v.Raw
	if err := s.hold(costName); err != nil {
		return out, err
	}
	switch {
	case out.OID == oidCPS:
		out.CPS, _ = v.Text()
	case out.OID == oidNotice && v.Tag == ber.Sequence:
		in, err := q.Enter(v)
		if err != nil {
			return out, err
		}
		if out.Notice, err = userNotice(&in); err != nil {
			return out, err
		}
	}
	return out, end(q)
}

// Known tells whether this reader understands the qualifier.
func (q PolicyQualifier) Known() bool { return q.OID == oidCPS || q.OID == oidNotice }

// userNotice reads UserNotice: NoticeReference and DisplayText, both optional.
func userNotice(in *ber.Reader) (*UserNotice, error) {
	n := &UserNotice{}
	if t, ok := in.Peek(); ok && t == ber.Sequence {
		_, ref, err := in.ExpectEnter(ber.Sequence, "noticeRef")
		if err != nil {
			return nil, err
		}
		if err := noticeReference(n, &ref); err != nil {
			return nil, fmt.Errorf("noticeRef: %w", err)
		}
	}
	if !in.Empty() {
		e, err := in.Next()
		if err != nil {
			return nil, err
		}
		n.Text, _ = e.Text()
	}
	return n, end(in)
}

func noticeReference(n *UserNotice, ref *ber.Reader) error {
	e, err := ref.Next()
	if err != nil {
		return err
	}
	n.Organization, _ = e.Text()
	_, numbers, err := ref.ExpectEnter(ber.Sequence, "noticeNumbers")
	if err != nil {
		return err
	}
	for !numbers.Empty() {
		e, err := numbers.Expect(ber.Integer, "noticeNumbers")
		if err != nil {
			return err
		}
		v, err := count(e)
		if err != nil {
			return err
		}
		n.Numbers = append(n.Numbers, v)
	}
	return end(ref)
}

func decodePolicyMappings(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	in, err := sequence(r, "policyMappings")
	if err != nil {
		return err
	}
	var list []PolicyMapping
	err = each(&in, func() error {
		_, m, err := in.ExpectEnter(ber.Sequence, "policyMapping")
		if err != nil {
			return err
		}
		var one PolicyMapping
		if one.IssuerDomain, err = expectOID(&m, "issuerDomainPolicy"); err != nil {
			return err
		}
		if one.SubjectDomain, err = expectOID(&m, "subjectDomainPolicy"); err != nil {
			return err
		}
		list = append(list, one)
		if err := s.hold(costExtension); err != nil {
			return err
		}
		return end(&m)
	})
	if err != nil {
		return err
	}
	c.PolicyMappings = list
	return nil
}

func decodePolicyConstraints(_ *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	in, err := sequence(r, "policyConstraints")
	if err != nil {
		return err
	}
	p := &PolicyConstraints{RequireExplicit: -1, InhibitMapping: -1}
	// RFC 5280 4.2.1.11: "MUST NOT issue certificates where policy
	// constraints is an empty sequence"; what it limits cannot be known.
	if in.Empty() {
		return fmt.Errorf("octet %d: %w", in.Offset(), errEmptyList)
	}
	for i, dst := range []*int{&p.RequireExplicit, &p.InhibitMapping} {
		e, ok, err := in.Optional(ber.Context(uint32(i)))
		if err != nil {
			return err
		}
		if ok {
			if *dst, err = count(e); err != nil {
				return err
			}
		}
	}
	if err := end(&in); err != nil {
		return err
	}
	c.PolicyConstraints = p
	return nil
}

func decodeInhibitAny(_ *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	e, err := r.Expect(ber.Integer, "inhibitAnyPolicy")
	if err != nil {
		return err
	}
	n, err := count(e)
	if err != nil {
		return err
	}
	if err := end(r); err != nil {
		return err
	}
	c.InhibitAnyPolicy = &n
	return nil
}
