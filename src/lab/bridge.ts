/** Shell lines that make a network's bridge as Nova's Linux bridge VIF driver does; it may be the agent's already. */
export const ensureBridge = (bridge: string) => `ip link show ${bridge} >/dev/null 2>&1 || {
  ip link add ${bridge} type bridge forward_delay 0 stp_state 0 2>/dev/null && ip link set ${bridge} up
} || true`;
