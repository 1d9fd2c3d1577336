// One thread's run of a copy.
#include "cpu/isa.h"
#include "cpu/stream.h"

namespace gatun {
namespace GATUN_ISA {

void copy(int64_t count, const float *src, float *dst)
{
    constexpr int64_t fits_in_cache = 1 << 16;  // below this many elements the reader wants them in the cache
    constexpr size_t line = static_cast<size_t>(line_bytes);
    const size_t bytes = static_cast<size_t>(count) * sizeof(float);
    const char *from = reinterpret_cast<const char *>(src);
    char *to = reinterpret_cast<char *>(dst);
    if (count < fits_in_cache) {
        memcpy(to, from, bytes);
        return;
    }
    size_t done = (line - reinterpret_cast<uintptr_t>(to) % line) % line;
    memcpy(to, from, done);
    for (; done + line <= bytes; done += line) {
        stream_line(to + done, from + done);
    }
    memcpy(to + done, from + done, bytes - done);
    end_stream();
}

}  // namespace GATUN_ISA
}  // namespace gatun
