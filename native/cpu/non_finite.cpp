// The search for the first infinite or NaN element of one thread's run.
#include <string.h>

#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

// The bits without the sign: those of an infinity or a NaN are the largest.
static inline uint32_t magnitude_bits(const float *x)
{
    uint32_t bits;
    memcpy(&bits, x, sizeof bits);
    return bits & 0x7FFFFFFFu;
}

static constexpr uint32_t infinity_bits = 0x7F800000u;

int64_t find_non_finite(int64_t count, const float *src)
{
    // Whole blocks are tested without a branch per element; only the block that holds a hit is walked.
    constexpr int64_t block = 1024;
    for (int64_t begin = 0; begin < count; begin += block) {
        const int64_t end = count - begin < block ? count : begin + block;
        uint32_t hit = 0;
#pragma omp simd reduction(| : hit)
        for (int64_t i = begin; i < end; ++i) {
            hit |= magnitude_bits(src + i) >= infinity_bits ? 1u : 0u;
        }
        if (hit == 0) {
            continue;
        }
        for (int64_t i = begin; i < end; ++i) {
            if (magnitude_bits(src + i) >= infinity_bits) {
                return i;
            }
        }
    }
    return -1;
}

}  // namespace GATUN_ISA
}  // namespace gatun
