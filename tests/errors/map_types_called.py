from pybpfc import HashMap, u32, u64

counts = HashMap(u32, u64)
