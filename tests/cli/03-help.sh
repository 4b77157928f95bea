#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Help of every command, its manual page, and the completions: all from one table, and they agree.
. "$(dirname "$0")/lib.sh"
be S-014
: >"$work/vault" # no vault may be opened: this is not even a folder
AMANA_VAULT=$work/vault
export AMANA_VAULT

run 'amana help' 0 help
sed -n '/^$/,/^Options/p' "$out" | sed -nE 's/^  ([a-z]+( [a-z]+)?)  .*/\1/p' >commands
is 'there are many commands' test "$(wc -l <commands)" -ge 35
sed -nE '/^Options/,$ s/^  (-.), .*/\1/p; /^Options/,$ s/^  (-., )?(--[a-z-]+).*/\2/p' "$out" | sort >global
is 'the overview of help fits 80 columns' awk 'length > 80 { exit 1 }' "$out"
cp commands list
while read -r command; do
	# shellcheck disable=SC2086
	"$amana" help $command >"$out" 2>"$err" </dev/null
	same "help $command" $? 0
	# shellcheck disable=SC2086
	"$amana" $command -h >again 2>"$err" </dev/null
	same "$command -h says the same" "$(cat again)" "$(cat "$out")"
	is "help $command fits 80 columns" awk 'length > 80 { exit 1 }' "$out"
	page=$(sed -nE 's/.*More: man (amana[a-z-]*)$/\1/p' "$out").1
	is "$command has the page $page" test -f "$top/man/$page"
	{
		sed -nE 's/^  (-[a-zA-Z0-9], )?--([a-z-]+).*/-\2/p' "$out"
		sed -nE 's/^  -([a-zA-Z0-9])(,| ).*/\1/p' "$out"
	} | while read -r option; do
		grep -qE "Fl $option( |\$)" "$top/man/$page" 2>/dev/null || echo "$option"
	done >missing
	same "options of $command are in its page" "$(cat missing)" ""
done <list
run 'help of a group' 0 help case
has 'its commands' 'amana case grant CASE[,CASE...] MEMBER'
run 'help of nothing' 2 help nothing
run '-h before the command' 0 -h deposit
has 'is the command'"'"'s' 'amana deposit [CASE [PATH...]]'

for shell in bash zsh fish; do
	run "completions $shell" 0 completions $shell
	cp "$out" completion.$shell
	is "$shell: every command and option" sh -c 'while read -r c; do grep -qw -- "${c##* }" completion.'$shell' || exit 1; done <commands'
	while read -r option; do
		case $shell$option in fish--*) option="-l ${option#--}" ;; fish-*) option="-s ${option#-}" ;; esac
		grep -qF -- "$option" completion.$shell || echo "$option"
	done <global >missing
	same "$shell: every global option" "$(cat missing)" ""
	lacks "$shell: it never runs amana" '$(amana'
done
run 'completions of another shell' 2 completions tcsh
run 'completions of none' 2 completions
run 'completions, a typo' 2 completions bsh
err_has 'did you mean bash' 'did you mean bash?'
is 'bash can read it' bash -n completion.bash
complete_bash() { # WORD... -> what bash offers for the last one
	bash -c '. ./completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _amana; printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort | tr '\n' ' '
}
same 'bash: a command' "$(complete_bash amana dep)" 'deposit '
same 'bash: a word of a group' "$(complete_bash amana case re)" 'rekey revoke '
same 'bash: an option' "$(complete_bash amana retrieve --rea)" '--reason '
same 'bash: a value' "$(complete_bash amana deposit --type st)" 'statement '
same 'bash: after a global option' "$(complete_bash amana -C /x ver)" 'verify version '
same 'bash: a word that is fixed' "$(complete_bash amana policy two)" 'two-person '
if command -v zsh >/dev/null; then is 'zsh can read it' zsh -n completion.zsh; fi
if command -v fish >/dev/null; then is 'fish can read it' fish -n completion.fish; fi
