package main

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/kakuin/kakuin/verify/verifytest"
)

const (
	middle    = 297.5
	leftEdge  = 84
	rightEdge = 511
)

// taxCertificate is a certificate of local tax paid (納税証明書) by the town.
func taxCertificate(w *verifytest.World) []byte {
	p := &verifytest.Page{}
	p.Sample()
	p.Frame(48, 56, 499, 738, 1.2)
	p.Text(rightEdge, 752, 10.5, verifytest.Right, "見本町証明第１２３４号")
	p.Text(middle, 690, 26, verifytest.Center, "納　税　証　明　書")
	p.Text(middle, 668, 10, verifytest.Center, "（見本）")
	table(p, 620, [][2]string{
		{"住所", "見本県見本町見本一丁目１番１号"},
		{"氏名", "見　本　　太　郎"},
		{"年度", "令和８年度"},
		{"税目", "町民税・県民税"},
		{"納付済額", "１２３，４００円"},
		{"未納額", "０円"},
	})
	p.Text(leftEdge, 330, 13, verifytest.Left, "　上記のとおり納付されていることを証明します。")
	p.Text(leftEdge+14, 270, 13, verifytest.Left, "令和８年１０月３０日")
	p.Text(400, 222, 16, verifytest.Right, "見本町長　　見 本　花 子")
	p.Text(leftEdge, 84, 9, verifytest.Left, "この証明書は電子印（eシール）とタイムスタンプで封印されています。印影の画像は証明になりません。")
	return finish(w, verifytest.PDFTemplate{Title: "納税証明書（見本）", Page: p}, verifytest.SignOptions{
		Name: "見本町", Reason: "納税証明書の発行", Location: "見本県見本町", Rect: [4]int{414, 192, 486, 264}, Seal: "見本町長之印"})
}

// courseCompletion is a certificate of completion of a course (受講修了証).
func courseCompletion(w *verifytest.World) []byte {
	p := &verifytest.Page{}
	p.Sample()
	p.Frame(40, 52, 515, 746, 3)
	p.Frame(48, 60, 499, 730, 0.8)
	p.Text(rightEdge, 742, 11, verifytest.Right, "第２０２６－０４５号")
	p.Text(middle, 660, 34, verifytest.Center, "受 講 修 了 証")
	p.Text(middle, 560, 22, verifytest.Center, "見　本　　次　郎　　殿")
	p.Rule(160, 548, 435, 548, 0.8)
	for i, line := range []string{
		"　あなたは、次の講座の全課程を受講し、所定の",
		"試験に合格しましたので、これを証します。",
	} {
		p.Text(leftEdge+12, 490-28*float64(i), 16, verifytest.Left, line)
	}
	table(p, 410, [][2]string{
		{"講座名", "電子印の基礎（見本講座）"},
		{"期間", "令和８年９月７日 から 令和８年１０月２３日 まで"},
		{"時間数", "２４時間"},
	})
	p.Text(leftEdge+14, 236, 14, verifytest.Left, "令和８年１０月３０日")
	p.Text(middle+88, 182, 18, verifytest.Right, "見本町教育委員会")
	return finish(w, verifytest.PDFTemplate{Title: "受講修了証（見本）", Page: p}, verifytest.SignOptions{
		Name: "見本町", Reason: "受講修了証の発行", Location: "見本県見本町", Rect: [4]int{404, 148, 482, 226}, Seal: "見本町教育委員会印"})
}

