// The places of largest elements: in one row, and down columns. A NaN is the largest, the first of several wins.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

// Where there is a NaN, the largest is one, and equals nothing.
int64_t place_of_largest(int64_t count, const float *src)
{
    constexpr int64_t block = 64;
    const float largest = largest_of_row(count, src);
    int64_t i = 0;
    for (uint32_t found = 0; i + block <= count; i += block) {
#pragma omp simd reduction(| : found)
        for (int64_t j = 0; j < block; ++j) {
            const float x = src[i + j];
            found |= (x == largest) | (x != x) ? 1u : 0u;
        }
        if (found != 0) {
            break;
        }
    }
    while (i < count - 1 && src[i] != largest && src[i] == src[i]) {
        ++i;
    }
    return i;
}

void places_of_largest(int64_t row, int64_t count, const float *__restrict src, float *__restrict largest,
                       int32_t *__restrict places)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float x = src[i];
        const float before = largest[i];
        const bool wins = (x > before) | ((x != x) & (before == before));
        largest[i] = wins ? x : before;
        places[i] = wins ? static_cast<int32_t>(row) : places[i];
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
