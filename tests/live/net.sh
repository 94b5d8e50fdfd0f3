# shellcheck shell=bash
# net.sh - two network namespaces with a cable between them, for live tests. To be sourced by bash.
#
#   net_able            true when namespaces can be made here; else says on stdout why not
#   net_up              makes namespaces a and b, in which the cable is called `wire`, and nothing else
#                       speaks: no addresses, no IPv6; both ends are up
#   net_address         gives them 10.77.0.1 and 10.77.0.2 (a, b), for tests that want conversations
#   in_a, in_b CMD...   runs a command in one of them
#   net_down            ends what still runs in them and removes them; done by a trap at the exit, too
#                       (a script that sets its own calls it there)
#
# Names are those of this shell's process, so that several tests can run at a time.

net_a=hinomi-a-$$
net_b=hinomi-b-$$
trap net_down EXIT

net_able() {
	local probe=hinomi-probe-$$

	[ "$(id -u)" -eq 0 ] || { echo "not root"; return 1; }
	command -v ip >/dev/null || { echo "no ip (iproute2)"; return 1; }
	ip netns add "$probe" 2>/dev/null || { echo "network namespaces are not allowed here"; return 1; }
	if ! ip -n "$probe" link add x type veth peer name y 2>/dev/null; then
		ip netns del "$probe"
		echo "no veth in this kernel"
		return 1
	fi
	ip netns del "$probe"
}

in_a() { ip netns exec "$net_a" "$@"; }
in_b() { ip netns exec "$net_b" "$@"; }

net_quiet() { # namespace
	# shellcheck disable=SC2016 # for the inner shell
	ip netns exec "$1" sh -c 'for i in all default; do
		echo 1 >"/proc/sys/net/ipv6/conf/$i/disable_ipv6"; done' 2>/dev/null || true
}

net_up() {
	ip netns add "$net_a" && ip netns add "$net_b" || return 1
	net_quiet "$net_a"
	net_quiet "$net_b"
	ip -n "$net_a" link add wire type veth peer name wire netns "$net_b" || return 1
	ip -n "$net_a" link set wire up
	ip -n "$net_b" link set wire up
	ip -n "$net_b" link set lo up
}

net_address() {
	ip -n "$net_a" address add 10.77.0.1/24 dev wire
	ip -n "$net_b" address add 10.77.0.2/24 dev wire
}

net_down() {
	local net pids

	for net in "$net_a" "$net_b"; do
		ip netns list 2>/dev/null | grep -q "^$net\b" || continue
		pids=$(ip netns pids "$net")
		# shellcheck disable=SC2086 # a list of numbers
		[ -z "$pids" ] || kill -9 $pids 2>/dev/null
		ip netns del "$net"
	done
}
