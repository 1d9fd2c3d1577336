// A step of any optimizer: the checks, and how the work becomes runs on threads.
#ifndef GATUN_CPU_OPTIMIZER_STEP_H
#define GATUN_CPU_OPTIMIZER_STEP_H

#include <math.h>
#include <stdint.h>

#include "cpu/chunks.h"
#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/ranges.h"
#include "cpu/validate.h"
#include "gatun.h"

namespace gatun {

// The arguments of every step function. states: (state_count), each (elements).
template <typename Rule>
struct StepCall {
    const gatun_step *step;
    const typename Rule::Group *groups;
    int64_t group_count;
    const gatun_range *ranges;
    int64_t range_count;
    int64_t elements;
    float *parameters;
    const float *gradients;
    int state_count;
    float *states[most_states];
};

// Everything that a step refuses; nothing is written.
template <typename Rule>
int32_t check(const StepCall<Rule> &call)
{
    int32_t status = check_step(call.step, call.groups, call.group_count, call.ranges, call.range_count);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    bool needed[most_states] = {};
    for (int64_t i = 0; i < call.group_count; ++i) {
        if (!Rule::valid(call.groups[i])) {
            return GATUN_INVALID_VALUE;
        }
        for (int state = 0; state < call.state_count; ++state) {
            needed[state] = needed[state] || Rule::needs(call.groups[i], state);
        }
    }
    const void *const weights = call.parameters != nullptr ? static_cast<const void *>(call.parameters)
                                                           : call.step->shadow;
    status = check_buffers(call.elements, weights, call.gradients);
    for (int state = 0; status == GATUN_SUCCESS && state < call.state_count; ++state) {
        status = needed[state] ? check_buffers(call.elements, call.states[state]) : GATUN_SUCCESS;
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    return check_ranges(call.ranges, call.range_count, call.group_count, call.elements);
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
    for (int i = 0; i < call.state_count; ++i) {
        run.states[i] = call.states[i] == nullptr ? nullptr : call.states[i] + first;
    }
    run.ema = step.ema == nullptr ? nullptr : step.ema + first;
    run.shadow = step.shadow == nullptr ? nullptr : step.shadow + first;
    run.average = {static_cast<float>(1.0 - step.ema_decay), flag<float>(step.ema_first != 0)};
    run.rounding = {step.shadow_rounding != 0,
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
            cache_[group] = Rule::template constants<float>(*call.step, call.groups[group]);
        }
    }

    Constants of(int64_t range) const
    {
        const int64_t group = call_.ranges[range].group;
        Constants c = group < cached_groups ? cache_[group]
                                            : Rule::template constants<float>(*call_.step, call_.groups[group]);
        if (call_.step->range_coefficients != nullptr) {
            c.gradient.scale = gradient_scale<float>(*call_.step, call_.groups[group],
                                                     call_.step->range_coefficients[range]);
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
int32_t optimizer_step(const StepCall<Rule> &call, Update<Rule> Kernels::*kernel)
{
    const int32_t status = check(call);
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
int32_t coded_step(const StepCall<Rule> &call, const CodedState (&states)[most_coded_states], int state_count,
                   CodedUpdate<Rule> Kernels::*kernel)
{
    int32_t status = check(call);
    for (int state = 0; status == GATUN_SUCCESS && state < state_count; ++state) {
        status = check_buffers(call.elements, states[state].codes, states[state].scales);
    }
    if (status != GATUN_SUCCESS || call.step->skip != 0) {
        return status;
    }
    const ConstantsOfRanges<Rule> constants(call);
    const CodedUpdate<Rule> update = active_kernels().*kernel;
    parallel_split<GATUN_STATE_BLOCK>(call.elements, [&](int64_t begin, int64_t end) {
        for_each_range_within(call.ranges, call.range_count, begin, end,
                              [&](int64_t range, int64_t first, int64_t count) {
                                  CodedRun run = {run_of(call, first, count), call.elements, {}};
                                  for (int state = 0; state < state_count; ++state) {
                                      run.states[state] = states[state];
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
    const int32_t status = check(call);
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
