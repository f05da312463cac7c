/* Prototypes of what Linux 7 has for memory of arenas and for addresses, as types: kernels of the tests' machines need
 * not have them. */

#define kfunc __attribute__((btf_decl_tag("bpf_kfunc")))

typedef unsigned long long __u64;

struct scx_cmask {
	unsigned int base, nr_cids;
	__u64 bits[];
};

struct list_head {
	struct list_head *next, *prev;
};

kfunc void *bpf_arena_alloc_pages(void *p__map, void *addr__ign, unsigned int page_cnt, int node_id, __u64 flags)
{
	return 0;
}

kfunc int scx_bpf_sub_caps(__u64 cgroup_id, __u64 caps, struct scx_cmask *out__arena)
{
	return 0;
}

kfunc int scx_bpf_sub_grant(__u64 cgroup_id, __u64 caps, struct scx_cmask *cmask__arena,
			    struct scx_cmask *denied_out__arena__nullable)
{
	return 0;
}

kfunc void scx_bpf_sub_revoke(__u64 cgroup_id, __u64 caps, struct scx_cmask *cmask__arena)
{
}

kfunc void *scx_bpf_online_cmask(void)
{
	return 0;
}

kfunc void *bpf_wakeup_sources_get_head(void)
{
	return 0;
}

struct list_head head;
