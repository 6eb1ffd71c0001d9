package cert

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
)

func decodeSubjectAltName(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	e, err := r.Expect(ber.Sequence, "subjectAltName")
	if err != nil {
		return err
	}
	// Real certificates have it, and it names nobody: nothing is lost by reading on.
	if e.Constructed && len(e.Body) == 0 {
		s.note(CodeEmptyExtension, "subjectAltName", -1, nil)
		c.SubjectAltNames = []GeneralName{}
		return end(r)
	}
	list, err := s.generalNames(r, e, address)
	if err != nil {
		return err
	}
	if err := end(r); err != nil {
		return err
	}
	// A name that name constraints cannot be held against must not pass them.
	if err := errForm(list); err != nil {
		return err
	}
	c.SubjectAltNames = list
	return nil
}

func decodeIssuerAltName(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	e, err := r.Expect(ber.Sequence, "issuerAltName")
	if err != nil {
		return err
	}
	list, err := s.generalNames(r, e, address)
	if err != nil {
		return err
	}
	c.IssuerAltNames = list
	return end(r)
}

// decodeNameConstraints reads RFC 5280 4.2.1.10.
func decodeNameConstraints(s *scan, c *Certificate, x Extension, r *ber.Reader) error {
	in, err := sequence(r, "nameConstraints")
	if err != nil {
		return err
	}
	if in.Empty() {
		return fmt.Errorf("octet %d: %w", in.Offset(), errEmptyList)
	}
	n := &NameConstraints{Critical: x.Critical}
	for i, dst := range []*[]Subtree{&n.Permitted, &n.Excluded} {
		e, ok, err := in.Optional(ber.Context(uint32(i)))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		list, err := in.Enter(e)
		if err != nil {
			return err
		}
		if *dst, err = s.subtrees(&list); err != nil {
			return err
		}
	}
	if err := end(&in); err != nil {
		return err
	}
	c.NameConstraints = n
	return nil
}

func (s *scan) subtrees(list *ber.Reader) ([]Subtree, error) {
	var out []Subtree
	err := each(list, func() error {
		_, in, err := list.ExpectEnter(ber.Sequence, "GeneralSubtree")
		if err != nil {
			return err
		}
		t, err := s.subtree(&in)
		if err != nil {
			return fmt.Errorf("GeneralSubtree[%d]: %w", len(out), err)
		}
		out = append(out, t)
		return nil
	})
	return out, err
}

func (s *scan) subtree(in *ber.Reader) (Subtree, error) {
	t := Subtree{Maximum: -1}
	var err error
	if t.Base, err = s.generalName(in, subtree); err != nil {
		return t, err
	}
	if !t.Base.Clean {
		return t, fmt.Errorf("%s does not have the form of its type", t.Base.Type)
	}
	for i, dst := range []*int{&t.Minimum, &t.Maximum} {
		e, ok, err := in.Optional(ber.Context(uint32(i)))
		if err != nil {
			return t, err
		}
		if ok {
			if *dst, err = count(e); err != nil {
				return t, err
			}
		}
	}
	return t, end(in)
}
