#include "cpu/kernels.h"
#include "cpu/optimizer_step.h"
#include "cpu/validate.h"

static bool valid(const gatun_adam_group &group)
{
    const bool numbers = gatun::is_non_negative(group.learning_rate) && gatun::is_fraction(group.beta1) &&
                         gatun::is_fraction(group.beta2) && gatun::is_non_negative(group.epsilon) &&
                         gatun::is_non_negative(group.weight_decay);
    return numbers && gatun::is_flag(group.decoupled) && gatun::is_flag(group.maximize);
}

extern "C" int32_t gatun_adam_step(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements,
                                   float *parameters, const float *gradients, float *first_moment,
                                   float *second_moment)
{
    int32_t status = gatun::check_step(step, groups, group_count, ranges, range_count);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    for (int64_t i = 0; i < group_count; ++i) {
        if (!valid(groups[i])) {
            return GATUN_INVALID_VALUE;
        }
    }
    status = gatun::check_buffers(elements, parameters, gradients, first_moment, second_moment);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    status = gatun::check_ranges(ranges, range_count, group_count, elements);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const gatun::Kernels &kernels = gatun::active_kernels();
    using Coefficients = gatun::AdamCoefficients<float>;
    gatun::optimizer_step<Coefficients>(
        *step, groups, group_count, ranges, range_count,
        [](const gatun_step &s, const gatun_adam_group &group) { return gatun::adam_coefficients<float>(s, group); },
        [&](const Coefficients &c, int64_t begin, int64_t count) {
            kernels.adam(c, count, parameters + begin, gradients + begin, first_moment + begin,
                         second_moment + begin);
        });
    return GATUN_SUCCESS;
}
