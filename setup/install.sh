# Sourced by ./quickstart and ./test: installs what is missing, and says so before it does. Needs root and Debian 12 or 13.

say() { printf '%s\n' "$*" >&2; }

[ "$(id -u)" = 0 ] || { say "This needs root: it makes network namespaces. Run it as: sudo $0"; exit 1; }

# What every run needs, what real servers need, what the whole test suite needs.
BASE_PACKAGES="iproute2 iptables ipset ebtables dnsmasq-base dnsmasq-utils haproxy conntrack busybox udhcpc iputils-ping iputils-arping procps util-linux"
SERVER_PACKAGES="mariadb-server rabbitmq-server keystone uwsgi-core uwsgi-plugin-python3 python3-pymysql"
TEST_PACKAGES="python3-neutronclient python3-openstackclient python3-oslo.messaging python3-kombu"

# Installs those of the named packages that are missing. Their services are not started.
install_packages() {
  command -v npm >/dev/null 2>&1 || set -- npm "$@"
  missing=
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  say "Installs from Debian:$missing"
  policy=/usr/sbin/policy-rc.d
  ours=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
    ours=1
    trap 'rm -f $policy' EXIT INT TERM
  fi
  apt_log=$(mktemp)
  if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } >"$apt_log" 2>&1 </dev/null; then
    tail -n 20 "$apt_log" >&2
    say "apt-get could not install:$missing. Its whole output: $apt_log"
    exit 1
  fi
  rm -f "$apt_log"
  if [ -n "$ours" ]; then
    rm -f $policy
    trap - EXIT INT TERM
  fi
}

# Installs the npm packages (Node 24 among them) unless they match package-lock.json already.
install_modules() {
  stamp=node_modules/.installed-lock
  cmp -s package-lock.json $stamp && [ -x node_modules/.bin/node ] && return 0
  say "Installs Node.js 24 and the libraries of package-lock.json (npm ci)"
  npm ci --no-fund --no-audit --loglevel=error >&2 </dev/null || { say "npm ci failed: see the lines above"; exit 1; }
  cp package-lock.json $stamp
}
