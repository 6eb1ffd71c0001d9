package pdf

// former adds what signature fields held in older revisions, newest first,
// and is not among the signatures yet: a dictionary in an object stream, or
// one without a /ByteRange that the octets show. An update that takes the field
// away does not make the signature go.
func (c *collector) former() {
	for rev := c.rev - 1; rev > 0 && c.f.Exhausted == nil; rev-- {
		for _, ff := range c.f.signatureFields(rev) {
			if ff.value == nil {
				continue
			}
			h := holder(ff.value, ff.ref)
			o := c.f.resolve(rev, ff.value)
			if o == nil || c.known(h, o) != nil {
				continue
			}
			s := c.add(h, o, nil)
			s.Field = c.f.fieldFacts(rev, ff, c.f.newPageFinder(rev))
			c.f.fieldRules(s, rev, ff.dict)
			if s.DocMDP > 0 {
				s.Field.Type = "certification"
			}
			s.note(CodeSigShadowed, map[string]string{"field": ff.name})
		}
	}
}
