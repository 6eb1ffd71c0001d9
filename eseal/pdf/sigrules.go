package pdf

// readReferences takes the transforms of /Reference (12.8.1, Table 256).
func (f *File) readReferences(s *Signature, rev int) {
	for _, o := range f.array(rev, s.dict, "Reference") {
		r := dictOf(f.resolve(rev, o))
		params := f.dict(rev, r, "TransformParams")
		switch m, _ := f.value(rev, r, "TransformMethod").(Name); m {
		case "DocMDP":
			s.DocMDP = 2 // the default of Table 257
			if p, ok := f.value(rev, params, "P").(Integer); ok {
				s.DocMDP = int(max(1, min(p, 3))) // out of range: the nearest, never "none"
			}
		case "FieldMDP":
			action, _ := f.value(rev, params, "Action").(Name)
			s.FieldMDP = &FieldMDP{Action: string(action), Fields: f.texts(rev, params, "Fields")}
		case "UR3", "UR":
			s.UsageRights = true
		}
	}
}

// texts is an array of text strings or names.
func (f *File) texts(rev int, d *Dict, key Name) []string {
	var out []string
	for _, o := range f.array(rev, d, key) {
		switch v := f.resolve(rev, o).(type) {
		case *String:
			out = append(out, v.Text())
		case Name:
			out = append(out, string(v))
		}
	}
	return out
}

// fieldRules takes /Lock and /SV of the signature field (Tables 235 to 237).
func (f *File) fieldRules(s *Signature, rev int, field *Dict) {
	if l := f.dict(rev, field, "Lock"); l != nil {
		action, _ := f.value(rev, l, "Action").(Name)
		s.Lock = &Lock{Action: string(action), Fields: f.texts(rev, l, "Fields")}
		if p, ok := f.value(rev, l, "P").(Integer); ok {
			s.Lock.P = int(max(1, min(p, 3)))
		}
	}
	sv := f.dict(rev, field, "SV")
	if sv == nil {
		return
	}
	flags, _ := f.value(rev, sv, "Ff").(Integer)
	filter, _ := f.value(rev, sv, "Filter").(Name)
	info, _ := f.value(rev, sv, "AddRevInfo").(Bool)
	s.SeedValue = &SeedValue{
		Flags: int64(flags), Filter: string(filter), AddRevInfo: bool(info), MDP: -1,
		SubFilters: f.texts(rev, sv, "SubFilter"), DigestMethods: f.texts(rev, sv, "DigestMethod"), Reasons: f.texts(rev, sv, "Reasons"),
	}
	if p, ok := f.value(rev, f.dict(rev, sv, "MDP"), "P").(Integer); ok {
		s.SeedValue.MDP = int(max(0, min(p, 3)))
	}
}
