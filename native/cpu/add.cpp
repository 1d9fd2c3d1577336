// Sums, element by element. The pointers are not __restrict: dst may be a or b. Then the same element is read and
// written, which is no dependence between iterations, so the simd pragma holds.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void add(int64_t count, const float *a, const float *b, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        dst[i] = a[i] + b[i];
    }
}

void add_relu(int64_t count, const float *a, const float *b, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float sum = a[i] + b[i];
        dst[i] = sum <= 0.0f ? 0.0f : sum;  // a NaN fails the test and so stays
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
