#!/bin/sh
# ebtables for Python's Linux bridge agent in the lab. ebtables-nft of Debian 12 (1.8.9) can add a rule with --among-src, but
# answers 'RULE_DELETE failed (Invalid argument)', status 4, when asked to delete it by its words; the agent repeats what
# ended with 4 without an end, and wires nothing any more. By its number the same rule can be deleted, so that is what
# happens here. Clouds with ebtables-legacy, which Neutron 21.0 was written for, do not have that problem.
# What they do have: at its start, and at every update of a port, the agent deletes the rule that lets the guest's frames
# pass, and inserts it a moment later; what the guest sends meanwhile is dropped. A deletion here waits for the insertion
# that always follows, and the new rule comes first. So a swap is judged by what the swap does.
real=/usr/sbin/ebtables
case " $* " in *" -D "*" --among-src "* | *" -I "*" --among-src "*) ;; *) exec $real "$@" ;; esac

# ebtables -t TABLE --concurrent -D|-I CHAIN RULE...: a rule to delete comes in the words of the listing.
read_words() {
  while [ $# -gt 0 ]; do
    case $1 in
      -t) table=$2; shift 2 ;;
      -D | -I) action=$1; chain=$2; shift 2; rule=$*; return ;;
      *) shift ;;
    esac
  done
}
table=filter
read_words "$@"
mkdir -p /run/neutron-lab-ebtables
waiting=/run/neutron-lab-ebtables/$table-$chain

# The number of the last rule in these words, unless it is the first of all.
number_of() {
  $real -t "$table" -L "$chain" | awk -v rule="$1" '
    /^Bridge (table|chain):/ || NF == 0 { next }
    { count++; $1 = $1 }
    $0 == rule && count > 1 { number = count }
    END { if (number) print number }'
}

if [ "$action" = -D ]; then
  printf '%s\n' "$rule" >>"$waiting"
  exit 0
fi
$real "$@" || exit
[ -e "$waiting" ] || exit 0
while read -r old; do
  number=$(number_of "$old")
  [ -z "$number" ] || $real -t "$table" --concurrent -D "$chain" "$number"
done <"$waiting"
rm -f "$waiting"
