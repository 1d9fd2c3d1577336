// Checks of arguments that several entry points share. Everything is checked before anything is written.
#ifndef GATUN_CPU_VALIDATE_H
#define GATUN_CPU_VALIDATE_H

#include <stdint.h>

#include "common/domain.h"
#include "gatun.h"

namespace gatun {

// A count that f32 elements in one address space can have, and buffers that are there unless the count is 0.
template <typename... Pointers>
int32_t check_buffers(int64_t elements, const Pointers *...buffers)
{
    if (elements < 0 || elements > INT64_MAX / static_cast<int64_t>(sizeof(float))) {
        return GATUN_INVALID_SIZE;
    }
    if (elements > 0 && (... || (buffers == nullptr))) {
        return GATUN_NULL_POINTER;
    }
    return GATUN_SUCCESS;
}

// As a group_count: the ranges' groups are not looked at.
constexpr int64_t any_group = -1;

// Whether every range lies in [0, elements), names a group and overlaps no other.
int32_t check_ranges(const gatun_range *ranges, int64_t range_count, int64_t group_count, int64_t elements);

// step and the arrays of an optimizer call.
int32_t check_step(const gatun_step *step, const double *groups, int64_t group_count, const gatun_range *ranges,
                   int64_t range_count, const double *range_coefficients);

}  // namespace gatun

#endif
