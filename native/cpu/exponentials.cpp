// The exponentials of a row less its largest element, of which none overflows.
#include "cpu/exponential.h"
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void exponentials(int64_t count, float largest, const float *src, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float x = src[i];
        const float less = x - largest;
        const float back = less - x;
        const float rest = (x - (less - back)) - (largest + back);  // what the difference lost
        const float e = enlarged_exp_or_zero(less, rest) * enlarged;
        dst[i] = less == less ? e : less;
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
