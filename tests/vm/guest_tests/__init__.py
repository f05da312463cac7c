"""The tests that run in guests: one module for each kind of program, listed by `vm.guest_test.collect`."""
