// One thread's run of a copy, with stores that go past the caches: a plain store first reads the line it overwrites,
// half as much traffic again.
#include <string.h>

#include "cpu/isa.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace gatun {
namespace GATUN_ISA {

#if defined(__x86_64__)

#if defined(__AVX512F__)
static inline void stream_vectors(char *dst, const char *src)
{
    _mm512_stream_si512(reinterpret_cast<__m512i *>(dst), _mm512_loadu_si512(src));
}
#elif defined(__AVX2__)
static inline void stream_vectors(char *dst, const char *src)
{
    for (int i = 0; i < 64; i += 32) {
        _mm256_stream_si256(reinterpret_cast<__m256i *>(dst + i),
                            _mm256_loadu_si256(reinterpret_cast<const __m256i *>(src + i)));
    }
}
#else
static inline void stream_vectors(char *dst, const char *src)
{
    for (int i = 0; i < 64; i += 16) {
        _mm_stream_si128(reinterpret_cast<__m128i *>(dst + i),
                         _mm_loadu_si128(reinterpret_cast<const __m128i *>(src + i)));
    }
}
#endif

void copy(int64_t count, const float *src, float *dst)
{
    constexpr size_t line = 64;
    constexpr int64_t fits_in_cache = 1 << 16;  // below this many elements the reader wants them in the cache
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
        stream_vectors(to + done, from + done);
    }
    memcpy(to + done, from + done, bytes - done);
    _mm_sfence();  // streamed stores are weakly ordered: other threads must see them after the call
}

#else

void copy(int64_t count, const float *src, float *dst)
{
    memcpy(dst, src, static_cast<size_t>(count) * sizeof(float));
}

#endif

}  // namespace GATUN_ISA
}  // namespace gatun
