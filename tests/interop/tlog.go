// SPDX-License-Identifier: Apache-2.0

// Agreement of our notes, tree, checkpoints and tile names with golang.org/x/mod/sumdb, both ways: what
// one side makes the other one takes, byte for byte where there is one spelling, and what is altered
// both refuse.  Its only argument is tlog_peer.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const refused = "refused"

// The random choices are the same in every run.
var dice = rand.New(rand.NewSource(2))

type peer struct {
	in  io.Writer
	out *bufio.Reader
}

// A failed check; run turns it into "not ok".
type failure string

func check(ok bool, format string, args ...interface{}) {
	if !ok {
		panic(failure(fmt.Sprintf(format, args...)))
	}
}

func noError(err error) { check(err == nil, "%v", err) }

func word(v interface{}) string {
	switch v := v.(type) {
	case int64:
		return "#" + strconv.FormatInt(v, 10)
	case string:
		return word([]byte(v))
	case []byte:
		if len(v) == 0 {
			return "-"
		}
		return hex.EncodeToString(v)
	case tlog.Hash:
		return word(v[:])
	case []tlog.Hash:
		var b []byte
		for _, h := range v {
			b = append(b, h[:]...)
		}
		return word(b)
	}
	panic("no such word")
}

// One question, the words of its answer.
func (p *peer) ask(command string, args ...interface{}) []string {
	line := command
	for _, a := range args {
		line += " " + word(a)
	}
	_, err := io.WriteString(p.in, line+"\n")
	noError(err)
	answer, err := p.out.ReadString('\n')
	check(err == nil, "the peer ended at %.100q", line)
	return strings.Split(strings.TrimSuffix(answer, "\n"), " ")
}

func unhex(word string) []byte {
	if word == "-" {
		return nil
	}
	b, err := hex.DecodeString(word)
	check(err == nil, "%q is not hex", word)
	return b
}

// One answer of bytes; nil, false if it refused.
func (p *peer) bytes(command string, args ...interface{}) ([]byte, bool) {
	words := p.ask(command, args...)
	check(len(words) == 1, "%s: %d words", command, len(words))
	if words[0] == refused {
		return nil, false
	}
	return unhex(words[0]), true
}

func (p *peer) mustBytes(command string, args ...interface{}) []byte {
	b, ok := p.bytes(command, args...)
	check(ok, "%s: refused", command)
	return b
}

func (p *peer) ok(command string, args ...interface{}) bool {
	words := p.ask(command, args...)
	check(len(words) == 1 && (words[0] == "ok" || words[0] == refused), "%s: %v", command, words)
	return words[0] == "ok"
}

func (p *peer) path(command string, args ...interface{}) []tlog.Hash {
	b := p.mustBytes(command, args...)
	path := make([]tlog.Hash, len(b)/tlog.HashSize)
	for i := range path {
		copy(path[i][:], b[i*tlog.HashSize:])
	}
	return path
}

type keyPair struct {
	skey, vkey string
	signer     note.Signer
	verifier   note.Verifier
}

func pair(skey, vkey string) keyPair {
	k := keyPair{skey: skey, vkey: vkey}
	var err error
	k.signer, err = note.NewSigner(skey)
	noError(err)
	k.verifier, err = note.NewVerifier(vkey)
	noError(err)
	check(k.signer.Name() == k.verifier.Name() && k.signer.KeyHash() == k.verifier.KeyHash(),
		"%s: one key as signer, another as verifier", vkey)
	return k
}

func goKey(name string) keyPair {
	skey, vkey, err := note.GenerateKey(dice, name)
	noError(err)
	return pair(skey, vkey)
}

func ourKey(p *peer, name string) keyPair {
	seed := make([]byte, 32)
	dice.Read(seed)
	words := p.ask("key", name, seed)
	check(len(words) == 2, "key %q: refused", name)
	return pair(string(unhex(words[0])), string(unhex(words[1])))
}

var names = []string{"S-014", "example.com/log", "a", "PeterNeumann", "mtu.\u00e9\u6f22", strings.Repeat("n", 255)}

var texts = []string{
	"one line\n",
	"\n",
	"\n\n\n",
	"a\n\nb\n\n",
	"amana/card 1\nS-014\n",
	"not ASCII: \u00e9 \u6f22 \U0001f5dd \u2014\n",
	"\u2014 looks like a signature line\n",
	"\u2014 S-014 AAAAAAAA\n\n\u2014 S-014 AAAAAAAA\n",
	strings.Repeat("a longer text\n", 3000),
}

