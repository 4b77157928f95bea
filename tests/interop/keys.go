// SPDX-License-Identifier: Apache-2.0

// open VKEY: the text of the signed note on standard input.  sign SKEY: the note of the text there.
package main

import (
	"io"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func must(err error) {
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}

func main() {
	input, err := io.ReadAll(os.Stdin)
	must(err)
	if os.Args[1] == "open" {
		verifier, err := note.NewVerifier(os.Args[2])
		must(err)
		opened, err := note.Open(input, note.VerifierList(verifier))
		must(err)
		os.Stdout.WriteString(opened.Text)
		return
	}
	signer, err := note.NewSigner(os.Args[2])
	must(err)
	signed, err := note.Sign(&note.Note{Text: string(input)}, signer)
	must(err)
	os.Stdout.Write(signed)
}
