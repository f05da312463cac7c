"""Context layouts and who may access what: read from a kernel by ``generate/contexts.py``."""

KERNEL = "6.18"

# Struct to its size in bytes and its fields: name:type:offset:size, blanks inside a type as _.
LAYOUTS = {
    "__sk_buff": (192, """
        len:u32:0:4 pkt_type:u32:4:4 mark:u32:8:4 queue_mapping:u32:12:4 protocol:be16:16:4 vlan_present:u32:20:4
        vlan_tci:u32:24:4 vlan_proto:be16:28:4 priority:u32:32:4 ingress_ifindex:u32:36:4 ifindex:u32:40:4
        tc_index:u32:44:4 cb:Array[u32,_5]:48:20 hash:u32:68:4 tc_classid:u32:72:4 data:packet:76:4
        data_end:packet_end:80:4 napi_id:u32:84:4 family:u32:88:4 remote_ip4:be32:92:4 local_ip4:be32:96:4
        remote_ip6:Array[be32,_4]:100:16 local_ip6:Array[be32,_4]:116:16 remote_port:be32:132:4 local_port:u32:136:4
        data_meta:packet_meta:140:4 flow_keys:bpf_flow_keys:144:8 tstamp:u64:152:8 wire_len:u32:160:4
        gso_segs:u32:164:4 sk:bpf_sock:168:8 gso_size:u32:176:4 tstamp_type:u8:180:1 hwtstamp:u64:184:8
    """),
    "xdp_md": (24, """
        data:packet:0:4 data_end:packet_end:4:4 data_meta:packet_meta:8:4 ingress_ifindex:u32:12:4
        rx_queue_index:u32:16:4 egress_ifindex:u32:20:4
    """),
    "bpf_sock": (80, """
        bound_dev_if:u32:0:4 family:u32:4:4 type:u32:8:4 protocol:u32:12:4 mark:u32:16:4 priority:u32:20:4
        src_ip4:be32:24:4 src_ip6:Array[be32,_4]:28:16 src_port:u32:44:4 dst_port:be16:48:2 dst_ip4:be32:52:4
        dst_ip6:Array[be32,_4]:56:16 state:u32:72:4 rx_queue_mapping:s32:76:4
    """),
    "bpf_tcp_sock": (112, """
        snd_cwnd:u32:0:4 srtt_us:u32:4:4 rtt_min:u32:8:4 snd_ssthresh:u32:12:4 rcv_nxt:u32:16:4 snd_nxt:u32:20:4
        snd_una:u32:24:4 mss_cache:u32:28:4 ecn_flags:u32:32:4 rate_delivered:u32:36:4 rate_interval_us:u32:40:4
        packets_out:u32:44:4 retrans_out:u32:48:4 total_retrans:u32:52:4 segs_in:u32:56:4 data_segs_in:u32:60:4
        segs_out:u32:64:4 data_segs_out:u32:68:4 lost_out:u32:72:4 sacked_out:u32:76:4 bytes_received:u64:80:8
        bytes_acked:u64:88:8 dsack_dups:u32:96:4 delivered:u32:100:4 delivered_ce:u32:104:4 icsk_retransmits:u32:108:4
    """),
    "bpf_sock_addr": (72, """
        user_family:u32:0:4 user_ip4:be32:4:4 user_ip6:Array[be32,_4]:8:16 user_port:be16:24:4 family:u32:28:4
        type:u32:32:4 protocol:u32:36:4 msg_src_ip4:be32:40:4 msg_src_ip6:Array[be32,_4]:44:16 sk:bpf_sock:64:8
    """),
    "bpf_sock_ops": (224, """
        op:u32:0:4 args:Array[u32,_4]:4:16 reply:u32:4:4 replylong:Array[u32,_4]:4:16 family:u32:20:4
        remote_ip4:be32:24:4 local_ip4:be32:28:4 remote_ip6:Array[be32,_4]:32:16 local_ip6:Array[be32,_4]:48:16
        remote_port:be32:64:4 local_port:u32:68:4 is_fullsock:u32:72:4 snd_cwnd:u32:76:4 srtt_us:u32:80:4
        bpf_sock_ops_cb_flags:u32:84:4 state:u32:88:4 rtt_min:u32:92:4 snd_ssthresh:u32:96:4 rcv_nxt:u32:100:4
        snd_nxt:u32:104:4 snd_una:u32:108:4 mss_cache:u32:112:4 ecn_flags:u32:116:4 rate_delivered:u32:120:4
        rate_interval_us:u32:124:4 packets_out:u32:128:4 retrans_out:u32:132:4 total_retrans:u32:136:4
        segs_in:u32:140:4 data_segs_in:u32:144:4 segs_out:u32:148:4 data_segs_out:u32:152:4 lost_out:u32:156:4
        sacked_out:u32:160:4 sk_txhash:u32:164:4 bytes_received:u64:168:8 bytes_acked:u64:176:8 sk:bpf_sock:184:8
        skb_data:packet:192:8 skb_data_end:packet_end:200:8 skb_len:u32:208:4 skb_tcp_flags:u32:212:4
        skb_hwtstamp:u64:216:8
    """),
    "bpf_sk_lookup": (72, """
        sk:bpf_sock:0:8 cookie:u64:0:8 family:u32:8:4 protocol:u32:12:4 remote_ip4:be32:16:4
        remote_ip6:Array[be32,_4]:20:16 remote_port:be16:36:2 local_ip4:be32:40:4 local_ip6:Array[be32,_4]:44:16
        local_port:u32:60:4 ingress_ifindex:u32:64:4
    """),
    "sk_msg_md": (80, """
        data:packet:0:8 data_end:packet_end:8:8 family:u32:16:4 remote_ip4:be32:20:4 local_ip4:be32:24:4
        remote_ip6:Array[be32,_4]:28:16 local_ip6:Array[be32,_4]:44:16 remote_port:be32:60:4 local_port:u32:64:4
        size:u32:68:4 sk:bpf_sock:72:8
    """),
    "sk_reuseport_md": (56, """
        data:packet:0:8 data_end:packet_end:8:8 len:u32:16:4 eth_protocol:be16:20:4 ip_protocol:u32:24:4
        bind_inany:u32:28:4 hash:u32:32:4 sk:bpf_sock:40:8 migrating_sk:bpf_sock:48:8
    """),
    "bpf_sockopt": (40, """
        sk:bpf_sock:0:8 optval:packet:8:8 optval_end:packet_end:16:8 level:s32:24:4 optname:s32:28:4 optlen:s32:32:4
        retval:s32:36:4
    """),
    "bpf_sysctl": (8, """
        write:u32:0:4 file_pos:u32:4:4
    """),
    "bpf_cgroup_dev_ctx": (12, """
        access_type:u32:0:4 major:u32:4:4 minor:u32:8:4
    """),
    "bpf_perf_event_data": (184, """
        regs:pt_regs:0:168 sample_period:u64:168:8 addr:u64:176:8
    """),
    "bpf_flow_keys": (56, """
        nhoff:u16:0:2 thoff:u16:2:2 addr_proto:u16:4:2 is_frag:u8:6:1 is_first_frag:u8:7:1 is_encap:u8:8:1
        ip_proto:u8:9:1 n_proto:be16:10:2 sport:be16:12:2 dport:be16:14:2 ipv4_src:be32:16:4 ipv4_dst:be32:20:4
        ipv6_src:Array[be32,_4]:16:16 ipv6_dst:Array[be32,_4]:32:16 flags:u32:48:4 flow_label:be32:52:4
    """),
    "bpf_nf_ctx": (16, """
        state:nf_hook_state:0:8 skb:sk_buff:8:8
    """),
    "pt_regs": (168, """
        r15:u64:0:8 r14:u64:8:8 r13:u64:16:8 r12:u64:24:8 bp:u64:32:8 bx:u64:40:8 r11:u64:48:8 r10:u64:56:8
        r9:u64:64:8 r8:u64:72:8 ax:u64:80:8 cx:u64:88:8 dx:u64:96:8 si:u64:104:8 di:u64:112:8 orig_ax:u64:120:8
        ip:u64:128:8 cs:u16:136:2 csx:u64:136:8 flags:u64:144:8 sp:u64:152:8 ss:u16:160:2 ssx:u64:160:8
    """),
}

