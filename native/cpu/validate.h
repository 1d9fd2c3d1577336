// Checks of arguments that several entry points share. Everything is checked before anything is written.
#ifndef GATUN_CPU_VALIDATE_H
#define GATUN_CPU_VALIDATE_H

#include <float.h>
#include <stdint.h>

#include "gatun.h"

namespace gatun {

// Finite, and still finite once rounded to f32.
inline bool is_finite(double x)
{
    return x >= -FLT_MAX && x <= FLT_MAX;
}

inline bool is_non_negative(double x)
{
    return x >= 0.0 && x <= FLT_MAX;
}

// In [0, 1).
inline bool is_fraction(double x)
{
    return x >= 0.0 && x < 1.0;
}

inline bool is_flag(int32_t x)
{
    return x == 0 || x == 1;
}

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

// Whether every range lies in [0, elements), names a group and overlaps no other.
int32_t check_ranges(const gatun_range *ranges, int64_t range_count, int64_t group_count, int64_t elements);

// step and the arrays of an optimizer call.
int32_t check_step(const gatun_step *step, const void *groups, int64_t group_count, const gatun_range *ranges,
                   int64_t range_count);

}  // namespace gatun

#endif
