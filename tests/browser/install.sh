#!/bin/sh
# Make sure that a Chromium is there for the browser tests; Debian's own, by its package manager, where none is.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
command -v apt-get >/dev/null || { echo "Please install Chromium: the browser tests need one on the PATH." >&2; exit 1; }
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
echo "Installing Chromium …" >&2
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
$as_root apt-get update -qq >&2
$as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core </dev/null >&2