func verifiers(keys []keyPair) note.Verifiers {
	var list []note.Verifier
	for _, k := range keys {
		list = append(list, k.verifier)
	}
	return note.VerifierList(list...)
}

// Both open it, to the same text.
func bothOpen(p *peer, signed []byte, keys ...keyPair) {
	opened, err := note.Open(signed, verifiers(keys))
	noError(err)
	text, ok := open(p, signed, keys)
	check(ok, "we refuse %.200q", signed)
	check(opened.Text == text, "another text: %.100q, %.100q", opened.Text, text)
}

func open(p *peer, signed []byte, keys []keyPair) (string, bool) {
	args := []interface{}{signed}
	for _, k := range keys {
		args = append(args, k.vkey)
	}
	text, ok := p.bytes("open", args...)
	return string(text), ok
}

func testKeys(p *peer) {
	for _, name := range names {
		k := ourKey(p, name)
		g := goKey(name)
		for _, k := range []keyPair{k, g} {
			signed := p.mustBytes("sign", k.skey, "text\n")
			bothOpen(p, signed, k)
		}
	}
	for _, name := range []string{"", "a b", "a+b", "a\u00a0", "\u3000", "a\u2028b", "a\xff"} {
		_, _, err := note.GenerateKey(dice, name)
		if err == nil {
			_, err = note.NewEd25519VerifierKey(name, make([]byte, 32))
		}
		if err == nil { // Go makes the text of any key but refuses to read it
			skey, _, _ := note.GenerateKey(dice, name)
			_, err = note.NewSigner(skey)
		}
		check(err != nil, "Go takes the name %q", name)
		words := p.ask("key", name, make([]byte, 32))
		check(len(words) == 1 && words[0] == refused, "we take the name %q", name)
	}
}

// A key whose text is altered anywhere is taken by neither.
func testAlteredKeys(p *peer) {
	k := goKey("example.com/log")
	signed, err := note.Sign(&note.Note{Text: "text\n"}, k.signer)
	noError(err)
	for i := range k.vkey {
		for _, c := range []byte{k.vkey[i] ^ 1, k.vkey[i] ^ 0x20, '+', ' ', '='} {
			vkey := []byte(k.vkey)
			if vkey[i] == c {
				continue
			}
			vkey[i] = c
			_, ok := p.bytes("open", signed, vkey)
			check(!ok, "we take %q", vkey)
			if _, err := note.NewVerifier(string(vkey)); err == nil {
				// Go reads the id in capitals too; we have one spelling.
				check(strings.EqualFold(string(vkey), k.vkey), "Go takes %q", vkey)
			}
		}
		_, ok := p.bytes("open", signed, k.vkey[:i])
		_, err := note.NewVerifier(k.vkey[:i])
		check(!ok && err != nil, "%q is taken", k.vkey[:i])
	}
	for i := range k.skey {
		skey := []byte(k.skey)
		skey[i] ^= 1
		_, ok := p.bytes("sign", skey, "text\n")
		_, err := note.NewSigner(string(skey))
		check(!ok && err != nil, "%d: an altered private key is taken: %v %v", i, ok, err)
	}
}

func testGoSignsWeVerify(p *peer) {
	for i, text := range texts {
		k := goKey(names[i%len(names)])
		signed, err := note.Sign(&note.Note{Text: text}, k.signer)
		noError(err)
		bothOpen(p, signed, k)
	}
}

func testWeSignGoVerifies(p *peer) {
	for i, text := range texts {
		k := ourKey(p, names[i%len(names)])
		signed := p.mustBytes("sign", k.skey, text)
		bothOpen(p, signed, k)
		same, err := note.Sign(&note.Note{Text: text}, k.signer)
		noError(err)
		check(bytes.Equal(signed, same), "Go signs %.100q as %.200q, we as %.200q", text, same, signed)
	}
}

