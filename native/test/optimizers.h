// Every optimizer under one face, for tests that hold for all of them: the C function in f32, and its rule in double.
#ifndef GATUN_TEST_OPTIMIZERS_H
#define GATUN_TEST_OPTIMIZERS_H

#include <math.h>
#include <stdint.h>

#include <array>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/rules.h"
#include "gatun.h"

// A slab's arrays; states not needed are null.
template <typename Real>
struct Slabs {
    Real *parameters;
    const Real *gradients;
    Real *states[3];
};

using Ranges = std::vector<gatun_range>;

struct Subject {
    const char *name;
    int arguments;      // how many states the C function takes
    double norm_bound;  // > 0: clip_coefficient follows from this bound on the gradients' norm
    int states;         // how many of them this group needs
    std::vector<unsigned char> group;
    std::function<int32_t(const gatun_step *, const gatun_range *, int64_t, int64_t, const Slabs<float> &)> step;
    std::function<void(const gatun_step &, const Ranges &, const Slabs<double> &)> rule;  // every range of group 0
    // Two groups, the second one varied, and the step with them.
    std::vector<unsigned char> pair;
    std::function<int32_t(const gatun_step *, const gatun_range *, int64_t, int64_t, const Slabs<float> &)> pair_step;
};

// In [-1, 1), exact in f32; the same as in golden/optimizers.py.
inline double noise(int64_t i, int64_t t)
{
    uint32_t mixed = static_cast<uint32_t>(i + t * 7919) * 2654435761u;
    mixed ^= mixed >> 15;
    mixed *= 2246822519u;
    return static_cast<double>(mixed >> 10) / 2097152.0 - 1.0;
}

template <typename Function, typename Group, size_t... I>
int32_t call_with(Function function, const gatun_step *step, const Group *groups, int64_t group_count,
                  const gatun_range *ranges, int64_t range_count, int64_t elements, const Slabs<float> &slabs,
                  std::index_sequence<I...>)
{
    return function(step, groups, group_count, ranges, range_count, elements, slabs.parameters, slabs.gradients,
                    slabs.states[I]...);
}

// A step function with as many of the states as it takes.
template <typename Group, typename... States>
int32_t call(int32_t (*function)(const gatun_step *, const Group *, int64_t, const gatun_range *, int64_t, int64_t,
                                 float *, const float *, States...),
             const gatun_step *step, const Group *groups, int64_t group_count, const gatun_range *ranges,
             int64_t range_count, int64_t elements, const Slabs<float> &slabs)
{
    return call_with(function, step, groups, group_count, ranges, range_count, elements, slabs,
                     std::index_sequence_for<States...>());
}

template <typename Group, typename = void>
struct HasProximal : std::false_type {
};

template <typename Group>
struct HasProximal<Group, std::void_t<decltype(Group::proximal)>> : std::true_type {
};

// A group that differs: another rate, and proximal L1 where there is one.
template <typename Group>
Group varied(Group group)
{
    group.learning_rate *= 0.5;
    if constexpr (HasProximal<Group>::value) {
        group.l1 = 0.01;
        group.proximal = 1;
    }
    return group;
}

// slots: the states that this variant of the rule has.
template <typename Rule, size_t... Slots>
void apply_elementwise(const gatun_step &step, const typename Rule::Group &group, const Ranges &ranges,
                       const Slabs<double> &s)
{
    const auto c = Rule::template constants<double>(step, group);
    for (const gatun_range &range : ranges) {
        for (int64_t i = range.begin; i < range.end; ++i) {
            Rule::apply(c, s.parameters[i], s.gradients[i], s.states[Slots][i]...);
        }
    }
}

template <typename Rule, size_t... Slots>
void apply_layerwise(const gatun_step &step, const typename Rule::Group &group, const Ranges &ranges,
                     const Slabs<double> &s)
{
    for (const gatun_range &range : ranges) {
        auto c = Rule::template constants<double>(step, group);
        if (Rule::two_passes(c)) {
            double sums[2] = {};
            for (int64_t i = range.begin; i < range.end; ++i) {
                if constexpr (std::is_same_v<Rule, gatun::LarsRule>) {
                    const double d = Rule::direction(c, s.parameters[i], s.gradients[i]);
                    sums[1] += d * d;
                } else {
                    const double d = Rule::direction(c, s.parameters[i], s.gradients[i], s.states[Slots][i]...);
                    sums[1] += d * d;
                }
                sums[0] += s.parameters[i] * s.parameters[i];
            }
            Rule::adapt(c, sqrt(sums[0]), sqrt(sums[1]));
        }
        for (int64_t i = range.begin; i < range.end; ++i) {
            Rule::apply(c, s.parameters[i], s.gradients[i], s.states[Slots][i]...);
        }
    }
}

template <typename Rule, bool layerwise, size_t... Slots, typename Function>
Subject subject(const char *name, Function function, const typename Rule::Group &group, int arguments,
                double norm_bound = 0.0)
{
    const auto *bytes = reinterpret_cast<const unsigned char *>(&group);
    using Pair = std::array<typename Rule::Group, 2>;
    const Pair pair = {group, varied(group)};
    const auto *pair_bytes = reinterpret_cast<const unsigned char *>(&pair);
    return {name, arguments, norm_bound, static_cast<int>(sizeof...(Slots)), {bytes, bytes + sizeof group},
            [=](const gatun_step *step, const gatun_range *ranges, int64_t range_count, int64_t elements,
                const Slabs<float> &slabs) {
                return call(function, step, &group, 1, ranges, range_count, elements, slabs);
            },
            [=](const gatun_step &step, const Ranges &ranges, const Slabs<double> &slabs) {
                if constexpr (layerwise) {
                    apply_layerwise<Rule, Slots...>(step, group, ranges, slabs);
                } else {
                    apply_elementwise<Rule, Slots...>(step, group, ranges, slabs);
                }
            },
            {pair_bytes, pair_bytes + sizeof pair},
            [=](const gatun_step *step, const gatun_range *ranges, int64_t range_count, int64_t elements,
                const Slabs<float> &slabs) {
                return call(function, step, pair.data(), 2, ranges, range_count, elements, slabs);
            }};
}

