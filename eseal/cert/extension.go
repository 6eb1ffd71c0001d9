package cert

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Identifiers of extensions: RFC 5280 4.2 and 5.2, RFC 6960, RFC 9608,
// EN 319 412-1, EN 319 412-5.
const (
	oidDirectoryAttributes ber.OID = "2.5.29.9"
	oidSubjectKeyID        ber.OID = "2.5.29.14"
	oidKeyUsage            ber.OID = "2.5.29.15"
	oidPrivateKeyPeriod    ber.OID = "2.5.29.16"
	oidSubjectAltName      ber.OID = "2.5.29.17"
	oidIssuerAltName       ber.OID = "2.5.29.18"
	oidBasicConstraints    ber.OID = "2.5.29.19"
	oidNameConstraints     ber.OID = "2.5.29.30"
	oidCRLPoints           ber.OID = "2.5.29.31"
	oidPolicies            ber.OID = "2.5.29.32"
	oidPolicyMappings      ber.OID = "2.5.29.33"
	oidAuthorityKeyID      ber.OID = "2.5.29.35"
	oidPolicyConstraints   ber.OID = "2.5.29.36"
	oidExtKeyUsage         ber.OID = "2.5.29.37"
	oidFreshestCRL         ber.OID = "2.5.29.46"
	oidInhibitAny          ber.OID = "2.5.29.54"
	oidNoRevAvail          ber.OID = "2.5.29.56"
	oidAuthorityInfo       ber.OID = "1.3.6.1.5.5.7.1.1"
	oidQCStatements        ber.OID = "1.3.6.1.5.5.7.1.3"
	oidSubjectInfo         ber.OID = "1.3.6.1.5.5.7.1.11"
	oidOCSPNoCheck         ber.OID = "1.3.6.1.5.5.7.48.1.5"
	oidShortTermAssured    ber.OID = "0.4.0.194121.2.1"
)

// criticality is what a standard says of the critical flag.
type criticality uint8

const (
	either criticality = iota
	never
	always
)

// A field is an extension that this reader decodes into a T.
type field[T any] struct {
	decode   func(*scan, *T, Extension, *ber.Reader) error
	critical criticality
	inform   bool // nothing in path validation or revocation depends on it
}

var fields map[ber.OID]field[Certificate]

// The table is filled at start because its functions refer to it.
func init() {
	fields = map[ber.OID]field[Certificate]{
		oidSubjectKeyID:        {decode: decodeSubjectKeyID, critical: never},
		oidAuthorityKeyID:      {decode: decodeAuthorityKeyID, critical: never},
		oidKeyUsage:            {decode: decodeKeyUsage},
		oidExtKeyUsage:         {decode: decodeExtKeyUsage},
		oidBasicConstraints:    {decode: decodeBasicConstraints},
		oidNameConstraints:     {decode: decodeNameConstraints, critical: always},
		oidPolicies:            {decode: decodePolicies},
		oidPolicyMappings:      {decode: decodePolicyMappings},
		oidPolicyConstraints:   {decode: decodePolicyConstraints, critical: always},
		oidInhibitAny:          {decode: decodeInhibitAny, critical: always},
		oidSubjectAltName:      {decode: decodeSubjectAltName},
		oidIssuerAltName:       {decode: decodeIssuerAltName, inform: true},
		oidCRLPoints:           {decode: decodeCRLPoints},
		oidFreshestCRL:         {decode: decodeFreshestCRL, critical: never},
		oidAuthorityInfo:       {decode: decodeAuthorityInfo, critical: never},
		oidSubjectInfo:         {decode: decodeSubjectInfo, critical: never, inform: true},
		oidQCStatements:        {decode: decodeQCStatements, inform: true},
		oidDirectoryAttributes: {decode: decodeDirectoryAttributes, critical: never, inform: true},
		oidOCSPNoCheck:         {decode: decodeOCSPNoCheck},
		oidNoRevAvail:          {decode: decodeNoRevAvail, critical: never},
		oidShortTermAssured:    {decode: decodeShortTerm},
	}
}

// Costs of what is built for one element, taken from the purse: an element of
// two octets must not be worth two hundred for nothing.
const (
	costExtension = 128
	costName      = 512
)

func (s *scan) hold(n int64) error { return s.purse.Take(purse.Bytes, n) }

