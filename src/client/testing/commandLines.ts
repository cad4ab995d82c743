/** Command lines that both clients run against the same cloud, one a line. */
export const commandLines = `
net-list
net-list -f json
net-list -f json --noindent
net-list -f csv
net-list -f csv --quote none -c id -c mtu -c shared
net-list -f csv --quote all -c id -c mtu -c description
net-list -f csv --quote minimal -c name -c description
net-list -f value
net-list -f value -c name -c tags -c subnets -c shared
net-list -f yaml
net-list -f shell
net-list -c name -c id
net-list -c nosuch
net-list -c nosuch -f json
net-list -c id -c nosuch
net-list --name nosuch
net-list --name nosuch -c id
net-list --name nosuch -f json
net-list --name nosuch -f csv
net-list --name nosuch -f yaml
net-list --name nosuch -f value
net-list --name nosuch --print-empty
net-list --sort-key name --sort-dir desc -c name
net-list --sort-key name --sort-key id --sort-dir desc
net-list --sort-key name --sort-dir up
net-list --sort-column name -c name -c mtu
net-list --sort-column mtu --sort-descending -c name -c mtu
net-list --sort-column nosuch -c name
net-list --sort-ascending --sort-descending
net-list -c name -c tags --sort-column tags
net-list -P 2 -c name
net-list -P x
net-list -F id -F name -F mtu
net-list -D -c id
net-list --fields id
net-list --router:external True
net-list --router:external=False -c name
net-list --router:external yes
net-list --shared true --status active
net-list --tags red,blue --not-tags-any green -c name
net-list --admin-state-up True -c name
net-list --mtu 1500 -c name
net-list --mtu=1500 -c name
net-list -- --mtu 1500 --name public
net-list --mtu type=int 1500 -c name
net-list --id a b c
net-list --max-width 60
net-list --max-width 30 -c name -c id
net-list --max-width 120 --fit-width
net-list --fit-width
net-list --format=json -c id
net-list --form json -c id
net-list -fjson -cid
net-list -Dfjson -c id
net-list --so name
net-list -f
net-list -f xml
net-list -c
net-list stray words
net-external-list
net-external-list -F id
net-show private
net-show 00000001-0000-4000-8000-000000000001
net-show 00000001-0000-4000-8000-000000000099
net-show private -f json
net-show private -f shell
net-show private -f shell --prefix N_
net-show private -f value -c id
net-show private -f yaml
net-show private -c id -c name -c nosuch
net-show private -c nosuch
net-show private -F id
net-show private -F id -c nosuch
net-show private -D
net-show twin
net-show nosuch
net-show
net-show private extra --bogus
net-show 网络\\ ünïcode
net-show 网络\\ ünïcode -f json
net-show 网络\\ ünïcode -f yaml
net-show 网络\\ ünïcode -f shell
net-show 网络\\ ünïcode --max-width 50
net-create n1
net-create n1 --shared --router:external --provider:network_type flat --provider:physical_network public
net-create n1 --router:external True --description 'a b'
net-create n1 --admin-state-down --tenant-id t1 --vlan-transparent True
net-create n1 --admin_state_down --tenant_id t1
net-create n1 --availability-zone-hint a --availability-zone-hint b --dns-domain x.y.
net-create n1 --qos-policy bw
net-create n1 --qos-policy nosuch
net-create n1 --mtu type=int 1400 --flag --list list=true a b --dict type=dict k=v,l=w --clear action=clear
net-create n1 --a-b c --several x y z --neg -5
net-create n1 -- --tag=x
net-create n1 -f json
net-create n1 -f shell --name other
net-create n1 --bogus 1
net-create n1 --x type=float 1
net-create n1 --x type=int a
net-create n1 --x 1 --x 2
net-create n1 stray
net-create n1 --x list=true
net-create n1 ---x
net-create over
net-create
net-create n1 --shared=yes
net-create n1 --description
port-list -c binding:vif_details -c name --sort-column binding:vif_details --sort-column name
net-create n1 --provider:n vxlan
net-create --name n1
net-update private --name renamed
net-update private
net-update nosuch --name x
net-update twin --name x
net-update private --no-qos-policy
net-update private --qos-policy bw --no-qos-policy
net-update private --dns-domain a --no-dns-domain
net-update private --no-dns-domain
net-update busy --name x
net-update broken --name x
net-update private --tags list=true a b
net-update private --mtu 1400 --shared
net-delete private
net-delete private public
net-delete nosuch
net-delete private nosuch twin
net-delete busy
net-delete private busy
net-delete broken
net-delete
subnet-list
subnet-list -c host_routes -c dns_nameservers
subnet-show private
subnet-show six -f json
subnet-create private 10.0.0.0/24
subnet-create private 10.0.0.0/24 --name s --allocation-pool start=10.0.0.5,end=10.0.0.9 --allocation-pool start=10.0.0.20,end=10.0.0.30 --dns-nameserver 1.1.1.1 --gateway 10.0.0.1 --host-route destination=1.0.0.0/8,nexthop=10.0.0.2
subnet-create --name s private 10.0.0.0/24
subnet-create private --name s 10.0.0.0/24
subnet-create private --name s 10.0.0.0/24 --bogus 2
subnet-create private --no-gateway --disable-dhcp 10.0.0.0/24
subnet-create private 10.0.0.0/24 --gateway 10.0.0.1 --no-gateway
subnet-create private 10.0.0.0/24 --enable-dhcp --disable-dhcp
subnet-create private 10.0.0.0/24 --enable-dhcp=False
subnet-create private 10.0.0.0/24 --enable-dhcp=True
subnet-create private fd00::/64 --ip-version 6 --ipv6-ra-mode SLAAC --ipv6-address-mode slaac
subnet-create private 10.0.0.0/24 --ipv6-ra-mode slaac
subnet-create private 10.0.0.0/24 --ipv6-address-mode slaac
subnet-create private 10.0.0.0/24 --ip-version 5
subnet-create private 10.0.0.0/24 --ip_version 4
subnet-create private 10.0.0.1/32
subnet-create private --subnetpool sp --prefixlen 26
subnet-create private --subnetpool None 10.0.0.0/24
subnet-create private --use-default-subnetpool
subnet-create private 10.0.0.0/24 --allocation-pool start=1
subnet-create private 10.0.0.0/24 --allocation-pool start=1,end=2,more=3
subnet-create private 10.0.0.0/24 --allocation-pool start
subnet-create private 10.0.0.0/24 --tenant-id t
subnet-create nosuch 10.0.0.0/24
subnet-update private --dns-nameserver 9.9.9.9 --dns-nameservers list=true 8.8.8.8
subnet-update private --dns_nameservers list=true 8.8.8.8 7.7.7.7
subnet-update private --no-gateway
subnet-delete six
port-list
port-list -f csv
port-list --device-owner network:dhcp
port-list -c binding:vif_details -c fixed_ips
port-show p1
port-show p1 -f json
port-show p1 -f yaml
port-show p1 -f shell
port-show p1 -f value
port-create private
port-create private --name p --fixed-ip subnet_id=private,ip_address=1.2.3.4 --fixed-ip ip_address=1.2.3.5
port-create private --fixed-ip nope=1
port-create private --security-group web --security-group default
port-create private --no-security-groups
port-create private --security-group web --no-security-groups
port-create private --extra-dhcp-opt opt_name=a,opt_value=b --extra-dhcp-opt opt_name=c,opt_value=null,ip_version=6
port-create private --extra-dhcp-opt opt_name=a
port-create private --allowed-address-pair ip_address=1.1.1.1,mac_address=m
port-create private --mac-address m --device-id d --device-owner o --admin-state-down
port-create private --vnic-type DIRECT --binding-profile '{"a": [1, 2.5]}' --dns-name n
port-create private --vnic-type bogus
port-create private --binding:host_id h
port-create nosuch
port-update p1 --name x --admin-state-up False
port-update p1 --admin-state-up no
port-update p1 --no-allowed-address-pairs --no-security-groups --no-qos-policy
port-update p1 --device_id x --dns-name y
port-delete p1 owned
router-list
router-list -f json
router-show router
router-show router -f yaml
router-create r --distributed False --ha True --flavor gold --description d --availability-zone-hint z
router-create r --ha perhaps
router-update router --route destination=1.0.0.0/8,nexthop=2.2.2.2 --admin-state-up True
router-update router --no-routes
router-update router --routes action=clear
router-update router --external_gateway_info type=dict network_id=x
router-interface-add router private
router-interface-add router subnet=private
router-interface-add router port=p1
router-interface-add router nosuch
router-interface-add router
router-interface-delete router private
router-gateway-set router public
router-gateway-set router public --disable-snat --fixed-ip subnet_id=public,ip_address=1.1.1.1
router-gateway-clear router
router-gateway-clear
router-port-list router
router-port-list nosuch
router-delete inner
floatingip-list
floatingip-show 00000008-0000-4000-8000-000000000001
floatingip-show nosuch
floatingip-create public
floatingip-create public --port-id p --fixed-ip-address f --floating-ip-address g --subnet s --dns-name n --dns-domain d
floatingip-associate 00000008-0000-4000-8000-000000000001 p1
floatingip-associate 00000008-0000-4000-8000-000000000001 p1 --fixed_ip_address 1
floatingip-disassociate 00000008-0000-4000-8000-000000000001
floatingip-disassociate nosuch
floatingip-delete 00000008-0000-4000-8000-000000000001 nosuch
security-group-list
security-group-list -f json
security-group-show default
security-group-show web -f json
security-group-create sg --description d
security-group-update web --name x
security-group-delete web
security-group-rule-list
security-group-rule-list -f csv
security-group-rule-list --no-nameconv
security-group-rule-list -c id -c remote -c security_group -c protocol/port
security-group-rule-list -c security_group_id --no-nameconv
security-group-rule-list -F id -F remote -F security_group
security-group-rule-show 00000006-0000-4000-8000-000000000002
security-group-rule-create default --protocol TCP --port-range-min 1 --port-range-max 2 --remote-ip-prefix 1.0.0.0/8
security-group-rule-create web --protocol icmpv6 --direction EGRESS --remote-group-id default
security-group-rule-create web --direction sideways
security-group-rule-delete 00000006-0000-4000-8000-000000000002
agent-list
agent-list -f csv
agent-list -c heartbeat_timestamp -c alive
agent-list -f value -c id -c configurations -c resources_synced
agent-show 00000007-0000-4000-8000-000000000001
agent-show nosuch
agent-update 00000007-0000-4000-8000-000000000001 --description d
agent-update 00000007-0000-4000-8000-000000000001 --admin-state-down
agent-update nosuch --description d
agent-delete 00000007-0000-4000-8000-000000000002
dhcp-agent-network-add A private
dhcp-agent-network-remove A private
dhcp-agent-list-hosting-net private
net-list-on-dhcp-agent A
net-list-on-dhcp-agent nosuch
l3-agent-router-add A router
l3-agent-router-remove A router
l3-agent-list-hosting-router router
router-list-on-l3-agent A
quota-list
quota-show
quota-show t2
quota-show --tenant-id t2 -f json
quota-default-show
quota-update --network 5 --port -1
quota-update --network 5 --tenant-id t2 --health-monitor 3 --extra 4
quota-update --network many
quota-update
quota-delete
quota-delete t2
ext-list
ext-show router
ext-show nosuch
subnetpool-list
subnetpool-show sp
subnetpool-create pool --pool-prefix 10.0.0.0/8 --pool-prefix 11.0.0.0/8 --min-prefixlen 8 --is-default True --shared --address-scope as
subnetpool-create pool
subnetpool-create pool --pool-prefix 10.0.0.0/8 --min-prefixlen x
subnetpool-update sp --no-address-scope --name x
subnetpool-update sp --address-scope as --no-address-scope
subnetpool-delete sp
address-scope-list
address-scope-create a 4 --shared
address-scope-create a 5
address-scope-create a x
address-scope-update as --shared False
address-scope-delete as
rbac-list
rbac-show 00000011-0000-4000-8000-000000000001
rbac-create private --type network --action access_as_shared --target-tenant t
rbac-create bw --type qos-policy --action ACCESS_AS_SHARED
rbac-create private
rbac-create private --type net --action access_as_shared
rbac-update 00000011-0000-4000-8000-000000000001 --target-tenant t
rbac-delete 00000011-0000-4000-8000-000000000001
availability-zone-list
service-provider-list
flavor-list
flavor-show gold
flavor-create f L3 --enabled True
flavor-associate gold 00000013-0000-4000-8000-000000000001
flavor-disassociate gold 00000013-0000-4000-8000-000000000001
flavor-associate gold nosuch
flavor-profile-list
flavor-profile-create --driver d --metainfo m
tag-add --resource-type network --resource private --tag red
tag-add --resource-type network --resource private --tag ''
tag-add --resource-type floatingip --resource private --tag red
tag-add
tag-remove --resource-type network --resource private --tag red
tag-remove --resource-type network --resource private --all
tag-remove --resource-type network --resource private
tag-replace --resource-type network --resource private --tag a --tag b
net-ip-availability-list
net-ip-availability-list --ip-version 6 --network-name x
net-ip-availability-show private
auto-allocated-topology-show
auto-allocated-topology-show t --dry-run
auto-allocated-topology-show --bogus 1
auto-allocated-topology-delete
auto-allocated-topology-delete t
meter-label-list
meter-label-create l --shared
meter-label-rule-create ml 1.0.0.0/8 --direction egress --excluded
qos-policy-list
qos-policy-show bw
qos-policy-show bw -f json
qos-policy-create q --shared
qos-policy-update bw --no-shared
qos-policy-delete bw
qos-available-rule-types
qos-bandwidth-limit-rule-list bw
qos-bandwidth-limit-rule-show 00000016-0000-4000-8000-000000000001 bw
qos-bandwidth-limit-rule-create bw --max-kbps 1
qos-bandwidth-limit-rule-create bw
qos-bandwidth-limit-rule-update 00000016-0000-4000-8000-000000000001 bw --max-kbps 1
qos-bandwidth-limit-rule-delete 00000016-0000-4000-8000-000000000001 bw
qos-dscp-marking-rule-create bw --dscp-mark 7
qos-dscp-marking-rule-create bw --dscp-mark 8
qos-minimum-bandwidth-rule-create bw --min-kbps 1 --direction ingress
purge bba0714c43444fba93f0d459cf3b0d13
purge nobody
net-list --no-such
net-create n1 --x=1 --y= --z=a=b
net-create n1 --x 'a b'
net-create n1 --x -- y
net-create -- n1
net-create 'two words'
net-create ''
net-create n1 --x type=bool TRUE --y type=bool no --b type=str 5
net-create n1 type=int 5
net-update private --name ''
net-show ''
net-list --name ''
port-list -P 1 -c id -c mac_address -f csv
net-list -f json -c tags -c name
net-list -f yaml -c id -c tags -c mtu -c ipv4_address_scope
net-list --max-width 80 --sort-column nosuch
port-list --max-width 70
port-show p1 --max-width 40
agent-show 00000007-0000-4000-8000-000000000001 --max-width 60
security-group-list --max-width 60
security-group-show default -f yaml
router-show router -f csv
subnet-list -f value -c allocation_pools
net-list -c revision_number -c name --sort-column revision_number
net-list -c shared -c name --sort-column shared --sort-column name --sort-descending
port-list -c binding:vif_details --sort-column binding:vif_details
net-l
net-cr n1
nosuch-command
nosuch a b
--version
--version net-list
--os-tenant-name a --os-project-name b net-list
--os-p x net-list
--bogus net-list
net-list --os-password wrong
--os-password=wrong net-list
--os-region-name Elsewhere --retries -1 net-list
--retries x net-list
--http-timeout x net-list
-q net-list -c id
`
  .trim()
  .split('\n');
