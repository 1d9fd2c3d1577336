// The exponentials of a row less its largest element, of which none overflows.
#include "cpu/exponential.h"
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void exponentials(int64_t count, float largest, const float *src, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        dst[i] = exponential_below(src[i], largest);
    }
}

void scale_row(int64_t count, float factor, const float *src, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        dst[i] = src[i] * factor;
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
