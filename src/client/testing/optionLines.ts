/** Command lines beside those of commandLines.ts, so that each option of each command is used once. */

// Not here: qos-minimum-bandwidth-rule-show with --field or --show-details, on which the original trips over itself.

const lists = `
address-scope-list
availability-zone-list
ext-list
flavor-list
flavor-profile-list
floatingip-list
meter-label-list
meter-label-rule-list
net-external-list
net-ip-availability-list
net-list-on-dhcp-agent A
port-list
qos-available-rule-types
qos-bandwidth-limit-rule-list bw
qos-dscp-marking-rule-list bw
qos-minimum-bandwidth-rule-list bw
qos-policy-list
rbac-list
router-list
router-port-list router
security-group-list
security-group-rule-list
service-provider-list
subnet-list
subnetpool-list
`;

const shows = `
address-scope-show as
agent-show 00000007-0000-4000-8000-000000000001
flavor-profile-show 00000013-0000-4000-8000-000000000001
flavor-show gold
floatingip-show 00000008-0000-4000-8000-000000000001
meter-label-rule-show ml
meter-label-show ml
port-show p1
qos-bandwidth-limit-rule-show 00000016-0000-4000-8000-000000000001 bw
qos-dscp-marking-rule-show 00000016-0000-4000-8000-000000000001 bw
qos-policy-show bw
rbac-show 00000011-0000-4000-8000-000000000001
router-show router
security-group-rule-show 00000006-0000-4000-8000-000000000002
security-group-show default
subnet-show private
subnetpool-show sp
`;

/** Lists that the server sends whole. */
const unpaged = `
agent-list
dhcp-agent-list-hosting-net private
l3-agent-list-hosting-router router
router-list-on-l3-agent A
`;

const others = `
ext-show router -D
ext-show router -F alias
qos-minimum-bandwidth-rule-show 00000016-0000-4000-8000-000000000001 bw
address-scope-create a 6 --tenant-id t
address-scope-update as --name x
agent-list --sort-key host --sort-dir desc
auto-allocated-topology-delete --tenant-id t
auto-allocated-topology-show --tenant-id t
flavor-create f L3 --tenant-id t --description d
flavor-delete gold
flavor-delete nosuch
flavor-profile-create --tenant-id t --description d --enabled False
flavor-profile-delete 00000013-0000-4000-8000-000000000001
flavor-profile-update 00000013-0000-4000-8000-000000000001 --description d --driver x --metainfo m --enabled True
flavor-update gold --name silver --description d --enabled False
floatingip-associate 00000008-0000-4000-8000-000000000001 p1 --fixed-ip-address 1.2.3.4
floatingip-create public --tenant-id t --description d
meter-label-create l --tenant-id t --description d
meter-label-delete ml
meter-label-rule-create ml 1.0.0.0/8 --tenant-id t
meter-label-rule-delete ml
net-create n1 --provider:segmentation_id 7
net-external-list --tenant-id t --name public --admin-state-up True --status ACTIVE --shared False --router:external True
net-external-list --tags a --tags-any b --not-tags c --not-tags-any d
net-ip-availability-list --network-id n --tenant-id t
net-list --tenant-id t --tags-any b
net-list --show-details --not-tags c
net-list-on-dhcp-agent A --tenant-id t --name private --admin-state-up True --status ACTIVE --shared False --router:external True
net-list-on-dhcp-agent A --tags a --tags-any b --not-tags c --not-tags-any d
net-update private --description d
port-create private --tenant-id t --description d --qos-policy bw --no-allowed-address-pairs
port-update p1 --description d --fixed-ip ip_address=1.2.3.4 --device-id d --device-owner o --security-group web
port-update p1 --extra-dhcp-opt opt_name=a,opt_value=b --qos-policy bw
port-update p1 --allowed-address-pair ip_address=1.1.1.1 --no-dns-name
qos-bandwidth-limit-rule-create bw --max-kbps 2 --tenant-id t --max-burst-kbps 1
qos-bandwidth-limit-rule-update 00000016-0000-4000-8000-000000000001 bw --max-burst-kbps 1
qos-dscp-marking-rule-create bw --dscp-mark 8 --tenant-id t
qos-dscp-marking-rule-delete 00000016-0000-4000-8000-000000000001 bw
qos-dscp-marking-rule-update 00000016-0000-4000-8000-000000000001 bw --dscp-mark 10
qos-minimum-bandwidth-rule-create bw --min-kbps 1 --tenant-id t
qos-minimum-bandwidth-rule-delete 00000016-0000-4000-8000-000000000001 bw
qos-minimum-bandwidth-rule-update 00000016-0000-4000-8000-000000000001 bw --min-kbps 2 --direction egress
qos-policy-create q --tenant-id t --description d
qos-policy-update bw --name x --description d --shared
quota-default-show --tenant-id t
quota-delete --tenant-id t
quota-update --subnet 1 --router 2 --floatingip 3 --security-group 4 --security-group-rule 5 --rbac-policy 6
quota-update --vip 1 --pool 2 --member 3 --loadbalancer 4 --listener 5
rbac-create private --type network --action access_as_external --tenant-id t
router-create r --tenant-id t --admin-state-down
router-gateway-set router public --enable-snat
router-update router --name x --description d --distributed True
security-group-create sg --tenant-id t
security-group-rule-create web --ethertype IPv6 --tenant-id t --description d
security-group-update web --description d
subnet-create private 10.0.0.0/24 --description d --segment s
subnet-update private --name x --description d --gateway 10.0.0.1 --allocation-pool start=10.0.0.5,end=10.0.0.9
subnet-update private --host-route destination=1.0.0.0/8,nexthop=10.0.0.2 --disable-dhcp
subnet-update private --enable-dhcp
subnetpool-create pool --pool-prefix 10.0.0.0/8 --tenant-id t --description d --max-prefixlen 30 --default-prefixlen 24
subnetpool-update sp --description d --min-prefixlen 8 --max-prefixlen 30 --default-prefixlen 24
subnetpool-update sp --pool-prefix 10.0.0.0/8 --is-default False
`;

const linesOf = (text: string): string[] => text.trim().split('\n');

export const optionLines: readonly string[] = [
  ...linesOf(lists).map((line) => `${line} -P 2 --sort-key id --sort-dir desc --show-details --field id`),
  ...linesOf(shows).map((line) => `${line} --show-details --field id`),
  ...linesOf(unpaged).map((line) => `${line} --show-details --field id`),
  ...linesOf(others),
];
