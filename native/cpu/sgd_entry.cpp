#include "cpu/kernels.h"
#include "cpu/optimizer_step.h"
#include "cpu/validate.h"

static bool valid(const gatun_sgd_group &group)
{
    const bool numbers = gatun::is_non_negative(group.learning_rate) && gatun::is_non_negative(group.momentum) &&
                         gatun::is_finite(group.dampening) && gatun::is_non_negative(group.weight_decay);
    const bool flags = gatun::is_flag(group.nesterov) && gatun::is_flag(group.maximize);
    const bool nesterov = group.nesterov == 0 || (group.momentum > 0.0 && group.dampening == 0.0);
    return numbers && flags && nesterov;
}

extern "C" int32_t gatun_sgd_step(const gatun_step *step, const gatun_sgd_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                  const float *gradients, float *momentum)
{
    int32_t status = gatun::check_step(step, groups, group_count, ranges, range_count);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    bool needs_momentum = false;
    for (int64_t i = 0; i < group_count; ++i) {
        if (!valid(groups[i])) {
            return GATUN_INVALID_VALUE;
        }
        needs_momentum = needs_momentum || groups[i].momentum != 0.0;
    }
    status = needs_momentum ? gatun::check_buffers(elements, parameters, gradients, momentum)
                            : gatun::check_buffers(elements, parameters, gradients);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    status = gatun::check_ranges(ranges, range_count, group_count, elements);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const gatun::Kernels &kernels = gatun::active_kernels();
    using Coefficients = gatun::SgdCoefficients<float>;
    gatun::optimizer_step<Coefficients>(
        *step, groups, group_count, ranges, range_count,
        [](const gatun_step &s, const gatun_sgd_group &group) { return gatun::sgd_coefficients<float>(s, group); },
        [&](const Coefficients &c, int64_t begin, int64_t count) {
            float *velocity = c.has_momentum ? momentum + begin : nullptr;
            kernels.sgd(c, count, parameters + begin, gradients + begin, velocity);
        });
    return GATUN_SUCCESS;
}
