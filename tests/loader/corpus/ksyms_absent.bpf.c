/* An address that the kernel does not have. object: refused */
#include "corpus.h"
extern const void symbol_of_tomorrow __ksym;
__u64 out;
SEC("raw_tp/sys_enter") int use(void *ctx) { out = (long)&symbol_of_tomorrow; return 0; }
GPL;