func testSeveralSigners(p *peer) {
	for _, text := range texts {
		keys := []keyPair{goKey("first"), ourKey(p, "second"), goKey("third"), ourKey(p, "second")}
		var signers []note.Signer
		for _, k := range keys {
			signers = append(signers, k.signer)
		}
		theirs, err := note.Sign(&note.Note{Text: text}, signers...)
		noError(err)
		ours := p.mustBytes("sign", keys[0].skey, text)
		for _, k := range keys[1:] {
			ours = p.mustBytes("cosign", k.skey, ours)
		}
		check(bytes.Equal(ours, theirs), "Go: %.300q\nwe: %.300q", theirs, ours)
		bothOpen(p, ours, keys...)
		for i := range keys { // the others' lines are unknown and passed over
			bothOpen(p, ours, keys[i])
		}
		stranger := goKey("first")
		_, err = note.Open(ours, verifiers([]keyPair{stranger}))
		_, ok := open(p, ours, []keyPair{stranger})
		check(err != nil && !ok, "opened with a stranger's key")
	}
}

// True if some signature line's base64 is not the spelling of its bytes: Go takes those, we do not.
func isLoose(signed []byte) bool {
	at := bytes.LastIndex(signed, []byte("\n\n"))
	for _, line := range strings.Split(string(signed[at+2:]), "\n") {
		b64 := line[strings.LastIndex(line, " ")+1:]
		raw, err := base64.StdEncoding.DecodeString(b64)
		if err == nil && base64.StdEncoding.EncodeToString(raw) != b64 {
			return true
		}
	}
	return false
}

func alter(b []byte) []byte {
	b = append([]byte(nil), b...)
	i := dice.Intn(len(b))
	switch dice.Intn(5) {
	case 0:
		b[i] ^= 1 << uint(dice.Intn(8))
	case 1:
		b = append(b[:i], b[i+1:]...)
	case 2:
		b = append(b[:i], append([]byte{"\n +=A\x80"[dice.Intn(6)]}, b[i:]...)...)
	case 3:
		b = b[:i]
	default:
		j := dice.Intn(len(b))
		b[i], b[j] = b[j], b[i]
	}
	return b
}

func testAlteredNotes(p *peer) {
	keys := []keyPair{goKey("first"), ourKey(p, "second")}
	nLoose := 0
	for _, text := range texts[:len(texts)-1] {
		signed, err := note.Sign(&note.Note{Text: text}, keys[0].signer, keys[1].signer)
		noError(err)
		for i := 0; i < 2500; i++ {
			bad := alter(signed)
			if i < len(signed) { // every place once
				bad = append([]byte(nil), signed...)
				bad[i] ^= 1 << uint(i%8)
			}
			theirs, err := note.Open(bad, verifiers(keys))
			ours, ok := open(p, bad, keys)
			if ok {
				// What is left may be good: a line cut off, two equal bytes exchanged.
				check(err == nil && theirs.Text == ours, "we alone take %q", bad)
				check(ours == text, "the altered text of %q is taken", bad)
			} else if err == nil {
				check(isLoose(bad), "Go alone takes %q", bad)
				nLoose++
			}
		}
	}
	check(nLoose > 0, "no loose base64 came up: the test has lost its sight")
}

// Go's own reader of its stored hashes.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = h[x]
	}
	return out, nil
}

type tree struct {
	stored hashes
	roots  []tlog.Hash // by size
	leaves []tlog.Hash
}

const treeSize = 1100

func grow(p *peer) *tree {
	t := &tree{roots: make([]tlog.Hash, 1)}
	for i := int64(0); i < treeSize; i++ {
		entry := []byte(fmt.Sprintf("entry %d", i))
		if i%7 == 0 {
			entry = bytes.Repeat(entry, int(i%500))
		}
		more, err := tlog.StoredHashes(i, entry, t.stored)
		noError(err)
		t.stored = append(t.stored, more...)
		t.leaves = append(t.leaves, tlog.RecordHash(entry))
		root, err := tlog.TreeHash(i+1, t.stored)
		noError(err)
		ours := p.mustBytes("leaf", entry)
		check(bytes.Equal(ours, root[:]), "size %d: Go's root is %x, ours %x", i+1, root[:], ours)
		t.roots = append(t.roots, root)
	}
	return t
}

func same(a, b []tlog.Hash) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func alterPath(path []tlog.Hash) []tlog.Hash {
	path = append([]tlog.Hash(nil), path...)
	if len(path) == 0 {
		return append(path, tlog.Hash{})
	}
	i := dice.Intn(len(path))
	switch dice.Intn(4) {
	case 0:
		path[i][dice.Intn(tlog.HashSize)] ^= 1 << uint(dice.Intn(8))
	case 1:
		path = append(path[:i], path[i+1:]...)
	case 2:
		path = append(path, path[i])
	default:
		path = append([]tlog.Hash{path[i]}, path...)
	}
	return path
}