# Program type, or with the attach type, to the fields it may read and those it may write.
ACCESS = {
    "SOCKET_FILTER": (
        """
        len pkt_type mark queue_mapping protocol vlan_present vlan_tci vlan_proto priority ingress_ifindex ifindex
        tc_index cb hash napi_id gso_segs sk gso_size
        """,
        "cb",
    ),
    "SCHED_CLS": (
        """
        len pkt_type mark queue_mapping protocol vlan_present vlan_tci vlan_proto priority ingress_ifindex ifindex
        tc_index cb hash tc_classid data data_end napi_id data_meta tstamp wire_len gso_segs sk gso_size tstamp_type
        hwtstamp
        """,
        "mark queue_mapping priority tc_index cb tc_classid tstamp",
    ),
    "SCHED_ACT": (
        """
        len pkt_type mark queue_mapping protocol vlan_present vlan_tci vlan_proto priority ingress_ifindex ifindex
        tc_index cb hash tc_classid data data_end napi_id data_meta tstamp wire_len gso_segs sk gso_size tstamp_type
        hwtstamp
        """,
        "mark queue_mapping priority tc_index cb tc_classid tstamp",
    ),
    "XDP": (
        """
        data data_end data_meta ingress_ifindex rx_queue_index
        """,
        "",
    ),
    "XDP/XDP_DEVMAP": (
        """
        data data_end data_meta ingress_ifindex rx_queue_index egress_ifindex
        """,
        "",
    ),
    "XDP/XDP_CPUMAP": (
        """
        data data_end data_meta ingress_ifindex rx_queue_index
        """,
        "",
    ),
    "PERF_EVENT": (
        """
        regs sample_period addr
        """,
        "",
    ),
    "CGROUP_SKB": (
        """
        len pkt_type mark queue_mapping protocol vlan_present vlan_tci vlan_proto priority ingress_ifindex ifindex
        tc_index cb hash data data_end napi_id family remote_ip4 local_ip4 remote_ip6 local_ip6 remote_port local_port
        tstamp gso_segs sk gso_size hwtstamp
        """,
        "mark priority cb tstamp",
    ),
    "CGROUP_SOCK/CGROUP_INET_SOCK_CREATE": (
        """
        bound_dev_if family type protocol mark priority dst_port dst_ip4 dst_ip6 state rx_queue_mapping
        """,
        "bound_dev_if mark priority",
    ),
    "CGROUP_SOCK/CGROUP_INET_SOCK_RELEASE": (
        """
        bound_dev_if family type protocol mark priority dst_port dst_ip4 dst_ip6 state rx_queue_mapping
        """,
        "bound_dev_if mark priority",
    ),
    "CGROUP_SOCK/CGROUP_INET4_POST_BIND": (
        """
        family type protocol src_ip4 src_port dst_port dst_ip4 dst_ip6 state rx_queue_mapping
        """,
        "",
    ),
    "CGROUP_SOCK/CGROUP_INET6_POST_BIND": (
        """
        family type protocol src_ip6 src_port dst_port dst_ip4 dst_ip6 state rx_queue_mapping
        """,
        "",
    ),
    "LWT_IN": (
        """
        len pkt_type mark queue_mapping protocol vlan_present vlan_tci vlan_proto priority ingress_ifindex ifindex
        tc_index cb hash data data_end napi_id gso_segs sk gso_size
        """,
        "mark priority cb",
    ),
    "LWT_OUT": (
        """
        len pkt_type mark queue_mapping protocol vlan_present vlan_tci vlan_proto priority ingress_ifindex ifindex
        tc_index cb hash data data_end napi_id gso_segs sk gso_size
        """,
        "mark priority cb",
    ),
    "LWT_XMIT": (
        """
        len pkt_type mark queue_mapping protocol vlan_present vlan_tci vlan_proto priority ingress_ifindex ifindex
        tc_index cb hash data data_end napi_id gso_segs sk gso_size
        """,
        "mark priority cb",
    ),
    "LWT_SEG6LOCAL": (
        """
        len pkt_type mark queue_mapping protocol vlan_present vlan_tci vlan_proto priority ingress_ifindex ifindex
        tc_index cb hash data data_end napi_id gso_segs sk gso_size
        """,
        "mark priority cb",
    ),
    "SOCK_OPS": (
        """
        op args reply replylong family remote_ip4 local_ip4 remote_ip6 local_ip6 remote_port local_port is_fullsock
        snd_cwnd srtt_us bpf_sock_ops_cb_flags state rtt_min snd_ssthresh rcv_nxt snd_nxt snd_una mss_cache ecn_flags
        rate_delivered rate_interval_us packets_out retrans_out total_retrans segs_in data_segs_in segs_out
        data_segs_out lost_out sacked_out sk_txhash bytes_received bytes_acked sk skb_data skb_data_end skb_len
        skb_tcp_flags skb_hwtstamp
        """,
        "reply sk_txhash",
    ),
    "SK_SKB": (
        """
        len pkt_type queue_mapping protocol vlan_present vlan_tci vlan_proto priority ingress_ifindex ifindex tc_index
        cb hash data data_end napi_id family remote_ip4 local_ip4 remote_ip6 local_ip6 remote_port local_port gso_segs
        sk gso_size
        """,
        "priority tc_index",
    ),
    "CGROUP_DEVICE": (
        """
        access_type major minor
        """,
        "",
    ),
    "SK_MSG": (
        """
        data data_end family remote_ip4 local_ip4 remote_ip6 local_ip6 remote_port local_port size sk
        """,
        "",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_INET4_BIND": (
        """
        user_family user_ip4 user_port family type protocol sk
        """,
        "user_ip4 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_INET6_BIND": (
        """
        user_family user_ip6 user_port family type protocol sk
        """,
        "user_ip6 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_INET4_CONNECT": (
        """
        user_family user_ip4 user_port family type protocol sk
        """,
        "user_ip4 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_INET6_CONNECT": (
        """
        user_family user_ip6 user_port family type protocol sk
        """,
        "user_ip6 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_UDP4_SENDMSG": (
        """
        user_family user_ip4 user_port family type protocol msg_src_ip4 sk
        """,
        "user_ip4 user_port msg_src_ip4",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_UDP6_SENDMSG": (
        """
        user_family user_ip6 user_port family type protocol msg_src_ip6 sk
        """,
        "user_ip6 user_port msg_src_ip6",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG": (
        """
        user_family user_ip4 user_port family type protocol sk
        """,
        "user_ip4 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_UDP6_RECVMSG": (
        """
        user_family user_ip6 user_port family type protocol sk
        """,
        "user_ip6 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_INET4_GETPEERNAME": (
        """
        user_family user_ip4 user_port family type protocol sk
        """,
        "user_ip4 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_INET6_GETPEERNAME": (
        """
        user_family user_ip6 user_port family type protocol sk
        """,
        "user_ip6 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_INET4_GETSOCKNAME": (
        """
        user_family user_ip4 user_port family type protocol sk
        """,
        "user_ip4 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_INET6_GETSOCKNAME": (
        """
        user_family user_ip6 user_port family type protocol sk
        """,
        "user_ip6 user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_CONNECT": (
        """
        user_family user_port family type protocol sk
        """,
        "user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_SENDMSG": (
        """
        user_family user_port family type protocol sk
        """,
        "user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_RECVMSG": (
        """
        user_family user_port family type protocol sk
        """,
        "user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_GETPEERNAME": (
        """
        user_family user_port family type protocol sk
        """,
        "user_port",
    ),
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_GETSOCKNAME": (
        """
        user_family user_port family type protocol sk
        """,
        "user_port",
    ),
    "SK_REUSEPORT": (
        """
        data data_end len eth_protocol ip_protocol bind_inany hash sk migrating_sk
        """,
        "",
    ),
    "FLOW_DISSECTOR": (
        """
        data data_end flow_keys
        """,
        "",
    ),
    "CGROUP_SYSCTL": (
        """
        write file_pos
        """,
        "file_pos",
    ),
    "CGROUP_SOCKOPT/CGROUP_GETSOCKOPT": (
        """
        sk optval optval_end level optname optlen retval
        """,
        "optlen retval",
    ),
    "CGROUP_SOCKOPT/CGROUP_SETSOCKOPT": (
        """
        sk optval optval_end level optname optlen
        """,
        "level optname optlen",
    ),
    "SK_LOOKUP": (
        """
        sk cookie family protocol remote_ip4 remote_ip6 remote_port local_ip4 local_ip6 local_port ingress_ifindex
        """,
        "",
    ),
    "NETFILTER": (
        """
        state skb
        """,
        "",
    ),
}
