#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Our notes, tree and checkpoints beside Debian's golang.org/x/mod/sumdb (tlog.go drives tlog_peer).
# AMANA_BUILD: the build folder.
set -u
here=$(cd "$(dirname "$0")" && pwd)
peer=${AMANA_BUILD:-$here/../../build/test-release}/tests/interop/tlog_peer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Debian's Go libraries are sources below one GOPATH; nothing is fetched.
GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOPROXY=off GOCACHE=$work/cache CGO_ENABLED=0
export GO111MODULE GOPATH GOFLAGS GOPROXY GOCACHE CGO_ENABLED
if ! go build -p 2 -o "$work/tlog" "$here/tlog.go"; then
	echo "not ok tlog: go build"
	exit 1
fi
"$work/tlog" "$peer"
