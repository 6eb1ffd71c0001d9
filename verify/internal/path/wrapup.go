package path

// wrapUp is 6.1.5, after the leaf passed 6.1.3.
func (v *validation) wrapUp(leaf *node) *flaw {
	if v.explicit > 0 { // (a)
		v.explicit--
	}
	if pc := leaf.c.PolicyConstraints; pc != nil && pc.RequireExplicit == 0 { // (b)
		v.explicit = 0
	}
	if f := v.workingKey(leaf); f != nil { // (c) to (e)
		return f
	}
	return v.userPolicies(leaf.c) // (f) is form, (g)
}
