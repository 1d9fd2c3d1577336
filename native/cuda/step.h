// A step of any rule: the arguments, the constants of its groups, and the pass that updates.
#ifndef GATUN_CUDA_STEP_H
#define GATUN_CUDA_STEP_H

#include <utility>

#include "common/rules.h"
#include "cuda/cells.h"
#include "cuda/packs.h"
#include "cuda/weights.h"

namespace gatun {

// The first groups' constants are computed once per block, by a thread each; a later group's by every thread.
constexpr int64_t cached_groups = 32;

// The arguments that every step has.
struct StepArguments {
    const gatun_step *step;
    const double *groups;
    int64_t group_count;
    Ranges ranges;
    const double *range_coefficients;
    int64_t elements;
    float *parameters;
    const float *gradients;
    float *average;
    uint16_t *bf16_weights;
};

template <typename Rule>
struct StepCall : StepArguments {
    using Constants = typename Rule::template Constants<float>;

    __device__ const typename Rule::Group &group(int64_t index) const
    {
        return reinterpret_cast<const typename Rule::Group *>(groups)[index];
    }

    __device__ Constants constants(int64_t index) const
    {
        return Rule::template constants<float>(*step, group(index));
    }
};

// A group's constants with the coefficient of the range.
template <typename Rule>
GATUN_DEVICE typename Rule::template Constants<float> constants_of(const StepCall<Rule> &call, const Piece &piece,
                                                                   typename Rule::template Constants<float> constants)
{
    if (call.range_coefficients != nullptr) {
        constants.gradient.scale =
            gradient_scale<float>(*call.step, call.group(piece.group), call.range_coefficients[piece.range]);
    }
    return constants;
}

// Calls visit(constants, piece) for each of the block's pieces, in all threads; for none where the step is skipped.
template <typename Rule, typename Visit>
GATUN_DEVICE void for_each_piece(const StepCall<Rule> &call, const Visit &visit)
{
    using Constants = typename Rule::template Constants<float>;
    __shared__ Constants cache[cached_groups];
    if (call.step->skip != 0) {
        return;
    }
    if (threadIdx.x < cached_groups && threadIdx.x < call.group_count) {
        cache[threadIdx.x] = call.constants(threadIdx.x);
    }
    __syncthreads();
    int64_t range = 0;
    for_each_cell(call.elements, [&](int64_t cell) {
        for_each_piece(call.ranges, cell, range, [&](const Piece &piece) {
            const Constants of_group =
                piece.group < cached_groups ? cache[piece.group] : call.constants(piece.group);
            visit(constants_of(call, piece, of_group), piece);
        });
    });
}

// The slabs that a step reads and writes; states that no group needs may be null.
struct Slabs {
    Weights weights;
    const float *gradients;
    float *states[most_states];
    bool packs;
};

GATUN_DEVICE Slabs slabs_of(const StepArguments &call, float *state0, float *state1, float *state2)
{
    const Weights weights(*call.step, call.parameters, call.average, call.bf16_weights);
    const bool packs = aligned(call.gradients) && aligned(state0) && aligned(state1) && aligned(state2) &&
                       weights.are_aligned();
    return {weights, call.gradients, {state0, state1, state2}, packs};
}

// The rule on one element, then proximal L1.
template <typename Rule, typename Constants, typename... States>
GATUN_DEVICE void update_element(const Constants &c, float &w, float gradient, States &... states)
{
    Rule::apply(c, w, gradient, states...);
    w = on(c.gradient.threshold) ? soft_threshold(c.gradient.threshold, w) : w;
}

// Elements i .. i + width, with the states of a variant: states[k] is its k-th one.
template <typename Rule, int width, int... states, typename Constants, size_t... I>
GATUN_DEVICE void update_pack(const Constants &c, const Slabs &slabs, int64_t i, std::index_sequence<I...>)
{
    const auto gradient = load<width>(slabs.gradients + i);
    auto w = slabs.weights.template read<width>(i);
    [[maybe_unused]] Pack<float, width> values[sizeof...(states) > 0 ? sizeof...(states) : 1];
    ((values[I] = load<width>(slabs.states[states] + i)), ...);
    for (int k = 0; k < width; ++k) {
        update_element<Rule>(c, w.at[k], gradient.at[k], values[I].at[k]...);
    }
    (store(slabs.states[states] + i, values[I]), ...);
    slabs.weights.write(i, w);
}

// A piece of the slabs, for whichever variant of its rule.
template <typename Constants>
struct UpdateVariant {
    const Constants &c;
    const Piece &piece;
    const Slabs &slabs;

    template <typename Rule, int... states>
    __device__ void operator()(Variant<Rule, states...>) const
    {
        for_each_pack(piece.begin, piece.end, slabs.packs, [&](auto width, int64_t i) {
            update_pack<Rule, decltype(width)::value, states...>(c, slabs, i,
                                                                 std::make_index_sequence<sizeof...(states)>());
        });
    }
};

template <typename Rule>
GATUN_DEVICE void update(const typename Rule::template Constants<float> &c, const Piece &piece, const Slabs &slabs)
{
    Rule::template choose<Rule>(c, UpdateVariant<typename Rule::template Constants<float>>{c, piece, slabs});
}

// A whole step of a rule.
template <typename Rule>
GATUN_DEVICE void step_all(const StepCall<Rule> &call, const Slabs &slabs)
{
    for_each_piece(call, [&](const auto &c, const Piece &piece) { update<Rule>(c, piece, slabs); });
}

}  // namespace gatun

// The parameters of a kernel that steps, but for states, and as arguments of a StepCall.
#define GATUN_STEP_PARAMETERS                                                                              \
    const gatun_step *step, const double *groups, int64_t group_count, const gatun_range *ranges,          \
        int64_t range_count, const double *range_coefficients, int64_t elements, float *parameters,        \
        const float *gradients
#define GATUN_STATE_PARAMETERS float *state0, float *state1, float *state2
#define GATUN_OUTPUT_PARAMETERS float *average, uint16_t *bf16_weights
#define GATUN_STEP_ARGUMENTS                                                                               \
    {                                                                                                      \
        {                                                                                                  \
            step, groups, group_count, {ranges, range_count}, range_coefficients, elements, parameters,    \
                gradients, average, bf16_weights                                                           \
        }                                                                                                  \
    }

#endif
