// A step of each elementwise optimizer; see gatun_cuda.h.
#include "cuda/step.h"

GATUN_KERNEL gatun_cuda_adabelief_step(const gatun_step *step, const gatun_adabelief_group *groups,
                                       int64_t group_count, const gatun_range *ranges, int64_t range_count,
                                       int64_t elements, float *parameters, const float *gradients,
                                       float *first_moment, float *variance)
{
    gatun::step_all<gatun::AdaBeliefRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, first_moment, variance);
}

GATUN_KERNEL gatun_cuda_adadelta_step(const gatun_step *step, const gatun_adadelta_group *groups, int64_t group_count,
                                      const gatun_range *ranges, int64_t range_count, int64_t elements,
                                      float *parameters, const float *gradients, float *square_average,
                                      float *accumulated_delta)
{
    gatun::step_all<gatun::AdadeltaRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, square_average,
        accumulated_delta);
}

GATUN_KERNEL gatun_cuda_adagrad_step(const gatun_step *step, const gatun_adagrad_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     float *parameters, const float *gradients, float *sum)
{
    gatun::step_all<gatun::AdagradRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, sum);
}

GATUN_KERNEL gatun_cuda_adam_step(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                  const float *gradients, float *first_moment, float *second_moment)
{
    gatun::step_all<gatun::AdamRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, first_moment, second_moment);
}

GATUN_KERNEL gatun_cuda_amsgrad_step(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     float *parameters, const float *gradients, float *first_moment,
                                     float *second_moment, float *largest_second_moment)
{
    gatun::step_all<gatun::AdamRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, first_moment,
        second_moment, largest_second_moment);
}

GATUN_KERNEL gatun_cuda_adamax_step(const gatun_step *step, const gatun_adamax_group *groups, int64_t group_count,
                                    const gatun_range *ranges, int64_t range_count, int64_t elements,
                                    float *parameters, const float *gradients, float *first_moment,
                                    float *infinity_norm)
{
    gatun::step_all<gatun::AdamaxRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, first_moment, infinity_norm);
}

GATUN_KERNEL gatun_cuda_lion_step(const gatun_step *step, const gatun_lion_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                  const float *gradients, float *first_moment)
{
    gatun::step_all<gatun::LionRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, first_moment);
}

GATUN_KERNEL gatun_cuda_nadam_step(const gatun_step *step, const gatun_nadam_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                   const float *gradients, float *first_moment, float *second_moment)
{
    gatun::step_all<gatun::NAdamRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, first_moment, second_moment);
}

GATUN_KERNEL gatun_cuda_radam_step(const gatun_step *step, const gatun_radam_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                   const float *gradients, float *first_moment, float *second_moment)
{
    gatun::step_all<gatun::RAdamRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, first_moment, second_moment);
}

GATUN_KERNEL gatun_cuda_rprop_step(const gatun_step *step, const gatun_rprop_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                   const float *gradients, float *previous, float *size)
{
    gatun::step_all<gatun::RpropRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, previous, size);
}

// gradient_average may be null when no group is centered, momentum when every group's momentum is 0.
GATUN_KERNEL gatun_cuda_rmsprop_step(const gatun_step *step, const gatun_rmsprop_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     float *parameters, const float *gradients, float *square_average,
                                     float *gradient_average, float *momentum)
{
    using Rule = gatun::RmspropRule;
    const gatun::StepCall<Rule> call = {step,     groups,     group_count, {ranges, range_count},
                                        elements, parameters, gradients};
    const auto plain = gatun::slabs_of(call, square_average);
    const auto centered = gatun::slabs_of(call, square_average, gradient_average);
    const auto with_momentum = gatun::slabs_of(call, square_average, momentum);
    const auto both = gatun::slabs_of(call, square_average, gradient_average, momentum);
    gatun::for_each_piece(call, [&](const Rule::Constants<float> &c, const gatun::Piece &piece) {
        if (c.centered && c.has_momentum) {
            gatun::update<Rule>(c, piece, both);
        } else if (c.centered) {
            gatun::update<gatun::RmspropCenteredRule>(c, piece, centered);
        } else if (c.has_momentum) {
            gatun::update<Rule>(c, piece, with_momentum);
        } else {
            gatun::update<Rule>(c, piece, plain);
        }
    });
}

// momentum may be null when every group's momentum is 0.
GATUN_KERNEL gatun_cuda_sgd_step(const gatun_step *step, const gatun_sgd_group *groups, int64_t group_count,
                                 const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                 const float *gradients, float *momentum)
{
    using Rule = gatun::SgdRule;
    const gatun::StepCall<Rule> call = {step,     groups,     group_count, {ranges, range_count},
                                        elements, parameters, gradients};
    const auto plain = gatun::slabs_of(call);
    const auto with_momentum = gatun::slabs_of(call, momentum);
    gatun::for_each_piece(call, [&](const Rule::Constants<float> &c, const gatun::Piece &piece) {
        if (c.has_momentum) {
            gatun::update<Rule>(c, piece, with_momentum);
        } else {
            gatun::update<Rule>(c, piece, plain);
        }
    });
}
