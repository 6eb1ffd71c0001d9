package diff

import "github.com/kakuin/kakuin/eseal/pdf"

// name says in words what an object is that no rule explains. The level is
// other whatever the name.
func (u *update) name(c *change) {
	c.item = Item{Kind: Changed, Level: LevelOther, Detail: changedKeys(c.old, c.new)}
	was, is := pdf.DictOf(c.old), pdf.DictOf(c.new)
	if was == nil {
		was = is
	}
	switch {
	case c.added:
		c.item.Kind, c.item.Detail = Added, string(is.Name("Type"))
		return
	case u.tables.pagesOf(u.rev - 1).number[c.num] > 0:
		c.item.Kind, c.item.Page = PageChanged, u.tables.pagesOf(u.rev - 1).number[c.num]
		return
	}
	page, contents := u.drawnBy(c.num)
	c.item.Page = page
	switch was.Name("Type") {
	case "Font", "FontDescriptor":
		c.item.Kind = Font
	case "Catalog":
		c.item.Kind = Catalog
	case "Action":
		c.item.Kind = Action
	case "Annot":
		c.item.Kind, c.item.Annotation = AnnotationChanged, string(was.Name("Subtype"))
	case "XObject":
		c.item.Kind = Drawing
	default:
		switch {
		case contents:
			c.item.Kind = PageContent
		case c.freed:
			c.item.Kind = Freed
		}
	}
}

// drawnBy finds a page that refers to an object, and whether as its content.
func (u *update) drawnBy(num int) (page int, contents bool) {
	table := u.tables.pagesOf(u.rev - 1)
	for _, from := range u.refs.Referrers(num) {
		n := table.number[from]
		if n == 0 {
			continue
		}
		o, err := u.f.Current(u.rev-1, from)
		if err != nil {
			continue
		}
		page = n
		if uses(pdf.DictOf(o).Get("Contents"), num) > 0 {
			return n, true
		}
	}
	return page, false
}
