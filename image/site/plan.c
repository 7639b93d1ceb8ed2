#include "site/plan.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* Networks that are a house's own (RFC 1918, RFC 3927): a machine that has a name is looked for in these alone, because
 * which of their addresses it has is known only when it is asked for. */
#define OWN_NETWORKS "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16"
/* Where systemd-resolved listens, for this machine alone. */
#define RESOLVER "127.0.0.53"

static bool is_v6(const char *host) {
	struct in6_addr a;
	return inet_pton(AF_INET6, host, &a) == 1;
}

static bool is_v4(const char *host) {
	struct in_addr a;
	return inet_pton(AF_INET, host, &a) == 1;
}

/* Names that machines of a house give themselves (multicast DNS, RFC 6762). */
static bool is_local(const char *host) {
	size_t n = strlen(host);
	return n > 6 && strcmp(host + n - 6, ".local") == 0;
}

static void write_wires(struct plan *p, const struct settings *s) {
	char address[128] = "DHCP=ipv4\n";
	if (s->net_address[0] != 0) {
		snprintf(address, sizeof address, "Address=%s\n%s%s%s%s%s%s", s->net_address,
		         s->net_gateway[0] != 0 ? "Gateway=" : "", s->net_gateway, s->net_gateway[0] != 0 ? "\n" : "",
		         s->net_dns[0] != 0 ? "DNS=" : "", s->net_dns, s->net_dns[0] != 0 ? "\n" : "");
	}
	/* It says nothing of itself but what it takes to be given an address. */
	snprintf(p->wires, sizeof p->wires,
	         "[Match]\nType=ether\n\n[Network]\n%sLinkLocalAddressing=no\nIPv6AcceptRA=no\nLLDP=no\nEmitLLDP=no\n"
	         "LLMNR=no\nMulticastDNS=%s\n\n[DHCPv4]\nAnonymize=yes\nUseNTP=no\nUseHostname=no\nUseDomains=no\n",
	         address, is_local(s->broker_host) ? "resolve" : "no");
}

static void write_kiosk(struct plan *p, const struct settings *s) {
	snprintf(p->kiosk, sizeof p->kiosk, "[Service]\nRestrictAddressFamilies=AF_INET\nIPAddressAllow=%s\n",
	         p->names ? RESOLVER " " OWN_NETWORKS : s->broker_host);
}

/* No name server that the house has not named itself is ever asked. */
static void write_resolve(struct plan *p, const struct settings *s) {
	snprintf(p->resolve, sizeof p->resolve,
	         "[Resolve]\nFallbackDNS=\nLLMNR=no\nMulticastDNS=%s\nDNSStubListener=udp\nReadEtcHosts=no\n",
	         is_local(s->broker_host) ? "resolve" : "no");
}

bool plan_make(struct plan *p, const struct settings *s, struct fault *f) {
	*p = (struct plan){.here = s->broker_here};
	if (s->broker_host[0] == 0 || (settings_loopback(s->broker_host) && !p->here)) {
		return true;
	}
	if (is_v6(s->broker_host)) {
		return fault_say(f, "alcove.ini names the broker by an IPv6 address, which this card does not speak. "
		                    "Please write its IPv4 address or its name.");
	}
	p->network = true;
	p->names = !is_v4(s->broker_host);
	write_wires(p, s);
	write_kiosk(p, s);
	if (p->names) {
		write_resolve(p, s);
	}
	return true;
}
