// Stores that go past the caches: a plain store first reads the line it overwrites, half as much traffic again.
// Included only by sources compiled with GATUN_ISA defined; local to each.
#ifndef GATUN_CPU_STREAM_H
#define GATUN_CPU_STREAM_H

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if !defined(GATUN_ISA)
#error "GATUN_ISA must name the instruction set this source is compiled for"
#endif

namespace gatun {
namespace GATUN_ISA {
namespace {

constexpr int64_t line_bytes = 64;

inline __attribute__((always_inline)) bool is_on_line(const void *p)
{
    return reinterpret_cast<uintptr_t>(p) % line_bytes == 0;
}

// One line, to where a line begins.
inline __attribute__((always_inline)) void stream_line(void *to, const void *from)
{
    char *dst = static_cast<char *>(to);
    const char *src = static_cast<const char *>(from);
#if defined(__AVX512F__)
    _mm512_stream_si512(reinterpret_cast<__m512i *>(dst), _mm512_loadu_si512(src));
#elif defined(__AVX2__)
    for (int i = 0; i < line_bytes; i += 32) {
        _mm256_stream_si256(reinterpret_cast<__m256i *>(dst + i),
                            _mm256_loadu_si256(reinterpret_cast<const __m256i *>(src + i)));
    }
#elif defined(__x86_64__)
    for (int i = 0; i < line_bytes; i += 16) {
        _mm_stream_si128(reinterpret_cast<__m128i *>(dst + i),
                         _mm_loadu_si128(reinterpret_cast<const __m128i *>(src + i)));
    }
#else
    memcpy(dst, src, line_bytes);
#endif
}

// count: a multiple of a line's elements.
inline __attribute__((always_inline)) void stream_line_by_line(float *dst, const float *src, int64_t count)
{
    for (int64_t i = 0; i < count; i += line_bytes / static_cast<int64_t>(sizeof(float))) {
        stream_line(dst + i, src + i);
    }
}

// Streamed stores are weakly ordered: other threads must see them after the call.
inline __attribute__((always_inline)) void end_stream()
{
#if defined(__x86_64__)
    _mm_sfence();
#endif
}

}  // namespace
}  // namespace GATUN_ISA
}  // namespace gatun

#endif
