#!/bin/sh
# The library exports exactly the functions of its header, needs only the libraries it may need, and holds no weak
# symbol from a source compiled for one instruction set (the linker could choose that copy for everybody).
#
# symbols_test.sh <library> <gatun.h> <object>...
set -eu
library=$1
header=$2
shift 2
failed=0

declared=$(sed -n 's/^GATUN_API .*[ *]\(gatun_[a-z0-9_]*\)(.*/\1/p' "$header" | LC_ALL=C sort)
exported=$(nm -D --defined-only "$library" | awk '{print $3}' | LC_ALL=C sort)
if [ "$declared" != "$exported" ]; then
    echo "declared in the header:" $declared
    echo "exported by the library:" $exported
    failed=1
fi

needed=$(readelf -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
for name in $needed; do
    case $name in
        libgomp.so.1 | libm.so.6 | libc.so.6 | ld-linux-*) ;;
        *) echo "needs $name"; failed=1 ;;
    esac
done

shared=$(nm "$@" | grep -E ' [WVu] ' || true)
if [ -n "$shared" ]; then
    echo "weak symbols in sources of one instruction set:" "$shared"
    failed=1
fi
exit $failed
