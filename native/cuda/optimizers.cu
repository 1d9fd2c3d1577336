// A step of each elementwise optimizer on an NVIDIA GPU, from the rules that the CPU kernels are made of.
//
// gatun_<rule>(step, groups, ranges, parameters, gradients, states...), all pointers to device memory: what a step may
// change (hyper-parameters, the step's number, the clip coefficient, skip) is read when the kernel runs, so a captured
// launch need not be rebuilt. Arguments are not checked. Launch it on a grid of (blocks, range_count): blockIdx.y is
// the range, and the blocks of a row share its elements.
#include "common/outputs.h"
#include "common/rules.h"

namespace gatun {

// All memory but step, groups and ranges: (elements).
template <typename Rule, typename Constants, typename... States>
static __device__ __forceinline__ void update(const gatun_step *step, const Constants &c, const gatun_range &range,
                                              float *parameters, const float *gradients, States *... states)
{
    const AverageConstants<float> average = {static_cast<float>(1.0 - step->ema_decay),
                                             flag<float>(step->ema_first != 0)};
    float *const ema = step->ema;
    uint16_t *const shadow = step->shadow;
    const int64_t stride = static_cast<int64_t>(gridDim.x) * blockDim.x;
    for (int64_t i = range.begin + static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < range.end;
         i += stride) {
        float w = parameters[i];
        Rule::apply(c, w, gradients[i], states[i]...);
        parameters[i] = w;
        if (ema != nullptr) {
            average_rule(average, w, ema[i]);
        }
        if (shadow != nullptr) {
            shadow[i] = to_bfloat16(w);
        }
    }
}

// Whether this block has anything to do; constants: in shared memory, computed by one thread.
template <typename Rule>
static __device__ __forceinline__ bool prepare(const gatun_step *step, const typename Rule::Group *groups,
                                               const gatun_range &range,
                                               typename Rule::template Constants<float> *constants)
{
    const int64_t begin = range.begin + static_cast<int64_t>(blockIdx.x) * blockDim.x;
    if (step->skip != 0 || begin >= range.end) {
        return false;
    }
    if (threadIdx.x == 0) {
        *constants = Rule::template constants<float>(*step, groups[range.group]);
    }
    __syncthreads();
    return true;
}

template <typename Rule, typename... States>
static __device__ __forceinline__ void run(const gatun_step *step, const typename Rule::Group *groups,
                                           const gatun_range *ranges, float *parameters, const float *gradients,
                                           States *... states)
{
    __shared__ typename Rule::template Constants<float> c;
    const gatun_range range = ranges[blockIdx.y];
    if (prepare<Rule>(step, groups, range, &c)) {
        update<Rule>(step, c, range, parameters, gradients, states...);
    }
}

}  // namespace gatun

extern "C" {

__global__ void gatun_adabelief(const gatun_step *step, const gatun_adabelief_group *groups, const gatun_range *ranges,
                                float *parameters, const float *gradients, float *first, float *variance)
{
    gatun::run<gatun::AdaBeliefRule>(step, groups, ranges, parameters, gradients, first, variance);
}

__global__ void gatun_adadelta(const gatun_step *step, const gatun_adadelta_group *groups, const gatun_range *ranges,
                               float *parameters, const float *gradients, float *square, float *accumulated)
{
    gatun::run<gatun::AdadeltaRule>(step, groups, ranges, parameters, gradients, square, accumulated);
}

__global__ void gatun_adagrad(const gatun_step *step, const gatun_adagrad_group *groups, const gatun_range *ranges,
                              float *parameters, const float *gradients, float *sum)
{
    gatun::run<gatun::AdagradRule>(step, groups, ranges, parameters, gradients, sum);
}

__global__ void gatun_adam(const gatun_step *step, const gatun_adam_group *groups, const gatun_range *ranges,
                           float *parameters, const float *gradients, float *first, float *second)
{
    gatun::run<gatun::AdamRule>(step, groups, ranges, parameters, gradients, first, second);
}

__global__ void gatun_amsgrad(const gatun_step *step, const gatun_adam_group *groups, const gatun_range *ranges,
                              float *parameters, const float *gradients, float *first, float *second, float *largest)
{
    gatun::run<gatun::AdamRule>(step, groups, ranges, parameters, gradients, first, second, largest);
}

__global__ void gatun_adamax(const gatun_step *step, const gatun_adamax_group *groups, const gatun_range *ranges,
                             float *parameters, const float *gradients, float *first, float *norm)
{
    gatun::run<gatun::AdamaxRule>(step, groups, ranges, parameters, gradients, first, norm);
}

__global__ void gatun_lion(const gatun_step *step, const gatun_lion_group *groups, const gatun_range *ranges,
                           float *parameters, const float *gradients, float *first)
{
    gatun::run<gatun::LionRule>(step, groups, ranges, parameters, gradients, first);
}

__global__ void gatun_nadam(const gatun_step *step, const gatun_nadam_group *groups, const gatun_range *ranges,
                            float *parameters, const float *gradients, float *first, float *second)
{
    gatun::run<gatun::NAdamRule>(step, groups, ranges, parameters, gradients, first, second);
}

__global__ void gatun_radam(const gatun_step *step, const gatun_radam_group *groups, const gatun_range *ranges,
                            float *parameters, const float *gradients, float *first, float *second)
{
    gatun::run<gatun::RAdamRule>(step, groups, ranges, parameters, gradients, first, second);
}

__global__ void gatun_rprop(const gatun_step *step, const gatun_rprop_group *groups, const gatun_range *ranges,
                            float *parameters, const float *gradients, float *previous, float *size)
{
    gatun::run<gatun::RpropRule>(step, groups, ranges, parameters, gradients, previous, size);
}

// gradient_average may be null when no group is centered, momentum when every group's momentum is 0.
__global__ void gatun_rmsprop(const gatun_step *step, const gatun_rmsprop_group *groups, const gatun_range *ranges,
                              float *parameters, const float *gradients, float *square_average,
                              float *gradient_average, float *momentum)
{
    using gatun::RmspropRule;
    __shared__ RmspropRule::Constants<float> c;
    const gatun_range range = ranges[blockIdx.y];
    if (!gatun::prepare<RmspropRule>(step, groups, range, &c)) {
        return;
    }
    if (c.centered && c.has_momentum) {
        gatun::update<RmspropRule>(step, c, range, parameters, gradients, square_average,
                                                gradient_average, momentum);
    } else if (c.centered) {
        gatun::update<gatun::RmspropCenteredRule>(step, c, range, parameters, gradients, square_average,
                                                               gradient_average);
    } else if (c.has_momentum) {
        gatun::update<RmspropRule>(step, c, range, parameters, gradients, square_average, momentum);
    } else {
        gatun::update<RmspropRule>(step, c, range, parameters, gradients, square_average);
    }
}

// momentum may be null when every group's momentum is 0.
__global__ void gatun_sgd(const gatun_step *step, const gatun_sgd_group *groups, const gatun_range *ranges,
                          float *parameters, const float *gradients, float *momentum)
{
    using gatun::SgdRule;
    __shared__ SgdRule::Constants<float> c;
    const gatun_range range = ranges[blockIdx.y];
    if (!gatun::prepare<SgdRule>(step, groups, range, &c)) {
        return;
    }
    if (c.has_momentum) {
        gatun::update<SgdRule>(step, c, range, parameters, gradients, momentum);
    } else {
        gatun::update<SgdRule>(step, c, range, parameters, gradients);
    }
}

}  // extern "C"
