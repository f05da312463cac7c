#!/bin/busybox sh
# The first process of a guest: mounts, modules, the job, power off. /job/limit holds the seconds the job may take.
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root LC_ALL=C.UTF-8 LANG=C.UTF-8
/bin/busybox mount -t devtmpfs devtmpfs /dev
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t bpf bpf /sys/fs/bpf
mount -t tracefs tracefs /sys/kernel/tracing
mount -t securityfs securityfs /sys/kernel/security
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
while read -r module; do
    insmod "/modules/$module.ko" || echo "insmod $module failed"
done </modules/order
stty -F /dev/ttyS1 raw -echo
cd /job || poweroff -f
timeout -s KILL "$(cat /job/limit)" python3 -m vm.guest </dev/null
echo "vm.guest gave $?"
poweroff -f
