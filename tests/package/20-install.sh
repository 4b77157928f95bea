#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `ninja install`: into a DESTDIR, and by an ordinary user into a folder of his home.  The programs start from where they are and
# find what belongs to them, pkg-config leads other programs to the library, and uninstalling leaves nothing.
. "$(dirname "$0")/lib.sh"

installed() { # NAME PREFIX
	for file in bin/amana libexec/amana/amana-worker share/amana/refused-programs share/man/man1/amana.1 share/man/man1/amana-deposit.1 share/man/man1/amana-audit.1 \
		share/man/man5/amana-format.5 share/man/man7/amana-security.7 include/amana/vault.h \
		share/bash-completion/completions/amana share/zsh/site-functions/_amana share/fish/vendor_completions.d/amana.fish; do
		[ -s "$2/$file" ] || { echo "$file is not there"; return 1; }
	done
	grep -q '^complete .* amana$' "$2/share/bash-completion/completions/amana" &&
		grep -q '^#compdef amana$' "$2/share/zsh/site-functions/_amana" &&
		grep -q '^complete -c amana' "$2/share/fish/vendor_completions.d/amana.fish"
}
helper_found() { # PREFIX: without a vault amana-mount is started all the same, and says so
	ordinary "$1/bin/amana" --no-input -C "$home/none" mount T-1 "$home" --reason trial >"$work/said" 2>&1
	cat "$work/said"
	grep -q 'amana-mount' "$work/said" && return 1
	[ -x "$1/libexec/amana/amana-mount" ]
}

nothing_in() { # FOLDER: it may be gone itself
	[ ! -e "$1" ] || { ! find "$1" -mindepth 1 | grep .; }
}

# ---- DESTDIR ----
dest=$work/dest
check 'ninja install into a DESTDIR' env DESTDIR="$dest" meson install -C "$build" --no-rebuild --quiet || done_with
chmod -R a+rX "$dest"
check 'everything is in place there' installed DESTDIR "$dest/usr/local"
check 'the program starts from there' ordinary "$dest/usr/local/bin/amana" version
works 'and finds its worker there' "$dest/usr/local/bin"
[ ! -x "$build/fuse/amana-mount" ] || check 'and amana-mount' helper_found "$dest/usr/local"
check 'uninstalling takes it away' ninja -C "$build" uninstall
check 'and leaves nothing' nothing_in "$dest"

# ---- an ordinary user, in his home ----
# What a build without tests needs, where that user can read it.
source=$work/source
mkdir "$source"
(cd "$top" && tar cf - meson.build meson_options.txt include vault shared cli fuse completions man) | tar xf - -C "$source"
chmod -R a+rX "$source"
prefix=$home/opt/amana
check 'an ordinary user configures it for a folder of his home' ordinary meson setup "$home/build" "$source" --prefix "$prefix" \
	--libdir lib -Dbuildtype=plain -Dtests=false
check 'builds and installs it there' ordinary ninja -C "$home/build" install || done_with
check 'everything is in place there' installed prefix "$prefix"
check 'the program starts' ordinary "$prefix/bin/amana" version
mv "$home/build" "$work/build-away" # what was built is not what is looked for
works 'and finds its worker' "$prefix/bin"
[ ! -x "$build/fuse/amana-mount" ] || check 'and amana-mount' helper_found "$prefix"
mv "$work/build-away" "$home/build"

# ---- other programs ----
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
cp "$top/tests/package/user.c" "$work/user.c"
cp "$work/user.c" "$work/user.cc"
strict='-Wall -Wextra -pedantic -Werror'
# shellcheck disable=SC2046,SC2086
{
	check 'pkg-config: a C program with the shared library' gcc -std=c11 $strict "$work/user.c" -o "$work/shared" $(pkg-config --cflags --libs amana)
	check 'it runs' ordinary env LD_LIBRARY_PATH="$prefix/lib" "$work/shared"
	check 'it is linked to libamana.so.0' sh -c "readelf -d '$work/shared' | grep -q 'NEEDED.*libamana.so.0'"
	check 'pkg-config --static: a static C program' gcc -std=c11 $strict -static "$work/user.c" -o "$work/static" $(pkg-config --cflags --libs --static amana)
	check 'it runs by itself' ordinary "$work/static"
	check 'a C++ program' g++ -std=c++17 $strict "$work/user.cc" -o "$work/plus" $(pkg-config --cflags --libs amana)
	check 'it runs too' ordinary env LD_LIBRARY_PATH="$prefix/lib" "$work/plus"
}
check 'the user uninstalls it' ordinary ninja -C "$home/build" uninstall
check 'and nothing is left' nothing_in "$home/opt"
done_with
