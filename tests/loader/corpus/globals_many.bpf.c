/* Fifty variables, which the compiler orders as it likes. */
#include "corpus.h"
#define V(n) __u32 v##n = n; __u64 z##n; const volatile __u16 c##n = n;
#define TEN(d) V(d##0) V(d##1) V(d##2) V(d##3) V(d##4) V(d##5) V(d##6) V(d##7) V(d##8) V(d##9)
TEN(1) TEN(2) TEN(3) TEN(4) TEN(5)
SEC("socket") int use(struct __sk_buff *skb) { z17 += v23 + c42; z59 = c10; v11 = z17; return v59 + z30; }
GPL;
