/* What the programs of the corpus share, and what headers of older libbpf and kernels lack. */
#pragma once
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#ifndef __ulong
#define __ulong(name, value) enum { ulong_##name = value } name
#endif
#ifndef bpf_ksym_exists
#define bpf_ksym_exists(symbol) (!!(symbol))
#endif
#ifndef __arg_ctx
#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#endif

#define GPL char LICENSE[] SEC("license") = "GPL"
#define noinline __attribute__((noinline))
#define relocated __attribute__((preserve_access_index))

#define MAP(name, kind, key_type, value_type, count) \
	struct { __uint(type, kind); __uint(max_entries, count); __type(key, key_type); __type(value, value_type); } \
	name SEC(".maps")
