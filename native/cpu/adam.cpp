// One thread's run of an Adam or AdamW step.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void adam(const AdamCoefficients<float> &coefficients, int64_t count, float *__restrict parameters,
          const float *__restrict gradients, float *__restrict first, float *__restrict second)
{
    const AdamCoefficients<float> c = coefficients;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        adam_rule(c, parameters[i], gradients[i], first[i], second[i]);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
