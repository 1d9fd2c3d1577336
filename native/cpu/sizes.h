// Arithmetic of counts and sizes, none of them negative.
#ifndef GATUN_CPU_SIZES_H
#define GATUN_CPU_SIZES_H

#include <stdint.h>

namespace gatun {

constexpr int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

constexpr int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

constexpr int64_t divide_up(int64_t value, int64_t unit)
{
    return (value + unit - 1) / unit;
}

constexpr int64_t round_up(int64_t value, int64_t unit)
{
    return divide_up(value, unit) * unit;
}

}  // namespace gatun

#endif
