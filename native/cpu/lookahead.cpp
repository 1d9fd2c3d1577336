// One thread's run of Lookahead's synchronisation.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void lookahead(int64_t count, float rate, float *__restrict fast, float *__restrict slow)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float w = slow[i] + rate * (fast[i] - slow[i]);
        slow[i] = w;
        fast[i] = w;
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