// The pairs of a size and something below it that are tried: all small ones, then around the places where
// a tile is full, then any.
func pairs(f func(n, i int64)) {
	for n := int64(1); n <= 65; n++ {
		for i := int64(0); i < n; i++ {
			f(n, i)
		}
	}
	for _, n := range []int64{127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025} {
		for _, i := range []int64{0, 1, 2, 127, 128, 255, 256, 511, 512, 1023, n - 2, n - 1} {
			if i < n {
				f(n, i)
			}
		}
	}
	for k := 0; k < 400; k++ {
		n := 1 + dice.Int63n(treeSize)
		f(n, dice.Int63n(n))
	}
}

func testInclusion(p *peer, t *tree) {
	pairs(func(n, i int64) {
		theirs, err := tlog.ProveRecord(n, i, t.stored)
		noError(err)
		ours := p.path("include", n, i)
		check(same(theirs, ours), "%d in %d: Go's proof is %v, ours %v", i, n, theirs, ours)
		noError(tlog.CheckRecord(ours, n, t.roots[n], i, t.leaves[i]))
		check(p.ok("included", i, n, t.roots[n], t.leaves[i], []tlog.Hash(theirs)), "%d in %d: refused", i, n)

		refuse := func(what string, i, n int64, root, leaf tlog.Hash, path []tlog.Hash) {
			check(tlog.CheckRecord(path, n, root, i, leaf) != nil, "%d in %d: Go takes %s", i, n, what)
			check(!p.ok("included", i, n, root, leaf, path), "%d in %d: we take %s", i, n, what)
		}
		refuse("an altered path", i, n, t.roots[n], t.leaves[i], alterPath(theirs))
		refuse("the root before", i, n, t.roots[n-1], t.leaves[i], theirs)
		refuse("an index outside", n, n, t.roots[n], t.leaves[i], theirs)
		other := dice.Int63n(treeSize)
		if other != i {
			refuse("another leaf", i, n, t.roots[n], t.leaves[other], theirs)
		}
		if other != i && other < n {
			refuse("another index", other, n, t.roots[n], t.leaves[i], theirs)
		}
	})
	_, ok := p.bytes("include", int64(5), int64(5))
	check(!ok, "we prove the leaf after the last")
}

func testConsistency(p *peer, t *tree) {
	pairs(func(n, i int64) {
		m := i + 1
		theirs, err := tlog.ProveTree(n, m, t.stored)
		noError(err)
		ours := p.path("extend", n, m)
		check(same(theirs, ours), "%d to %d: Go's proof is %v, ours %v", m, n, theirs, ours)
		noError(tlog.CheckTree(ours, n, t.roots[n], m, t.roots[m]))
		check(p.ok("extends", m, n, t.roots[m], t.roots[n], []tlog.Hash(theirs)), "%d to %d: refused", m, n)

		refuse := func(what string, m, n int64, old, root tlog.Hash, path []tlog.Hash) {
			check(tlog.CheckTree(path, n, root, m, old) != nil, "%d to %d: Go takes %s", m, n, what)
			check(!p.ok("extends", m, n, old, root, path), "%d to %d: we take %s", m, n, what)
		}
		refuse("an altered path", m, n, t.roots[m], t.roots[n], alterPath(theirs))
		refuse("an altered old root", m, n, t.roots[m-1], t.roots[n], theirs)
		refuse("an altered root", m, n, t.roots[m], t.roots[n-1], theirs)
		refuse("nothing to start from", 0, n, t.roots[m], t.roots[n], theirs)
		if m < n {
			refuse("a tree that shrinks", n, m, t.roots[n], t.roots[m], theirs)
		}
	})
	_, ok := p.bytes("extend", int64(5), int64(6))
	check(!ok, "we prove a tree that shrinks")
	_, ok = p.bytes("extend", int64(5), int64(0))
	check(!ok, "we prove the empty tree")
}

const goOrigin = "go.sum database tree" // the only one that Go's tlog reads

