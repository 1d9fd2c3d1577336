// Ranges of a slab laid end to end: a line that can be split evenly, however unequal the ranges are.
#ifndef GATUN_CPU_RANGES_H
#define GATUN_CPU_RANGES_H

#include <stdint.h>

#include "gatun.h"

namespace gatun {

inline int64_t total_length(const gatun_range *ranges, int64_t range_count)
{
    int64_t total = 0;
    for (int64_t i = 0; i < range_count; ++i) {
        total += ranges[i].end - ranges[i].begin;
    }
    return total;
}

// Calls body(range, first, count) for each run of slab elements that [begin, end) of the line is made of; range is an
// index.
template <typename Body>
void for_each_run(const gatun_range *ranges, int64_t range_count, int64_t begin, int64_t end, const Body &body)
{
    int64_t start = 0;  // of range i on the line
    for (int64_t i = 0; i < range_count && start < end; ++i) {
        const gatun_range &range = ranges[i];
        const int64_t length = range.end - range.begin;
        const int64_t from = begin > start ? begin - start : 0;
        const int64_t to = end - start < length ? end - start : length;
        if (from < to) {
            body(i, range.begin + from, to - from);
        }
        start += length;
    }
}

// Calls body(range, first, count) for what each range has in [begin, end) of the slab.
template <typename Body>
void for_each_range_within(const gatun_range *ranges, int64_t range_count, int64_t begin, int64_t end, const Body &body)
{
    for (int64_t i = 0; i < range_count; ++i) {
        const int64_t from = ranges[i].begin > begin ? ranges[i].begin : begin;
        const int64_t to = ranges[i].end < end ? ranges[i].end : end;
        if (from < to) {
            body(i, from, to - from);
        }
    }
}

}  // namespace gatun

#endif
