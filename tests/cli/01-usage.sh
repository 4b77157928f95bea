#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command line itself: what is understood, what is refused with 2, and what is said about it.
. "$(dirname "$0")/lib.sh"
be S-014

run 'amana alone' 0
cat >want <<'EOT'
Amana keeps evidence sealed and records every act.
  You    no identity here      Vault  none chosen
  joining an office       amana id new
  starting an office      amana id new, then amana -C FOLDER init
  checking a vault        amana -C FOLDER verify --bytes    (no key needed)
EOT
is 'amana alone, word for word' cmp "$out" want
run 'amana alone as JSON' 0 --json
json 'schema' .schema 1
json 'nobody' .member null

run 'version' 0 version
is 'version says what it is' grep -qE '^amana [0-9]+\.[0-9]+\.[0-9]+ \(vault format 1\)$' "$out"
run '--version' 0 --version
is '--version too' grep -qE '^amana [0-9]' "$out"
run 'version as JSON' 0 --json version
json 'the format is a number' .format 1

# typos
run 'unknown command' 2 depsit
err_has 'did you mean, commands' "there is no command 'depsit'; did you mean 'amana deposit'?"
err_has 'and what next' '  Next: the commands: amana help'
run 'unknown word of a group' 2 case gant
err_has 'did you mean, groups' "there is no command 'case gant'; did you mean 'amana case grant'?"
run 'a command far from any' 2 xyzzyplugh
err_lacks 'no wild guess' 'did you mean'
run 'unknown option' 2 deposit --titel x
err_has 'did you mean, options' "unknown option '--titel'; did you mean --title?"
run 'unknown global option' 2 --jsno status
err_has 'did you mean, global' "did you mean --json?"
run 'unknown choice' 2 deposit --type statment
err_has 'did you mean, choices' 'did you mean statement?'
run 'an option of another command' 2 list --reason x
err_has 'named with its command' "amana list has no option '--reason'"
run 'a group alone' 2 case
err_has 'the group lists its commands' 'amana case open'
run 'an operand too many' 2 show HK-1/1 HK-1/2
err_has 'it is named' "'HK-1/2' is one operand too many"

# options
run 'no abbreviation' 2 --js version
err_has 'but a hint' "did you mean --json?"
run 'a value is missing' 2 retrieve HK-1/1 --reason
err_has 'named' '--reason needs a value'
run 'an option is no value' 2 retrieve HK-1/1 --reason --json
err_has 'named too' '--reason needs a value'
run 'a flag takes no value' 2 version --json=yes
err_has 'said so' '--json takes no value'
run 'an empty value' 2 -C '' status
run 'given twice' 2 -C a -C b status
err_has 'said so, twice' 'is given twice'
run 'global options after the command' 0 version --json
json 'they count' .format 1
run 'an equals sign' 2 --progress=sideways version
err_has 'its choices' 'it is one of tty, plain, json, none'
run '-- ends options' 2 version -- --json
err_has 'then it is an operand' "'--json' is one operand too many"
run 'options of a command stand after it' 2 --reason x retrieve
err_has 'said so, before' "unknown option '--reason'"
run 'letters together' 0 -h
run 'an unknown letter' 2 status -z
err_has 'the letter is named' "'-z'"
run 'a letter with its value' 3 -C/nowhere status
err_has 'the value counts' '/nowhere'

# errors as JSON
run 'an error as JSON' 2 depsit --json
json 'its code' .error.code usage
json 'its exit' .error.exit 2
json 'its schema' .schema 1
is 'it has a message and a remedy' jq -e '.error.message != "" and .error.remedy != ""' "$out"
run 'one document' 3 --json -C /nowhere status
same 'only one' "$(jq -s length "$out")" 1
json 'missing' .error.code missing

# what is missing is named
run 'no vault' 2 status
err_has 'how to choose one' '-C VAULT or $AMANA_VAULT'
run 'a vault that is not there' 3 -C "$work/none" status
err_has 'where it came from' 'it came from -C'
run 'no vault, s3' 2 -C s3://bucket/prefix status
err_has 'that it is no folder' "cannot keep a vault in 's3://bucket/prefix'; name a folder"
run 'deposit without a case' 2 deposit
err_has 'CASE' 'CASE is missing'
run 'deposit without a path' 2 deposit HK-1
err_has 'PATH' 'PATH (or --files-from) is missing'
run 'retrieve without a reason' 2 retrieve HK-1/1 -o x
err_has '--reason' '--reason is missing'
run 'retrieve without -o' 2 retrieve HK-1/1 --reason x
err_has '-o' '-o is missing'
run 'grant without --as' 2 case grant HK-1 S-014
err_has '--as' '--as is missing'
run 'revoke without a reason' 2 case revoke HK-1 S-014
err_has '--reason of revoke' '--reason is missing'
run 'id new without a code' 2 id new
err_has 'MEMBER' 'MEMBER is missing'
run 'no exhibit' 2 show
err_has 'EXHIBIT' 'EXHIBIT is missing'
setsid -w "$amana" id new >"$out" 2>"$err" </dev/null
same 'no terminal: 2' $? 2
err_has 'says why' 'there is no terminal to ask at'

# names
run 'a real name is refused' 2 id new Wanjiru
err_has 'and why' "'Wanjiru' looks like a name"
run 'a case code in small letters' 2 case open hk-1
err_has 'how it should look' 'HK-2025-0042'

# standard output
run 'two takers of standard output' 2 retrieve HK-1/1 -o - --reason x --json
err_has 'said so, two takers' 'both want standard output'
run 'several to standard output' 2 retrieve HK-1/1,3 -o - --reason x
run 'several to standard output, ranges' 2 retrieve HK-1/1-3 -o - --reason x
err_has 'use a folder' '-o DIR'
"$amana" version >/dev/full 2>"$err"
same 'a full standard output' $? 6
err_has 'is told' 'cannot write to standard output: No space left on device'
python3 - "$amana" >"$out" 2>"$err" <<'EOT'
import os, subprocess, sys
reader, writer = os.pipe()
os.close(reader)
p = subprocess.Popen([sys.argv[1], "help"], stdout=writer, stderr=subprocess.PIPE)
print(p.stderr.read().decode() == "", p.wait())
EOT
has 'a closed pipe is quiet' 'True 130'
"$amana" version >&- 2>"$err"
same 'standard output is closed' "$(grep -c 'amana' "$err")" 0
