/* Kinds that came later. libbpf: 1.6 */
#include "corpus.h"
#define KIND(section, name) SEC(section) int name(void *ctx) { return 1; }
KIND("kprobe.session", on_kprobe_session)
KIND("uprobe.multi", on_uprobe_multi)
KIND("uprobe.multi.s", on_uprobe_multi_s)
KIND("uretprobe.multi", on_uretprobe_multi)
KIND("uretprobe.multi.s", on_uretprobe_multi_s)
KIND("uprobe.session", on_uprobe_session)
KIND("uprobe.session.s", on_uprobe_session_s)
KIND("tcx/ingress", on_tcx_ingress)
KIND("tcx/egress", on_tcx_egress)
KIND("netkit/primary", on_netkit_primary)
KIND("netkit/peer", on_netkit_peer)
KIND("sk_skb/verdict", on_sk_skb_verdict)
KIND("cgroup/connect_unix", on_cgroup_connect_unix)
KIND("cgroup/sendmsg_unix", on_cgroup_sendmsg_unix)
KIND("cgroup/recvmsg_unix", on_cgroup_recvmsg_unix)
KIND("cgroup/getpeername_unix", on_cgroup_getpeername_unix)
KIND("cgroup/getsockname_unix", on_cgroup_getsockname_unix)
KIND("netfilter", on_netfilter)
GPL;
