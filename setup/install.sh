# Sourced by ./quickstart, ./test, neutron-lab swap and npm run bench: installs what is missing, and says so before it does. Needs root and Debian 12 or 13.

say() { printf '%s\n' "$*" >&2; }

[ "$(id -u)" = 0 ] || { say "This needs root: it makes network namespaces. Run it as: sudo $0"; exit 1; }

# A root shell got by plain `su` has no system directories on its PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# What every run needs, what real servers need, what Python Neutron needs besides, what the whole test suite needs.
BASE_PACKAGES="iproute2 iptables ipset ebtables dnsmasq-base dnsmasq-utils haproxy radvd keepalived conntrack busybox udhcpc iputils-ping iputils-arping procps util-linux"
SERVER_PACKAGES="mariadb-server rabbitmq-server keystone uwsgi-core uwsgi-plugin-python3 python3-pymysql"
PYTHON_PACKAGES="neutron-server neutron-linuxbridge-agent neutron-l3-agent neutron-dhcp-agent neutron-metadata-agent python3-neutronclient"
TEST_PACKAGES="python3-neutronclient python3-openstackclient python3-oslo.messaging python3-kombu"

# While it exists, Debian's packages start no services. Ours is known by its second line, also when a killed run left it.
SERVICE_POLICY=/usr/sbin/policy-rc.d
SERVICE_POLICY_MARK="# of neutron-ts' setup/install.sh, for as long as it installs"

forbid_service_starts() {
  [ -e $SERVICE_POLICY ] || { printf '#!/bin/sh\n%s\nexit 101\n' "$SERVICE_POLICY_MARK" >$SERVICE_POLICY && chmod 755 $SERVICE_POLICY; }
  trap allow_service_starts EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

allow_service_starts() {
  ! grep -qxF "$SERVICE_POLICY_MARK" $SERVICE_POLICY 2>/dev/null || rm -f $SERVICE_POLICY
  trap - EXIT INT TERM
}

# The services that start when the machine does, one a line.
services_at_boot() { find /etc/systemd/system -path '*.wants/*.service' -printf '%f\n' 2>/dev/null | sort -u; }

# Prints those of the named packages that are not installed, each after a space.
missing_of() {
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || printf ' %s' "$package"
  done
}

# Installs those of the named packages that are missing. Their services are not started, now or when the machine boots.
install_packages() {
  command -v npm >/dev/null 2>&1 || set -- npm "$@"
  missing=$(missing_of "$@")
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null 2>&1 || { say "This needs Debian 12 or 13, or these by other means:$missing"; exit 1; }
  say "Installs from Debian (takes a minute or two):$missing"
  apt_log=$(mktemp)
  at_boot=$(mktemp)
  services_at_boot >"$at_boot"
  forbid_service_starts
  # An apt-get that was interrupted may say that all is well.
  if ! apt_install $missing >"$apt_log" 2>&1 </dev/null || [ -n "$(missing_of $missing)" ]; then
    tail -n 20 "$apt_log" >&2
    say "apt-get could not install:$missing. Its whole output: $apt_log"
    exit 1
  fi
  allow_service_starts
  if command -v systemctl >/dev/null 2>&1; then
    services_at_boot | comm -13 "$at_boot" - | xargs -r systemctl disable >>"$apt_log" 2>&1 ||
      say "The services of these packages will start at boot: systemctl disable failed"
  fi
  rm -f "$apt_log" "$at_boot"
}

# Waits for another apt to end, and finishes what one that was killed left half done.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  set -- apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
  apt-get update -q && { "$@" || { dpkg --configure -a && "$@"; }; }
}

# Installs the npm packages (Node 24 among them) unless they match package-lock.json already.
install_modules() {
  stamp=node_modules/.installed-lock
  cmp -s package-lock.json $stamp && [ -x node_modules/.bin/node ] && return 0
  say "Installs Node.js 24 and the libraries of package-lock.json (npm ci, less than a minute)"
  npm ci --no-fund --no-audit --loglevel=error >&2 </dev/null || { say "npm ci failed: see the lines above"; exit 1; }
  cp package-lock.json $stamp
}
