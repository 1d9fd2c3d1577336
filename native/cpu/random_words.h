// Philox for a run of elements: the random words of 64 counters are made together, one counter per 64-bit vector lane.
// Included only by sources compiled with GATUN_ISA defined.
#ifndef GATUN_CPU_RANDOM_WORDS_H
#define GATUN_CPU_RANDOM_WORDS_H

#include <stdint.h>
#include <string.h>

#include "cpu/isa.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace gatun {

#if defined(__AVX512F__)
typedef uint64_t Wide __attribute__((vector_size(64)));
#elif defined(__AVX2__)
typedef uint64_t Wide __attribute__((vector_size(32)));
#else
typedef uint64_t Wide __attribute__((vector_size(16)));
#endif

// Compilers do not see that a 64-bit product of two 32-bit halves is one instruction.
GATUN_HOST_DEVICE Wide low_product(Wide x, uint32_t factor)
{
#if defined(__AVX512F__)
    // With all lanes kept this is _mm512_mul_epu32, in whose header GCC 12 sees an uninitialised value (bug 105593).
    return reinterpret_cast<Wide>(
        _mm512_maskz_mul_epu32(0xFF, reinterpret_cast<__m512i>(x), _mm512_set1_epi64(factor)));
#elif defined(__AVX2__)
    return reinterpret_cast<Wide>(_mm256_mul_epu32(reinterpret_cast<__m256i>(x), _mm256_set1_epi64x(factor)));
#elif defined(__x86_64__)
    return reinterpret_cast<Wide>(_mm_mul_epu32(reinterpret_cast<__m128i>(x), _mm_set1_epi64x(factor)));
#else
    return (x & 0xFFFFFFFFu) * static_cast<uint64_t>(factor);
#endif
}

// first, second: the 64-bit lanes of a and b by turns.
GATUN_HOST_DEVICE void interleave(Wide a, Wide b, Wide &first, Wide &second)
{
#if defined(__AVX512F__)
    const __m512i low = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
    const __m512i high = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
    first = reinterpret_cast<Wide>(
        _mm512_permutex2var_epi64(reinterpret_cast<__m512i>(a), low, reinterpret_cast<__m512i>(b)));
    second = reinterpret_cast<Wide>(
        _mm512_permutex2var_epi64(reinterpret_cast<__m512i>(a), high, reinterpret_cast<__m512i>(b)));
#elif defined(__AVX2__)
    const __m256i even = _mm256_unpacklo_epi64(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b));
    const __m256i odd = _mm256_unpackhi_epi64(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b));
    first = reinterpret_cast<Wide>(_mm256_permute2x128_si256(even, odd, 0x20));
    second = reinterpret_cast<Wide>(_mm256_permute2x128_si256(even, odd, 0x31));
#else
    first = Wide{a[0], b[0]};
    second = Wide{a[1], b[1]};
#endif
}

}  // namespace gatun

#include "common/philox.h"

namespace gatun {
namespace GATUN_ISA {

static constexpr int words_per_counter = 4;
static constexpr int counters_at_once = 64;
static constexpr int random_count = counters_at_once * words_per_counter;  // words made together
static constexpr int vectors = counters_at_once * sizeof(uint64_t) / sizeof(Wide);

// random (random_count), written: the words of counters block .. block + counters_at_once, in element order.
static inline void random_words(uint64_t block, const uint32_t key[2], uint32_t step, uint32_t stream,
                                uint32_t *__restrict random)
{
    uint64_t counters[counters_at_once];
    uint64_t high_counters[counters_at_once];
    for (int lane = 0; lane < counters_at_once; ++lane) {
        counters[lane] = block + static_cast<uint64_t>(lane);
        high_counters[lane] = counters[lane] >> 32;
    }
    for (int v = 0; v < vectors; ++v) {
        constexpr size_t lanes = sizeof(Wide) / sizeof(uint64_t);
        const Wide low_halves = Wide{} + 0xFFFFFFFFu;
        Wide c0, c1;
        memcpy(&c0, counters + lanes * static_cast<size_t>(v), sizeof c0);
        memcpy(&c1, high_counters + lanes * static_cast<size_t>(v), sizeof c1);
        Wide c2 = Wide{} + static_cast<uint64_t>(step);
        Wide c3 = Wide{} + static_cast<uint64_t>(stream);
        philox(c0, c1, c2, c3, key[0], key[1]);
        Wide words[2];
        interleave((c0 & low_halves) | c1 << 32, (c2 & low_halves) | c3 << 32, words[0], words[1]);
        memcpy(random + words_per_counter * static_cast<int>(lanes) * v, words, sizeof words);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun

#endif
