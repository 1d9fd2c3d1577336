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

}  // namespace gatun

#include "common/philox.h"

namespace gatun {
namespace GATUN_ISA {

static constexpr int words_per_counter = 4;
static constexpr int counters_at_once = 64;
static constexpr int random_count = counters_at_once * words_per_counter;  // words made together
static constexpr int vectors = counters_at_once * sizeof(uint64_t) / sizeof(Wide);

// random (random_count), written: the words of counters block .. block + counters_at_once, in element order.
// Lanes go in and out through arrays in memory: taking a vector apart lane by lane is slower.
static inline void random_words(uint64_t block, const uint32_t key[2], uint32_t step, uint32_t stream,
                                uint32_t *__restrict random)
{
    uint64_t counters[counters_at_once];
    uint64_t high_counters[counters_at_once];
    for (int lane = 0; lane < counters_at_once; ++lane) {
        counters[lane] = block + static_cast<uint64_t>(lane);
        high_counters[lane] = counters[lane] >> 32;
    }
    Wide c[words_per_counter][vectors];
    memcpy(c[0], counters, sizeof counters);
    memcpy(c[1], high_counters, sizeof high_counters);
    for (int v = 0; v < vectors; ++v) {
        c[2][v] = Wide{} + static_cast<uint64_t>(step);
        c[3][v] = Wide{} + static_cast<uint64_t>(stream);
        philox(c[0][v], c[1][v], c[2][v], c[3][v], key[0], key[1]);
    }
    uint64_t results[words_per_counter][counters_at_once];
    memcpy(results, c, sizeof results);
    for (int lane = 0; lane < counters_at_once; ++lane) {
        for (int word = 0; word < words_per_counter; ++word) {
            random[lane * words_per_counter + word] = static_cast<uint32_t>(results[word][lane]);
        }
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun

#endif
