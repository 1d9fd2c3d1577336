// Choices between numbers, element by element. The pointers are not __restrict, for the reason given in add.cpp.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void where(int64_t count, const float *condition, const float *a, const float *b, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float chosen = a[i];
        const float otherwise = b[i];
        dst[i] = condition[i] == 0.0f ? otherwise : chosen;
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
