# Shared by scripts/demo, scripts/test and attack/run; sourced, never run.
# shellcheck shell=bash

# The repository's root, wherever the caller stands.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
    printf '== %s\n' "$*" >&2
}

give_up() {
    printf 'palermo: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        give_up "needs root or sudo to run: $*"
    fi
}

# install_missing PACKAGE... : Debian packages that are not there yet; silent when all are.
install_missing() {
    local package missing=()
    for package in "$@"; do
        dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null |
            grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || give_up "please install: ${missing[*]}"
    say "installing ${missing[*]}"
    if [ -z "${apt_updated:-}" ]; then
        as_root apt-get update -qq >/dev/null
        apt_updated=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# What a build needs besides Rust: a linker, the C library's headers, certificates.
ensure_build_tools() {
    local wanted=()
    command -v cc >/dev/null || wanted+=(gcc)
    [ -e /usr/include/stdio.h ] || wanted+=(libc6-dev)
    # SQLCipher, by which the views are encrypted, takes its ciphers from OpenSSL.
    [ -e /usr/include/openssl/evp.h ] || wanted+=(libssl-dev)
    [ -e /etc/ssl/certs/ca-certificates.crt ] || wanted+=(ca-certificates)
    [ ${#wanted[@]} -eq 0 ] || install_missing "${wanted[@]}"
}

# Whether the first version is at least the second.
at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

# The toolchain that rust-toolchain.toml names: by rustup, or a cargo that is new enough.
ensure_rust() {
    local channel have
    channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' "$root/rust-toolchain.toml")
    export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    if ! command -v rustup >/dev/null; then
        have=$(cargo --version 2>/dev/null | cut -d ' ' -f 2) || have=
        if [ -n "$have" ] && at_least "$have" "$channel"; then
            return 0
        fi
        command -v curl >/dev/null || install_missing curl
        say "installing Rust $channel by rustup"
        curl --proto '=https' --tlsv1.2 --silent --show-error --fail https://sh.rustup.rs |
            sh -s -- -y --quiet --no-modify-path --profile minimal --default-toolchain none >&2
    fi
    if ! (cd "$root" && cargo --version && cargo fmt --version && cargo clippy --version) \
        >/dev/null 2>&1; then
        say "installing the toolchain $channel"
        rustup toolchain install "$channel" --profile minimal \
            --component rustfmt --component clippy >&2
    fi
}

# One target folder for all clones of one person, so that a fresh clone builds only what changed.
# Cargo tells changes by the files' times. Another clone's files may be older than what was built
# last and yet differ, so a change of clone makes all of ours new.
use_target_folder() {
    export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/palermo/target}
    local stamp=$CARGO_TARGET_DIR/last-clone
    mkdir -p "$CARGO_TARGET_DIR"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$root" ]; then
        find "$root" \( -name .git -o -name node_modules -o -name target \) -prune \
            -o -type f -exec touch {} +
        printf '%s\n' "$root" >"$stamp"
    fi
}

build_palermo() {
    cargo build --release --locked --package palermo
}
