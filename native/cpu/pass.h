// One thread's pass over an optimizer's slabs, for any rule; included only by sources compiled with GATUN_ISA defined.
// The group's options are the same for every element, so the compiler lifts their tests out of the loops.
#ifndef GATUN_CPU_PASS_H
#define GATUN_CPU_PASS_H

#include "cpu/isa.h"
#include "cpu/random_words.h"

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

// parameters: (count), written.
static inline void read_bf16(int64_t count, const uint16_t *__restrict source, float *__restrict parameters)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        parameters[i] = from_bfloat16(source[i]);
    }
}

// parameters, rounded: (count).
static inline void write_bf16(int64_t count, const float *__restrict parameters, uint16_t *__restrict rounded)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        rounded[i] = to_bfloat16(parameters[i]);
    }
}

// The same with draws from Philox: half a word per element, first being the first element's place in the slab.
static inline void write_bf16_stochastically(const Rounding &rounding, int64_t first, int64_t count,
                                               const float *__restrict parameters, uint16_t *__restrict rounded)
{
    constexpr int64_t draws = 2 * random_count;
    constexpr int64_t draws_per_counter = 2 * words_per_counter;
    uint32_t words[random_count];
    for (int64_t done = 0; done < count;) {
        const int64_t skipped = (first + done) % draws;
        const int64_t left = count - done;
        const int64_t run = left < draws - skipped ? left : draws - skipped;
        random_words(static_cast<uint64_t>((first + done - skipped) / draws_per_counter), rounding.key, rounding.step,
                     GATUN_ROUNDING_STREAM, words);
        // Low halves come first in memory, as on every processor that Gatun knows.
        uint16_t halves[draws];
        memcpy(halves, words, sizeof halves);
#pragma omp simd
        for (int64_t i = 0; i < run; ++i) {
            rounded[done + i] = to_bfloat16(parameters[done + i], halves[skipped + i]);
        }
        done += run;
    }
}

// parameters: (count).
static inline void shrink(float threshold, int64_t count, float *__restrict parameters)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        parameters[i] = soft_threshold(threshold, parameters[i]);
    }
}

// The weights of the run's elements begin .. begin + count: where they lie, or decoded into buffer.
static inline float *weights_of(const Run &run, int64_t begin, int64_t count, float *buffer)
{
    if (run.parameters != nullptr) {
        return run.parameters + begin;
    }
    read_bf16(count, run.bf16_weights + begin, buffer);
    return buffer;
}

// What follows the rule. weights: (count), the run's from begin on.
static inline void finish(float threshold, const Run &run, int64_t begin, int64_t count, float *weights)
{
    if (threshold > 0.0f) {
        shrink(threshold, count, weights);
    }
    if (run.average != nullptr) {
        update_average(run.averaging, count, weights, run.average + begin);
    }
    if (run.bf16_weights != nullptr && run.rounding.stochastic) {
        write_bf16_stochastically(run.rounding, run.first + begin, count, weights, run.bf16_weights + begin);
    } else if (run.bf16_weights != nullptr) {
        write_bf16(count, weights, run.bf16_weights + begin);
    }
}

// The rule on every element, then the outputs. states: those of the run that this variant of the rule has.
template <typename Rule, typename Constants, typename... States>
static void update(const Constants &c, const Run &run, States *... states)
{
    const float threshold = c.gradient.threshold;
    const bool only_update = run.average == nullptr && run.bf16_weights == nullptr && threshold == 0.0f;
    float buffer[block_elements];
    for (int64_t begin = 0; begin < run.count;) {
        // Blocks end where those of the slab do, and so do runs of random words.
        const int64_t left = run.count - begin;
        const int64_t block = block_elements - (run.first + begin) % block_elements;
        const int64_t count = only_update || left < block ? left : block;
        float *const weights = weights_of(run, begin, count, buffer);
        apply<Rule>(c, count, weights, run.gradients + begin, (states + begin)...);
        finish(threshold, run, begin, count, weights);
        begin += count;
    }
}

// The first pass of a layer-wise rule.
template <typename Rule, typename Constants, typename... States>
static void measure(const Constants &constants, const Run &run, double sums[2], States *... all_states)
{
    float direction[block_elements];
    float buffer[block_elements];
    for (int64_t begin = 0; begin < run.count; begin += block_elements) {
        const int64_t count = run.count - begin < block_elements ? run.count - begin : block_elements;
        const float *const weights = weights_of(run, begin, count, buffer);
        [](const Constants &given, int64_t n, const float *__restrict parameters, const float *__restrict gradients,
           float *__restrict result, States *__restrict... states) __attribute__((always_inline)) {
            const Constants c = given;
#pragma omp simd
            for (int64_t i = 0; i < n; ++i) {
                result[i] = Rule::direction(c, parameters[i], gradients[i], states[i]...);
            }
        }(constants, count, weights, run.gradients + begin, direction, (all_states + begin)...);
        sums[0] += sum_of_squares(count, weights);
        sums[1] += sum_of_squares(count, direction);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun

#endif