// extensions reads Extensions (RFC 5280 4.1.2.9) inside an explicit tag.
func (s *scan) extensions(r *ber.Reader, outer ber.Element, what string) ([]Extension, error) {
	in, err := r.Enter(outer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	_, list, err := in.ExpectEnter(ber.Sequence, what)
	if err != nil {
		return nil, err
	}
	if !in.Empty() {
		return nil, fmt.Errorf("%s: octet %d: an element after the list", what, in.Offset())
	}
	return s.extensionList(&list, what)
}

func (s *scan) extensionList(list *ber.Reader, what string) ([]Extension, error) {
	if list.Empty() {
		s.note(CodeMalformedExtension, what, list.Offset(), map[string]string{"extension": what, "reason": "the list is empty"})
	}
	out := make([]Extension, 0, 8)
	for !list.Empty() {
		e, err := s.extension(list, what)
		if err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", what, len(out), err)
		}
		if err := s.hold(costExtension); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (s *scan) extension(list *ber.Reader, what string) (Extension, error) {
	e, in, err := list.ExpectEnter(ber.Sequence, "Extension")
	if err != nil {
		return Extension{}, err
	}
	x := Extension{Raw: e.Raw}
	if x.OID, err = expectOID(&in, "extnID"); err != nil {
		return Extension{}, err
	}
	flag, ok, err := in.Optional(ber.Boolean)
	if err != nil {
		return Extension{}, fmt.Errorf("critical: %w", err)
	}
	if ok {
		if x.Critical, err = flag.Bool(); err != nil {
			return Extension{}, fmt.Errorf("critical: %w", err)
		}
		if !x.Critical {
			s.note(CodeNotDER, what, flag.Offset, map[string]string{"what": "default value is written out"})
		}
	}
	v, err := in.Expect(ber.OctetString, "extnValue")
	if err != nil {
		return Extension{}, err
	}
	if x.Value, err = in.Octets(v); err != nil {
		return Extension{}, fmt.Errorf("extnValue: %w", err)
	}
	if !in.Empty() {
		return Extension{}, fmt.Errorf("octet %d: an element after extnValue", in.Offset())
	}
	return x, nil
}

// decodeFields decodes the extensions that stand in the table and returns
// those that are malformed or doubled, and the critical ones that do not.
func decodeFields[T any](s *scan, table map[ber.OID]field[T], dst *T, list []Extension) (bad, unknown []ber.OID) {
	var malformed, critical oidSet
	seen := oidSet{list: make([]ber.OID, 0, len(list))}
	for _, x := range list {
		if !seen.add(x.OID) {
			malformed.add(x.OID)
			s.note(CodeDuplicateExtension, "extensions", -1, map[string]string{"extension": x.OID.Name()})
			continue
		}
		f, known := table[x.OID]
		if !known {
			if x.Critical && critical.add(x.OID) {
				s.note(CodeUnknownCritical, "extensions", -1, map[string]string{"extension": x.OID.Name()})
			}
			continue
		}
		if f.critical == never && x.Critical || f.critical == always && !x.Critical {
			s.note(CodeCriticality, "extensions", -1, map[string]string{"extension": x.OID.Name(), "critical": strconv.FormatBool(x.Critical)})
		}
		r := s.reader(x.Value)
		if err := f.decode(s, dst, x, &r); err != nil {
			malformed.add(x.OID)
			s.malformed(x.OID, err)
			continue
		}
		s.checkDER(x.OID.Name(), x.Value, 0)
	}
	return malformed.list, critical.list
}

// errTrailing is the reason of CodeExtensionTrailing.
var errTrailing = errors.New("octets follow the value")

func (s *scan) malformed(oid ber.OID, err error) {
	code := CodeMalformedExtension
	if errors.Is(err, errTrailing) {
		code = CodeExtensionTrailing
	}
	s.note(code, oid.Name(), -1, map[string]string{"extension": oid.Name(), "reason": err.Error()})
}

// Refusals are the extensions for which a path validator must refuse the
// certificate: unknown critical ones, and malformed or doubled ones unless
// they only inform and are not critical.
func (c *Certificate) Refusals() []ber.OID {
	var out oidSet
	for _, o := range c.UnknownCritical {
		out.add(o)
	}
	for _, o := range c.MalformedExtensions {
		x, _ := c.Extension(o)
		if f, known := fields[o]; x.Critical || known && !f.inform {
			out.add(o)
		}
	}
	return out.list
}

// An oidSet keeps identifiers once, in the order of their arrival.
type oidSet struct {
	list []ber.OID
	seen map[ber.OID]bool
}

// add tells whether the identifier is new. A short list is searched, a long
// one, which only hostile input has, through a map.
func (o *oidSet) add(id ber.OID) bool {
	if o.seen[id] || o.seen == nil && slices.Contains(o.list, id) {
		return false
	}
	o.list = append(o.list, id)
	if o.seen != nil {
		o.seen[id] = true
	} else if len(o.list) > 24 {
		o.seen = make(map[ber.OID]bool)
		for _, k := range o.list {
			o.seen[k] = true
		}
	}
	return true
}

// end is the error for octets after the value of an extension.
func end(r *ber.Reader) error {
	if r.Empty() {
		return nil
	}
	return fmt.Errorf("octet %d: %w", r.Offset(), errTrailing)
}

// sequence opens the one SEQUENCE that an extension value is.
func sequence(r *ber.Reader, what string) (ber.Reader, error) {
	_, in, err := r.ExpectEnter(ber.Sequence, what)
	if err != nil {
		return ber.Reader{}, err
	}
	return in, end(r)
}

var errEmptyList = errors.New("the list is empty")

// each reads a SEQUENCE SIZE (1..MAX) OF to its end.
func each(in *ber.Reader, f func() error) error {
	if in.Empty() {
		return fmt.Errorf("octet %d: %w", in.Offset(), errEmptyList)
	}
	for !in.Empty() {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}
