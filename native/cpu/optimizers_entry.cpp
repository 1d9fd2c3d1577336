// The step functions. All that differs is the rule, its kernels and its states.
#include "cpu/optimizer_step.h"

extern "C" int32_t gatun_sgd_step(const gatun_step *step, const gatun_sgd_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                  const float *gradients, float *momentum)
{
    const gatun::StepCall<gatun::SgdRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        1, {momentum}};
    return gatun::optimizer_step(call, &gatun::Kernels::sgd);
}

extern "C" int32_t gatun_adam_step(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                   const float *gradients, float *first_moment, float *second_moment)
{
    const gatun::StepCall<gatun::AdamRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        2, {first_moment, second_moment}};
    return gatun::optimizer_step(call, &gatun::Kernels::adam);
}

extern "C" int32_t gatun_amsgrad_step(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                      const gatun_range *ranges, int64_t range_count, int64_t elements,
                                      float *parameters, const float *gradients, float *first_moment,
                                      float *second_moment, float *largest_second_moment)
{
    const gatun::StepCall<gatun::AdamRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        3, {first_moment, second_moment, largest_second_moment}};
    return gatun::optimizer_step(call, &gatun::Kernels::amsgrad);
}

extern "C" int32_t gatun_adagrad_step(const gatun_step *step, const gatun_adagrad_group *groups, int64_t group_count,
                                      const gatun_range *ranges, int64_t range_count, int64_t elements,
                                      float *parameters, const float *gradients, float *sum)
{
    const gatun::StepCall<gatun::AdagradRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        1, {sum}};
    return gatun::optimizer_step(call, &gatun::Kernels::adagrad);
}

extern "C" int32_t gatun_rmsprop_step(const gatun_step *step, const gatun_rmsprop_group *groups, int64_t group_count,
                                      const gatun_range *ranges, int64_t range_count, int64_t elements,
                                      float *parameters, const float *gradients, float *square_average,
                                      float *gradient_average, float *momentum)
{
    const gatun::StepCall<gatun::RmspropRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        3, {square_average, gradient_average, momentum}};
    return gatun::optimizer_step(call, &gatun::Kernels::rmsprop);
}

extern "C" int32_t gatun_adadelta_step(const gatun_step *step, const gatun_adadelta_group *groups, int64_t group_count,
                                       const gatun_range *ranges, int64_t range_count, int64_t elements,
                                       float *parameters, const float *gradients, float *square_average,
                                       float *accumulated_delta)
{
    const gatun::StepCall<gatun::AdadeltaRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        2, {square_average, accumulated_delta}};
    return gatun::optimizer_step(call, &gatun::Kernels::adadelta);
}

extern "C" int32_t gatun_adamax_step(const gatun_step *step, const gatun_adamax_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     float *parameters, const float *gradients, float *first_moment,
                                     float *infinity_norm)
{
    const gatun::StepCall<gatun::AdamaxRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        2, {first_moment, infinity_norm}};
    return gatun::optimizer_step(call, &gatun::Kernels::adamax);
}

extern "C" int32_t gatun_nadam_step(const gatun_step *step, const gatun_nadam_group *groups, int64_t group_count,
                                    const gatun_range *ranges, int64_t range_count, int64_t elements,
                                    float *parameters, const float *gradients, float *first_moment,
                                    float *second_moment)
{
    const gatun::StepCall<gatun::NAdamRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        2, {first_moment, second_moment}};
    return gatun::optimizer_step(call, &gatun::Kernels::nadam);
}

extern "C" int32_t gatun_radam_step(const gatun_step *step, const gatun_radam_group *groups, int64_t group_count,
                                    const gatun_range *ranges, int64_t range_count, int64_t elements,
                                    float *parameters, const float *gradients, float *first_moment,
                                    float *second_moment)
{
    const gatun::StepCall<gatun::RAdamRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        2, {first_moment, second_moment}};
    return gatun::optimizer_step(call, &gatun::Kernels::radam);
}

extern "C" int32_t gatun_lion_step(const gatun_step *step, const gatun_lion_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                   const float *gradients, float *first_moment)
{
    const gatun::StepCall<gatun::LionRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        1, {first_moment}};
    return gatun::optimizer_step(call, &gatun::Kernels::lion);
}

extern "C" int32_t gatun_adabelief_step(const gatun_step *step, const gatun_adabelief_group *groups,
                                        int64_t group_count, const gatun_range *ranges, int64_t range_count,
                                        int64_t elements, float *parameters, const float *gradients,
                                        float *first_moment, float *variance)
{
    const gatun::StepCall<gatun::AdaBeliefRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        2, {first_moment, variance}};
    return gatun::optimizer_step(call, &gatun::Kernels::adabelief);
}

extern "C" int32_t gatun_rprop_step(const gatun_step *step, const gatun_rprop_group *groups, int64_t group_count,
                                    const gatun_range *ranges, int64_t range_count, int64_t elements,
                                    float *parameters, const float *gradients, float *previous, float *size)
{
    const gatun::StepCall<gatun::RpropRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        2, {previous, size}};
    return gatun::optimizer_step(call, &gatun::Kernels::rprop);
}

extern "C" int32_t gatun_lamb_step(const gatun_step *step, const gatun_lamb_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                   const float *gradients, float *first_moment, float *second_moment)
{
    const gatun::StepCall<gatun::LambRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        2, {first_moment, second_moment}};
    return gatun::layerwise_step(call, &gatun::Kernels::lamb, &gatun::Kernels::lamb_norms);
}

extern "C" int32_t gatun_lars_step(const gatun_step *step, const gatun_lars_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                   const float *gradients, float *momentum)
{
    const gatun::StepCall<gatun::LarsRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        1, {momentum}};
    return gatun::layerwise_step(call, &gatun::Kernels::lars, &gatun::Kernels::lars_norms);
}

extern "C" int32_t gatun_adam_step_8bit(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                        const gatun_range *ranges, int64_t range_count, int64_t elements,
                                        float *parameters, const float *gradients, uint8_t *first_codes,
                                        float *first_scales, uint8_t *second_codes, float *second_scales)
{
    const gatun::StepCall<gatun::AdamRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        0, {}};
    return gatun::coded_step(call, {{first_codes, first_scales}, {second_codes, second_scales}}, 2,
                             &gatun::Kernels::adam_8bit);
}

extern "C" int32_t gatun_lion_step_8bit(const gatun_step *step, const gatun_lion_group *groups, int64_t group_count,
                                        const gatun_range *ranges, int64_t range_count, int64_t elements,
                                        float *parameters, const float *gradients, uint8_t *codes, float *scales)
{
    const gatun::StepCall<gatun::LionRule> call = {
        step, groups, group_count, ranges, range_count, elements, parameters, gradients,
        0, {}};
    return gatun::coded_step(call, {{codes, scales}}, 1, &gatun::Kernels::lion_8bit);
}
