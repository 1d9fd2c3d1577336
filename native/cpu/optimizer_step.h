// A step of any optimizer: the checks, and how the work becomes runs on threads.
#ifndef GATUN_CPU_OPTIMIZER_STEP_H
#define GATUN_CPU_OPTIMIZER_STEP_H

#include <math.h>
#include <stdint.h>

#include "cpu/chunks.h"
#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/ranges.h"
#include "cpu/rule_table.h"
#include "cpu/validate.h"
#include "gatun.h"

namespace gatun {

// The arguments of every step but its states.
struct StepArguments {
    int32_t rule;
    const gatun_step *step;
    const double *groups;
    int64_t group_count;
    const gatun_range *ranges;
    int64_t range_count;
    const double *range_coefficients;
    int64_t elements;
    float *parameters;
    const float *gradients;
    float *average;
    uint16_t *bf16_weights;
};

// The same with states in f32, each (elements), or coded.
struct StepStates {
    float *f32[most_states];
    CodedState coded[most_coded_states];
};

template <typename Rule>
struct StepCall : StepArguments {
    StepStates states;

    const typename Rule::Group &group(int64_t index) const
    {
        return reinterpret_cast<const typename Rule::Group *>(groups)[index];
    }
};

// Whether a group's hyper-parameters are in their domain, and all its choices ones.
template <typename Rule>
bool is_valid(const StepCall<Rule> &call, int64_t group)
{
    constexpr int64_t fields = sizeof(typename Rule::Group) / sizeof(double);
    return are_choices(call.rule, call.groups + group * fields) && Rule::valid(call.group(group));
}

template <typename Rule>
bool needs_state(const StepCall<Rule> &call, int state)
{
    bool needed = false;
    for (int64_t i = 0; i < call.group_count; ++i) {
        needed = needed || Rule::needs(call.group(i), state);
    }
    return needed;
}

// Everything that a step refuses but its states; nothing is written.
template <typename Rule>
int32_t check(const StepCall<Rule> &call)
{
    int32_t status = check_step(call.step, call.groups, call.group_count, call.ranges, call.range_count,
                                call.range_coefficients);
    for (int64_t i = 0; status == GATUN_SUCCESS && i < call.group_count; ++i) {
        status = is_valid(call, i) ? GATUN_SUCCESS : GATUN_INVALID_VALUE;
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const void *const weights = call.parameters != nullptr ? static_cast<const void *>(call.parameters)
                                                           : call.bf16_weights;
    status = check_buffers(call.elements, weights, call.gradients);
    return status != GATUN_SUCCESS ? status
                                   : check_ranges(call.ranges, call.range_count, call.group_count, call.elements);
}

template <typename Rule>
int32_t check_states(const StepCall<Rule> &call)
{
    int32_t status = check(call);
    for (int state = 0; status == GATUN_SUCCESS && state < state_count(call.rule); ++state) {
        if (needs_state(call, state)) {
            status = check_buffers(call.elements, call.states.f32[state]);
        }
    }
    return status;
}

template <typename Rule>
int32_t check_coded_states(const StepCall<Rule> &call)
{
    int32_t status = check(call);
    for (int state = 0; status == GATUN_SUCCESS && state < state_count(call.rule); ++state) {
        if (!needs_state(call, state)) {
            continue;
        }
        status = state < most_coded_states
                     ? check_buffers(call.elements, call.states.coded[state].codes, call.states.coded[state].scales)
                     : GATUN_INVALID_VALUE;
    }
    return status;
}

// The run of count elements from slab element first.
template <typename Rule>
Run run_of(const StepCall<Rule> &call, int64_t first, int64_t count)
{
    const gatun_step &step = *call.step;
    Run run = {};
    run.first = first;
    run.count = count;
    run.parameters = call.parameters == nullptr ? nullptr : call.parameters + first;
    run.gradients = call.gradients + first;
    for (int i = 0; i < most_states; ++i) {
        run.states[i] = call.states.f32[i] == nullptr ? nullptr : call.states.f32[i] + first;
    }
    run.average = call.average == nullptr ? nullptr : call.average + first;
    run.bf16_weights = call.bf16_weights == nullptr ? nullptr : call.bf16_weights + first;
    run.averaging = {static_cast<float>(1.0 - step.average_decay), flag<float>(step.average_first != 0)};
    run.rounding = {step.bf16_rounding != 0,
                    {static_cast<uint32_t>(step.seed), static_cast<uint32_t>(step.seed >> 32)},
                    static_cast<uint32_t>(step.step)};
    return run;
}

// The constants of every range: those of its group, with the range's own coefficient on the gradient.
template <typename Rule>
class ConstantsOfRanges {
  public:
    using Constants = typename Rule::template Constants<float>;

    explicit ConstantsOfRanges(const StepCall<Rule> &call) : call_(call)
    {
        for (int64_t group = 0; group < call.group_count && group < cached_groups; ++group) {
            cache_[group] = Rule::template constants<float>(*call.step, call.group(group));
        }
    }

    Constants of(int64_t range) const
    {
        const int64_t group = call_.ranges[range].group;
        Constants c = group < cached_groups ? cache_[group]
                                            : Rule::template constants<float>(*call_.step, call_.group(group));
        if (call_.range_coefficients != nullptr) {
            c.gradient.scale = gradient_scale<float>(*call_.step, call_.group(group), call_.range_coefficients[range]);
        }
        return c;
    }

  private:
    // The first groups' constants are computed once per call; a group past these, once per run.
    static constexpr int64_t cached_groups = 32;

    const StepCall<Rule> &call_;
    Constants cache_[cached_groups];
};

// One parallel region serves all ranges.
template <typename Rule>
int32_t elementwise_step(const StepCall<Rule> &call, Update<Rule> Kernels::*kernel)
{
    const int32_t status = check_states(call);
    if (status != GATUN_SUCCESS || call.step->skip != 0) {
        return status;
    }
    const ConstantsOfRanges<Rule> constants(call);
    const Update<Rule> update = active_kernels().*kernel;
    parallel_split(total_length(call.ranges, call.range_count), [&](int64_t begin, int64_t end) {
        for_each_run(call.ranges, call.range_count, begin, end, [&](int64_t range, int64_t first, int64_t count) {
            update(constants.of(range), run_of(call, first, count));
        });
    });
    return GATUN_SUCCESS;
}

// With coded states. A thread owns whole blocks of them, whatever ranges share one.
template <typename Rule>
int32_t coded_step(const StepCall<Rule> &call, CodedUpdate<Rule> Kernels::*kernel)
{
    const int32_t status = check_coded_states(call);
    if (status != GATUN_SUCCESS || call.step->skip != 0) {
        return status;
    }
    const ConstantsOfRanges<Rule> constants(call);
    const CodedUpdate<Rule> update = active_kernels().*kernel;
    parallel_split<GATUN_STATE_BLOCK>(call.elements, [&](int64_t begin, int64_t end) {
        for_each_range_within(call.ranges, call.range_count, begin, end,
                              [&](int64_t range, int64_t first, int64_t count) {
                                  CodedRun run = {run_of(call, first, count), call.elements, {}};
                                  for (int state = 0; state < most_coded_states; ++state) {
                                      run.states[state] = call.states.coded[state];
                                  }
                                  update(constants.of(range), run);
                              });
    });
    return GATUN_SUCCESS;
}

// Every range is a tensor, and its two passes are done before the next is begun: a small one stays in the cache.
template <typename Rule>
int32_t layerwise_step(const StepCall<Rule> &call, Update<Rule> Kernels::*kernel, Measure<Rule> Kernels::*norms)
{
    const int32_t status = check_states(call);
    if (status != GATUN_SUCCESS || call.step->skip != 0) {
        return status;
    }
    const ConstantsOfRanges<Rule> constants_of_ranges(call);
    const Update<Rule> update = active_kernels().*kernel;
    const Measure<Rule> measure = active_kernels().*norms;
    for (int64_t i = 0; i < call.range_count; ++i) {
        const gatun_range &range = call.ranges[i];
        const int64_t length = range.end - range.begin;
        if (length == 0) {
            continue;
        }
        auto constants = constants_of_ranges.of(i);
        if (Rule::two_passes(constants)) {
            double partial[most_chunks][2];
            const Chunks chunks(length);
            parallel_chunks(chunks, [&](int64_t chunk, int64_t begin, int64_t end) {
                partial[chunk][0] = 0.0;
                partial[chunk][1] = 0.0;
                measure(constants, run_of(call, range.begin + begin, end - begin), partial[chunk]);
            });
            double sums[2] = {};
            for (int64_t chunk = 0; chunk < chunks.count; ++chunk) {
                sums[0] += partial[chunk][0];
                sums[1] += partial[chunk][1];
            }
            Rule::adapt(constants, sqrt(sums[0]), sqrt(sums[1]));
        }
        parallel_split(length, [&](int64_t begin, int64_t end) {
            update(constants, run_of(call, range.begin + begin, end - begin));
        });
    }
    return GATUN_SUCCESS;
}

}  // namespace gatun

#endif
