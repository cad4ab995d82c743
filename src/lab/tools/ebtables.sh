#!/bin/sh
# ebtables for Python's Linux bridge agent in the lab. ebtables-nft of Debian 12 (1.8.9) can add a rule with --among-src, but
# answers 'RULE_DELETE failed (Invalid argument)', status 4, when asked to delete it by its words; the agent repeats what
# ended with 4 without an end, and wires nothing any more. By its number the same rule can be deleted, so that is what
# happens here. Clouds with ebtables-legacy, which Neutron 21.0 was written for, do not have the problem.
real=/usr/sbin/ebtables
case " $* " in *" -D "*" --among-src "*) ;; *) exec $real "$@" ;; esac

# ebtables -t TABLE --concurrent -D CHAIN RULE...: the rule in the words of the listing, from which the agent took it.
table=filter chain= rule=
while [ $# -gt 0 ]; do
  case $1 in
    -t) table=$2; shift 2 ;;
    -D) chain=$2; shift 2; rule=$*; shift $# ;;
    *) shift ;;
  esac
done
number=$($real -t "$table" -L "$chain" | awk -v rule="$rule" '
  /^Bridge (table|chain):/ || NF == 0 { next }
  { count++; $1 = $1 }
  $0 == rule { print count; exit }')
# Status 1, as for any rule that is not there: the agent gives up at once.
[ -n "$number" ] || { echo "no rule '$rule' in chain $chain of table $table" >&2; exit 1; }
exec $real -t "$table" --concurrent -D "$chain" "$number"
