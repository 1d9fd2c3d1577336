// One thread's pass over an optimizer's slabs, for any rule; included only by sources compiled with GATUN_ISA defined.
// The group's options are the same for every element, so the compiler lifts their tests out of the loops.
#ifndef GATUN_CPU_PASS_H
#define GATUN_CPU_PASS_H

#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

// Elements at a time where a pass has more than one loop: what one loop wrote, the next finds in the first-level cache,
// so memory is read and written once. A thread's run begins anywhere; the result does not depend on where blocks lie.
constexpr int64_t block_elements = 1024;

// parameters, gradients, states: (count). Not inlined: the compiler would forget that the slabs do not overlap.
template <typename Rule, typename Constants, typename... States>
static __attribute__((noinline)) void apply(const Constants &constants, int64_t count, float *__restrict parameters,
                         const float *__restrict gradients, States *__restrict... states)
{
    const Constants c = constants;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        Rule::apply(c, parameters[i], gradients[i], states[i]...);
    }
}

// parameters, average: (count).
static inline void update_average(const AverageConstants<float> &constants, int64_t count,
                                  const float *__restrict parameters, float *__restrict average)
{
    const AverageConstants<float> c = constants;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        average_rule(c, parameters[i], average[i]);
    }
}

// parameters, shadow: (count).
static inline void write_shadow(int64_t count, const float *__restrict parameters, uint16_t *__restrict shadow)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        shadow[i] = to_bfloat16(parameters[i]);
    }
}

// The rule on every element, then the outputs. states: those of the run that this variant of the rule has.
template <typename Rule, typename Constants, typename... States>
static void update(const Constants &c, const Run &run, States *... states)
{
    const bool only_update = run.ema == nullptr && run.shadow == nullptr;
    const int64_t block = only_update ? run.count : block_elements;
    for (int64_t begin = 0; begin < run.count; begin += block) {
        const int64_t count = run.count - begin < block ? run.count - begin : block;
        apply<Rule>(c, count, run.parameters + begin, run.gradients + begin, (states + begin)...);
        if (run.ema != nullptr) {
            update_average(run.average, count, run.parameters + begin, run.ema + begin);
        }
        if (run.shadow != nullptr) {
            write_shadow(count, run.parameters + begin, run.shadow + begin);
        }
    }
}

// The first pass of a layer-wise rule.
template <typename Rule, typename Constants, typename... States>
static void measure(const Constants &constants, const Run &run, double sums[2], States *... all_states)
{
    float direction[block_elements];
    for (int64_t begin = 0; begin < run.count; begin += block_elements) {
        const int64_t count = run.count - begin < block_elements ? run.count - begin : block_elements;
        [](const Constants &given, int64_t n, const float *__restrict parameters, const float *__restrict gradients,
           float *__restrict result, States *__restrict... states) __attribute__((always_inline)) {
            const Constants c = given;
#pragma omp simd
            for (int64_t i = 0; i < n; ++i) {
                result[i] = Rule::direction(c, parameters[i], gradients[i], states[i]...);
            }
        }(constants, count, run.parameters + begin, run.gradients + begin, direction, (all_states + begin)...);
        sums[0] += sum_of_squares(count, run.parameters + begin);
        sums[1] += sum_of_squares(count, direction);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun

#endif
