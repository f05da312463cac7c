/* Names with what C allows and others do not. */
#include "corpus.h"
__u32 $dollar = 1;
__u32 a_very_long_name_of_a_variable_that_goes_on_and_on_until_nobody_reads_it_any_more_and_then_some_further = 2;
SEC("socket") int a_very_long_name_of_a_program_that_goes_on_and_on(struct __sk_buff *skb)
{
	return $dollar + a_very_long_name_of_a_variable_that_goes_on_and_on_until_nobody_reads_it_any_more_and_then_some_further;
}
GPL;