// dispositionNotice is the notice of an administrative disposition (処分通知) by a post of the government: certified, so
// that no change is permitted.
func dispositionNotice(w *verifytest.World) []byte {
	p := &verifytest.Page{}
	p.Sample()
	p.Text(rightEdge, 770, 11, verifytest.Right, "見本局発第１０３０号")
	p.Text(rightEdge, 750, 11, verifytest.Right, "令和８年１０月３０日")
	p.Text(leftEdge, 706, 13, verifytest.Left, "株式会社見本商事")
	p.Text(leftEdge, 686, 13, verifytest.Left, "　代表取締役　見本　三郎　殿")
	p.Text(420, 634, 14, verifytest.Right, "見 本 省 見 本 局 長")
	p.Text(middle, 558, 18, verifytest.Center, "補助金交付決定通知書（見本）")
	for i, line := range []string{
		"　令和８年９月１５日付けで申請のあった見本事業補助金については、",
		"補助金等に係る予算の執行の適正化に関する法律第６条第１項の規定により、",
		"下記のとおり交付することに決定したので、同法第８条の規定により通知する。",
	} {
		p.Text(leftEdge, 514-21*float64(i), 12, verifytest.Left, line)
	}
	p.Text(middle, 432, 13, verifytest.Center, "記")
	table(p, 404, [][2]string{
		{"１事業の名称", "電子印普及見本事業"},
		{"２交付決定額", "金２，５００，０００円"},
		{"３事業の期間", "令和８年１１月１日 から 令和９年３月３１日 まで"},
	})
	for i, line := range []string{
		"（教示）この処分に不服があるときは、この通知を受けた日の翌日から起算して３か月以内に、",
		"見本大臣に対して審査請求をすることができる。処分の取消しの訴えは、この処分があったことを",
		"知った日の翌日から起算して６か月以内に、国を被告として提起することができる。",
	} {
		p.Text(leftEdge, 228-16*float64(i), 9.5, verifytest.Left, line)
	}
	return finish(w, verifytest.PDFTemplate{Title: "補助金交付決定通知書（見本）", Page: p}, verifytest.SignOptions{
		Cert: w.Office, Name: "見本省見本局長", Reason: "処分の通知", Location: "東京都", DocMDP: 1,
		Rect: [4]int{434, 606, 500, 672}, Seal: "見本局長之印"})
}

// unsigned is the page of a certificate with a drawn seal only: a picture of a seal is not a seal.
func unsigned(w *verifytest.World) []byte {
	p := &verifytest.Page{}
	p.Sample()
	p.Frame(48, 56, 499, 738, 1.2)
	p.Text(middle, 690, 26, verifytest.Center, "証　明　書")
	p.Text(leftEdge, 600, 13, verifytest.Left, "　この文書には、電子署名もタイムスタンプもありません。")
	p.Text(leftEdge, 576, 13, verifytest.Left, "　右下の印影は、ただの絵です。")
	p.Text(leftEdge+14, 270, 13, verifytest.Left, "令和８年１０月３０日")
	p.Text(400, 222, 16, verifytest.Right, "見本町長　　見 本　花 子")
	p.Seal(414, 192, 72, "見本町長之印")
	return w.PDF(verifytest.PDFTemplate{Title: "証明書（署名なしの見本）", Page: p}).Bytes()
}

// table draws rows of a label and a value, downwards from y.
func table(p *verifytest.Page, y float64, rows [][2]string) {
	const height, column = 34, 200.0
	top := y + height - 12
	for i, r := range rows {
		at := y - height*float64(i)
		spread(p, leftEdge+12, at, 84, r[0])
		p.Text(column+14, at, 12, verifytest.Left, r[1])
		p.Rule(leftEdge, at-12, rightEdge, at-12, 0.6)
	}
	bottom := top - height*float64(len(rows))
	p.Frame(leftEdge, bottom, rightEdge-leftEdge, top-bottom, 1)
	p.Rule(column, bottom, column, top, 0.6)
}

// spread sets the letters of a label evenly over a width, as forms do.
func spread(p *verifytest.Page, x, y, width float64, label string) {
	const size = 12
	letters := []rune(label)
	gap := (width - size*float64(len(letters))) / float64(max(1, len(letters)-1))
	for i, r := range letters {
		p.Text(x+(size+gap)*float64(i), y, size, verifytest.Left, string(r))
	}
}

// hexText is how a text stands in the content of a page.
func hexText(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}
