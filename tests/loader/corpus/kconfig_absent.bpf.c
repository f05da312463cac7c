/* A value that the configuration does not have. object: refused */
#include "corpus.h"
extern unsigned CONFIG_OF_TOMORROW __kconfig;
SEC("socket") int use(struct __sk_buff *skb) { return CONFIG_OF_TOMORROW; }
GPL;
