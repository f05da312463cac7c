/* Nor can a function. object: refused */
#include "corpus.h"
extern int CONFIG_HZ(int) __kconfig;
SEC("socket") int use(struct __sk_buff *skb) { return CONFIG_HZ(1); }
GPL;
