/* A map of maps that says nothing about the inner map. expect: use EINVAL */
#include "corpus.h"
MAP(outer, BPF_MAP_TYPE_ARRAY_OF_MAPS, int, int, 1);
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&outer, &k); }
GPL;