func testCheckpoints(p *peer, t *tree) {
	theirKey, ourKey := goKey("sum.golang.org"), ourKey(p, "example.org/log")
	for _, n := range []int64{1, 2, 3, 255, 256, 257, 1000, treeSize} {
		theirs := tlog.FormatTree(tlog.Tree{N: n, Hash: t.roots[n]})
		ours := p.mustBytes("checkpoint", goOrigin, n, t.roots[n])
		check(bytes.Equal(theirs, ours), "Go: %q, we: %q", theirs, ours)
		parsed, err := tlog.ParseTree(ours)
		noError(err)
		check(parsed.N == n && parsed.Hash == t.roots[n], "Go reads %v", parsed)
		checkParsed(p, theirs, parsed)

		signed, err := note.Sign(&note.Note{Text: string(theirs)}, theirKey.signer)
		noError(err)
		signed = p.mustBytes("cosign", ourKey.skey, signed)
		bothOpen(p, signed, theirKey, ourKey)
		for i := 0; i < 400; i++ {
			bad := alter(theirs)
			tree, err := tlog.ParseTree(bad)
			words := p.ask("parse", bad)
			if words[0] != refused && bytes.HasPrefix(bad, []byte(goOrigin+"\n")) {
				check(err == nil, "we alone take %q", bad)
				checkParsed(p, bad, tree)
			} else if err == nil {
				check(!bytes.Equal(bad, tlog.FormatTree(tree)), "Go alone takes %q", bad)
			}
		}
	}
}

func checkParsed(p *peer, text []byte, tree tlog.Tree) {
	words := p.ask("parse", text)
	check(len(words) == 3, "we refuse %q", text)
	check(string(unhex(words[0])) == goOrigin && words[1] == strconv.FormatInt(tree.N, 10) &&
		bytes.Equal(unhex(words[2]), tree.Hash[:]), "%q: we read %v, Go %v", text, words, tree)
}

// Go's names have the tile's height in front: "tile/8/0/x001/067.p/1" is C2SP's "tile/0/x001/067.p/1".
func testTiles(p *peer) {
	const height = "tile/8/"
	tryName := func(name string) {
		theirs, err := tlog.ParseTilePath(height + strings.TrimPrefix(name, "tile/"))
		ours := p.ask("tile", name)
		// C2SP has levels to 63 and six groups of digits; Go has no such bounds.
		if err != nil || theirs.L > 63 || theirs.N > 999999999999999999 {
			check(ours[0] == refused, "we alone take %q", name)
			return
		}
		want := []string{fmt.Sprint(theirs.L), fmt.Sprint(theirs.N), fmt.Sprint(theirs.W), name}
		check(strings.Join(ours, " ") == strings.Join(want, " "), "%q: Go reads %v, we %v", name, want, ours)
	}
	for k := 0; k < 2000; k++ {
		tile := tlog.Tile{H: 8, L: dice.Intn(64), N: dice.Int63n(1 << uint(1+dice.Intn(59))), W: 1 + dice.Intn(256)}
		name := "tile/" + strings.TrimPrefix(tile.Path(), height)
		tryName(name)
		tryName(string(alter([]byte(name))))
	}
}

func main() {
	cmd := exec.Command(os.Args[1])
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	noError(err)
	out, err := cmd.StdoutPipe()
	noError(err)
	noError(cmd.Start())
	p := &peer{in, bufio.NewReaderSize(out, 1<<20)}
	status := 0
	run := func(name string, test func()) {
		defer func() {
			if r := recover(); r != nil {
				f, isFailure := r.(failure)
				if !isFailure {
					panic(r)
				}
				fmt.Printf("not ok %s\n%s\n", name, f)
				status = 1
			}
		}()
		test()
		fmt.Printf("ok %s\n", name)
	}

	run("tlog keys", func() { testKeys(p) })
	run("tlog altered keys", func() { testAlteredKeys(p) })
	run("tlog Go signs, we verify", func() { testGoSignsWeVerify(p) })
	run("tlog we sign, Go verifies", func() { testWeSignGoVerifies(p) })
	run("tlog several signers", func() { testSeveralSigners(p) })
	run("tlog altered notes", func() { testAlteredNotes(p) })
	var t *tree
	run("tlog roots", func() { t = grow(p) })
	if t != nil {
		run("tlog inclusion proofs", func() { testInclusion(p, t) })
		run("tlog consistency proofs", func() { testConsistency(p, t) })
		run("tlog checkpoints", func() { testCheckpoints(p, t) })
	}
	run("tlog tile names", func() { testTiles(p) })
	run("tlog peer ends well", func() {
		noError(in.Close())
		noError(cmd.Wait())
	})
	os.Exit(status)
}
