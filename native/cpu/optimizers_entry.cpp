// The step functions: what differs between rules, the table says.
#include "cpu/optimizer_step.h"

namespace gatun {
namespace {

template <typename Rule>
StepCall<Rule> call_of(const StepArguments &arguments, const StepStates &states)
{
    return {arguments, states};
}

int32_t update(const StepArguments &arguments, const StepStates &states)
{
    switch (arguments.rule) {
#define GATUN_ELEMENTWISE(id, Rule) \
    case number_of_##id:            \
        return elementwise_step(call_of<Rule>(arguments, states), &Kernels::id);
#define GATUN_LAYERWISE(id, Rule) \
    case number_of_##id:          \
        return layerwise_step(call_of<Rule>(arguments, states), &Kernels::id, &Kernels::id##_norms);
#include "common/rules.def"
    }
    return GATUN_INVALID_VALUE;
}

int32_t update_coded(const StepArguments &arguments, const StepStates &states)
{
    switch (arguments.rule) {
#define GATUN_ELEMENTWISE(id, Rule)
#define GATUN_ELEMENTWISE_8BIT(id, Rule) \
    case number_of_##id:                 \
        return coded_step(call_of<Rule>(arguments, states), &Kernels::id##_8bit);
#include "common/rules.def"
    }
    return GATUN_INVALID_VALUE;
}

}  // namespace
}  // namespace gatun

extern "C" int32_t gatun_update(int32_t rule, const gatun_step *step, const double *groups, int64_t group_count,
                                const gatun_range *ranges, int64_t range_count, const double *range_coefficients,
                                int64_t elements, float *parameters, const float *gradients, float *state0,
                                float *state1, float *state2, float *average, uint16_t *bf16_weights)
{
    return gatun::update({rule, step, groups, group_count, ranges, range_count, range_coefficients, elements,
                          parameters, gradients, average, bf16_weights},
                         {{state0, state1, state2}, {}});
}

extern "C" int32_t gatun_update_8bit(int32_t rule, const gatun_step *step, const double *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, const double *range_coefficients,
                                     int64_t elements, float *parameters, const float *gradients, uint8_t *codes0,
                                     float *scales0, uint8_t *codes1, float *scales1, float *average,
                                     uint16_t *bf16_weights)
{
    return gatun::update_coded({rule, step, groups, group_count, ranges, range_count, range_coefficients, elements,
                                parameters, gradients, average, bf16_weights},
                               {{}, {{codes0, scales0}, {codes1, scales1}}});
}
