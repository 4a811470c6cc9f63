#!/bin/sh
# Finds a working Python 3.13 and uv, or fetches them into .course/, then hands over to `python -m manage`.
# A candidate counts only when it runs: version managers leave shims that exist and fail.
set -eu
cd "$(dirname "$0")"
tools=$PWD/.course/bootstrap
uv_version=0.13.9

say() { printf '%s\n' "$*" >&2; }
is_313() { [ -n "$1" ] && "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

find_python() {
    for candidate in \
        "$PWD/.course/venv/bin/python" \
        "$(command -v python3.13 || true)" \
        "$(command -v python3 || true)" \
        "$(command -v python || true)" \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python \
        "$HOME"/.local/share/uv/python/cpython-3.13*/bin/python3.13 \
        "$HOME"/.local/share/mise/installs/python/3.13*/bin/python \
        "$HOME"/.asdf/installs/python/3.13*/bin/python \
        /opt/homebrew/bin/python3.13 /usr/local/bin/python3.13 /usr/bin/python3.13 \
        /Library/Frameworks/Python.framework/Versions/3.13/bin/python3.13
    do
        if [ -x "$candidate" ] && is_313 "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
}

find_uv() {
    for candidate in "$tools/bin/uv" "$(command -v uv || true)" "$HOME/.local/bin/uv"; do
        if [ -x "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then
            printf '%s' "$candidate"
            return
        fi
    done
}

fetch_uv() {
    for any_python in "$1" "$(command -v python3 || true)" "$(command -v python || true)"; do
        [ -n "$any_python" ] || continue
        say "Fetching uv $uv_version, which installs everything else (once, some seconds)"
        rm -rf "$tools"
        mkdir -p .course
        if "$any_python" -m venv "$tools" >.course/bootstrap.log 2>&1 &&
            "$tools/bin/python" -m pip install --quiet "uv==$uv_version" >>.course/bootstrap.log 2>&1
        then
            return 0
        fi
    done
    return 1
}

python=$(find_python)
uv=$(find_uv)
if [ -z "$uv" ]; then
    fetch_uv "$python" || {
        say "Could not fetch uv, the installer that this course uses."
        [ -f .course/bootstrap.log ] && tail -n 3 .course/bootstrap.log >&2
        say "What to do: check the network and run the same command again. On Debian and Ubuntu the"
        say "package python3-venv is needed; or install uv yourself (docs.astral.sh/uv)."
        exit 1
    }
    uv=$tools/bin/uv
fi
if [ -z "$python" ]; then
    say "No Python 3.13 on this machine: uv fetches one for its own use (once)"
    "$uv" python install --quiet 3.13 >&2 || true
    python=$("$uv" python find 3.13 2>/dev/null || true)
    is_313 "$python" || {
        say "Could not find or fetch Python 3.13."
        say "What to do: install it (python.org, your package manager, or \`pyenv install 3.13\`) and"
        say "run the same command again."
        exit 1
    }
fi
COURSE_UV=$uv exec "$python" -m manage "$@"
