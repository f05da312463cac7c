/* Types of every kind that BTF has. */
#include "corpus.h"
enum small { A = 1, B = -2 };
enum large { C = 0x8000000000000000ull };
struct forward;
union choice { int i; float f; double d; };
typedef const volatile struct { struct forward *restrict next; union choice choice; enum small e; enum large l;
	int (*callback)(struct forward *, ...); __u8 matrix[2][3]; unsigned a : 3; unsigned long b : 40; } everything;
typedef int tagged __attribute__((btf_type_tag("user")));
struct marked { int a; } __attribute__((btf_decl_tag("whole")));
struct marked marked __attribute__((btf_decl_tag("variable")));
everything all;
int __attribute__((btf_type_tag("user"))) *user_pointer;
noinline __attribute__((btf_decl_tag("function"))) int described(int x __attribute__((btf_decl_tag("argument")))) { return x; }
SEC("tc") int use(struct __sk_buff *skb) { return all.e + marked.a + described(skb->len) + !user_pointer; }
GPL;
