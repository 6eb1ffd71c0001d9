package diff

import "testing"

// A filled field may paint the ground that its sealed look painted all over its
// box, and no other: that would hide what the page shows there.
func TestGround(t *testing.T) {
	const white = "1 g 0 0 90 20 re f 0 g "
	filled := func(field, was string) *writer {
		w := sealedWith(textField("()", "17 0 R", field), func(w *writer) { w.stream(17, lookDict, was) })
		return w.obj(10, textField("(99)", "30 0 R", field)).stream(30, lookDict, white+look("99")).end("")
	}
	for name, was := range map[string]string{"white": white, "with a border": "0 0 90 20 re B", "after a saved state": "q 1 g 0 0 90 20 re f Q"} {
		t.Run(name, func(t *testing.T) { undoubted(t, LevelFormFilling, filled("", was).later(t)) })
	}
	for name, was := range map[string]string{
		"none": "", "a dot": "1 g 0 0 .1 .1 re f", "a path of nothing": "1 g f", "a border": "0 0 90 20 re S", "a box that is not painted": "0 0 90 20 re n",
		"a triangle": "0 0 m 0 20 l 90 20 l f", "none, but named": "",
	} {
		field := ""
		if name == "none, but named" {
			field = "/MK<</BG[1]>>"
		}
		t.Run(name, func(t *testing.T) { doubtful(t, filled(field, was).later(t)) })
	}
}

// A value must be one that the field takes, and stand in the field alone.
func TestValuesThatDoNotFit(t *testing.T) {
	fill := func(field, value string) *writer {
		w := sealedWith(textField("(1)", "11 0 R", field))
		return w.obj(10, textField("("+value+")", "30 0 R", field)).stream(30, lookDict, look(value)).end("")
	}
	undoubted(t, LevelFormFilling, fill("/MaxLen 2", "99").later(t))
	doubtful(t, fill("/MaxLen 1", "99").later(t))

	const parent = "<</T(amount)/FT/Tx/V(10)/Kids[16 0 R]>>"
	kid := func(more string) string {
		return "<</Type/Annot/Subtype/Widget/Parent 10 0 R/Rect[100 100 190 120]/F 4/P 3 0 R/AP<</N 17 0 R>>" + more + ">>"
	}
	sealed := func() *writer {
		return sealedWith(parent, func(w *writer) { w.obj(16, kid("")).stream(17, lookDict, look("10")) })
	}
	undoubted(t, LevelFormFilling, sealed().obj(16, kid("/M(D:2026)")).end("").later(t))
	doubtful(t, sealed().obj(16, kid("/V(99)")).end("").later(t))
}
