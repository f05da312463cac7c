/* A structure cannot be a configuration value. object: refused */
#include "corpus.h"
struct pair { int a, b; };
extern struct pair CONFIG_HZ __kconfig;
SEC("socket") int use(struct __sk_buff *skb) { return CONFIG_HZ.a; }
GPL;
