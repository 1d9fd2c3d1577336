// One thread's run of an SGD step. The group's options are the same for every element, so the compiler lifts their
// tests out of the loops.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

// parameters, gradients: (count).
static void without_momentum(const SgdCoefficients<float> c, int64_t count, float *__restrict parameters,
                             const float *__restrict gradients)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        sgd_rule(c, parameters[i], gradients[i]);
    }
}

// parameters, gradients, momentum: (count).
static void with_momentum(const SgdCoefficients<float> c, int64_t count, float *__restrict parameters,
                          const float *__restrict gradients, float *__restrict momentum)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        sgd_momentum_rule(c, parameters[i], gradients[i], momentum[i]);
    }
}

void sgd(const SgdCoefficients<float> &c, int64_t count, float *parameters, const float *gradients, float *momentum)
{
    if (c.has_momentum) {
        with_momentum(c, count, parameters, gradients, momentum);
    } else {
        without_momentum(c, count, parameters, gradients);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
