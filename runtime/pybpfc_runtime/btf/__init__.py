"""BTF, the kernel's type format: reading, writing, and what it means for Python values."""
