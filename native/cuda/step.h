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
template <typename Rule>
struct StepCall {
    const gatun_step *step;
    const typename Rule::Group *groups;
    int64_t group_count;
    Ranges ranges;
    int64_t elements;
    float *parameters;
    const float *gradients;
};

// A group's constants with the coefficient of the range.
template <typename Rule>
GATUN_DEVICE typename Rule::template Constants<float> constants_of(const StepCall<Rule> &call, const Piece &piece,
                                                                   typename Rule::template Constants<float> constants)
{
    const gatun_step &step = *call.step;
    if (step.range_coefficients != nullptr) {
        constants.gradient.scale =
            gradient_scale<float>(step, call.groups[piece.group], step.range_coefficients[piece.range]);
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
        cache[threadIdx.x] = Rule::template constants<float>(*call.step, call.groups[threadIdx.x]);
    }
    __syncthreads();
    int64_t range = 0;
    for_each_cell(call.elements, [&](int64_t cell) {
        for_each_piece(call.ranges, cell, range, [&](const Piece &piece) {
            const Constants of_group = piece.group < cached_groups
                                           ? cache[piece.group]
                                           : Rule::template constants<float>(*call.step, call.groups[piece.group]);
            visit(constants_of(call, piece, of_group), piece);
        });
    });
}

// The slabs that a step reads and writes. count: how many states this variant of the rule has.
template <int count>
struct Slabs {
    Weights weights;
    const float *gradients;
    float *states[count > 0 ? count : 1];
    bool packs;
};

template <typename Rule, typename... States>
GATUN_DEVICE Slabs<sizeof...(States)> slabs_of(const StepCall<Rule> &call, States *... states)
{
    const Weights weights(*call.step, call.parameters);
    const bool packs = (aligned(call.gradients) && ... && aligned(states)) && weights.are_aligned();
    return {weights, call.gradients, {states...}, packs};
}

// The rule on one element, then proximal L1.
template <typename Rule, typename Constants, typename... States>
GATUN_DEVICE void update_element(const Constants &c, float &w, float gradient, States &... states)
{
    Rule::apply(c, w, gradient, states...);
    w = on(c.gradient.threshold) ? soft_threshold(c.gradient.threshold, w) : w;
}

// Elements i .. i + width.
template <typename Rule, int width, typename Constants, int count, size_t... I>
GATUN_DEVICE void update_pack(const Constants &c, const Slabs<count> &slabs, int64_t i, std::index_sequence<I...>)
{
    const auto gradient = load<width>(slabs.gradients + i);
    auto w = slabs.weights.template read<width>(i);
    [[maybe_unused]] Pack<float, width> states[count > 0 ? count : 1];
    ((states[I] = load<width>(slabs.states[I] + i)), ...);
    for (int k = 0; k < width; ++k) {
        update_element<Rule>(c, w.at[k], gradient.at[k], states[I].at[k]...);
    }
    (store(slabs.states[I] + i, states[I]), ...);
    slabs.weights.write(i, w);
}

template <typename Rule, typename Constants, int count>
GATUN_DEVICE void update(const Constants &c, const Piece &piece, const Slabs<count> &slabs)
{
    for_each_pack(piece.begin, piece.end, slabs.packs, [&](auto width, int64_t i) {
        update_pack<Rule, decltype(width)::value>(c, slabs, i, std::make_index_sequence<count>());
    });
}

// A whole step of a rule whose groups all need the same states.
template <typename Rule, typename... States>
GATUN_DEVICE void step_all(const StepCall<Rule> &call, States *... states)
{
    const auto slabs = slabs_of(call, states...);
    for_each_piece(call, [&](const auto &c, const Piece &piece) { update<Rule>(c, piece, slabs); });
}

}  // namespace gatun

#endif
