// The widest vectors of f32 of one instruction set, for kernels that do not vectorise by themselves. Included only by
// sources compiled with GATUN_ISA defined. Everything is local to the source, so that no symbol is shared between
// instruction sets.
//
// fused(a, b, c) is a * b + c, rounded once where the instruction set has such an instruction: kernels made of it give
// other last bits on another instruction set.
#ifndef GATUN_CPU_VECTORS_H
#define GATUN_CPU_VECTORS_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
#elif defined(__SSE__)
#include <xmmintrin.h>
#endif

#if !defined(GATUN_ISA)
#error "GATUN_ISA must name the instruction set this source is compiled for"
#endif

// Loops over registers must disappear entirely.
#if defined(__clang__)
#define GATUN_UNROLL _Pragma("unroll")
#else
#define GATUN_UNROLL _Pragma("GCC unroll 64")
#endif

#define GATUN_INLINE static inline __attribute__((always_inline))

namespace gatun {
namespace GATUN_ISA {
namespace {

#if defined(__AVX512F__)
typedef float Vector __attribute__((vector_size(64)));
#elif defined(__AVX2__)
typedef float Vector __attribute__((vector_size(32)));
#else
typedef float Vector __attribute__((vector_size(16)));
#endif

GATUN_INLINE Vector load(const float *p)
{
    Vector x;
    memcpy(&x, p, sizeof x);
    return x;
}

GATUN_INLINE void store(float *p, Vector x)
{
    memcpy(p, &x, sizeof x);
}

GATUN_INLINE Vector broadcast(float x)
{
#if defined(__AVX512F__)
    return _mm512_set1_ps(x);
#elif defined(__AVX2__)
    return _mm256_set1_ps(x);
#else
    return Vector{x, x, x, x};
#endif
}

GATUN_INLINE Vector fused(Vector a, Vector b, Vector c)
{
#if defined(__AVX512F__)
    return _mm512_fmadd_ps(a, b, c);
#elif defined(__AVX2__)
    return _mm256_fmadd_ps(a, b, c);
#else
    return a * b + c;
#endif
}

// max(x, 0) where a NaN stays.
GATUN_INLINE Vector positive(Vector x)
{
    return x <= 0.0f ? Vector{} : x;
}

constexpr int lanes = sizeof(Vector) / sizeof(float);

// The first count < lanes elements of a vector; the others are zero.
GATUN_INLINE Vector load_some(const float *p, int64_t count)
{
    float all[lanes] = {};
    memcpy(all, p, static_cast<size_t>(count) * sizeof(float));
    return load(all);
}

GATUN_INLINE void store_some(float *p, Vector x, int64_t count)
{
    float all[lanes];
    store(all, x);
    memcpy(p, all, static_cast<size_t>(count) * sizeof(float));
}

// The same for any count: a whole vector where there is one.
GATUN_INLINE Vector load_up_to(const float *p, int64_t count)
{
    return count >= lanes ? load(p) : load_some(p, count);
}

GATUN_INLINE void store_up_to(float *p, Vector x, int64_t count)
{
    if (count >= lanes) {
        store(p, x);
    } else {
        store_some(p, x, count);
    }
}

// target[j][i] = source[i][j] for 4 by 4 elements; strides in elements.
GATUN_INLINE void transpose4(const float *source, int64_t source_stride, float *target, int64_t target_stride)
{
#if defined(__SSE__)
    __m128 a = _mm_loadu_ps(source);
    __m128 b = _mm_loadu_ps(source + source_stride);
    __m128 c = _mm_loadu_ps(source + 2 * source_stride);
    __m128 d = _mm_loadu_ps(source + 3 * source_stride);
    _MM_TRANSPOSE4_PS(a, b, c, d);
    _mm_storeu_ps(target, a);
    _mm_storeu_ps(target + target_stride, b);
    _mm_storeu_ps(target + 2 * target_stride, c);
    _mm_storeu_ps(target + 3 * target_stride, d);
#else
    for (int i = 0; i < 4; ++i) {
        for (int j = 0; j < 4; ++j) {
            target[j * target_stride + i] = source[i * source_stride + j];
        }
    }
#endif
}

}  // namespace
}  // namespace GATUN_ISA
}  // namespace gatun

#endif
