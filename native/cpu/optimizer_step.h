// How an optimizer step over many ranges becomes runs on threads: the ranges are laid end to end and that line is
// split evenly, so one parallel region serves them all, however unequal they are.
#ifndef GATUN_CPU_OPTIMIZER_STEP_H
#define GATUN_CPU_OPTIMIZER_STEP_H

#include <stdint.h>

#include "cpu/parallel.h"
#include "gatun.h"

namespace gatun {

// The first groups' coefficients are computed once per call; a group past these, once per run.
constexpr int64_t cached_groups = 32;

// groups (group_count), ranges (range_count): already checked.
// coefficients_of(step, group) gives a Coefficients; run(coefficients, begin, count) updates slab elements.
template <typename Coefficients, typename Group, typename CoefficientsOf, typename Run>
void optimizer_step(const gatun_step &step, const Group *groups, int64_t group_count, const gatun_range *ranges,
                    int64_t range_count, const CoefficientsOf &coefficients_of, const Run &run)
{
    Coefficients cache[cached_groups];
    for (int64_t group = 0; group < group_count && group < cached_groups; ++group) {
        cache[group] = coefficients_of(step, groups[group]);
    }
    int64_t total = 0;
    for (int64_t i = 0; i < range_count; ++i) {
        total += ranges[i].end - ranges[i].begin;
    }
    parallel_split(total, [&](int64_t begin, int64_t end) {
        int64_t start = 0;  // of range i on the line
        for (int64_t i = 0; i < range_count && start < end; ++i) {
            const gatun_range &range = ranges[i];
            const int64_t length = range.end - range.begin;
            const int64_t from = begin > start ? begin - start : 0;
            const int64_t to = end - start < length ? end - start : length;
            if (from < to) {
                const int64_t group = range.group;
                const int64_t first = range.begin + from;
                if (group < cached_groups) {
                    run(cache[group], first, to - from);
                } else {
                    run(coefficients_of(step, groups[group]), first, to - from);
                }
            }
            start += length;
        }
    });
}

}  // namespace gatun

#endif
