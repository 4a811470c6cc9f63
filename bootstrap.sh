#!/bin/sh
# Finds a working Python 3.13 and uv, or fetches them, then hands over to `python -m manage`.
# A candidate counts only when it runs: version managers leave shims that exist and fail.
set -eu
cd "$(dirname "$0")"
tools=$PWD/.course/bootstrap
log=$PWD/.course/bootstrap.log
home=${HOME:-/nonexistent}
folder=.course
uv_version=0.13.9
uv_oldest_minor=8 # 0.8: the oldest uv that knows all the options used here

# What would change how Python starts, which modules it finds, or how it writes text.
for name in $(env | sed -n 's/^\(PYTHON[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
export PYTHONUTF8=1
# Companies put certificates of their own into the system's store, or name them to pip.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}" UV_NATIVE_TLS="${UV_NATIVE_TLS:-1}"
if [ -n "${PIP_CERT:-}" ] && [ -z "${SSL_CERT_FILE:-}" ]; then export SSL_CERT_FILE="$PIP_CERT"; fi
if [ -n "${PIP_INDEX_URL:-}" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then
    export UV_DEFAULT_INDEX="$PIP_INDEX_URL"
fi

# The tools keep caches and settings at home. Where that is missing or cannot be written, here.
if ! { [ -d "$home" ] && [ -w "$home" ]; }; then
    folder=.course/home
    export HOME="$PWD/$folder"
    unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
fi

say() { printf '%s\n' "$*" >&2; }

# Python 3.13 as released for general use: not the free-threaded build (few wheels fit it),
# and with the modules that a build from source lacks where libraries were missing.
is_313() {
    [ -n "$1" ] && [ -x "$1" ] && "$1" -c '
import ctypes, sqlite3, ssl, sys, sysconfig, zlib
sys.exit(sys.version_info[:2] != (3, 13) or bool(sysconfig.get_config_var("Py_GIL_DISABLED")))
' >/dev/null 2>&1
}

find_python() {
    for candidate in \
        "$PWD/.course/venv/bin/python" \
        "$(command -v python3.13 || true)" \
        "$(command -v python3 || true)" \
        "$(command -v python || true)" \
        "${PYENV_ROOT:-$home/.pyenv}"/versions/3.13*/bin/python \
        "${UV_PYTHON_INSTALL_DIR:-$home/.local/share/uv/python}"/cpython-3.13*/bin/python3.13 \
        "$home"/.local/share/mise/installs/python/3.13*/bin/python \
        "$home"/.asdf/installs/python/3.13*/bin/python \
        /opt/homebrew/bin/python3.13 /usr/local/bin/python3.13 /usr/bin/python3.13 \
        /Library/Frameworks/Python.framework/Versions/3.13/bin/python3.13
    do
        if is_313 "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
}

is_uv() {
    [ -x "$1" ] && version=$("$1" --version 2>/dev/null) || return 1
    version=${version#uv } major=${version%%.*} minor=${version#*.} minor=${minor%%.*}
    [ "$major" -ge 1 ] 2>/dev/null || [ "$minor" -ge "$uv_oldest_minor" ] 2>/dev/null
}

find_uv() {
    for candidate in "$tools/bin/uv" "$(command -v uv || true)" "$home/.local/bin/uv" \
        "$home/.cargo/bin/uv" /opt/homebrew/bin/uv /usr/local/bin/uv
    do
        if is_uv "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
}

# Into a venv of its own; where venv is missing (Debian without python3-venv), beside it.
fetch_uv() {
    say "Fetching uv $uv_version, which installs everything else (once, some seconds)"
    : >"$log"
    for any_python in "$1" "$(command -v python3 || true)" "$(command -v python || true)"; do
        [ -n "$any_python" ] || continue
        rm -rf "$tools"
        if "$any_python" -m venv "$tools" >>"$log" 2>&1; then
            into="" with=$tools/bin/python
        else
            rm -rf "$tools"
            into=--target=$tools with=$any_python
        fi
        "$with" -m pip install --quiet --retries 1 ${into:+"$into"} "uv==$uv_version" \
            >>"$log" 2>&1 && is_uv "$tools/bin/uv" && return 0
    done
    return 1
}

case ${1:-help} in help) needs_uv=no ;; *) needs_uv=yes ;; esac
mkdir -p "$folder" 2>/dev/null || {
    say "Could not make the folder .course in $PWD."
    say "What to do: make that folder writable for your user and see that the disk is not full,"
    say "then run the same command again."
    exit 1
}
python=$(find_python)
uv=$(find_uv)
if [ -z "$uv" ] && { [ $needs_uv = yes ] || [ -z "$python" ]; }; then
    fetch_uv "$python" || {
        say "Could not fetch uv, the installer that this course uses."
        if [ -s "$log" ]; then
            say "The last words of the attempt ($log):"
            tail -n 3 "$log" | sed 's/^/    /' >&2
        else
            say "There is no Python here to fetch it with."
        fi
        if grep -qi "no space left" "$log"; then
            say "What to do: free about 3 GB, then run the same command again."
            exit 1
        fi
        say "What to do: check the network and run the same command again. On Debian, Ubuntu and WSL:"
        say "sudo apt install python3-venv. Or install uv yourself: docs.astral.sh/uv"
        exit 1
    }
    uv=$tools/bin/uv
fi
if [ -z "$python" ]; then
    say "No Python 3.13 that works on this machine: uv fetches one (once, about 30 MB)"
    "$uv" python install 3.13 >&2 || true
    python=$("$uv" python find 3.13 2>/dev/null || true)
    is_313 "$python" || {
        say "Could not find or fetch Python 3.13."
        say "What to do: install it (python.org, your package manager, or pyenv install 3.13) and"
        say "run the same command again."
        exit 1
    }
fi
COURSE_UV=$uv exec "$python" -m manage "$@"
