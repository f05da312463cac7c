from pybpfc import Array, u64

counts = Array[u64](max_entries=4)
