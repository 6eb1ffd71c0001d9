package cli

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/verify/policy"
)

func newPolicy(e *env) *cobra.Command {
	s := &shared{}
	c := group(&cobra.Command{Use: "policy", Short: "List and show validation policies"})
	list := &cobra.Command{
		Use: "list", Short: "List the built-in policies", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			lang, err := s.language(e)
			if err != nil {
				return err
			}
			for _, n := range policy.Names() {
				p, err := policy.ByName(n)
				if err != nil {
					return err
				}
				t := p.Description.EN
				if lang == "ja" {
					t = p.Description.JA
				}
				fmt.Fprintf(e.out, "%-8s  %s  %s\n", n, hex.EncodeToString(p.SHA256[:8]), t)
			}
			return nil
		},
	}
	s.registerLang(list)
	show := &cobra.Command{
		Use: "show NAME", Short: "Print a built-in policy as a file to start one's own from", Args: oneArg("NAME"), ValidArgs: policy.Names(),
		Long: `Print a built-in policy as a file to start one's own from. Every line of a
policy names its source; a line that is absent means the strict answer, but
for sources, where one answer does as the standards have it.

Under "revocation":
  mode     require (without data nothing is confirmed), prefer or none
  exempt   extensions whose certificates need no revocation data
  max-age  by position (signer, ca, tsa, responder): how many hours old the
           data may be; without a line its own nextUpdate decides
  sources  by position: which kinds of data must answer
             either  one answer of either kind (EN 319 102-1 5.2.6.4 step 4)
             ocsp    an OCSP response, whether the certificate names one or not
             crl     a CRL, likewise
             both    of each kind that the certificate names; one that names
                     a single kind needs that one, and the report says so
           A revocation counts whichever kind tells it.

validity-model says when the certificates of CAs must be in force:
  shell    at the time judged at (RFC 5280 6.1.3)
  hybrid   at the time that is proven for the signature
  chain    when they issued the certificate below; revoking a CA for another
           reason than compromise does not reach back
ca-validity, under shell: a CA that has run out breaks the path (reject) or
asks for proof of an earlier time (record).`,
		Example: `  kakuin policy show strict > ours.yaml
  kakuin verify --policy ours.yaml certificate.pdf`,
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := policy.Source(args[0])
			if err != nil {
				return usage("%w; there are %s", err, strings.Join(policy.Names(), ", "))
			}
			_, err = e.out.Write(data)
			return err
		},
	}
	c.AddCommand(list, show)
	return c
}
