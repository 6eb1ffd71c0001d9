module github.com/kakuin/kakuin/testdata/bench

go 1.26.1

require (
	github.com/digitorus/pdf v0.1.2
	github.com/kakuin/kakuin v0.0.0
	github.com/pdfcpu/pdfcpu v0.15.0
	go.mozilla.org/pkcs7 v0.9.0
)

require (
	filippo.io/mldsa v1.0.0 // indirect
	github.com/ProtonMail/go-crypto v1.5.2 // indirect
	github.com/clipperhouse/uax29/v2 v2.7.0 // indirect
	github.com/cloudflare/circl v1.6.5 // indirect
	github.com/hhrutter/tiff v1.0.6 // indirect
	github.com/mattn/go-runewidth v0.0.27 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/image v0.44.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace github.com/kakuin/kakuin => ../..
