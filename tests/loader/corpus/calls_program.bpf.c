/* A program that calls another program of its section. */
#include "corpus.h"
SEC("tc") noinline int callee(struct __sk_buff *skb) { return skb->len; }
SEC("tc") int caller(struct __sk_buff *skb) { return callee(skb) + 1; }
GPL;