// With the settings of golden/optimizers.py.
inline std::vector<Subject> subjects()
{
    using namespace gatun;
    return {
        subject<SgdRule, false>("sgd_plain", gatun_sgd_step, {.1, 0, 0, .01, 0, 1, 0, 0, 0}, 1),
        subject<SgdRule, false, 0>("sgd", gatun_sgd_step, {.1, .9, .2, .01, 0, 0, 0, 0, 0}, 1),
        subject<SgdRule, false, 0>("sgd_nesterov", gatun_sgd_step, {.1, .9, 0, .01, 1, 0, 0, 0, 0}, 1),
        subject<SgdRule, false, 0>("sgd_average", gatun_sgd_step, {.1, .9, 0, .01, 0, 0, 1, 1, 0}, 1),
        subject<AdagradRule, false, 0>("adagrad", gatun_adagrad_step, {.1, .05, .1, 1e-10, .01, 0, 0, 0}, 1),
        subject<RmspropRule, false, 0>("rmsprop", gatun_rmsprop_step, {.01, .99, 1e-8, 0, 0, 0, 0, 0}, 3),
        subject<RmspropCenteredRule, false, 0, 1>("rmsprop_centered", gatun_rmsprop_step,
                                                  {.01, .99, 1e-8, 0, 0, 0, 1, 0}, 3),
        subject<RmspropRule, false, 0, 2>("rmsprop_momentum", gatun_rmsprop_step, {.01, .99, 1e-8, 0, .9, 0, 0, 0}, 3),
        subject<RmspropRule, false, 0, 1, 2>("rmsprop_both", gatun_rmsprop_step, {.01, .99, 1e-8, .01, .9, 0, 1, 0}, 3),
        subject<AdadeltaRule, false, 0, 1>("adadelta", gatun_adadelta_step, {1, .9, 1e-6, .01, 0, 0, 0}, 2),
        subject<AdamRule, false, 0, 1>("adam", gatun_adam_step, {.1, .9, .999, 1e-8, .01, 0, 0, 0}, 2),
        subject<AdamRule, false, 0, 1>("adam_short", gatun_adam_step, {.1, .9, .5, 1e-8, .01, 0, 0, 0}, 2),
        subject<AdamRule, false, 0, 1>("adam_maximize", gatun_adam_step, {.1, .9, .999, 1e-8, .01, 0, 1, 0}, 2),
        subject<AdamRule, false, 0, 1, 2>("amsgrad", gatun_amsgrad_step, {.1, .9, .5, 1e-8, .01, 0, 0, 0}, 3),
        subject<AdamRule, false, 0, 1>("adamw", gatun_adam_step, {.1, .9, .999, 1e-8, .01, 1, 0, 0}, 2),
        subject<AdamaxRule, false, 0, 1>("adamax", gatun_adamax_step, {.1, .9, .999, 1e-8, .01, 0, 0, 0}, 2),
        subject<NAdamRule, false, 0, 1>("nadam", gatun_nadam_step, {.1, .9, .999, 1e-8, .01, 4e-3, 0, 0, 0}, 2),
        subject<NAdamRule, false, 0, 1>("nadam_decoupled", gatun_nadam_step,
                                        {.1, .9, .999, 1e-8, .01, 4e-3, 0, 1, 0}, 2),
        subject<RAdamRule, false, 0, 1>("radam", gatun_radam_step, {.1, .9, .999, 1e-8, .01, 0, 0, 0}, 2),
        subject<RAdamRule, false, 0, 1>("radam_decoupled", gatun_radam_step, {.1, .9, .999, 1e-8, .01, 0, 1, 0}, 2),
        subject<LionRule, false, 0>("lion", gatun_lion_step, {.1, .9, .99, .01, 0, 0, 0}, 1),
        subject<AdaBeliefRule, false, 0, 1>("adabelief", gatun_adabelief_step, {.1, .9, .999, 1e-8, .01, 0, 0, 0}, 2),
        subject<AdaBeliefRule, false, 0, 1>("adabelief_decoupled", gatun_adabelief_step,
                                            {.1, .9, .999, 1e-8, .01, 0, 1, 0}, 2),
        subject<RpropRule, false, 0, 1>("rprop", gatun_rprop_step, {.1, .5, 1.2, 1e-6, 50, 0, 0}, 2),
        subject<LambRule, true, 0, 1>("lamb", gatun_lamb_step, {.1, .9, .999, 1e-6, .01, 1, 1, 0, 0, 0, 0}, 2, 1.0),
        subject<LarsRule, true, 0>("lars", gatun_lars_step, {1, .9, 0, .01, .1, 1e-8, 0, 0, 0, 0}, 1),
        subject<LarsRule, true, 0>("lars_nesterov", gatun_lars_step, {1, .9, 0, .01, .1, 1e-8, 1, 0, 0, 0}, 1),
    };
}

#endif
