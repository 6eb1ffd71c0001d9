package cert

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
)

// Statements of EN 319 412-5 4 and RFC 3739 3.2.6.
const (
	OIDQcCompliance  ber.OID = "0.4.0.1862.1.1"
	OIDQcLimit       ber.OID = "0.4.0.1862.1.2"
	OIDQcRetention   ber.OID = "0.4.0.1862.1.3"
	OIDQcSSCD        ber.OID = "0.4.0.1862.1.4"
	OIDQcPDS         ber.OID = "0.4.0.1862.1.5"
	OIDQcType        ber.OID = "0.4.0.1862.1.6"
	OIDQcTypeESign   ber.OID = "0.4.0.1862.1.6.1"
	OIDQcTypeESeal   ber.OID = "0.4.0.1862.1.6.2"
	OIDQcTypeWeb     ber.OID = "0.4.0.1862.1.6.3"
	OIDQcLegislation ber.OID = "0.4.0.1862.1.7"
	OIDQcSyntaxV1    ber.OID = "1.3.6.1.5.5.7.11.1"
	OIDQcSyntaxV2    ber.OID = "1.3.6.1.5.5.7.11.2"
)

func decodeQCStatements(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	in, err := sequence(r, "qcStatements")
	if err != nil {
		return err
	}
	var list []QCStatement
	err = each(&in, func() error {
		e, q, err := in.ExpectEnter(ber.Sequence, "QCStatement")
		if err != nil {
			return err
		}
		st := QCStatement{Raw: e.Raw}
		if st.OID, err = expectOID(&q, "statementId"); err != nil {
			return fmt.Errorf("QCStatement[%d]: %w", len(list), err)
		}
		// One statement that cannot be read (real seals have such a PDS)
		// does not silence the others; its information stays in Raw.
		if err := qcInformation(&st, &q); err != nil {
			s.note(CodeMalformedExtension, "qcStatements", e.Offset, map[string]string{"extension": string(st.OID), "reason": err.Error()})
			st = QCStatement{OID: st.OID, Raw: e.Raw}
		}
		list = append(list, st)
		return s.hold(costName)
	})
	if err != nil {
		return err
	}
	c.QCStatements = list
	return nil
}

func qcInformation(st *QCStatement, q *ber.Reader) error {
	read, ok := qcReaders[st.OID]
	if !ok {
		return nil // the information of other statements stays in Raw
	}
	if err := read(st, q); err != nil {
		return fmt.Errorf("%s: %w", st.OID, err)
	}
	return end(q)
}

var qcReaders = map[ber.OID]func(*QCStatement, *ber.Reader) error{
	OIDQcLimit: qcLimit,
	OIDQcRetention: func(st *QCStatement, q *ber.Reader) error {
		e, err := q.Expect(ber.Integer, "QcEuRetentionPeriod")
		if err != nil {
			return err
		}
		n, err := count(e)
		st.Retention = &n
		return err
	},
	OIDQcPDS: func(st *QCStatement, q *ber.Reader) error {
		return qcList(q, func(in *ber.Reader) error {
			_, loc, err := in.ExpectEnter(ber.Sequence, "PdsLocation")
			if err != nil {
				return err
			}
			url, err := text(&loc, "url")
			if err != nil {
				return err
			}
			lang, err := text(&loc, "language")
			st.PDS = append(st.PDS, PDSLocation{URL: url, Language: lang})
			return err
		})
	},
	OIDQcType: func(st *QCStatement, q *ber.Reader) error {
		return qcList(q, func(in *ber.Reader) error {
			o, err := expectOID(in, "QcType")
			st.Types = append(st.Types, o)
			return err
		})
	},
	OIDQcLegislation: func(st *QCStatement, q *ber.Reader) error {
		return qcList(q, func(in *ber.Reader) error {
			country, err := text(in, "CountryName")
			st.Countries = append(st.Countries, country)
			return err
		})
	},
	OIDQcSyntaxV1: qcSemantics,
	OIDQcSyntaxV2: qcSemantics,
}

// Known tells whether this reader understands the statement.
func (q QCStatement) Known() bool {
	return qcReaders[q.OID] != nil || q.OID == OIDQcCompliance || q.OID == OIDQcSSCD
}

// qcSemantics reads the semanticsIdentifier; the name authorities stay in Raw.
func qcSemantics(st *QCStatement, q *ber.Reader) error {
	_, in, err := q.ExpectEnter(ber.Sequence, "SemanticsInformation")
	if err != nil {
		return err
	}
	if t, ok := in.Peek(); ok && t == ber.ObjectID {
		st.Semantics, err = expectOID(&in, "semanticsIdentifier")
	}
	return err
}

func qcLimit(st *QCStatement, q *ber.Reader) error {
	_, in, err := q.ExpectEnter(ber.Sequence, "QcEuLimitValue")
	if err != nil {
		return err
	}
	l := &QCLimit{}
	cur, err := in.Next()
	if err != nil {
		return err
	}
	if cur.Tag == ber.Integer { // the numeric code of ISO 4217
		n, err := cur.Int()
		if err != nil {
			return err
		}
		l.Currency = n.String()
	} else {
		l.Currency, _ = cur.Text()
	}
	amount, err := in.Expect(ber.Integer, "amount")
	if err != nil {
		return err
	}
	if l.Amount, err = amount.Int(); err != nil {
		return err
	}
	exp, err := in.Expect(ber.Integer, "exponent")
	if err != nil {
		return err
	}
	n, err := exp.Int64()
	l.Exponent = int(n)
	st.Limit = l
	return err
}

func qcList(q *ber.Reader, f func(in *ber.Reader) error) error {
	_, in, err := q.ExpectEnter(ber.Sequence, "list")
	if err != nil {
		return err
	}
	return each(&in, func() error { return f(&in) })
}

// text reads a character string of any type.
func text(r *ber.Reader, what string) (string, error) {
	e, err := r.Next()
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	s, _ := e.Text()
	return s, nil
}
