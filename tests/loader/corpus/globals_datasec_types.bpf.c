/* Pointers, floats and qualifiers in variables. */
#include "corpus.h"
struct opaque;
struct holder { struct opaque *pointer; int (*callback)(int); volatile const char *text; };
struct holder holder;
double real;
void *const volatile nothing;
SEC("socket") int use(struct __sk_buff *skb) { return holder.pointer == nothing && (long)&real; }
GPL;
