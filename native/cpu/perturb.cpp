// One thread's run of the perturbation of sharpness-aware minimisation.
#include "common/wrappers.h"
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void perturb(int64_t count, float coefficient, bool adaptive, float *__restrict parameters,
             const float *__restrict gradients)
{
    if (adaptive) {
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            parameters[i] = perturbed(coefficient, true, parameters[i], gradients[i]);
        }
    } else {
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            parameters[i] = perturbed(coefficient, false, parameters[i], gradients[i]);
        }
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
