// Package build names the program, for every front door alike: the same
// document judged by the command and in the browser gives the same report.
package build

// Version stands in reports and in `kakuin version`.
const Version = "0.1.0-dev"
