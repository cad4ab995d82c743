#!/bin/sh
# What a guest does with its DHCP lease: MTU, address, and the routes of option 121, or else of option 3.
case $1 in
bound | renew)
  [ -n "$mtu" ] && ip link set "$interface" mtu "$mtu"
  ip addr flush dev "$interface"
  ip addr add "$ip/$mask" dev "$interface"
  if [ -n "$staticroutes" ]; then
    set -- $staticroutes
    while [ $# -ge 2 ]; do
      via=$2
      [ "$via" = 0.0.0.0 ] && ip route replace "$1" dev "$interface" || ip route replace "$1" via "$via" dev "$interface"
      shift 2
    done
  else
    for r in $router; do ip route replace default via "$r" dev "$interface"; done
  fi
  echo "address=$ip/$mask mtu=$mtu routes=${staticroutes:-default $router} server=$serverid dns=$dns"
  ;;
esac
